"""Expressions that are at least 0 for all values of their letters, by their form.

Seen are the signs of terms and factors, and sums of squares. Where nothing is seen nothing is said.
"""

from collections.abc import Callable
from typing import Any

import sympy

from sims.maths.comparison.algebra import NO_ALGEBRA

MOST_TERMS = 60


def nonnegative(gap: Any, strict: bool = False) -> str | None:
    """Return the rule by which an expression is at least (or above) zero, or None."""
    gap = sympy.sympify(gap)
    if is_signed(gap, strict):
        return "signs of the terms"
    forms: tuple[Callable[[Any], Any], ...] = (
        sympy.factor,
        lambda g: sympy.factor(sympy.together(g)),
        _rooted,
        lambda g: sympy.factor(sympy.simplify(g)),
    )
    for form in forms:
        try:
            if is_signed(form(gap), strict):
                return "a factored form whose sign is seen"
        except NO_ALGEBRA:
            continue
    if not strict and _sum_of_squares(gap):
        return "a sum of squares"
    return None


def is_signed(gap: Any, strict: bool) -> bool:
    """Return whether sympy sees that an expression is at least (or above) 0."""
    return bool((gap.is_positive if strict else gap.is_nonnegative) is True)


def _rooted(gap: Any) -> Any:
    """Return a gap in the roots of its positive letters, factored: (a + b)/2 - sqrt(a b)."""
    names = [s for s in gap.free_symbols if s.is_nonnegative]
    roots = {s: sympy.Symbol(f"{s}_root", nonnegative=True, positive=s.is_positive) for s in names}
    return sympy.factor(sympy.powdenest(gap.subs({s: r**2 for s, r in roots.items()}), force=True))


def _sum_of_squares(gap: Any) -> bool:
    """Return whether a quadratic (after expansion) has a positive semidefinite matrix."""
    names = sorted(gap.free_symbols, key=str)
    if not names or len(names) > 8 or not all(name.is_real for name in names):
        return False
    top, bottom = sympy.fraction(sympy.together(gap))
    if not (bottom.is_positive or sympy.factor(bottom).is_positive):
        return False
    if not top.is_polynomial(*names):
        return False
    polynomial = sympy.Poly(top, *names)
    if polynomial.total_degree() not in (2, 4) or len(polynomial.terms()) > MOST_TERMS:
        return False
    if polynomial.total_degree() == 4:
        return _even_quartic(polynomial, names)
    size = len(names) + 1
    matrix = sympy.zeros(size, size)
    for powers, coefficient in polynomial.terms():
        places = [k for k, power in enumerate(powers) for _ in range(power)]
        places += [size - 1] * (2 - len(places))
        i, j = places
        matrix[i, j] += coefficient / 2
        matrix[j, i] += coefficient / 2
    return _psd(matrix)


def _even_quartic(polynomial: Any, names: list[Any]) -> bool:
    """Return whether a quartic of squares alone is a nonnegative form in these squares."""
    if any(power % 2 for powers, _ in polynomial.terms() for power in powers):
        return False
    squares = [sympy.Symbol(f"{name}_square", real=True) for name in names]
    total = sum(
        coefficient * sympy.prod([s ** (p // 2) for s, p in zip(squares, powers, strict=True)])
        for powers, coefficient in polynomial.terms()
    )
    return _sum_of_squares(total)


def _psd(matrix: Any) -> bool:
    """Return whether a rational symmetric matrix is positive semidefinite, by elimination."""
    rows = [list(matrix.row(k)) for k in range(matrix.rows)]
    if not all(entry.is_Rational for row in rows for entry in row):
        return False
    size = len(rows)
    for at in range(size):
        pivot = rows[at][at]
        if pivot < 0:
            return False
        if pivot == 0:
            if any(rows[at][j] != 0 for j in range(at, size)):
                return False
            continue
        for i in range(at + 1, size):
            factor = rows[i][at] / pivot
            for j in range(at, size):
                rows[i][j] -= factor * rows[at][j]
    return True
