"""Small arithmetic on trees, with numbers put together."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sims.maths.syntax.tree import Add, Divide, Mul, Node, Number, Power, Unary, integer, rational

if TYPE_CHECKING:
    pass

ONE, ZERO, TWO = Number("1"), Number("0"), Number("2")


def constant(node: Node) -> Fraction | None:
    """Return the number that a tree is, None for any other."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Unary) and node.sign == "-":
        inner = constant(node.operand)
        return None if inner is None else -inner

    if isinstance(node, Divide):
        top, bottom = constant(node.numerator), constant(node.denominator)
        return top / bottom if top is not None and bottom else None
    return None


def product(*factors: Node) -> Node:
    """Return a product, numbers multiplied."""
    scale, rest = Fraction(1), []
    for factor in factors:
        value = constant(factor)
        if value is not None:
            scale *= value
        else:
            rest.append(factor)
    if scale == 0 or not rest:
        return rational(scale)
    if scale != 1:
        rest.insert(0, rational(scale))

    return rest[0] if len(rest) == 1 else Mul(tuple(rest))


def total(terms: Sequence[Node]) -> Node:
    """Return a sum, numbers added."""
    number, rest = Fraction(0), []
    for term in terms:
        value = constant(term)
        if value is not None:
            number += value
        else:
            rest.append(term)
    if number or not rest:
        rest.append(rational(number))
    return rest[0] if len(rest) == 1 else Add(tuple(rest))


def minus(left: Node, right: Node) -> Node:
    """Return a difference."""
    return total((left, product(Unary("-", Number("1")), right)))


def raised(base: Node, power: int) -> Node:
    """Return a whole power."""
    value = constant(base)
    if value is not None:
        return rational(value**power)

    return base if power == 1 else Power(base, integer(power))


def as_node(value: Any) -> Node:
    """Return a value of an outcome as a tree."""
    return value if isinstance(value, Node) else rational(Fraction(value))


def whole(node: Node) -> int | None:
    """Return the whole number that a tree is, None for any other."""
    sign = 1
    if isinstance(node, Unary) and node.sign == "-":
        sign, node = -1, node.operand
    if isinstance(node, Number) and node.value.denominator == 1:
        return sign * node.value.numerator
    return None
