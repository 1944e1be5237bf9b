"""Weights, their entropy and gradient, and the tilt that meets a target.

Functions of a sequence of scores take sympy expressions, mpmath numbers and floats alike: what
algebra proves and what points check is the same code.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from sims.claims import POINTS
from sims.lazy import mpmath, np, sympy
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from numpy.typing import NDArray

topic = Topic("softmax")

FARTHEST = 2.0**20
"""Tilts are looked for from minus this to this."""


def exp(x: Any) -> Any:
    """Return e^x, symbolic for sympy expressions and at mpmath's precision for numbers."""
    return sympy.exp(x) if isinstance(x, sympy.Basic) else mpmath.exp(x)


def log(x: Any) -> Any:
    """Return the natural logarithm of x, as `exp` does."""
    return sympy.log(x) if isinstance(x, sympy.Basic) else mpmath.log(x)


def softmax(scores: Sequence[Any], temperature: Any = 1) -> list[Any]:
    """Return the weights of `scores`: exponentiate each, then divide by the sum."""
    powers = [exp(score / temperature) for score in scores]
    return [power / sum(powers) for power in powers]


def two_and_the_rest() -> tuple[list[Any], list[Any]]:
    """Return two symbolic scores, and their powers with the sum R of all other powers.

    However many other scores there are, they enter the weights of the two through R alone.
    """
    s = symbols(2)
    return s, [exp(s[0]), exp(s[1]), sympy.Symbol("R", positive=True)]


def sparsemax(scores: Sequence[Any]) -> list[Any]:
    """Return the nearest point of the simplex to `scores` (numbers); weights can be 0."""
    ranked = sorted(scores, reverse=True)
    # No k scores may weigh more than 1 above the threshold, and those of the support weigh just 1.
    threshold = max((total - 1) / k for k, total in enumerate(accumulate(ranked), 1))
    return [max(score - threshold, 0) for score in scores]


def mean(values: Sequence[Any], p: Sequence[Any]) -> Any:
    """Return the expectation of `values` under `p`."""
    return sum(value * weight for value, weight in zip(values, p, strict=True))


def variance(values: Sequence[Any], p: Sequence[Any]) -> Any:
    """Return the variance of `values` under `p`."""
    centre = mean(values, p)
    return mean([(value - centre) ** 2 for value in values], p)


def entropy(p: Sequence[Any]) -> Any:
    """Return Shannon's entropy of `p` in nats; 0 log 0 is 0."""
    return -sum(weight * log(weight) for weight in p if weight != 0)


def gini_entropy(p: Sequence[Any]) -> Any:
    """Return Tsallis' entropy of order 2, (1 - sum p_i^2)/2."""
    return (1 - sum(weight**2 for weight in p)) / 2


def jacobian_entry(p: Sequence[Any], i: int, j: int) -> Any:
    """Return the derivative of weight i by score j, at temperature 1."""
    return p[i] * (int(i == j) - p[j])


def matrix(p: Any, entry: Callable[..., Any]) -> list[list[Any]]:
    """Return the square matrix of `entry(p, i, j)`."""
    return [[entry(p, i, j) for j in range(len(p))] for i in range(len(p))]


def logarithmic_mean(a: Any, b: Any) -> Any:
    """Return (b - a)/(ln b - ln a) for 0 < a < b."""
    return (b - a) / (log(b) - log(a))


def tilt_for(scores: Sequence[Any], target: Any, weigh: Callable[..., list[Any]]) -> Any:
    """Return the tilt at which `weigh(scores, tilt)` has the expected score `target`.

    None when the expected scores at the farthest tilts do not enclose the target.
    """

    def excess(tilt: Any) -> Any:
        return mean(scores, weigh(scores, tilt)) - target

    if excess(-FARTHEST) * excess(FARTHEST) >= 0:
        return None
    return mpmath.findroot(excess, (-FARTHEST, FARTHEST), solver="bisect")


def exponential_family(scores: Sequence[Any], tilt: Any) -> list[Any]:
    """Return weights in proportion to exp(tilt s_i)."""
    return softmax([tilt * score for score in scores])


def draws(run: Run, n: int, low: float = -4.0, high: float = 4.0) -> "NDArray[np.float64]":
    """Return seeded scores, shape (50, n), uniform between `low` and `high`."""
    return run.rng(f"scores {n} {low} {high}").uniform(low, high, size=(POINTS, n))


def precise(row: Any) -> list[Any]:
    """Return a row of floats as mpmath numbers of the working precision."""
    return [mpmath.mpf(float(x)) for x in row]


def symbols(n: int, **assumptions: bool) -> list[Any]:
    """Return n score symbols, real unless `assumptions` say more."""
    return list(sympy.symbols(f"s1:{n + 1}", real=True, **assumptions))
