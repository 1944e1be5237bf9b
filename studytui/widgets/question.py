"""A card as it is asked: place, prompt, options, hint, and after the reveal answer and grade."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Rule, Static

from cards.answers.choice import key, picks, right_options, several
from cards.answers.result import Grade, Output
from cards.card import Card, Kind
from cards.statements.verdicts import said_of
from cards.variants.variant import revealed
from studytui.typeset.markdown import inline
from studytui.widgets.badge import MEANS, badge
from studytui.widgets.card import CardView
from studytui.widgets.grade import GradeView
from studytui.words import computed

if TYPE_CHECKING:
    from cards.variants.draw import Variant


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

    @property
    def output(self) -> Output | None:
        """What the simulation gave whose output is the answer."""


@dataclass(frozen=True)
class Shown:
    """A question to look at."""

    card: Card
    variant: "Variant"
    typed: str = ""
    grade: Grade | None = None
    output: Output | None = None


class OptionLine(Horizontal):
    """One option of a choice, or one item to be put in order, beside its number."""

    @dataclass
    class Picked(Message):
        """The option was clicked."""

        number: int

    def __init__(self, number: int, text: str) -> None:
        super().__init__()
        self.number = number
        self._text = text
        self._mark = Static(f"  {number}", classes="number")

    def compose(self) -> ComposeResult:
        """Show both; what is too long for a line goes on below itself."""
        yield self._mark
        yield Static(inline(self._text), classes="text")

    def mark(self, *, picked: bool, right: bool) -> None:
        """Show whether it was picked and whether it is right, by signs and by colour."""
        sign = "✓" if right else "✗" if picked else ""
        self.set_class(right, "-right")
        self.set_class(picked and not right, "-wrong")
        self._mark.update(Content(f"{'›' if picked else ' '} {self.number} {sign}"))

    def on_click(self) -> None:
        """Pick it."""
        self.post_message(self.Picked(self.number))


class QuestionView(Vertical):
    """Shows one question. Everything from a note is shown as text, never as markup."""

    DEFAULT_CSS = """
    QuestionView { height: auto; }
    QuestionView #options { height: auto; margin: 1 1 0 0; }
    OptionLine { height: auto; &:hover { background: $primary 20%; } }
    OptionLine.-cursor { background: $primary 35%; }
    OptionLine .number { width: 6; }
    OptionLine.-right .number { color: $success; }
    OptionLine.-wrong .number { color: $error; }
    OptionLine .text { width: 1fr; height: auto; }
    QuestionView CardView { margin: 1 1 0 1; }
    QuestionView #corrected { margin: 1 1 0 1; padding: 0 1; height: auto; }
    QuestionView Rule { margin: 1 1 0 1; color: $panel; }
    """

    chosen = 0
    """The number of the option that the arrow keys have marked, 0 for none."""

    def compose(self) -> ComposeResult:
        """Show the parts, empty until the first question."""
        yield CardView(id="prompt")
        yield Vertical(id="options")
        yield CardView(id="hint")
        yield Rule(id="fold")
        yield CardView(id="answer")
        yield Static(id="corrected")
        yield GradeView(id="grade")

    def ask(self, question: Asked) -> None:
        """Show a question without its answer."""
        self._question = question
        self._source = False
        self._revealed = False
        self.chosen = 0
        self._show_prompt()
        self._show_options()
        for part in ("#hint", "#fold", "#answer", "#corrected", "#grade"):
            self.query_one(part).display = False

    def reveal(self) -> None:
        """Show the answer, and the grade if something was typed."""
        self._revealed = True
        for line in self._options:
            line.remove_class("-cursor")
        self._show_answer()
        for part in ("#fold", "#answer"):
            self.query_one(part).display = True
        question = self._question
        says = getattr(question, "refuted", None)
        says = said_of(question.card) if says is None else says
        check = question.card.check
        word = check.evidence if check else None
        parts = [Content.styled(f"✗ {says}", "$text-warning")] if says else []
        if word and not says:
            claim = f" (claim {check.claim})" if check and check.claim else ""
            parts.append(badge(word) + Content.styled(f"{claim}: {MEANS[word]}", "$text-muted"))
        self.query_one("#corrected", Static).update(Content("\n").join(parts))
        self.query_one("#corrected").display = bool(parts)
        picked = question.card.kind is Kind.CHOICE
        self.query_one(GradeView).show(question.grade, question.typed, picked=picked)
        self._mark_options()

    def move(self, by: int) -> None:
        """Move the mark among the options, from the first or the last one on."""
        count = len(self._options)
        if count:
            self.chosen = (
                (self.chosen - 1 + by) % count + 1 if self.chosen else 1 if by > 0 else count
            )
            for line in self._options:
                line.set_class(line.number == self.chosen, "-cursor")
            self._options[self.chosen - 1].scroll_visible(animate=False)

    def news(self) -> Widget:
        """Return the part that a reader looks for after the reveal."""
        return self.query_one("#answer" if self._question.grade is None else "#grade")

    def computed(self) -> None:
        """Show the answer again: its value has been computed meanwhile."""
        if self._revealed:
            self._show_answer()

    @property
    def hinted(self) -> bool:
        """Whether the hint is shown."""
        return bool(self.query_one("#hint").display)

    def hint(self) -> None:
        """Show the hint."""
        view = self.query_one("#hint", CardView)
        view.show(f"Hint: {self._question.variant.hint}")
        view.display = True

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
        answer = revealed(self._question.card, self._question.variant)
        answer = computed(answer, self._question.output)
        self.query_one("#answer", CardView).show(answer, source=self._source)

    def _show_options(self) -> None:
        choices, box = self._question.variant.choices, self.query_one("#options")
        box.display = bool(choices)
        self._options = [OptionLine(number, text) for number, text in enumerate(choices, 1)]
        if choices or box.children:
            box.remove_children()
            box.mount_all(self._options)

    def _mark_options(self) -> None:
        question, choices = self._question, self._question.variant.choices
        if question.card.kind is not Kind.CHOICE:
            return
        picked = picks(question.typed, choices, undivided=several(question.card))
        right = {key(option) for option in right_options(question.card, question.variant.values)}
        for line, option in zip(self._options, choices, strict=True):
            line.mark(picked=option in picked, right=key(option) in right)
