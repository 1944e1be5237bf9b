"""The line an answer is typed on, with what was understood of it in two dimensions above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import Input, Static

from cards.answers.choice import name_of
from cards.card import Card, Kind
from cards.text.clean import clean_line
from cards.variants.choices import SEVERAL, proof_lines, several
from studytui.painting import after_painting

if TYPE_CHECKING:
    from cards.variants.draw import Variant

DEBOUNCE = 0.15
"""Seconds without a key before the line is read."""
INVITATION = "Type an answer and press Enter"
OF_SEVERAL = "Type the numbers of all that are right, such as 1 3, and press Enter"
PICK_SEVERAL = "Press the numbers of all that are right, then Enter"
IN_ORDER = "Type the numbers in their right order, such as 2 1 3"
OF_A_PROOF = "Type the numbers of the lines that belong, in order, such as 2 1"
TO_REVEAL = ", or leave it empty to reveal"
ASLEEP = "Press {}, or click here, to type an answer"
"""What the line says while keys are the screen's, so that nobody types into nothing."""
READ_LIMIT = 400
"""Characters of the longest answer that is shown as it was read."""
TALLEST = 7
"""Rows of what was read; a formula that needs more, or is too wide, is set on one line."""


class AnswerInput(Input):
    """The line itself: all keys are its own, but for Enter and Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Submit", id="answer.submit", tooltip="Empty: just reveal"),
        Binding("escape", "leave", "Leave the line", id="answer.leave", tooltip="Back to the keys"),
    ]

    def __init__(self, asleep: str) -> None:
        super().__init__(placeholder=asleep, select_on_focus=False)
        self.invitation = INVITATION
        self.asleep = asleep

    def show(self, shown: bool) -> None:
        """Show the line, or leave its place empty: nothing else on the page moves."""
        if self.can_focus != shown:
            self.can_focus = shown
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows of the line, empty ones while it is not shown."""
        if self.can_focus:
            return super().render_lines(crop)
        row = Strip.blank(crop.width, self.screen.rich_style)
        for line_filter in self.get_line_filters():
            row = row.apply_filter(line_filter, self.screen.background_colors[1])
        return [row] * crop.height

    def on_focus(self) -> None:
        """Invite an answer, now that keys are the line's."""
        self.placeholder = self.invitation

    def on_blur(self) -> None:
        """Say how to come back."""
        self.placeholder = self.asleep

    def action_leave(self) -> None:
        """Give the keys back to the screen."""
        self.screen.set_focus(None)


class AnswerLine(Vertical):
    """Asks for an answer, and shows what was read of one in the maths language."""

    DEFAULT_CSS = """
    AnswerLine { height: auto; }
    AnswerLine Input { border: tall $panel; &:focus { border: tall $primary; } }
    AnswerLine #read-as { padding: 0 3; height: auto; color: $text-muted; }
    """

    @dataclass
    class Submitted(Message):
        """Enter was pressed; `typed` may be empty."""

        typed: str

    @dataclass
    class Read(Message):
        """What was understood of `typed`, in rows and on one line, or why it cannot be read."""

        typed: str
        rows: list[str]
        line: str
        readable: bool

    def __init__(self, key: str, *, reveals: bool = True) -> None:
        """Make a line that wakes up with a key; without an answer it may reveal."""
        super().__init__()
        self._asleep = ASLEEP.format(key)
        self._reveals = reveals
        self._variables: Mapping[str, str] = {}
        self._expected = ""
        self._reads = False
        self._said_of: str | None = None
        self._read: AnswerLine.Read | None = None
        self._timer: Timer | None = None
        self._shown = Content()
        """What stands above the line."""
        self._above = Static(id="read-as")

    def compose(self) -> ComposeResult:
        """Show what was read above the line."""
        yield self._above
        yield AnswerInput(self._asleep)

    @property
    def input(self) -> AnswerInput:
        """The line that takes the keys."""
        return self.query_one(AnswerInput)

    def ask(self, card: Card, variant: "Variant") -> None:
        """Empty the line for a new card."""
        self._reads = card.kind in (Kind.NUMBER, Kind.SYMBOL)
        self._variables = card.check.variables if card.check else {}
        self._expected = variant.expected or ""
        self._choices = variant.choices
        how = IN_ORDER if card.kind is Kind.ORDER else OF_SEVERAL if several(card) else INVITATION
        how = OF_A_PROOF if proof_lines(card) else how
        self.input.invitation = how + (TO_REVEAL if self._reveals else "")
        self.input.asleep = PICK_SEVERAL if several(card) else self._asleep
        if not self.input.has_focus:
            self.input.placeholder = self.input.asleep
        self.input.value = ""
        self.say("")

    def say(self, text: str) -> None:
        """Say something of what stands on the line, above it, until that changes."""
        self._said_of = clean_line(self.input.value) if text else None
        self._read = None
        self._says(Content(text))

    def _says(self, content: Content) -> None:
        """Show something above the line; where that changes nothing, nothing is laid out."""
        if content != self._shown:
            self._shown = content
            self._above.update(content)

    def add(self, number: int) -> None:
        """Add an option to the line; take it away if it is there."""
        names = [name.strip() for name in self.input.value.split(SEVERAL) if name.strip()]
        name = name_of(number, self._choices)
        names = [n for n in names if n != name] if name in names else [*names, name]
        self.input.value = f"{SEVERAL} ".join(names)
        self.input.action_end()
        self.screen.refresh_bindings()

    @property
    def filled(self) -> bool:
        """Whether there is an answer to hand in."""
        return bool(clean_line(self.input.value))

    async def submit(self) -> None:
        """Hand in what stands on the line, wherever the focus is."""
        await self.input.action_submit()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Read the line once the typing pauses."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._said_of = None
        if self._reads:
            self._timer = self.set_timer(DEBOUNCE, self._look)
        else:
            self.say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the answer on, cleaned as all text from outside is."""
        event.stop()
        self.post_message(self.Submitted(clean_line(event.value)))

    def on_unmount(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.stop()

    def _look(self) -> None:
        self.read_line(clean_line(self.input.value))

    @work(thread=True, exclusive=True, group="read-as")
    def read_line(self, typed: str) -> None:
        """Parse the line and lay it out."""
        from sims.maths import MathsError, from_tex, tex_of
        from studytui.typeset.maths import display, inline

        if not typed or len(typed) > READ_LIMIT:
            self.post_message(self.Read(typed, [], "", True))
            return
        try:
            names = self._names()
            text = from_tex(typed, names)
            tex = tex_of(text, names)
            self.post_message(self.Read(typed, display(tex), inline(tex), True))
        except MathsError as error:
            self.post_message(self.Read(typed, [], error.message, False))

    def _names(self) -> Mapping[str, str]:
        """Return the names that an answer may have: grading knows those of the right one too."""
        from sims.maths import MathsError, parse
        from sims.maths.syntax.tree import free_names

        try:
            right = free_names(parse(self._expected, self._variables))
        except MathsError:
            right = set()
        return {**dict.fromkeys(right, "real"), **self._variables}

    def on_answer_line_read(self, event: Read) -> None:
        """Show what was read, unless the line has moved on."""
        event.stop()
        if event.typed != clean_line(self.input.value) or event.typed == self._said_of:
            return
        if not self.input.can_focus:
            return  # the answer has been given, and the grade says how it was read
        self._read = event
        self._show_read()

    def on_resize(self) -> None:
        """Fit what was read to the new width, once the line has it."""
        after_painting(self, self._show_read)

    def _show_read(self) -> None:
        width = self._above.content_size.width
        if self._read is None or not width:  # none while the line is hidden
            return
        shown = fitting(self._read.rows, self._read.line, width)
        if shown and self._read.readable:
            shown = Content.assemble(("read as", "dim"), "\n", shown)
        self._says(shown)


def fitting(rows: Sequence[str], line: str, width: int) -> Content:
    """Return a formula as rows if they fit, else on one line, which wraps.

    A formula of which a part was cut off, or whose rows were broken, would be another formula.
    """
    if rows and len(rows) <= TALLEST and max(map(cell_len, rows)) <= width:
        return Content("\n".join(rows))
    lines = Content(line).wrap(width)
    if len(lines) > TALLEST:
        lines = [*lines[: TALLEST - 1], lines[TALLEST - 1].truncate(width - 2) + Content(" …")]
    return Content("\n").join(lines)
