"""Taking a card's lines out of its note, or over to another one; nothing else there may change.

The new texts are read before anything is written: the cards that are left must be the same ones.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cards.card import Card
from cards.formats import format_of, read_as
from cards.formats.addition import NEW_NOTE, NOTEBOOK, AdditionError, joint_below
from cards.formats.notebook import SUFFIX
from cards.formats.page import Page
from cards.note import FAILURES, Note
from cards.text.clean import clean

_ENDS = re.compile(r"[QC]:| {0,3}#{1,6}(?: |$)| {0,3}-{3,} *$")
"""A line that begins another card, a heading, or a rule."""
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Cut:
    """A note without some lines, those lines, and the ids of the cards that were in them."""

    before: str
    after: str
    block: str
    ids: frozenset[str]


def cut(path: Path, card: Card) -> Cut:
    """Return a note without a card's lines, and without the cards that stand in the same ones.

    Raises AdditionError where its lines cannot be told from others'.
    """
    text = _text(path)
    lines = text.split("\n")
    old = _read(path, text)
    gone = frozenset(one.id for one in old.cards if one.line == card.line)
    if card.id not in gone:
        raise AdditionError(f"{path} has changed since it was imported; import it again first")
    left = [one.id for one in old.cards if one.id not in gone]
    start = card.line - 1
    for end in _ends(lines, start):
        rest = _joined(lines[:start], lines[end:])
        new = _read(path, rest)
        if [one.id for one in new.cards] == left and len(new.problems) <= len(old.problems):
            return Cut(text, rest, "\n".join(lines[start:end]).strip("\n") + "\n", gone)
    raise AdditionError(
        f"{path}:{card.line}: this card cannot be told from the lines around it; change the note "
        "in your editor"
    )


def pasted(path: Path, taken: Cut, deck: str) -> tuple[str | None, str]:
    """Return a note's text, None for a new note, and the text with a card's lines at its end.

    Raises AdditionError where they would not be the same cards there, or change others.
    """
    before = _text(path) if path.exists() else None
    head = NEW_NOTE.format(deck=clean(deck)) if before is None else before
    joint = joint_below(head)
    old, new = _read(path, head), _read(path, head + joint + taken.block)
    known = [one.id for one in old.cards]
    more = [one.id for one in new.cards][len(known) :]
    same = [one.id for one in new.cards][: len(known)] == known
    if not same or set(more) != taken.ids or len(new.problems) > len(old.problems):
        raise AdditionError(
            f"{path} cannot take this card at its end: it would not be the "
            "same; move it by hand, in your editor"
        )
    return before, head + joint + taken.block


def _text(path: Path) -> str:
    if path.suffix.lower() == SUFFIX:
        raise AdditionError(NOTEBOOK)
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AdditionError(f"{path} cannot be read: {error}") from None
    if len(clean(text).split("\n")) != len(text.split("\n")):
        raise AdditionError(f"{path} has line ends of several kinds; save it with one")
    return text


def _read(path: Path, text: str) -> Note:
    page = Page.of(str(path), clean(text))
    try:
        return read_as(format_of(page), page)
    except FAILURES as error:
        raise AdditionError(f"{path} cannot be read: {error}") from None


def _ends(lines: Sequence[str], start: int) -> Iterator[int]:
    """Yield the places where a card may end that begins at a line: its block, or the line alone."""
    fence = ""
    end = start + 1
    while end < len(lines):
        line = lines[end].rstrip("\r")
        if found := _FENCE.match(line):
            fence = "" if fence and line.strip().startswith(fence) else fence or found[1]
        elif not fence and _ENDS.match(line):
            break
        end += 1
    yield end
    if end > start + 1:
        yield start + 1


def _joined(above: Sequence[str], below: Sequence[str]) -> str:
    """Return two parts of a note as one text, with one blank line between them where both had."""
    while above and below and not above[-1].strip() and not below[0].strip():
        below = below[1:]
    return "\n".join([*above, *below])
