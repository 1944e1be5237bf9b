"""Expressions of a card: values put in, worked out, and shown as numbers."""

from collections.abc import Mapping
from decimal import Context, Decimal
from functools import lru_cache
from numbers import Real
from typing import Any

from sims.maths import MathsError, from_tex, to_tex
from sims.maths.comparison import units
from sims.maths.evaluation.evaluator import Evaluator, context
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.names import Names
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tree import Node, Number, free_names, substitute

DIGITS = 30
"""Decimal digits that values are computed with."""

SECONDS = 0.2
"""Processor time that one expression may take, unless a budget is shared with others."""

FIGURES = 6
"""Significant figures that an answer is shown with."""


def read(text: str, variables: Mapping[str, str], values: Mapping[str, Node] | None = None) -> Node:
    """Return an author's text as a tree, with `values` in place of names. Raises MathsError.

    It is in the maths language or in LaTeX, with or without delimiters. A longer word that is not
    declared is one name, as it is when answers are compared with it.
    """
    names = dict(values or {})
    return substitute(
        _tree(text, tuple({**variables, **dict.fromkeys(names, "real")}.items())), names
    )


@lru_cache(maxsize=1024)
def _tree(text: str, variables: tuple[tuple[str, str], ...]) -> Node:
    """Return a text as a tree; a card draws again and again from the same few texts."""
    return parse_named(from_tex(text, dict(variables)), Names(dict(variables), lenient=True))


def unknown(node: Node) -> list[str]:
    """Return the names in an expression that have no value, sorted."""
    return sorted(free_names(node))


def holds(relation: Node, budget: Budget | None = None) -> bool:
    """Whether a relation without unknown names holds; where it is undefined it does not.

    Raises MathsError for anything but a relation, or when it takes too long to compute.
    """
    try:
        result = _value(relation, budget)
    except UndefinedError:
        return False
    if not isinstance(result, bool):
        raise MathsError("this is neither true nor false: write a relation such as a > b")
    return result


def _value(node: Node, budget: Budget | None) -> Any:
    """Return the value of a tree, real if it can be. Raises UndefinedError or MathsError."""
    budget = budget or Budget(SECONDS)
    try:
        try:
            return Evaluator(context(DIGITS), {}, budget).value(node)
        except UndefinedError:
            return Evaluator(context(DIGITS), {}, budget, real=False).value(node)
    except BudgetError:
        raise MathsError("this takes too long to compute") from None


def measured(node: Node, variables: Mapping[str, str]) -> tuple[Node, str]:
    """Return an expression as a number and its unit, which is empty when it has none."""
    try:
        split = units.quantity(node) if free_names(node) else None
    except MathsError:
        split = None
    if split is None or split.number is None or any(name in variables for name, _ in split.written):
        return node, ""
    return split.number, units.unit_text(split.written)


def number(node: Node, figures: int, budget: Budget | None = None) -> str | None:
    """Return the real value of an expression to so many significant figures, else None."""
    from mpmath import isfinite, nstr

    if unknown(node):
        return None
    try:
        value = _value(node, budget)
    except (MathsError, UndefinedError):
        return None
    if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(value):
        return None
    rounded = Context(prec=figures).create_decimal(nstr(value, figures + 6)).normalize()
    return f"{rounded:f}" if -7 <= rounded.adjusted() < 15 else f"{rounded:e}"


def shown(node: Node, variables: Mapping[str, str]) -> str:
    """Return an answer as Markdown: the formula, its value where it has one, and its unit."""
    node, unit = measured(node, variables)
    tex, value, after = to_tex(node), number(node, FIGURES), f" {unit}" if unit else ""
    if value is None or isinstance(node, Number):
        return f"${tex}${after}"
    exact = number(node, FIGURES + 6) == value
    mantissa, _, exponent = value.partition("e")
    decimal = rf"{mantissa} \cdot 10^{{{Decimal(exponent)}}}" if exponent else value
    sign = "=" if exact else r"\approx"
    return f"${tex} {sign} {decimal}${after}"
