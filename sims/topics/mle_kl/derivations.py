"""Derivations: KL from entropies, two maximum likelihood estimates, KL of two normals."""

from collections.abc import Iterator

from sims.derivation import Step
from sims.lazy import sympy
from sims.topics.mle_kl.model import bernoulli, cross_entropy, entropy, forward_kl, normal, topic


@topic.derivation("split", sizes="for three outcomes", says="KL(p || q) = H(p, q) - H(p)")
def split() -> Iterator[Step]:
    """Split the logarithm of the ratio, for three outcomes."""
    p, q = sympy.symbols("p1:4", positive=True), sympy.symbols("q1:4", positive=True)
    H_p, H_pq = sympy.symbols("H(p) H(p\\,q)", real=True)
    where = {H_p: entropy(p), H_pq: cross_entropy(p, q)}
    yield Step(forward_kl(p, q), "the definition, three outcomes")
    apart = sum(a * (sympy.log(a) - sympy.log(b)) for a, b in zip(p, q, strict=True))
    yield Step(apart, "log(p/q) = log p - log q")
    yield Step(-entropy(p) + cross_entropy(p, q), "one sum for each logarithm")
    yield Step(H_pq - H_p, "the entropies by name", where=where)


@topic.derivation("bernoulli", says="The maximum likelihood estimate of a Bernoulli is k/n")
def bernoulli_estimate() -> Iterator[Step]:
    """Set the slope of the log-likelihood to zero; r = n - k draws failed."""
    theta = sympy.Symbol("theta", positive=True)
    k, r = sympy.symbols("k r", positive=True)
    likelihood = sympy.log(bernoulli(theta, k, k + r))
    yield Step(
        sympy.Eq(sympy.Derivative(likelihood, theta), 0), "k successes, r failures: slope is zero"
    )
    yield Step(sympy.Eq(k / theta - r / (1 - theta), 0), "differentiate k log t + r log(1 - t)")
    yield Step(sympy.Eq(theta, k / (k + r)), "solve for theta", "solves")


@topic.derivation("moments", says="The normal nearest in forward KL has the data's moments")
def moments() -> Iterator[Step]:
    """Minimise the cross-entropy of data with mean mu and variance tau over a normal's m and v."""
    m, mu = sympy.symbols("m mu", real=True)
    v, tau = sympy.symbols("v tau", positive=True)
    expected = (tau + (mu - m) ** 2) / (2 * v) + sympy.log(2 * sympy.pi * v) / 2
    slopes = sympy.Matrix([sympy.Derivative(expected, name) for name in (m, v)])
    nothing = sympy.zeros(2, 1)
    yield Step(
        sympy.Eq(slopes, nothing, evaluate=False), "the slopes of H(p, N(m, v)) in m and v are zero"
    )
    by_mean = (m - mu) / v
    by_variance = (v - tau - (mu - m) ** 2) / (2 * v**2)
    yield Step(
        sympy.Eq(sympy.Matrix([by_mean, by_variance]), nothing, evaluate=False), "differentiate"
    )
    solution = sympy.Eq(sympy.Matrix([m, v]), sympy.Matrix([mu, tau]), evaluate=False)
    yield Step(solution, "the mean and the variance of the data", "solves")


@topic.derivation("two-normals", says="KL of N(m, s^2) from N(0, 1), in closed form")
def two_normals() -> Iterator[Step]:
    """Integrate the log-ratio under the first normal."""
    x, m = sympy.symbols("x m", real=True)
    s = sympy.Symbol("s", positive=True)
    ratio = (x**2 - (x - m) ** 2 / s**2) / 2 - sympy.log(s)
    density = normal(x - m, s)
    yield Step(sympy.Integral(density * ratio, (x, -sympy.oo, sympy.oo)), "the mean of log p/q")
    yield Step((m**2 + s**2) / 2 - sympy.Rational(1, 2) - sympy.log(s), "E x^2 = m^2 + s^2")
    yield Step((m**2 + s**2 - 1 - sympy.log(s**2)) / 2, "collect; 0 only for m = 0, s = 1")
