"""Home: what is due by deck and topic, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable, Static

from cards.decks import is_below
from studytui.panels import Panel, groups, reviews
from studytui.panels import cards as cards_panels
from studytui.screens.mode import ModeScreen
from studytui.screens.page import in_thread
from studytui.sessions.auditing import last_counts
from studytui.widgets.keys import KeyBar
from studytui.widgets.panel import PanelView
from studytui.widgets.title import TitleBar
from studytui.words import clock_warning, counted

if TYPE_CHECKING:
    from db.records import Counts, DeckRow

NAMES = "Deck and topic"
LEAST_NAME = 8
"""Cells of the names of decks and topics, at least; the rest of a longer one is clipped."""

SIDE_BY_SIDE = 120
"""Cells from which day, week and year stand beside the list."""
GLANCE_DAYS = 7
GLANCE: dict[str, Panel] = {
    "today": reviews.at_a_glance,
    "statements": groups.statements,
    "week": cards_panels.future,
    "minutes": reviews.minutes,
    "year": reviews.calendar,
}
"""What is shown beside the list."""

IMPORT_HINT = "To bring in notes of your own, run  studytui import PATH  in a terminal."


@dataclass(frozen=True)
class Row:
    """What a row of the list stands for: everything, a deck, or a topic of a deck."""

    title: str
    new: int
    learning: int
    due: int
    total: int
    deck: str | None = None
    topic: str | None = None


class Decks(DataTable[Text]):
    """The list. Names have what the counts leave, so that no count is ever out of sight."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "scroll_top", "First", show=False),
        Binding("end", "scroll_bottom", "Last", show=False),
    ]

    longest = len(NAMES)
    """Cells of the longest name, or of what stands above the names."""

    def fit(self) -> None:
        """Give the names the width they need, or what is left of it."""
        names = self.ordered_columns[0]
        others = sum(column.get_render_width(self) for column in self.ordered_columns) - names.width
        left = self.scrollable_content_region.width - others
        names.width = max(LEAST_NAME, min(left, self.longest))
        self.refresh(layout=True)

    def on_resize(self) -> None:
        """Fit the new width."""
        self.fit()


class HomeScreen(ModeScreen):
    """Lists decks and topics with what is due in each; Enter studies the one under the cursor."""

    CSS_PATH = "../styles/home.tcss"
    HELP = (
        "Choose what to study: everything, a deck, or one topic. New cards, cards being learnt "
        "and cards due for review are counted for today."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "study", "Study", id="home.study", tooltip="Study the row under the cursor"),
        Binding(
            "c",
            "custom",
            "Custom",
            id="home.custom",
            tooltip="Study ahead, practise for an exam, or have more cards today",
        ),
        Binding("q", "app.quit", "Quit", id="leave", tooltip="Leave the app; everything is saved"),
        Binding("r", "reload", "Reload", show=False, id="home.reload", tooltip="Count again"),
    ]

    @dataclass
    class Loaded(Message):
        """The overview is here; ``brought_in`` counts bundled cards that were just imported.

        ``parents`` has what is left of decks with others below them.
        """

        rows: list["DeckRow"]
        left: "Counts"
        parents: dict[str, "Counts"]
        brought_in: int
        warning: str

    @dataclass
    class Counted(Message):
        """The statistics are here."""

        figures: dict[str, Any]

    def compose(self) -> ComposeResult:
        """Show an empty list first: the store opens behind it."""
        yield TitleBar("home")
        yield Static(Content("Opening your cards …"), id="home-says")
        with Horizontal(id="home-parts"):
            yield Decks(id="decks", cursor_type="row", zebra_stripes=True)
            with VerticalScroll(id="home-glance", can_focus=False):
                for name, panel in GLANCE.items():
                    yield PanelView(panel, id=f"home-{name}")
        yield Static(Content(IMPORT_HINT), id="home-hint", classes="muted")
        yield KeyBar()

    def on_mount(self) -> None:
        """Prepare the columns, and look every second whether another program changed the store."""
        self._files: object = None
        self.set_interval(1.0, self.notice)
        self.rows: list[Row] = []
        table = self.query_one(Decks)
        table.add_column(Text(NAMES), width=LEAST_NAME)
        for name in ("New", "Learning", "Due", "Cards"):
            table.add_column(Text(name, justify="right"), width=max(5, len(name)))

    def on_resize(self) -> None:
        """Show the day, the week and the year beside the list where there is room."""
        self.set_class(self.size.width >= SIDE_BY_SIDE, "-wide")

    def on_screen_resume(self) -> None:
        """Count again whenever the screen comes back, the first time after it was painted."""
        self.call_after_refresh(self.load)

    def notice(self) -> None:
        """Count again when the store's files are not as they were: an import, a sync, a review."""
        if self.is_active and self._files not in (None, self.services.files()):
            self._files = None
            self.load()

    def action_reload(self) -> None:
        """Count again."""
        self.load()

    @in_thread("store")
    def load(self) -> Loaded:
        """Read the overview; an empty store first gets the bundled deck."""
        from db.records import Counts

        store = self.services.store()
        rows, brought_in = store.overview(), 0
        if not rows:
            from studytui.bundled import bring_in

            brought_in = bring_in(store)
            rows = store.overview()
        decks = {row.deck for row in rows}
        parents = {
            deck: store.remaining(deck=deck)
            for deck in decks
            if any(is_below(d, deck) for d in decks)
        }
        queued = store.next_card()
        left = queued.remaining if queued else Counts()
        return self.Loaded(rows, left, parents, brought_in, clock_warning(store.clock_ahead()))

    @in_thread("glance")
    def count(self) -> Counted:
        """Read the statistics; this imports numpy, while the list can be used already."""
        figures = self.services.store().statistics("", GLANCE_DAYS)
        return self.Counted(figures | {"statements": last_counts()})

    def on_home_screen_counted(self, message: Counted) -> None:
        """Draw the day, the week and the year."""
        for panel in self.query(PanelView):
            panel.show(message.figures)

    @in_thread("import")
    def import_study(self) -> None:
        """Import what the next key press will most likely need, while nobody waits for it."""
        import studytui.screens.study  # noqa: F401

    def on_home_screen_loaded(self, message: Loaded) -> None:
        """Fill the list."""
        self.rows = rows_of(message.rows, message.left, message.parents)
        table = self.query_one(Decks)
        cursor = table.cursor_row
        table.clear()
        for row in self.rows:
            table.add_row(*cells(row))
        table.longest = max([len(NAMES), *(cell_len(row.title) for row in self.rows)])
        table.fit()
        table.move_cursor(row=min(cursor, len(self.rows) - 1), scroll=True)
        table.focus()
        says = summary(self.rows, message.brought_in)
        if message.warning:
            says = Content.assemble(Content(message.warning), "\n", says)
        self.query_one("#home-says", Static).update(says)
        self._files = self.services.files()
        self.refresh_bindings()
        self.import_study()
        if self.has_class("-wide"):
            self.count()

    def failed(self, message: str) -> None:
        """Leave the sentence on the screen: without a store there is nothing else to show."""
        self.query_one("#home-says", Static).update(Content(message))

    def on_data_table_row_selected(self) -> None:
        """Study the row that was chosen by Enter or a click."""
        self.action_study()

    def action_study(self) -> None:
        """Open the study screen for the row under the cursor."""
        if not self.rows:
            self.say("There are no cards yet. " + IMPORT_HINT)
            return
        from studytui.screens.study import StudyScreen
        from studytui.sessions.study import Sitting

        row = self.rows[self.query_one(Decks).cursor_row]
        sitting = Sitting(self.services, deck=row.deck, topic=row.topic)
        self.app.push_screen(StudyScreen(self.services, sitting))

    def action_custom(self) -> None:
        """Open custom study for the row under the cursor."""
        from studytui.screens.custom import CustomScreen

        if self.rows:
            row = self.rows[self.query_one(Decks).cursor_row]
            screen = CustomScreen(self.services, row.title, row.deck, row.topic)
            self.app.push_screen(screen)


def rows_of(rows: "list[DeckRow]", left: "Counts", parents: "Mapping[str, Counts]") -> list[Row]:
    """Return the list's rows: everything, then each deck and the topics in it.

    ``left`` is what the daily limits leave over all decks: no sum of topics may promise more.
    ``parents`` has that of decks which have others below them: their row stands for all of these.
    """
    decks: dict[str, list[DeckRow]] = {}
    for row in rows:
        decks.setdefault(row.deck, []).append(row)
    shown = [_total("Everything", rows, left)] if rows else []
    for deck, topics in decks.items():
        if deck in parents:
            counts = parents[deck]
            total = sum(row.total for row in rows if row.deck == deck or is_below(row.deck, deck))
            shown.append(Row(deck, counts.new, counts.learning, counts.due, total, deck))
        else:
            shown.append(_total(deck, topics, left, deck))
        shown += [
            Row(f"  {t.title}", t.new, t.learning, t.due, t.total, deck, t.topic) for t in topics
        ]
    return shown


def _total(title: str, rows: "list[DeckRow]", left: "Counts", deck: str | None = None) -> Row:
    limits = (left, rows[0].left) if deck else (left,)
    new = min(sum(row.new for row in rows), *[limit.new for limit in limits])
    due = min(sum(row.due for row in rows), *[limit.due for limit in limits])
    learning = sum(row.learning for row in rows)
    return Row(title, new, learning, due, sum(row.total for row in rows), deck)


def cells(row: Row) -> list[Text]:
    """Return the cells of one row; a nought is left blank."""
    bold = "" if row.topic else "bold"
    counts = ((row.new, "blue"), (row.learning, "red"), (row.due, "green"))
    shown = [
        Text(str(n) if n else "·", f"{c} {bold}" if n else "dim", justify="right")
        for n, c in counts
    ]
    name = Text(row.title, bold, no_wrap=True, overflow="ellipsis")
    return [name, *shown, Text(str(row.total), "dim", justify="right")]


def summary(rows: list[Row], brought_in: int) -> Content:
    """Return what to do next, in a sentence or two."""
    if not rows:
        return Content(f"There are no cards yet. {IMPORT_HINT}")
    everything = rows[0]
    waiting = everything.new + everything.learning + everything.due
    if brought_in:
        return Content(
            f"Welcome. The bundled deck is in, {counted(brought_in, 'card')}. Press s to study."
        )
    if not waiting:
        return Content(
            "Nothing is due now. Press z to sit a quiz, l to try a simulation in the lab, "
            "or come back later."
        )
    return Content(
        f"{everything.due} due, {everything.learning} being learnt, {everything.new} new. "
        "Press s to study the row under the cursor."
    )
