"""Numbers: an exact answer with a tolerance, or a simulation's output with its standard error."""

import re

from cards.answers.result import Grade, Output, undecided
from cards.answers.symbol import grade_symbol
from cards.card import Card, Check
from cards.variants import Variant

STANDARD_ERRORS = 3.0
"""How many standard errors of a simulated output an answer may be off, unless the card says."""

EXACT_OUTPUT = "1%"
"""The tolerance for an output that has no standard error, unless the card says."""

_ERRORS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:standard errors?|se)", re.IGNORECASE)


def grade_number(card: Card, variant: Variant, typed: str, output: Output | None) -> Grade:
    """Grade a number; one that a simulation should have given and did not is undecided."""
    check = card.check or Check()
    if variant.expected is not None or check.output is None:
        return grade_symbol(card, variant, typed, variant.expected, check.tolerance)
    if output is None or output.value is None:
        why = (output.says if output else "") or f"{check.simulation} gave no {check.output}"
        return undecided(f"{why}, so you grade.", typed, "no-output")
    tolerance = output_tolerance(check.tolerance, output)
    return grade_symbol(card, variant, typed, repr(output.value), tolerance)


def output_tolerance(written: str | None, output: Output) -> str:
    """Return the tolerance for a simulated output: ``k standard errors`` becomes absolute."""
    errors = _ERRORS.fullmatch(written.strip()) if written else None
    if written and errors is None:
        return written
    if output.standard_error <= 0:
        return EXACT_OUTPUT
    count = float(errors[1]) if errors else STANDARD_ERRORS
    return repr(count * output.standard_error)
