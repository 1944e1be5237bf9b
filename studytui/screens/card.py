"""One card: where it stands, its forgetting curve, its reviews, and what can be done with it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from sims.simulation import Frame
from studytui.painting import after_painting
from studytui.panels import one_card
from studytui.screens.page import in_thread
from studytui.screens.taking import TakingPage
from studytui.services import Services
from studytui.widgets.keys import KeyBar

if TYPE_CHECKING:
    from db.records import StoredCard
    from studytui.sessions.study import StudySession

CURVE = 14
"""Rows of the forgetting curve, at least."""

OTHERS = 20
"""Rows that are left to the rest of the page."""

LEFT_OUT = {"suspended": "unsuspend", "buried": "unbury"}
"""State of a card that is left out → what takes it in again."""


def _change(key: str, change: str, name: str, tooltip: str) -> Binding:
    return Binding(key, f"change('{change}')", name, id=f"card.{change}", tooltip=tooltip)


class CardScreen(TakingPage):
    """Shows a card's past and its forgetting curve, thirty days on from today."""

    CSS_PATH = "../styles/card.tcss"
    BODY = "#card"
    HELP = (
        "The curve is the chance that you would recall the card, by day: it falls until a review "
        "lifts it again. Reviews are listed with the newest first."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        _change("exclamation_mark,at", "suspend", "Suspend", "Leave the card out"),
        _change("exclamation_mark,at", "unsuspend", "Unsuspend", "Take the card in again"),
        _change("minus", "bury", "Bury", "Leave the card out until tomorrow"),
        _change("minus", "unbury", "Unbury", "Take the card in again"),
        _change(
            "equals_sign", "today", "Ask today", "Make the card due today, even if it was left out"
        ),
        Binding("q,escape", "back", "Back", id="card.back", tooltip="Back to where you were"),
    ]

    @dataclass
    class Loaded(Message):
        """The card as it stands now."""

        stored: "StoredCard"
        history: dict[str, Any]

    def __init__(self, services: Services, session: "StudySession", card_id: str) -> None:
        """Show the card of that id; the session can take back what is done with it here."""
        super().__init__(services)
        self.session = session
        self.card_id = card_id
        self.loaded: CardScreen.Loaded | None = None
        self.changes: set[str] = set()
        self.changing = self.leaving = False
        """Whether a change is being written, and whether to go back once it is."""

    def compose(self) -> ComposeResult:
        """Show the parts, empty until the card is here."""
        with VerticalScroll(id="card", can_focus=False):
            for part in ("standing", "curve", "log"):
                yield Static(id=f"card-{part}")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the card after the first paint."""
        after_painting(self, self.load)

    @in_thread("store")
    def load(self, change: str = "") -> Loaded:
        """Make a change, and read the card."""
        store, id = self.services.store(), self.card_id
        if change == "today":
            while (state := store.card(id).state) in LEFT_OUT:
                getattr(store, LEFT_OUT[state])(id)
            store.set_due(id, 0)
        elif change:
            self.session.change(id, change)
        return self.Loaded(store.card(id), store.history(id))

    def on_card_screen_loaded(self, message: Loaded) -> None:
        """Draw, and offer what can be done with the card as it stands."""
        self.changing = False
        if self.leaving:
            self.once_on_top(self.dismiss)
        self.loaded, state = message, message.stored.state
        self.changes = {
            "unsuspend" if state == "suspended" else "suspend",
            "unbury" if state == "buried" else "bury",
            "today",
        }
        self._draw()
        self.refresh_bindings()

    def on_resize(self) -> None:
        """Draw for the new width, once the parts have it."""
        after_painting(self, self._draw)

    def _draw(self) -> None:
        if self.loaded is None:
            return
        stored, history = self.loaded.stored, self.loaded.history
        width = self.query_one("#card-curve").content_size.width
        parts = {
            "standing": one_card.standing(stored, history),
            "curve": one_card.curve(history, width, max(CURVE, self.size.height - OTHERS)),
            "log": one_card.log(history, width),
        }
        for name, content in parts.items():
            self.query_one(f"#card-{name}", Static).update(content)

    def plot_shown(self) -> tuple[Frame, str] | None:
        """Return the forgetting curve."""
        frame = one_card.curve_frame(self.loaded.history) if self.loaded else None
        return (frame, f"forgetting {self.card_id}") if frame else None

    def to_copy(self) -> str:
        """Return the card's id, which `studytui card` takes."""
        return self.card_id

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to take in a card that is left out, and to leave out one that is not."""
        if action == "change":
            return parameters[0] in self.changes and not self.changing
        return super().check_action(action, parameters)

    def action_change(self, change: str) -> None:
        """Suspend or bury, take that back, or ask today; each is an event of the log."""
        self.changing = True
        self.load(change)

    def failed(self, message: str) -> None:
        """Say it, and stay: what was to be written before leaving was not."""
        super().failed(message)
        self.changing = self.leaving = False

    def action_back(self) -> None:
        """Go back, once a change is written: the page below asks what has become of the card."""
        self.leaving = self.changing
        if not self.changing:
            self.dismiss()
