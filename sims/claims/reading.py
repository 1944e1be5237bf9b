"""A claim that was read: what is asserted, of what, and what may be asked of its trees."""

from collections.abc import Collection as Names_
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from sims.claims.domains import Domain, Ends
from sims.claims.evidence import Evidence
from sims.claims.statement import Statement
from sims.claims.vocabulary import PREDICATES
from sims.maths.comparison.tolerance import Tolerance
from sims.maths.limits import Budget
from sims.maths.syntax.tokens import Names
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Definition,
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

    ``starts`` maps whole numbers to values; ``step`` is the value at ``variable`` (a tree in which
    the name is called at smaller arguments), ``shift`` what is to be added to reach it: 1 for
    ``x[t+1] = …``.
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
    """The statement as it was read, where ``goal`` is what became of it."""

    def with_goal(self, goal: Node, conditions: Sequence[Node] | None = None) -> "Reading":
        """Return the reading with another statement, and other conditions where they are given."""
        kept = self.conditions if conditions is None else list(conditions)
        return replace(self, goal=goal, conditions=kept, conventions=list(self.conventions))

    def says(self, text: str) -> None:
        """Take note of a convention, once."""
        if text not in self.conventions:
            self.conventions.append(text)


def conjuncts(node: Node) -> list[Node]:
    """Return the parts of a statement joined by ``and``, chains of relations taken apart."""
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
    """Return the free names of a tree; ``lim`` and the orders of growth bind theirs."""
    if (
        isinstance(node, Call)
        and node.function in ("lim", "root", "argmax", "argmin", "roots")
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


def applied(definition: Definition, arguments: Sequence[Node]) -> Node:
    """Return the body of a definition at some arguments; bound names never catch free ones."""
    body = definition.body
    taken = set().union(*map(free_names, arguments)) if arguments else set()
    clash = bound_names(body) & taken
    if clash:
        body = _renamed_bound(body, {name: f"{name}''" for name in clash})
    return substitute(body, dict(zip(definition.parameters, arguments, strict=True)))


def _renamed_bound(node: Node, names: Mapping[str, str]) -> Node:
    node = node.map(lambda child: _renamed_bound(child, names))
    if isinstance(node, Big) and node.variable in names:
        fresh = names[node.variable]
        return Big(
            node.kind,
            substitute(node.body, {node.variable: Name(fresh)}),
            fresh,
            node.low,
            node.high,
        )
    return node


def congruence(node: Node) -> Node:
    """Return ``a = b mod n`` as the congruence that it says: ``(a - b) mod n = 0``."""
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
    """Return ``a`` and ``n`` of ``a mod n`` at the end of a side, such as ``-1 mod n``."""
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

    ``derived`` says that its meaning was looked at before it was made, and is not looked at again.
    """

    def __call__(self, reading: Reading, budget: Budget, *, derived: bool = False) -> Evidence:
        """Return the evidence of the first route that answers."""


def calls(node: Node, functions: Names_[str]) -> bool:
    """Return whether a tree calls one of some functions."""
    return any(isinstance(part, Call) and part.function in functions for part in node.walk())
