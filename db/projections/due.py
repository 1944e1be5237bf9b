"""When a card is asked: what it means that one is waiting, due, buried or held back by a sibling.

Functions of values say it of one card, of columns of a query, and of arrays; the rest is SQL that
uses the indexes. `today` is a study day, as all days are.
"""

from datetime import datetime, timedelta
from math import inf
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    exists,
    literal_column,
    or_,
    select,
)

from db.storage.schema import LEARNING, NEW, REVIEW, SCHEDULE

_CARDS = SCHEDULE.c
TODAY = bindparam("today", type_=Integer)


def is_buried(buried_day: Any, today: Any) -> Any:
    """Whether a card is buried today, given the last day for which it was.

    For one who travelled west that may be a day that is still to come.
    """
    return buried_day >= today


def is_waiting(queue: Any) -> Any:
    """Whether a card has been met, and is not left out."""
    return (queue == REVIEW) | (queue == LEARNING)


def is_due(queue: Any, due_day: Any, buried_day: Any, today: Any) -> Any:
    """Whether a card that has been met is to be asked today."""
    return is_waiting(queue) & (due_day <= today) & (buried_day < today)


def is_asked(due_day: Any, day: Any, buried_day: Any, today: Any, until: Any) -> Any:
    """Whether a card that is due by the day `until` may be asked today.

    What was reviewed today (`day`) is not asked ahead of its time on the same day again.
    """
    # + 0: by the index of days that are due, never by another one.
    in_time = (due_day + 0 <= today) | (day + 0 < today)
    return (due_day <= until) & in_time & (buried_day < today)


def buried(today: Any) -> ColumnElement[bool]:
    """Return the condition that a card is buried, by the index of the few that are."""
    # A bound 0 would hide from SQLite that this is the condition of an index.
    return and_(_CARDS.buried_day > literal_column("0"), is_buried(_CARDS.buried_day, today))


def due(today: Any) -> ColumnElement[bool]:
    """Return the condition that `is_due` says, by the index of queues: few cards are buried."""
    resting = select(_CARDS.key).where(buried(today)).correlate(None)
    waiting = and_(_CARDS.queue.in_((REVIEW, LEARNING)), _CARDS.due_day <= today)
    return and_(waiting, _CARDS.key.not_in(resting))


NEW_OR_DUE = _CARDS.queue.in_((NEW, REVIEW)) & (_CARDS.due_day <= TODAY)
"""Cards of a day's line, but for who is buried or held back."""

FIRST_DAY = case((_CARDS.due_day <= _CARDS.buried_day, _CARDS.buried_day + 1), else_=_CARDS.due_day)
"""The first day on which a card may be asked."""


def held_back(cards: Any, today: Any) -> ColumnElement[bool]:
    """Return the condition that one of `cards` waits for another day because of a sibling.

    Of a family one card is asked a day: one in its steps before one that is due, and that before a
    new one. Of several due ones, or new ones, the first in the line is asked.
    """
    sibling = SCHEDULE.alias("sibling").c
    goes_before = or_(sibling.queue == LEARNING, sibling.queue > cards.queue)
    return exists().where(
        sibling.family == cards.family,
        sibling.key != cards.key,
        or_(
            # + 0: by the index of families, never by that of days. Who travelled west may have
            # reviewed it on the day to come; on a later one only a wrong clock has.
            (sibling.day + 0).between(today, today + 1),
            and_(goes_before, sibling.due_day <= today, sibling.buried_day < today),
        ),
    )


def soon(now: datetime, ahead: float) -> int:
    """Return the last due time, in ms, that is shown now with this learn-ahead limit (minutes)."""
    return int(1000 * (now + timedelta(minutes=ahead)).timestamp())


def step_at(due_day: int, due_at: int | None, today: int, latest: int) -> float:
    """Return the ms at which a learning step is due, 0 for now and infinity for another day.

    After the day `latest` no step can be: one that is was given by a wrong clock, and is due.
    """
    if due_at is None:  # a step of whole days
        return 0 if due_day <= today else inf
    return due_at if due_day <= latest else 0


STEP_DUE = or_(
    _CARDS.due_at <= bindparam("soon", type_=BigInteger),
    _CARDS.due_at.is_not(None) & (_CARDS.due_day > bindparam("latest", None, Integer)),
    _CARDS.due_at.is_(None) & (_CARDS.due_day <= TODAY),
)
"""The condition that `step_at` of a card in its steps is no later than `soon`."""
