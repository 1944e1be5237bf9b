"""Now, as the store sees it: an instant in the person's zone, and its study day."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from cards.scheduling.day import day_start


@dataclass(frozen=True, slots=True)
class StudyClock:
    """Now, in the person's zone, and the study day it belongs to; `zone` None is the system's."""

    now: datetime
    today: int
    zone: tzinfo | None
    rollover_hour: int
    _starts: dict[int, datetime] = field(default_factory=dict, repr=False, compare=False)

    def start_of(self, day: int) -> datetime:
        """Return the UTC instant at which a study day begins."""
        start = self._starts.get(day)
        if start is None:
            start = self._starts[day] = day_start(day, self.zone, self.rollover_hour)
        return start
