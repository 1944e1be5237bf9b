"""Entropies, divergences and likelihoods, for sympy expressions and mpmath numbers alike."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from sims.lazy import mpmath, sympy
from sims.topic import Topic

topic = Topic("mle-kl")


def exp(x: Any) -> Any:
    """Return e^x, symbolic for sympy expressions and at mpmath's precision for numbers."""
    return sympy.exp(x) if isinstance(x, sympy.Basic) else mpmath.exp(x)


def log(x: Any) -> Any:
    """Return the natural logarithm of x, as `exp` does."""
    return sympy.log(x) if isinstance(x, sympy.Basic) else mpmath.log(x)


def cross_entropy(p: Sequence[Any], q: Sequence[Any]) -> Any:
    """Return H(p, q) = -sum p log q in nats."""
    return -sum(a * log(b) for a, b in zip(p, q, strict=True))


def entropy(p: Sequence[Any]) -> Any:
    """Return H(p) = -sum p log p in nats."""
    return cross_entropy(p, p)


def forward_kl(p: Sequence[Any], q: Sequence[Any]) -> Any:
    """Return KL(p || q) by its definition, the mean under p of log p/q."""
    return sum(a * log(a / b) for a, b in zip(p, q, strict=True))


def reverse_kl(p: Sequence[Any], q: Sequence[Any]) -> Any:
    """Return KL(q || p)."""
    return forward_kl(q, p)


def squared_distance(p: Sequence[Any], q: Sequence[Any]) -> Any:
    """Return sum (p - q)^2."""
    return sum((a - b) ** 2 for a, b in zip(p, q, strict=True))


def tilted(t: Any) -> list[Any]:
    """Return the one-parameter family softmax(t, 0, -t)."""
    powers = [exp(t), 1, exp(-t)]
    return [power / sum(powers) for power in powers]


def smallest(objective: Callable[[Any], Any], low: Any, high: Any) -> Any:
    """Return where an objective with at most one minimum inside (low, high) is least.

    Finds the zero of the slope; the lower end when the slope does not change its sign.
    """

    def slope(x: Any) -> Any:
        return mpmath.diff(objective, x)

    if not slope(low) < 0 < slope(high):
        return min(low, high, key=objective)
    return mpmath.findroot(slope, (low, high), solver="anderson", tol=1e-25, verify=False)


def tilt_of_mean(m: Any) -> Any:
    """Return the t at which softmax(t, 0, -t) has the mean m of the values 1, 0, -1.

    The MLE of that family, in closed form: the positive root of (1 - m) x^2 - m x - (1 + m) = 0
    is x = e^t.
    """
    return log((m + mpmath.sqrt(m**2 + 4 * (1 - m**2))) / (2 * (1 - m)))


def bernoulli(theta: Any, successes: Any, n: Any) -> Any:
    """Return the likelihood of `successes` in a sequence of n draws."""
    return theta**successes * (1 - theta) ** (n - successes)


def normal(c: Any, deviation: Any) -> Any:
    """Return the density of a normal distribution at distance c from its mean."""
    maths = sympy if isinstance(c, sympy.Basic) else mpmath
    return exp(-((c / deviation) ** 2) / 2) / (deviation * maths.sqrt(2 * maths.pi))


def joint(theta: Any, y: Sequence[int], repeat: Any) -> Any:
    """Return the probability of a binary sequence whose draws repeat the last one.

    Each draw after the first copies its predecessor with probability `repeat` and is else a
    fresh Bernoulli(theta); `repeat` = 0 makes the draws independent.
    """

    def fresh(value: int) -> Any:
        return theta if value else 1 - theta

    result = fresh(y[0])
    for before, value in pairwise(y):
        result *= repeat * int(before == value) + (1 - repeat) * fresh(value)
    return result


# Densities at offset c from the model's centre, for a model of thickness s.


def thin(c: Any, s: Any) -> Any:
    """Return the density of a line blurred by a normal of standard deviation s."""
    return normal(c, s)


def full(c: Any, s: Any) -> Any:
    """Return the density of an affine flow of a unit normal: full support, whatever s."""
    return normal(c, 1)


def mixture(c: Any, s: Any) -> Any:
    """Return the density of two unit normals, 2 apart, whatever s."""
    return (normal(c, 1) + normal(c - 2, 1)) / 2


def laplace(c: Any, s: Any) -> Any:
    """Return the density of a Laplace distribution of scale s."""
    return exp(-abs(c) / s) / (2 * s)
