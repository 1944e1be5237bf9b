"""Numbers: an exact answer with a tolerance, or a simulation's output with its standard error."""

from cards.answers.result import Grade, Output, undecided
from cards.answers.symbol import grade_symbol
from cards.card import Card, Check
from cards.variants.draw import Variant
from cards.variants.expression import measured, read
from sims.maths import MathsError
from sims.maths.comparison.tolerance import read_tolerance

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


def grade_number(card: Card, variant: Variant, typed: str, output: Output | None) -> Grade:
    """Grade a number; one that a simulation should have given and did not is undecided."""
    check = card.check or Check()
    if variant.expected is not None or check.output is None:
        if why := no_tolerance(check, None):
            return undecided(f"{why}, so you grade.", typed)
        tolerance = check.tolerance or _exact(check, variant.expected)
        return grade_symbol(card, variant, typed, variant.expected, tolerance)
    if output is None or output.value is None:
        why = (output.says if output else "") or f"{check.simulation} gave no {check.output}"
        return undecided(f"{why}, so you grade.", typed, "no-output")
    if why := no_tolerance(check, output):
        return undecided(f"{why}, so you grade.", typed)
    tolerance = check.tolerance or (OUTPUT if output.standard_error > 0 else EXACT_OUTPUT)
    return grade_symbol(card, variant, typed, repr(output.value), tolerance, output.standard_error)


def _exact(check: Check, expected: str | None) -> str | None:
    """Return the tolerance that makes a number with a unit be compared as one: none at all."""
    try:
        unit = measured(read(expected or "", check.variables), check.variables)[1]
    except MathsError:
        return None
    return "0" if unit else None
