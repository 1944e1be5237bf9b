"""Sitting a quiz paper: one question a page, no feedback until the end."""

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from cards.answers.choice import name_of, several
from cards.card import Kind
from cards.text.clean import clean_line
from studytui.screens.page import Page, in_thread
from studytui.screens.study_keys import arrows, has_option, picks
from studytui.services import Services
from studytui.sessions.grading import unreadable
from studytui.sessions.quiz import keep, mark
from studytui.widgets.answer import AnswerLine
from studytui.widgets.keys import KeyBar
from studytui.widgets.question import OptionLine, QuestionView, Shown
from studytui.words import ASKED_AGAIN

if TYPE_CHECKING:
    from cards.quiz import Paper, Result

ANSWERING = {"submit", "move", "pick", "option", "choose", "answer", "finish", "back", "help"}
"""What cannot be done while the paper is marked."""

TIME_OVER = "The time was over: the paper was handed in as it stood."


class PaperScreen(Page):
    """Asks the questions of a paper in turn; one may go back and change an answer."""

    CSS_PATH = "../styles/paper.tcss"
    AUTO_FOCUS = ""
    BODY = "#paper-question"
    HELP = (
        "Type an answer and press Enter, or press the number of an option. Nothing is marked "
        "before the end; n and p move between the questions, f hands the paper in."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Answer", id="paper.submit", tooltip="Keep it and go on"),
        Binding("n", "move(1)", "Next", id="paper.next", tooltip="The next question"),
        Binding("p", "move(-1)", "Previous", id="paper.previous"),
        *picks("paper"),
        *arrows("paper"),
        Binding("a", "answer", "Answer line", id="paper.answer", tooltip="Go to the answer line"),
        Binding("f", "finish", "Hand in", id="paper.finish", tooltip="Mark the paper"),
        Binding("q", "back", "Leave", id="paper.back", tooltip="Leave without marking"),
    ]

    @dataclass
    class Read(Message):
        """Why what was typed to a question cannot be read, empty where it can."""

        place: int
        typed: str
        says: str

    @dataclass
    class Marked(Message):
        """The paper is marked and kept."""

        result: "Result"
        id: str

    def __init__(self, services: Services, paper: "Paper", minutes: float = 0) -> None:
        """Sit ``paper``; with ``minutes`` above 0 it is handed in when they are over."""
        super().__init__(services)
        self.paper = paper
        self.typed = [""] * len(paper.questions)
        self.place = 0
        self.sure: tuple[str, ...] = ()
        """What was asked for once, with the answers: it is done when asked for again with them."""
        self.marking = False
        self._deadline = time.monotonic() + 60 * minutes if minutes else math.inf
        self._over = ""
        self._clock: Timer | None = None

    def compose(self) -> ComposeResult:
        """Show the place in the paper, the question, and the answer line."""
        yield Static(id="paper-place")
        with VerticalScroll(id="paper-question", can_focus=False):
            yield QuestionView()
        yield Static(id="paper-says")
        yield AnswerLine(reveals=False)
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
        if time.monotonic() >= self._deadline and not self.marking:
            self._deadline = math.inf  # a paper that cannot be kept is not marked every second
            self._over = TIME_OVER
            self._hand_in()
        else:
            self._show_place()

    def _show(self) -> None:
        question = self.paper.questions[self.place]
        self.query_one(QuestionView).ask(Shown(question.card, question.variant))
        line = self.query_one(AnswerLine)
        line.ask(question.card, question.variant)
        line.input.value = self.typed[self.place]
        line.input.action_end()
        self._say("")
        self._show_place()
        self.query_one("#paper-question").scroll_home(animate=False)
        if question.card.kind is Kind.CHOICE:
            self.set_focus(None)
        else:
            line.input.focus()
        self.refresh_bindings()

    def _show_place(self) -> None:
        done = sum(bool(text) for text in self.typed)
        left = ""
        if self._deadline < math.inf:
            minutes, seconds = divmod(max(0, round(self._deadline - time.monotonic())), 60)
            left = f"   {minutes}:{seconds:02} left"
        place = f"Question {self.place + 1} of {len(self.typed)}, {done} answered{left}"
        self.query_one("#paper-place", Static).update(Content(place))

    def _say(self, text: str) -> None:
        self.query_one("#paper-says", Static).update(Content(text))

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
        """Ask again for what cannot be read, unless the question or the line has moved on."""
        line = self.query_one(AnswerLine)
        if self.marking or (message.place, message.typed) != (self.place, self._on_line()):
            return
        if message.says:
            line.say(f"{message.says} {ASKED_AGAIN}")
        else:
            self.action_move(1)

    def _keep(self) -> None:
        """Keep what stands on the line, entered or not."""
        self.typed[self.place] = self._on_line()

    def _on_line(self) -> str:
        return clean_line(self.query_one(AnswerLine).input.value)

    def action_pick(self, number: int) -> None:
        """Keep the option of that number and go on; where several are right, note it down."""
        question, line = self.paper.questions[self.place], self.query_one(AnswerLine)
        if several(question.card):
            line.add(number)
        else:
            line.input.value = name_of(number, question.variant.choices)
            self.action_move(1)

    def action_option(self, by: int) -> None:
        """Move the mark among the options."""
        self.query_one(QuestionView).move(by)
        self.refresh_bindings()

    def action_choose(self) -> None:
        """Pick the option that is marked."""
        self.action_pick(self.query_one(QuestionView).chosen)

    def on_option_line_picked(self, message: OptionLine.Picked) -> None:
        """Pick by a click."""
        if self.check_action("pick", (message.number,)):
            self.action_pick(message.number)

    async def action_submit(self) -> None:
        """Answer with what stands on the line."""
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

    def action_finish(self) -> None:
        """Hand in, asking first."""
        self._keep()
        if self.sure == ("finish", *self.typed):
            self._hand_in()
        else:
            self._offer()

    def _offer(self) -> None:
        self.sure = ("finish", *self.typed)
        self._show_place()
        self.set_focus(None)
        missing = self.typed.count("")
        open_ones = f"{missing} not answered. " if missing else "All answered. "
        self._say(f"{open_ones}Press f to hand in, p to go back.")

    def _hand_in(self) -> None:
        self._keep()
        self.marking = True
        self.set_focus(None)
        self._say("Marking …")
        self.refresh_bindings()
        self.mark()

    @in_thread("mark")
    def mark(self) -> Marked:
        """Grade every answer, and keep the paper."""
        result = mark(self.services, self.paper, self.typed)
        return self.Marked(result, keep(self.services, result))

    def on_paper_screen_marked(self, message: Marked) -> None:
        """Show the result."""
        from studytui.screens.result import ResultScreen

        screen = ResultScreen(self.services, message.result, message.id, self._over)
        self.once_on_top(lambda: self.app.switch_screen(screen))

    def failed(self, message: str) -> None:
        """Say it, and let the paper be handed in again."""
        self.marking = False
        self._say(message)
        self.refresh_bindings()

    def action_back(self) -> None:
        """Leave without marking, asking first when something was answered."""
        self._keep()
        asked = ("back", *self.typed)
        if any(self.typed) and self.sure != asked:
            self.sure = asked
            self._say("The answers will be lost. Press q to leave all the same, f to hand in.")
            return
        self.app.pop_screen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave single keys to the answer line, and none while the paper is marked."""
        if self.marking and action in ANSWERING:
            return False
        if action == "submit" and not self.query_one(AnswerLine).filled:
            return False
        question = self.paper.questions[self.place]
        if action == "option" and not has_option(question.card, question.variant, 1):
            return False
        if action == "choose" and not self.query_one(QuestionView).chosen:
            return False
        if action == "pick":
            number = int(str(parameters[0]))
            if not has_option(question.card, question.variant, number):
                return False
        return super().check_action(action, parameters)
