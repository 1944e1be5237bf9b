"""The search for a counterexample: the points are tried in order, what is found made simplest."""

import itertools
from dataclasses import dataclass, field
from fractions import Fraction

from sims.claims.counterexample import Counterexample, counterexample
from sims.claims.point import Point, admits, finite_cases, shown, where
from sims.claims.reading import Reading, premises
from sims.claims.simplest import simplified
from sims.claims.trial import MANY, Trial
from sims.claims.trial_points import TrialPoints
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import TooLargeError, UndefinedError
from sims.maths.limits import Budget
from sims.maths.syntax.tree import Node, Relation

NICE, RANDOM = 600, 120
WORK = 60_000
"""Nodes that the quick search evaluates at most, about."""
CLOSE = 8
"""Points at which a claim that was not refuted is looked at once more, closely."""
NEAREST = 20
"""Below it every whole number was tried before."""
SOME = 3
"""Random points with one side alone defined, from which on an equation is not one there."""
NEAR = 12
"""How far out such a point may lie: far out, a side may only seem to leave its domain."""


@dataclass
class Survey:
    """What a search saw: points where the claim could be judged, and a counterexample."""

    judged: int = 0
    satisfying: int = 0
    tried: int = 0
    undefined: int = 0
    found: Counterexample | None = None
    one_sided: str = ""
    lost: Counterexample | None = None
    """A point where one side of an equation alone is defined, of whole stretches of them."""
    witness: Point | None = None
    unmet: list[Node] = field(default_factory=list)
    """Premises inside the claim that no point has met."""


class Search:
    """Tries one reading at many points."""

    def __init__(self, reading: Reading, budget: Budget, seed: int = 0) -> None:
        self.reading = reading
        self.trial = Trial(reading, budget)
        self.points = TrialPoints(self.trial, seed)

    def survey(self, nice: int = NICE, wild: int = RANDOM) -> Survey:
        """Look at many points, and stop at the first that refutes the claim."""
        scale = max(0.01, min(1.0, WORK / (self.trial.work * NICE)))
        found = Survey(unmet=premises(self.reading.goal))
        lost: list[Point] = []
        for point in self.points.tried(int(nice * scale), int(wild * scale)):
            found.tried += 1
            try:
                if not self.trial.satisfied(point):
                    continue
                found.satisfying += 1
                truth = self.trial.judged(point)
            except TooLargeError:
                continue
            if truth is None:
                found.undefined += 1
                if side := self.trial.one_sided(point):
                    found.one_sided = found.one_sided or f"{where(point)}: {side}"
                    lost.append(point)
                continue
            found.judged += 1
            found.unmet = self.trial.not_met(found.unmet, point)
            if truth:
                found.witness = found.witness or point
            elif self.trial.confirmed(point):
                found.found = counterexample(self.trial, simplified(self.points, point))
                return found
        found.lost = self._stretch(lost)
        return found

    def survey_for_witness(self) -> Survey:
        """Look for a point where the claim holds, and stop at the first."""
        found = Survey()
        finite = finite_cases(self.reading) is not None
        for point in self.points.of_finite_domains() if finite else self.points.tried(3000, 300):
            found.tried += 1
            try:
                if not self.trial.satisfied(point):
                    continue
                truth = self.trial.judged(point)
            except TooLargeError:
                continue
            found.judged += truth is not None
            if truth and self.trial.judged(point, self.trial.again):
                found.witness = point
                break
        return found

    def _stretch(self, lost: list[Point]) -> Counterexample | None:
        """Return the first of the points with one side alone, if random points are among them."""
        arrays = any(domain.is_array for domain in self.reading.domains.values())
        unknown = self.trial.functions or self.reading.objects
        if arrays or unknown or self.reading.asserted is not None:
            return None
        near = [
            point
            for point in lost
            if all(abs(self.trial.number(value)) <= NEAR for value in point.values.values())
        ]
        if sum(point.drawn for point in near) < SOME:
            return None
        point, evaluator = near[0], self.trial.evaluator(near[0])
        assert isinstance(self.reading.goal, Relation)
        words = []
        for side in self.reading.goal.operands:
            try:
                words.append(shown(evaluator.value(side)))
            except UndefinedError:
                words.append("not defined")
        left, right = words
        return Counterexample(point, f"{where(point)}: {left} against {right}", left, right)

    def closely(self) -> Counterexample | None:
        """Return a counterexample that many more digits show: sides that nearly agree, or None."""
        if self.trial.slow or self.reading.within is not None or self.trial.functions:
            return None
        self.trial.again = MANY
        for point in itertools.islice(self.points.tried(CLOSE, 2), 2 * CLOSE):
            try:
                told = self.trial.satisfied(point) and self.trial.judged(point, MANY) is False
                if told and self.trial.confirmed(point):
                    return counterexample(self.trial, point)
            except TooLargeError:
                continue
        return None

    def far(self) -> Counterexample | None:
        """Return a counterexample far out, or in larger arrays, as near as it is found, or None."""
        if self.trial.slow or self.trial.functions:
            return None
        for name, point in self.points.far():
            try:
                if self.trial.refutes(point):
                    return counterexample(self.trial, self._nearer(point, name))
            except (TooLargeError, MathsError):
                continue
        return None

    def _nearer(self, point: Point, name: str) -> Point:
        """Return the nearest counterexample of a letter that is whole, by halves of the way."""
        if not name or not self.reading.domains[name].is_integer:
            return point
        near, far = NEAREST, int(point.values[name])
        while far - near > 1:
            middle = Point({**point.values, name: Fraction((near + far) // 2)})
            if admits(self.reading, name, middle.values[name]) and self.trial.refutes(middle):
                point, far = middle, (near + far) // 2
            else:
                near = (near + far) // 2
        return point
