"""Expressions of a card: values put in, worked out, and shown as numbers."""

from collections.abc import Mapping
from decimal import Context, Decimal
from numbers import Real

from sims.maths import MathsError, evaluate, parse, to_tex
from sims.maths.tree import Node, Number, free_names, substitute
from sims.maths.vocabulary import CONSTANTS

DIGITS = 30
"""Decimal digits that values are computed with."""


def read(text: str, names: Mapping[str, Node], variables: Mapping[str, str]) -> Node:
    """Return a text of the maths language with ``names`` replaced. Raises MathsError."""
    declared = {**variables, **dict.fromkeys(names, "real")}
    return substitute(parse(text, declared), dict(names))


def unknown(node: Node) -> list[str]:
    """Return the names in an expression that have no value, sorted."""
    return sorted(free_names(node) - CONSTANTS)


def holds(relation: Node) -> bool:
    """Return whether a relation without unknown names holds; where it is undefined it does not.

    Raises MathsError for anything but a relation.
    """
    try:
        result = evaluate(relation, {}, DIGITS)
    except MathsError:
        return False
    if not isinstance(result, bool):
        raise MathsError("this is neither true nor false: write a relation such as a > b")
    return result


def number(node: Node, figures: int) -> str | None:
    """Return the real value of an expression to so many significant figures, else None."""
    from mpmath import isfinite, nstr

    if unknown(node):
        return None
    try:
        value = evaluate(node, {}, DIGITS)
    except MathsError:
        return None
    if not isinstance(value, Real) or isinstance(value, bool) or not isfinite(value):
        return None
    rounded = Context(prec=figures).create_decimal(nstr(value, figures + 6)).normalize()
    return f"{rounded:f}" if -7 <= rounded.adjusted() < 15 else f"{rounded:e}"


def shown(node: Node, figures: int = 6) -> str:
    """Return an expression as Markdown: the formula, and its value where it has one."""
    tex, value = to_tex(node), number(node, figures)
    if value is None or isinstance(node, Number):
        return f"${tex}$"
    exact = number(node, figures + 6) == value
    mantissa, _, exponent = value.partition("e")
    decimal = rf"{mantissa} \cdot 10^{{{Decimal(exponent)}}}" if exponent else value
    sign = "=" if exact else r"\approx"
    return f"${tex} {sign} {decimal}$"
