"""Shaping leaves differences of action values alone; visits of two states; MaxEnt's gradient."""

from collections.abc import Iterator
from typing import Any

from sims.derivation import Step, as_written
from sims.lazy import sympy
from sims.topics.inverse_rl.model import topic


@topic.derivation("shaping", says="Shaping leaves the advantage of one action over another alone")
def shaping() -> Iterator[Step]:
    """Write f for the potential of the state, g and h for those of two actions' next states.

    After shaping, next values are v - g and w - h: each value is lowered by its potential.
    """
    r1, r2, v, w, f, g, h = sympy.symbols("r1 r2 v w f g h", real=True)
    gamma = sympy.Symbol("gamma", positive=True)

    def shaped(reward: Any, following: Any, value: Any) -> Any:
        return reward + gamma * following - f + gamma * (value - following)

    yield Step(
        as_written(lambda: shaped(r1, g, v) - shaped(r2, h, w)),
        "Q' of the first action less Q' of the second",
    )
    yield Step(
        as_written(lambda: (r1 - f + gamma * v) - (r2 - f + gamma * w)),
        "potentials of next states cancel",
    )
    yield Step((r1 + gamma * v) - (r2 + gamma * w), "and so does the state's own: Q less Q")


@topic.derivation(
    "telescope", sizes="for three steps", says="Along a path, shaping adds up to the two ends"
)
def telescope() -> Iterator[Step]:
    """Add the discounted shaping rewards of three steps."""
    gamma = sympy.Symbol("gamma", positive=True)
    f = sympy.symbols("f0:4", real=True)
    yield Step(
        sum(gamma**t * (gamma * f[t + 1] - f[t]) for t in range(3)),
        "each step pays gamma potential(next) - potential(now)",
    )
    yield Step(gamma**3 * f[3] - f[0], "everything between cancels")


@topic.derivation("visits", says="Discounted visits of two states")
def visits() -> Iterator[Step]:
    """Start in A; from A the policy goes to B with probability p, from B to A with q."""
    x, y = sympy.symbols("x y", positive=True)
    gamma, p, q = sympy.symbols("gamma p q", positive=True)
    known = sympy.Matrix([1 + gamma * ((1 - p) * x + q * y), gamma * (p * x + (1 - q) * y)])
    yield Step(
        sympy.Eq(sympy.Matrix([x, y]), known, evaluate=False),
        "visits are the start, and discounted arrivals from both states",
    )
    whole = (1 - gamma) * (1 - gamma * (1 - p - q))
    solution = sympy.Matrix([(1 - gamma * (1 - q)) / whole, gamma * p / whole])
    yield Step(
        sympy.Eq(sympy.Matrix([x, y]), solution, evaluate=False), "solve both", relation="solves"
    )


@topic.derivation(
    "gradient",
    sizes="for three paths",
    says="MaxEnt's gradient: the expert's features less the expected ones",
)
def gradient() -> Iterator[Step]:
    """Differentiate the log-likelihood of one of three paths, with weight w of their feature."""
    w = sympy.Symbol("w", real=True)
    f = sympy.symbols("f1:4", real=True)
    total = sum(sympy.exp(w * x) for x in f)
    yield Step(sympy.Derivative(w * f[0] - sympy.log(total), w), "the expert took the first path")
    yield Step(
        f[0] - sum(x * sympy.exp(w * x) for x in f) / total,
        "its feature less the mean feature under exp(w f)/Z",
    )
