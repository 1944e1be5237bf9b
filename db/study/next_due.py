"""When the next cards of a scope come, once nothing is left to ask: later today, or on what day.

Their number is that of that day's queue: what is due then, what was buried, and what the limits
left over from the days before.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from db.log import settings
from db.log.events import instant
from db.projections.due import FIRST_DAY, soon
from db.records import Coming
from db.storage.schema import LEARNING, OUT, SCHEDULE
from db.study.queue import Queue
from db.study_clock import StudyClock

_CARDS = SCHEDULE.c


def coming(connection: Connection, queue: Queue, moment: StudyClock) -> Coming | None:
    """Return when the next cards come, and how many they are; None when none ever will."""
    here = _CARDS.section.in_(list(queue.sections))
    found = _later_today(connection, queue, moment, here)
    day: int | None = moment.today + 1
    while found is None and day is not None:
        found = _on_day(connection, queue, moment, here, day)
        following = select(func.min(FIRST_DAY)).where(_CARDS.queue != OUT, day < FIRST_DAY, here)
        day = connection.execute(following).scalar()
    return found


def _later_today(
    connection: Connection, queue: Queue, moment: StudyClock, here: ColumnElement[bool]
) -> Coming | None:
    query = select(func.min(_CARDS.due_at), func.count()).where(
        _CARDS.queue == LEARNING,
        _CARDS.due_day <= moment.today,
        _CARDS.due_at > soon(moment.now, queue.settings.base.learn_ahead),
        _CARDS.buried_day < moment.today,
        here,
    )
    first, count = connection.execute(query).one()
    return Coming(0, count, instant(first) - moment.now) if count else None


def _on_day(
    connection: Connection, queue: Queue, moment: StudyClock, here: ColumnElement[bool], day: int
) -> Coming | None:
    """Return the cards of a day after today, None when there are none."""
    steps = select(func.count()).where(_CARDS.queue == LEARNING, day >= FIRST_DAY, here)
    options = settings.load(connection, queue.settings.base, day)
    line = Queue(connection, queue.scope, day, options)
    counts = line.counts(connection.execute(steps).scalar_one())
    if not counts.total:
        return None
    days = day - moment.today
    return Coming(days, counts.learning + counts.due, timedelta(days=days), counts.new)
