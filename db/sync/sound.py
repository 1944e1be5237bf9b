"""What comes from another store is a stranger's: it is looked at before it is taken over."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import orjson
from sqlalchemy import Row

from cards.clean import clean, clean_line
from cards.scheduling.fsrs import State
from cards.scheduling.options import OF_DECKS
from db import settings
from db.engine import StoreError
from db.events import Kind
from db.shelf import read_card

ID_BYTES = 16
LAST_DAY = 2_900_000
"""A study day from which dates can no longer be written: in the year 9909."""


def _day(value: object) -> bool:
    return type(value) is int and 0 <= value < LAST_DAY


def _instant(value: object) -> bool:
    return type(value) is int and 0 <= value < LAST_DAY * 86_400_000


def _number(low: float, high: float) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int | float) and low <= value <= high


def _one_of(values: Collection[object]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int | str) and value in values


def _text(value: object) -> bool:
    return isinstance(value, str)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_text, value))


_NEEDED: dict[str, dict[str, Callable[[object], bool]]] = {
    Kind.REVIEW: {
        "day": _day,
        "rating": _one_of((1, 2, 3, 4)),
        "state": _one_of({state.name.lower() for state in State}),
        "due": _day,
    },
    Kind.BURY: {"day": _day},
    Kind.SET_DUE: {"day": _day},
    Kind.RELINK: {"to": _text},
    Kind.SETTINGS: {"deck": _text, "name": _text, "value": lambda value: True},
    Kind.PARAMETERS: {"values": lambda value: isinstance(value, list)},
    Kind.MORE: {"day": _day, "new": _number(-1e6, 1e6), "due": _number(-1e6, 1e6)},
}
_ALLOWED: dict[str, dict[str, Callable[[object], bool]]] = {
    Kind.REVIEW: {
        "step": _one_of(range(1000)),
        "due_at": _instant,
        "seconds": _number(0, 1e6),
        "predicted": _number(0, 1),
        "suggested": _one_of(range(5)),
        "grade": _text,
        "misconception": _text,
    },
    Kind.TAG: {"add": _texts, "remove": _texts},
}
"""What the fold reads of a payload: fields that must be there, and fields that may."""


def check_id(id: bytes) -> None:
    """Raise StoreError for what is no id of an event."""
    if len(id) != ID_BYTES:
        raise StoreError(
            f"The event {bytes(id).hex()} has no proper id: one of the stores is damaged, or a "
            "later version of StudyTUI wrote it. Nothing was taken over."
        )


def check_event(row: Row[*tuple[Any, ...]]) -> None:
    """Raise StoreError for an event that could not be folded; unknown kinds are left be."""
    try:
        said = orjson.loads(row.payload)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not _is_possible(row, said):
        raise StoreError(
            f"The event {bytes(row.id).hex()} cannot be read: that store is damaged, or a later "
            "version of StudyTUI wrote it. What came before it was taken over."
        )


def _is_possible(row: Row[*tuple[Any, ...]], said: dict[str, Any]) -> bool:
    needed, allowed = _NEEDED.get(row.kind, {}), _ALLOWED.get(row.kind, {})
    if not (
        _instant(row.at)
        and abs(row.offset) < 1440
        and all(name in said and fits(said[name]) for name, fits in needed.items())
        and all(name not in said or fits(said[name]) for name, fits in allowed.items())
    ):
        return False
    try:
        if row.kind == Kind.PARAMETERS:
            settings.parameters_payload(said["values"])
        elif row.kind == Kind.SETTINGS and said["name"] in OF_DECKS:
            settings.payload(said["deck"], said["name"], said["value"])
    except (ValueError, TypeError):
        return False
    return row.kind != Kind.RELINK or row.card is not None


def check_card(row: Mapping[str, Any]) -> None:
    """Raise StoreError for a card that could not be shown."""
    try:
        card = read_card(row["body"], row["file"], row["line"])
        names = card.id, card.deck, card.topic
        sound = names == (row["id"], row["deck"], row["topic"])
        sound = sound and all(clean_line(name) == name for name in names)
    except (ValueError, LookupError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise StoreError(
            f"The card {clean_line(row['id'])!r} cannot be read: that store is damaged, or a later "
            "version of StudyTUI wrote it. What came before it was taken over."
        )


def cleaned(text: str) -> str:
    """Return JSON whose texts cannot move the cursor or hide what they say, as notes are read."""
    if "\\u" not in text and clean(text) == text:
        return text
    return orjson.dumps(_cleaned(orjson.loads(text))).decode()


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    if isinstance(value, dict):
        return {clean(name): _cleaned(part) for name, part in value.items()}
    return value
