"""Numbers: an exact answer with a tolerance, or a simulation's output with its standard error."""

import re

from cards.answers.result import Grade, Output, invalid, undecided
from cards.answers.symbol import grade_symbol
from cards.answers.unit import PERCENT, has_unit, stands_in, unit_of
from cards.card import Card, Check
from cards.variants.draw import Variant
from cards.variants.expression import measured, read
from sims.maths import MathsError
from sims.maths.comparison.tolerance import read_tolerance

_PERCENT_SIGN = re.compile(r"\s*(?:\\?%|per\s?cent|pct)\s*$", re.IGNORECASE)
_DEGREE_SIGN = re.compile(r"(?:°|\^\{?\\circ\}?)\s*$")
_DEGREES = ("deg", "degree", "degrees")
OUTPUT = "3 standard errors"
"""The tolerance for a simulated output, unless the card says."""

EXACT_OUTPUT = "1%"
"""The tolerance for an output without a standard error, unless the card says."""


def no_tolerance(check: Check, output: Output | None) -> str | None:
    """Return why a check's tolerance cannot be applied to an output, or None."""
    try:
        if not check.tolerance or read_tolerance(check.tolerance).kind != "errors":
            return None
    except MathsError as error:
        return error.message
    if output is None:
        return f"the tolerance {check.tolerance} is for the output of a simulation"
    if output.standard_error > 0:
        return None
    return (
        f"{check.simulation} gives no standard error {check.output}_standard_error "
        f"for the tolerance {check.tolerance}"
    )


def grade_number(
    card: Card, variant: Variant, typed: str, output: Output | None, *, algebra: bool = True
) -> Grade:
    """Grade a number; undecided where its simulation gave no output."""
    check = card.check or Check()
    if variant.expected is not None or check.output is None:
        if why := no_tolerance(check, None):
            return undecided(f"{why}, so you grade.", typed)
        return _in_unit(card, variant, typed, algebra=algebra)
    if output is None or output.value is None:
        why = (output.says if output else "") or f"{check.simulation} gave no {check.output}"
        return undecided(f"{why}, so you grade.", typed, "no-output")
    if why := no_tolerance(check, output):
        return undecided(f"{why}, so you grade.", typed)
    tolerance = check.tolerance or (OUTPUT if output.standard_error > 0 else EXACT_OUTPUT)
    return grade_symbol(card, variant, typed, repr(output.value), tolerance, output.standard_error)


def _in_unit(card: Card, variant: Variant, typed: str, *, algebra: bool) -> Grade:
    """Grade a number in the unit that is asked for; another unit is converted."""
    check, expected = card.check or Check(), variant.expected
    unit = unit_of(card, variant.prompt) if expected is not None else None
    own = _unit(expected or "", check)
    if unit is None or expected is None or (own and unit == PERCENT):
        tolerance = check.tolerance or _exact(own)
        return grade_symbol(card, variant, typed, expected, tolerance, algebra=algebra)
    if unit != PERCENT and stands_in(variant.prompt, typed):
        return invalid(f"The question says that already: write it in {unit}.", "repeated")
    if unit == PERCENT:
        return _in_percent(card, variant, typed, expected, algebra=algebra)
    typed = _DEGREE_SIGN.sub(f" {unit}", typed) if unit in _DEGREES else typed
    if not own and has_unit(typed):
        expected = f"({expected}) {unit}"
    elif own and not has_unit(typed):
        typed = f"({typed}) {unit}"
    tolerance = check.tolerance or _exact(has_unit(typed))
    return grade_symbol(card, variant, typed, expected, tolerance, algebra=algebra)


def _in_percent(card: Card, variant: Variant, typed: str, expected: str, *, algebra: bool) -> Grade:
    """Grade a number of per cent, with the sign or without; ask again for a share of 1."""
    tolerance = card.check.tolerance if card.check else None
    share = expected.rstrip().removesuffix(PERCENT)
    bare = _PERCENT_SIGN.sub("", typed)
    grade = grade_symbol(card, variant, bare, share, tolerance, algebra=algebra)
    if grade.verdict != "different" or bare != typed:
        return grade
    hundredfold = grade_symbol(card, variant, f"100*({typed})", share, tolerance, algebra=False)
    if hundredfold.right:
        return invalid("In per cent? The question asks for per cent.", "not-in-percent")
    return grade


def _unit(expected: str, check: Check) -> str:
    """Return the unit that an expected answer carries, empty when it has none."""
    try:
        return measured(read(expected, check.variables), check.variables)[1]
    except MathsError:
        return ""


def _exact(has_a_unit: object) -> str | None:
    """Return the tolerance 0 for a number with a unit, which is then compared as a quantity."""
    return "0" if has_a_unit else None
