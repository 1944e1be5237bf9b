"""How one update shrinks the error, why 1/n is an average, and the bias of a maximum."""

from collections.abc import Iterator

from sims.derivation import Step
from sims.lazy import sympy
from sims.topics.q_learning.model import topic


@topic.derivation("error", says="One update leaves 1 - alpha of the distance to its target")
def error() -> Iterator[Step]:
    """Follow the distance of Q to the target through one update with step size alpha."""
    q, target, alpha = sympy.symbols("Q T alpha", real=True)
    yield Step(q + alpha * (target - q) - target, "the new estimate less the target")
    yield Step((1 - alpha) * q - (1 - alpha) * target, "collect Q and the target")
    yield Step((1 - alpha) * (q - target), "the old distance, times 1 - alpha")


@topic.derivation("average", says="With step size 1/n the estimate is the mean of its n targets")
def average() -> Iterator[Step]:
    """Let Q, the mean S/(n-1) of n-1 targets, meet one more, x, with n = m+1."""
    total, x = sympy.symbols("S x", real=True)
    m = sympy.Symbol("m", positive=True)
    n = m + 1
    yield Step(total / m + (x - total / m) / n, "the update of the mean of m = n - 1 targets")
    yield Step(total / m * (1 - 1 / n) + x / n, "collect S")
    yield Step((total + x) / n, "1 - 1/n is m/n: the mean of all n = m + 1 targets")


@topic.derivation("bias", says="The larger of two equally good noisy estimates: mean + sd/sqrt(pi)")
def bias() -> Iterator[Step]:
    """Use max(X, Y) = (X+Y)/2 + |X-Y|/2 for N(mu, sigma²), where X-Y ~ N(0, 2 sigma²)."""
    mu = sympy.Symbol("mu", real=True)
    sigma, d, u = sympy.symbols("sigma d u", positive=True)
    density = sympy.exp(-(d**2) / (4 * sigma**2)) / (2 * sigma * sympy.sqrt(sympy.pi))
    yield Step(
        mu + sympy.Integral(d * density, (d, 0, sympy.oo)),
        "half the mean absolute difference is the integral of d over its density for d > 0",
    )
    yield Step(
        mu + sigma / sympy.sqrt(sympy.pi) * sympy.Integral(sympy.exp(-u), (u, 0, sympy.oo)),
        "substitute u = d^2 / (4 sigma^2)",
    )
    yield Step(mu + sigma / sympy.sqrt(sympy.pi), "the integral of exp(-u) is 1")
