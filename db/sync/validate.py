"""What comes from another store is a stranger's: it is looked at before it is taken over."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Row

from cards.card import Card
from cards.text.clean import clean, clean_data, clean_line
from db.card_table.rows import read_card
from db.card_table.writer import tags_column
from db.log import payloads
from db.log.events import Kind, first_id
from db.log.validators import (
    Shape,
    annotated,
    flag,
    instant,
    line,
    octets,
    optional,
    path,
    record,
    text,
    whole,
)
from db.storage.database import StoreError
from db.sync.parts import EDITS_BYTES, Edits

ID_BYTES = 16
_CENTURY = timedelta(days=36_525)
"""No clock is wrong by more."""

_DAY = 86_400_000
_AROUND = 2
"""Days between a study day and the day in UTC, at most: time zones, and the hour of the start."""

_EVENT = record(
    {
        "id": octets(ID_BYTES),
        "at": instant,
        "offset": whole(-1439, 1439),
        "kind": line,
        "card": optional(line),
        "target": optional(octets(ID_BYTES)),
        "payload": text,
    }
)
_OF_CARDS = (Kind.REVIEW, Kind.RELINK)
"""Kinds of events that say nothing without a card."""

BRIEF: dict[str, Shape] = {
    "id": text,
    "stamp": octets(ID_BYTES),
    "edits": optional(octets(EDITS_BYTES)),
    "missing": flag,
    "digest": octets(16),
    "added": instant,
}
"""What is compared of two rows of one card."""
_SHAPES = tuple(BRIEF.values())
_PLACE: dict[str, Shape] = {"file": path, "line": whole(0, 2**31 - 1)}
_ROW = record(BRIEF | _PLACE | dict.fromkeys(("id", "deck", "topic", "kind"), line))
_CARD = annotated(Card)
_SAID: dict[str, Callable[[Card], str]] = {
    "id": lambda card: card.id,
    "deck": lambda card: card.deck,
    "topic": lambda card: card.topic,
    "kind": lambda card: card.kind,
    "tags": tags_column,
}
"""Columns that repeat what the body says."""


class OtherStoreError(StoreError):
    """Another store cannot be used, or holds what cannot; one's own is sound."""


def until(now: datetime) -> bytes:
    """Return the least id that no event can have yet.

    New ids follow the newest: one that is taken over must leave room for them, here and wherever
    they are sent.
    """
    return first_id(int((now + _CENTURY).timestamp() * 1000))


def check_id(id: bytes, until: bytes) -> None:
    """Raise OtherStoreError for what is no id of an event."""
    if len(id) != ID_BYTES or id >= until:
        raise OtherStoreError(
            f"The event {id.hex()} has no proper id: one of the stores is damaged, a "
            "device has the wrong date, or a later version of StudyTUI wrote it. Nothing was "
            "taken over."
        )


def event(row: Row[*tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return the values of an event, cleaned; raises OtherStoreError for one that cannot be folded.

    Unknown kinds are left be.
    """
    try:
        payload, said = _read(row.payload)
    except (ValueError, TypeError):
        payload, said = "", None
    about = row.card is not None or row.kind not in _OF_CARDS
    if not (
        _EVENT(row._asdict())
        and about
        and payloads.fits(row.kind, said)
        and _is_of_its_time(row.id, row.at, said.get("day") if row.kind == Kind.REVIEW else None)
    ):
        raise OtherStoreError(
            f"The event {row.id.hex()} cannot be read: that store is damaged, or a later "
            "version of StudyTUI wrote it. What came before it was taken over."
        )
    return (*row[:-1], payload)


def _is_of_its_time(id: bytes, at: int, day: int | None) -> bool:
    """Whether an event was not after its id, nor on a study day that no clock had then.

    Else statistics would count days up to the year 9909.
    """
    return first_id(at) <= id and (day is None or abs(day - at // _DAY) <= _AROUND)


def check_brief(values: Sequence[Any], until: bytes) -> None:
    """Raise OtherStoreError for a card that cannot be compared; `values` are those of `BRIEF`.

    What was read or edited by an import that no clock has seen yet could never be edited again.
    """
    if not all(is_right(value) for is_right, value in zip(_SHAPES, values, strict=True)):
        raise _unreadable(values[0])
    _, stamp, edits, *_ = values
    if max(stamp, *Edits.of(edits)) >= until:
        raise _unreadable(values[0])


def card(row: Mapping[str, Any]) -> tuple[str, Card]:
    """Return a card and its body, cleaned; raises OtherStoreError for one that cannot be shown."""
    try:
        body, _ = _read(row["body"])
        card = read_card(body, row["file"], row["line"])
    except (StoreError, ValueError, TypeError):
        raise _unreadable(row["id"]) from None
    if (
        not _ROW(row)
        or not _CARD(card)
        or any(row[name] != said(card) for name, said in _SAID.items())
    ):
        raise _unreadable(row["id"])
    return body, card


def _unreadable(id: object) -> OtherStoreError:
    return OtherStoreError(
        f"The card {clean_line(str(id))!r} cannot be read: that store is damaged, or a later "
        "version of StudyTUI wrote it. What came before it was taken over."
    )


def _read(body: str) -> tuple[str, Any]:
    """Return JSON whose texts cannot move the cursor or hide what they say, as text and as data.

    Raises ValueError or TypeError for what is no JSON, or is nested so deep that it could not be
    written again.
    """
    data = orjson.loads(body)
    orjson.dumps(data)
    if "\\" in body or clean(body) != body:
        cleaned = clean_data(data)
        if cleaned != data:
            return orjson.dumps(cleaned).decode(), cleaned
    return body, data
