"""Adding a card to the end of a note, or a claim under one of its statements.

The note stays as it was, byte for byte, but for what is added; nothing is written that would not
be read back as the card that was meant.
"""

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cards.card import Card
from cards.formats import native
from cards.formats.notebook import SUFFIX
from cards.formats.source import text_of
from cards.note import Problem
from cards.text.clean import clean

_LINE_END = re.compile("\r\n?|\n")

NEW_NOTE = "---\ndeck: {deck}\n---\n"


NOTEBOOK = "a notebook is changed in Jupyter; name a note that ends in .md"


class AdditionError(ValueError):
    """A card that cannot be added; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What a person wants to add: a question with its answer, or a cloze, and a check fence."""

    question: str
    answer: str = ""
    check: str = ""
    """The lines of the check fence, such as `answer: 2*x`."""

    def block(self) -> str:
        """Return the card as it is written in a note. Raises AdditionError for a missing part."""
        question, answer = clean(self.question).strip(), clean(self.answer).strip()
        if not question:
            raise AdditionError("write a question, or a sentence with its gaps in [brackets]")
        cloze = not answer and "[" in question
        if not answer and not cloze and not self.check.strip():
            raise AdditionError("write an answer, or put the words to hide in [brackets]")
        lines = [f"C: {question}" if cloze else f"Q: {question}"]
        lines += [] if cloze else [f"A: {answer}"]
        if self.check.strip():
            lines += ["```check", clean(self.check).strip(), "```"]
        return "\n".join(lines) + "\n"

    def cards(self, path: str = "card.md") -> tuple[Card, ...]:
        """Return the cards that the block gives. Raises AdditionError with its first problem."""
        return _cards_of(path, self.block())


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Lock a note's folder while this program changes the note, so that no other of ours does."""
    try:
        folder = os.open(Path(os.path.realpath(path)).parent, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # a folder that is still to be made, or that nobody can read
        yield
        return
    try:
        with suppress(OSError):  # some file systems know no locks
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def appended(path: Path, addition: Addition, deck: str | None = None) -> tuple[Card, ...]:
    """Append a card to a native note, or begin one, and return the cards that it gave.

    A new note is in the deck that is named, or named after its file. Raises AdditionError where
    the card cannot be read, the note cannot, or another card would change by it.
    """
    from cards.statements.joined import joined

    block = addition.block()
    _cards_of(str(path), block)
    path.parent.mkdir(parents=True, exist_ok=True)
    with changing(path):
        before = ""
        if path.suffix.lower() == SUFFIX:
            raise AdditionError(NOTEBOOK)
        if path.exists():
            before = _text(path)
        elif path.is_symlink():
            raise AdditionError(f"{path} is a link that leads to no file; name a note")
        elif deck:
            before = NEW_NOTE.format(deck=clean(deck))
        joint = joint_below(before)
        old = native.read(str(path), before)
        new = native.read(str(path), before + joint + block)
        if not native.is_native(before.split("\n")) and before and path.exists() and not old.cards:
            raise AdditionError(
                f"{path} has no Q: or C: card yet, and one would end its reading as an outline; "
                "name another note, or write the first card by hand"
            )
        more = len(new.cards) > len(old.cards) and new.cards[: len(old.cards)] == old.cards
        if not more or len(new.problems) > len(old.problems):
            raise AdditionError(
                f"{path} cannot take a card at its end: something there is still open, such as "
                "a fence"
            )
        if path.exists():
            write_note(path, _with_lines(path, before, before.count("\n") + 1, joint + block))
        else:
            write_note(path, before + joint + block)
        return tuple(joined(card) for card in new.cards[len(old.cards) :])


def joint_below(text: str) -> str:
    """Return the line ends between a note's text and a block put below it: one empty line."""
    if not text:
        return ""
    return "\n" if text.endswith("\n") else "\n\n"


def _cards_of(path: str, block: str) -> tuple[Card, ...]:
    note = native.read(path, block)
    if note.problems:
        raise AdditionError(note.problems[0].message)
    if not note.cards:
        raise AdditionError("this gives no card; write a question and an answer")
    return note.cards


def _text(path: Path) -> str:
    text = text_of(path)
    if isinstance(text, Problem):
        raise AdditionError(str(text))
    return text


def _with_lines(path: Path, text: str, after: int, block: str) -> str:
    """Return the note on the disk with a block inserted below its first `after` lines.

    `text` is the note as it was read. Raises AdditionError where it has changed since.
    """
    try:
        whole = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise AdditionError(f"{path} is not UTF-8 text; save it as UTF-8") from None
    if clean(whole) != text:
        raise AdditionError(f"{path} was changed just now, so nothing was written; try again")
    ends = _LINE_END.findall(whole)
    lines = _LINE_END.split(whole)
    joined = "".join(map("".join, zip(lines[:after], ends[:after], strict=False)))
    if after >= len(lines):
        joined = whole
    end = "\r\n" if "\r\n" in ends else "\n"
    return joined + block.replace("\n", end) + whole[len(joined) :]


def write_note(path: Path, text: str) -> None:
    """Write a note in one step, so that a kill leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path = path.resolve()
    try:
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    except OSError as error:
        error.filename = str(path)  # the person knows no name of a temporary file
        raise
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            Path(part).chmod(path.stat().st_mode & 0o777)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


MOST_LINES = 60
"""Lines below the beginning of a statement among which its end is looked for."""


def with_claim(path: Path, line: int, claim: str) -> None:
    """Put a `claim` fence under the statement that begins at a line, 1-based.

    `claim` has the lines between the ticks. Raises AdditionError, and writes nothing, where the
    claim cannot be read or would belong to another statement.
    """
    from cards.formats.claim_fence import FenceError, fences, parse

    body = clean(claim).strip("\n").split("\n")
    try:
        parse(body)
    except FenceError as error:
        raise AdditionError(error.message) from None
    if path.suffix.lower() == SUFFIX:
        raise AdditionError(NOTEBOOK)
    with changing(path):
        text = _text(path)
        if any(fence.line == line for fence in fences(text)):
            raise AdditionError("this statement has a claim already; edit the note to change it")
        lines, block = text.split("\n"), ["```claim", *body, "```"]
        before = [card.id for card in native.read(str(path), text).cards]
        for end in range(line - 1, min(len(lines), line - 1 + MOST_LINES)):
            new = "\n".join([*lines[: end + 1], *block, *lines[end + 1 :]])
            mine = [
                fence for fence in fences(new) if fence.opened == end + 2 and fence.line == line
            ]
            after = [card.id for card in native.read(str(path), new).cards]
            ends = end + 1 == len(lines) or _begins_another(lines[end + 1])
            if ends and mine and not mine[0].error and after == before:
                last = end + 1 == len(lines)
                added = "\n".join(["", *block] if last else [*block, ""])
                write_note(path, _with_lines(path, text, end + 1, added))
                return
        raise AdditionError(
            f"{path}:{line}: a claim cannot be put under this statement; write it there"
        )


def _begins_another(line: str) -> bool:
    """Whether a line does not go on with the paragraph or bullet above it."""
    text = line.lstrip()
    return (
        not text
        or text.startswith(("-", "*", "+", "#", "`", "~", ">", "|"))
        or (line[1:2] == ":" and line[0] in "QAC")
    )
