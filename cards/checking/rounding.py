"""Answers written as a tolerance asks for them: to so many decimal places or significant figures.

Such a tolerance accepts no other form, so `1/3` must be tried as `0.33`. An answer that is a
little wrong is rounded too: unrounded it would be refused for its form alone.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

from cards.card import Check
from cards.variants.expression import DIGITS, measured, number, read
from sims.maths import MathsError
from sims.maths.comparison.tolerance import read_tolerance

_LARGEST = 400
"""Powers of ten beyond which a number is not written out."""
_WIDE = Context(prec=3 * _LARGEST, rounding=ROUND_HALF_UP)


def as_asked(answer: str, check: Check) -> str:
    """Return an answer rounded to the places or figures that the tolerance asks for.

    Halves go away from zero, as in grading. An answer that is no number, with a unit or without,
    and one whose tolerance asks for no form, is returned as it is. Raises MathsError for a
    tolerance that cannot be read.
    """
    form = read_tolerance(check.tolerance) if check.tolerance else None
    if form is None or form.kind not in ("places", "figures"):
        return answer
    try:
        node, unit = measured(read(answer, check.variables), check.variables)
    except MathsError:
        return answer
    value = Decimal(number(node, DIGITS) or "NaN")
    if value.is_nan() or abs(value.adjusted()) > _LARGEST:
        return answer
    round_to = _places if form.kind == "places" else _figures
    return f"{round_to(value, int(form.size)):f} {unit}".strip()


def _places(value: Decimal, count: int) -> Decimal:
    """Return a value with exactly so many decimal places."""
    return value.quantize(Decimal(1).scaleb(-count), context=_WIDE)


def _figures(value: Decimal, count: int) -> Decimal:
    """Return a value with exactly so many significant figures; 0 as 0.000."""
    if not value:
        return _places(value, count)
    short = Context(prec=count, rounding=ROUND_HALF_UP).create_decimal(value)
    return _places(short, max(0, count - 1 - short.adjusted()))
