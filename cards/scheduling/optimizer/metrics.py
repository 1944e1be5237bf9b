"""How well predicted recall fits what happened: log loss, RMSE(bins), AUC.

As the srs-benchmark has them: reviews on the day of the last one, and first reviews, are not
scored. RMSE(bins) groups reviews of like gap, length and lapses, and takes the root mean square
of (mean prediction − share recalled), weighted by the size of the group.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cards.scheduling.batch import Floats, Ints, Layout, fold, lay_out

GROUP = 400_000
"""Reviews of a group of cards, about: what they take of memory does not grow with the log."""
_LEAST = 1e-7


@dataclass(frozen=True, slots=True)
class Quality:
    """`log_loss` in nats a review, `rmse` from 0 to 1, `auc` from 0 to 1, None when one-sided."""

    log_loss: float
    rmse: float
    auc: float | None
    reviews: int

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-able data."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Log:
    """Reviews in order of time, each array (reviews,): card, study day, rating 1–4."""

    card: Ints
    day: Ints
    rating: Ints

    def __len__(self) -> int:
        return len(self.card)

    def at(self, places: Any) -> "Log":
        """Return the reviews at some places: a slice, a mask (reviews,) or indices."""
        return Log(self.card[places], self.day[places], self.rating[places])

    def groups(self, reviews: int) -> Iterator[Ints]:
        """Yield the indices of reviews in groups of whole cards, about so many in each."""
        count = 1 + len(self) // reviews
        for group in range(count):
            yield np.flatnonzero(self.card % count == group)


@dataclass(frozen=True, slots=True)
class History:
    """What came before each review, (reviews,): days since the last, reviews and lapses so far."""

    gap: Ints
    number: Ints
    lapses: Ints

    @property
    def scored(self) -> npt.NDArray[np.bool_]:
        """Which reviews say something about forgetting: not the first, not on the same day."""
        return (self.number > 0) & (self.gap > 0)


def gaps(log: Log, layout: Layout) -> Ints:
    """Return the days since each card's last review (reviews,), 0 for its first."""
    gap = np.zeros(len(log), dtype=np.int32)
    last = np.zeros(len(layout.card), dtype=np.int64)
    for k, places in enumerate(layout.steps()):
        before = last[: len(places)]
        today = log.day[places].astype(np.int64)
        if k:
            np.maximum(today, before, out=today)
            gap[places] = today - before
        before[:] = today
    return gap


def history(log: Log, layout: Layout) -> History:
    """Return what came before each review of a log."""
    gap = gaps(log, layout)
    number, lapses = (np.zeros(len(log), dtype=np.int32) for _ in range(2))
    lapsed = np.zeros(len(layout.card), dtype=np.int32)
    for k, places in enumerate(layout.steps()):
        before = lapsed[: len(places)]
        number[places], lapses[places] = k, before
        before += (log.rating[places] == 1) & (gap[places] > 0)
    return History(gap, number, lapses)


def measure(log: Log, parameters: tuple[float, ...], since: int = 0) -> Quality:
    """Return how well `parameters` predict the scored reviews from the place `since` on."""
    parts = [_predicted(log.at(group), parameters, group >= since) for group in log.groups(GROUP)]
    p, recalled, gap, number, lapses = (np.concatenate(part) for part in zip(*parts, strict=True))
    if not len(p):
        return Quality(0.0, 0.0, None, 0)
    loss = float(-np.log(np.where(recalled, p, 1 - p)).mean())
    rmse = _rmse_bins(p, recalled, gap, number + 1, lapses)
    return Quality(loss, rmse, _auc(p, recalled), len(p))


def _predicted(
    log: Log, parameters: tuple[float, ...], among: npt.NDArray[np.bool_]
) -> tuple[Floats, npt.NDArray[np.bool_], Ints, Ints, Ints]:
    """Return prediction, outcome and history of the scored reviews `among` all."""
    layout = lay_out(log.card)
    past = history(log, layout)
    recall = fold(log.card, log.day, log.rating, parameters, layout).recall
    used = past.scored & among
    p = np.clip(recall[used], _LEAST, 1 - _LEAST)
    return p, log.rating[used] > 1, past.gap[used], past.number[used], past.lapses[used]


def _rmse_bins(
    p: Floats, recalled: npt.NDArray[np.bool_], gap: Ints, length: Ints, lapses: Ints
) -> float:
    bins = np.zeros(len(p), dtype=np.int64)
    for number, base in ((gap, 3.62), (length, 1.89), (lapses, 1.73)):
        bins *= 1000
        bins += np.where(number > 0, 1 + np.log(np.maximum(number, 1)) // np.log(base), 0).astype(
            np.int64
        )
    _, place = np.unique(bins, return_inverse=True)
    count = np.bincount(place)
    error = np.bincount(place, weights=p - recalled) / count
    return float(np.sqrt((count * error**2).sum() / count.sum()))


def _auc(p: Floats, recalled: npt.NDArray[np.bool_]) -> float | None:
    """Return the chance that a recalled review had the higher prediction (Mann and Whitney)."""
    positive = int(recalled.sum())
    negative = len(p) - positive
    if not positive or not negative:
        return None
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    above = rank[recalled].sum() - positive * (positive + 1) / 2
    return float(above / (positive * negative))
