"""How well predicted recall fits what happened: log loss, RMSE(bins), AUC.

As the srs-benchmark has them: reviews on the day of the last one, and first reviews, are not
scored. RMSE(bins) groups reviews of like gap, length and lapses, and takes the root mean square
of (mean prediction − share recalled), weighted by the size of the group.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cards.scheduling.fold import Floats, Ints, Layout, fold

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


def history(log: Log, layout: Layout) -> History:
    """Return what came before each review of a log."""
    gap, number, lapses = (np.zeros(len(log), dtype=np.int32) for _ in range(3))
    last = np.zeros(len(layout.card), dtype=np.int64)
    lapsed = np.zeros(len(layout.card), dtype=np.int64)
    for k, places in enumerate(layout.steps()):
        m = len(places)
        today = np.maximum(log.day[places], last[:m]) if k else log.day[places].astype(np.int64)
        if k:
            gap[places] = today - last[:m]
        number[places], lapses[places] = k, lapsed[:m]
        lapsed[:m] += (log.rating[places] == 1) & (gap[places] > 0)
        last[:m] = today
    return History(gap, number, lapses)


def measure(
    log: Log,
    parameters: tuple[float, ...],
    layout: Layout,
    past: History,
    among: npt.NDArray[np.bool_],
) -> Quality:
    """Return how well `parameters` predict the scored reviews `among` (reviews,) all."""
    recall = fold(log.card, log.day, log.rating, parameters, layout).recall
    used = past.scored & among
    p = np.clip(recall[used], _LEAST, 1 - _LEAST)
    recalled = log.rating[used] > 1
    if not len(p):
        return Quality(0.0, 0.0, None, 0)
    loss = float(-np.log(np.where(recalled, p, 1 - p)).mean())
    rmse = _rmse_bins(p, recalled, past.gap[used], past.number[used] + 1, past.lapses[used])
    return Quality(loss, rmse, _auc(p, recalled), len(p))


def _rmse_bins(
    p: Floats, recalled: npt.NDArray[np.bool_], gap: Ints, length: Ints, lapses: Ints
) -> float:
    bins = np.stack(
        [
            np.floor(np.log(gap) / np.log(3.62)),
            np.floor(np.log(length) / np.log(1.89)),
            np.where(lapses > 0, np.floor(np.log(np.maximum(lapses, 1)) / np.log(1.73)), -1),
        ],
        axis=1,
    )
    _, place = np.unique(bins, axis=0, return_inverse=True)
    place = place.reshape(-1)
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
