"""Days that travel left out, and that therefore break no streak.

Who flies east over the date line loses most of a day. A day without a review counts as left out
when the next review came no later than that day, by the clock of the place where the last one
before it was made.
"""

import numpy as np
from sqlalchemy import Connection, Integer, bindparam, select

from cards.scheduling.day import day_of
from db.log.events import STANDS, first_id
from db.statistics.tally import Array
from db.storage.schema import DAYS, EVENTS
from db.storage.statements import Compiled
from db.study_clock import StudyClock

_MINUTE = 60_000
_STUDIED = select(DAYS.c.day).where(DAYS.c.answers > 0).distinct().order_by(DAYS.c.day)
_WEST, _EAST = -12 * 60, 14 * 60  # the places where a day ends last, and begins first
_day = (EVENTS.c.at // _MINUTE + EVENTS.c.offset - bindparam("rollover", type_=Integer)) // 1440
_REVIEWS = select(EVENTS.c.at, EVENTS.c.offset).where(EVENTS.c.kind == "review", STANDS).limit(1)
_LAST = Compiled(
    _REVIEWS.where(EVENTS.c.id < bindparam("end"), _day <= bindparam("day")).order_by(
        EVENTS.c.id.desc()
    )
)
_NEXT = Compiled(
    _REVIEWS.where(EVENTS.c.id >= bindparam("start"), _day >= bindparam("day")).order_by(
        EVENTS.c.id
    )
)


def skipped(connection: Connection, moment: StudyClock) -> Array:
    """Return days without study that travel left out, between studied days or before today.

    The days say where one is missing; only there the log is read.
    """
    studied = np.array(connection.execute(_STUDIED).scalars().all(), dtype=int)
    before = studied[:-1][np.diff(studied) == 2].tolist()
    if len(studied) and studied[-1] == moment.today - 2:
        before.append(moment.today - 2)
    return np.array([day + 1 for day in before if _is_skipped(connection, day, moment)], dtype=int)


def _is_skipped(connection: Connection, day: int, moment: StudyClock) -> bool:
    """Whether the next day had not ended in the old time zone when a person studied again."""
    rollover = 60 * moment.rollover_hour
    end = (1440 * (day + 1) + rollover - _WEST) * _MINUTE
    start = (1440 * (day + 2) + rollover - _EAST) * _MINUTE
    last = _LAST.one(connection, end=first_id(end), day=day, rollover=rollover)
    following = _NEXT.one(connection, start=first_id(start), day=day + 2, rollover=rollover)
    at = int(1000 * moment.now.timestamp()) if following is None else following[0]
    return last is not None and day_of(at, last[1], moment.rollover_hour) <= day + 1


def closed_up(days: Array, skipped: Array) -> Array:
    """Return days renumbered as if those in `skipped`, in rising order, had never been."""
    closed: Array = days - np.searchsorted(skipped, days)
    return closed
