"""Intervals and sequential decisions for experiments, in one place.

Differences are paired by seed. Below 50 pairs the interval is Student's t; from 50 it is the
bias-corrected and accelerated bootstrap (Efron 1987), which covers badly at n = 10 to 20. At 50 it
still covers a little less than it says, so its level is that of Student's t at this n (the expanded
interval of Hesterberg 2015, on teaching the bootstrap).
A decision looks at the data at most `rounds` times, each on a 1 - 0.05/rounds interval
(Bonferroni), because looking often at 95 % gives far more than 5 % false decisions.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sims.claims.evidence import Evidence, Verdict
from sims.lazy import np, scipy

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

BOOTSTRAP_FROM = 50
BOOTSTRAP_RESAMPLES = 10_000
FALSE_DECISIONS = 0.05


def mean_interval(differences: "ArrayLike", confidence: float = 0.95) -> tuple[float, float]:
    """Return a confidence interval for the mean of paired differences, shape (n,), n >= 2.

    Raises ValueError when fewer than two differences are given or one is not finite.
    """
    values: NDArray[np.float64] = np.asarray(differences, dtype=float).ravel()
    if values.size < 2:
        raise ValueError("an interval needs at least two paired differences")
    if not np.isfinite(values).all():
        raise ValueError("a paired difference is not finite")
    mean = float(values.mean())
    if np.ptp(values) <= 1e-12 * max(1.0, abs(mean)):
        return mean, mean
    if values.size < BOOTSTRAP_FROM:
        error = float(values.std(ddof=1)) / math.sqrt(values.size)
        half = float(scipy.stats.t.ppf((1 + confidence) / 2, values.size - 1)) * error
        return mean - half, mean + half
    result = scipy.stats.bootstrap(
        (values,),
        np.mean,
        confidence_level=_expanded(confidence, values.size),
        n_resamples=BOOTSTRAP_RESAMPLES,
        batch=max(1, 2_000_000 // values.size),
        method="BCa",
        rng=np.random.default_rng(values.size),
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def _expanded(confidence: float, n: int) -> float:
    """Return the level at which a bootstrap of n values is as wide as Student's t is."""
    reach = math.sqrt(n / (n - 1)) * scipy.stats.t.ppf((1 + confidence) / 2, n - 1)
    return float(1 - 2 * scipy.stats.norm.sf(reach))


def effect_size(differences: "ArrayLike") -> float:
    """Return Cohen's d of paired differences: their mean over their standard deviation."""
    values = np.asarray(differences, dtype=float).ravel()
    spread = float(values.std(ddof=1))
    mean = float(values.mean())
    return mean / spread if spread > 0 else math.copysign(math.inf, mean) if mean else 0.0


def experiment(
    sample: "Callable[[int, int], ArrayLike]",
    *,
    margin: float,
    says: str,
    first: int = 20,
    rounds: int = 2,
) -> Evidence:
    """Decide whether the mean of paired differences exceeds `margin`.

    `sample(count, offset)` returns `count` differences of the seeds offset .. offset+count-1,
    signed so that the asserted statement is true when their mean is above `margin`. Round r
    doubles the number of seeds. HOLDS only when the interval lies wholly above the margin, FAILS
    only when wholly below, UNDECIDED after the last round.
    """
    confidence = 1 - FALSE_DECISIONS / rounds
    values: NDArray[np.float64] = np.empty(0)
    for _ in range(rounds):
        count = max(first, values.size)
        fresh = np.asarray(sample(count, values.size), dtype=float).ravel()
        values = np.concatenate([values, fresh])
        low, high = mean_interval(values, confidence)
        if low > margin:
            verdict = Verdict.HOLDS
        elif high < margin:
            verdict = Verdict.FAILS
        else:
            verdict = Verdict.UNDECIDED
            continue
        break
    mean, effect = float(values.mean()), effect_size(values)
    size = f", effect size {effect:.2g}" if math.isfinite(effect) else ", the same in every pair"
    return Evidence(
        verdict,
        f"{says}: {mean:.4g} ({low:.4g} to {high:.4g}), margin {margin:g}{size}",
        statistic=mean,
        interval=(low, high),
        seeds=int(values.size),
        figures={"effect_size": effect},
    )
