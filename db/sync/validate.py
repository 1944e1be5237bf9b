"""What comes from another store is a stranger's: it is looked at before it is taken over."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from cards.card import Card
from cards.text.clean import clean, clean_data, clean_line
from db.card_table.rows import card_of
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
from db.storage.checksums import of_event
from db.storage.database import StoreError

ID_BYTES = 16
_CENTURY = timedelta(days=36_525)
"""No clock is wrong by more."""

_DAY = 86_400_000
_ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*\\[bfrtu]")
"""A sign of JSON that stands for another one, which may be harmful."""
_AROUND = 2
"""Days between a study day and the day in UTC, at most: time zones, and the hour of the start."""

_ID, _AT, _OFFSET = octets(ID_BYTES), instant, whole(-1439, 1439)
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


def check_ids(ids: Sequence[bytes], until: bytes) -> None:
    """Raise OtherStoreError where an id is none of an event."""
    for id in ids:
        if len(id) != ID_BYTES or id >= until:
            raise OtherStoreError(
                f"The event {id.hex()} has no proper id: one of the stores is damaged, a "
                "device has the wrong date, or a later version of StudyTUI wrote it. Nothing was "
                "taken over."
            )


class EventCheck:
    """Takes events of another store in: cleaned, or refused. Unknown kinds are left be."""

    def __init__(self) -> None:
        from db.log.reviews import decode

        self._decode = decode
        self._lines: dict[object, bool] = {None: True}
        """Whether a kind, or the id of a card, is a line as it should be."""

    def __call__(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """Return the values of an event.

        Raises OtherStoreError for one that cannot be folded, or is not as it was written.
        """
        id, at, offset, kind, card, target, payload, checksum = row
        if (
            self._is_line(kind)
            and kind is not None
            and (card is not None or kind not in _OF_CARDS)
            and self._is_line(card)
            and _AT(at)
            and _OFFSET(offset)
            and (target is None or _ID(target))
            and isinstance(payload, str)
        ):
            if kind == Kind.REVIEW and _is_plain(payload):
                cleaned = payload if self._is_review(id, at, payload) else ""
            else:
                cleaned = _cleaned(id, at, kind, payload)
            if cleaned and checksum in (None, of_event(*row[:-1])):
                if cleaned == payload and checksum is not None:
                    return row if type(row) is tuple else tuple(row)
                values = (*row[:-2], cleaned)
                return (*values, of_event(*values))
        raise OtherStoreError(
            f"The event {id.hex()} cannot be read: that store is damaged, or a later "
            "version of StudyTUI wrote it. Nothing was taken over."
        )

    def _is_review(self, id: bytes, at: int, payload: str) -> bool:
        try:
            return _is_of_its_time(id, at, self._decode(payload).day)
        except ValueError:
            return False

    def _is_line(self, value: object) -> bool:
        known = self._lines.get(value)
        if known is None:
            known = self._lines[value] = line(value)
        return known


def _is_plain(payload: str) -> bool:
    """Whether a payload needs no cleaning, and holds nothing but names and values."""
    plain = payload.isascii() and payload.isprintable() and "\\" not in payload
    return plain and payload.count("{") == 1 and "[" not in payload and "variant" not in payload


def _cleaned(id: bytes, at: int, kind: str, payload: str) -> str:
    """Return the payload of an event, cleaned; empty where it cannot be folded."""
    try:
        cleaned, said = _read(payload)
    except (ValueError, TypeError):
        return ""
    day = said.get("day") if isinstance(said, dict) and kind == Kind.REVIEW else None
    return cleaned if payloads.fits(kind, said) and _is_of_its_time(id, at, day) else ""


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
        card = card_of(said, file, line)
    except (ValueError, LookupError, TypeError, AttributeError):
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
    if _ESCAPED.search(body) or clean(body) != body:
        cleaned = clean_data(data)
        if cleaned != data:
            return orjson.dumps(cleaned).decode(), cleaned
    return body, data
