"""The switches of expressions, the branches that points took of them, and those left to take.

Points that agree say nothing of a branch that none of them took. A switch is a node that takes
one of several branches (`abs`, `min`, a condition) or can be silent (a product that is 0).
Each value of an evaluation tells which branch it took; what was never taken is looked for, or
shown to be out of reach, before two expressions count as equal.
"""

from collections.abc import Mapping
from typing import Any

from sims.maths.evaluation.branches import BOUNDED, LIVE, SIGNED, STEPPED, Seen
from sims.maths.evaluation.ranges import Range, Ranges
from sims.maths.evaluation.ties import equations
from sims.maths.syntax.tree import (
    ONE,
    Add,
    Big,
    Call,
    Derivative,
    Divide,
    Interval,
    Mul,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Unary,
    bound_names,
    difference,
    free_names,
)

HALF = Divide(ONE, Number("2"))
_SIDES = frozenset({-1, 1})


class Switches:
    """The switches of some trees, and the branches of each that evaluations have taken."""

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self.nodes = nodes  # kept, so that no other node takes the identity of one of theirs
        self.wanted: dict[int, tuple[Node, frozenset[Any]]] = {}
        for node in nodes:
            self._collect(node)
        self.equations = {id(part): part for part in equations(nodes)}
        self.seen: Seen = {key: set() for key in (*self.wanted, *self.equations)}

    def _collect(self, node: Node, bounded: bool = False) -> None:
        """Take up a node and what is in it; `bounded` by a function, a pole is a jump."""
        if isinstance(node, Derivative | Interval):
            return  # carried out by rule, on trees of its own
        branches = _branches(node) or (_SIDES if bounded and _has_pole(node) else frozenset())
        bounded = isinstance(node, Call) and (node.function in BOUNDED or (
            bounded and node.function not in SIGNED))  # fmt: skip
        if branches and (free_names(node) or bound_names(node)):
            self.wanted[id(node)] = (node, branches)
        inner = node.children
        if isinstance(node, Piecewise):  # a condition is asked only where none before it holds
            conditions = [part for each in node.conditions for part in _operands(each)]
            inner = (*node.values, *conditions, *((node.otherwise,) if node.otherwise else ()))
        for child in inner:
            self._collect(child, bounded)

    def met(self, seen: Seen) -> set[int]:
        """Return the equations that hold where these branches were taken."""
        return {
            key
            for key, part in self.equations.items()
            if (isinstance(part, Call) or part.signs == ("=",)) in seen.get(key, ())
        }

    def unseen(self) -> list[tuple[Node, frozenset[Any]]]:
        """Return each switch with a branch that was never taken, and those branches."""
        return [
            (node, branches - self.seen[key])
            for key, (node, branches) in self.wanted.items()
            if not branches <= self.seen[key]
        ]

    def within_reach(self, domains: Mapping[str, str]) -> list[Node]:
        """Return the switches with an unseen branch that bounds do not exclude."""
        ranges = Ranges(domains)
        found = []
        for node, branches in self.unseen():
            known = _possible(node, ranges, _bound_ranges(self.nodes, ranges))
            if known is None or branches & known:
                found.append(node)
        return found


def _operands(condition: Node) -> tuple[Node, ...]:
    """Return the expressions that a condition compares."""
    if isinstance(condition, Relation):
        return condition.operands
    return tuple(part for child in condition.children for part in _operands(child))


def _branches(node: Node) -> frozenset[Any]:
    """Return the branches that a node can take; none for a node that is no switch."""
    if isinstance(node, Call):
        if node.function in SIGNED:
            return frozenset({-1, 1})
        if node.function in ("max", "min") and len(node.arguments) > 1:
            return frozenset(range(len(node.arguments)))
        if node.function == "clip":
            return frozenset({0, 1, 2})
        if node.function in STEPPED:
            return frozenset({"one", "two"})
        if node.function == "binomial":
            return frozenset({LIVE})
    if isinstance(node, Piecewise):
        return frozenset(range(len(node.values) + (node.otherwise is not None)))
    if isinstance(node, Relation) or (isinstance(node, Call) and node.function == "delta"):
        return frozenset({True, False})
    if isinstance(node, Mul) and not any(_is_zero(factor) for factor in node.factors):
        return frozenset({LIVE})
    if isinstance(node, Big) and node.kind == "prod":
        return frozenset({LIVE})
    return frozenset()


def _has_pole(node: Node) -> bool:
    """Return whether a node is a quotient, or a power that is one."""
    if isinstance(node, Divide):
        return not isinstance(node.denominator, Number)
    if not isinstance(node, Power) or not isinstance(node.exponent, Unary):
        return False
    return node.exponent.sign == "-"


def _is_zero(node: Node) -> bool:
    return isinstance(node, Number) and node.value == 0


def differences(node: Node) -> list[Node]:
    """Return expressions whose zeros part the branches of a switch."""
    if isinstance(node, Divide | Power):
        return [node.denominator if isinstance(node, Divide) else node.base]
    if isinstance(node, Call):
        first, *rest = node.arguments
        if node.function in SIGNED:
            return [first]
        if node.function in ("max", "min"):
            return [difference(first, other) for other in rest]
        if node.function == "clip":
            return [difference(first, other) for other in rest]
        if node.function in ("mod", "binomial"):
            return [difference(first, rest[0])]
        if node.function == "round":
            return [difference(first, HALF), Add((first, HALF))]
        if node.function in STEPPED:
            return [first, difference(first, ONE)]
    parts = node.conditions if isinstance(node, Piecewise) else (node,)
    return [
        difference(left, right)
        for part in parts
        for relation in part.walk()
        if isinstance(relation, Relation)
        for left, right in zip(relation.operands, relation.operands[1:], strict=False)
    ]


def _bound_ranges(nodes: tuple[Node, ...], ranges: Ranges) -> dict[str, Range]:
    """Return the ranges of bound variables, where each name is bound once."""
    found: dict[str, Range] = {}
    for node in nodes:
        for part in node.walk():
            if isinstance(part, Big):
                low = Range(1, 1) if part.low is None else ranges.of(part.low, {})
                high = ranges.of(part.high, {}) if part.high is not None else Range()
                here = Range(low.low, high.high)
                before = found.get(part.variable, here)
                found[part.variable] = Range(min(before.low, here.low), max(before.high, here.high))
    return found


def _possible(node: Node, ranges: Ranges, bound: Mapping[str, Range]) -> set[Any] | None:
    """Return the branches that the ranges of the symbols allow; None where all may be."""

    def of(part: Node) -> Range:
        return ranges.of(part, bound)

    if isinstance(node, Divide | Power) or (isinstance(node, Call) and node.function in SIGNED):
        argument = of(node.children[-1] if isinstance(node, Divide) else node.children[0])
        return {1} if argument.low >= 0 else {-1} if argument.high <= 0 else None
    if isinstance(node, Call) and node.function in ("max", "min"):
        each = [of(argument) for argument in node.arguments]
        if node.function == "min":
            each = [Range(-one.high, -one.low) for one in each]
        best = max(one.low for one in each)
        return {k for k, one in enumerate(each) if one.high > best or one.low == best}
    if isinstance(node, Call) and node.function in ("floor", "ceil", "round"):
        argument = of(node.arguments[0])
        return {"one"} if argument.high - argument.low <= 1 else None
    if isinstance(node, Relation) and len(node.signs) == 1:
        gap = of(difference(*node.operands))
        return _truths(node.signs[0], gap)
    if isinstance(node, Piecewise):
        possible: set[Any] = set()
        for place, condition in enumerate(node.conditions):
            truths = _possible(condition, ranges, bound)
            if truths is None or True in truths:
                possible.add(place)
            if truths == {True}:
                return possible
        return possible | {len(node.values)}
    return None


def _truths(sign: str, gap: Range) -> set[Any] | None:
    if sign in ("<", "<="):
        gap = Range(-gap.high, -gap.low)
    if sign in ("<", ">", "<=", ">="):
        if gap.low > 0 or (gap.low == 0 and sign in ("<=", ">=")):
            return {True}
        if gap.high < 0 or (gap.high == 0 and sign in ("<", ">")):
            return {False}
    return None
