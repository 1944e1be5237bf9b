"""Custom study: ahead, what was forgotten, for an exam, or more cards than the limits of today."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from studytui.limits import LARGEST_COUNT, whole_number
from studytui.one_line import prompt_on_one_line
from studytui.screens.page import SIDE_BY_SIDE, Page, in_thread
from studytui.services import Services
from studytui.sessions.custom import WayCards, cards_of_way
from studytui.sessions.practice import Practice
from studytui.sessions.study import StudySession
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar
from studytui.widgets.options import Options
from studytui.words import counted, short

PAUSE = 0.15
"""Seconds without a key before the cards are counted."""


@dataclass(frozen=True)
class Way:
    """A way to study; `asks` says what its number is, `usual` what it is at first."""

    name: str
    asks: str
    usual: int
    says: str


WAYS = {
    "ahead": Way("Study ahead", "Days", 3, "What comes due within so many days is asked too."),
    "forgotten": Way(
        "Practise what was forgotten",
        "Days",
        7,
        "What was rated Again in the last days. Nothing is stored: the schedule stays as it is.",
    ),
    "exam": Way(
        "Practise for an exam",
        "Days until then",
        7,
        "All that was studied, least likely to be recalled on that day first. Nothing is stored: "
        "the schedule stays as it is.",
    ),
    "new": Way("More new cards", "Cards", 10, "So many more than the limit, today only."),
    "due": Way("More due cards", "Cards", 50, "So many more than the limit, today only."),
}

HOLDS = {
    "ahead": "{} due by then, those of today among them",
    "forgotten": "{} rated Again in these days",
    "exam": "{} studied so far, those first that are forgotten soonest",
    "new": "{} not met yet, those of today among them; of those from one block of a note one a day",
    "due": "{} due today, those within the limit among them",
}
NONE = {
    "ahead": "No card comes due by then.",
    "forgotten": "No card was rated Again in these days.",
    "exam": "No card has been studied yet.",
    "new": "Every card has been met.",
    "due": "No card is due today.",
}
"""Way → what is said of its cards, and where there are none."""


class CustomScreen(Page):
    """Chooses a way to study the deck or topic that was under the cursor, and its number."""

    CSS_PATH = "../styles/custom.tcss"
    HELP = (
        "Choose a way to study with the arrow keys, set its number, and press Enter. Practice "
        "leaves the schedule as it is; studying ahead counts as any other review."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "begin", "Begin", id="custom.begin", tooltip="Begin with this number"),
        Binding("tab", "app.focus_next", "Number", id="custom.number", tooltip="Go to the number"),
        Binding("q,escape", "back", "Back", id="custom.back", tooltip="Back to home"),
    ]

    @dataclass
    class Ready(Message):
        """The limits of today are raised."""

        session: StudySession

    @dataclass
    class Counted(Message):
        """What the way under the cursor holds."""

        cards: WayCards

    def __init__(
        self, services: Services, title: str, deck: str | None = None, topic: str | None = None
    ) -> None:
        """Study everything, a deck, or a topic of a deck, which is called `title`."""
        super().__init__(services)
        self.titled, self.deck, self.topic = title, deck, topic

    def compose(self) -> ComposeResult:
        """Show the ways, and a field for the number."""
        yield Static(Content(f"Custom study: {self.titled.strip()}"), id="custom-name")
        with Horizontal(id="custom-parts"):
            with Vertical(id="custom-form"):
                yield Options(
                    *[Option(Content(way.name), id=id) for id, way in WAYS.items()],
                    id="custom-ways",
                )
                yield Static(id="custom-says")
                yield Field(id="custom-number")
                yield Static(id="custom-problem")
            with VerticalScroll(id="custom-beside", can_focus=False):
                yield Static(id="custom-shown")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin at the first way."""
        self.query_one(OptionList).focus()

    def on_resize(self) -> None:
        """Show the cards of a way beside it where there is room, else below."""
        self.query_one("#custom-parts").set_class(self.size.width >= SIDE_BY_SIDE, "-wide")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what the way under the cursor does, and suggest a number."""
        way = WAYS[event.option_id or ""]
        self.query_one("#custom-says", Static).update(Content(f"{way.says}\n\n{way.asks}"))
        self.query_one(Field).value = str(way.usual)
        self._look()

    def on_option_list_option_selected(self) -> None:
        """Begin."""
        self.action_begin()

    def on_input_changed(self) -> None:
        """Take back what was said of the number, and count anew once the hands rest."""
        self.query_one("#custom-problem", Static).update(Content())
        self._look()

    def _look(self) -> None:
        self.once_resting(PAUSE, self._count)

    def _count(self) -> None:
        way = self.query_one(OptionList).highlighted_option
        try:
            number = whole_number("The number", self.query_one(Field).value, 1, LARGEST_COUNT)
        except ValueError:
            self.query_one("#custom-shown", Static).update(Content())
            return
        if way is not None:
            self.count(way.id or "", number)

    @in_thread("count")
    def count(self, way: str, number: int) -> Counted:
        """Find the cards of a way."""
        return self.Counted(cards_of_way(self.services, way, number, self.deck, self.topic))

    def on_custom_screen_counted(self, message: Counted) -> None:
        """Say how many they are, and show the first."""
        way = self.query_one(OptionList).highlighted_option
        if way is not None and way.id == message.cards.way:
            self.query_one("#custom-shown", Static).update(shown(message.cards))

    def on_input_submitted(self) -> None:
        """Begin."""
        self.action_begin()

    def action_begin(self) -> None:
        """Check the number and study."""
        highlighted = self.query_one(OptionList).highlighted_option
        try:
            number = whole_number("The number", self.query_one(Field).value, 1, LARGEST_COUNT)
        except ValueError as error:
            self.failed(f"{error}.")
            return
        if highlighted is not None:
            self.begin(highlighted.id or "", number)

    @in_thread("store")
    def begin(self, way: str, number: int) -> Ready:
        """Raise the limits of today where that is wanted, and make the session."""
        scope = (self.services, self.deck, self.topic)
        if way in ("new", "due"):
            more = {way: number}
            self.services.store().allow_more(**more, deck=self.deck, topic=self.topic)
        if way == "forgotten":
            session: StudySession = Practice(*scope, forgotten=number)
        elif way == "exam":
            session = Practice(*scope, exam=number)
        else:
            session = StudySession(*scope, ahead=number if way == "ahead" else 0)
        return self.Ready(session)

    def on_custom_screen_ready(self, message: Ready) -> None:
        """Study."""
        from studytui.screens.study import StudyScreen

        screen = StudyScreen(self.services, message.session)
        self.once_on_top(lambda: self.app.switch_screen(screen))

    def failed(self, message: str) -> None:
        """Say it under the field."""
        self.query_one("#custom-problem", Static).update(Content(message))

    def action_leave(self) -> None:
        """Leave the field for the list."""
        self.query_one(OptionList).focus()


def shown(cards: WayCards) -> Content:
    """Return how many cards a way holds, and a line for each of the first."""
    if not cards.count:
        return Content(NONE[cards.way])
    lines = [Content.styled(HOLDS[cards.way].format(counted(cards.count, "card")), "bold")]
    for stored in cards.first:
        due = "new" if stored.due is None else f"{stored.due.astimezone():%Y-%m-%d}"
        prompt = short(prompt_on_one_line(stored.card), 200)
        lines.append(Content.assemble((f"{due:<12}", "dim"), prompt))
    if more := cards.count - len(cards.first):
        lines.append(Content.styled(f"and {more} more", "dim"))
    return Content("\n").join(lines)
