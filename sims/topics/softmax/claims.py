"""The claims of the notes on softmax's weights and their gradient."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sims.claims import Case, Evidence, Verdict, enumeration, every, identity, is_zero
from sims.lazy import mpmath, np, sympy, torch
from sims.run import Run
from sims.topics.softmax.model import (
    draws,
    jacobian_entry,
    log,
    logarithmic_mean,
    matrix,
    precise,
    softmax,
    topic,
    two_and_the_rest,
)


@topic.proved(
    "5.1",
    says="real-valued scores into positive weights that sum to 1",
    rule="the sign of a weight and the sum of all, symbolically for two scores beside any number "
    "of others, and at 50 points with gaps up to 2,000, to 40 digits",
    assumptions=("exact arithmetic; the figure float32_gap is where float32 rounds to 0",),
    asserted=Case("positive", "every weight is above 0"),
    mutant=Case("zero", "a weight far below the best is exactly 0, as in float32"),
    control=Case("nonnegative", "no weight is below 0"),
    simulation="temperature",
)
def positive_weights(asserted: str, run: Run) -> Evidence:
    """Look at the sign of a weight and at the sum; report where float32 rounds to 0."""

    def signed(weight: Any) -> bool | None:
        known: bool | None = getattr(sympy.sympify(weight), f"is_{asserted}")
        return known

    _, powers = two_and_the_rest()
    p = [power / sum(powers) for power in powers]
    proved = [signed(p[0]), is_zero(sum(p) - 1)]
    errors = []
    with mpmath.workdps(40):
        for row in draws(run, 4, -1000, 1000):
            p = softmax(precise(np.sort(row)[::-1]))
            errors.append(abs(sum(p) - 1) if signed(p[-1]) else 1)
    evidence = identity(proved, errors, f"the weights are {asserted} and sum to 1")
    gaps = torch.arange(200.0)
    rounded = torch.softmax(torch.stack([torch.zeros(200), -gaps]), dim=0)[1] == 0
    return replace(evidence, figures={"float32_gap": float(gaps[rounded].min())})


topic.fence(
    "5.2",
    "variables: {z: vector(n)}",
    says="exponentiate each score, then normalize by the sum",
    rule="sums over entries in normal form, for every number of scores",
    asserted=Case("softmax(z) = exp(z)/sum(exp(z))", "divide by the sum"),
    mutant=Case("softmax(z) = exp(z)/norm(exp(z))", "divide by the length"),
    control=Case("softmax(z) = exp(z)/(n*mean(exp(z)))", "divide by n means"),
    simulation="temperature",
    derivation="gradient",
)


@topic.proved(
    "5.3",
    says="The exponential makes everything positive and amplifies differences",
    expected=Verdict.CONDITIONAL,
    rule="ln of (ratio of weights / ratio of scores) = (ln b - ln a)(L - 1) with L the logarithmic "
    "mean, symbolically and at 50 points; then its sign at every pair that the condition admits",
    right="weights differ by e^(b - a): more than b/a only if the logarithmic mean of a, b is "
    "above 1, so 0.1 and 0.2 are drawn together",
    statement="softmax draws two positive scores further apart than they are where their "
    "logarithmic mean is {}",
    inside=Case(lambda a, b: logarithmic_mean(a, b) > 1, "above 1"),
    outside=Case(lambda a, b: logarithmic_mean(a, b) < 1, "below 1"),
    mutant=Case(lambda a, b: a > 0, "softmax amplifies all positive scores"),
    control=Case(lambda a, b: a >= 1, "softmax amplifies scores from 1 upwards"),
    simulation="temperature",
)
def amplifies(asserted: Callable[[Any, Any], bool], run: Run) -> Evidence:
    """Compare the ratio of two weights with the ratio of their scores, a < b."""

    def amplification(a: Any, b: Any) -> Any:
        low, high = softmax([a, b])
        return log((high / low) / (b / a))

    def by_mean(a: Any, b: Any) -> Any:
        return (log(b) - log(a)) * (logarithmic_mean(a, b) - 1)

    a, step = sympy.symbols("a d", positive=True)
    proved = is_zero(amplification(a, a + step) - by_mean(a, a + step))
    pairs = [sorted(precise(row)) for row in run.rng("pairs").uniform(0.05, 4, size=(400, 2))]
    formula = identity(
        [proved], [amplification(*p) - by_mean(*p) for p in pairs], "amplification by mean"
    )
    admitted = [p for p in pairs if asserted(*p)]
    shrunk = sum(amplification(*p) <= 0 for p in admitted)
    return every([formula, enumeration(len(admitted), shrunk, "e^(b - a) > b/a")])


def one_hot(scores: Sequence[Any]) -> list[Any]:
    """Return weight 1 on the first best score."""
    return [1 if i == scores.index(max(scores)) else 0 for i in range(len(scores))]


def shared(scores: Sequence[Any]) -> list[Any]:
    """Return equal weights on all best scores."""
    best = [score == max(scores) for score in scores]
    return [sympy.Rational(int(one), sum(best)) for one in best]


@topic.proved_for_sizes(
    "5.4",
    says="smooth, differentiable stand-in for picking the max",
    scope="two and three scores",
    expected=Verdict.CONDITIONAL,
    rule="the weights as T -> 0: limits in sympy for two and three scores, and below 1e-10 at "
    "T = 1/1000 for 50 score lists with gaps of at least 1/10",
    right="it stands in for the argmax, not the max, and shares the weight among ties; the smooth "
    "maximum is the logarithm of the sum of exponentials, T logsumexp(s/T)",
    statement="as T falls to 0 the weights become one-hot where {}",
    inside=Case((0, False, one_hot), "the best score is unique"),
    outside=Case((0, True, one_hot), "two scores tie for best"),
    mutant=Case(
        (1, False, one_hot), "the weights are one-hot at T = 1 already, so p . s is the max"
    ),
    control=Case((0, True, shared), "the limit shares the weight equally among the best"),
    simulation="temperature",
    derivation="smooth-maximum",
)
def picks_the_best(asserted: tuple[int, bool, Callable[..., Any]], run: Run) -> Evidence:
    """Compare the weights at low (or the asserted) temperature with the asserted choice."""
    at, tie, choice = asserted
    T = sympy.Symbol("T", positive=True)
    proved = []
    for exact in ([3, 3, 1], [3, 3]) if tie else ([3, 2, 1], [3, 2]):
        scores = [sympy.Integer(x) for x in exact]
        weights = softmax(scores, T)
        limits = [sympy.limit(weight, T, at, "+") for weight in weights]
        proved += [is_zero(x - y) for x, y in zip(limits, choice(scores), strict=True)]
    errors = []
    for row in draws(run, 4):
        scores = precise(np.round(row, 1) + np.arange(4) / 40)
        scores += [max(scores)] if tie else [max(scores) + 1]
        weights = softmax(scores, at or mpmath.mpf(1) / 1000)
        errors += [w - float(c) for w, c in zip(weights, choice(scores), strict=True)]
    return identity(proved, errors, "weights against the asserted choice")


@topic.proved(
    "5.8",
    says="The gradient has a remarkably clean form",
    rule="Jacobian symbolically for two scores beside any number of others; it and the "
    "cross-entropy's gradient p - y against autograd at 50 points",
    source="Bridle 1990",
    asserted=Case(jacobian_entry, "J = diag(p) - p p^T, so p - y"),
    mutant=Case(
        lambda p, i, j: p[i] * (int(i == j) - p[i]),
        "J_ij = p_i ([i = j] - p_i): the same for every other score",
    ),
    control=Case(lambda p, i, j: int(i == j) * p[i] - p[j] * p[i], "J_ij = p_i [i = j] - p_j p_i"),
    simulation="jacobian",
    derivation="gradient",
)
def clean_gradient(asserted: Callable[..., Any], run: Run) -> Evidence:
    """Differentiate by sympy and by autograd; chain the asserted Jacobian into cross-entropy."""
    s, powers = two_and_the_rest()
    p = [power / sum(powers) for power in powers[:2]]
    proved = [is_zero(sympy.Matrix(p).jacobian(s) - sympy.Matrix(matrix(p, asserted)))]
    errors: list[float] = []
    for row in draws(run, 5):
        scores = torch.tensor(row, requires_grad=True)
        known = torch.func.jacrev(lambda z: torch.softmax(z, 0))(scores.detach())
        loss = torch.nn.functional.cross_entropy(scores[None], torch.tensor([2]))
        (gradient,) = torch.autograd.grad(loss, scores)
        weights, y = np.array(softmax(row), dtype=float), np.eye(5)[2]
        J = np.array(matrix(weights, asserted))
        errors.extend((J - known.numpy()).ravel())
        errors.extend(J.T @ (-y / weights) - gradient.numpy())
        errors.extend((weights - y) - gradient.numpy())
    return identity(proved, errors, "Jacobian and gradient against autograd")


@topic.proved(
    "5.9",
    says="softmax is smooth and differentiable everywhere",
    rule="the Jacobian's entries are polynomials in p, so every derivative exists; Gershgorin's "
    "row sums 2p(1 - p) bound its largest eigenvalue for any number of scores, and (1/2, 1/2) "
    "attains it; nor is the asserted constant exceeded at 2,000 points",
    source="Nair 2025 (arXiv 2510.23012): 1/2, where earlier work used 1",
    asserted=Case((1, "1/2"), "smooth, with the tight Lipschitz constant 1/2 (Euclidean norm)"),
    mutant=Case((1, "1"), "the constant 1 is tight"),
    control=Case((2, "1/4"), "softmax(s / 2) has the tight constant 1/4"),
    simulation="jacobian",
    derivation="smooth-maximum",
)
def smooth(asserted: tuple[int, str], run: Run) -> Evidence:
    """Bound the eigenvalues by Gershgorin's row sums 2 p (1 - p)/T, and attain the bound."""
    T, constant = asserted[0], sympy.Rational(asserted[1])
    p = sympy.Symbol("p", positive=True)
    attained = sympy.Matrix(matrix([sympy.Rational(1, 2)] * 2, jacobian_entry)) / T
    proved = [
        is_zero(constant - sympy.maximum(2 * p * (1 - p) / T, p, sympy.Interval(0, 1))),
        is_zero(constant - max(attained.eigenvals())),
    ]
    weights = run.rng("weights").dirichlet(np.full(4, 0.3), size=2000)
    J = weights[:, :, None] * (np.eye(4) - weights[:, None, :]) / T
    excess = np.linalg.eigvalsh(J)[:, -1] - float(constant)
    return identity(proved, np.maximum(excess, 0.0), "largest eigenvalue above the constant")


topic.documented(
    "5.11",
    "so they can be read as a probability distribution",
    "weights above 0 with sum 1 are one in form; whether they match frequencies "
    "(calibration) is another question",
    Verdict.QUIZ,
)
