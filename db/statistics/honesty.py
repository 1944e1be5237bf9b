"""How far to trust the figures: predictions against outcomes, ratings against grades."""

import math
from typing import Any

import numpy as np

from db.statistics.read import Array, Columns
from db.statistics.reviewed import RATINGS
from db.statistics.tally import YOUNG

_Z = 1.959964  # 95 %
_BINS = 20


def wilson(recalled: int, asked: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927, "Probable inference")."""
    if not asked:
        return 0.0, 1.0
    p, z2 = recalled / asked, _Z * _Z
    centre = (p + z2 / (2 * asked)) / (1 + z2 / asked)
    reach = _Z / (1 + z2 / asked) * math.sqrt(p * (1 - p) / asked + z2 / (4 * asked * asked))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def calibration(reviews: Columns, stage: Array) -> dict[str, Any]:
    """Return predicted recall against what happened, of due cards that had a prediction.

    `bins` are twentieths of predicted recall; `log_loss` is the mean binary cross-entropy in
    nats, `rmse` the root mean square of (predicted − happened) over the bins, weighted.
    """
    predicted = reviews["predicted"]
    used = (stage >= YOUNG) & ~np.isnan(predicted)
    p = np.clip(predicted[used], 1e-4, 1 - 1e-4)
    recalled = reviews["rating"][used] > 1
    place = np.minimum(_BINS - 1, (p * _BINS).astype(np.uint8))
    asked = np.bincount(place, minlength=_BINS)
    happened = np.bincount(place[recalled], minlength=_BINS)
    expected = np.bincount(place, weights=p, minlength=_BINS)
    bins = []
    for n, hits, total in zip(asked.tolist(), happened.tolist(), expected.tolist(), strict=True):
        if n:
            low, high = wilson(hits, n)
            bins.append(
                {"asked": n, "predicted": total / n, "recalled": hits / n, "low": low, "high": high}
            )
    n = len(p)
    loss = -float(np.log(np.where(recalled, p, 1 - p)).sum(dtype=np.float64)) / n if n else None
    squared = sum(b["asked"] * (b["predicted"] - b["recalled"]) ** 2 for b in bins)
    return {
        "asked": n,
        "log_loss": loss,
        "rmse": math.sqrt(squared / n) if n else None,
        "bins": bins,
    }


def agreement(reviews: Columns) -> dict[str, Any]:
    """Return how ratings agree with what the machine's grade suggested.

    `table` maps a suggested rating to counts of the ratings given. `too_kind` counts answers
    graded wrong but not rated Again, `too_hard` those graded right but rated Again.
    """
    place = reviews["suggested"] * np.uint8(5) + reviews["rating"]
    table = np.bincount(place, minlength=25)[:25].reshape(5, 5)[1:, 1:]
    graded = np.bincount(reviews["grade"] * np.uint8(5) + reviews["rating"], minlength=20)
    right, wrong = graded[5:10], graded[10:15]
    total = int(table.sum())
    return {
        "graded": int(graded[5:].sum()),
        "same": int(np.trace(table)) / total if total else None,
        "too_kind": int(wrong[2:].sum()),
        "too_hard": int(right[1]),
        "table": {
            name: dict(zip(RATINGS, row.tolist(), strict=True))
            for name, row in zip(RATINGS, table, strict=True)
        },
    }
