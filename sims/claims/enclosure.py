"""Values enclosed in intervals: what they show of two sides is certain, whatever was rounded."""

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

from mpmath import iv

from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.syntax.tree import (
    Add,
    Call,
    Constant,
    Divide,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    Unary,
)

DIGITS = 50
FUNCTIONS: dict[str, Any] = {
    "exp": iv.exp,
    "log": iv.log,
    "sqrt": iv.sqrt,
    "sin": iv.sin,
    "cos": iv.cos,
    "tan": lambda x: iv.sin(x) / iv.cos(x),
    "sinh": lambda x: (iv.exp(x) - iv.exp(-x)) / 2,
    "cosh": lambda x: (iv.exp(x) + iv.exp(-x)) / 2,
    "tanh": lambda x: 1 - 2 / (iv.exp(2 * x) + 1),
    "sigmoid": lambda x: 1 / (1 + iv.exp(-x)),
    "softplus": lambda x: iv.log(1 + iv.exp(x)),
    "log2": lambda x: iv.log(x) / iv.log(2),
    "log10": lambda x: iv.log(x) / iv.log(10),
    "abs": abs,
}


def refuted(relation: Relation, values: Mapping[str, Any]) -> bool:
    """Return whether intervals show that a relation is false at a point; no says nothing."""
    outer, iv.dps = iv.dps, DIGITS
    try:
        left, right = (_enclosed(side, values) for side in relation.operands)
        gap = left - right
        low, high = gap.a, gap.b
    except (UndefinedError, ArithmeticError, ValueError, TypeError):
        return False
    finally:
        iv.dps = outer
    return {
        "=": bool(low > 0 or high < 0),
        "<": bool(low >= 0),
        "<=": bool(low > 0),
        ">": bool(high <= 0),
        ">=": bool(high < 0),
    }.get(relation.signs[0], False)


def _number(value: Any) -> Any:
    if isinstance(value, Fraction):
        return iv.mpf(value.numerator) / value.denominator
    if hasattr(value, "_mpf_"):
        return iv.mpf(value)
    if isinstance(value, Node):
        return _enclosed(value, {})
    raise UndefinedError("only numbers are enclosed")


def _enclosed(node: Node, values: Mapping[str, Any]) -> Any:
    if isinstance(node, Number):
        return _number(node.value)
    if isinstance(node, Constant) and node.name in ("pi", "e"):
        return iv.pi if node.name == "pi" else iv.exp(iv.mpf(1))
    if isinstance(node, Name) and node.name in values:
        return _number(values[node.name])
    if isinstance(node, Add | Mul):
        parts = [_enclosed(part, values) for part in node.children]
        return reduce(lambda a, b: a + b if isinstance(node, Add) else a * b, parts)
    if isinstance(node, Divide):
        bottom = _enclosed(node.denominator, values)
        if bottom.a <= 0 <= bottom.b:
            raise UndefinedError("the denominator may be 0")
        return _enclosed(node.numerator, values) / bottom
    if isinstance(node, Power):
        return _power(node, values)
    if isinstance(node, Unary) and node.sign in ("-", "+"):
        inner = _enclosed(node.operand, values)
        return -inner if node.sign == "-" else inner
    if isinstance(node, Call) and len(node.arguments) == 1 and node.function in FUNCTIONS:
        inner = _enclosed(node.arguments[0], values)
        if node.function in ("log", "log2", "log10") and not inner.a > 0:
            raise UndefinedError("the logarithm may not be defined")
        if node.function == "sqrt" and not inner.a >= 0:
            raise UndefinedError("the root may not be defined")
        return FUNCTIONS[node.function](inner)
    raise UndefinedError("no enclosure for this")


def _power(node: Power, values: Mapping[str, Any]) -> Any:
    base, exponent = _enclosed(node.base, values), node.exponent
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        return base ** int(exponent.value)
    if not base.a > 0:
        raise UndefinedError("a power of what may not be above 0")
    return iv.exp(iv.log(base) * _enclosed(exponent, values))
