"""Contraction of the optimality backup, the sweeps it needs, and one evaluation by hand."""

from collections.abc import Iterator

from sims.derivation import Step
from sims.lazy import sympy
from sims.topics.policy_value_iteration.model import topic


@topic.derivation(
    "contraction",
    sizes="for two successors",
    says="A sweep of value iteration shrinks every error by gamma",
)
def contraction() -> Iterator[Step]:
    """Compare T v and T w in one state, the action being the best one for v.

    m is the largest amount by which v exceeds w anywhere, so v1 = w1 + m - e1 and v2 = w2 + m - e2
    with e1, e2 >= 0. The best value for w is at least that of this action: g >= 0 more.
    """
    gamma, m, a, b = sympy.symbols("gamma m a b", positive=True)
    e1, e2, g = sympy.symbols("e1 e2 g", nonnegative=True)
    r, w1, w2 = sympy.symbols("r w1 w2", real=True)
    p1, p2 = a / (a + b), b / (a + b)
    after_v = r + gamma * (p1 * (w1 + m - e1) + p2 * (w2 + m - e2))
    after_w = r + gamma * (p1 * w1 + p2 * w2) + g
    yield Step(
        after_v - after_w,
        "T v minus T w in one state, for transition weights a and b: w's best action is worth g "
        "more than v's",
    )
    yield Step(gamma * (m - p1 * e1 - p2 * e2) - g, "r and w cancel, and the weights add up to 1")
    yield Step(
        gamma * m,
        "the e and g are not negative: T v exceeds T w by at most gamma times the largest "
        "difference, and the same holds with v and w exchanged",
        relation="<=",
        slack=gamma * (p1 * e1 + p2 * e2) + g,
    )


@topic.derivation("sweeps", says="How many sweeps value iteration needs for a tolerance")
def sweeps_needed() -> Iterator[Step]:
    """After k sweeps the first error e has become at most e gamma^k, with gamma = 1/(1 + h)."""
    k = sympy.Symbol("k", real=True)
    error, tolerance, h = sympy.symbols("e tol h", positive=True)
    gamma = 1 / (1 + h)
    yield Step(sympy.Eq(error * gamma**k, tolerance), "the error bound meets the tolerance")
    yield Step(
        sympy.Eq(k, sympy.log(tolerance / error) / sympy.log(gamma)),
        "take logarithms: round this up for the number of sweeps",
        relation="solves",
    )


@topic.derivation("selling", says="The value of always selling in the two-state problem")
def selling() -> Iterator[Step]:
    """Policy evaluation by hand: one linear equation, because v(B) = gamma v(A)."""
    v = sympy.Symbol("v", real=True)
    r, gamma, p = sympy.symbols("r gamma p", positive=True)
    yield Step(
        sympy.Eq(v, r + gamma * (p * gamma * v + (1 - p) * v)),
        "the Bellman equation of A: on to B with probability p, else stay",
    )
    yield Step(
        sympy.Eq(v, r / (1 - gamma * (1 - p) - gamma**2 * p)), "collect v", relation="solves"
    )
