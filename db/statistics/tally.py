"""One count of reviews, block by block, from which every panel about them is read off.

Blocks are small enough that a processor's cache holds one with much of what is computed of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Columns = dict[str, Array]
"""Reviews as in `db/projections/review_columns.py`, (reviews,) each."""

STAGES = ("learning", "relearning", "young", "mature")
"""Where a card was when it was asked; new cards count as learning."""
MATURE = 21
"""Interval in days from which a card is called mature, as in Anki."""
BINS = 20
"""Classes of predicted recall, all as wide."""

_STAGE_OF_STATE = np.array([0, 0, 2, 1], dtype=np.uint8)
YOUNG, OLD = 2, 3
_LEAST = np.float32(1e-4)


@dataclass(slots=True)
class Tally:
    """What is counted of reviews; the first day of `days` and `day_seconds` is `first`.

    Those two hold all days, the others only the days from `since` on. An axis called due has 0 for
    steps and 1 for reviews of young and mature cards; recalled is 0 for Again and 1 for the other
    buttons.
    """

    since: int
    first: int
    days: Array
    """(days, 4 stages, 4 ratings)."""
    day_seconds: Array
    """(days,)."""
    hours: Array
    """(24 local hours, 2 due, 2 recalled)."""
    groups: Array
    """(sections, kinds, 2 due, 2 recalled)."""
    group_seconds: Array
    """(sections, kinds)."""
    graded: Array
    """(4 grades, 5 ratings suggested, 5 given); as in `projections/review_columns`, 0 is none."""
    predicted: Array
    """(2 recalled, 20 bins of predicted recall): due cards that had a prediction."""
    expected: Array
    """(20 bins): how many of them were predicted to be recalled."""
    loss: float
    """Binary cross-entropy of these predictions, nats in all."""

    def on(self, first: int, last: int | None = None) -> Array:
        """Return the counts (4, 4) of the days from `first` to `last`, both included."""
        low = max(0, first - self.first)
        high = None if last is None else max(0, last - self.first + 1)
        total: Array = self.days[low:high].sum(axis=0)
        return total

    def studied(self, since: int) -> Array:
        """Return the days with a review from `since` on, in rising order."""
        start = max(0, since - self.first)
        days: Array = np.flatnonzero(self.days[start:].any(axis=(1, 2))) + (self.first + start)
        return days


def tally(
    blocks: Iterable[Columns], group: Array, sections: int, kinds: int, since: int = 0
) -> Tally:
    """Count all reviews of the blocks; in the counts by day, only those from `since` on.

    `group` (keys,) is section · kinds + kind of each card, or -1 where its reviews do not count.
    """
    total = Tally(
        since=since,
        first=0,
        days=np.zeros((0, 4, 4), int),
        day_seconds=np.zeros(0),
        hours=np.zeros((24, 2, 2), int),
        groups=np.zeros((sections, kinds, 2, 2), int),
        group_seconds=np.zeros((sections, kinds)),
        graded=np.zeros((4, 5, 5), int),
        predicted=np.zeros((2, BINS), int),
        expected=np.zeros(BINS),
        loss=0.0,
    )
    days = []
    for block in blocks:
        where = group[block["card"]]
        block = _only(block | {"group": where}, where >= 0)
        block |= {"stage": _stage_of(block), "seconds": block["tenths"] / 10}
        if len(block["day"]):
            days.append(_count_days(block))
            _count(total, _only(block, block["day"] >= since))
    _put_together(total, days)
    return total


def _only(block: Columns, wanted: Array) -> Columns:
    if wanted.all():
        return block
    return {name: column[wanted] for name, column in block.items()}


def _count(total: Tally, block: Columns) -> None:
    """Add a block's reviews to every count but those by day."""
    rating, seconds, group = block["rating"], block["seconds"], block["group"]
    due, remembered = block["stage"] >= YOUNG, rating > 1
    outcome = due.view(np.uint8) * np.uint8(2) + remembered.view(np.uint8)
    total.hours += _bins(block["hour"] * np.uint8(4) + outcome, total.hours.shape)
    total.groups += _bins(group * np.int32(4) + outcome, total.groups.shape)
    total.group_seconds += _bins(group, total.group_seconds.shape, seconds)
    said = block["grade"] * np.uint8(25) + block["suggested"] * np.uint8(5) + rating
    total.graded += _bins(said, total.graded.shape)
    _compare(total, block["predicted"][due], remembered[due])


def _count_days(block: Columns) -> tuple[int, Array, Array]:
    """Return a block's first day, and the counts and seconds of each day since."""
    first = int(block["day"].min())
    day = block["day"] - first
    length = int(day.max()) + 1
    place = day * 16 + (block["stage"] * np.uint8(4) + block["rating"] - np.uint8(1))
    return first, _bins(place, (length, 4, 4)), _bins(day, (length,), block["seconds"])


def _stage_of(block: Columns) -> Array:
    """Return the stage (reviews,) of each review."""
    stage = _STAGE_OF_STATE[block["state"]]
    stage[(stage == YOUNG) & (block["before"] >= MATURE)] = OLD
    return stage


def _compare(total: Tally, predicted: Array, remembered: Array) -> None:
    """Add predictions and outcomes of due cards."""
    said = ~np.isnan(predicted)
    if not said.all():
        predicted, remembered = predicted[said], remembered[said]
    p = np.clip(predicted, _LEAST, 1 - _LEAST)
    place = (p * BINS).astype(np.uint8)  # below BINS, for p is below 1
    total.predicted += _bins(remembered.view(np.uint8) * np.uint8(BINS) + place, (2, BINS))
    total.expected += _bins(place, (BINS,), p)
    total.loss -= float(np.log(np.where(remembered, p, 1 - p)).sum(dtype=np.float64))


def _bins(place: Array, shape: tuple[int, ...], weights: Array | None = None) -> Array:
    """Return the weight, 1 each by default, that falls on each entry of an array of a shape."""
    return np.bincount(place, weights, prod(shape)).reshape(shape)


def _put_together(total: Tally, days: list[tuple[int, Array, Array]]) -> None:
    """Add up the days of all blocks."""
    if not days:
        return
    total.first = min(first for first, _, _ in days)
    length = max(first + len(counts) for first, counts, _ in days) - total.first
    total.days, total.day_seconds = np.zeros((length, 4, 4), int), np.zeros(length)
    for first, counts, seconds in days:
        here = slice(first - total.first, first - total.first + len(counts))
        total.days[here] += counts
        total.day_seconds[here] += seconds


def retention(counts: Array) -> dict[str, Any]:
    """Return how many due cards were asked and recalled, from counts (4 stages, 4 ratings)."""
    rows = {"young": counts[YOUNG], "mature": counts[OLD], "all": counts[YOUNG] + counts[OLD]}
    return {name: share(int(row[1:].sum()), int(row.sum())) for name, row in rows.items()}


def share(recalled: int, asked: int) -> dict[str, Any]:
    """Return a share with its numerator and denominator; None where there is nothing to share."""
    return {"asked": asked, "recalled": recalled, "retention": recalled / asked if asked else None}
