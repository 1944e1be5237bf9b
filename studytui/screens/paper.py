"""Sitting a quiz paper: one question a page, no feedback until the end.

Only the prediction of a simulation is decided at once: the learner commits to a number, then it
runs.
"""

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from cards.answers.choice import name_of
from cards.answers.result import Grade, Output
from cards.card import Kind
from cards.text.clean import clean_line
from cards.variants.choices import several
from studytui.screens.page import in_thread
from studytui.screens.simulating import SimulatingPage
from studytui.screens.study_keys import arrows, has_option, picks
from studytui.services import Services
from studytui.sessions.grading import unreadable
from studytui.sessions.open_paper import OpenPaper, forget, remember
from studytui.sessions.quiz import decided, keep, mark, verdict_on
from studytui.widgets.answer import AnswerLine
from studytui.widgets.keys import KeyBar
from studytui.widgets.question import QuestionView, Shown
from studytui.widgets.simulation import SimulationView
from studytui.words import ASKED_AGAIN, key, keyed

if TYPE_CHECKING:
    from cards.quiz import Paper, Question, Result

ANSWERING = {
    "submit", "move", "pick", "option", "choose", "answer", "finish", "back", "help", "pause",
    "confide", "cancel",
}  # fmt: skip
"""Actions that do not work while the paper is marked."""

WHILE_PAUSED = ("pause", "help", "back", "command_palette")
"""Actions that work while the clock stands and the question is hidden."""

WITH_CONFIDENCE = ("confide", "move", "help", "back", "finish", "pause", "command_palette")
"""Actions that work while the learner is asked how sure they are."""

TIME_OVER = "The time was over: the paper was handed in as it stood."
HOW_SURE = "How sure are you? {paper.sure:+} sure, {paper.unsure:-} unsure, Enter does not say."
COMMITTED = "You have committed to this number. Enter or {paper.next:n} goes on."
PAUSED = "Paused: the clock stands and the question is hidden. Space goes on."

REMEMBERED_EVERY = 15
"""Seconds of the clock after which the paper is saved again."""


class PaperScreen(SimulatingPage):
    """Asks the questions of a paper in turn; one may go back and change an answer."""

    SAID_ROWS = 2  # above the card
    CSS_PATH = "../styles/paper.tcss"
    AUTO_FOCUS = ""
    BODY = "#paper-question"
    HELP = (
        "Type an answer and press Enter, or press the number of an option; then say how sure you "
        "are. Nothing is marked before the end, but for a prediction, which a run decides at once. "
        "{paper.next:n} and {paper.previous:p} move between the questions, {paper.finish:f} hands "
        "the paper in, {paper.back:q} leaves it for later."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus", "confide(True)", "Sure", id="paper.sure", tooltip="You are sure of it"),
        Binding("minus", "confide(False)", "Unsure", id="paper.unsure", tooltip="You are not sure"),
        Binding("enter", "confide", "Not said", id="paper.unsaid", tooltip="Go on without"),
        Binding("enter", "submit", "Answer", id="paper.submit", tooltip="Keep it and go on"),
        Binding("n", "move(1)", "Next", id="paper.next", tooltip="The next question"),
        Binding("p", "move(-1)", "Previous", id="paper.previous"),
        *picks("paper"),
        *arrows("paper"),
        Binding("a", "answer", "Answer line", id="paper.answer", tooltip="Go to the answer line"),
        Binding("x", "cancel", "Cancel", id="paper.cancel", tooltip="Stop the run"),
        Binding("f", "finish", "Hand in", id="paper.finish", tooltip="Mark the paper"),
        Binding("space", "pause", "Pause", id="paper.pause", tooltip="Stop the clock, and go on"),
        Binding("q", "back", "Leave", id="paper.back", tooltip="Leave it, to go on later"),
    ]

    @dataclass
    class Read(Message):
        """An answer was read; `says` why it cannot be, empty where it can."""

        place: int
        typed: str
        says: str

    @dataclass
    class Decided(Message):
        """A run has decided a prediction."""

        place: int
        output: Output | None
        grade: Grade

    @dataclass
    class Marked(Message):
        """The paper has been marked and stored."""

        result: "Result"
        id: str

    def __init__(
        self,
        services: Services,
        paper: "Paper",
        minutes: float = 0,
        *,
        confidence: bool = False,
        sat: OpenPaper | None = None,
    ) -> None:
        """Sit `paper`; with `minutes` above 0 it is handed in when they are over.

        With `confidence` the learner says how sure they are of each answer. `sat` is the state of a
        paper that was left, or that a kill of the app interrupted.
        """
        super().__init__(services)
        self.paper = paper
        sat = sat or OpenPaper(paper, [""] * len(paper.questions), confidence=confidence)
        self.typed, self.place, self.confidence = list(sat.typed), sat.place, sat.confidence
        self.sure_of = dict(sat.sure)
        """How sure the learner was of an answer, by its place."""
        self.watched: dict[int, tuple[Output | None, Grade]] = {}
        """The outputs of runs and the grades of predictions, by place: these answers stay."""
        self.sure: tuple[str, ...] = ()
        """An action pressed once, with the answers then; pressed again, it is done."""
        self.marking = self.confiding = self.deciding = False
        self.paused_at: float | None = None
        left = sat.left if sat.left is not None else 60 * minutes if minutes else math.inf
        self._deadline = time.monotonic() + left
        self._over = ""
        self._clock: Timer | None = None
        self._remembered = time.monotonic()

    def compose(self) -> ComposeResult:
        """Show the place in the paper, the question, and the answer line."""
        yield Static(id="paper-place")
        with VerticalScroll(id="paper-question", can_focus=False):
            yield QuestionView()
            yield SimulationView(self.services)
        with Vertical(id="paper-foot"):
            yield Static(id="paper-says")
            yield AnswerLine(key("paper.answer", "a"), reveals=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the first question and start the clock."""
        self._show()
        if self._deadline < math.inf:
            self._clock = self.set_interval(1.0, self._tick)

    def on_unmount(self) -> None:
        """Stop the clock."""
        if self._clock is not None:
            self._clock.stop()

    def _tick(self) -> None:
        if self.paused_at is not None:
            return
        if time.monotonic() >= self._deadline and not self.marking:
            self._deadline = math.inf  # a paper that cannot be kept is not marked every second
            self._over = TIME_OVER
            self._hand_in()
        else:
            self._show_place()
            if time.monotonic() - self._remembered > REMEMBERED_EVERY:
                self._keep()
                self._remember()

    def _show(self) -> None:
        question = self._question
        self.confiding = False
        self.query_one(SimulationView).clear()
        self.query_one(QuestionView).ask(Shown(question.card, question.variant))
        line = self.query_one(AnswerLine)
        line.display = self.place not in self.watched
        line.ask(question.card, question.variant)
        line.input.value = self.typed[self.place]
        line.input.action_end()
        self._say("")
        self._show_place()
        self.query_one("#paper-question").scroll_home(animate=False)
        if self.place in self.watched:
            self.set_focus(None)
            self._say_decided()
        elif question.card.kind is Kind.CHOICE:
            self.set_focus(None)
        else:
            line.input.focus()
        self.refresh_bindings()

    @property
    def _question(self) -> "Question":
        return self.paper.questions[self.place]

    def _show_place(self) -> None:
        done = sum(bool(text) for text in self.typed)
        left = ""
        if self._deadline < math.inf:
            now = self.paused_at if self.paused_at is not None else time.monotonic()
            minutes, seconds = divmod(max(0, round(self._deadline - now)), 60)
            left = f"   {minutes}:{seconds:02} left"
        place = f"Question {self.place + 1} of {len(self.typed)}, {done} answered{left}"
        self.query_one("#paper-place", Static).update(Content(place))

    def _say(self, text: str) -> None:
        self.query_one("#paper-says", Static).update(Content(text))

    def _say_decided(self) -> None:
        output, grade = self.watched[self.place]
        self._say(f"{verdict_on(self.typed[self.place], output, grade)} {keyed(COMMITTED)}")

    def on_answer_line_submitted(self, message: AnswerLine.Submitted) -> None:
        """Go on, once it is known that the answer can be read."""
        if message.typed:
            self.read(self.place, message.typed)
        else:
            self.action_move(1)

    @in_thread("read")
    def read(self, place: int, typed: str) -> Read:
        """Read an answer in the algebra child."""
        question = self.paper.questions[place]
        says = unreadable(self.services, question.card, question.variant, typed)
        return self.Read(place, typed, says)

    def on_paper_screen_read(self, message: Read) -> None:
        """Ask again for an answer that cannot be read, unless the learner has moved on."""
        line = self.query_one(AnswerLine)
        if self.marking or (message.place, message.typed) != (self.place, self._on_line()):
            return
        if message.says:
            line.say(f"{message.says} {ASKED_AGAIN}")
        else:
            self._answered()

    def _answered(self) -> None:
        """Ask how sure the learner is, if confidence is asked; else go on."""
        self._keep()
        self._remember()
        if not self.confidence:
            self._go_on()
            return
        self.confiding = True
        self.set_focus(None)
        self._say(keyed(HOW_SURE))
        self.refresh_bindings()

    def action_confide(self, sure: bool | None = None) -> None:
        """Keep how sure the learner is, and go on."""
        self.sure_of.pop(self.place, None)
        if sure is not None:
            self.sure_of[self.place] = sure
        self.confiding = False
        self._go_on()

    def _go_on(self) -> None:
        """Run the simulation of a prediction, or go to the next question."""
        question, check = self._question, self._question.card.check
        if question.predicts and check and check.simulation and self.place not in self.watched:
            self.query_one(AnswerLine).display = False
            self.set_focus(None)
            self._say(f"You said {self.typed[self.place]}. Watch it run …")
            self.simulate_card(check.simulation, question.card, question.variant)
        else:
            self.action_move(1)

    @on(SimulationView.Ended)
    def run_ended(self, message: SimulationView.Ended) -> None:
        """Let the run decide; after one that failed or was stopped the number may be changed."""
        if self.marking:
            return
        if message.result is None:
            self.query_one(AnswerLine).display = True
            on = f"Enter runs it again, {key('paper.next', 'n')} goes on."
            self._say(f"The run did not end: {message.says}. {on}")
            return
        self.deciding = True
        self._say("The run has ended. How much do others scatter? …")
        self.decide(self.place, self.typed[self.place], message.result["outputs"])

    @in_thread("decide")
    def decide(self, place: int, typed: str, outputs: dict[str, float]) -> Decided:
        """Grade a prediction by a run."""
        return self.Decided(
            place, *decided(self.services, self.paper.questions[place], typed, outputs)
        )

    def on_paper_screen_decided(self, message: Decided) -> None:
        """Show the grade of the prediction, which stays."""
        self.deciding = False
        self.watched[message.place] = (message.output, message.grade)
        if message.place == self.place:
            self._say_decided()
        self.refresh_bindings()

    def _keep(self) -> None:
        """Keep the text of the line, entered or not."""
        if self.place in self.watched:
            return
        typed = self._on_line()
        if typed != self.typed[self.place]:
            self.typed[self.place] = typed
            self.sure_of.pop(self.place, None)

    def _remember(self) -> None:
        """Save the paper as it is now, so that it survives a kill of the app."""
        self._remembered = now = time.monotonic()
        left = None
        if self._deadline < math.inf:
            left = max(1.0, self._deadline - (now if self.paused_at is None else self.paused_at))
        self.remember(
            OpenPaper(
                self.paper, list(self.typed), dict(self.sure_of), self.place, left, self.confidence
            )
        )

    @in_thread("remember")
    def remember(self, sat: OpenPaper) -> None:
        """Write the state of the paper to its file."""
        remember(sat)

    def _on_line(self) -> str:
        return clean_line(self.query_one(AnswerLine).input.value)

    def action_pick(self, number: int) -> None:
        """Keep the option and go on; where several are right, write it on the line."""
        question, line = self._question, self.query_one(AnswerLine)
        if several(question.card):
            line.add(number)
        else:
            line.input.value = name_of(number, question.variant.choices)
            self._answered()

    def action_option(self, by: int) -> None:
        """Move the mark among the options."""
        self.query_one(QuestionView).move(by)
        self.refresh_bindings()

    def action_choose(self) -> None:
        """Pick the option that is marked."""
        self.action_pick(self.query_one(QuestionView).chosen)

    def on_question_view_picked(self, message: QuestionView.Picked) -> None:
        """Pick by a click."""
        if self.check_action("pick", (message.number,)):
            self.action_pick(message.number)
        elif self._question.card.kind is Kind.ORDER and not self.marking:
            self.query_one(AnswerLine).add(message.number)

    async def action_submit(self) -> None:
        """Answer with what stands on the line."""
        if self.place in self.watched:
            self.action_move(1)
        else:
            await self.query_one(AnswerLine).submit()

    def action_answer(self) -> None:
        """Go to the answer line."""
        self.query_one(AnswerLine).input.focus()

    def action_move(self, by: int) -> None:
        """Go to another question; after the last one, offer to hand in."""
        self._keep()
        if self.place + by == len(self.typed):
            self._offer()
        elif self.place + by >= 0:
            self.sure = ()
            self.place += by
            self._show()
            self._remember()

    def action_pause(self) -> None:
        """Stop the clock and hide the question, or go on."""
        hidden = self.paused_at is None
        if hidden:
            self._keep()
            self.paused_at = time.monotonic()
            self._remember()
        else:
            self._deadline += time.monotonic() - (self.paused_at or 0.0)
            self.paused_at = None
        self.query_one("#paper-question").display = not hidden
        self.query_one(AnswerLine).display = not hidden and self.place not in self.watched
        self.set_focus(None)
        self._say(PAUSED if hidden else keyed(HOW_SURE) if self.confiding else "")
        self._show_place()
        self.refresh_bindings()

    def action_finish(self) -> None:
        """Hand in, asking first."""
        self._keep()
        if self.sure == ("finish", *self.typed):
            self._hand_in()
        else:
            self._offer()

    def _offer(self) -> None:
        self.sure = ("finish", *self.typed)
        self.confiding = False
        self._show_place()
        self.set_focus(None)
        missing = self.typed.count("")
        open_ones = f"{missing} not answered. " if missing else "All answered. "
        hand_in, back = key("paper.finish", "f"), key("paper.previous", "p")
        self._say(f"{open_ones}Press {hand_in} to hand in, {back} to go back.")
        self.refresh_bindings()

    def _hand_in(self) -> None:
        self._keep()
        self.marking = True
        self.query_one(SimulationView).cancel()
        self.set_focus(None)
        self._say("Marking …")
        self.refresh_bindings()
        self.mark()

    @in_thread("mark")
    def mark(self) -> Marked:
        """Grade every answer, and keep the paper."""
        watched = {place: output for place, (output, _) in self.watched.items() if output}
        result = mark(self.services, self.paper, self.typed, sure=self.sure_of, watched=watched)
        id = keep(self.services, result)
        forget()
        return self.Marked(result, id)

    def on_paper_screen_marked(self, message: Marked) -> None:
        """Show the result."""
        from studytui.screens.result import ResultScreen

        screen = ResultScreen(self.services, message.result, message.id, self._over)
        self.once_on_top(lambda: self.app.switch_screen(screen))

    def failed(self, message: str) -> None:
        """Show a sentence, and let the paper be handed in again."""
        self.marking = self.deciding = False
        self._say(message)
        self.refresh_bindings()

    def action_back(self) -> None:
        """Leave without marking: the paper is kept, and the quiz page offers to go on."""
        self._keep()
        asked = ("back", *self.typed)
        if any(self.typed) and self.sure != asked:
            self.sure = asked
            leave, hand_in = key("paper.back", "q"), key("paper.finish", "f")
            self._say(f"The paper is kept for later. Press {leave} to leave, {hand_in} to hand in.")
            return
        if any(self.typed):
            self._remember()
        self.app.pop_screen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave single keys to the answer line, and none while the paper is marked."""
        if self.marking and action in ANSWERING:
            return False
        if self.paused_at is not None:
            return action in WHILE_PAUSED
        if self.confiding:
            return action in WITH_CONFIDENCE and super().check_action(action, parameters)
        if action == "confide":
            return False
        if (self.simulating or self.deciding) and action in ("submit", "answer", "finish", "move"):
            return False
        return self._can(action, parameters) and super().check_action(action, parameters)

    def _can(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Return whether the question has something for the key."""
        decided = self.place in self.watched
        question = self._question
        if action == "submit":
            return decided or self.query_one(AnswerLine).filled
        if action == "answer":
            return not decided
        if action == "option":
            return has_option(question.card, question.variant, 1)
        if action == "choose":
            return self.query_one(QuestionView).chosen > 0
        if action == "pick":
            return has_option(question.card, question.variant, int(str(parameters[0])))
        return True
