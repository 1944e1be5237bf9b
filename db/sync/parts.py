"""What a note says of a card, in parts, each as the device has it that edited it last.

An import that finds a part of a card other than the note had it before has seen an edit, and stamps
the part with its own id. Where two devices' rows of one card meet, each part is taken from the row
that has the later edit of it: one may have put the question better and the other have corrected the
answer. What a note says when it is first read is no edit, so that an old copy of it undoes none; of
two such readings the later counts. The result is the same whichever row is asked first, in any
order and any number of times.
"""

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import orjson

from cards.card import Card, Kind
from db.log.events import FIRST

PARTS: dict[str, tuple[str, ...]] = {
    "place": ("deck", "topic", "headings"),
    "family": ("family",),
    "prompt": ("prompt",),
    # What is right, and how that is decided.
    "answer": ("kind", "answer", "check", "derive"),
    "tags": ("tags",),
}
"""The fields of a card that go together."""
_HALVES = frozenset({"prompt", "answer"})


class Edits(NamedTuple):
    """Ids of the imports that edited each part last, `FIRST` where none did.

    `missing` is whether the card is in its note at all. `named` is the event that gave the card its
    id: what the log says of that id before may be about another card, which had given it up.
    `whole` is the last edit of a question and an answer that mean nothing by halves: one that did
    not know of it changes neither.
    """

    named: bytes = FIRST
    missing: bytes = FIRST
    whole: bytes = FIRST
    place: bytes = FIRST
    family: bytes = FIRST
    prompt: bytes = FIRST
    answer: bytes = FIRST
    tags: bytes = FIRST

    @classmethod
    def of(cls, packed: bytes | None) -> Self:
        """Return what the column `edits` says."""
        size, packed = len(FIRST), packed or b""
        return cls(*[packed[at : at + size] for at in range(0, len(packed), size)])

    @property
    def packed(self) -> bytes | None:
        """The column `edits`."""
        return b"".join(self) if any(edit != FIRST for edit in self) else None


UNEDITED = Edits()
EDITS_BYTES = len(UNEDITED) * len(FIRST)


@dataclass(frozen=True, slots=True)
class Version:
    """A card as a row has it; `read` is the import that read it first, here or elsewhere.

    File and line are a matter of each device.
    """

    card: Card
    missing: bool
    read: bytes
    edits: Edits = UNEDITED

    def says(self, other: Self) -> bool:
        """Whether another version says the same, by whichever imports."""
        return self.missing == other.missing and alike(self.card, other.card)

    def same_as(self, other: Self) -> bool:
        """Whether another version says the same, by the same imports."""
        return (self.read, self.edits) == (other.read, other.edits) and self.says(other)


def value(card: Card, part: str) -> bytes:
    """Return a part of a card as JSON, without the line that its fence stands on."""
    check = card.check and replace(card.check, line=0).to_dict()
    return orjson.dumps([check if name == "check" else getattr(card, name) for name in PARTS[part]])


def changed(before: Card, after: Card) -> set[str]:
    """Return the parts in which two cards differ."""
    return {part for part in PARTS if value(before, part) != value(after, part)}


def alike(one: Card, other: Card) -> bool:
    """Whether two cards have one id and say the same."""
    return one.id == other.id and not changed(one, other)


def _is_one(card: Card) -> bool:
    """Whether neither question nor answer means anything without the other."""
    return card.kind is Kind.CLOZE or bool(card.check and card.check.given)


def edited(version: Version, before: Card | None, after: Card, stamp: bytes) -> Version:
    """Return a version with what an import of that id saw edited in the note of a card.

    `before` is what the note said until now, None when it is read for the first time. The note has
    the card, so that it is not missing any more.
    """
    edits: dict[str, bytes] = {}
    if before is None:
        found, read = {part for part in PARTS if getattr(version.edits, part) == FIRST}, stamp
    else:
        found, read = changed(before, after), version.read
        if found & _HALVES and any(map(_is_one, (version.card, before, after))):
            found |= _HALVES
            edits["whole"] = stamp
        edits |= dict.fromkeys(found, stamp)
    if version.missing:
        edits["missing"] = stamp
    # With what is the same comes the line of its fence.
    same = {part for part in PARTS if value(version.card, part) == value(after, part)}
    card = _with(version.card, found | same, after)
    return Version(card, False, read, version.edits._replace(**edits))


def united(one: Version, other: Version) -> Version:
    """Return the later of two versions in every part; its id and place are those of the first.

    Of two that one import stamped, which only a strange store has, a fixed one is taken.
    """
    theirs = {part for part in PARTS if _rank(other, part) > _rank(one, part)}
    edits = {part: getattr(other.edits, part) for part in theirs}
    edits["named"] = max(one.edits.named, other.edits.named)
    edits["whole"] = max(one.edits.whole, other.edits.whole)
    edits["missing"], missing = max((each.edits.missing, each.missing) for each in (one, other))
    card = _with(one.card, theirs, other.card)
    return Version(card, missing, max(one.read, other.read), one.edits._replace(**edits))


def _rank(version: Version, part: str) -> tuple[bytes, bytes, bytes, bytes]:
    whole = version.edits.whole if part in _HALVES else FIRST
    edit = getattr(version.edits, part)
    read = version.read if whole == edit == FIRST else FIRST
    return whole, edit, read, value(version.card, part)


def _with(card: Card, parts: Set[str], source: Card) -> Card:
    """Return a card with some parts of another one."""
    names = [name for part in parts for name in PARTS[part]]
    return replace(card, **{name: getattr(source, name) for name in names})
