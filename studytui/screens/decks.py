"""Decks: renamed, moved, paused and left out, each until it is taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable, Static

from studytui.painting import after_painting
from studytui.panels import Panel, groups, reviews
from studytui.panels import cards as cards_panels
from studytui.screens.page import SIDE_BY_SIDE, Page, in_thread
from studytui.services import Services
from studytui.sessions import decks
from studytui.sessions.decks import Deck, Done
from studytui.widgets.badge import badges
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar
from studytui.widgets.panel import PanelView
from studytui.words import NOTHING_TO_UNDO, key, keyed

NO_DECKS = "There are no decks yet: press {decks.back:q}, then {home.import:I}."

PAUSE = 0.2
"""Seconds for which the cursor rests before a deck's figures are counted."""

FIGURES: dict[str, Panel] = {
    "counts": cards_panels.counts,
    "evidence": groups.evidence,
    "coming": cards_panels.future,
    "kept": reviews.retention,
    "topics": groups.topics,
}
"""What is shown of the deck under the cursor."""

ASKED = {
    "rename": "The deck's new name; those below it go along",
    "move": "The deck to put it below; empty for the top",
}
"""What the field asks for."""


class DecksScreen(Page):
    """Lists decks; what is done to one writes into its notes or into the log."""

    CSS_PATH = "../styles/decks.tcss"
    AUTO_FOCUS = "#decks-list"
    BADGES = True
    HELP = (
        "A deck is what its notes say: a new name is written into them. A paused deck, and those "
        "below it, ask nothing until you resume it. A deck that is left out comes back when its "
        "notes are imported again. Reviews are kept whatever is done."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "ask('rename')", "Rename", id="decks.rename", tooltip="Give it another name"),
        Binding("m", "ask('move')", "Move", id="decks.move", tooltip="Put it below another deck"),
        Binding("space", "pause", "Pause", id="decks.pause", tooltip="Ask nothing of it, or again"),
        Binding(
            "delete,backspace",
            "remove",
            "Leave out",
            id="decks.remove",
            tooltip="Leave its cards out",
        ),
        Binding("u", "undo", "Undo", id="decks.undo", tooltip="Take the last change back"),
        Binding("q,escape", "back", "Back", id="decks.back", tooltip="Back to home"),
    ]

    @dataclass
    class Loaded(Message):
        """The decks are here; `says` tells what was just done."""

        decks: list[Deck]
        says: str = ""

    @dataclass
    class Counted(Message):
        """The figures of a deck are here."""

        deck: Deck
        figures: dict[str, Any]

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.rows: list[Deck] = []
        self.asking = ""
        """What the field asks for: a new name, a deck to move to, or nothing."""
        self.done: list[Done] = []
        """What was done here and stands, in order."""
        self._counted: Deck | None = None
        """The deck whose figures are shown, or on their way."""

    def compose(self) -> ComposeResult:
        """Show the list, empty at first, and a field when something is asked."""
        yield Static(Content("Decks"), id="decks-title")
        with Horizontal(id="decks-parts"):
            yield DataTable[Text](id="decks-list", cursor_type="row", zebra_stripes=True)
            with VerticalScroll(id="decks-beside", can_focus=False):
                yield Static(id="decks-name")
                for name, panel in FIGURES.items():
                    yield PanelView(panel, id=f"decks-{name}")
        yield Static(id="decks-says")
        yield Field(id="decks-value")
        yield KeyBar()

    def on_mount(self) -> None:
        """Fill the list."""
        super().on_mount()
        self.query_one(Field).display = False
        table = self.query_one(DataTable)
        for name in ("Deck", "New", "Learning", "Due", "Cards", "Evidence"):
            left = name in ("Deck", "Evidence")
            table.add_column(Text(name, justify="left" if left else "right"))
        after_painting(self, self.load)

    def on_resize(self) -> None:
        """Show what is known of a deck beside the list where there is room."""
        self.set_class(self.size.width >= SIDE_BY_SIDE, "-wide")
        self.look()

    def on_data_table_row_highlighted(self) -> None:
        """Count the figures of another deck once the cursor rests."""
        self.look()

    def look(self) -> None:
        """Count the figures of the deck under the cursor once it rests."""
        self.once_resting(PAUSE, self._count)

    def _count(self) -> None:
        """Count them, unless they are there or not shown."""
        deck = self.deck
        if self.has_class("-wide") and deck is not None and deck is not self._counted:
            self._counted = deck
            self.count(deck)

    @in_thread("figures")
    def count(self, deck: Deck) -> Counted:
        """Compute the figures of a deck; this imports numpy."""
        return self.Counted(deck, decks.figures(self.services.store(), deck))

    def on_decks_screen_counted(self, message: Counted) -> None:
        """Draw them."""
        if message.deck is self.deck:
            self.query_one("#decks-name", Static).update(Content.styled(message.deck.name, "bold"))
            for panel in self.query(PanelView):
                panel.show(message.figures)

    @in_thread("store")
    def load(self) -> Loaded:
        """Read the decks."""
        return self.Loaded(decks.listed(self.services.store()))

    def on_decks_screen_loaded(self, message: Loaded) -> None:
        """Show them, and what was done."""
        table = self.query_one(DataTable)
        row = table.cursor_row
        self.rows = message.decks
        table.clear()
        for deck in self.rows:
            paused = Text("  paused", "yellow") if deck.paused else Text()
            counts = (deck.new, deck.learning, deck.due, deck.cards)
            table.add_row(
                Text(deck.name, "dim" if deck.paused else "bold") + paused,
                *(Text(str(n) if n else "·", "" if n else "dim", justify="right") for n in counts),
                badges(deck.evidence),
            )
        table.move_cursor(row=row)
        self.look()
        says = message.says or ("" if self.rows else keyed(NO_DECKS))
        self.query_one("#decks-says", Static).update(Content(says))
        self.refresh_bindings()

    def failed(self, message: str) -> None:
        """Say below the list what could not be done; nothing was."""
        self.query_one("#decks-says", Static).update(Content.styled(message, "$text-warning"))

    @property
    def deck(self) -> Deck | None:
        """The deck under the cursor."""
        row = self.query_one(DataTable).cursor_row
        return self.rows[row] if 0 <= row < len(self.rows) else None

    # Changing

    def action_ask(self, what: str) -> None:
        """Ask for a new name, or for the deck to put this one below."""
        if (deck := self.deck) is None:
            return
        self.asking = what
        field = self.query_one(Field)
        above, _, leaf = deck.name.rpartition("::")
        field.value = deck.name if what == "rename" else above
        field.placeholder = "a name" if what == "rename" else f"{leaf} stays at the top"
        self.query_one("#decks-says", Static).update(Content(ASKED[what]))
        field.display = True
        field.focus()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Rename or move the deck."""
        deck, asked, value = self.deck, self.asking, event.value.strip()
        self.action_leave()
        if deck is None:
            return
        leaf = deck.name.rpartition("::")[2]
        new = value if asked == "rename" else f"{value}::{leaf}" if value else leaf
        self.do(lambda: decks.rename(self.services.store(), deck.name, new))

    def action_leave(self) -> None:
        """Leave the field for the list."""
        self.query_one(Field).display = False
        self.query_one("#decks-says", Static).update(Content())
        self.query_one(DataTable).focus()

    def action_pause(self) -> None:
        """Pause the deck under the cursor, or resume it."""
        if (deck := self.deck) is not None:
            store = self.services.store
            self.do(lambda: decks.pause(store(), deck.name, paused=not deck.paused))

    def action_remove(self) -> None:
        """Leave the cards of the deck under the cursor out."""
        if (deck := self.deck) is not None:
            self.do(lambda: decks.remove(self.services.store(), deck.name))

    @in_thread("store")
    def do(self, what: Callable[[], Done]) -> Loaded:
        """Do something to a deck, and read them again."""
        done = what()
        self.done.append(done)
        return self.Loaded(
            decks.listed(self.services.store()),
            f"{done.says} {key('decks.undo', 'u')} takes that back.",
        )

    def action_undo(self) -> None:
        """Take the last change back."""
        self.undo()

    @in_thread("store")
    def undo(self) -> Loaded:
        """Take it back, and read the decks again."""
        says = self.done.pop().take_back() if self.done else NOTHING_TO_UNDO
        return self.Loaded(decks.listed(self.services.store()), says)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs a deck only where there is one, and undo where there is something."""
        if action in ("ask", "pause", "remove") and not self.rows:
            return False
        if action == "undo" and not self.done:
            return False
        return super().check_action(action, parameters)
