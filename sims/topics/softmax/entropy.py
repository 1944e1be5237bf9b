"""The claims of the notes on entropy: temperature, the best weights, and the target they meet."""

from collections.abc import Callable, Sequence
from typing import Any

from sims.claims import (
    EXACT,
    POINTS,
    Case,
    Evidence,
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
    two_and_the_rest,
    variance,
)


@topic.proved(
    "5.5",
    says="A temperature parameter controls how peaky vs. uniform the output is",
    rule="dH/dT symbolically, with Z(b) any sum of exponentials at b = 1/T (so that E s = Z'/Z and "
    "E s^2 = Z''/Z), and against a numerical derivative at 50 points; at T = 1e12 all weights "
    "are equal to 1e-10",
    asserted=Case(
        lambda spread, mean, square, T: spread / T**3, "dH/dT = Var(s)/T^3, never negative"
    ),
    mutant=Case(lambda spread, mean, square, T: spread / T**2, "dH/dT = Var(s)/T^2"),
    control=Case(
        lambda spread, mean, square, T: (square - mean**2) / T**3, "dH/dT = (E s^2 - (E s)^2)/T^3"
    ),
    simulation="temperature",
    derivation="entropy-slope",
)
def entropy_slope(asserted: Callable[..., Any], run: Run) -> Evidence:
    """Differentiate the entropy of the weights by the temperature, two ways."""
    b, total, first, second = cumulants()
    slope = -(b**2) * sympy.diff(log(total) - b * first, b)  # H = log Z - b E s, and db/dT = -b^2
    proved = [is_zero(slope - asserted(second - first**2, first, second, 1 / b))]
    errors = []
    with mpmath.workdps(40):
        for row in draws(run, 4):
            s, at = precise(row), mpmath.mpf(abs(row[0]) + 0.5)
            p = softmax(s, at)
            known = mpmath.diff(lambda T, s=s: entropy(softmax(s, T)), at)
            errors.append(known - asserted(*spreads(s, p), at))
            errors += [
                weight - mpmath.mpf(1) / len(s) for weight in softmax(s, mpmath.mpf(10) ** 12)
            ]
    return identity(proved, errors, "slope of the entropy in T")


def cumulants() -> tuple[Any, Any, Any, Any]:
    """Return b, Z(b), E s and E s^2 for any scores at all: Z is the sum of e^(b s)."""
    b = sympy.Symbol("b", positive=True)
    total = sympy.Function("Z", positive=True)(b)
    return b, total, sympy.diff(total, b) / total, sympy.diff(total, b, 2) / total


def spreads(s: Sequence[Any], p: Sequence[Any]) -> tuple[Any, Any, Any]:
    """Return the variance, mean and mean square of scores under weights."""
    return variance(s, p), mean(s, p), mean([x**2 for x in s], p)


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

    They lie on the line through `weights` along which the mean score stays, in the simplex.
    """
    s, p = (np.array([float(x) for x in values]) for values in (scores, weights))
    along = np.roll(s, -1) - np.roll(s, 1)
    ends = -p / along
    q = p + along * rng.uniform(ends[along > 0].max(), ends[along < 0].min(), (2000, 1))
    require(q >= -EXACT, says="weights off the simplex")
    return float(scipy.special.entr(q.clip(0)).sum(1).max())


@topic.proved_for_sizes(
    "5.6",
    says="softmax is the unique answer",
    scope="three scores",
    expected=Verdict.CONDITIONAL,
    rule="the tilt that meets the target exists, the entropy is stationary along the feasible "
    "direction of three scores (symbolically and at 50 points), and the best of 2,000 feasible p "
    "at each point comes within 0.001 of the entropy from below",
    right="unique for a target strictly between the lowest and highest score, with the tilt "
    "determined by the target (negative below the plain mean); at the highest score the answer "
    "is one-hot, which no finite softmax reaches",
    statement="the weights exp(tilt s), and no others, have the most entropy for a target {}",
    inside=Case((exponential_family, 0.3), "strictly between the lowest and the highest score"),
    outside=Case((exponential_family, 1), "equal to the highest score"),
    mutant=Case((power_family, 0.3), "weights s^tilt meet the same optimum"),
    control=Case((shifted_family, 0.3), "weights exp(tilt (s + 1)): the same ones"),
    simulation="maximum-entropy",
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


@topic.proved(
    "5.7",
    says="Any other weighting scheme would be smuggling in extra assumptions",
    rule="mean score plus entropy is stationary between two scores, symbolically beside any number "
    "of others (strictly concave, so the maximum is unique); for each of 50 score lists the "
    "weights lie on the simplex, no worse than 200 other points of it; the entropy of a "
    "one-hot p is 0",
    right="of Shannon's entropy under one linear constraint, as the note has it: Tsallis' entropy "
    "of order 2 gives sparsemax, a constraint on the variance gives exp(a s + b s^2)",
    mutant=Case((entropy, sparsemax), "sparsemax has the largest mean score plus Shannon entropy"),
    control=Case(
        (gini_entropy, sparsemax),
        "sparsemax has the largest mean score plus Tsallis entropy of order 2",
    ),
    asserted=Case(
        (entropy, softmax),
        "of all weights only softmax's have the largest mean score plus Shannon entropy",
    ),
    simulation="maximum-entropy",
)
def no_other_weighting(
    asserted: tuple[Callable[..., Any], Callable[..., Any]], run: Run
) -> Evidence:
    """Maximise E s + entropy(p) over p: moving weight from one score to another gains nothing."""
    measure, weigh = asserted
    scores, powers = two_and_the_rest()
    threshold, x = sympy.symbols("tau x", positive=True)
    if weigh is sparsemax:  # where both scores have a weight
        best = [score - threshold for score in scores]
    else:
        best = [power / sum(powers) for power in powers[:2]]
    gains = [s + sympy.diff(measure([x]), x).subs(x, p) for s, p in zip(scores, best, strict=True)]
    stationary = is_zero(sympy.expand_log(gains[0] - gains[1], force=True))
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


@topic.proved(
    "5.10",
    says="the expected score matches a target value",
    rule="d E(s)/d tilt symbolically, with Z any sum of exponentials, and against a numerical "
    "derivative at 50 points: positive unless all scores are equal, so one tilt meets each "
    "target",
    asserted=Case(
        lambda spread, mean, square: spread, "the expected score rises with slope Var(s)"
    ),
    mutant=Case(lambda spread, mean, square: square, "it rises with slope E s^2"),
    control=Case(lambda spread, mean, square: square - mean**2, "slope E s^2 - (E s)^2"),
    simulation="maximum-entropy",
)
def one_tilt_a_target(asserted: Callable[..., Any], run: Run) -> Evidence:
    """Differentiate the expected score by the tilt, two ways."""
    b, _, first, second = cumulants()
    proved = [is_zero(sympy.diff(first, b) - asserted(second - first**2, first, second))]
    errors = []
    with mpmath.workdps(40):
        for row in draws(run, 4):
            s, at = precise(row), mpmath.mpf(row[0])
            slope = mpmath.diff(lambda t, s=s: mean(s, exponential_family(s, t)), at)
            errors.append(slope - asserted(*spreads(s, exponential_family(s, at))))
    return identity(proved, errors, "slope of the expected score in the tilt")
