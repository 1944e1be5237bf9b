"""What may stand in an event: nothing that cannot be folded gets into the log.

The log is never changed, so one event that breaks the fold would break the store for good.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from cards.scheduling.fsrs import State
from cards.scheduling.options import OF_DECKS
from db.log import settings
from db.log.events import Kind
from db.log.validators import (
    Shape,
    anything,
    day,
    flag,
    instant,
    many,
    named,
    number,
    one_of,
    optional,
    record,
    text,
    whole,
)
from db.storage.schema import LAST_STEP
from sims.errors import InputError

_ANY_WHOLE = whole(-(2**63), 2**64 - 1)
_MILLION = whole(-(10**6), 10**6)
_COUNT = whole(0, 10**6)
_ID = re.compile("[0-9a-f]{32}")


def _event(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


_SHAPES: dict[str, Shape] = {
    Kind.REVIEW: record(
        {
            "day": day,
            "rating": one_of((1, 2, 3, 4)),
            "state": one_of({state.name.lower() for state in State}),
            "due": day,
        },
        {
            "step": whole(0, LAST_STEP),
            "due_at": instant,
            "seconds": number(0, 1e6),
            "predicted": number(0, 1),
            "suggested": whole(0, 4),
            "grade": text,
            "outcome": text,
            "misconception": text,
            "typed": text,
            "variant": record({}, {"seed": _ANY_WHOLE, "values": named(text)}),
            "hinted": flag,
        },
    ),
    Kind.BURY: record({"day": day}),
    Kind.SET_DUE: record({"day": day}),
    Kind.MEMORY: record(
        {"day": day, "due": day, "stability": number(1e-3, 1e6), "difficulty": number(1, 10)}
    ),
    Kind.TAG: record({}, {"add": many(text), "remove": many(text)}),
    Kind.RELINK: record({"to": text}, {"after": _event}),
    Kind.APART: record({"other": text}),
    Kind.SETTINGS: record({"deck": text, "name": text, "value": anything}),
    Kind.PARAMETERS: record({"values": many(number(-1e6, 1e6))}),
    Kind.MORE: record({"day": day, "new": _MILLION, "due": _MILLION}, {"decks": many(text)}),
    Kind.QUIZ: record(
        {"seed": _ANY_WHOLE, "score": record({"right": _COUNT, "wrong": _COUNT, "open": _COUNT})},
        {
            "id": text,
            "questions": many(
                record({"card": text, "right": optional(flag)}, {"sure": optional(flag)})
            ),
        },
    ),
}
"""What is read of a payload: fields that must be there, and fields that may."""


def _parameters(payload: Mapping[str, Any]) -> object:
    return settings.parameters_payload(payload["values"])


def _settings(payload: Mapping[str, Any]) -> object:
    return payload["name"] in OF_DECKS and settings.payload(
        payload["deck"], payload["name"], payload["value"]
    )


_TRIED: dict[str, Callable[[Mapping[str, Any]], object]] = {
    Kind.PARAMETERS: _parameters,
    Kind.SETTINGS: _settings,
}
"""What raises ValueError for a payload of the right shape whose values are out of bounds."""


def fits(kind: str, payload: object) -> bool:
    """Whether an event of a kind with this payload can be folded; unknown kinds can."""
    if not isinstance(payload, dict) or (kind in _SHAPES and not _SHAPES[kind](payload)):
        return False
    try:
        if kind in _TRIED:
            _TRIED[kind](payload)
    except ValueError:
        return False
    return True


def check(kind: str, payload: Mapping[str, Any]) -> None:
    """Raise InputError for an event that could not be folded."""
    if not fits(kind, payload):
        raise InputError("A value is out of its range, so nothing was changed.")
