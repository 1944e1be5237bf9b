"""Home: what is due by deck and topic, and what to do next."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import DataTable, Static

from cards.decks import is_below
from studytui.painting import after_painting
from studytui.panels import Panel, groups, reviews
from studytui.panels import cards as cards_panels
from studytui.screens.mode import ModeScreen
from studytui.screens.page import SIDE_BY_SIDE, in_thread
from studytui.services import Services
from studytui.sessions.auditing import last_counts
from studytui.widgets.badge import SIGNS, badges
from studytui.widgets.keys import KeyBar
from studytui.widgets.panel import PanelView
from studytui.widgets.title import TitleBar
from studytui.words import clock_warning, counted, key, keyed

if TYPE_CHECKING:
    from db.records import Counts, DeckRow

NAMES = "Deck and topic"
LEAST_NAME = 8
"""Fewest cells for the names of decks and topics; longer names are clipped."""
LOW = 18
"""Rows below which the list has its place before margins and the line of the day."""
COUNTS = {"New": 4, "Learn": 5, "Due": 4, "Cards": 5}
"""Column → cells, in any window."""
EVIDENCE = {1: 14, 2: 30}
"""Cells of the badges: of the few that matter most, and of all."""
NARROW, WIDE = 62, 100
"""Cells of the list from which it has few badges, and all badges with the share known."""

GLANCE_WIDTH = 68
"""Cells of the panels beside the list."""
GLANCE_DAYS = 7
GLANCE: dict[str, Panel] = {
    "today": reviews.at_a_glance,
    "evidence": groups.evidence,
    "statements": groups.statements,
    "week": cards_panels.future,
    "minutes": reviews.minutes,
    "year": reviews.calendar,
}
"""Panels beside the list, or in its place."""

BRINGING = "Bringing in the bundled deck …"
IMPORT_HINT = (
    "Press {home.import:I} to import notes of your own, or {home.welcome:F} for the bundled deck."
)


@dataclass(frozen=True)
class Row:
    """A row of the list: everything, a deck, or a topic of a deck."""

    title: str
    new: int
    learning: int
    due: int
    total: int
    deck: str | None = None
    topic: str | None = None
    paused: bool = False


@dataclass(frozen=True)
class RowStatistics:
    """The share of a row that is known, 0 to 1 or not counted yet, and its cards by badge."""

    known: float | None = None
    evidence: Mapping[str, int] = field(default_factory=dict)


class Decks(DataTable[Text]):
    """The list. Its names have the width that the counts leave, so that every count is seen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "scroll_top", "First", show=False),
        Binding("end", "scroll_bottom", "Last", show=False),
    ]

    longest = len(NAMES)
    """Cells of the longest name, or of the heading of the names."""

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
    BODY = "#home-glance"
    BADGES = True
    HELP = (
        "Choose what to study: everything, a deck, or one topic. New cards, cards being learnt "
        "and cards due for review are counted for today."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "study", "Study", id="home.study", tooltip="Study the row under the cursor"),
        Binding(
            "S",
            "custom",
            "Custom",
            id="home.custom",
            tooltip="Study ahead, practise for an exam, or have more cards today",
        ),
        Binding("I", "import", "Import", id="home.import", tooltip="Bring in notes of your own"),
        Binding("D", "decks", "Decks", id="home.decks", tooltip="Rename, move, pause, leave out"),
        Binding("G", "glance", "Glance", id="home.glance", tooltip="Today, the week and the year"),
        Binding(
            "W", "edits", "Waiting", id="home.edits", tooltip="Edited cards that wait for a word"
        ),
        Binding(
            "F", "welcome", "First start", id="home.welcome", tooltip="Choose what to begin with"
        ),
        Binding("q", "app.quit", "Quit", id="leave", tooltip="Leave the app; everything is saved"),
        Binding("f5", "reload", "Reload", show=False, id="home.reload", tooltip="Count again"),
    ]

    @dataclass
    class Loaded(Message):
        """The overview has been read; `brought_in` counts bundled cards imported with it.

        `parents` has what is left of decks with others below them, `waiting` counts notes with
        edits to be decided; nothing was ever done with an `untouched` store.
        """

        rows: list["DeckRow"]
        left: "Counts"
        parents: dict[str, "Counts"]
        brought_in: int | None
        warning: str
        waiting: int = 0
        untouched: bool = False

    @dataclass
    class Counted(Message):
        """The statistics have been read, and the badges by deck and topic."""

        figures: dict[str, Any]
        evidence: dict[tuple[str, str], Mapping[str, int]]
        doubts: int

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.rows: list[Row] = []
        self.statistics: dict[tuple[str | None, str | None], RowStatistics] = {}
        self.waiting = 0
        """Notes with edited cards to be decided."""
        self.doubts = 0
        """New cards that may be ones missing from their notes."""
        self.asked = False
        """Whether the person was asked what to begin with."""
        self.bringing = False
        """Whether the bundled deck is being imported."""
        self.brought_in = 0
        """Bundled cards that came in since the page was opened."""
        self.says = Content()
        self.opening = True
        """Whether the store is yet to be read."""
        self.painted = False
        """Whether the page has been painted; until then nothing else is begun."""
        self._files: object = None
        """The state of the store's files at the last count."""

    def compose(self) -> ComposeResult:
        """Show an empty list first: the store opens behind it."""
        yield TitleBar("home")
        yield Static(Content("Opening your cards …"), id="home-says")
        with Horizontal(id="home-parts"):
            yield Decks(id="decks", cursor_type="row", zebra_stripes=True)
            with VerticalScroll(id="home-glance", can_focus=False):
                for name, panel in GLANCE.items():
                    yield PanelView(panel, id=f"home-{name}")
        yield Static(id="home-line")
        yield KeyBar()

    def on_mount(self) -> None:
        """Prepare the columns, and look every second whether another program changed the store."""
        super().on_mount()
        self.set_interval(1.0, self.notice)
        self.screen_layout_refresh_signal.subscribe(self, self.begin_reading)

    @property
    def more(self) -> int:
        """How much stands beside the counts: nothing, few badges, or all there is."""
        beside = GLANCE_WIDTH if self.size.width >= SIDE_BY_SIDE else 0
        return sum(self.size.width - beside >= least for least in (NARROW, WIDE))

    def columns(self) -> None:
        """Set the columns up for the window as it is."""
        table = self.query_one(Decks)
        wanted = COUNTS | ({"Known": 5} if self.more > 1 else {})
        if len(table.columns) != 1 + len(wanted) + (self.more > 0):
            table.clear(columns=True)
            table.add_column(Text(NAMES), width=LEAST_NAME)
            for name, width in wanted.items():
                table.add_column(Text(name, justify="right"), width=width)
            if self.more:
                table.add_column(Text("Evidence"), width=EVIDENCE[self.more])

    def on_resize(self) -> None:
        """Show the day, the week and the year beside the list where there is room."""
        self.set_class(self.size.width >= SIDE_BY_SIDE, "-wide")
        self.set_class(self.size.height < LOW, "-low")
        self.fill()
        self.refresh_bindings()

    def on_screen_resume(self) -> None:
        """Count again whenever the screen comes back; at first it waits for its painting."""
        self.brought_in = 0
        if self.painted:
            after_painting(self, self.load_on_top)

    def begin_reading(self, _: Screen[Any]) -> None:
        """Count once the page has been painted; Textual drops what it draws within a batch."""
        if not self.painted and not self.app._batch_count:
            self.painted = True
            self.load_on_top()

    def load_on_top(self) -> None:
        """Count, unless another screen was opened meanwhile: its cards come first."""
        if self.is_active:
            self.load()

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
        """Read the overview."""
        return self._loaded(None)

    @in_thread("bundled")
    def bring_in(self) -> Loaded:
        """Import the bundled deck, then read the overview."""
        from studytui.bundled import bring_in

        return self._loaded(bring_in(self.services.store()))

    def _loaded(self, brought_in: int | None) -> Loaded:
        """Read the overview. Blocks."""
        from db.records import Counts

        store = self.services.store()
        rows = store.overview()
        decks = {row.deck for row in rows}
        parents = {
            deck: store.remaining(deck=deck)
            for deck in decks
            if any(is_below(d, deck) for d in decks)
        }
        queued = store.next_card()
        left = queued.remaining if queued else Counts()
        warning = clock_warning(store.clock_ahead())
        waiting = sum(Path(path).is_file() for path in store.waiting())
        untouched = not rows and store.untouched()
        return self.Loaded(rows, left, parents, brought_in, warning, waiting, untouched)

    @in_thread("glance")
    def count(self) -> Counted:
        """Read the statistics; this imports numpy, while the list can be used already."""
        store = self.services.store()
        figures, evidence = store.statistics("", GLANCE_DAYS), store.evidence()
        more = {"statements": last_counts(), "evidence": total(evidence)}
        return self.Counted(figures | more, evidence, len(store.doubts()))

    def on_home_screen_counted(self, message: Counted) -> None:
        """Draw the day, the week and the year, and what stands beside the names."""
        self.doubts = message.doubts
        self.statistics = statistics(message.figures["by_topic"], message.evidence)
        for panel in self.query(PanelView):
            panel.show(message.figures)
        self.query_one("#home-line", Static).update(reviews.on_a_line(message.figures))
        self.fill()
        self.summarise()
        self.refresh_bindings()

    @in_thread("import")
    def import_study(self) -> None:
        """Import the study screen, which the next key press will most likely need."""
        import studytui.screens.study  # noqa: F401

    def on_home_screen_loaded(self, message: Loaded) -> None:
        """Fill the list."""
        if self.bringing and message.brought_in is None:
            return  # the bundled deck is on its way
        self.bringing = self.opening = False
        self.rows = rows_of(message.rows, message.left, message.parents)
        self.waiting = message.waiting
        self.fill()
        if not self.has_class("-glance"):
            self.query_one(Decks).focus()
        self.brought_in = message.brought_in or self.brought_in
        self.says = summary(self.rows, self.brought_in)
        if message.warning:
            self.says = Content.assemble(Content(message.warning), "\n", self.says)
        self.summarise()
        self._files = self.services.files()
        self.refresh_bindings()
        self.import_study()
        if self.rows:
            self.count()
        elif message.untouched and not self.asked:
            self.asked = True
            self.once_on_top(self.action_welcome)

    def fill(self) -> None:
        """Show the rows with the statistics read so far; the cursor stays where it is."""
        if not self.size:
            return
        table = self.query_one(Decks)
        cursor = table.cursor_row
        self.columns()  # the window may have changed its size before the event that says so
        table.clear()
        for row in self.rows:
            figures = self.statistics.get((row.deck, row.topic), RowStatistics())
            table.add_row(*cells(row, figures, self.more))
        table.longest = max([len(NAMES), *(cell_len(row.title) for row in self.rows)])
        table.fit()
        table.move_cursor(row=min(cursor, len(self.rows) - 1), scroll=True)

    def summarise(self) -> None:
        """Say what to do next, which cards are refuted, and which edits wait."""
        parts = [self.says]
        badge_counts = self.statistics.get((None, None), RowStatistics()).evidence
        if sentence := refutations(badge_counts):
            parts.append(Content.styled(sentence, "$text-warning"))
        if self.waiting or self.doubts:
            sentence = (
                "Edited cards may be earlier ones, and wait until you say: "
                f"press {key('home.edits', 'W')}."
            )
            parts.append(Content(sentence))
        self.query_one("#home-says", Static).update(Content("\n").join(parts))

    def failed(self, message: str) -> None:
        """Leave the sentence on the screen: without a store there is nothing else to show."""
        self.bringing = self.opening = False
        self.query_one("#home-says", Static).update(Content(message))

    def on_data_table_row_selected(self) -> None:
        """Study the row that was chosen by Enter or a click."""
        self.action_study()

    def action_study(self) -> None:
        """Open the study screen for the row under the cursor."""
        if not self.rows and not self.opening:
            self.say(keyed(f"There are no cards yet. {IMPORT_HINT}"))
            return
        from studytui.screens.study import StudyScreen
        from studytui.sessions.study import StudySession

        # Before the list is filled the cursor stands at its first row, everything.
        row = self.rows[self.query_one(Decks).cursor_row] if self.rows else Row("", 0, 0, 0, 0)
        session = StudySession(self.services, deck=row.deck, topic=row.topic)
        self.app.push_screen(StudyScreen(self.services, session))

    def action_import(self) -> None:
        """Look at notes, and import them."""
        from studytui.screens.import_ import ImportScreen

        self.app.push_screen(ImportScreen(self.services))

    def action_decks(self) -> None:
        """Show what can be done to whole decks."""
        from studytui.screens.decks import DecksScreen

        self.app.push_screen(DecksScreen(self.services))

    def action_edits(self) -> None:
        """Show the edited cards that may be earlier ones."""
        from studytui.screens.doubts import DoubtsScreen

        self.app.push_screen(DoubtsScreen(self.services))

    def action_glance(self) -> None:
        """Show the day, the week and the year in the place of the list, or the list again."""
        self.toggle_class("-glance")
        if self.has_class("-glance"):
            self.set_focus(None)  # so that the arrow keys scroll
        else:
            self.query_one(Decks).focus()

    def action_welcome(self) -> None:
        """Ask what to begin with."""
        from studytui.screens.welcome import WelcomeScreen

        self.app.push_screen(WelcomeScreen(self.services), self.begin)

    def begin(self, choice: str | None) -> None:
        """Import the bundled deck or notes of one's own, as was chosen."""
        if choice in ("bundled", "both"):
            self.query_one("#home-says", Static).update(Content(BRINGING))
            self.bringing = True
            self.bring_in()
        if choice in ("own", "both"):
            self.action_import()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what does something now."""
        if action == "glance" and (not self.rows or self.size.width >= SIDE_BY_SIDE):
            return False
        if action == "edits" and not (self.waiting or self.doubts):
            return False
        if action == "welcome" and (self.rows or self.waiting or self.doubts):
            return False
        return super().check_action(action, parameters)

    def action_custom(self) -> None:
        """Open custom study for the row under the cursor."""
        from studytui.screens.custom import CustomScreen

        if self.rows:
            row = self.rows[self.query_one(Decks).cursor_row]
            screen = CustomScreen(self.services, row.title, row.deck, row.topic)
            self.app.push_screen(screen)


def rows_of(rows: "list[DeckRow]", left: "Counts", parents: "Mapping[str, Counts]") -> list[Row]:
    """Return the list's rows: everything, then each deck and the topics in it.

    `left` is what the daily limits leave of all decks: no sum of topics may promise more.
    `parents` has the same for decks with others below them, whose row counts these too.
    """
    decks: dict[str, list[DeckRow]] = {}
    for row in rows:
        decks.setdefault(row.deck, []).append(row)
    shown = [_total("Everything", rows, left)] if rows else []
    own_first = sorted(decks.items(), key=lambda item: all(row.bundled for row in item[1]))
    for deck, topics in own_first:
        if deck in parents:
            counts = parents[deck]
            total = sum(row.total for row in rows if row.deck == deck or is_below(row.deck, deck))
            paused = all(row.paused for row in rows if row.deck == deck)
            shown.append(
                Row(deck, counts.new, counts.learning, counts.due, total, deck, paused=paused)
            )
        else:
            shown.append(_total(deck, topics, left, deck))
        shown += [
            Row(f"  {t.title}", t.new, t.learning, t.due, t.total, deck, t.topic) for t in topics
        ]
    return shown


def _total(title: str, rows: "list[DeckRow]", left: "Counts", deck: str | None = None) -> Row:
    """Return the row of a deck, or of everything, that counts the cards of these topics."""
    limits = (left, rows[0].left) if deck else (left,)
    new = min(sum(row.new for row in rows), *[limit.new for limit in limits])
    due = min(sum(row.due for row in rows), *[limit.due for limit in limits])
    learning = sum(row.learning for row in rows)
    paused = deck is not None and all(row.paused for row in rows)
    return Row(title, new, learning, due, sum(row.total for row in rows), deck, paused=paused)


def total(evidence: Mapping[tuple[str, str], Mapping[str, int]]) -> Counter[str]:
    """Return how many cards there are with each badge."""
    counts: Counter[str] = Counter()
    for words in evidence.values():
        counts.update(words)
    return counts


def statistics(
    topics: list[dict[str, Any]], evidence: Mapping[tuple[str, str], Mapping[str, int]]
) -> dict[tuple[str | None, str | None], RowStatistics]:
    """Return the statistics of rows, by deck and topic: of topics, whole decks, everything."""
    known: Counter[tuple[str | None, str | None]] = Counter()
    cards: Counter[tuple[str | None, str | None]] = Counter()
    badge_counts: dict[tuple[str | None, str | None], Counter[str]] = {}
    for figures in topics:
        deck, topic = figures["deck"], figures["topic"]
        parts = deck.split("::")
        decks = ["::".join(parts[:count]) for count in range(1, len(parts) + 1)]
        for row in ((deck, topic), *((name, None) for name in decks), (None, None)):
            cards[row] += figures["cards"]
            known[row] += figures["cards"] * figures["mastery"]
            badge_counts.setdefault(row, Counter()).update(evidence.get((deck, topic), {}))
    return {
        row: RowStatistics(known[row] / count, badge_counts[row]) for row, count in cards.items()
    }


def refutations(badge_counts: Mapping[str, int]) -> str:
    """Return a sentence on refuted and conditional cards; empty without any."""
    teach = "teaches" if badge_counts.get("refuted") == 1 else "teach"
    parts = [
        f"{SIGNS[word][0]} {badge_counts[word]} {meaning}"
        for word, meaning in (
            ("refuted", f"{teach} what is refuted"),
            ("conditional", "what holds on a condition"),
        )
        if badge_counts.get(word)
    ]
    return f"Of your cards {', '.join(parts)}; badges mark them." if parts else ""


def cells(row: Row, figures: RowStatistics, more: int) -> list[Text]:
    """Return the cells of a row, with `more` columns in a wider list; a dot stands for 0."""
    bold = "" if row.topic else "bold"
    counts = ((row.new, "blue"), (row.learning, "red"), (row.due, "green"))
    shown = [
        Text(str(n) if n else "·", f"{c} {bold}" if n else "dim", justify="right")
        for n, c in counts
    ]
    name = Text(row.title, "dim" if row.paused else bold, no_wrap=True, overflow="ellipsis")
    if row.paused:
        name += Text("  paused", "yellow")
    beside = [_share(figures.known)] if more > 1 else []
    beside += [badges(figures.evidence, brief=more < 2)] if more else []
    return [name, *shown, Text(str(row.total), justify="right"), *beside]


def _share(known: float | None) -> Text:
    """Return the share of a row that is known, in per cent."""
    return Text(f"{known:.0%}" if known else "·", "" if known else "dim", justify="right")


def summary(rows: list[Row], brought_in: int) -> Content:
    """Return what to do next, in a sentence or two."""
    if not rows:
        return Content(keyed(f"There are no cards yet. {IMPORT_HINT}"))
    everything = rows[0]
    waiting = everything.new + everything.learning + everything.due
    if brought_in:
        return Content(
            f"Welcome. The bundled deck is in, {counted(brought_in, 'card')}. "
            f"Press {key('home.study', 's')} to study."
        )
    if not waiting:
        return Content(
            f"Nothing is due now. Press {key('quiz', 'Z')} to sit a quiz, "
            f"{key('lab', 'L')} to try a simulation in the lab, "
            "or come back later."
        )
    return Content(
        f"{everything.due} due, {everything.learning} being learnt, {everything.new} new. "
        f"Press {key('home.study', 's')} to study the row under the cursor."
    )
