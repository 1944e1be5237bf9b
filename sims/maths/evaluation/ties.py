"""Ties: the equations between letters that an expression asks for, as `delta(i, j)` does.

Few points lie on an equation, so what else is asked for there is seldom met: with one letter
written as the other, every point lies on it.
"""

from collections.abc import Mapping

from sims.maths.evaluation.symbols import INTEGERS, runs
from sims.maths.syntax.tree import (
    ONE,
    Add,
    Call,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Unary,
    bound_names,
    free_names,
    rewrite,
    substitute,
)

Tie = tuple[str, Node]
"""A letter and what it is equal to."""


def equations(nodes: tuple[Node, ...]) -> list[Call | Relation]:
    """Return the equations between several letters that trees ask for, also with `!=`."""
    bound = set().union(*map(bound_names, nodes))
    return [
        part
        for node in nodes
        for part in node.walk()
        if (isinstance(part, Call) and part.function == "delta" and len(part.arguments) == 2)
        or (isinstance(part, Relation) and part.signs in (("=",), ("!=",)))
        if len(free_names(part)) > 1 and not bound & free_names(part)
    ]


def tie(equation: Call | Relation, domains: Mapping[str, str]) -> Tie | None:
    """Return an equation solved for one of its letters, None where that is not plain."""
    left, right = equation.children
    sides = [(left, right), (right, left)]
    for one, other in sides[:]:  # x + y = z
        for at, term in enumerate(one.terms if isinstance(one, Add) else ()):
            rest = [Unary("-", each) for k, each in enumerate(one.children) if k != at]
            sides.append((term, Add((other, *rest))))
    for one, other in sides:
        if isinstance(one, Name) and _may_be(one.name, other, domains):
            return one.name, other
    return None


def _may_be(name: str, other: Node, domains: Mapping[str, str]) -> bool:
    """Return whether all values of an expression lie in the domain of a letter."""
    domain, names = domains.get(name, ""), free_names(other)
    if not runs(domain) or not names or name in names or not names <= {*domains}:
        return False
    wider = {"real": {"real", *INTEGERS}, "integer": {*INTEGERS}}.get(domain, {domain})
    if not {domains[each] for each in names} <= wider:
        return False
    return isinstance(other, Name) or (domain in ("real", *INTEGERS) and all(
        isinstance(part, Name | Add | Mul)
        or (isinstance(part, Power) and isinstance(part.exponent, Number))
        or (isinstance(part, Number) and part.value.denominator == 1)
        or (isinstance(part, Unary) and part.sign == "-" and domain in ("real", "integer"))
        for part in other.walk()
    ))  # fmt: skip


def tied(node: Node, name: str, other: Node) -> Node:
    """Return a tree with a letter written as what it is equal to, without what then cannot be."""
    return rewrite(substitute(node, {name: other}), _settled)


def _settled(node: Node) -> Node:
    if isinstance(node, Call) and node.function == "delta" and len({*node.arguments}) == 1:
        return ONE
    if isinstance(node, Call) and node.function in ("max", "min") and len(node.arguments) > 1:
        first, *rest = dict.fromkeys(node.arguments)
        return Call(node.function, (first, *rest)) if rest else first
    if not isinstance(node, Piecewise):
        return node
    values: list[Node] = []
    conditions: list[Node] = []
    for value, condition in zip(node.values, node.conditions, strict=True):
        truth = _truth(condition)
        if truth is True:
            return Piecewise((*values,), (*conditions,), value) if values else value
        if truth is None:
            values.append(value)
            conditions.append(condition)
    if not values and node.otherwise is not None:
        return node.otherwise
    return Piecewise((*values,), (*conditions,), node.otherwise) if values else node


def _truth(condition: Node) -> bool | None:
    """Return whether a condition holds that compares what is written alike; None if it may."""
    if isinstance(condition, Relation):
        if len({*condition.operands}) > 1:
            return None
        return {*condition.signs} <= {"=", "<=", ">="}
    if isinstance(condition, Logic) and condition.connective in ("and", "or"):
        ends = condition.connective == "or"
        truths = {_truth(part) for part in condition.operands}
        return ends if ends in truths else None if None in truths else not ends
    return None
