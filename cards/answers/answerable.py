"""Whether a card can be graded and proved at all, checked when its note is imported."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from cards.answers.chain import unreadable_step
from cards.card import Card, Check, Kind
from cards.variants.draw import problem_of
from cards.variants.expression import read
from sims.maths import MathsError
from sims.maths.comparison.constants import check_constants
from sims.maths.comparison.tolerance import of_tolerance
from sims.maths.evaluation.symbols import check_domain

_DOMAINS = "it can be real, positive, simplex, in (0, 1) or another that docs/cards.md lists"
_TOLERANCES = "write it as 0.01, 1%, 2 places, 3 figures or 2 standard errors"
_EXPRESSION = "write it in the maths language, such as p_i*(1 - p_j)"


def unanswerable(card: Card) -> str | None:
    """Return what in a card can never be graded or proved, and what to do, or None.

    Quick: expressions are read, not compared or proved; `studytui check` does the rest.
    """
    check = card.check or Check()
    if says := unreadable_step(card.derive, check.variables):
        return f"{says}; {_EXPRESSION}"
    if check.given and (problem := problem_of(card)):
        return f"this card's variants cannot be drawn: {problem}"
    return None if card.kind in (Kind.CHOICE, Kind.ORDER) else _unreadable(check)


def _unreadable(check: Check) -> str | None:
    """Return what in a check cannot be read, and how it is written."""
    for name, domain in check.variables.items():
        if says := _refused(check_domain, name, domain):
            return f"{says}; {_DOMAINS}"
    if check.tolerance and (says := _refused(of_tolerance, check.tolerance, Fraction(0))):
        return f"{says}; {_TOLERANCES}"
    if check.answer is None or check.given:  # with parameters, drawing has read it
        return None
    if says := _refused(lambda: check_constants(read(check.answer or "", check.variables))):
        return f"the answer {check.answer} cannot be read: {says}; {_EXPRESSION}, or in LaTeX"
    return None


def _refused(read_it: Callable[..., Any], *texts: Any) -> str | None:
    """Return why something cannot be read, or None."""
    try:
        read_it(*texts)
    except MathsError as error:
        return error.message
    return None
