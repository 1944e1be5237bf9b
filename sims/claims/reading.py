"""A claim that was read: what is asserted, of what, and what may be asked of its trees."""

from collections.abc import Collection as Names_
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from sims.claims.domains import Domain, Ends
from sims.claims.evidence import Evidence
from sims.claims.statement import ClaimError, Statement
from sims.claims.vocabulary import PREDICATES
from sims.maths.comparison.tolerance import Tolerance
from sims.maths.evaluation.differentiate import differentiated
from sims.maths.limits import Budget
from sims.maths.syntax.names import Names
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Definition,
    Derivative,
    Logic,
    Name,
    Node,
    Relation,
    Unary,
    bound_names,
    free_names,
    substitute,
)


@dataclass(frozen=True)
class Recurrence:
    """A sequence or a function of whole numbers by its start and its step.

    `starts` maps whole numbers to values; `step` is the value at `variable` (a tree in which
    the name is called at smaller arguments), `shift` what is to be added to reach it: 1 for
    `x[t+1] = …`.
    """

    name: str
    starts: Mapping[int, Node]
    variable: str = ""
    shift: int = 0
    step: Node | None = None


@dataclass(frozen=True)
class Draw:
    """Random variables that are drawn together: their names and the law as it was written."""

    names: tuple[str, ...]
    law: str
    place: tuple[str, int]


@dataclass
class Reading:
    """A claim that was read: what is asserted, and of what."""

    statement: Statement
    goal: Node
    domains: dict[str, Domain]
    ends: dict[str, Ends] = field(default_factory=dict)
    conditions: list[Node] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)
    objects: dict[str, Any] = field(default_factory=dict)
    recurrences: dict[str, Recurrence] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    within: Tolerance | None = None
    upto: int | None = None
    conventions: list[str] = field(default_factory=list)
    shipped: list[str] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    said: Node | None = None
    """The statement before its definitions were put in."""
    asserted: Node | None = None
    """The statement as it was read, where `goal` is what became of it."""

    def with_goal(self, goal: Node, conditions: Sequence[Node] | None = None) -> "Reading":
        """Return the reading with another statement, and other conditions where they are given."""
        kept = self.conditions if conditions is None else list(conditions)
        return replace(self, goal=goal, conditions=kept, conventions=list(self.conventions))

    def arrays_in(self, node: Node) -> dict[str, Domain]:
        """Return the vectors and matrices that a tree is of, by their names."""
        used = free_names(node)
        return {n: domain for n, domain in self.domains.items() if domain.is_array and n in used}

    def says(self, text: str) -> None:
        """Take note of a convention, once."""
        if text not in self.conventions:
            self.conventions.append(text)


def ordered(goal: Relation) -> tuple[Node, Node, bool]:
    """Return the lower side of an inequality, the higher one, and whether it is strict."""
    sign = goal.signs[0]
    low, high = goal.operands if sign in ("<", "<=") else goal.operands[::-1]
    return low, high, sign in ("<", ">")


def under_premises(reading: Reading) -> Reading:
    """Return the reading of what stands after `=>`, what stands before it being a condition."""
    goal, given = reading.goal, list(reading.conditions)
    while isinstance(goal, Logic) and goal.connective == "implies":
        given += conjuncts(goal.operands[0])
        goal = goal.operands[1]
    return reading if goal is reading.goal else reading.with_goal(goal, given)


def premises(goal: Node) -> list[Node]:
    """Return the premises of a statement: where none is ever met, it says nothing."""
    if not isinstance(goal, Logic):
        return []
    if goal.connective == "implies":
        return [goal.operands[0]]
    if goal.connective == "iff":
        return [Logic("or", goal.operands)]
    if goal.connective in ("and", "or"):
        return [premise for part in goal.operands for premise in premises(part)]
    return []


def conjuncts(node: Node) -> list[Node]:
    """Return the parts of a statement joined by `and`, chains of relations taken apart."""
    if isinstance(node, Logic) and node.connective == "and":
        return [part for operand in node.operands for part in conjuncts(operand)]
    if isinstance(node, Relation) and len(node.signs) > 1:
        return [
            Relation((left, right), (sign,))
            for sign, left, right in zip(node.signs, node.operands, node.operands[1:], strict=False)
        ]
    return [node]


def is_statement(node: Node) -> bool:
    """Return whether a tree is a relation, a predicate or a connective of them."""
    if isinstance(node, Relation | Logic):
        return True
    if isinstance(node, Unary):
        return node.sign == "not" and is_statement(node.operand)
    if isinstance(node, Call):
        return node.function in PREDICATES and node.function not in ("law", "rank", "nullity")
    return False


def open_names(node: Node) -> set[str]:
    """Return the free names of a tree; `lim` and the orders of growth bind theirs."""
    if (
        isinstance(node, Call)
        and node.function in BINDERS
        and len(node.arguments) >= 2
        and isinstance(node.arguments[1], Name)
    ):
        inner = open_names(node.arguments[0]) - {node.arguments[1].name}
        return inner.union(*map(open_names, node.arguments[2:]))
    if isinstance(node, Call) and node.function in ("bigO", "bigTheta", "bigOmega", "smallo"):
        bound = (
            node.arguments[2].name
            if len(node.arguments) > 2 and isinstance(node.arguments[2], Name)
            else "n"
        )
        return set().union(*map(open_names, node.arguments[:2])) - {bound}
    if not node.children or isinstance(node, Name) or _binds(node):
        return free_names(node)
    return set().union(*map(open_names, node.children))


def _binds(node: Node) -> bool:
    return bool(bound_names(node)) and type(node).__name__ in ("Big", "Definition")


BINDERS = ("lim", "root", "argmax", "argmin", "roots")
"""Functions whose second argument is a name that they bind in the first."""


def applied(definition: Definition, arguments: Sequence[Node]) -> Node:
    """Return the body of a definition at some arguments; bound names never catch free ones.

    Raises ClaimError where a derivative would catch one, and no rule writes it out.
    """
    values = dict(zip(definition.parameters, arguments, strict=True))
    return substitute(_opened(definition.body, values), values)


def _opened(node: Node, values: Mapping[str, Node]) -> Node:
    """Return a tree into which values may be put: what it binds has names of its own."""
    node = node.map(lambda child: _opened(child, values))
    taken = set(values).union(*map(free_names, values.values()))
    if isinstance(node, Big) and node.variable in taken and node.variable not in values:
        name = _fresh(node.variable, taken, node)
        own: dict[str, Node] = {node.variable: Name(name)}
        where = node.where and substitute(node.where, own)
        return replace(node, body=substitute(node.body, own), variable=name, where=where)
    if isinstance(node, Call) and node.function in BINDERS and len(node.arguments) > 1:
        body, bound, *rest = node.arguments
        if isinstance(bound, Name) and bound.name in taken:
            fresh = Name(_fresh(bound.name, taken, node))
            body = substitute(body, {bound.name: fresh})
            return replace(node, arguments=(body, fresh, *rest))
    if isinstance(node, Derivative) and isinstance(node.variable, Name):
        return _opened_derivative(node, node.variable.name, values)
    return node


def _fresh(name: str, taken: set[str], node: Node) -> str:
    """Return a name made of a bound one that stands nowhere else."""
    name += "''"
    while name in taken or name in free_names(node):
        name += "'"
    return name


def _opened_derivative(node: Derivative, name: str, values: Mapping[str, Node]) -> Node:
    """Return a derivative as it is where values may be put into it, else worked out."""
    inside = free_names(node.body)
    put = {n: value for n, value in values.items() if n in inside}
    at = put.pop(name, Name(name))
    others: set[str] = set().union(*map(free_names, put.values()))
    if isinstance(at, Name):
        alone = at.name == name or at.name not in inside - set(put)
        if alone and at.name not in others:
            return node
    body: Node | None = node.body
    for _ in range(node.order):
        body = None if body is None else differentiated(body, name)
    if body is None and (put or isinstance(at, Name)):
        raise ClaimError(
            f"a value is put into the derivative by {name}, and {name} stands in it as well; "
            "give it another letter",
            ("let", 0),
        )
    return node if body is None else body


def congruence(node: Node) -> Node:
    """Return `a = b mod n` as the congruence that it says: `(a - b) mod n = 0`."""
    if isinstance(node, Relation) and set(node.signs) <= {"=", "!="}:
        *others, last = node.operands
        found = _without_mod(last)
        if found is not None and not any(
            isinstance(part, Call) and part.function == "mod"
            for side in others
            for part in side.walk()
        ):
            side, base = found
            return Relation(tuple(Call("mod", (one, base)) for one in (*others, side)), node.signs)
        return node
    return node.map(congruence) if isinstance(node, Logic | Unary) else node


def _without_mod(node: Node) -> tuple[Node, Node] | None:
    """Return `a` and `n` of `a mod n` at the end of a side, such as `-1 mod n`."""
    if isinstance(node, Call) and node.function == "mod":
        return node.arguments[0], node.arguments[1]
    if isinstance(node, Unary) and node.sign == "-":
        found = _without_mod(node.operand)
        return None if found is None else (Unary("-", found[0]), found[1])
    if isinstance(node, Add):
        found = _without_mod(node.terms[-1])
        return None if found is None else (Add((*node.terms[:-1], found[0])), found[1])
    return None


class Settle(Protocol):
    """Decides a claim that a decider made of another one.

    `derived` says that its meaning was looked at before it was made, and is not looked at again.
    """

    def __call__(self, reading: Reading, budget: Budget, *, derived: bool = False) -> Evidence:
        """Return the evidence of the first route that answers."""


def calls(node: Node, functions: Names_[str]) -> bool:
    """Return whether a tree calls one of some functions."""
    return any(isinstance(part, Call) and part.function in functions for part in node.walk())
