"""Expressions, decided by equivalence, and the mistakes that a card lists."""

from dataclasses import replace

from cards.answers.result import Grade, undecided, unreadable
from cards.card import Card
from cards.variants.draw import Variant, VariantError, put_in
from cards.variants.substitute import in_text
from sims.maths import MathsError, compare, typed_text

AS_LEARNERS_WRITE = {"subscripts": "either", "equations": "either", "names": "ask"}
"""Options of `sims.maths.compare` for an answer that a person typed."""


def grade_symbol(
    card: Card,
    variant: Variant,
    typed: str,
    expected: str | None,
    tolerance: str | None = None,
    standard_error: float = 0.0,
    *,
    algebra: bool = True,
) -> Grade:
    """Grade an expression or a number against `expected`, then against the listed mistakes.

    It may be typed in the maths language or in LaTeX. Misconceptions are tested by the same
    equivalence and tolerance as the answer.
    """
    if card.check is None or expected is None:
        return undecided("The card has no answer to compute with, so you grade.", typed)
    options = {
        "standard_error": standard_error,
        **AS_LEARNERS_WRITE,
        "domain": card.check.domain,
        "form": card.check.form,
        "algebra": algebra,
    }
    variables = card.check.variables
    try:
        typed = typed_text(typed, variables)
    except MathsError as error:
        return unreadable(error)
    grade = Grade.of(compare(typed, expected, variables, tolerance=tolerance, options=options))
    unknown = grade.outcome == "unknown-name"  # which a listed mistake may have
    if (grade.verdict != "different" and not unknown) or grade.outcome == "wrong-form":
        return grade
    options["form"] = None
    for wrong in card.check.misconceptions:
        try:
            mistake = put_in(card, variant.values, wrong.answer)
        except VariantError:
            continue  # a problem that the import and `studytui check` report
        if compare(typed, mistake, variables, tolerance=tolerance, options=options).right:
            return replace(
                grade,
                verdict="different",
                outcome="misconception",
                message=in_text(wrong.says, variant.values),
                misconception=wrong.answer,
            )
    return grade
