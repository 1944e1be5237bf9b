"""A card as it is asked: prompt, options, hint, and after the reveal answer, evidence and grade.

All of it is one sheet in one widget: to show the next card is to draw it, and nothing moves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from cards.answers.choice import picks
from cards.answers.result import Grade, Output
from cards.card import Card, Kind
from cards.statements.verdicts import said_of
from cards.variants.choices import key, right_options, several
from cards.variants.variant import revealed
from studytui.painting import after_painting
from studytui.typeset.markdown import inline
from studytui.typeset.markdown import render as laid_out
from studytui.typeset.markdown import source as as_written
from studytui.typeset.sheet import Block, Sheet
from studytui.widgets.badge import MEANS, badge, wrong
from studytui.widgets.card import CardView
from studytui.widgets.grade import grade_blocks
from studytui.words import computed

if TYPE_CHECKING:
    from cards.variants.draw import Variant


class Asked(Protocol):
    """A question, on whatever screen it is asked."""

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
    """A question of a paper, or one that is only looked at."""

    card: Card
    variant: "Variant"
    typed: str = ""
    grade: Grade | None = None
    output: Output | None = None


class QuestionView(CardView):
    """Shows one question. Everything from a note is shown as text, never as markup."""

    DEFAULT_CSS = "QuestionView { padding: 1 2 0 2; }"

    chosen = 0
    """The number of the option that the arrow keys have marked, 0 for none."""
    hinted = False
    """Whether the hint is shown."""

    @dataclass
    class Picked(Message):
        """An option, or an item to be put in order, was clicked."""

        number: int

    def __init__(self) -> None:
        super().__init__()
        self._question: Asked | None = None
        self._source = self._revealed = self._settled = False
        self._over = 0
        """The number of the option under the mouse, 0 for none."""
        self._prompt: Sheet | None = None
        self._parts: dict[str, range] = {}
        """Part → which blocks of the sheet it is."""

    def ask(self, question: Asked, prompt: Sheet | None = None) -> None:
        """Show a question without its answer; its `prompt` may have been laid out already."""
        self._question = question
        self._prompt = prompt
        self._source = self._revealed = self._settled = self.hinted = False
        self.chosen = self._over = 0
        self._show()
        self._prompt = None

    def reveal(self) -> None:
        """Show the answer, and the grade if something was typed."""
        self._revealed = True
        self.chosen = 0
        self._show()

    def move(self, by: int) -> None:
        """Move the mark among the options, from the first or the last one on."""
        if count := len(self._choices):
            self.chosen = (
                (self.chosen - 1 + by) % count + 1 if self.chosen else 1 if by > 0 else count
            )
            self._show()
            self._look_at(lambda: self._option(self.chosen))

    def computed(self) -> None:
        """Show the answer again: its value has been computed meanwhile."""
        if self._revealed:
            self._show()

    def hint(self) -> None:
        """Show the hint."""
        self.hinted = True
        self._show()

    def settle(self) -> None:
        """Say no more what is wrong with the card's statement."""
        self._settled = True
        self._show()

    def toggle_source(self) -> None:
        """Show the text as written, or laid out again."""
        self._source = not self._source
        self._show()

    def look_at_news(self) -> None:
        """Scroll to the grade, else to the answer."""
        self._look_at(lambda: self._part("grade") or self._part("answer"))

    def _look_at(self, wanted: Callable[[], range]) -> None:
        """Scroll until blocks of the sheet are in sight, once they have their place."""

        def scroll() -> None:
            width, blocks = self.content_size.width, wanted()  # of the card that is shown by then
            if width and blocks and isinstance(self.parent, Widget):
                rows = self.sheet.rows_of(blocks.start, blocks.stop, width)
                top = self.virtual_region.y + self.gutter.top + rows.start
                region = Region(0, top, 1, len(rows))
                self.parent.scroll_to_region(region, animate=False, force=True)

        after_painting(self, scroll)

    def option_rows(self, number: int) -> range:
        """Return the rows that an option has."""
        block = self._option(number)
        rows = self.sheet.rows_of(block.start, block.stop, self.content_size.width)
        return rows[1:] if number == 1 else rows  # there is an empty one above the first

    def _option(self, number: int) -> range:
        return self._part("options")[number - 1 : number] if number else range(0)

    def _part(self, name: str) -> range:
        """Return the blocks of a part of the sheet; none where that part is not shown."""
        return self._parts.get(name, range(0))

    def _option_at(self, y: int) -> int:
        """Return the number of the option in a row of the widget, 0 if there is none."""
        row = y - self.gutter.top
        numbers = range(1, len(self._choices) + 1)
        return next((number for number in numbers if row in self.option_rows(number)), 0)

    def on_click(self, event: events.Click) -> None:
        """Pick the option that was clicked."""
        if number := self._option_at(event.y):
            self.post_message(self.Picked(number))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show which option a click would pick."""
        self._hover(self._option_at(event.y))

    def on_leave(self) -> None:
        """Show none any more."""
        self._hover(0)

    def _hover(self, number: int) -> None:
        if number != self._over:
            self._over = number
            self._show()

    # The sheet

    @property
    def _choices(self) -> Sequence[str]:
        return self._question.variant.choices if self._question else ()

    def rendered(self) -> Sheet:
        """Return the sheet of the question as it stands."""
        self._parts = {}
        if self._question is None:
            return Sheet([])
        question, variant = self._question, self._question.variant
        parts: dict[str, Sheet] = {"prompt": self._prompt or self._text(variant.prompt)}
        parts["options"] = Sheet(self._option_blocks(question))
        if self.hinted:
            parts["hint"] = laid_out(f"Hint: {variant.hint}")
        if self._revealed:
            parts["fold"] = Sheet([Block(Content(), fill="─", style="$panel")])
            answer = revealed(question.card, variant)
            parts["answer"] = self._text(computed(answer, question.output))
            parts["evidence"] = Sheet(self._evidence(question))
            picked = question.card.kind is Kind.CHOICE
            parts["grade"] = Sheet(grade_blocks(question.grade, question.typed, picked=picked))
        blocks: list[Block] = []
        for name, part in parts.items():
            self._parts[name] = range(len(blocks), len(blocks) + len(part.blocks))
            blocks += (
                [replace(part.blocks[0], gap=Content()), *part.blocks[1:]] if part.blocks else []
            )
        uncoloured = dict.fromkeys(fence for part in parts.values() for fence in part.uncoloured)
        return Sheet(blocks, uncoloured=tuple(uncoloured))

    def _text(self, text: str) -> Sheet:
        return as_written(text) if self._source else laid_out(text)

    def _option_blocks(self, question: Asked) -> list[Block]:
        """Return the options; after the reveal, marked as right and as picked."""
        marks = self._marks(question) if self._revealed else {}
        blocks = []
        for number, text in enumerate(question.variant.choices, 1):
            mark, style = marks.get(number, ("", ""))
            before = Content.styled(f"{mark[:1] or ' '} {number} {mark[1:]}".ljust(6), style)
            over = "on $primary 35%" if number == self.chosen else ""
            over = over or ("on $primary 20%" if number == self._over else "")
            blocks.append(Block(inline(text), first=before, rest=Content(" " * 6), style=over))
        return blocks

    @staticmethod
    def _marks(question: Asked) -> dict[int, tuple[str, str]]:
        """Return the signs before options, and their style, by their numbers."""
        choices = question.variant.choices
        if question.card.kind is not Kind.CHOICE:
            return {}
        picked = picks(question.typed, choices, undivided=several(question.card))
        right = {key(option) for option in right_options(question.card, question.variant.values)}
        marks = {}
        for number, option in enumerate(choices, 1):
            mine, good = option in picked, key(option) in right
            sign = "✓" if good else "✗" if mine else ""
            style = "$success" if good else "$error" if mine else ""
            marks[number] = (f"{'›' if mine else ' '}{sign}", style)
        return marks

    def _evidence(self, question: Asked) -> list[Block]:
        """Return what is wrong with the card's statement, else its badge."""
        if self._settled:
            return []
        verdict = getattr(question, "refuted", None)
        verdict = said_of(question.card) if verdict is None else verdict
        check = question.card.check
        if verdict:
            sign, text = wrong(check.evidence if check else None, verdict)
            return [Block(text, first=sign, rest=Content("  "))]
        if not (word := check.evidence if check else None):
            return []
        claim = f" (claim {check.claim})" if check and check.claim else ""
        return [Block(badge(word) + Content.styled(f"{claim}: {MEANS[word]}", "$text-muted"))]
