"""The policy gradient of a bandit and of two states, baselines, and the best short corridor."""

from collections.abc import Iterator
from typing import Any

from sims.derivation import Step
from sims.lazy import sympy
from sims.topics.policy_gradients.model import topic


def _softmax(count: int) -> tuple[Any, list[Any]]:
    """Return preferences and their softmax probabilities."""
    theta = sympy.symbols(f"theta1:{count + 1}", real=True)
    total = sum(sympy.exp(x) for x in theta)
    return theta, [sympy.exp(x) / total for x in theta]


@topic.derivation(
    "bandit", sizes="for three arms", says="The policy gradient of a softmax bandit: pi_1 (r_1 - J)"
)
def bandit() -> Iterator[Step]:
    """Differentiate J = sum_a pi_a r_a with respect to the first of three preferences."""
    theta, pi = _softmax(3)
    r = sympy.symbols("r1:4", real=True)
    objective = sum(p * reward for p, reward in zip(pi, r, strict=True))
    log_gradient = [sympy.Derivative(sympy.log(p), theta[0]) for p in pi]
    yield Step(sympy.Derivative(objective, theta[0]), "the gradient of the expected reward")
    yield Step(
        sum(p * g * reward for p, g, reward in zip(pi, log_gradient, r, strict=True)),
        "the likelihood ratio: grad pi = pi grad log pi",
    )
    yield Step(
        pi[0] * (1 - pi[0]) * r[0] - pi[1] * pi[0] * r[1] - pi[2] * pi[0] * r[2],
        "grad log of a softmax: 1 - pi_1 for arm 1, and -pi_1 for the others",
    )
    yield Step(pi[0] * (r[0] - objective), "collect pi_1: the reward less the average reward")


@topic.derivation(
    "theorem",
    says="The policy-gradient theorem on two states: visits times what an action gains",
    domain={"gamma": (0, 1), "p": (0, 1), "q": (0, 1)},
)
def theorem() -> Iterator[Step]:
    """Two states, an action in each that goes to the other state, and one that ends.

    State 0 goes on with probability p, for a reward a, or ends for b; state 1 goes on with
    probability q, for c, or ends for d. So v0 = p (a + gamma v1) + (1 - p) b and
    v1 = q (c + gamma v0) + (1 - q) d.
    """
    gamma, p, q, a, b, c, d = sympy.symbols("gamma p q a b c d", positive=True)
    v0, v1, q0, q1, n0, n1 = sympy.symbols("v_0 v_1 Q_0 Q_1 n_0 n_1")
    again = 1 / (1 - gamma**2 * p * q)
    start = again * (p * (a + gamma * (q * c + (1 - q) * d)) + (1 - p) * b)
    other = q * (c + gamma * start) + (1 - q) * d
    values = {v0: start, v1: other}
    action = {q0: a + gamma * other, q1: c + gamma * start}
    slopes = [sympy.Derivative(v0, x) for x in (p, q)]
    yield Step(sympy.Matrix(slopes), "the slopes of the start's value in p and in q", where=values)
    yield Step(
        sympy.Matrix(
            [q0 - b + gamma * p * sympy.Derivative(v1, p), gamma * p * sympy.Derivative(v1, q)]
        ),
        "the product rule: p changes the choice in state 0, and what follows",
        where=values | action,
    )
    yield Step(
        sympy.Matrix(
            [q0 - b + gamma**2 * p * q * slopes[0], gamma * p * (q1 - d + gamma * q * slopes[1])]
        ),
        "the same in state 1: the slope of the start comes back",
        where=values | action,
    )
    yield Step(
        sympy.Matrix([n0 * (q0 - b), n1 * (q1 - d)]),
        "solve for the slopes: n counts discounted visits, and is not differentiated",
        where=action | {n0: again, n1: gamma * p * again},
    )


@topic.derivation(
    "baseline",
    sizes="for three actions",
    says="A baseline that ignores the action adds nothing to the mean",
)
def baseline() -> Iterator[Step]:
    """Take the expectation of b times the score, for three actions."""
    theta, pi = _softmax(3)
    b = sympy.Symbol("b", real=True)
    yield Step(
        sum(p * b * sympy.Derivative(sympy.log(p), theta[0]) for p in pi),
        "what the baseline adds to the mean of the estimator",
    )
    yield Step(
        b * sum(sympy.Derivative(p, theta[0]) for p in pi),
        "pi grad log pi = grad pi, and b does not depend on the action",
    )
    yield Step(
        b * sympy.Derivative(sympy.Add(*pi), theta[0]), "the gradient of a sum of probabilities"
    )
    yield Step(sympy.Integer(0), "which is 1 whatever theta is")


@topic.derivation(
    "best-baseline",
    sizes="for two actions",
    says="The constant baseline of least variance: E[g² r] / E[g²]",
)
def best_baseline() -> Iterator[Step]:
    """Minimise the variance of (r - b) g over b, for the scores g1 and -g2.

    A score has mean 0, so of two outcomes one raises what the other lowers, and their
    probabilities follow from the scores: g2 / (g1 + g2) and g1 / (g1 + g2).
    """
    g1, g2 = sympy.symbols("g1 g2", positive=True)
    b, r1, r2 = sympy.symbols("b r1 r2", real=True)
    p1, p2 = sympy.symbols("p1 p2", positive=True)
    chances = {p1: g2 / (g1 + g2), p2: g1 / (g1 + g2)}
    mean = p1 * (r1 - b) * g1 - p2 * (r2 - b) * g2
    second = p1 * ((r1 - b) * g1) ** 2 + p2 * ((r2 - b) * g2) ** 2
    yield Step(
        sympy.Eq(sympy.Derivative(second - mean**2, b), 0),
        "the slope of the variance is to be zero",
        where=chances,
    )
    yield Step(
        sympy.Eq(sympy.diff(second, b), 0),
        "the baseline leaves the mean alone, so the second moment is to be least",
        where=chances,
    )
    yield Step(
        sympy.Eq(b, (p1 * g1**2 * r1 + p2 * g2**2 * r2) / (p1 * g1**2 + p2 * g2**2)),
        "solve for b: the mean reward, weighted by the squared score",
        relation="solves",
        where=chances,
    )
    yield Step(
        sympy.Eq(b, (g1 * r1 + g2 * r2) / (g1 + g2)),
        "with the probabilities put in: the mean reward, weighted by the other's probability",
    )


@topic.derivation("corridor", says="The value of the short corridor: (2p - 4)/(p(1 - p))")
def corridor() -> Iterator[Step]:
    """Let v be the value of the left end; right works with probability p, except in the middle.

    The left end gives v = -1 + (1 - p) v + p v1, so v1 = v + 1/p; the right end gives
    v2 = -1 + (1 - p) v1;
    and the middle gives v1 = -1 + p v + (1 - p) v2.
    """
    p = sympy.Symbol("p", positive=True)
    v = sympy.Symbol("v", real=True)
    middle = v + 1 / p
    yield Step(
        sympy.Eq(middle, -1 + p * v + (1 - p) * (-1 + (1 - p) * middle)),
        "the middle cell, worth v + 1/p: left is worth v, right -1 + (1 - p)(v + 1/p)",
    )
    yield Step(
        sympy.Eq(v, (2 * p - 4) / (p * (1 - p))), "collect v: the value of the start", "solves"
    )


@topic.derivation("corridor-optimum", says="Where the value of the short corridor is largest")
def corridor_optimum() -> Iterator[Step]:
    """Set the derivative of (2p - 4)/(p(1 - p)) to zero."""
    p = sympy.Symbol("p", positive=True)
    value = (2 * p - 4) / (p * (1 - p))
    yield Step(
        sympy.Eq(sympy.together(sympy.diff(value, p)), 0), "the derivative of the value is zero"
    )
    yield Step(
        sympy.Eq(p, 2 - sympy.sqrt(2)),
        "p² - 4p + 2 = 0, of whose roots only this one is below 1",
        relation="solves",
    )
