"""The TD error as an advantage, telescoping, the Gaussian score, and the regulator's gain."""

from collections.abc import Iterator

from sims.derivation import Step
from sims.lazy import sympy
from sims.topics.actor_critic.model import topic


@topic.derivation(
    "td-error",
    sizes="for two successors",
    says="The expected TD error with the exact V is the advantage",
)
def td_error() -> Iterator[Step]:
    """Take one choice with reward r that leads to states worth v1 (probability p) or v2."""
    p, gamma = sympy.symbols("p gamma", positive=True)
    r, v0, v1, v2 = sympy.symbols("r v0 v1 v2", real=True)
    yield Step(
        p * (r + gamma * v1 - v0) + (1 - p) * (r + gamma * v2 - v0),
        "the TD error, averaged over where the step may lead",
    )
    yield Step((p * (r + gamma * v1) + (1 - p) * (r + gamma * v2)) - v0, "the weights add up to 1")
    yield Step(
        r + gamma * (p * v1 + (1 - p) * v2) - v0,
        "the first part is Q(s, a) by its definition, so this is Q(s, a) - V(s) = A(s, a)",
    )


@topic.derivation(
    "telescope", sizes="for n = 3", says="Discounted TD errors add up to the n-step advantage"
)
def telescope() -> Iterator[Step]:
    """Add three TD errors, each discounted by its delay."""
    gamma = sympy.Symbol("gamma", positive=True)
    r = sympy.symbols("r0:3", real=True)
    v = sympy.symbols("v0:4", real=True)
    errors = [r[t] + gamma * v[t + 1] - v[t] for t in range(3)]
    yield Step(errors[0] + gamma * errors[1] + gamma**2 * errors[2], "three discounted TD errors")
    yield Step(
        r[0] + gamma * r[1] + gamma**2 * r[2] + gamma**3 * v[3] - v[0],
        "the values between cancel: rewards of three steps, then the critic, less V(s_0)",
    )


@topic.derivation("gaussian-score", says="The score of a Gaussian actor u ~ N(-k x, s^2)")
def gaussian_score() -> Iterator[Step]:
    """Differentiate the log density with respect to the gain k."""
    k, x, u = sympy.symbols("k x u", real=True)
    s = sympy.Symbol("s", positive=True)
    log_density = -((u + k * x) ** 2) / (2 * s**2) - sympy.log(s * sympy.sqrt(2 * sympy.pi))
    yield Step(sympy.Derivative(log_density, k), "the gradient of the log density")
    yield Step(-2 * x * (u + k * x) / (2 * s**2), "the chain rule on the square, where 2 cancels")
    yield Step(-(u + k * x) * x / s**2, "noise times state, over the variance")


@topic.derivation("gain", says="The best gain of the linear-quadratic regulator")
def gain() -> Iterator[Step]:
    """Minimise r u² + gamma P (a x + b u)², the part of the cost-to-go that depends on u."""
    a, b, r, gamma, cost = sympy.symbols("a b r gamma P", positive=True)
    x, u = sympy.symbols("x u", real=True)
    yield Step(
        sympy.Eq(sympy.diff(r * u**2 + gamma * cost * (a * x + b * u) ** 2, u), 0),
        "the derivative in u is zero",
    )
    yield Step(
        sympy.Eq(u, -gamma * a * b * cost / (r + gamma * b**2 * cost) * x),
        "so u = -K x with K = gamma a b P / (r + gamma b^2 P)",
        relation="solves",
    )


@topic.derivation("shared-layer", says="How many numbers a shared hidden layer saves")
def shared_layer() -> Iterator[Step]:
    """Count the weights and biases of actor and critic, apart and with one hidden layer."""
    i, h, a = sympy.symbols("i h a", positive=True)
    hidden, heads = i * h + h, (h * a + a) + (h + 1)
    yield Step(
        sympy.Add(2 * hidden + heads, -(hidden + heads), evaluate=False),
        "two networks of i inputs, h hidden units and a actions, less one with two heads",
    )
    yield Step(hidden, "the heads are needed either way: a hidden layer is left")
    yield Step(h * (i + 1), "a weight for each input, and a bias, for each hidden unit")
