"""Now, as the store sees it: an instant in the person's zone, and its study day."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from cards.scheduling.day import day_start


@dataclass(frozen=True, slots=True)
class StudyClock:
    """Now, in the person's zone, and the study day it belongs to; `zone` None is the system's."""

    now: datetime
    today: int
    zone: tzinfo | None
    rollover_hour: int

    def start_of(self, day: int) -> datetime:
        """Return the UTC instant at which a study day begins."""
        return day_start(day, self.zone, self.rollover_hour)
