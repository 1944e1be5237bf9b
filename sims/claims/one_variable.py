"""Signs of an expression in one real letter on an interval: by its form, its slope, or halves.

An expression is at least 0 if it is at an end and grows from there; its slope is looked at in the
same way, a few times over. Absolute values are both of their signs, and where the interval has 0
inside it is taken in two halves.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import sympy

from sims.maths.comparison.algebra import NO_ALGEBRA

DEPTH = 4
BENT = (
    sympy.Abs, sympy.Max, sympy.Min, sympy.floor, sympy.ceiling, sympy.sign, sympy.Piecewise,
    sympy.Heaviside, sympy.Mod,
)  # fmt: skip
"""Functions that are not analytic."""
Rule = Callable[[Any, Any, Any, Any, bool], bool]
"""Says whether an expression in x is at least (or above) 0 between two ends, by another way."""


class Interval:
    """An interval of the reals, and whether its ends belong to it."""

    def __init__(self, low: Any, high: Any, closed: tuple[bool, bool]) -> None:
        self.low, self.high, self.closed = low, high, closed

    def pieces(self, cuts: list[Any]) -> Iterator[tuple[list[tuple[Any, int]], Any]]:
        """Yield the parts between cuts: the finite ends to start from, and the length."""
        inner = sorted((c for c in cuts if self.low < c < self.high), key=float)
        for low, high in pairwise([self.low, *inner, self.high]):
            starts = [(low, 1)] * (low != -sympy.oo) + [(high, -1)] * (high != sympy.oo)
            yield starts, high - low


def never_negative(gap: Any, x: Any, inside: Interval, strict: bool, rule: Rule) -> bool:
    """Return whether an expression is at least (or above) 0 on an interval."""
    try:
        if not _ends_fit(gap, x, inside, strict):
            return False
        return any(_on_pieces(gap, x, inside, cuts, strict, rule) for cuts in _cuts(gap, x))
    except (*NO_ALGEBRA, NotImplementedError):
        return False


def _cuts(gap: Any, x: Any) -> Iterator[list[Any]]:
    """Yield the places at which an interval is cut: 0, then where the expression is level."""
    yield [sympy.Integer(0)]
    if gap.has(sympy.Abs, sympy.Max, sympy.Min):
        return
    top = sympy.numer(sympy.together(gap))
    level = [c for c in sympy.solve(sympy.diff(top, x), x) if c.is_real is True]
    if level and level != [0]:
        yield level


def _on_pieces(
    gap: Any, x: Any, inside: Interval, cuts: list[Any], strict: bool, rule: Rule
) -> bool:
    """Return whether an expression has its sign on each part of an interval, and at the cuts."""
    s = sympy.Symbol(f"{x}", positive=True)
    for cut in cuts:
        if inside.low < cut < inside.high:
            value = sympy.simplify(gap.subs(x, cut))
            if (value.is_positive if strict else value.is_nonnegative) is not True:
                return False
    return all(
        any(_holds(gap.subs(x, a + way * s), s, size, strict, rule, DEPTH) for a, way in starts)
        for starts, size in inside.pieces(cuts)
    )


def _ends_fit(gap: Any, x: Any, inside: Interval, strict: bool) -> bool:
    """Return whether the expression has its sign at the ends that belong to the interval."""
    for end, closed in zip((inside.low, inside.high), inside.closed, strict=True):
        if closed:
            value = sympy.simplify(gap.subs(x, end))
            if (value.is_positive if strict else value.is_nonnegative) is not True:
                return False
    return True


def _holds(gap: Any, s: Any, size: Any, strict: bool, rule: Rule, depth: int) -> bool:
    """Return whether an expression is at least (or above) 0 for s between 0 and a size."""
    if _seen(gap, strict):
        return True
    bent = sorted(gap.atoms(sympy.Abs), key=str)
    if bent:
        return _unbent(gap, bent[0], s, size, strict, rule, depth)
    top, bottom = sympy.fraction(sympy.together(gap))
    if bottom.is_positive is True:
        gap = sympy.expand(top)
    elif bottom.is_negative is True:
        gap = sympy.expand(-top)
    rational = gap.is_rational_function(s)
    if _seen(gap, strict) or (rational and _seen_moved(gap, s, size, strict)):
        return True
    if rule(gap, s, sympy.Integer(0), size, strict):
        return True
    if depth > 0 and _climbs(gap, s, size, strict, rule, depth):
        return True
    return not rational and _seen_moved(gap, s, size, strict)


POLED = (sympy.tan, sympy.sec, sympy.cot, sympy.csc)
"""Functions with poles, of which sympy does not say that they are real elsewhere."""


def _seen(gap: Any, strict: bool) -> bool:
    """Return whether the sign of an expression is seen, wherever it has a value."""
    for poled in gap.atoms(*POLED):
        gap = gap.subs(poled, sympy.Dummy(real=True))
    for form in (gap, sympy.factor(gap)):
        if (form.is_positive if strict else form.is_nonnegative) is True:
            return True
    return False


def _seen_moved(gap: Any, s: Any, size: Any, strict: bool) -> bool:
    """Return whether the sign is seen in a letter that runs from 0 on without end."""
    if size == sympy.oo:
        return False
    r = sympy.Symbol("\0r", positive=True)
    return _seen(sympy.factor(sympy.simplify(gap.subs(s, size * r / (1 + r)))), strict)


def _unbent(gap: Any, bent: Any, s: Any, size: Any, strict: bool, rule: Rule, depth: int) -> bool:
    """Return the sign of an expression with |u| by those with u and -u in its place."""
    u, mark = bent.args[0], sympy.Dummy(real=True)
    marked = gap.subs(bent, mark)
    slope = sympy.diff(marked, mark)
    if slope.has(mark):
        return False
    both = [marked.subs(mark, sign * u) for sign in (1, -1)]
    signs = (_holds(one, s, size, strict, rule, depth) for one in both)
    if slope.is_nonpositive is True:
        return all(signs)
    return slope.is_nonnegative is True and any(signs)


def _climbs(gap: Any, s: Any, size: Any, strict: bool, rule: Rule, depth: int) -> bool:
    """Return whether an expression grows from an end where it is not negative.

    An analytic one that grows and is nowhere level on a stretch is above 0 inside.
    """
    if _may_have_pole(gap, s, size):
        return False
    slope = sympy.factor(sympy.diff(gap, s))
    smooth = slope != 0 and not gap.has(*BENT)
    for end, direction, side in ((sympy.Integer(0), slope, "+"), (size, -slope, "-")):
        least = sympy.limit(gap, s, end, side)
        if least.is_extended_nonnegative is not True:
            continue
        if _holds(direction, s, size, strict and not smooth, rule, depth - 1):
            return True
    return False


def _may_have_pole(gap: Any, s: Any, size: Any) -> bool:
    """Return whether an expression may be endless somewhere between 0 and a size."""
    for poled in gap.atoms(*POLED):
        early = poled.args[0] == s and size <= sympy.pi / 2
        if not (early and isinstance(poled, sympy.tan | sympy.sec)):
            return True
    bottom = sympy.fraction(sympy.together(gap))[1]
    for factor in sympy.Mul.make_args(sympy.factor(bottom)):
        base = factor.base if factor.is_Pow else factor
        if base.is_positive is True or base.is_negative is True:
            continue
        if not (base.is_polynomial(s) and base.free_symbols <= {s}):
            return True
        roots = sympy.Poly(base, s).real_roots() if base.has(s) else []
        if any(0 < root < size for root in roots):
            return True
    return False


def poles_inside(gap: Any, x: Any, low: Any, high: Any) -> bool:
    """Return whether an expression may be endless somewhere inside of an interval."""
    s = sympy.Symbol(f"{x}", positive=True)
    if low != -sympy.oo:
        return _may_have_pole(gap.subs(x, low + s), s, high - low)
    if high != sympy.oo:
        return _may_have_pole(gap.subs(x, high - s), s, sympy.oo)
    bottom = sympy.fraction(sympy.together(gap))[1]
    halves = (_may_have_pole(gap.subs(x, sign * s), s, sympy.oo) for sign in (1, -1))
    return bottom.subs(x, 0) == 0 or any(halves)
