"""Quiz: choose topics, a count and a seed, and sit a paper. The schedule is not touched."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from studytui.limits import LARGEST_SEED, MOST_MINUTES, MOST_QUESTIONS, number, whole_number
from studytui.painting import after_painting
from studytui.screens.mode import ModeScreen
from studytui.screens.page import in_thread
from studytui.sessions.open_paper import OpenPaper, remembered
from studytui.sessions.quiz import draw
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar
from studytui.widgets.options import Options
from studytui.widgets.title import TitleBar
from studytui.words import key, keyed

if TYPE_CHECKING:
    from cards.quiz import Paper
    from db.records import DeckRow

NO_TICK = "No tick means all topics."
NO_CARDS = (
    "There are no cards yet: on Home, {home.import:I} imports your notes, and {home.welcome:F} the "
    "bundled deck."
)
FIELDS = {
    "count": ("Questions", whole_number, 1, MOST_QUESTIONS),
    "minutes": ("Minutes, 0 for no limit", number, 0, MOST_MINUTES),
    "seed": ("Seed", whole_number, 0, LARGEST_SEED),
}
"""Name → label, the function that reads it, its least and its greatest value."""


class QuizSetupScreen(ModeScreen):
    """Chooses the paper. The same topics, count and seed give the same paper to everybody."""

    CSS_PATH = "../styles/quiz.tcss"
    HELP = (
        "Tick topics, or none for all of them. The same seed and cards give the same paper. "
        "Answers are marked at the end, and your schedule stays as it is. {quiz.resume:R} goes on "
        "with a paper that was left, or that a kill of the app interrupted."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick topic", id="quiz.tick", tooltip=NO_TICK.rstrip(".")),
        Binding("s", "begin", "Begin", id="quiz.begin", tooltip="Draw the paper and sit it"),
        Binding("R", "resume", "Resume", id="quiz.resume", tooltip="Go on with the paper you left"),
        Binding(
            "percent_sign", "confidence", "How sure", id="quiz.sure", tooltip="Ask how sure you are"
        ),
        Binding("O", "papers", "Old papers", id="quiz.papers", tooltip="The papers that were sat"),
        Binding("tab", "app.focus_next", "Fields", id="quiz.fields", tooltip="Go to the fields"),
    ]

    @dataclass
    class Loaded(Message):
        """The topics and the earlier papers have been read."""

        rows: list["DeckRow"]
        sat: list[dict[str, Any]]
        left: OpenPaper | None

    @dataclass
    class Drawn(Message):
        """The paper is ready."""

        paper: "Paper"
        minutes: float

    def compose(self) -> ComposeResult:
        """Show the topics on the left, the fields on the right."""
        yield TitleBar("quiz")
        with Horizontal():
            yield Options(id="quiz-topics")
            with VerticalScroll(id="quiz-fields", can_focus=False), Vertical():
                usual = {"count": "10", "minutes": "0", "seed": new_seed()}
                for name, (label, *_) in FIELDS.items():
                    yield Label(label)
                    yield Field(usual[name], id=name)
                yield Static(id="quiz-confidence")
                yield Static(id="quiz-sat", classes="muted")
        yield Static(NO_TICK, id="quiz-says", classes="muted")
        yield KeyBar()

    def on_mount(self) -> None:
        """Tick nothing."""
        self.names: dict[str, str] = {}
        self.has_no_cards = False
        """Whether it is known that there are no cards."""
        self.chosen: set[str] = set()
        self.left: OpenPaper | None = None
        self.confidence = True
        self.drawing = False
        """Whether a paper is being drawn."""
        self._show_confidence()

    def on_screen_resume(self) -> None:
        """Load whenever the page is opened, the first time after it was painted."""
        after_painting(self, self.load)

    @in_thread("store")
    def load(self) -> Loaded:
        """Read topics and earlier papers."""
        store = self.services.store()
        return self.Loaded(store.overview(), store.quizzes(), remembered())

    def on_quiz_setup_screen_loaded(self, message: Loaded) -> None:
        """List the topics, and how the last papers went."""
        titles = {row.topic: row.title for row in message.rows}
        counts = {t: sum(r.total for r in message.rows if r.topic == t) for t in titles}
        ordered = sorted(titles.items(), key=lambda item: item[1].casefold())
        self.names = {topic: f"{title}  ({counts[topic]})" for topic, title in ordered}
        self.chosen &= self.names.keys()
        topics = self.query_one(OptionList)
        cursor = topics.highlighted or 0
        topics.set_options([Option(self._line(topic), id=topic) for topic in self.names])
        topics.highlighted = min(cursor, len(self.names) - 1) if self.names else None
        self.query_one("#quiz-sat", Static).update(earlier(message.sat))
        self.left, self.has_no_cards = message.left, not self.names
        self._say_usual()
        if self.left is not None:
            self._say(f"{self.left.says()}: {key('quiz.resume', 'R')} goes on with it.")
        self.refresh_bindings()

    def _line(self, topic: str) -> Content:
        mark = "[x] " if topic in self.chosen else "[ ] "
        return Content(mark + self.names[topic])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tick a topic, or take the tick away."""
        topic = event.option_id or ""
        self.chosen ^= {topic}
        event.option_list.replace_option_prompt(topic, self._line(topic))

    def on_input_changed(self) -> None:
        """Clear the error of a field, which is being corrected."""
        self._say_usual()

    def on_input_submitted(self) -> None:
        """Begin on Enter in a field."""
        self.action_begin()

    def action_tick(self) -> None:
        """Tick the topic under the cursor."""
        self.query_one(OptionList).action_select()

    def action_leave(self) -> None:
        """Leave a field for the list."""
        self.query_one(OptionList).focus()

    def action_begin(self) -> None:
        """Check the fields and draw the paper, one at a time."""
        if self.drawing:
            return
        fields: dict[str, Any] = {}
        for name, (label, read, low, high) in FIELDS.items():
            text = self.query_one(f"#{name}", Field).value
            try:
                fields[name] = read(label.partition(",")[0], text, low, high)
            except ValueError as error:
                self.failed(f"{error}.")
                return
        self.drawing = True
        self._say("Drawing the paper …")
        self.draw(sorted(self.chosen), **fields)

    @in_thread("draw")
    def draw(self, topics: list[str], count: int, minutes: float, seed: int) -> Drawn:
        """Draw in the algebra child: wrong options are compared with the right one there."""
        return self.Drawn(draw(self.services, topics, count, seed), minutes)

    def on_quiz_setup_screen_drawn(self, message: Drawn) -> None:
        """Sit the paper, and put another seed into the field for the next one."""
        self.drawing = False

        def sit() -> None:  # the time runs from here on
            self._say_usual()
            self.query_one("#seed", Field).value = new_seed()
            self.query_one(OptionList).focus()
            self._open(message.paper, message.minutes, confidence=self.confidence)

        self.once_on_top(sit)

    def action_resume(self) -> None:
        """Go on with the paper that was left."""
        if self.left is not None:
            self._say_usual()
            self._open(self.left.paper, sat=self.left)

    def _open(self, *arguments: Any, **named: Any) -> None:
        from studytui.screens.paper import PaperScreen

        self.app.push_screen(PaperScreen(self.services, *arguments, **named))

    def action_confidence(self) -> None:
        """Ask how sure one is of each answer, or do not."""
        self.confidence = not self.confidence
        self._show_confidence()

    def _show_confidence(self) -> None:
        asks = "asks how sure you are" if self.confidence else "does not ask how sure you are"
        says = Content(f"{key('quiz.sure', '%')}: {asks}")
        self.query_one("#quiz-confidence", Static).update(says)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to go on with a paper where one was left."""
        if action == "resume" and self.is_mounted and self.left is None:
            return False
        return super().check_action(action, parameters)

    def action_papers(self) -> None:
        """Show the papers that were sat."""
        from studytui.screens.papers import PapersScreen

        self.app.push_screen(PapersScreen(self.services))

    def failed(self, message: str) -> None:
        """Show a sentence above the keys, where it stays."""
        self.drawing = False
        self._say(message)

    def _say_usual(self) -> None:
        """Say what no tick means, or how to get cards where there are none."""
        self._say(keyed(NO_CARDS) if self.has_no_cards else NO_TICK)

    def _say(self, text: str) -> None:
        self.query_one("#quiz-says", Static).update(Content(text))


def new_seed() -> str:
    """Return a seed that is short enough to be told to others."""
    return str(secrets.randbelow(10_000))


def earlier(sat: list[dict[str, Any]]) -> Content:
    """Return a line for each of the last papers, newest first."""
    lines = []
    for paper in sat[:-6:-1]:
        score = paper["score"]
        done = f"{score['right']} of {score['right'] + score['wrong'] + score['open']}"
        day = date.fromisoformat(paper["at"][:10])
        lines.append(f"{day:%d %b}  {done}  seed {paper['seed']}")
    return Content("\n".join(["Earlier papers", *lines]) if lines else "")
