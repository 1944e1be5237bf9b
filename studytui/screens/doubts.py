"""Edited cards that wait for a person to say whether they are earlier ones."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from studytui.painting import after_painting
from studytui.screens.page import Page, in_thread
from studytui.services import Services
from studytui.sessions import importing
from studytui.widgets.card import CardView
from studytui.widgets.keys import KeyBar
from studytui.words import key

if TYPE_CHECKING:
    from cards.identity import Pair

SIDE_BY_SIDE = 100
"""Cells from which both texts stand side by side."""


class DoubtsScreen(Page):
    """Shows both texts of a card that was reworded, one pair after the other."""

    CSS_PATH = "../styles/doubts.tcss"
    BODY = "#doubts-parts"
    HELP = (
        "A card was edited so much that it may be another one. If it is the same card, it keeps "
        "its progress; if not, it is new, and the old one is not asked any more. Until you have "
        "said so the old text is asked as before."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "1", "settle(True)", "Same card", id="doubts.same", tooltip="It keeps its progress"
        ),
        Binding("2", "settle(False)", "A new card", id="doubts.new", tooltip="It begins as new"),
        Binding("right,space", "next", "Next", id="doubts.next", tooltip="Look at the next one"),
        Binding("e", "edit", "Edit", id="doubts.edit", tooltip="Open the note in your editor"),
        Binding("q,escape", "back", "Back", id="doubts.back", tooltip="Back; the rest waits on"),
    ]

    @dataclass
    class Loaded(Message):
        """The pairs that wait."""

        pairs: "list[Pair]"

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.pairs: list[Pair] = []
        self.at = 0

    def compose(self) -> ComposeResult:
        """Show both texts, empty at first."""
        yield Static(Content("Edited cards"), id="doubts-title")
        yield Static(Content("Reading the notes …"), id="doubts-says")
        with VerticalScroll(id="doubts-parts", can_focus=False), Container(id="doubts-pair"):
            for name, title in (("old", "Before"), ("new", "Now")):
                with Vertical(id=f"doubts-{name}", classes="side"):
                    yield Static(Content.styled(title, "bold"))
                    yield Static(id=f"doubts-{name}-place", classes="muted")
                    yield CardView(id=f"doubts-{name}-prompt")
                    yield CardView(id=f"doubts-{name}-answer")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the pairs."""
        super().on_mount()
        self.query_one("#doubts-parts").display = False
        after_painting(self, self.load)

    def on_resize(self) -> None:
        """Put both texts side by side where there is room."""
        self.query_one("#doubts-pair").set_class(self.size.width >= SIDE_BY_SIDE, "-wide")

    @in_thread("store")
    def load(self) -> Loaded:
        """Read the notes again whose edits wait."""
        return self.Loaded(importing.doubts(self.services.store()))

    def on_doubts_screen_loaded(self, message: Loaded) -> None:
        """Show the first pair, or that there is none."""
        self.pairs = message.pairs
        self.at = min(self.at, max(0, len(self.pairs) - 1))
        self.show_pair()

    def show_pair(self) -> None:
        """Show the pair whose turn it is."""
        self.query_one("#doubts-parts").display = bool(self.pairs)
        self.refresh_bindings()
        if not self.pairs:
            back = key("doubts.back", "q")
            says = f"No edit waits for a word of yours. Press {back} to go back."
            self.query_one("#doubts-says", Static).update(Content(says))
            return
        pair = self.pairs[self.at]
        says = f"{self.at + 1} of {len(self.pairs)}: is this the same card, reworded?"
        self.query_one("#doubts-says", Static).update(Content.styled(says, "bold"))
        for name, card in (("old", pair.old), ("new", pair.new)):
            self.query_one(f"#doubts-{name}-place", Static).update(
                Content(f"{card.file}:{card.line}")
            )
            self.query_one(f"#doubts-{name}-prompt", CardView).show(card.prompt)
            self.query_one(f"#doubts-{name}-answer", CardView).show(card.answer)

    def action_settle(self, same: bool) -> None:
        """Say whether it is the same card."""
        if self.pairs:
            self.settle(self.pairs[self.at], same)

    @in_thread("store")
    def settle(self, pair: "Pair", same: bool) -> Loaded:
        """Import it as that, and read what still waits."""
        store = self.services.store()
        importing.settle(store, pair, same=same)
        return self.Loaded(importing.doubts(store))

    def action_next(self) -> None:
        """Look at the next pair; this one waits on."""
        self.at = (self.at + 1) % len(self.pairs)
        self.show_pair()

    def action_edit(self) -> None:
        """Open the note in the editor, then read the pairs again."""
        new = self.pairs[self.at].new
        if self.edited(new.file, new.line):
            self.load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs a pair only where there is one."""
        if action in ("settle", "edit") and not self.pairs:
            return False
        if action == "next" and len(self.pairs) < 2:
            return False
        return super().check_action(action, parameters)
