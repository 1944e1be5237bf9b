"""The choices a person has about scheduling, with their defaults."""

from dataclasses import dataclass
from typing import Literal

Order = Literal["retrievability", "due", "random"]
NewOrder = Literal["notes", "random"]


@dataclass(frozen=True, slots=True)
class Options:
    """Scheduling options; a deck may differ from the rest in any of them.

    Raises ValueError, with a sentence, for a value out of its range.
    """

    desired_retention: float = 0.9
    """Chance of recall at which a card is asked again, 0.70 to 0.99."""
    learning_steps: tuple[float, ...] = (1.0, 10.0)
    """Minutes between the first repetitions of a new card."""
    relearning_steps: tuple[float, ...] = (10.0,)
    """Minutes between repetitions after a lapse."""
    maximum_interval: int = 36_500
    """Longest interval in days."""
    new_per_day: int = 20
    reviews_per_day: int = 200
    learn_ahead: float = 20.0
    """Minutes a learning card may come early when nothing else is left."""
    leech_lapses: int = 8
    """Lapses after which a card is called a leech."""
    bury_siblings: bool = True
    """Keep cards of one note block on different days."""
    fuzz: bool = True
    """Spread intervals a little, so that cards learnt together do not stay together."""
    balance: bool = True
    """Within the spread, prefer days on which less is due."""
    easy_days: tuple[float, ...] = (1.0,) * 7
    """How much of the usual load each weekday takes, Monday first, 0 to 1."""
    order: Order = "retrievability"
    new_order: NewOrder = "notes"
    rollover_hour: int = 4
    """Local hour at which a study day begins."""
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0.7 <= self.desired_retention <= 0.99:
            raise ValueError("desired_retention must lie between 0.70 and 0.99")
        if min((*self.learning_steps, *self.relearning_steps, 1.0)) <= 0:
            raise ValueError("learning and relearning steps must be longer than nothing")
        if len(self.easy_days) != 7 or not all(0 <= share <= 1 for share in self.easy_days):
            raise ValueError("easy_days must be seven shares from 0 to 1, Monday first")
        if self.maximum_interval < 1:
            raise ValueError("maximum_interval must be at least one day")
        if min(self.new_per_day, self.reviews_per_day, self.learn_ahead) < 0:
            raise ValueError("daily limits and learn_ahead cannot be negative")
        if not 0 <= self.rollover_hour <= 23:
            raise ValueError("rollover_hour must be an hour of the day, 0 to 23")
        if self.leech_lapses < 1:
            raise ValueError("leech_lapses must be at least 1")


DEFAULT = Options()
