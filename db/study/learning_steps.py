"""The cards in their (re)learning steps today: which comes first, when, and how many there are.

They are read once with the line of cards and then kept in order of time, because they are asked
for before every card, and a learner can have hundreds of them.
"""

from bisect import bisect_right, insort
from collections.abc import Collection
from datetime import datetime
from math import inf
from typing import NamedTuple

from sqlalchemy import Connection, select

from db.projections.card_state import CardState
from db.projections.due import TODAY, is_buried, soon, step_at
from db.storage.schema import LEARNING, SCHEDULE
from db.storage.statements import Compiled

_ALL = Compiled(
    select(SCHEDULE.c.key, SCHEDULE.c.section, SCHEDULE.c.due_day, SCHEDULE.c.due_at).where(
        SCHEDULE.c.queue == LEARNING, SCHEDULE.c.buried_day < TODAY
    )
)


class Due(NamedTuple):
    """The learning cards that are due: how many, the first one's key, and the ms when it is due."""

    waiting: int = 0
    key: int | None = None
    at: int = 0


DueAt = tuple[float, int]
"""When a card is due, in ms, and its key."""


class Steps:
    """The learning cards of some sections, None for all, on one day."""

    def __init__(
        self,
        connection: Connection,
        sections: Collection[int] | None,
        today: int,
        ahead: float,
        latest: int,
    ) -> None:
        """Read the cards; each may come `ahead` minutes before its time.

        `latest` is the last day on which a step can be due.
        """
        self._sections, self._day, self._ahead, self._latest = sections, today, ahead, latest
        self._places: list[DueAt] = []
        for key, section, due_day, due_at in _ALL.run(connection, today=today).fetchall():
            if sections is None or section in sections:
                self._places.append(self._place(key, due_day, due_at))
        self._places.sort()

    def due(self, now: datetime) -> Due:
        """Return the cards that are due now, or soon enough to come early."""
        waiting = bisect_right(self._places, (soon(now, self._ahead), inf))
        if not waiting:
            return Due()
        at, key = self._places[0]
        return Due(waiting, key, int(at))

    def move(self, before: CardState, after: CardState) -> None:
        """Take note of a card that was answered, or whose answer was taken back."""
        if before.queue == LEARNING:
            place = self._place(before.key, before.due_day, before.due_at)
            if place in self._places:
                self._places.remove(place)
        here = self._sections is None or after.section in self._sections
        if after.queue == LEARNING and here and not is_buried(after.buried_day, self._day):
            insort(self._places, self._place(after.key, after.due_day, after.due_at))

    def _place(self, key: int, due_day: int, due_at: int | None) -> DueAt:
        return step_at(due_day, due_at, self._day, self._latest), key
