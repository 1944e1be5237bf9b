"""What comes from another store is a stranger's: it is looked at before it is taken over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Row

from cards.card import Card
from cards.text.clean import clean, clean_data, clean_line
from db.card_table.rows import read_card
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

_TEXT: tuple[Shape, ...] = (octets(ID_BYTES), flag, octets(16))
"""Stamp, missing and digest of a text."""
_BRIEF: tuple[Shape, ...] = (text, optional(octets(ID_BYTES)), instant, *_TEXT)
"""What is compared of two rows of one card: its id, the event that gave it, when it came in."""
_PLACE = record({"file": path, "line": whole(0, 2**31 - 1)})
_NAMES = record(dict.fromkeys(("id", "deck", "topic"), line))
_CARD = annotated(Card)


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
            "version of StudyTUI wrote it. Nothing was taken over."
        )
    return (*row[:-1], payload)


def _is_of_its_time(id: bytes, at: int, day: int | None) -> bool:
    """Whether an event was not after its id, nor on a study day that no clock had then.

    Else statistics would count days up to the year 9909.
    """
    return first_id(at) <= id and (day is None or abs(day - at // _DAY) <= _AROUND)


def check_brief(values: Sequence[Any], until: bytes) -> None:
    """Raise OtherStoreError for a card that cannot be compared; `values` are those of `_BRIEF`.

    What was read by an import that no clock has seen yet could never be edited again.
    """
    if not all(is_right(value) for is_right, value in zip(_BRIEF, values, strict=True)):
        raise _unreadable(values[0])
    _, named, _, stamp, *_ = values
    if max(stamp, named or stamp) >= until:
        raise _unreadable(values[0])


def card(id: str, body: str, file: str, line: int) -> Card:
    """Return the card of a row, cleaned; raises OtherStoreError for one that cannot be shown."""
    try:
        _, said = _read(body)
        card = read_card(orjson.dumps(said).decode(), file, line)
    except (StoreError, ValueError, TypeError):
        raise _unreadable(id) from None
    sound = _PLACE({"file": file, "line": line}) and _CARD(card) and card.id == id
    if not sound or not _NAMES({"id": card.id, "deck": card.deck, "topic": card.topic}):
        raise _unreadable(id)
    return card


def _unreadable(id: object) -> OtherStoreError:
    return OtherStoreError(
        f"The card {clean_line(str(id))!r} cannot be read: that store is damaged, or a later "
        "version of StudyTUI wrote it. Nothing was taken over."
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
