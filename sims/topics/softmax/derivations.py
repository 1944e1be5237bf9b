"""Derivations: the Jacobian, cross-entropy's gradient, the entropy's slope, the smooth maximum.

Two scores and the constant R, the sum of the exponentials of all others, make a chain hold for any
number of scores.
"""

from collections.abc import Iterator
from typing import Any

from sims.derivation import Step
from sims.lazy import sympy
from sims.topics.softmax.model import entropy, mean, softmax, symbols, topic, variance

REST = "R is the sum of e^s over all other scores"


def two_and_rest() -> tuple[Any, Any, dict[Any, Any]]:
    """Return s1, s2 and what p1, p2 (the weights of two scores) and p3 (of all others) mean."""
    s1, s2 = sympy.symbols("s1 s2", real=True)
    rest = sympy.Symbol("R", positive=True)
    names = sympy.symbols("p1:4", positive=True)
    return s1, s2, dict(zip(names, softmax([s1, s2, sympy.log(rest)]), strict=True))


@topic.derivation("gradient", says="The Jacobian of softmax is diag(p) - p p^T")
def gradient() -> Iterator[Step]:
    """Differentiate p1 by its own score and by another one."""
    s1, s2, where = two_and_rest()
    p1, p2, _ = where
    z = sympy.Symbol("Z", positive=True)
    where[z] = sympy.exp(s1) / where[p1]
    x, y = sympy.exp(s1), sympy.exp(s2)
    row = [sympy.Derivative(p1, s1), sympy.Derivative(p1, s2)]
    reason = f"p1 by its own score and by another; {REST}"
    yield Step(sympy.Matrix([row]), reason, where=where)
    quotient = [x / z - x**2 / z**2, -x * y / z**2]
    yield Step(sympy.Matrix([quotient]), "quotient rule, with dZ/ds = e^s", where=where)
    yield Step(sympy.Matrix([[p1 - p1**2, -p1 * p2]]), "p = e^s / Z", where=where)
    clean = [p1 * (1 - p1), p1 * (0 - p2)]
    yield Step(sympy.Matrix([clean]), "p_i ([i = j] - p_j) in both cases", where=where)


@topic.derivation(
    "cross-entropy", sizes="for three outcomes", says="The gradient of cross-entropy is p - y"
)
def cross_entropy() -> Iterator[Step]:
    """Differentiate -sum y log p by a score; y sums to 1."""
    s1, _, where = two_and_rest()
    p1, p2, p3 = where
    y1, y2, y3 = sympy.symbols("y1:4", positive=True)
    where[y3] = 1 - y1 - y2
    loss = -y1 * sympy.log(p1) - y2 * sympy.log(p2) - y3 * sympy.log(p3)
    yield Step(sympy.Derivative(loss, s1), f"the loss by one score; {REST}", where=where)
    parts = -y1 * (1 - p1) + y2 * p1 + y3 * p1
    yield Step(parts, "d log p_k / d s1 = [k = 1] - p1", where=where)
    yield Step(p1 * (y1 + y2 + y3) - y1, "collect p1", where=where)
    yield Step(p1 - y1, "the labels sum to 1", where=where)


@topic.derivation(
    "entropy-slope",
    sizes="for two scores",
    says="The entropy rises with temperature: dH/dT = Var(s)/T^3",
)
def entropy_rises() -> Iterator[Step]:
    """Write H as log Z - E s / T, then differentiate."""
    T, Z = sympy.symbols("T Z", positive=True)
    s, p = symbols(2), list(sympy.symbols("p1:3", positive=True))
    where = dict(zip(p, softmax(s, T), strict=True))
    where[Z] = sum(sympy.exp(x / T) for x in s)
    yield Step(sympy.Derivative(entropy(p), T), "the slope of H = -sum p log p", where=where)
    split = sympy.Derivative(sympy.log(Z) - mean(s, p) / T, T)
    yield Step(split, "log p = s/T - log Z", where=where)
    second, first = mean([x**2 for x in s], p), mean(s, p)
    reason = "d log Z/dT = -E s/T^2, and d E s/dT = (E s^2 - (E s)^2)/T^2"
    yield Step((second - first**2) / T**3, reason, where=where)
    yield Step(variance(s, p) / T**3, "the variance, which is never negative", where=where)


@topic.derivation("smooth-maximum", says="max <= log sum exp <= max + log 2 for two scores")
def smooth_maximum() -> Iterator[Step]:
    """Bound the smooth maximum of m and m-d from both sides, with e^d = 1+t, t>=0."""
    m = sympy.Symbol("m", real=True)
    t = sympy.Symbol("t", nonnegative=True)
    smooth = sympy.log(sympy.exp(m) + sympy.exp(m - sympy.log(1 + t)))
    yield Step(m, "the best score m; the other is m - log(1 + t)")
    yield Step(smooth, "the second exponential only adds", "<=", sympy.log(1 + 1 / (1 + t)))
    yield Step(m + sympy.log(1 + 1 / (1 + t)), "take e^m out of the sum")
    gap = sympy.log(1 + t / (2 + t))
    yield Step(m + sympy.log(2), "1/(1 + t) is at most 1; equal scores attain it", "<=", gap)
