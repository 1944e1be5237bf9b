"""Numbers: an exact answer with a tolerance, or a simulation's output with its standard error."""

import re

from cards.answers.result import Grade, Output, undecided
from cards.answers.symbol import grade_symbol
from cards.card import Card, Check
from cards.expression import measured, read
from cards.variants import Variant
from sims.maths import MathsError

OUTPUT = "3 standard errors"
"""The tolerance for a simulated output, unless the card says."""

EXACT_OUTPUT = "1%"
"""The tolerance for an output without a standard error, unless the card says."""

_IN_ERRORS = re.compile(r"standard errors?|se|sigma", re.IGNORECASE)


def grade_number(card: Card, variant: Variant, typed: str, output: Output | None) -> Grade:
    """Grade a number; one that a simulation should have given and did not is undecided."""
    check = card.check or Check()
    if variant.expected is not None or check.output is None:
        tolerance = check.tolerance or _exact(check, variant.expected)
        return grade_symbol(card, variant, typed, variant.expected, tolerance)
    if output is None or output.value is None:
        why = (output.says if output else "") or f"{check.simulation} gave no {check.output}"
        return undecided(f"{why}, so you grade.", typed, "no-output")
    tolerance = check.tolerance or OUTPUT
    if output.standard_error <= 0 and _IN_ERRORS.search(tolerance):
        tolerance = EXACT_OUTPUT
    return grade_symbol(card, variant, typed, repr(output.value), tolerance, output.standard_error)


def _exact(check: Check, expected: str | None) -> str | None:
    """Return the tolerance that makes a number with a unit be compared as one: none at all."""
    try:
        unit = measured(read(expected or "", check.variables), check.variables)[1]
    except MathsError:
        return None
    return "0" if unit else None
