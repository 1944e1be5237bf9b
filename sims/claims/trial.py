"""A trial: one claim judged at points, and what was seen there doubted before it is believed."""

from collections.abc import Sequence
from typing import Any

from sims.claims import domains as domain_words
from sims.claims.evaluator import ClaimEvaluator, exact
from sims.claims.point import Point, with_functions
from sims.claims.reading import Reading
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix, TooLargeError, UndefinedError
from sims.maths.limits import Budget
from sims.maths.syntax.tree import Big, Call, Constant, Logic, Name, Node, Relation

AGAIN, SLOW_AGAIN = 90, 36
"""Digits at which a counterexample is evaluated again; the fewer where an evaluation is slow."""
MANY = 400
"""Digits at which a claim that was not refuted is looked at once more."""
MOST_MEETINGS = 4
"""Points of one trial at which algebra is asked whether two sides are one number."""


class Trial:
    """Judges one reading at points of its domains."""

    def __init__(
        self, reading: Reading, budget: Budget, *, names: Sequence[str] | None = None
    ) -> None:
        self.reading = reading
        self.budget = budget
        nodes = [reading.goal, *reading.conditions]
        used = {
            part.function: len(part.arguments)
            for node in nodes
            for part in node.walk()
            if isinstance(part, Call)
        }
        self.meetings = 0
        self.functions = [
            (name, domain, used.get(name, 1))
            for name, domain in reading.domains.items()
            if domain.is_function and name in used
        ]
        wanted = set().union(*map(letters, nodes))
        self.sizes = sorted(domain_words.size_names(reading.domains) & set(reading.domains))
        self.names = list(names) if names is not None else [
            name
            for name, domain in reading.domains.items()
            if not domain.is_function and name not in self.sizes and name in wanted
        ]  # fmt: skip
        self.slow = any(_slow(part) for node in nodes for part in node.walk())
        self.again = SLOW_AGAIN if self.slow else AGAIN
        self.work = sum(1 for node in nodes for _ in node.walk()) * (150 if self.slow else 1)
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
        given = [with_functions(each, point.functions) for each in self.reading.conditions]
        return all(evaluator.holds(condition) is True for condition in given) and not any(
            self._only_nearly(condition, point) for condition in given
        )

    def _only_nearly(self, condition: Node, point: Point) -> bool:
        """Return whether an equation is met by rounding alone: exp(-200) is not 0."""
        if not (isinstance(condition, Relation) and condition.signs == ("=",)):
            return False
        gaps = []
        for digits in ((2 * self.again) // 3, self.again):
            evaluator = self.evaluator(point, digits)
            left, right = (evaluator.value(side) for side in condition.operands)
            if exact(left) and exact(right):
                return False
            gaps.append(_gap(evaluator, left, right))
        before, after = gaps
        return bool(before and after and abs(after - before) <= after / 1000)

    def judged(self, point: Point, digits: int = 40) -> bool | None:
        """Return the truth of the goal at a point, None where it is not defined."""
        try:
            goal = with_functions(self.reading.goal, point.functions)
            return self.evaluator(point, digits).holds(goal)
        except TooLargeError:
            return None

    def not_met(self, premises: list[Node], point: Point) -> list[Node]:
        """Return those of the premises that are not true at a point."""
        if not premises:
            return premises
        evaluator = self.evaluator(point)
        return [
            premise
            for premise in premises
            if evaluator.holds(with_functions(premise, point.functions)) is not True
        ]

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
        relation = self.failing(with_functions(self.reading.goal, point.functions), point)
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

    def one_sided(self, point: Point) -> str:
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

    def failing(self, node: Node, point: Point) -> Relation | None:
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
                    return self.failing(part, point)
        return None


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


def letters(node: Node) -> set[str]:
    """Return the names in a tree, bound ones too."""
    return {part.name for part in node.walk() if isinstance(part, Name)}
