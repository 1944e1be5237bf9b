"""Signs of a smooth expression in one real letter by every place where it is level.

Between two of these places, and towards the ends, it rises or falls, so that it is at least 0 where
it is so at them and at the ends of the interval.
"""

from typing import Any

import sympy

from sims.claims.one_variable import Interval

SMOOTH = (sympy.exp, sympy.log, sympy.sinh, sympy.cosh, sympy.tanh, sympy.atan)
MOST_DEGREE = 12


def at_extrema(gap: Any, x: Any, inside: Interval, strict: bool) -> str:
    """Return the rule by which an expression is at least (or above) 0, or nothing."""
    if inside.low >= 0:
        t = sympy.Symbol(f"{x}", positive=True)
    elif inside.high <= 0:
        t = sympy.Symbol(f"{x}", negative=True)
    else:
        t = sympy.Symbol(f"{x}", real=True)
    gap = gap.subs(x, t)
    if not _is_smooth(gap, t):
        return ""
    level = _level(gap, t)
    if level is None:
        return ""
    places = sorted({p for p in level if inside.low < p < inside.high}, key=float)
    for place in places:
        if not _has_sign(sympy.simplify(gap.subs(t, place)), strict):
            return ""
    ends = ((inside.low, "+", inside.closed[0]), (inside.high, "-", inside.closed[1]))
    for end, side, closed in ends:
        least = sympy.limit(gap, t, end, side)
        if least.is_extended_nonnegative is not True or (closed and strict and least == 0):
            return ""
    told = ", ".join(map(str, places)) or "nowhere"
    return f"its values at the ends and where it is level, at {told}"


def _has_sign(value: Any, strict: bool) -> bool:
    return (value.is_positive if strict else value.is_nonnegative) is True


def _is_smooth(gap: Any, t: Any) -> bool:
    """Return whether an expression has a derivative wherever its letter may be."""
    bottom = sympy.fraction(sympy.together(gap))[1]
    if not _never_zero(bottom) or gap.atoms(sympy.Function) - gap.atoms(*SMOOTH):
        return False
    roots = [p for p in gap.atoms(sympy.Pow) if p.exp.is_Integer is not True and p.base != sympy.E]
    inner = [p.base for p in roots] + [p.args[0] for p in gap.atoms(sympy.log)]
    return all(one.is_positive is True for one in inner)


def _never_zero(value: Any) -> bool:
    value = sympy.factor(value)
    return value.is_positive is True or value.is_negative is True


def _level(gap: Any, t: Any) -> list[Any] | None:
    """Return every place where the slope of an expression is 0, None where that is not known."""
    slope = sympy.factor(sympy.simplify(sympy.diff(gap, t)))
    if slope == 0:
        return []
    top, bottom = sympy.fraction(sympy.together(slope))
    if not _never_zero(bottom):
        return None
    found: list[Any] = []
    for factor in sympy.Mul.make_args(sympy.factor(top)):
        base = factor.base if factor.is_Pow and factor.exp.is_Integer else factor
        if _never_zero(base) or not base.has(t):
            continue
        if base.is_polynomial(t):
            polynomial = sympy.Poly(base, t)
            if polynomial.degree() > MOST_DEGREE or not all(
                c.is_Rational for c in polynomial.all_coeffs()
            ):
                return None
            found += polynomial.real_roots()
        elif _never_zero(sympy.diff(base, t)):  # it rises or falls, so that it is 0 once at most
            roots = [root for root in sympy.solve(base, t) if root.is_real is True]
            if len(roots) != 1:
                return None
            found += roots
        else:
            return None
    return found
