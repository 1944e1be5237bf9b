"""Answers that are a little wrong on purpose: a check that accepts one of them decides nothing."""

from collections.abc import Iterator

from cards.variants.expression import number
from sims.maths.syntax.tree import (
    Add,
    Collection,
    Interval,
    Logic,
    Mul,
    Node,
    Number,
    Relation,
    Unary,
)

LARGE = 10.0
_MORE = Number("1.1")


def perturbed(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield wrong answers near `node`, each with its name: `+1`, `×1.1`, `−`.

    A number of 10 or more is not tried with `+1`, which its tolerance may well cover, and zero
    with nothing else. A relation, list, set or interval is changed in one part, a logical statement
    is negated. Nothing is yielded for what has no part that could be changed.
    """
    if isinstance(node, Relation):
        for name, last in perturbed(node.operands[-1]):
            if name == "+1":
                yield name, Relation((*node.operands[:-1], last), node.signs)
    elif isinstance(node, Collection):
        for name, first in perturbed(node.items[0]) if node.items else ():
            yield name, Collection(node.kind, (first, *node.items[1:]))
    elif isinstance(node, Interval):
        yield "+1", Interval(_plus_one(node.low), _plus_one(node.high), *_ends(node))
    elif isinstance(node, Logic):
        yield "not", Unary("not", node)
    else:
        value = number(node, 12)
        if value is None or abs(float(value)) < LARGE:
            yield "+1", _plus_one(node)
        if value != "0":
            yield "×1.1", Mul((_MORE, node))
            yield "−", Unary("-", node)


def _plus_one(node: Node) -> Node:
    return Add((node, Number("1")))


def _ends(node: Interval) -> tuple[bool, bool]:
    return node.closed_low, node.closed_high
