"""How a number, or the solution of an equation, is written."""

import re
from typing import TYPE_CHECKING

from sims.maths.comparison.finding import RIGHT, Finding
from sims.maths.comparison.numbers import typed
from sims.maths.syntax.tree import Divide, Mul, Name, Node, Number, Relation, Unary, free_names

if TYPE_CHECKING:
    from sims.maths.comparison.case import Case


_ONE_DIGIT = re.compile(r"[1-9](?:\.\d*)?")


def decimal(case: "Case") -> Finding:
    """Accept a numeral, with a sign or in per cent."""
    node = _once_unsigned(case.answer)
    if isinstance(node, Unary) and node.sign == "%":
        node = _once_unsigned(node.operand)
    if isinstance(node, Number):
        return RIGHT
    return _not("Write it as a decimal number, such as 0.25.")


def fraction(case: "Case") -> Finding:
    """Accept a whole number, or a fraction of two."""
    node = unsigned(case.answer)
    parts = (node.numerator, node.denominator) if isinstance(node, Divide) else (node,)
    whole = (_once_unsigned(part) for part in parts)
    if all(isinstance(part, Number) and part.text.isdecimal() for part in whole):
        return RIGHT
    return _not("Write it as a fraction of whole numbers, such as 1/4.")


def scientific(case: "Case") -> Finding:
    """Accept one digit other than 0 before the point, times a power of ten."""
    node = _once_unsigned(case.answer)
    known = typed(node)
    if isinstance(node, Number):
        mantissa, _, exponent = node.text.lower().partition("e")
        good = bool(exponent) and _ONE_DIGIT.fullmatch(mantissa) is not None
    else:
        first = _once_unsigned(node.factors[0]) if isinstance(node, Mul) else None
        text = first.text if isinstance(first, Number) else ""
        good = known is not None and _ONE_DIGIT.fullmatch(text) is not None
    if good or (known is not None and known.value == 0):
        return RIGHT
    return _not("Write it with one digit before the point, times a power of ten: 2.5e-4.")


def solved(case: "Case", written: Node, name: str) -> Finding:
    """Accept `name = …` where the right side does not have the name."""
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


def _once_unsigned(node: Node) -> Node:
    """Return a node without one sign in front."""
    return node.operand if isinstance(node, Unary) and node.sign in ("-", "+") else node


def _not(message: str) -> Finding:
    return Finding("different", "wrong-form", message=message)
