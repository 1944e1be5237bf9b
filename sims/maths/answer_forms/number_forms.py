"""How a number, or the solution of an equation, is written."""

from fractions import Fraction
from typing import TYPE_CHECKING

from sims.maths.comparison.finding import RIGHT, Finding
from sims.maths.comparison.numbers import typed
from sims.maths.syntax.tree import Divide, Mul, Name, Node, Number, Relation, Unary, free_names

if TYPE_CHECKING:
    from sims.maths.comparison.case import Case


def decimal(case: "Case") -> Finding:
    """Accept a numeral, with a sign or in per cent."""
    node = unsigned(case.answer)
    if isinstance(node, Number) or (isinstance(node, Unary) and node.sign == "%"):
        return RIGHT
    return _not("Write it as a decimal number, such as 0.25.")


def fraction(case: "Case") -> Finding:
    """Accept a whole number, or a fraction of two."""
    node = unsigned(case.answer)
    parts = (node.numerator, node.denominator) if isinstance(node, Divide) else (node,)
    if all(isinstance(part, Number) and part.text.isdecimal() for part in parts):
        return RIGHT
    return _not("Write it as a fraction of whole numbers, such as 1/4.")


def scientific(case: "Case") -> Finding:
    """Accept one digit other than 0 before the point, times a power of ten."""
    node = unsigned(case.answer)
    known = typed(node)
    if isinstance(node, Number):
        mantissa, _, exponent = node.text.lower().partition("e")
        good = bool(exponent) and 1 <= Fraction(mantissa.rstrip(".")) < 10
    else:
        first = node.factors[0] if isinstance(node, Mul) else None
        value = typed(first) if first is not None else None
        good = known is not None and value is not None and 1 <= abs(value.value) < 10
    if good or (known is not None and known.value == 0):
        return RIGHT
    return _not("Write it with one digit before the point, times a power of ten: 2.5e-4.")


def solved(case: "Case", written: Node, name: str) -> Finding:
    """Accept ``name = …`` where the right side does not have the name."""
    if isinstance(written, Relation) and len(written.operands) == 2 and written.signs == ("=",):
        left, right = written.operands
        if left == Name(name) and name not in free_names(right):
            return RIGHT
    return _not(f"Write it as {name} = …, without {name} on the right.")


def unsigned(node: Node) -> Node:
    """Return a node without the signs in front."""
    while isinstance(node, Unary) and node.sign in ("-", "+"):
        node = node.operand
    return node


def _not(message: str) -> Finding:
    return Finding("different", "wrong-form", message=message)
