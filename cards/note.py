"""A note that has been read: its cards, and what could not be read and why."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from cards.card import Card
from cards.text.clean import clean_line

Severity = Literal["error", "warning", "note"]

FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)
"""What a fault of a reader raises: a problem of one file, never the end of an import."""

ID = re.compile(r"\w[\w.:-]{0,79}")
"""An id that a note may give a card or a claim."""


class LineError(ValueError):
    """A part of a note is wrong: `message` says how, in plain words, at a 0-based `line`."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a note: where, how bad, what is wrong and what to do.

    An "error" means that a card, or the whole file, could not be read; a "warning" that it was
    read, but probably not as meant; a "note" is a remark.
    """

    file: str
    line: int
    severity: Severity
    message: str

    @classmethod
    def unread(cls, file: str, line: int, error: Exception) -> "Problem":
        """Return the problem of a 1-based line that a fault of ours keeps from being read."""
        message = f"this line could not be read ({type(error).__name__}: {error}); please report it"
        return cls(file, line, "error", clean_line(message))

    def __str__(self) -> str:
        """Return `file:line: severity: message`, as compilers do."""
        return f"{self.file}:{self.line}: {self.severity}: {self.message}"

    def to_dict(self) -> dict[str, Any]:
        """Return line, severity and message, as `import --json` prints them."""
        return {"line": self.line, "severity": self.severity, "message": self.message}


@dataclass(frozen=True, slots=True)
class Progress:
    """A card's schedule in another program, as its note says; days as in `scheduling/day.py`.

    `stability` is in days, `difficulty` in 1–10; both are None where only an interval is known, or
    only that the card is suspended there.
    """

    card: str
    due: int
    interval: int
    reviewed: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    is_suspended: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that gives no card: its 1-based number, what it would have asked, and why not."""

    line: int
    text: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return line, text and reason, as `import --explain --json` prints them."""
        return {"line": self.line, "text": self.text, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Note:
    """A file, its cards in order, its problems, schedules that it brings, and what was left out."""

    path: str
    cards: tuple[Card, ...] = ()
    problems: tuple[Problem, ...] = ()
    progress: tuple[Progress, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    again: "Callable[[], Note] | None" = field(default=None, compare=False)
    """Reads the note with what was left out; None where nothing was, or where that is to go."""

    @property
    def whole(self) -> bool:
        """Whether all of it could be read.

        Cards missing from a note that is not whole may be among what could not be read, so an
        import must leave them as they are.
        """
        return not any(problem.severity == "error" for problem in self.problems)
