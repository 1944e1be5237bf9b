"""The line an answer is typed on, with what was understood of it in two dimensions above."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from cards.answers.choice import several
from cards.card import Card, Kind
from cards.clean import clean_line

if TYPE_CHECKING:
    from cards.variants import Variant

DEBOUNCE = 0.15
"""Seconds without a key before the line is read."""
INVITATION = "Type an answer and press Enter"
OF_SEVERAL = "Type the numbers of all that are right, such as 1 3, and press Enter"
IN_ORDER = "Type the numbers in their right order, such as 2 1 3, and press Enter"
TO_REVEAL = ", or leave it empty to reveal"
ASLEEP = "Press a, or click here, to type an answer"
"""What the line says while keys are the screen's, so that nobody types into nothing."""
READ_LIMIT = 400
"""Longer answers are not shown in two dimensions."""


class AnswerInput(Input):
    """The line itself: all keys are its own, but for Enter and Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Submit", id="answer.submit", tooltip="Empty: just reveal"),
        Binding("escape", "leave", "Leave the line", id="answer.leave", tooltip="Back to the keys"),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder=ASLEEP, select_on_focus=False)
        self.invitation = INVITATION

    def on_focus(self) -> None:
        """Invite an answer, now that keys are the line's."""
        self.placeholder = self.invitation

    def on_blur(self) -> None:
        """Say how to come back."""
        self.placeholder = ASLEEP

    def action_leave(self) -> None:
        """Give the keys back to the screen."""
        self.screen.set_focus(None)


class AnswerLine(Vertical):
    """Asks for an answer, and shows what was read of one in the maths language."""

    DEFAULT_CSS = """
    AnswerLine { height: auto; }
    AnswerLine Input { border: tall $panel; &:focus { border: tall $primary; } }
    AnswerLine #read-as { padding: 0 3; height: auto; max-height: 8; color: $text-muted; }
    """

    @dataclass
    class Submitted(Message):
        """Enter was pressed; ``typed`` may be empty."""

        typed: str

    @dataclass
    class Read(Message):
        """What was understood of ``typed``, or why it could not be read."""

        typed: str
        rows: list[str]
        readable: bool

    def __init__(self, *, reveals: bool = True) -> None:
        super().__init__()
        self._reveals = reveals
        self._variables: Mapping[str, str] = {}
        self._expected = ""
        self._reads = False
        self._said_of: str | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Show what was read above the line."""
        yield Static(id="read-as")
        yield AnswerInput()

    @property
    def input(self) -> AnswerInput:
        """The line that takes the keys."""
        return self.query_one(AnswerInput)

    def ask(self, card: Card, variant: "Variant") -> None:
        """Empty the line for a new card."""
        self._reads = card.kind in (Kind.NUMBER, Kind.SYMBOL)
        self._variables = card.check.variables if card.check else {}
        self._expected = variant.expected or ""
        how = IN_ORDER if card.kind is Kind.ORDER else OF_SEVERAL if several(card) else INVITATION
        self.input.invitation = how + (TO_REVEAL if self._reveals else "")
        self.input.value = ""
        self.say("")

    def say(self, text: str) -> None:
        """Say something of what stands on the line, above it, until that changes."""
        self._said_of = clean_line(self.input.value) if text else None
        self.query_one("#read-as", Static).update(Content(text))

    def add(self, word: str) -> None:
        """Add a word to the line and go there; take it away if it is the last one."""
        words = self.input.value.split()
        words = words[:-1] if words[-1:] == [word] else [*words, word]
        self.input.value = " ".join(words)
        self.input.focus()
        self.input.action_end()

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
        from studytui.typeset.maths import display

        if not typed or len(typed) > READ_LIMIT:
            self.post_message(self.Read(typed, [], True))
            return
        try:
            names = self._names()
            text = from_tex(typed, names)
            rows = display(tex_of(text, names))
            self.post_message(self.Read(typed, rows, True))
        except MathsError as error:
            self.post_message(self.Read(typed, [error.message], False))

    def _names(self) -> Mapping[str, str]:
        """Return the names that an answer may have: grading knows those of the right one too."""
        from sims.maths import MathsError, parse
        from sims.maths.tree import free_names

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
        shown = Content("\n".join(event.rows))
        if event.rows and event.readable:
            shown = Content.assemble(("read as", "dim"), "\n", shown)
        self.query_one("#read-as", Static).update(shown)
