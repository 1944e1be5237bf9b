"""Notes whose cards are rows of plain values: quick to hand to another process, and to store."""

import marshal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import orjson

from cards.card import Card
from cards.note import Note

Place = tuple[str, str, tuple[str, ...]]
"""A deck, a topic, and the headings above the first card there."""

Row = tuple[str, int, int, str, bytes, str, str, int]
"""A card: its id, the number of its place, line, kind, digest, JSON, tags, number of its family."""

_JUDGED = ("refuted", "conditional")


@dataclass(frozen=True, slots=True)
class PackedNote:
    """A note that was read, without what it left out; `rows` has its cards, `note` all the rest."""

    note: Note
    places: Sequence[Place]
    rows: list[Row]
    judged: tuple[Card, ...] = ()

    @property
    def path(self) -> str:
        """The note's path."""
        return self.note.path

    @property
    def whole(self) -> bool:
        """Whether all of it could be read."""
        return self.note.whole

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        """Pickle the rows by marshal, which takes a fifth of the time that cards take."""
        return _loaded, (self.note, self.places, marshal.dumps(self.rows), self.judged)

    def unpacked(self) -> Note:
        """Return the note with its cards."""
        cards = [
            Card.from_dict({**orjson.loads(row[5]), "file": self.path, "line": row[2]})
            for row in self.rows
        ]
        return replace(self.note, cards=tuple(cards))


def _loaded(note: Note, places: Sequence[Place], rows: bytes, judged: tuple[Card, ...]) -> Any:
    return PackedNote(note, places, marshal.loads(rows), judged)  # noqa: S302  (of our own process)


def pack(note: Note) -> Note | PackedNote:
    """Return a note packed, where that loses nothing, else the note.

    A packed note holds no claim of its own that is still to be decided, and no schedules.
    """
    if note.progress or len({card.id for card in note.cards}) < len(note.cards):
        return note
    numbers: dict[tuple[str, str], int] = {}
    places: list[Place] = []
    rows: list[Row] = []
    for card in note.cards:
        if card.file != note.path or (card.check and card.check.statement is not None):
            return note
        number = numbers.setdefault((card.deck, card.topic), len(places))
        if number == len(places):
            places.append((card.deck, card.topic, card.headings))
        body, digest = written(card)
        tags, family = tags_of(card), family_number(card.family)
        rows.append((card.id, number, card.line, str(card.kind), digest, body, tags, family))
    return PackedNote(replace(note, cards=(), left_out=(), again=None), places, rows, judged(note))


def judged(note: Note | PackedNote) -> tuple[Card, ...]:
    """Return the cards of a note that are refuted, or hold on a condition."""
    if isinstance(note, PackedNote):
        return note.judged
    return tuple(card for card in note.cards if card.check and card.check.evidence in _JUDGED)


def unpacked(note: Note | PackedNote) -> Note:
    """Return a note with its cards, whether it is packed or not."""
    return note.unpacked() if isinstance(note, PackedNote) else note


def written(card: Card) -> tuple[str, bytes]:
    """Return a card's JSON, without file and line, and its digest, without the check's line."""
    body: dict[str, Any] = {  # `to_dict` without two fields and copies of tuples
        "id": card.id,
        "family": card.family,
        "deck": card.deck,
        "topic": card.topic,
        "headings": card.headings,
        "kind": card.kind,
        "prompt": card.prompt,
        "answer": card.answer,
        "check": None,
        "derive": card.derive,
        "tags": card.tags,
    }
    if card.check is None:
        data = orjson.dumps(body)
        return data.decode(), blake2b(data, digest_size=16).digest()
    check = body["check"] = card.check.to_dict()
    line = check.pop("line", None)
    data = orjson.dumps(body)
    digest = blake2b(data, digest_size=16).digest()
    if line is not None:
        check["line"] = line
        data = orjson.dumps(body)
    return data.decode(), digest


@lru_cache(maxsize=64)
def _between_spaces(tags: tuple[str, ...]) -> str:
    return f" {' '.join(tags)} " if tags else ""


def tags_of(card: Card) -> str:
    """Return the tags of a card as its row has them, each between spaces."""
    return _between_spaces(card.tags)


def family_number(family: str) -> int:
    """Return a number for a family that fits a 64-bit column."""
    return int.from_bytes(blake2b(family.encode(), digest_size=8).digest(), signed=True)
