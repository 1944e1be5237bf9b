"""A marked paper: the score by topic, and each question with the right answer and its proof."""

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cards.quiz import Score
from sims import catalogue
from studytui.painting import after_painting
from studytui.plots import bars
from studytui.plots.canvas import fitted
from studytui.screens.page import in_thread
from studytui.screens.simulating import SimulatingPage
from studytui.services import Services
from studytui.sessions.comparing import Beside
from studytui.sessions.quiz import keep, mark
from studytui.widgets.keys import KeyBar
from studytui.widgets.question import QuestionView, Shown
from studytui.widgets.simulation import SimulationView

if TYPE_CHECKING:
    from cards.quiz import Marked, Result

SIGNS = {True: "✓ right", False: "✗ wrong", None: "? judge it yourself with 1 or 3"}


class ResultScreen(SimulatingPage):
    """Walks through a marked paper; answers that no machine decides are judged here."""

    SAID_ROWS = 2  # above the card
    CSS_PATH = "../styles/result.tcss"
    HELP = (
        "The score first, then each question with the right answer. Where the machine could not "
        "decide, press 3 for right or 1 for wrong. {result.mistakes:g} practises what was not "
        "right. Your schedule is left alone by all of that."
    )
    BODY = "#result"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,space", "move(1)", "Next", id="result.next", tooltip="Next question"),
        Binding("p", "move(-1)", "Previous", id="result.previous"),
        Binding("3", "judge(True)", "It was right", id="result.right"),
        Binding("1", "judge(False)", "It was wrong", id="result.wrong"),
        Binding(
            "g", "mistakes", "Practise", id="result.mistakes", tooltip="Practise what was not right"
        ),
        Binding("v", "simulate", "Simulate", id="result.simulate", tooltip="Run its simulation"),
        Binding("x", "cancel", "Cancel", id="result.cancel", tooltip="Stop the run"),
        Binding("d", "derive", "Derivation", id="result.derive", tooltip="Walk its derivation"),
        Binding("q,escape", "back", "Back", id="result.back", tooltip="Back to the quiz page"),
    ]

    @dataclass
    class Rejudged(Message):
        """The paper is marked and kept again."""

        result: "Result"

    def __init__(self, services: Services, result: "Result", id: str, says: str = "") -> None:
        """Show `result`, which the store keeps under `id`; `says` stands above the score."""
        super().__init__(services)
        self.says = says
        self.result = result
        self.paper_id = id
        self.place = 0
        self.judged: dict[int, bool] = {}
        self._turn = threading.Lock()
        """Held while a paper is kept, so that the last one kept has every judgement."""

    def compose(self) -> ComposeResult:
        """Show the score above, one question below."""
        yield Static(id="result-place")
        with VerticalScroll(id="result", can_focus=False):
            yield Static(Content(self.says), id="result-says")
            yield Static(id="result-score")
            yield QuestionView()
            yield SimulationView(self.services)
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the first question."""
        self._show()

    @property
    def marked(self) -> "Marked":
        """The question on the page."""
        return self.result.marked[self.place]

    def _show(self) -> None:
        marked = self.marked
        count = len(self.result.marked)
        place = f"Question {self.place + 1} of {count}   {SIGNS[marked.right]}"
        self.query_one("#result-place", Static).update(Content(place))
        self.query_one("#result-score").display = self.place == 0
        self.query_one("#result-says").display = self.place == 0 and bool(self.says)
        self._show_score()
        view = self.query_one(QuestionView)
        question = marked.question
        grade = marked.grade if marked.typed else None
        view.ask(Shown(question.card, question.variant, marked.typed, grade))
        view.reveal()
        self.query_one(SimulationView).clear()
        self.query_one("#result").scroll_home(animate=False)
        self.refresh_bindings()

    def on_resize(self) -> None:
        """Fit the score to the new width."""
        after_painting(self, self._show_score)

    def _show_score(self) -> None:
        score = self.query_one("#result-score", Static)
        score.update(score_content(self.result, score.content_size.width))

    def action_move(self, by: int) -> None:
        """Go to another question."""
        self.place = min(max(0, self.place + by), len(self.result.marked) - 1)
        self._show()

    def action_judge(self, right: bool) -> None:
        """Take the learner's word, and keep the paper with it."""
        self.judged[self.place] = right
        self.rejudge()

    @in_thread("store")
    def rejudge(self) -> Rejudged:
        """Mark again with the grades there are and the learner's own, as they are in its turn."""
        old = self.result
        typed = [marked.typed for marked in old.marked]
        grades = [marked.grade for marked in old.marked]
        with self._turn:
            result = mark(self.services, old.paper, typed, dict(self.judged), grades)
            keep(self.services, result, self.paper_id)
        return self.Rejudged(result)

    def on_result_screen_rejudged(self, message: Rejudged) -> None:
        """Show the paper as it is marked now."""
        self.result = message.result
        self._show()

    @property
    def mistakes(self) -> list[str]:
        """The ids of the cards that were not answered rightly, each once."""
        wrong = (one.question.card.id for one in self.result.marked if one.right is not True)
        return list(dict.fromkeys(wrong))

    def action_mistakes(self) -> None:
        """Practise the cards that were not answered rightly."""
        from studytui.screens.study import StudyScreen
        from studytui.sessions.practice import Practice

        practice = Practice(self.services, cards=self.mistakes)
        self.app.push_screen(StudyScreen(self.services, practice))

    def action_simulate(self) -> None:
        """Run the simulation behind the question."""
        question = self.marked.question
        if question.simulation:
            beside = Beside(question.card, question.variant, self.marked.typed)
            self.simulate_card(question.simulation, question.card, question.variant, beside)

    def action_derive(self) -> None:
        """Walk the derivation behind the question."""
        from studytui.screens.derivation import DerivationScreen

        self.app.push_screen(DerivationScreen(self.services, card=self.marked.question.card))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the question has."""
        if not self.is_mounted:
            return True
        question = self.marked.question
        return {
            "mistakes": bool(self.mistakes),
            "judge": self.marked.right is None or self.place in self.judged,
            "simulate": bool(question.simulation) and not self.simulating,
            "derive": bool(question.derivation or question.card.derive),
        }.get(action, super().check_action(action, parameters))


def score_content(result: "Result", width: int) -> Content:
    """Return the score of the paper, and of each topic, in lines of `width` cells."""
    names = max(12, min(34, width - 40))
    total = result.score()
    lines = [Content.styled(f"{line_of(total)}   {bars.share(total.share)}", "bold")]
    for topic, score in result.by_topic().items():
        entry = catalogue.find(topic)
        title = fitted(entry.title if entry else topic, names)
        lines.append(
            Content(f"  {title:<{names}} {line_of(score):<23} {bars.share(score.share, 8)}")
        )
    return Content("\n").join(lines)


def line_of(score: Score) -> str:
    """Return a score in words."""
    said = f"{score.right} of {score.asked} right"
    return said + (f", {score.open} to judge" if score.open else "")
