"""What may stand in an event: nothing gets into the log, from whatever side, that cannot be folded.

The log is never changed, so one event that breaks the fold would break the store for good.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from cards.scheduling.fsrs import State
from cards.scheduling.options import OF_DECKS
from db import settings
from db.events import Kind

LAST_DAY = 2_900_000
"""A study day from which dates can no longer be written: in the year 9909."""

_ID = re.compile("[0-9a-f]{32}")


def _day(value: object) -> bool:
    return type(value) is int and 0 <= value < LAST_DAY


def is_instant(value: object) -> bool:
    """Whether a value is milliseconds since 1970 that can be written as a date."""
    return type(value) is int and 0 <= value < LAST_DAY * 86_400_000


def _number(low: float, high: float) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int | float) and low <= value <= high


def _one_of(values: Collection[object]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int | str) and value in values


def _text(value: object) -> bool:
    return isinstance(value, str)


def _event(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


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
        "due_at": is_instant,
        "seconds": _number(0, 1e6),
        "predicted": _number(0, 1),
        "suggested": _one_of(range(5)),
        "grade": _text,
        "misconception": _text,
    },
    Kind.TAG: {"add": _texts, "remove": _texts},
    Kind.RELINK: {"after": _event},
    Kind.MORE: {"decks": _texts},
}
"""What the fold reads of a payload: fields that must be there, and fields that may."""


def fits(kind: str, said: Mapping[str, Any]) -> bool:
    """Whether an event of a kind with this payload can be folded; unknown kinds can."""
    for name, is_right in _NEEDED.get(kind, {}).items():
        if name not in said or not is_right(said[name]):
            return False
    for name, is_right in _ALLOWED.get(kind, {}).items():
        if name in said and not is_right(said[name]):
            return False
    try:
        if kind == Kind.PARAMETERS:
            settings.parameters_payload(said["values"])
        elif kind == Kind.SETTINGS and said["name"] in OF_DECKS:
            settings.payload(said["deck"], said["name"], said["value"])
    except (ValueError, TypeError):
        return False
    return True


def check(kind: str, said: Mapping[str, Any]) -> None:
    """Raise ValueError for an event that could not be folded."""
    if not fits(kind, said):
        raise ValueError("A value is out of its range, so nothing was changed.")
