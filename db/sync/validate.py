"""Validating rows of another store, which are a stranger's, before they are written here."""

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
"""An escape in JSON, which may stand for a harmful sign."""
_AROUND = 2
"""Most days between a study day and the day in UTC: of time zones, and the rollover hour."""
_ID, _AT, _OFFSET = octets(ID_BYTES), instant, whole(-1439, 1439)
_OF_CARDS = (Kind.REVIEW, Kind.RELINK)
"""Kinds of events that need a card."""

_TEXT: tuple[Shape, ...] = (octets(ID_BYTES), flag, octets(16))
"""Stamp, missing and digest of a text."""
_BRIEF: tuple[Shape, ...] = (text, optional(octets(ID_BYTES)), instant, *_TEXT)
"""The columns of a card that are compared: its id, the event that gave it, its date, its text."""
_PLACE = record({"file": path, "line": whole(0, 2**31 - 1)})
_NAMES = record(dict.fromkeys(("id", "deck", "topic"), line))
_CARD = annotated(Card)


class OtherStoreError(StoreError):
    """Another store, or something in it, cannot be used; one's own store is sound."""


def until(now: datetime) -> bytes:
    """Return the least id that no event can have yet.

    New ids follow the newest one, so an id that is taken over must leave room for them.
    """
    return first_id(int((now + _CENTURY).timestamp() * 1000))


def check_ids(ids: Sequence[bytes], until: bytes) -> None:
    """Raise OtherStoreError for an id that no event can have."""
    for id in ids:
        if len(id) != ID_BYTES or id >= until:
            raise OtherStoreError(
                f"The event {id.hex()} has no proper id: one of the stores is damaged, a "
                "device has the wrong date, or a later version of StudyTUI wrote it. Nothing was "
                "taken over."
            )


class EventCheck:
    """Cleans events of another store, or refuses them. Unknown kinds pass as they are."""

    def __init__(self) -> None:
        from db.log.reviews import decode

        self._decode = decode
        self._lines: dict[object, bool] = {None: True}
        """Whether each kind, and each id of a card, is a proper line."""

    def __call__(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """Return the values of an event; raises OtherStoreError for a damaged or impossible one."""
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
    """Whether a payload needs no cleaning, and has nothing nested in it."""
    plain = payload.isascii() and payload.isprintable() and "\\" not in payload
    return plain and payload.count("{") == 1 and "[" not in payload and "variant" not in payload


def _cleaned(id: bytes, at: int, kind: str, payload: str) -> str:
    """Return the payload of an event, cleaned; empty where it cannot be folded."""
    try:
        cleaned, data = _read(payload)
    except (ValueError, TypeError):
        return ""
    day = data.get("day") if isinstance(data, dict) and kind == Kind.REVIEW else None
    return cleaned if payloads.fits(kind, data) and _is_of_its_time(id, at, day) else ""


def _is_of_its_time(id: bytes, at: int, day: int | None) -> bool:
    """Whether an event is no later than its id, and on a study day that some clock had then.

    Else statistics would count days up to the year 9909.
    """
    return first_id(at) <= id and (day is None or abs(day - at // _DAY) <= _AROUND)


def check_brief(values: Sequence[Any], until: bytes) -> None:
    """Raise OtherStoreError for a card that cannot be compared; `values` are those of `_BRIEF`.

    A text of an import in the future would be newer than every edit that follows.
    """
    if not all(is_right(value) for is_right, value in zip(_BRIEF, values, strict=True)):
        raise _unreadable(values[0])
    _, named, _, stamp, *_ = values
    if max(stamp, named or stamp) >= until:
        raise _unreadable(values[0])


def card(id: str, body: str, file: str, line: int) -> Card:
    """Return the card of a row, cleaned; raises OtherStoreError for one that cannot be shown."""
    try:
        _, data = _read(body)
        card = card_of(data, file, line)
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
    """Return JSON as text and as data, its texts cleaned of control and hidden characters.

    Raises ValueError or TypeError for a text that is no JSON, or is nested too deep to be written
    again.
    """
    data = orjson.loads(body)
    orjson.dumps(data)
    if _ESCAPED.search(body) or clean(body) != body:
        cleaned = clean_data(data)
        if cleaned != data:
            return orjson.dumps(cleaned).decode(), cleaned
    return body, data
