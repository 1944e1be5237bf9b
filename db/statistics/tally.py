"""One count of all reviews by day, stage and rating, from which most panels are read off."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from db.statistics.read import Array, Columns

STAGES = ("learning", "relearning", "young", "mature")
"""Where a card was when it was asked; new cards count as learning."""
MATURE = 21
"""Interval in days from which a card is called mature, as in Anki."""

_STAGE_OF_STATE = np.array([0, 0, 2, 1], dtype=np.uint8)
YOUNG, OLD = 2, 3


@dataclass(frozen=True, slots=True)
class Tally:
    """`counts` and `seconds` are (days, 4 stages, 4 ratings); the first day is `first`."""

    first: int
    counts: Array
    seconds: Array

    def on(self, first: int, last: int) -> Array:
        """Return the counts (4, 4) of the days from `first` to `last`, both included."""
        low, high = max(0, first - self.first), max(0, last - self.first + 1)
        total: Array = self.counts[low:high].sum(axis=0)
        return total


def stage_of(reviews: Columns) -> Array:
    """Return the stage (reviews,) of each review."""
    stage = _STAGE_OF_STATE[reviews["state"]]
    stage[(stage == YOUNG) & (reviews["before"] >= MATURE)] = OLD
    return stage


def tally(reviews: Columns, stage: Array) -> Tally:
    """Count reviews and seconds by day, stage and rating."""
    day = reviews["day"]
    if not len(day):
        return Tally(0, np.zeros((0, 4, 4), int), np.zeros((0, 4, 4)))
    first, last = int(day.min()), int(day.max())
    place = (day - first) * 16 + (stage * np.uint8(4) + reviews["rating"] - np.uint8(1))
    shape = (last - first + 1, 4, 4)
    size = 16 * shape[0]
    counts = np.bincount(place, minlength=size).reshape(shape)
    seconds = np.bincount(place, weights=reviews["tenths"], minlength=size).reshape(shape)
    return Tally(first, counts, seconds / 10)


def retention(counts: Array) -> dict[str, Any]:
    """Return how many due cards were asked and recalled, from counts (4 stages, 4 ratings)."""
    rows = {"young": counts[YOUNG], "mature": counts[OLD], "all": counts[YOUNG] + counts[OLD]}
    return {name: share(int(row[1:].sum()), int(row.sum())) for name, row in rows.items()}


def share(recalled: int, asked: int) -> dict[str, Any]:
    """Return a share with the numbers it is made of; None when there is nothing to share."""
    return {
        "asked": asked,
        "recalled": recalled,
        "retention": recalled / asked if asked else None,
    }
