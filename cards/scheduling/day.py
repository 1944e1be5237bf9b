"""Study days: days that begin at 04:00 local time, counted from 1970-01-01.

A review belongs to the study day of the zone it was made in, so travel and summer time move no
review to another day and break no streak. Days are plain integers, to be subtracted and stored.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy.typing as npt

T = TypeVar("T", int, "npt.NDArray[Any]")

ROLLOVER_HOUR = 4
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def study_day(now: datetime, rollover_hour: int = ROLLOVER_HOUR) -> int:
    """Return the study day of an aware instant, in that instant's own zone."""
    if now.tzinfo is None:
        raise ValueError("a study day needs an instant with a time zone")
    wall_clock = now.replace(tzinfo=None) - timedelta(hours=rollover_hour)
    return wall_clock.toordinal() - EPOCH_ORDINAL


def day_of(milliseconds: T, offset: T, rollover_hour: int = ROLLOVER_HOUR) -> T:
    """Return the study day of a UTC instant (ms since 1970) at `offset` minutes east of UTC.

    Both can be numpy arrays.
    """
    day: T = (milliseconds // 60_000 + offset - 60 * rollover_hour) // 1440
    return day


def day_start(day: int, zone: tzinfo | None, rollover_hour: int = ROLLOVER_HOUR) -> datetime:
    """Return the UTC instant at which a study day begins in `zone`, None for the system's."""
    local = datetime.combine(day_date(day), time(rollover_hour), zone)
    return local.astimezone(UTC)


def day_date(day: int) -> date:
    """Return the calendar date on which a study day begins."""
    return date.fromordinal(day + EPOCH_ORDINAL)
