"""The points at which a claim is tried: small cases first, where it may break, then random ones.

A point gives every variable a value; unknown functions become functions of a short list.
"""

import heapq
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sims.claims import domains as domain_words
from sims.claims.domains import Domain
from sims.claims.evaluator import ClaimEvaluator, exact
from sims.claims.markov import AnyProcess, processes
from sims.claims.point import Point, admits
from sims.claims.trial import Trial, letters
from sims.claims.values import drawn, known_functions, nice
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import Budget
from sims.maths.syntax.tree import Definition, Logic, Name, Node, Relation, free_names

SIZES = (2, 1, 3, 4)
FAR_OUT = tuple(10**k for k in (2, 3, 4, 5, 6, 9, 12))
"""Values of a letter at which a claim that was not refuted is looked at last."""
LARGER = (5, 6, 8, 10, 12)
"""Sizes of arrays at which it is."""
FEW = 8
"""Points of each larger size."""


class TrialPoints:
    """Yields the points of one trial."""

    def __init__(self, trial: Trial, seed: int = 0) -> None:
        self.trial = trial
        self.reading = trial.reading
        self.names, self.sizes = trial.names, trial.sizes
        self.functions = trial.functions
        self.draw = random.Random(seed)  # noqa: S311 - sample points, not secrets
        self._numbers: list[Any] | None = None

    def tried(self, nice: int, wild: int) -> Iterator[Point]:
        """Yield every point that is tried; those that the conditions pull elsewhere, there."""
        equations = any(
            isinstance(c, Relation) and c.signs == ("=",) for c in self.reading.conditions
        )
        shapes = []
        for sizes in self.shapes():
            try:
                for name in self.names:
                    self.shape(self.reading.domains[name], sizes)
            except UndefinedError:
                continue
            shapes.append(sizes)
        share = max(1, len(shapes))
        for sizes in shapes:
            for point in self.nice(sizes, max(40, nice // share)):
                yield point
                if equations:
                    yield self.solved(point)
        if not self.names and not self.functions:
            return
        for sizes in shapes[:1]:
            for point in self.singular(sizes):
                yield self.solved(point) if equations else point
        for sizes in shapes:
            for point in self.at_random(sizes, max(12, wild // share)):
                yield self.solved(point) if equations else point

    def shapes(self) -> Iterator[dict[str, int]]:
        """Yield the sizes that are tried, the smallest first."""
        if not self.sizes:
            yield {}
            return
        ranks = sorted(
            itertools.product(range(len(SIZES)), repeat=len(self.sizes)), key=lambda r: (sum(r), r)
        )
        for rank in ranks[:10]:
            yield dict(zip(self.sizes, (SIZES[place] for place in rank), strict=True))

    def shape(self, domain: Domain, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """Return the numbers of rows and columns of an array."""
        if not domain.is_array:
            return ()
        values = {name: Fraction(size) for name, size in sizes.items()}
        evaluator = ClaimEvaluator(values, self.trial.budget)
        shape = tuple(evaluator.integer(size) for size in domain.sizes)
        if any(not 1 <= size <= domain_words.LARGEST_SIZE for size in shape):
            raise UndefinedError("this size is out of range")
        return shape

    def nice(self, sizes: Mapping[str, int], most: int) -> Iterator[Point]:
        """Yield the points made of nice values, those of the simplest values first."""
        choices = [
            nice(
                self.reading.domains[name],
                self.shape(self.reading.domains[name], sizes),
                self.reading.ends.get(name),
            )
            for name in self.names
        ]
        choices = [
            [*one, *self._constants(name)] for name, one in zip(self.names, choices, strict=True)
        ]
        lists = [known_functions(domain.kind, arity) for _, domain, arity in self.functions]
        fixed = {name: Fraction(size) for name, size in sizes.items()}
        worlds = self.processes()
        lengths = [len(worlds), *map(len, lists), *map(len, choices)]
        for place in _by_rank(lengths, most):
            functions = {
                name: one[at]
                for (name, _, _), one, at in zip(self.functions, lists, place[1:], strict=False)
            }
            values = {
                name: one[at]
                for name, one, at in zip(self.names, choices, place[1 + len(lists) :], strict=True)
            }
            yield Point({**fixed, **worlds[place[0]], **values}, functions)

    def _constants(self, name: str) -> list[Any]:
        """Return the numbers of the claim itself that a letter may be: there it may break."""
        domain = self.reading.domains[name]
        if domain.is_array or domain.kind == "boolean" or len(self.names) > 3:
            return []
        if self._numbers is None:
            self._numbers = _numbers(self.reading.goal, self.trial.budget)
        usual = nice(domain, (), self.reading.ends.get(name))
        fresh = [n for n in self._numbers if n not in usual]
        return [n for n in fresh if admits(self.reading, name, n)]

    def singular(self, sizes: Mapping[str, int]) -> Iterator[Point]:
        """Yield points where one letter makes a part of the claim zero, endless or bent."""
        letters = [n for n in self.names if not self.reading.domains[n].is_array]
        if len(letters) > 3 or self.trial.slow:
            return
        from sims.claims.singular import closed_ends, singular

        fixed = {name: Fraction(size) for name, size in sizes.items()}
        functions = {
            name: known_functions(domain.kind, arity)[0] for name, domain, arity in self.functions
        }
        usual = {
            name: nice(
                self.reading.domains[name],
                self.shape(self.reading.domains[name], sizes),
                self.reading.ends.get(name),
            )
            for name in self.names
        }
        for name in letters:
            for value in singular(self.reading, name):
                at_end = value in closed_ends(self.reading.domains[name])
                if not (at_end or self._inside(name, value)):
                    continue
                for k in range(3 if len(self.names) > 1 else 1):
                    others = {n: few[min(k, len(few) - 1)] for n, few in usual.items() if few}
                    yield Point({**fixed, **self.processes()[0], **others, name: value}, functions)

    def _inside(self, name: str, value: Node) -> bool:
        try:
            return admits(self.reading, name, self.trial.number(value))
        except (UndefinedError, MathsError):
            return False

    def processes(self, draw: random.Random | None = None) -> list[dict[str, Any]]:
        """Return the processes that stand for all of a size: simple ones, or one at random."""
        every = {
            f"{name}\0": processes(kind, draw)
            for name, kind in self.reading.objects.items()
            if isinstance(kind, AnyProcess)
        }
        return [
            dict(zip(every, chosen, strict=True)) for chosen in itertools.product(*every.values())
        ]

    def at_random(self, sizes: Mapping[str, int], count: int) -> Iterator[Point]:
        """Yield points off any lattice; unknown functions stay unknown."""
        fixed = {name: Fraction(size) for name, size in sizes.items()}
        for _ in range(count):
            fixed = fixed | self.processes(self.draw)[0]
            values = {
                name: drawn(
                    self.reading.domains[name],
                    self.shape(self.reading.domains[name], sizes),
                    self.draw,
                    self.reading.ends.get(name),
                )
                for name in self.names
            }
            functions = {
                name: self.draw.choice(known_functions(domain.kind, arity))
                for name, domain, arity in self.functions
            }
            yield Point({**fixed, **values}, functions, drawn=True)

    def solved(self, point: Point) -> Point:
        """Return a point moved so that equations among the conditions hold, where that is easy."""
        for condition in self.reading.conditions:
            if isinstance(condition, Relation) and condition.signs == ("=",):
                point = self._solved(point, condition)
        return point

    def _solved(self, point: Point, condition: Relation) -> Point:
        left, right = condition.operands
        evaluator = self.trial.evaluator(point)
        if evaluator.holds(condition):
            return point
        for one, other in ((left, right), (right, left)):
            if (
                isinstance(one, Name)
                and one.name in self.names
                and one.name not in free_names(other)
            ):
                try:
                    value = evaluator.value(other)
                except (UndefinedError, MathsError):
                    return point
                if admits(self.reading, one.name, value):
                    return Point({**point.values, one.name: value}, point.functions)
        return self._linear(point, condition)

    def _linear(self, point: Point, condition: Relation) -> Point:
        """Return a point where an equation holds that is linear in one number of it."""
        names = free_names(condition) & set(self.names)
        for name in sorted(names, key=self.names.index, reverse=True):
            if self.reading.domains[name].is_array:
                continue
            gaps = []
            for value in (0, 1, 2):
                values = {**point.values, name: Fraction(value)}
                evaluator = self.trial.evaluator(Point(values, point.functions))
                try:
                    sides = [evaluator.number(side) for side in condition.operands]
                except (UndefinedError, MathsError):
                    break
                if not all(map(exact, sides)):
                    sides = [evaluator.computed(side) for side in sides]
                gaps.append(sides[0] - sides[1])
            if not all(map(exact, gaps)):
                gaps = [evaluator.computed(gap) for gap in gaps]
            if len(gaps) < 3 or gaps[0] - 2 * gaps[1] + gaps[2] != 0 or gaps[0] == gaps[1]:
                continue
            value = -gaps[0] / (gaps[1] - gaps[0])
            if admits(self.reading, name, value):
                return Point({**point.values, name: value}, point.functions)
        return point

    def far(self) -> Iterator[tuple[str, Point]]:
        """Yield points at which one letter is large, and few points of larger arrays."""
        for size in LARGER:
            sizes = dict.fromkeys(self.sizes, size)
            try:
                yield from (("", point) for point in self.nice(sizes, FEW) if sizes)
            except UndefinedError:
                continue
        if self.sizes:
            return
        usual = {
            name: nice(self.reading.domains[name], (), self.reading.ends.get(name))
            for name in self.names
            if not self.reading.domains[name].is_array
        }
        if len(usual) < len(self.names) or not all(usual.values()):
            return
        for name in self.names:
            for at in FAR_OUT:
                value = Fraction(at)
                if value in usual[name] or not admits(self.reading, name, value):
                    continue
                for k in range(1 if len(self.names) == 1 else 3):
                    others = {n: few[min(k, len(few) - 1)] for n, few in usual.items()}
                    yield name, Point({**self.processes()[0], **others, name: value})

    def of_finite_domains(self) -> Iterator[Point]:
        """Yield every point of finite domains."""
        names = self.names
        values = [
            (True, False) if self.reading.domains[name].kind == "boolean"
            else tuple(self.reading.ends[name].all())
            for name in names
        ]  # fmt: skip
        for chosen in itertools.product(*values):
            yield Point(dict(zip(names, chosen, strict=True)))


def _numbers(goal: Node, budget: Budget) -> list[Any]:
    """Return the values of the parts of a statement that have no letters, and their negatives."""
    evaluator = ClaimEvaluator({}, budget)
    found: list[Any] = []
    for part in goal.walk():
        if isinstance(part, Relation | Logic | Definition) or letters(part) or len(found) >= 12:
            continue
        try:
            value = evaluator.value(part)
        except (UndefinedError, MathsError):
            continue
        for one in (
            (value, -value) if isinstance(value, Fraction) or hasattr(value, "_mpf_") else ()
        ):
            if evaluator.ctx.isfinite(evaluator.computed(one)) and one not in found:
                found.append(one)
    return found


def _by_rank(lengths: Sequence[int], most: int) -> Iterator[tuple[int, ...]]:
    """Yield index tuples in the order of their sums, at most so many."""
    if not lengths:
        yield ()
        return
    if any(length == 0 for length in lengths):
        return
    start = (0,) * len(lengths)
    heap: list[tuple[int, int, tuple[int, ...]]] = [(0, 0, start)]
    seen = {start}
    count = 0
    while heap and count < most:
        total, _, place = heapq.heappop(heap)
        yield place
        count += 1
        for k in range(len(lengths)):
            if place[k] + 1 < lengths[k]:
                after = (*place[:k], place[k] + 1, *place[k + 1 :])
                if after not in seen:
                    seen.add(after)
                    heapq.heappush(heap, (total + 1, max(after), after))
