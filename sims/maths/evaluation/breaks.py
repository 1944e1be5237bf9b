"""Where expressions bend or jump, or have an edge, and the constants at which they may."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from sims.maths.evaluation.branches import BENT
from sims.maths.syntax.tree import (
    Call,
    Interval,
    Logic,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    free_names,
)

if TYPE_CHECKING:
    from sims.maths.evaluation.arithmetic import Arithmetic

EDGED = frozenset(
    {"sqrt", "log", "log2", "log10", "root", "acosh", "asin", "acos", "atanh", "logit"}
)
MOST_CONSTANTS = 10
SIMPLE = 10**6  # the largest denominator of a simple fraction
SMALLEST = Fraction(1, 10**9)  # nearer to 0 a constant parts nothing that 0 does not


def constants(nodes: tuple[Node, ...], evaluator: "Arithmetic") -> list[Fraction]:
    """Return the real values of the parts without letters, where a tree bends or jumps."""
    found: set[Fraction] = set()
    for part in _closed(node for node in nodes):
        if isinstance(part, Number):
            found.add(part.value)
            continue
        value = evaluator.apart(part)
        if value is not None and abs(value) < 10**15 and (not value or abs(value) > SMALLEST):
            found.add(simplest(value))
    return sorted(found, key=lambda value: (value.denominator, abs(value)))[:MOST_CONSTANTS]


def simplest(value: Fraction, digits: int = 24) -> Fraction:
    """Return the simple fraction that a computed number is as far as its digits tell."""
    near = value.limit_denominator(SIMPLE)
    return near if abs(near - value) < max(1, abs(value)) / 10**digits else value


def _closed(nodes: Iterator[Node]) -> Iterator[Node]:
    """Yield the largest parts without letters, and the numerals in them."""
    for node in nodes:
        if isinstance(node, Number):
            yield node
        elif not isinstance(node, Relation | Logic) and not free_names(node):
            yield node
            yield from (part for part in node.walk() if isinstance(part, Number))
        else:
            yield from _closed(iter(node.children))


def bends(node: Node) -> bool:
    """Return whether a tree has corners or jumps."""
    return any(
        isinstance(part, Piecewise | Relation | Interval)
        or (isinstance(part, Call) and part.function in BENT)
        for part in node.walk()
    )


def has_edges(node: Node) -> bool:
    """Return whether a tree may have no value on one side of a point: logarithms, roots."""
    return any(
        (isinstance(part, Call) and part.function in EDGED)
        or (isinstance(part, Power) and not isinstance(part.exponent, Number))
        for part in node.walk()
    )
