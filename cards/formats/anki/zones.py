"""Where the reviews of a log were made: the offset there, and the hour at which a day began.

Anki logs instants, and counts all days in the zone that a person is in now. Memories follow from
the days that were lived, so a package of ours says the zones beside its log.
"""

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from cards.scheduling.day import day_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

KEY = "studytuiZones"
"""The setting of a collection that has them; Anki leaves it alone."""
MOST = 200_000
"""Zones of a log: as many as a setting has room for."""
_END = 2**47
_FARTHEST, _LATEST = 24 * 60, 48
"""Minutes that no zone is from another; hours after midnight at which no day begins."""


class Zone(NamedTuple):
    """From an instant on (ms since 1970): minutes east of UTC, the hour at which a day begins."""

    begin: int
    offset: int
    rollover: int


class Zones:
    """The zones of a log in order, added and then asked; days begin at `rollover` if they can."""

    def __init__(self, rollover: int, every: Iterable[Zone] = ()) -> None:
        self.every = list(every)
        self._rollover = rollover
        self._last = -1

    @classmethod
    def of(cls, said: object, rollover: int) -> Self:
        """Return what a package says; none where that is not sound."""
        return cls(rollover, _sound(said) or ())

    def add(self, at: int, offset: int, day: int) -> None:
        """Add a review: its instant, its offset, and its study day."""
        place = bisect_right(self.every, at, key=attrgetter("begin"))
        before = self.every[place - 1] if place else None
        rollover = before.rollover if before else self._rollover
        if day_of(at, offset, rollover) != day:
            rollover = _hour(at, offset, day, self._rollover)
        if before is None or before[1:] != (offset, rollover):
            self._insert(place, Zone(at, offset, rollover), before)
        self._last = max(at, self._last)

    def _insert(self, place: int, new: Zone, before: Zone | None) -> None:
        """Begin a zone, which ends at once where reviews after it were added before."""
        follows = before or (self.every[0] if self.every else new)
        is_last = new.begin >= self._last
        ends = place < len(self.every) and self.every[place].begin == new.begin + 1
        rest = [] if is_last or ends else [Zone(new.begin + 1, *follows[1:])]
        had = [] if before is None or before.begin != new.begin else [before]
        self.every[place - len(had) : place] = [new, *rest]

    @cached_property
    def _table(self) -> "Array":
        import numpy as np  # who writes a package needs none

        return np.array(self.every, dtype=np.int64)

    def at(self, milliseconds: "Array") -> "tuple[Array, Array]":
        """Return offset and study day of reviews; the first zone holds before it, too."""
        begins = self._table[:, 0]
        place = begins.searchsorted(milliseconds, side="right") - 1
        offset, rollover = self._table[place.clip(0), 1:].T
        return offset, day_of(milliseconds, offset - 60 * rollover, 0)


def _hour(at: int, offset: int, day: int, wanted: int) -> int:
    """Return the hour at which days begin, so that an instant falls on a day; the nearest to one.

    That which was wanted is returned, too, where a clock was so wrong that there is none.
    """
    latest = (at // 60_000 + offset - 1440 * day) // 60
    hour = min(max(wanted, latest - 23), latest)
    return hour if abs(hour) <= _LATEST else wanted


def _sound(said: object) -> list[Zone] | None:
    if not isinstance(said, list) or len(said) > MOST:
        return None
    zones, last = [], -1
    for one in said:
        if not isinstance(one, list) or len(one) != 3 or not all(type(n) is int for n in one):
            return None
        begin, offset, rollover = one
        if not last < begin < _END or abs(offset) > _FARTHEST or abs(rollover) > _LATEST:
            return None
        zones.append(Zone(begin, offset, rollover))
        last = begin
    return zones
