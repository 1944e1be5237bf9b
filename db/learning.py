"""The cards in their (re)learning steps today: which comes first, when, and how many there are.

They are read once with the line of cards and then kept in order of time, because they are asked
for before every card, and a learner can have hundreds of them.
"""

from bisect import bisect_right, insort
from collections.abc import Collection
from datetime import datetime
from math import inf
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from db.fold import Standing
from db.quick import Quick
from db.schema import LEARNING, SCHEDULE

_ALL = Quick(
    select(SCHEDULE.c.key, SCHEDULE.c.section, SCHEDULE.c.due_day, SCHEDULE.c.due_at).where(
        SCHEDULE.c.queue == LEARNING, SCHEDULE.c.buried_day < bindparam("today")
    )
)


class Due(NamedTuple):
    """The learning cards that are due: how many, the first one's key, and the ms when it is due."""

    waiting: int = 0
    key: int | None = None
    at: int = 0


Place = tuple[float, int]
"""When a card is due, in ms, and its key."""


class Steps:
    """The learning cards of some sections, None for all, on one day."""

    def __init__(
        self, connection: Connection, sections: Collection[int] | None, today: int, ahead: float
    ) -> None:
        """Read them; `ahead` is how many minutes before its time a card may come."""
        self._sections, self._day, self._ahead = sections, today, ahead
        self._today: list[Place] = []
        self._later: list[Place] = []
        for key, section, due_day, due_at in _ALL.run(connection, today=today).fetchall():
            if sections is None or section in sections:
                line, place = self._place(key, due_day, due_at)
                line.append(place)
        self._today.sort()
        self._later.sort()

    def due(self, now: datetime) -> Due:
        """Return the cards due today or so soon that they may come early."""
        soon = 1000 * (now.timestamp() + 60 * self._ahead)
        early = self._later[: bisect_right(self._later, (soon, inf))]
        if not self._today and not early:
            return Due()
        at, key = min([*self._today[:1], *early])
        return Due(len(self._today) + len(early), key, int(at))

    def move(self, before: Standing, after: Standing) -> None:
        """Take note of a card that was answered, or whose answer was taken back."""
        if before.queue == LEARNING:
            line, place = self._place(before.key, before.due_day, before.due_at)
            if place in line:
                line.remove(place)
        here = self._sections is None or after.section in self._sections
        if after.queue == LEARNING and here and after.buried_day < self._day:
            line, place = self._place(after.key, after.due_day, after.due_at)
            insort(line, place)

    def _place(self, key: int, due_day: int, due_at: int | None) -> tuple[list[Place], Place]:
        """Return the line and the place in it; a step of whole days has its day and no time."""
        if due_day <= self._day:
            return self._today, (due_at or 0, key)
        return self._later, (inf if due_at is None else due_at, key)
