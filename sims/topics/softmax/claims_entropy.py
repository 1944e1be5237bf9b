"""The claims of the notes on entropy: temperature, the best weights, and the target they meet."""

from collections.abc import Callable, Sequence
from typing import Any

from sims.claims import (
    EXACT,
    POINTS,
    Case,
    Evidence,
    EvidenceKind,
    Kind,
    Verdict,
    enumeration,
    every,
    identity,
    is_zero,
    require,
)
from sims.lazy import mpmath, np, scipy, sympy
from sims.run import Run
from sims.topics.softmax.model import (
    draws,
    entropy,
    exponential_family,
    gini_entropy,
    log,
    mean,
    precise,
    softmax,
    sparsemax,
    symbols,
    tilt_for,
    topic,
    variance,
)


@topic.claim(
    "5.5",
    says="A temperature parameter controls how peaky vs. uniform the output is",
    kind=Kind.FORMULA,
    by=EvidenceKind.PROVED_FOR_SIZES,
    scope="n = 2, 3",
    expected=Verdict.AGREES,
    rule="dH/dT symbolically for n = 2, 3 and against a numerical derivative at 50 points; the "
    "limit T -> infinity is uniform",
    asserted=Case(lambda s, p, T: variance(s, p) / T**3, "dH/dT = Var(s)/T^3, never negative"),
    mutant=Case(lambda s, p, T: variance(s, p) / T**2, "dH/dT = Var(s)/T^2"),
    control=Case(
        lambda s, p, T: (mean([x**2 for x in s], p) - mean(s, p) ** 2) / T**3,
        "dH/dT = (E s^2 - (E s)^2)/T^3",
    ),
)
def entropy_slope(asserted: Callable[..., Any], run: Run) -> Evidence:
    """Differentiate the entropy of the weights by the temperature, two ways."""
    T = sympy.Symbol("T", positive=True)
    proved = []
    for s in (symbols(2), symbols(3)):
        p = softmax(s, T)
        proved.append(is_zero(sympy.diff(entropy(p), T) - asserted(s, p, T)))
        proved.append(is_zero(sympy.limit(p[0], T, sympy.oo) - sympy.Rational(1, len(s))))
    errors = []
    with mpmath.workdps(40):
        for row in draws(run, 4):
            s, at = precise(row), mpmath.mpf(abs(row[0]) + 0.5)
            slope = mpmath.diff(lambda T, s=s: entropy(softmax(s, T)), at)
            errors.append(slope - asserted(s, softmax(s, at), at))
    return identity(proved, errors, "slope of the entropy in T")


def shifted_family(scores: Sequence[Any], tilt: Any) -> list[Any]:
    """Return weights in proportion to exp(tilt (s_i + 1))."""
    return exponential_family([score + 1 for score in scores], tilt)


def power_family(scores: Sequence[Any], tilt: Any) -> list[Any]:
    """Return weights in proportion to s_i^tilt, for positive scores."""
    return exponential_family([log(score) for score in scores], tilt)


def most_feasible(
    scores: Sequence[Any], weights: Sequence[Any], rng: "np.random.Generator"
) -> float:
    """Return the highest entropy of 2,000 feasible weights for three scores.

    They lie on the line through ``weights`` along which the mean score stays, in the simplex.
    """
    s, p = (np.array([float(x) for x in values]) for values in (scores, weights))
    along = np.roll(s, -1) - np.roll(s, 1)
    ends = -p / along
    q = p + along * rng.uniform(ends[along > 0].max(), ends[along < 0].min(), (2000, 1))
    require(q >= -EXACT, says="weights off the simplex")
    return float(scipy.special.entr(q.clip(0)).sum(1).max())


@topic.claim(
    "5.6",
    says="softmax is the unique answer",
    kind=Kind.FORMULA,
    by=EvidenceKind.PROVED_FOR_SIZES,
    scope="three scores",
    expected=Verdict.CONDITIONAL,
    rule="the tilt that meets the target exists, the entropy is stationary along the feasible "
    "direction of three scores (symbolically and at 50 points), and the best of 2,000 feasible p "
    "at each point comes within 0.001 of the entropy from below",
    right="unique for a target strictly between the lowest and highest score, with the tilt "
    "determined by the target (negative below the plain mean); at the highest score the answer "
    "is one-hot, which no finite softmax reaches",
    statement="{}",
    inside=Case((exponential_family, 0.3), "weights exp(tilt s), target inside the scores"),
    outside=Case((exponential_family, 1), "weights exp(tilt s), target equal to the best score"),
    mutant=Case((power_family, 0.3), "weights s^tilt meet the same optimum"),
    control=Case((shifted_family, 0.3), "weights exp(tilt (s + 1)): the same ones"),
)
def most_entropy(asserted: tuple[Callable[..., Any], float], run: Run) -> Evidence:
    """Solve for the tilt and compare the entropy with that of other feasible weights.

    With three scores the feasible p lie on a line, in direction (s2 - s3, s3 - s1, s1 - s2), along
    which the entropy is strictly concave: stationary means the unique maximum.
    """
    weigh, position = asserted

    def slope(s: Sequence[Any], p: Sequence[Any]) -> Any:
        direction = (s[1] - s[2], s[2] - s[0], s[0] - s[1])
        return -sum(d * log(weight) for d, weight in zip(direction, p, strict=True))

    tilt = sympy.Symbol("t", positive=True)
    s = symbols(3, positive=True)
    proved = is_zero(slope(s, weigh(s, tilt)))
    errors, unmet, more, rng = [], 0, 0, run.rng("feasible weights")
    for row in draws(run, 3, 0.5, 4):
        scores = precise(row)
        target = (1 - position) * min(scores) + position * max(scores)
        found = tilt_for(scores, target, weigh)
        unmet += found is None
        if found is not None:
            p = weigh(scores, found)
            errors += [slope(scores, p), mean(scores, p) - target]
            lead = entropy(p) - most_feasible(scores, p, rng)
            more += not -1e-12 <= lead <= 1e-3  # the best of so many has to come close
    met = enumeration(POINTS, unmet, "a finite tilt meets the target")
    if unmet:
        return met
    stationary = identity([proved], errors, "entropy is stationary")
    return every(
        [
            met,
            stationary,
            enumeration(POINTS, more, "points with a better feasible p, or none as good"),
        ]
    )


@topic.claim(
    "5.7",
    says="Any other weighting scheme would be smuggling in extra assumptions",
    kind=Kind.FORMULA,
    by=EvidenceKind.PROVED_FOR_SIZES,
    scope="two scores",
    expected=Verdict.CONDITIONAL,
    rule="E s + entropy is stationary for two scores (symbolically); for each of 50 score lists "
    "the weights lie on the simplex, no worse than 200 other points of it; the entropy of a "
    "one-hot p is 0",
    right="true of Shannon's entropy under one linear constraint: Tsallis' entropy of order 2 "
    "gives sparsemax, a constraint on the variance gives exp(a s + b s^2)",
    statement="{}",
    inside=Case((entropy, softmax), "Shannon's entropy: softmax is the best weighting"),
    outside=Case((gini_entropy, softmax), "Tsallis' entropy of order 2: softmax is the best"),
    mutant=Case((entropy, sparsemax), "Shannon's entropy: sparsemax is the best weighting"),
    control=Case((gini_entropy, sparsemax), "Tsallis' entropy of order 2: sparsemax is the best"),
)
def no_other_weighting(
    asserted: tuple[Callable[..., Any], Callable[..., Any]], run: Run
) -> Evidence:
    """Maximise E s + entropy(p) over p: symbolically for the scores d and 0, 0 < d < 1."""
    measure, weigh = asserted
    first, d = sympy.symbols("p d", positive=True)
    gain = first * d + measure([first, 1 - first])
    best = (1 + d) / 2 if weigh is sparsemax else weigh([d, sympy.Integer(0)])[0]
    stationary = is_zero(sympy.diff(gain, first).subs(first, best))
    rng, worse = run.rng("other weights"), 0
    # Whatever measures entropy finds none where all weight is on one score.
    errors = [float(measure(sure)) for sure in np.eye(4).tolist()]
    for row in draws(run, 4, -1, 1):
        s = [float(x) for x in row]
        p = [float(x) for x in weigh(s)]
        others = rng.dirichlet(np.ones(4), size=100)
        others = np.vstack([others, np.asarray(p) + 0.01 * (others - p)])
        value = mean(s, p) + float(measure(p))
        rivals = max(mean(s, q) + float(measure(list(q))) for q in others)
        worse += not rivals <= value + 1e-12
        errors += [max(0.0, rivals - value), sum(p) - 1, min(0.0, *p)]
    return every(
        [
            identity([stationary], errors, "the weighting maximises E s + entropy"),
            enumeration(POINTS, worse, "no other weights do better"),
        ]
    )


@topic.claim(
    "5.10",
    says="the expected score matches a target value",
    kind=Kind.FORMULA,
    by=EvidenceKind.PROVED_FOR_SIZES,
    scope="n = 2, 3",
    expected=Verdict.AGREES,
    rule="d E(s)/d tilt symbolically for n = 2, 3 and against a numerical derivative at 50 points: "
    "positive unless all scores are equal, so one tilt meets each target",
    asserted=Case(lambda s, p: variance(s, p), "the expected score rises with slope Var(s)"),
    mutant=Case(lambda s, p: -variance(s, p), "the expected score falls as the tilt grows"),
    control=Case(
        lambda s, p: mean([x**2 for x in s], p) - mean(s, p) ** 2, "slope E s^2 - (E s)^2"
    ),
)
def one_tilt_a_target(asserted: Callable[..., Any], run: Run) -> Evidence:
    """Differentiate the expected score by the tilt, two ways."""
    tilt = sympy.Symbol("t", real=True)
    proved = []
    for s in (symbols(2), symbols(3)):
        p = exponential_family(s, tilt)
        proved.append(is_zero(sympy.diff(mean(s, p), tilt) - asserted(s, p)))
    errors = []
    with mpmath.workdps(40):
        for row in draws(run, 4):
            s, at = precise(row), mpmath.mpf(row[0])
            slope = mpmath.diff(lambda t, s=s: mean(s, exponential_family(s, t)), at)
            errors.append(slope - asserted(s, exponential_family(s, at)))
    return identity(proved, errors, "slope of the expected score in the tilt")
