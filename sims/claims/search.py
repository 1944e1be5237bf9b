"""The search for a counterexample: small cases first, then random points, then the simplest.

A point gives every variable a value; unknown functions become functions of a short list. What is
found is made as simple as it can be and evaluated again before it is believed.
"""

import heapq
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sims.claims import domains as domain_words
from sims.claims.domains import Domain
from sims.claims.enclosure import refuted
from sims.claims.evaluator import ClaimEvaluator, exact
from sims.claims.markov import AnyProcess, processes
from sims.claims.point import (
    Counterexample,
    Point,
    admits,
    finite_cases,
    rounder,
    shown,
    told_apart,
    where,
    with_functions,
)
from sims.claims.reading import Reading
from sims.claims.simplest import candidates, cheapest, cost
from sims.claims.values import drawn, known_functions, nice
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix, TooLargeError, UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import (
    Big,
    Call,
    Constant,
    Definition,
    Logic,
    Name,
    Node,
    Relation,
    free_names,
)

SIZES = (2, 1, 3, 4)
NICE = 600
RANDOM = 120
WORK = 60_000
"""Nodes that the quick search evaluates at most, about."""
AGAIN = 90
MANY, FEW = 400, 8
"""Digits, and points, at which a claim that was not refuted is looked at once more."""
FAR_OUT = tuple(10**k for k in (2, 3, 4, 5, 6, 9, 12))
"""Values of a letter at which a claim that was not refuted is looked at last."""
LARGER = (5, 6, 8, 10, 12)
"""Sizes of arrays at which it is."""
NEAREST = 20
"""Below it every whole number was tried before."""
MOST_MEETINGS = 4
"""Points of one search at which algebra is asked whether two sides are one number."""
SOME = 3
"""Random points with one side alone defined, from which on an equation is not one there."""
NEAR = 12
"""How far out such a point may lie: far out, a side may only seem to leave its domain."""
SIMPLEST_SECONDS, SIMPLEST_VISITS, SIMPLEST_POINTS = 2.0, 400_000, 1_500
"""What the search for the simplest counterexample may take: visits end it long before time does."""
SLOW_AGAIN = 36
"""Digits at which a counterexample is evaluated again."""


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
    error: str = ""
    witness: Point | None = None


class Search:
    """Judges one reading at points of its domains."""

    def __init__(self, reading: Reading, budget: Budget, seed: int = 0) -> None:
        self.reading = reading
        self.budget = budget
        self.draw = random.Random(seed)  # noqa: S311 - sample points, not secrets
        nodes = [reading.goal, *reading.conditions]
        self.work = sum(1 for node in nodes for _ in node.walk())
        used = {
            part.function: len(part.arguments)
            for node in nodes
            for part in node.walk()
            if isinstance(part, Call)
        }
        self._numbers: list[Any] | None = None
        self.meetings = 0
        self.functions = [
            (name, domain, used.get(name, 1))
            for name, domain in reading.domains.items()
            if domain.is_function and name in used
        ]
        wanted = set().union(*map(_all_names, nodes))
        self.sizes = sorted(domain_words.size_names(reading.domains) & set(reading.domains))
        self.names = [
            name
            for name, domain in reading.domains.items()
            if not domain.is_function and name not in self.sizes and name in wanted
        ]
        self.slow = any(_slow(part) for node in nodes for part in node.walk())
        self.again = SLOW_AGAIN if self.slow else AGAIN
        self.work = self.work * 150 if self.slow else self.work
        self.real = not (
            any(domain.kind == "complex" for domain in reading.domains.values())
            or any(Constant("i") in node.walk() for node in nodes)
        )

    def evaluator(self, point: Point, digits: int = 40) -> ClaimEvaluator:
        """Return an evaluator at a point."""
        size = next(
            (len(v) for v in point.values.values() if isinstance(v, Matrix) and v.is_vector), 3
        )
        values = point.values
        if any(isinstance(value, Node) for value in values.values()):
            values = {name: self.number(value, digits) for name, value in values.items()}
        evaluator = ClaimEvaluator(
            values, self.budget, digits=digits, objects=self.reading.objects,
            real=self.real, size=size,
        )  # fmt: skip
        evaluator.within = self.reading.within
        return evaluator

    def number(self, value: Any, digits: int = 40) -> Any:
        """Return a value; one that is a tree without letters, such as pi/2, to some digits."""
        if not isinstance(value, Node):
            return value
        return ClaimEvaluator({}, self.budget, digits=digits, real=self.real).number(value)

    def satisfied(self, point: Point) -> bool:
        """Return whether every condition holds at a point."""
        evaluator = self.evaluator(point)
        return all(
            evaluator.holds(with_functions(condition, point.functions)) is True
            for condition in self.reading.conditions
        )

    def judged(self, point: Point, digits: int = 40) -> bool | None:
        """Return the truth of the goal at a point, None where it is not defined."""
        try:
            goal = with_functions(self.reading.goal, point.functions)
            return self.evaluator(point, digits).holds(goal)
        except TooLargeError:
            return None

    def refutes(self, point: Point) -> bool:
        """Return whether a point satisfies the conditions and not the claim, seen twice."""
        if self.judged(point) is not False or not self.satisfied(point):
            return False
        return self.confirmed(point)

    def confirmed(self, point: Point) -> bool:
        """Return whether a claim that fails at a point fails there at more digits too.

        The gap between the sides must stay as the digits grow; one that shrinks is rounding.
        """
        if self.judged(point, self.again) is not False:
            return False
        relation = self._failing(with_functions(self.reading.goal, point.functions), point)
        if relation is None:
            return self.judged(point, (2 * self.again) // 3) is False
        gaps = []
        for digits in ((2 * self.again) // 3, self.again):
            evaluator = self.evaluator(point, digits)
            try:
                left, right = (evaluator.value(side) for side in relation.operands)
            except UndefinedError:
                return False
            if exact(left) and exact(right):
                return True
            gaps.append(_gap(evaluator, left, right))
        before, after = gaps
        if before is None or after is None:
            return True
        if after == 0 or relation.signs[0] in ("<", ">", "!="):
            tiny = evaluator.ctx.mpf(10) ** -((2 * self.again) // 3 - 15)
            if after <= tiny:  # both sides are one number, to all digits; is it so exactly?
                strict = relation.signs[0] in ("<", ">", "!=")
                from sims.claims.singular import meet

                self.meetings += strict
                return (
                    strict
                    and self.meetings <= MOST_MEETINGS
                    and meet(relation, self.reading, point.values)
                )
        return bool(abs(after - before) <= after / 1000)

    # Points.

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
        evaluator = ClaimEvaluator(values, self.budget)
        shape = tuple(evaluator.integer(size) for size in domain.sizes)
        if any(not 1 <= size <= domain_words.LARGEST_SIZE for size in shape):
            raise UndefinedError("this size is out of range")
        return shape

    def nice_points(self, sizes: Mapping[str, int], most: int) -> Iterator[Point]:
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
            self._numbers = _numbers(self.reading.goal, self.budget)
        usual = nice(domain, (), self.reading.ends.get(name))
        fresh = [n for n in self._numbers if n not in usual]
        return [n for n in fresh if admits(self.reading, name, n)]

    def singular_points(self, sizes: Mapping[str, int]) -> Iterator[Point]:
        """Yield points where one letter makes a part of the claim zero, endless or bent."""
        letters = [n for n in self.names if not self.reading.domains[n].is_array]
        if len(letters) > 3 or self.slow:
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
            return admits(self.reading, name, self.number(value))
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

    def random_points(self, sizes: Mapping[str, int], count: int) -> Iterator[Point]:
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
        evaluator = self.evaluator(point)
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
                evaluator = self.evaluator(Point(values, point.functions))
                try:
                    sides = [evaluator.number(side) for side in condition.operands]
                except (UndefinedError, MathsError):
                    break
                gaps.append(sides[0] - sides[1])
            if len(gaps) < 3 or gaps[0] - 2 * gaps[1] + gaps[2] != 0 or gaps[0] == gaps[1]:
                continue
            value = -gaps[0] / (gaps[1] - gaps[0])
            if admits(self.reading, name, value):
                return Point({**point.values, name: value}, point.functions)
        return point

    def points(self, nice: int, wild: int) -> Iterator[Point]:
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
            for point in self.nice_points(sizes, max(40, nice // share)):
                yield point
                if equations:
                    yield self.solved(point)
        if not self.names and not self.functions:
            return
        for sizes in shapes[:1]:
            for point in self.singular_points(sizes):
                yield self.solved(point) if equations else point
        for sizes in shapes:
            for point in self.random_points(sizes, max(12, wild // share)):
                yield self.solved(point) if equations else point

    def survey(self, nice: int = NICE, wild: int = RANDOM) -> Survey:
        """Look at many points, and stop at the first that refutes the claim."""
        scale = max(0.01, min(1.0, WORK / (self.work * NICE)))
        found = Survey()
        lost: list[Point] = []
        for point in self.points(int(nice * scale), int(wild * scale)):
            found.tried += 1
            try:
                if not self.satisfied(point):
                    continue
                found.satisfying += 1
                truth = self.judged(point)
            except TooLargeError:
                continue
            if truth is None:
                found.undefined += 1
                if side := self._one_sided(point):
                    found.one_sided = found.one_sided or f"{where(point)}: {side}"
                    lost.append(point)
                continue
            found.judged += 1
            if truth:
                found.witness = found.witness or point
            elif self.confirmed(point):
                found.found = self.counterexample(self.shrunk(point))
                return found
        found.lost = self._stretch(lost)
        return found

    def _stretch(self, lost: list[Point]) -> Counterexample | None:
        """Return the first of the points with one side alone, if random points are among them."""
        arrays = any(domain.is_array for domain in self.reading.domains.values())
        if arrays or self.functions or self.reading.objects or self.reading.asserted is not None:
            return None
        near = [p for p in lost if all(abs(self.number(v)) <= NEAR for v in p.values.values())]
        if sum(point.drawn for point in near) < SOME:
            return None
        point, evaluator = near[0], self.evaluator(near[0])
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
        if self.slow or self.reading.within is not None or self.functions:
            return None
        self.again = MANY
        for point in itertools.islice(self.points(FEW, 2), 2 * FEW):
            try:
                told = self.satisfied(point) and self.judged(point, MANY) is False
                if told and self.confirmed(point):
                    return self.counterexample(point)
            except TooLargeError:
                continue
        return None

    def far(self) -> Counterexample | None:
        """Return a counterexample far out, or in larger arrays, as near as it is found, or None."""
        if self.slow or self.functions:
            return None
        for name, point in self._far_points():
            try:
                if self.refutes(point):
                    return self.counterexample(self._nearer(point, name))
            except (TooLargeError, MathsError):
                continue
        return None

    def _far_points(self) -> Iterator[tuple[str, Point]]:
        """Yield points at which one letter is large, and few points of larger arrays."""
        for size in LARGER:
            sizes = dict.fromkeys(self.sizes, size)
            try:
                yield from (("", point) for point in self.nice_points(sizes, FEW) if sizes)
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

    def _nearer(self, point: Point, name: str) -> Point:
        """Return the nearest counterexample of a letter that is whole, by halves of the way."""
        if not name or not self.reading.domains[name].is_integer:
            return point
        near, far = NEAREST, int(point.values[name])
        while far - near > 1:
            middle = Point({**point.values, name: Fraction((near + far) // 2)})
            if admits(self.reading, name, middle.values[name]) and self.refutes(middle):
                point, far = middle, (near + far) // 2
            else:
                near = (near + far) // 2
        return point

    def same_number(self) -> bool:
        """Return whether both sides of a claim without letters are one number, exactly."""
        goal = self.reading.goal
        if not isinstance(goal, Relation) or len(goal.operands) != 2:
            return self.judged(Point({})) is True
        evaluator = self.evaluator(Point({}), MANY)
        try:
            sides = [evaluator.value(side) for side in goal.operands]
        except UndefinedError:
            return False
        if all(map(exact, sides)) or "≈" in goal.signs or self.reading.within is not None:
            return True
        if not evaluator.same(*sides):
            return True  # they differ, and every further digit would say so
        from sims.claims.singular import meet

        return meet(goal, self.reading, {})

    def every_point(self) -> Iterator[Point]:
        """Yield every point of finite domains."""
        names = self.names
        values = [
            (True, False) if self.reading.domains[name].kind == "boolean"
            else tuple(self.reading.ends[name].all())
            for name in names
        ]  # fmt: skip
        for chosen in itertools.product(*values):
            yield Point(dict(zip(names, chosen, strict=True)))

    def survey_for_witness(self) -> Survey:
        """Look for a point where the claim holds, and stop at the first."""
        found = Survey()
        finite = finite_cases(self.reading) is not None
        for point in self.every_point() if finite else self.points(3000, 300):
            found.tried += 1
            try:
                if not self.satisfied(point):
                    continue
                truth = self.judged(point)
            except TooLargeError:
                continue
            found.judged += truth is not None
            if truth and self.judged(point, self.again):
                found.witness = point
                break
        return found

    def _one_sided(self, point: Point) -> str:
        """Return which side of an equation is not defined at a point, where the other is."""
        goal = with_functions(self.reading.goal, point.functions)
        if not (isinstance(goal, Relation) and goal.signs == ("=",)):
            return ""
        sides = []
        for side in goal.operands:
            try:
                self.evaluator(point).value(side)
                sides.append(True)
            except (TooLargeError, MathsError):
                return ""
            except UndefinedError:
                sides.append(False)
        if sides[0] == sides[1]:
            return ""
        return f"the {'right' if sides[0] else 'left'} side is not defined"

    # The simplest counterexample.

    def shrunk(self, point: Point) -> Point:
        """Return a counterexample with the simplest values that still refute the claim."""
        sizes = {name: int(point.values[name]) for name in self.sizes}
        for _ in range(3):
            before = point
            for name in self.names:
                point = self._simpler(point, name, sizes)
            if point == before:
                break
        return point if self.slow else self._simplest(point)

    def _simplest(self, point: Point) -> Point:
        """Return the counterexample of least cost among the candidates, as far as visits go."""
        quick = Search(self.reading, Budget(SIMPLEST_SECONDS, SIMPLEST_VISITS))
        try:
            for sizes in sorted(self.shapes(), key=lambda one: sum(one.values())):
                point = self._cheaper(point, sizes, quick)
        except BudgetError:
            pass
        return point

    def _cheaper(self, point: Point, sizes: Mapping[str, int], quick: "Search") -> Point:
        """Return a cheaper counterexample of some sizes, or the one there was."""
        choices: dict[str, list[tuple[float, Any]]] = {}
        for name in self.names:
            domain = self.reading.domains[name]
            try:
                shape = self.shape(domain, sizes)
            except UndefinedError:
                return point
            now = point.values[name]
            few = list(candidates(domain, shape, self.reading.ends.get(name), now))
            few += [now] if not isinstance(now, Matrix) or now.shape == (*shape, 1)[:2] else []
            few = [value for value in dict.fromkeys(few) if admits(self.reading, name, value)]
            choices[name] = sorted(
                ((self._cost(name, value), value) for value in few), key=lambda pair: pair[0]
            )
        for name, kind in self.reading.objects.items():
            if isinstance(kind, AnyProcess):
                some = processes(kind)
                choices[f"{name}\0"] = sorted(((cost(p), p) for p in some), key=lambda c: c[0])
        lists = {name: known_functions(d.kind, arity) for name, d, arity in self.functions}
        for name, some_functions in lists.items():
            choices[f"{name}("] = [(0.5 * k, one) for k, one in enumerate(some_functions)]
        fixed = {name: Fraction(size) for name, size in sizes.items()}

        def made(values: Mapping[str, Any]) -> Point:
            functions = {name: values[f"{name}("] for name in lists}
            kept = {name: value for name, value in values.items() if name[-1] != "("}
            return Point({**fixed, **kept}, functions)

        def refutes(values: Mapping[str, Any]) -> bool:
            try:
                return quick.refutes(made(values))
            except (UndefinedError, MathsError):
                return False

        found = cheapest(choices, self._total_cost(point, lists), refutes, SIMPLEST_POINTS)
        return point if found is None else made(found)

    def _cost(self, name: str, value: Any) -> float:
        """Return the cost of a value; of a law's own parameter 0 and 1 are no fair one."""
        domain = self.reading.domains.get(name)
        given = self.reading.statement
        degenerate = (
            bool(given.draw)
            and name not in given.variables
            and domain is not None
            and domain.kind in ("nonnegative", "probability", "interval")
        )
        return cost(value, domain, degenerate=degenerate)

    def _total_cost(self, point: Point, lists: Mapping[str, list[Definition]]) -> float:
        total = sum(
            cost(value) if name.endswith("\0") else self._cost(name, value)
            for name, value in point.values.items()
            if name not in self.sizes
        )
        return total + sum(
            0.5 * one.index(point.functions[name]) if point.functions[name] in one else 9.0
            for name, one in lists.items()
        )

    def _simpler(self, point: Point, name: str, sizes: Mapping[str, int]) -> Point:
        domain = self.reading.domains[name]
        choices = nice(domain, self.shape(domain, sizes), self.reading.ends.get(name))
        now = point.values[name]
        for value in itertools.chain(choices, rounder(now)):
            if value == now or (
                isinstance(value, Matrix) and isinstance(now, Matrix) and value.rows == now.rows
            ):
                return point
            if not admits(self.reading, name, value):
                continue
            moved = Point({**point.values, name: value}, point.functions)
            try:
                if self.refutes(moved):
                    return moved
            except (UndefinedError, MathsError):
                continue
        return point

    def counterexample(self, point: Point) -> Counterexample:
        """Return a counterexample in words, with both sides."""
        goal = with_functions(self.reading.goal, point.functions)
        relation = self._failing(goal, point)
        place = where(point, self._kept(point))
        if relation is None:
            why = self._why_false(goal, point)
            rough = not all(map(exact, point.values.values()))
            how = f"to {self.again} digits" if rough else "exactly"
            return Counterexample(point, f"{place}: {why}" if place else why, how=how)
        evaluator = self.evaluator(point, self.again)
        values = [evaluator.value(side) for side in relation.operands]
        left, right = told_apart(values[0], values[1])
        sign = relation.signs[0]
        if sign in ("<", ">", "!=") and evaluator.same(*values):
            left = right  # rounding alone tells them apart
        words = (
            f"{left} against {right}" if sign in ("=", "≈") else f"{left} {sign} {right} is false"
        )
        how = f"to {self.again} digits"
        if all(map(exact, values)):
            how = "exactly"
        elif refuted(relation, point.values):
            how = "in interval arithmetic"
        return Counterexample(point, f"{place}: {words}" if place else words, left, right, how)

    def _why_false(self, node: Node, point: Point) -> str:
        """Return which part of a statement is false at a point, and which of two is true."""
        evaluator = self.evaluator(point)
        if isinstance(node, Logic) and node.connective == "implies":
            return self._why_false(node.operands[1], point)
        if isinstance(node, Logic) and node.connective == "and":
            wrong = [part for part in node.operands if evaluator.holds(part) is False]
            return self._why_false(wrong[0], point) if wrong else f"{text(node)} is false"
        if isinstance(node, Logic) and node.connective == "iff":
            truths = [(text(part), evaluator.holds(part)) for part in node.operands]
            return ", ".join(f"{words} is {shown(truth)}" for words, truth in truths)
        return f"{text(node)} is false"

    def _kept(self, point: Point) -> list[str]:
        """Return the names that matter at a point: of sizes only those without an array.

        A parameter that the claim does not write, and on which nothing depends, is left out.
        """
        arrays = [n for n in self.names if isinstance(point.values.get(n), Matrix)]
        return [
            n
            for n in point.values
            if (n not in self.sizes or not arrays or n in free_names(self.reading.goal))
            and not self._idle(n, point)
        ]

    def _idle(self, name: str, point: Point) -> bool:
        """Return whether a parameter that the claim does not write changes neither side."""
        asserted = self.reading.said or self.reading.asserted
        if not self.reading.statement.draw or asserted is None or name in free_names(asserted):
            return False
        relation = self._failing(self.reading.goal, point)
        if relation is None or name not in self.names:
            return False
        sides, seen = set(), 0
        domain = self.reading.domains[name]
        for value in (point.values[name], *nice(domain, (), self.reading.ends.get(name))[:4]):
            moved = Point({**point.values, name: value}, point.functions)
            if not self.satisfied(moved):
                continue
            seen += 1
            try:
                sides.add(str([self.evaluator(moved).value(side) for side in relation.operands]))
            except UndefinedError:
                return False
        return len(sides) == 1 and seen > 2

    def _failing(self, node: Node, point: Point) -> Relation | None:
        """Return the relation inside a statement that makes it false, if one does."""
        evaluator = self.evaluator(point, self.again)
        if isinstance(node, Relation):
            pairs = zip(node.signs, node.operands, node.operands[1:], strict=False)
            for sign, left, right in pairs:
                link = Relation((left, right), (sign,))
                if sign != "in" and evaluator.holds(link) is False:
                    return link
            return None
        if isinstance(node, Logic) and node.connective in ("and", "implies"):
            parts = node.operands if node.connective == "and" else node.operands[1:]
            for part in parts:
                if evaluator.holds(part) is False:
                    return self._failing(part, point)
        return None


def _numbers(goal: Node, budget: Budget) -> list[Any]:
    """Return the values of the parts of a statement that have no letters, and their negatives."""
    evaluator = ClaimEvaluator({}, budget)
    found: list[Any] = []
    for part in goal.walk():
        if isinstance(part, Relation | Logic | Definition) or _all_names(part) or len(found) >= 12:
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


def _slow(node: Node) -> bool:
    """Return whether a part is evaluated by quadrature or as a sum without end."""
    return isinstance(node, Big) and (node.kind == "int" or node.high == Constant("inf"))


def _gap(evaluator: ClaimEvaluator, left: Any, right: Any) -> Any:
    """Return how far apart two numbers or arrays are, None for other values."""
    if isinstance(left, Matrix) and isinstance(right, Matrix) and len(left) == len(right):
        gaps = [_gap(evaluator, a, b) for a, b in zip(left, right, strict=True)]
        return None if None in gaps else max(gaps)
    if isinstance(left, Matrix | bool) or isinstance(right, Matrix | bool):
        return None
    gap = abs(evaluator.computed(left) - evaluator.computed(right))
    return gap if evaluator.ctx.isfinite(gap) else None


def _all_names(node: Node) -> set[str]:
    return {part.name for part in node.walk() if isinstance(part, Name)}


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
