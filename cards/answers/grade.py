"""Grading an answer of any kind, in the app's process or in the worker."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cards.answers.number import grade_number
from cards.answers.result import Grade, KeyPoint, Output, invalid, right, undecided
from cards.answers.symbol import grade_symbol
from cards.card import Card, Check, Kind
from cards.variants.draw import Variant, fill
from cards.variants.substitute import in_text

if TYPE_CHECKING:
    from cards.scheduling.fsrs import Rating

__all__ = ["Grade", "KeyPoint", "Output", "grade", "grade_task", "suggest"]

LONGEST = 4_000
"""Most characters of an answer."""

_SPACES = re.compile(r"\\[,;:! ]|\\(?:left|right|quad|displaystyle)(?![a-z])|\\[()\[\]]")
_BLANK = re.compile(r"(?<![0-9A-Za-z])\s+|\s+(?![0-9\s])")
"""Blanks that part no number from what stands before it."""
_NEEDLESS = re.compile(r"\{([0-9A-Za-z])\}(?![0-9A-Za-z])")
"""Braces around one character: those around more say how far a power or a root goes."""

FAST = 8.0
"""Seconds within which a right answer suggests Easy."""


def grade(
    card: Card, variant: Variant, typed: str, *, output: Output | None = None, algebra: bool = True
) -> Grade:
    """Return the grade of an answer typed to a variant of a card.

    `output` is the simulation's output for cards whose answer it is. Never raises on a
    stranger's text; an expression that needs `algebra` makes sympy load, so call this in the
    worker.
    """
    started = time.perf_counter()
    graded = _grade(card, variant, typed, output, algebra)
    return replace(graded, seconds=time.perf_counter() - started)


def _grade(card: Card, variant: Variant, typed: str, output: Output | None, algebra: bool) -> Grade:
    """Refuse an empty or very long answer; grade others by what the expected answer comes from."""
    if not typed.strip():
        return invalid("Nothing was typed.", "empty")
    if len(typed) > LONGEST:
        return invalid(f"This is longer than {LONGEST:,} characters.")
    check = card.check
    if check is not None and check.inferred:
        return _inferred(card, check, variant, typed, algebra)
    return _by_kind(card, variant, typed, output, algebra)


def _inferred(card: Card, check: Check, variant: Variant, typed: str, algebra: bool) -> Grade:
    """Grade by the answer inferred from a note's answer; words are graded as words.

    The note's own answer typed back is right whatever was inferred. Where the inference is unsure,
    a difference is shown and the learner judges; where it is guessed, agreement is judged too.
    """
    from cards.answers.text import grade_text

    bare = _bare(typed)
    if bare in (_bare(card.answer), _bare(check.answer or "")):
        return right(typed)
    graded = _by_kind(card, variant, typed, None, algebra)
    if graded.verdict == "invalid":
        return grade_text(card.answer, typed, card)
    if graded.verdict == "different" and _lacks_percent(card, variant, typed, algebra):
        message = "The note's answer is in per cent, yours has no sign of it, so you grade."
        return undecided(message, typed, "not-in-percent")
    if graded.verdict == "different" and not _is_mistake(check, graded):
        message = (
            "It differs from the note's answer as it was read; what its letters mean is inferred, "
            "so you grade."
        )
        return replace(graded, verdict="undecided", message=message, score=0.0)
    if graded.right and check.inferred == "guessed":
        return undecided("It agrees with the note's answer as it was read, so you grade.", typed)
    return graded


def _lacks_percent(card: Card, variant: Variant, typed: str, algebra: bool) -> bool:
    """Whether a number would be right with the per cent sign of the note's answer."""
    from cards.answers.unit import PERCENT, has_unit

    if not card.answer.rstrip(" .").endswith(PERCENT) or has_unit(typed):
        return False
    return _by_kind(card, variant, f"{typed.strip()}{PERCENT}", None, algebra).right


def _is_mistake(check: Check, graded: Grade) -> bool:
    """Whether a difference is the learner's mistake, and not one of the inference."""
    if check.inferred == "closed":
        from cards.answers.inferred import differs

        return differs(graded.read_as, check.answer or "", check.variables)
    return check.inferred == "sure"


def _bare(text: str) -> str:
    """Return LaTeX without its delimiters, sizes of brackets, needless blanks and braces."""
    plain = _SPACES.sub(" ", text.strip().strip("`$"))
    return _NEEDLESS.sub(r"\1", _BLANK.sub("", plain)).strip(" .,;")


def _by_kind(
    card: Card, variant: Variant, typed: str, output: Output | None, algebra: bool
) -> Grade:
    """Grade by the kind of the card; the modules of each kind are imported for it alone."""
    check = card.check
    if card.kind is Kind.CHOICE:
        from cards.answers.choice import grade_choice

        return grade_choice(card, variant.values, variant.choices, typed)
    if card.kind is Kind.ORDER and check is not None and (card.derive or check.kind):
        from cards.variants.proof_lines import is_proof

        if is_proof(card):
            from cards.answers.proof import grade_proof

            return grade_proof(card, variant.choices, typed)
    if card.kind is Kind.ORDER and check is not None:
        from cards.answers.order import grade_order

        wanted = [in_text(item, variant.values) for item in check.order]
        return grade_order(wanted, variant.choices, typed)
    if card.kind is Kind.NUMBER or (check is not None and check.output is not None):
        return grade_number(card, variant, typed, output, algebra=algebra)
    if check is not None and check.answer is not None:
        tolerance = check.tolerance
        return grade_symbol(card, variant, typed, variant.expected, tolerance, algebra=algebra)
    if card.kind is Kind.CLOZE:
        from cards.answers.cloze import grade_cloze

        return grade_cloze(variant.answer, typed, card)
    from cards.answers.text import grade_text

    return grade_text(variant.answer, typed, card)


def suggest(
    graded: Grade,
    seconds: float,
    hinted: bool = False,
    *,
    rule: str = "speed",
    guessable: bool = False,
) -> "Rating | None":
    """Return the rating to mark, or None where nothing was graded or the rule marks none.

    Wrong marks Again; right, Good; right after a hint, Hard. By the rule `speed` right within 8
    seconds marks Easy, but for a typo, and for a new card whose answer can be guessed; by `right`
    nothing does; `never` marks none.
    """
    from cards.scheduling.fsrs import Rating

    if rule == "never":
        return None
    if graded.verdict == "different":
        return Rating.AGAIN
    if not graded.right:
        return None
    if hinted:
        return Rating.HARD
    quick = rule == "speed" and seconds <= FAST and graded.outcome != "typo"
    return Rating.EASY if quick and not guessable else Rating.GOOD


def grade_task(arguments: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Grade in the worker.

    `arguments`: `card` (its dict), `variant` ({"seed", "values"}), `typed`, and `output`
    ({"value", "standard_error", "says"}) where a simulation gives the answer. Returns the grade
    as a dict.
    """
    card = Card.from_dict(arguments["card"])
    drawn = arguments.get("variant") or {}
    variant = fill(card, drawn.get("values", {}), drawn.get("seed", 0))
    output = arguments.get("output")
    result = grade(card, variant, arguments["typed"], output=Output(**output) if output else None)
    return result.to_dict()
