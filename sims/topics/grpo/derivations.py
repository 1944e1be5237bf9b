"""The factor (G - 1)/G, the clip, binary rewards, and k3's mean, its gradient and its noise."""

from collections.abc import Iterator
from typing import Any

from sims.derivation import Step, as_written
from sims.lazy import sympy
from sims.topics.grpo.model import k3, topic


@topic.derivation(
    "factor",
    sizes="for two outputs",
    says="The group's average shortens the mean step by (G - 1)/G",
)
def factor() -> Iterator[Step]:
    """Two outputs with probabilities p and 1 - p; the score of the first is 1 - p or -p."""
    p = sympy.Symbol("p", positive=True)
    first, second = sympy.symbols("r1 r2", real=True)
    size = sympy.Symbol("G", positive=True)
    mean = p * first + (1 - p) * second
    own = p * (1 - p) * (first - second)

    def average(reward: object) -> object:
        return (reward + (size - 1) * mean) / size

    yield Step(
        p * (1 - p) * (first - average(first)) - (1 - p) * p * (second - average(second)),
        "mean of score times (reward - average); the other G - 1 outputs average J",
    )
    yield Step(
        as_written(
            lambda: (1 - 1 / size) * own - (size - 1) / size * mean * (p * (1 - p) - (1 - p) * p)
        ),
        "its own share 1/G of the average, and the others', which multiply the mean score",
    )
    yield Step((1 - 1 / size) * own, "the mean score is 0")
    yield Step((size - 1) / size * p * (1 - p) * (first - second), "(G - 1)/G times the gradient")


@topic.derivation(
    "clip", says="Where the clipped term has no slope left", domain={"epsilon": (0, 1)}
)
def clip() -> Iterator[Step]:
    """Let the ratio lie d beyond the range, above or below, for an advantage A or -A."""
    a, e, d = sympy.symbols("A epsilon d", positive=True)
    above, below = 1 + e + d, 1 - e - d

    def term(ratio: Any, advantage: Any) -> Any:
        clipped = sympy.Min(sympy.Max(ratio, 1 - e, evaluate=False), 1 + e, evaluate=False)
        return sympy.Min(ratio * advantage, clipped * advantage, evaluate=False)

    cases = ((above, a), (below, a), (above, -a), (below, -a))
    yield Step(
        sympy.Matrix([sympy.Derivative(term(*case), d) for case in cases]),
        "slope of min(r A, clip(r) A) in d: r above and below for A, then for -A",
    )
    kept = (a * (1 + e), a * below, -a * above, -a * (1 - e))
    yield Step(
        sympy.Matrix([sympy.Derivative(value, d) for value in kept]),
        "the clipped part is the smaller one only where r went the way that A pushes",
    )
    yield Step(
        sympy.Matrix([0, -a, -a, 0]), "no slope there; on the other side the term still pulls back"
    )


@topic.derivation("binary", says="With rewards 0 and 1 a right output gets sqrt((1 - f)/f)")
def binary() -> Iterator[Step]:
    """Let a share f = 1/(1 + h) of the group be right."""
    h = sympy.Symbol("h", positive=True)
    f = 1 / (1 + h)
    variance = f * (1 - f) ** 2 + (1 - f) * f**2
    yield Step((1 - f) / sympy.sqrt(variance), "(reward - mean)/std, f = 1/(1 + h) being right")
    yield Step((1 - f) / sympy.sqrt(h / (1 + h) ** 2), "the variance is f (1 - f) = h/(1 + h)^2")
    yield Step(sympy.sqrt(h), "h = (1 - f)/f")


@topic.derivation(
    "k3-mean",
    sizes="for two outputs",
    says="The mean of k3 under the policy is KL(policy || reference)",
)
def k3_mean() -> Iterator[Step]:
    """Two outputs, the first with probability p = 1/(1 + g) or, by the reference, q = 1/(1 + h)."""
    g, h = sympy.symbols("g h", positive=True)
    p, q = (1 / (1 + g), g / (1 + g)), (1 / (1 + h), h / (1 + h))
    pairs = list(zip(p, q, strict=True))
    logs = sum(x * (sympy.log(x) - sympy.log(y)) for x, y in pairs)
    yield Step(sum(x * k3(y / x, sympy.log) for x, y in pairs), "the mean of r - 1 - log r")
    yield Step(sum(q) - sum(p) + logs, "p r = q; log r = log q - log p")
    yield Step(logs, "both sets of probabilities add up to 1")


@topic.derivation(
    "k3-gradient",
    sizes="for two outputs",
    says="Differentiating k3 on samples follows KL(reference || policy)",
)
def k3_gradient() -> Iterator[Step]:
    """Two outputs; x are the policy's log odds, the reference has probability q = 1/(1 + h)."""
    x = sympy.Symbol("x", real=True)
    h, p, q = sympy.symbols("h p q", positive=True)
    where = {p: 1 / (1 + sympy.exp(-x)), q: 1 / (1 + h)}
    pairs = [(p, q), (1 - p, 1 - q)]

    def slope(value: Any) -> Any:
        return sympy.Derivative(value, x)

    yield Step(
        sum(a * slope(k3(b / a, sympy.log)) for a, b in pairs),
        "the mean over the policy of the slope of k3 in the policy's log odds x",
        where=where,
    )
    yield Step(
        sum((a - b) * slope(sympy.log(a)) for a, b in pairs),
        "d(r - log r) = (1 - r) d log p, and p (1 - r) = p - q",
        where=where,
    )
    yield Step(
        as_written(lambda: (p - q) * (1 - p) + ((1 - p) - (1 - q)) * (-p)),
        "the scores are 1 - p and -p",
        where=where,
    )
    yield Step(p - q, "collect", where=where)
    reverse = sum(b * sympy.log(b / a) for a, b in pairs)
    yield Step(slope(reverse), "the slope of KL(reference || policy) is that, too", where=where)


@topic.derivation("k3-noise", says="The variance of k3 between two normals: exp(m^2) - 1 - m^2")
def k3_noise() -> Iterator[Step]:
    """Draw outputs from N(0, 1), reference N(m, 1), so that log r = m z - m^2/2."""
    z, m = sympy.symbols("z m", real=True)
    density = sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi)
    log_ratio = m * z - m**2 / 2
    yield Step(
        sympy.Integral(
            sympy.expand((sympy.exp(log_ratio) - 1 - log_ratio) ** 2) * density,
            (z, -sympy.oo, sympy.oo),
        )
        - (m**2 / 2) ** 2,
        "the mean square of k3 less the square of its mean, KL = m^2/2",
    )
    ratio_square, ratio_log = sympy.exp(m**2), m**2 / 2
    log_square, mean_log = m**2 + m**4 / 4, -(m**2) / 2
    yield Step(
        as_written(
            lambda: (
                ratio_square + 1 + log_square - 2 - 2 * ratio_log + 2 * mean_log - (m**2 / 2) ** 2
            )
        ),
        "E r^2 = exp(m^2), E r = 1, E r log r = m^2/2, E log r = -m^2/2",
    )
    yield Step(sympy.exp(m**2) - 1 - m**2, "collect; k1's is m^2, smaller once KL exceeds 0.628")
