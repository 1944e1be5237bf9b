"""Absolute values that are written as roots of squares, put as what they are over the reals.

`sqrt(u^2)` bends where u changes its sign, as `abs(u)` does: so written it is seen.
"""

from collections.abc import Mapping
from fractions import Fraction

from sims.maths.evaluation.symbols import MATRICES, VECTORS
from sims.maths.syntax.tree import Call, Collection, Index, Mul, Name, Node, Number, Power, rational


def with_absolutes(node: Node, domains: Mapping[str, str]) -> Node:
    """Return a tree of reals with `sqrt(u^2)`, `(u^2)^p`, `log(u^2)`, `norm([u])` told."""
    told = node.map(lambda child: with_absolutes(child, domains))
    return _told(told) if _is_number(told, domains) else told


def _is_number(node: Node, domains: Mapping[str, str]) -> bool:
    """Return whether no vector or matrix stands in a tree but for single entries of one."""
    if isinstance(node, Index):
        return True
    if isinstance(node, Name):
        return domains.get(node.name, "") not in (*VECTORS, *MATRICES)
    return all(_is_number(child, domains) for child in node.children)


def _told(node: Node) -> Node:
    if isinstance(node, Call) and node.function == "sqrt":
        base, times = _even(node.arguments[0])
        return node if base is None else _raised(Call("abs", (base,)), times / 2)
    if isinstance(node, Power) and isinstance(node.base, Power):
        base, times = _even(node.base)
        whole = isinstance(node.exponent, Number) and node.exponent.value.denominator == 1
        if base is not None and not whole:
            return Power(Call("abs", (base,)), Mul((rational(times), node.exponent)))
    if isinstance(node, Call) and node.function == "log" and len(node.arguments) == 1:
        base, times = _even(node.arguments[0])
        if base is not None:
            return Mul((rational(times), Call("log", (Call("abs", (base,)),))))
    if isinstance(node, Call) and node.function == "norm" and len(node.arguments) == 1:
        (inner,) = node.arguments
        if isinstance(inner, Collection) and inner.kind == "list" and len(inner.items) == 1:
            return Call("abs", inner.items)
    return node


def _even(node: Node) -> tuple[Node | None, Fraction]:
    """Return the base of an even power and its exponent; None for other trees."""
    if isinstance(node, Power) and isinstance(node.exponent, Number):
        times = node.exponent.value
        if times.denominator == 1 and times % 2 == 0 and times:
            return node.base, times
    if isinstance(node, Mul) and len(node.factors) == 2 and node.factors[0] == node.factors[1]:
        return node.factors[0], Fraction(2)
    return None, Fraction(0)


def _raised(base: Node, times: Fraction) -> Node:
    return base if times == 1 else Power(base, rational(times))
