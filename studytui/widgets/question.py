"""A card as it is asked: place, prompt, options, hint, and after the reveal answer and grade."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Rule, Static

from cards.answers.result import Grade
from cards.card import Card, Kind
from studytui.one_line import maths_on_one_line
from studytui.widgets.card import CardView
from studytui.widgets.grade import GradeView

if TYPE_CHECKING:
    from cards.variants import Variant


class Asked(Protocol):
    """What a question consists of, wherever it is asked."""

    @property
    def card(self) -> Card:
        """The card."""

    @property
    def variant(self) -> "Variant":
        """Its texts with the values put in."""

    @property
    def typed(self) -> str:
        """The answer that was given, empty if none."""

    @property
    def grade(self) -> Grade | None:
        """What the machine said of it."""


@dataclass(frozen=True)
class Shown:
    """A question to look at."""

    card: Card
    variant: "Variant"
    typed: str = ""
    grade: Grade | None = None


class QuestionView(Vertical):
    """Shows one question. Everything from a note is shown as text, never as markup."""

    DEFAULT_CSS = """
    QuestionView { height: auto; }
    QuestionView .line { height: auto; padding: 0 1; margin: 1 1 0 1; }
    QuestionView CardView { margin: 1 1 0 1; }
    QuestionView Rule { margin: 1 1 0 1; color: $panel; }
    """

    def compose(self) -> ComposeResult:
        """Show the parts, empty until the first question."""
        yield CardView(id="prompt")
        yield Static(id="options", classes="line")
        yield Static(id="hint", classes="line")
        yield Rule(id="fold")
        yield CardView(id="answer")
        yield GradeView(id="grade")

    def ask(self, question: Asked) -> None:
        """Show a question without its answer."""
        self._question = question
        self._source = False
        self._revealed = False
        self._show_prompt()
        choices = enumerate(question.variant.choices, 1)
        self._line("options", "\n".join(f"{n}  {maths_on_one_line(text)}" for n, text in choices))
        self._line("hint", "")
        for part in ("#fold", "#answer", "#grade"):
            self.query_one(part).display = False

    def reveal(self) -> None:
        """Show the answer, and the grade if something was typed."""
        self._revealed = True
        self._show_answer()
        for part in ("#fold", "#answer"):
            self.query_one(part).display = True
        self.query_one(GradeView).show(self._question.grade, self._question.typed)

    def hint(self, text: str) -> None:
        """Show the hint."""
        self._line("hint", f"Hint: {text}")

    def toggle_source(self) -> None:
        """Show the text as written, or laid out again."""
        self._source = not self._source
        self._show_prompt()
        if self._revealed:
            self._show_answer()

    def _show_prompt(self) -> None:
        prompt = self._question.variant.prompt
        self.query_one("#prompt", CardView).show(prompt, source=self._source)

    def _show_answer(self) -> None:
        variant, card = self._question.variant, self._question.card
        answer = card.revealed if card.kind is Kind.CLOZE else variant.answer
        self.query_one("#answer", CardView).show(answer, source=self._source)

    def _line(self, id: str, text: str) -> None:
        line = self.query_one(f"#{id}", Static)
        if text:
            line.update(Content(text))
        line.display = bool(text)
