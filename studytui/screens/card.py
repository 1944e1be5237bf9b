"""One card: where it stands, its forgetting curve, its reviews, and what can be done with it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from studytui.panels import one_card
from studytui.screens.page import Page, in_thread
from studytui.services import Services
from studytui.widgets.keys import KeyBar

if TYPE_CHECKING:
    from db.records import StoredCard

CURVE = 14
"""Rows of the forgetting curve."""


class CardScreen(Page):
    """Shows a card's past and its forgetting curve, thirty days on from today."""

    CSS_PATH = "../styles/card.tcss"
    BODY = "#card"
    HELP = (
        "The curve is the chance that you would recall the card, by day: it falls until a review "
        "lifts it again. Reviews are listed with the newest first."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "exclamation_mark,at",
            "change('suspend')",
            "Suspend or not",
            id="card.suspend",
            tooltip="Leave the card out, or take it in again",
        ),
        Binding(
            "minus",
            "change('bury')",
            "Bury or not",
            id="card.bury",
            tooltip="Leave the card out until tomorrow, or take it in again",
        ),
        Binding(
            "n",
            "change('today')",
            "Ask today",
            id="card.today",
            tooltip="Make the card due today, whatever its interval says",
        ),
        Binding("q,escape,i", "back", "Back", id="card.back", tooltip="Back to where you were"),
    ]

    @dataclass
    class Loaded(Message):
        """The card as it stands now."""

        stored: "StoredCard"
        history: dict[str, Any]

    def __init__(self, services: Services, card_id: str) -> None:
        """Show the card of that id."""
        super().__init__(services)
        self.card_id = card_id

    def compose(self) -> ComposeResult:
        """Show the parts, empty until the card is here."""
        with VerticalScroll(id="card", can_focus=False):
            for part in ("standing", "curve", "log"):
                yield Static(id=f"card-{part}")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the card after the first paint."""
        self.call_after_refresh(self.load)

    @in_thread("store")
    def load(self, change: str = "") -> Loaded:
        """Make a change, and read the card."""
        store, id = self.services.store(), self.card_id
        state = store.card(id).state
        if change == "suspend":
            (store.unsuspend if state == "suspended" else store.suspend)(id)
        elif change == "bury":
            (store.unbury if state == "buried" else store.bury)(id)
        elif change == "today":
            store.set_due(id, 0)
        return self.Loaded(store.card(id), store.history(id))

    def on_card_screen_loaded(self, message: Loaded) -> None:
        """Draw."""
        history = message.history
        width = self.query_one("#card-curve").content_size.width
        parts = {
            "standing": one_card.standing(message.stored, history),
            "curve": one_card.curve(history, width, CURVE),
            "log": one_card.log(history),
        }
        for name, content in parts.items():
            self.query_one(f"#card-{name}", Static).update(content)

    def action_change(self, change: str) -> None:
        """Suspend, bury, or ask today; each is an event of the log."""
        self.load(change)

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()
