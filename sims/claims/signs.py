"""Signs of expressions on the domains of a claim: between roots, by slopes, on boxes."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import sympy

from sims.claims.algebra import range_of
from sims.claims.extrema import at_extrema
from sims.claims.nonnegative import is_signed, nonnegative
from sims.claims.one_variable import Interval, never_negative, poles_inside
from sims.claims.reading import Reading


def sign_on(reading: Reading) -> Callable[[Any, bool], bool]:
    """Return a test of whether an expression is at least (or above) 0 on the domains of a claim."""
    return lambda gap, strict: bool(rule_for(reading, sympy.sympify(gap), strict))


def rule_for(reading: Reading, gap: Any, strict: bool) -> str | None:
    """Return the rule by which an expression is at least (or above) 0 on the domains of a claim."""
    return (
        nonnegative(gap, strict=strict)
        or _one_variable(reading, gap, strict)
        or _boxed(reading, gap, strict)
    )


def _one_variable(reading: Reading, gap: Any, strict: bool) -> str | None:
    """Prove an inequality in one real variable on its domain."""
    names = list(gap.free_symbols)
    if len(names) != 1 or names[0].is_integer or names[0].is_real is not True:
        return None
    x = names[0]
    low, high, closed = range_of(reading, str(x))
    top, bottom = sympy.fraction(sympy.together(gap))
    if top.is_polynomial(x) and bottom.is_polynomial(x):
        if _rational_sign(top * bottom, x, low, high, closed, strict):
            return "signs between the roots of a polynomial, counted exactly"
        return None
    whole = not poles_inside(gap, x, low, high)
    return (
        (_convex(gap, x, low, high, strict) if whole else None)
        or (_monotone(gap, x, low, high, strict) if whole else None)
        or at_extrema(gap, x, Interval(low, high, closed), strict)
        or _by_slopes(reading, gap, x, Interval(low, high, closed), strict)
    )


def _by_slopes(reading: Reading, gap: Any, x: Any, inside: Interval, strict: bool) -> str | None:
    """Prove a gap that grows from an end where it is not negative, its slope likewise."""

    def rule(expression: Any, t: Any, low: Any, high: Any, above: bool) -> bool:
        if _sign_on(expression, t, low, high, above):
            return True
        return not above and bool(waves(reading, expression, above))

    if never_negative(gap, x, inside, strict, rule):
        return "slopes: it grows from an end where it is not negative"
    return None


def _rational_sign(
    product: Any, x: Any, low: Any, high: Any, closed: tuple[bool, bool], strict: bool
) -> bool:
    """Return whether a polynomial is nonnegative (or positive) on an interval, exactly."""
    polynomial = sympy.Poly(product, x)
    lead = sympy.sympify(polynomial.LC())
    if lead.is_positive or lead.is_negative:
        scale = 1 if lead.is_positive else -1
        polynomial = sympy.Poly(
            [scale * sympy.cancel(c / lead) for c in polynomial.all_coeffs()], x
        )
    if not all(c.is_Rational for c in polynomial.all_coeffs()):
        return False
    if polynomial.degree() > 40:
        return False
    roots = sorted({root for root in polynomial.real_roots() if low <= root <= high})
    if strict:
        for root in roots:
            inside = low < root < high
            at_end = (root == low and closed[0]) or (root == high and closed[1])
            if inside or at_end:
                return False
    marks = [low, *roots, high]
    for a, b in pairwise(marks):
        if a == b:
            continue
        middle = _between(a, b)
        if polynomial.eval(middle) < 0:
            return False
    return True


def _between(a: Any, b: Any) -> Any:
    if a == -sympy.oo and b == sympy.oo:
        return sympy.Integer(0)
    if a == -sympy.oo:
        return sympy.floor(b) - 1
    if b == sympy.oo:
        return sympy.ceiling(a) + 1
    middle = (a + b) / 2
    if middle.is_Rational:
        return middle
    digits = 15
    while digits < 200:
        rational = sympy.Rational(str(sympy.N(middle, digits)))
        if a < rational < b:
            return rational
        digits *= 2
    raise ValueError("two roots are too near")


def _symbol_on(x: Any, low: Any, high: Any) -> Any:
    if low != -sympy.oo and low >= 0:
        return sympy.Symbol("x", positive=True)
    if high != sympy.oo and high <= 0:
        return sympy.Symbol("x", negative=True)
    return sympy.Symbol("x", real=True)


def _convex(gap: Any, x: Any, low: Any, high: Any, strict: bool) -> str | None:
    """Prove a convex function's gap by its smallest value, at a stationary point."""
    t = _symbol_on(x, low, high)
    gap = gap.subs(x, t)
    second = sympy.factor(sympy.simplify(sympy.diff(gap, t, 2)))
    if not (
        second.is_nonnegative is True
        or sympy.simplify(second).is_nonnegative is True
        or _sign_on(second, t, low, high)
    ):
        return None
    first = sympy.diff(gap, t)
    for point in sympy.solve(first, t):
        if point.is_real and low <= point <= high:
            least = sympy.simplify(gap.subs(t, point))
            if (least.is_positive if strict else least.is_nonnegative) is True:
                return f"convexity: smallest at {point}, where it is {least}"
    return None


def _sign_on(expression: Any, t: Any, low: Any, high: Any, strict: bool = False) -> bool:
    """Return whether a rational function is at least (or above) 0 inside an interval."""
    top, bottom = sympy.fraction(sympy.together(expression))
    if not (top.is_polynomial(t) and bottom.is_polynomial(t)):
        return False
    return _rational_sign(top * bottom, t, low, high, (False, False), strict)


def _monotone(gap: Any, x: Any, low: Any, high: Any, strict: bool) -> str | None:
    """Prove a gap that grows from its least value at the low end, or falls to it at the high."""
    t = _symbol_on(x, low, high)
    gap = gap.subs(x, t)
    slope = sympy.factor(sympy.simplify(sympy.diff(gap, t)))
    for end, direction, side in ((low, slope, "+"), (high, -slope, "-")):
        if end in (sympy.oo, -sympy.oo):
            continue
        if direction.is_nonnegative is not True and not _sign_on(direction, t, low, high):
            continue
        least = sympy.limit(gap, t, end, side)
        if least.is_nonnegative is True and (not strict or least.is_positive is True):
            return f"monotony: smallest at {end}, where it is {least}"
    return None


def _boxed(reading: Reading, gap: Any, strict: bool) -> str | None:
    """Prove an inequality on a box by letters from 0 on: `x = l + (h - l)/(1 + t)`.

    Then the signs of the terms are looked at. Closed ends follow by continuity, so that nothing
    strict is said of them.
    """
    top, bottom = sympy.fraction(sympy.together(gap))
    names = sorted(gap.free_symbols, key=str)
    if not (names and top.is_polynomial(*names) and bottom.is_polynomial(*names)):
        return None
    put, bounded = {}, False
    for name in names:
        low, high, closed = range_of(reading, str(name))
        if low == -sympy.oo or (strict and any(closed)):
            return None
        t = sympy.Symbol(f"t_{name}", positive=True)
        put[name] = low + t if high == sympy.oo else low + (high - low) / (1 + t)
        bounded = bounded or high != sympy.oo
    if not bounded or any(name.is_integer for name in names):
        return None
    moved = sympy.factor(sympy.together(gap.subs(put, simultaneous=True)))
    above, below = (sympy.expand(part) for part in sympy.fraction(moved))
    if is_signed(above, strict) and is_signed(below, True):
        return "signs of the terms, in letters that run from 0 on"
    return None


MOST_WAVES = 4


def waves(reading: Reading, gap: Any, strict: bool) -> str | None:
    """Prove a gap that is of first degree in sines and cosines by their ends, -1 and 1.

    Where only squares of one stand there, the ends are those of the square, 0 and 1.
    """
    waves = sorted(gap.atoms(sympy.sin, sympy.cos), key=str)
    if not 0 < len(waves) <= MOST_WAVES or not all(wave.args[0].is_real for wave in waves):
        return None
    corners = [sympy.expand(gap)]
    for wave in waves:
        put, square = sympy.Dummy(real=True), sympy.Dummy(real=True)
        moved = [corner.xreplace({wave: put}) for corner in corners]
        if not all(one.is_polynomial(put) for one in moved):
            return None
        ends = (-1, 1)
        if all(sympy.degree(one, put) in (0, 2) and one.coeff(put, 1) == 0 for one in moved):
            moved = [one.coeff(put, 0) + one.coeff(put, 2) * square for one in moved]
            put, ends = square, (0, 1)
        if any(one.coeff(put, 2) != 0 or sympy.degree(one, put) > 1 for one in moved):
            return None
        corners = [sympy.expand(one.subs(put, end)) for one in moved for end in ends]
    if all(rule_for(reading, corner, strict) for corner in corners):
        return "sines and cosines at their ends"
    return None
