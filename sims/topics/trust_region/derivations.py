"""The surrogate's gradient, the Fisher metric, the length of a step, the bound, and a mixture."""

from collections.abc import Iterator

from sims.derivation import Step, as_written
from sims.lazy import sympy
from sims.topics.trust_region.model import topic


@topic.derivation(
    "surrogate",
    says="The surrogate has the policy gradient as its slope",
    sizes="for three actions",
)
def surrogate() -> Iterator[Step]:
    """Differentiate sum_a pi_a A_a in one state, for three actions, where sum_a pi_a A_a = 0."""
    theta = sympy.symbols("theta1:4", real=True)
    a2, a3 = sympy.symbols("A2 A3", real=True)
    total = sum(sympy.exp(x) for x in theta)
    pi = [sympy.exp(x) / total for x in theta]
    a1 = -(pi[1] * a2 + pi[2] * a3) / pi[0]
    old = sympy.symbols("A1 A2 A3", real=True)
    slope = sum(sympy.diff(p, theta[0]) * a for p, a in zip(pi, old, strict=True))
    yield Step(
        slope.subs(old[0], a1), "the slope of the surrogate at the old policy, its advantages fixed"
    )
    p1, p2, p3 = sympy.symbols("pi1 pi2 pi3", positive=True)
    names = {old[0]: a1} | dict(zip((p1, p2, p3), pi, strict=True))
    yield Step(
        as_written(lambda: p1 * (old[0] - (p1 * old[0] + p2 * a2 + p3 * a3))),
        "the gradient of a softmax: pi_1 times (A_1 less the mean advantage)",
        where=names,
    )
    yield Step(p1 * old[0], "advantages have mean zero: pi_1 A_1, the policy gradient", where=names)


@topic.derivation(
    "fisher", sizes="for two actions", says="The KL divergence curves like the Fisher matrix"
)
def fisher() -> Iterator[Step]:
    """Differentiate KL(old || new) twice in the log odds y of a new policy of two actions."""
    x, y = sympy.symbols("x y", real=True)
    p, q = 1 / (1 + sympy.exp(-x)), 1 / (1 + sympy.exp(-y))
    kl = p * (sympy.log(p) - sympy.log(q)) + (1 - p) * (sympy.log(1 - p) - sympy.log(1 - q))
    yield Step(sympy.Derivative(kl, (y, 2)), "the second derivative in the new log odds")
    yield Step(sympy.diff(q - p, y), "the first derivative is q - p, with q the new probability")
    yield Step(q * (1 - q), "at the old policy this is the Fisher information p (1 - p)")


@topic.derivation("step", says="How far a natural gradient step may go: sqrt(2 delta / (d F d))")
def step() -> Iterator[Step]:
    """Solve for the length s at which a step along d has mean KL delta, to second order."""
    s, f, delta = sympy.symbols("s F delta", positive=True)
    yield Step(sympy.Eq(f * s**2 / 2, delta), "half the squared Fisher length is delta; F = d F d")
    yield Step(sympy.Eq(s, sympy.sqrt(2 * delta / f)), "solve for s", relation="solves")


@topic.derivation("bound", says="The surrogate is off by at most 4 e gamma alpha² / (1 - gamma)²")
def bound() -> Iterator[Step]:
    """Add up the error when at each step the policies differ with probability alpha.

    e is the largest advantage. Up to step t they have differed with probability 1 - (1 - alpha)^t,
    so that step adds at most 4 e alpha gamma^t (1 - (1 - alpha)^t); the two geometric series give
    the first line. gamma = 1/(1 + h) and alpha = 1/(1 + k), with h, k > 0.
    """
    e, h, k = sympy.symbols("e h k", positive=True)
    gamma, alpha = 1 / (1 + h), 1 / (1 + k)
    rest, slower = h / (1 + h), (h + alpha) / (1 + h)
    yield Step(
        4 * e * alpha * (1 / (1 - gamma) - 1 / (1 - gamma * (1 - alpha))),
        "both geometric series, for gamma and for gamma (1 - alpha)",
    )
    yield Step(4 * e * alpha**2 * gamma / (rest * slower), "one fraction")
    yield Step(
        4 * e * gamma * alpha**2 / rest**2,
        "1 - gamma (1 - alpha) is larger than 1 - gamma",
        relation="<=",
        slack=4 * e * gamma**2 * alpha**3 / (rest**2 * slower),
    )


@topic.derivation("mixture", says="The best mixture of a cheap and a costly action under a limit")
def mixture() -> Iterator[Step]:
    """Take one state; the costly action has probability p and costs c, and the limit is d."""
    p = sympy.Symbol("p", real=True)
    c, d, h = sympy.symbols("c d h", positive=True)
    gamma = 1 / (1 + h)
    yield Step(
        sympy.Eq(p * c / (1 - gamma), d),
        "the expected discounted cost uses up the limit, gamma = 1/(1 + h)",
    )
    yield Step(sympy.Eq(p, d * (1 - gamma) / c), "solve for p", relation="solves")
