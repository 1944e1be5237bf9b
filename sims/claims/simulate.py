"""Claims decided by simulation, last: in rounds, by a rule that is fixed beforehand.

Each side of a relation is an expectation or a probability of one expression, estimated from many
draws at once. Rounds double the draws; a verdict falls only where the interval of the difference
lies wholly on one side. Runs in the worker, on a GPU if there is one.
"""

import math
from collections.abc import Mapping
from fractions import Fraction

from sims.claims.estimates import Draws, Estimate, estimated
from sims.claims.evaluator import ClaimEvaluator
from sims.claims.evidence import Evidence, EvidenceKind, Verdict, undecided
from sims.claims.laws import Law
from sims.claims.point import where
from sims.claims.polynomials import NotExact
from sims.claims.reading import Reading, conjuncts
from sims.claims.trial import Trial
from sims.claims.trial_points import TrialPoints
from sims.lazy import torch
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.limits import Budget
from sims.maths.syntax.tree import Node, Relation, free_names

FIRST = 40_000
ROUNDS = 5
FALSE_DECISIONS = 1e-6
"""How often, at most, a claim is decided wrongly by chance; the interval shown is one of 95 %."""
POINTS = 3
FINITE = frozenset(
    {"Normal", "Uniform", "Exponential", "Gamma", "Beta", "Laplace", "ChiSquare", "Bernoulli",
     "Binomial", "Geometric", "Geometric0", "NegativeBinomial", "Poisson", "DiscreteUniform"}
)  # fmt: skip
"""Laws all of whose moments are finite."""


def simulated(reading: Reading, laws: list[Law], why: str, budget: Budget) -> Evidence:
    """Return the evidence of a simulation, or that there is none and why."""
    parts = conjuncts(reading.goal)
    relations = [part for part in parts if isinstance(part, Relation) and len(part.signs) == 1]
    if len(relations) != len(parts):
        return undecided(f"there is no exact way here ({why}), and only relations are simulated")
    try:
        found = [_relation(part, reading, laws) for part in relations]
    except (NotExact, MathsError, UndefinedError) as error:
        return undecided(f"there is no exact way here ({why}), and it cannot be simulated: {error}")
    for verdict in (Verdict.FAILS, Verdict.UNDECIDED, Verdict.AGREES):
        for one in found:
            if one.verdict is verdict:
                return one
    return found[0]


def _relation(goal: Relation, reading: Reading, laws: list[Law]) -> Evidence:
    """Return the evidence on one relation, at some points of its parameters."""
    names = free_names(goal).union(*(_needs(law) for law in laws))
    plain = reading.with_goal(goal)
    plain.domains = {n: d for n, d in reading.domains.items() if n in names}
    letters = [n for n, d in plain.domains.items() if not d.is_function]
    trial = Trial(plain, Budget(5.0, 2_000_000), names=letters)
    points = []
    for point in TrialPoints(trial).nice({}, 30):
        evaluator = trial.evaluator(point)
        needs = [need for law in laws for need in law.needs()]
        conditions = [
            c
            for c in reading.conditions
            if not free_names(c) & {n for law in laws for n in law.names}
        ]
        if all(evaluator.holds(need) is True for need in (*needs, *conditions)):
            points.append(point)
        if len(points) == (POINTS if plain.domains else 1):
            break
    if not points:
        raise UndefinedError("no case found: no parameters satisfy the conditions")
    found = []
    for point in points:
        values = {
            name: float(value)
            for name, value in point.values.items()
            if not isinstance(value, Matrix)
        }
        evidence = decide_at(goal, laws, values, reading)
        if evidence.verdict is Verdict.FAILS:
            place = where(point)
            words = f"{place}: {evidence.counterexample}" if place else evidence.counterexample
            return Evidence(**{**vars(evidence), "counterexample": words})
        found.append(evidence)
    first = next((e for e in found if e.verdict is Verdict.UNDECIDED), found[0])
    if first.verdict is Verdict.HOLDS and plain.domains:
        scope = f"{len(points)} points of the parameters"
        return Evidence(
            **{
                **vars(first),
                "verdict": Verdict.AGREES,
                "kind": EvidenceKind.AGREES,
                "scope": scope,
            }
        )
    return first


def _needs(law: Law) -> set[str]:
    nodes = (*law.parameters, law.size, law.mean, law.variance)
    found = set().union(*(free_names(node) for node in nodes if node is not None))
    return found | {
        n
        for values, p in law.table
        for v in (*values, p)
        if isinstance(v, Node)
        for n in free_names(v)
    }


def decide_at(
    goal: Relation, laws: list[Law], values: Mapping[str, float], reading: Reading
) -> Evidence:
    """Return the evidence on a relation with numbers for the parameters."""
    if any(law.family not in FINITE and not law.table for law in laws):
        raise UndefinedError("a law whose variance may be infinite is not simulated")
    sign = goal.signs[0]
    margin = _margin(goal, reading)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    generator = torch.Generator(device=device).manual_seed(20_240_601)
    z = _quantile(FALSE_DECISIONS / ROUNDS)
    total = Sums()
    for round_ in range(ROUNDS):
        count = FIRST if round_ == 0 else total.count
        draws = Draws(laws, values, count, generator, device)
        total.add([estimated(side, draws, reading) for side in goal.operands], count)
        low, high, mean, error = total.interval(z)
        verdict = _verdict(sign, low, high, margin, mean)
        if verdict is not None:
            break
    ninety_five = (mean - 1.96 * error, mean + 1.96 * error)
    sides = [total.mean(k) for k in (0, 1)]
    says = (
        f"{total.count:,} draws: the left side is {sides[0]:.5g}, the right {sides[1]:.5g}; their "
        f"difference is {mean:.3g}, 95 % interval {ninety_five[0]:.3g} to {ninety_five[1]:.3g}"
    )
    scope = f"95 % interval of the difference {ninety_five[0]:.3g} to {ninety_five[1]:.3g}"
    if verdict is None:
        if sign in ("=", "≈") and margin == 0:
            return Evidence(
                Verdict.AGREES, f"not refuted by {says}", mean, ninety_five, total.count,
                kind=EvidenceKind.AGREES, scope=f"{total.count:,} draws", rule="simulation",
            )  # fmt: skip
        return Evidence(
            Verdict.UNDECIDED,
            f"the interval lies on both sides: {says}",
            mean,
            ninety_five,
            total.count,
        )
    kind = EvidenceKind.SIMULATED
    counterexample = (
        f"{sides[0]:.5g} against {sides[1]:.5g}, simulated" if verdict is Verdict.FAILS else ""
    )
    return Evidence(
        verdict, says, mean, ninety_five, total.count, kind=kind, scope=scope,
        rule=f"simulation, at most {ROUNDS} rounds", counterexample=counterexample,
    )  # fmt: skip


def _margin(goal: Relation, reading: Reading) -> float:
    """Return how far apart the sides of an approximate equation may be."""
    if goal.signs[0] not in ("=", "≈") or (goal.signs[0] == "=" and reading.within is None):
        return 0.0

    evaluator = ClaimEvaluator({}, Budget())
    evaluator.within = reading.within
    right = goal.operands[1]
    value = Fraction(0) if free_names(right) else evaluator.number(right)
    return float(evaluator._slack(value, goal.operands))


def _verdict(sign: str, low: float, high: float, margin: float, mean: float) -> Verdict | None:
    """Return what an interval of left minus right decides, None where nothing."""
    if sign in ("=", "≈"):
        if low > margin or high < -margin:
            return Verdict.FAILS
        return Verdict.HOLDS if margin and -margin < low and high < margin else None
    if sign in (">", ">="):
        low, high = -high, -low
    if high < 0:
        return Verdict.HOLDS
    return Verdict.FAILS if low > 0 else None


class Sums:
    """Running means of the two sides over rounds, with the error of their difference."""

    def __init__(self) -> None:
        self.count = 0
        self._means = [0.0, 0.0]
        self._variance = 0.0

    def add(self, estimates: list[Estimate], count: int) -> None:
        """Take more draws in."""
        before, self.count = self.count, self.count + count
        share = count / self.count
        for k in (0, 1):
            self._means[k] += share * (estimates[k].mean - self._means[k])
        fresh = sum(e.error**2 for e in estimates)
        self._variance = (1 - share) ** 2 * self._variance + share**2 * fresh if before else fresh

    def mean(self, side: int) -> float:
        """Return the mean of one side."""
        return self._means[side]

    def interval(self, z: float) -> tuple[float, float, float, float]:
        """Return the interval, the mean and the standard error of the difference."""
        mean, error = self._means[0] - self._means[1], math.sqrt(self._variance)
        return mean - z * error, mean + z * error, mean, error


def _quantile(tail: float) -> float:
    from scipy.stats import norm

    return float(norm.isf(tail / 2))
