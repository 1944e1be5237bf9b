"""A point at which expressions differ, and its values, in the fewest words that show it."""

from fractions import Fraction
from typing import Any

from sims.maths.evaluation.evaluator import context
from sims.maths.evaluation.matrix import Matrix
from sims.maths.evaluation.points import Point

DIGITS = 50


def where(point: Point) -> str:
    """Return the point in words: `at x = -2: `."""
    parts = [f"{name} = {shown(raw)}" for name, raw in point.values.items()]
    return f"at {', '.join(parts)}: " if parts else ""


def shown(value: Any) -> str:
    """Return a sample or computed value in a few characters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"{shown(value[0])} + {shown(value[1])} i"
    if isinstance(value, list):
        return "[" + ", ".join(shown(entry) for entry in value) + "]"
    if isinstance(value, Matrix):
        rows = ["[" + ", ".join(shown(entry) for entry in row) + "]" for row in value.rows]
        return "[" + ", ".join(rows) + "]" if value.shape[1] > 1 else shown([*value])
    if isinstance(value, Fraction):
        if value.denominator in (1, 2, 3, 4, 5):
            return str(value)
        return f"{float(value):.4g}"
    if hasattr(value, "_mpc_"):
        return f"{shown(value.real)} + {shown(value.imag)} i"
    return _decimal(value)


def _decimal(value: Any) -> str:
    if not hasattr(value, "_mpf_"):
        return str(value)
    if not context(DIGITS).isfinite(value):
        return "inf" if value > 0 else "-inf"
    whole = context(DIGITS).nint(value) if abs(value) < 10**12 else value
    if whole == value and abs(value) < 10**12:
        return str(int(value))
    from mpmath import nstr

    return str(nstr(value, 6))


def words(point: Point, left: Any, right: Any) -> str:
    """Return two values that differ, with as many figures as it takes to see that."""
    words = [shown(left), shown(right)]
    if hasattr(left, "_mpf_") and hasattr(right, "_mpf_"):
        from mpmath import nstr

        for figures in (6, 20):
            if nstr(left, figures) != nstr(right, figures):
                words = words if figures == 6 else [nstr(left, figures), nstr(right, figures)]
                break
        else:
            gap = nstr(abs(left - right), 3)
            return f"{where(point)}both are about {words[0]}, but {gap} apart"
    return f"{where(point)}{words[0]} against {words[1]}"
