"""How far to trust the figures: predictions against outcomes, ratings against grades."""

import math
from typing import Any

import numpy as np

from db.statistics.reviews import RATINGS
from db.statistics.tally import Tally

_Z = 1.959964  # 95 %


def wilson(recalled: int, asked: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927, "Probable inference")."""
    if not asked:
        return 0.0, 1.0
    p, z2 = recalled / asked, _Z * _Z
    centre = (p + z2 / (2 * asked)) / (1 + z2 / asked)
    reach = _Z / (1 + z2 / asked) * math.sqrt(p * (1 - p) / asked + z2 / (4 * asked * asked))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def calibration(table: Tally) -> dict[str, Any]:
    """Return predicted beside actual recall, of due cards that had a prediction.

    `bins` are twentieths of predicted recall; `log_loss` is the mean binary cross-entropy in
    nats, `rmse` the root mean square of (predicted − happened) over the bins, weighted.
    """
    asked = table.predicted.sum(axis=0)
    columns = asked.tolist(), table.predicted[1].tolist(), table.expected.tolist()
    bins = []
    for n, hits, total in zip(*columns, strict=True):
        if n:
            low, high = wilson(hits, n)
            bins.append(
                {"asked": n, "predicted": total / n, "recalled": hits / n, "low": low, "high": high}
            )
    n = int(asked.sum())
    squared = sum(b["asked"] * (b["predicted"] - b["recalled"]) ** 2 for b in bins)
    return {
        "asked": n,
        "log_loss": table.loss / n if n else None,
        "rmse": math.sqrt(squared / n) if n else None,
        "bins": bins,
    }


def agreement(tally: Tally) -> dict[str, Any]:
    """Return how ratings agree with what the machine's grade suggested.

    `table` maps a suggested rating to counts of the ratings given. `too_kind` counts answers
    graded wrong but not rated Again, `too_hard` those graded right but rated Again.
    """
    table = tally.graded.sum(axis=0)[1:, 1:]
    graded = tally.graded.sum(axis=1)
    _, right, wrong, _ = graded
    total = int(table.sum())
    return {
        "graded": int(graded[1:].sum()),
        "same": int(np.trace(table)) / total if total else None,
        "too_kind": int(wrong[2:].sum()),
        "too_hard": int(right[1]),
        "table": {
            name: dict(zip(RATINGS, row.tolist(), strict=True))
            for name, row in zip(RATINGS, table, strict=True)
        },
    }
