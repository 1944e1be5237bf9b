"""Answers in words: recognised ones are accepted, others are for the learner to judge."""

import re
from collections.abc import Container
from dataclasses import replace

from cards.answers.code import code_of, is_same_code, keeps_code
from cards.answers.key_points import key_points
from cards.answers.label import is_label
from cards.answers.listing import has_same_items, is_ordered, items
from cards.answers.notation import is_same_notation
from cards.answers.result import Grade, right, undecided, unreadable
from cards.answers.same import maths_of
from cards.answers.symbol import AS_LEARNERS_WRITE
from cards.answers.vocabulary import is_slip
from cards.card import Card
from cards.text.words import normal
from sims.maths import MathsError, compare, parse, typed_text
from sims.maths.syntax.tree import Collection

_PROSE = re.compile(r"(?=.*?[^\W\d_]{2})[\w\s.,;:!?'’%-]+", re.DOTALL)
"""Words, with what may stand between them; brackets and operators make a formula."""
_NUMBER = re.compile(r"[-+−]?\.?\d[\d.,]*(?:e[-+]?\d+)?\s*%?", re.IGNORECASE)


def grade_words(wanted: str, typed: str, card: Card | None = None) -> Grade | None:
    """Return the grade where the same words, a number or a formula decide it, else None.

    One wrong letter in a long word is a typo, and right, unless it makes another word of the card.
    The formula of a note carries no domains, so one that seems to differ is left to the learner.
    """
    if (code := code_of(wanted)) is not None:
        return right(typed.strip()) if is_same_code(code, typed) else None
    if normal(typed) and normal(typed) == normal(wanted):
        same = keeps_code(wanted, typed) and is_same_notation(wanted, typed)
        return right(typed.strip()) if same else None
    if is_label(card, wanted):
        return None
    number = _number(wanted)
    formula = number or maths_of(wanted)
    if formula is None:
        others = _words_of(card) if card else frozenset[str]()
        if not keeps_code(wanted, typed):
            return None
        return _reordered(wanted, typed, card.prompt if card else "") or _typo(
            wanted, typed, others
        )
    try:
        plain = typed_text(typed)
    except MathsError as error:
        return unreadable(error)
    grade = Grade.of(compare(plain, formula, options=AS_LEARNERS_WRITE))
    if number and grade.verdict == "invalid" and _is_written_out(typed):
        return None  # "twelve" for 12, "1,000" for 1000 may well be right; "12 +" is asked again
    if number or grade.right:
        return grade
    doubt = "This cannot be shown to be the same formula. You grade."
    return replace(grade, verdict="undecided", outcome="undecided", score=0.0, message=doubt)


def _number(text: str) -> str | None:
    """Return a text that the maths language reads as a number: not 2,5 or 192.168.0.1."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    try:
        node = parse(text)
    except MathsError:
        return None
    return None if isinstance(node, Collection) else text


def _is_written_out(text: str) -> bool:
    """Whether a text is words or figures, such as "twelve" or "1,000", and no expression."""
    return bool(_PROSE.fullmatch(text) or _NUMBER.fullmatch(text.strip()))


def _words_of(card: Card) -> frozenset[str]:
    """Return the words of a card's question and of its misconceptions."""
    texts = [card.prompt]
    for misconception in card.check.misconceptions if card.check else ():
        texts += [misconception.answer, misconception.says]
    return frozenset(word for text in texts for word in normal(text).split())


def slip(wanted: str, typed: str) -> tuple[str, str] | None:
    """Return the one misspelled word and how it was typed, where all others agree."""
    ours, theirs = normal(wanted).split(), normal(typed).split()
    if len(ours) != len(theirs):
        return None
    wrong = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
    return wrong[0] if len(wrong) == 1 and is_slip(*wrong[0]) else None


def _typo(wanted: str, typed: str, others: Container[str]) -> Grade | None:
    """Return the grade of an answer that is one edit away in one long word, else None."""
    misspelled = slip(wanted, typed)
    if misspelled is None or misspelled[1] in others:
        return None
    return right(typed.strip(), f"It is spelled {misspelled[0]}, not {misspelled[1]}.", "typo")


def _reordered(wanted: str, typed: str, prompt: str) -> Grade | None:
    """Return the grade of the answer's own items, in another order where order does not matter."""
    if not has_same_items(wanted, typed) or not is_same_notation(wanted, typed):
        return None
    if items(wanted) == items(typed):
        return right(typed.strip())
    return None if is_ordered(wanted, prompt) else right(typed.strip(), "In another order.")


def grade_text(wanted: str, typed: str, card: Card | None = None) -> Grade:
    """Grade a free answer: recognised, or undecided with the key points to tick."""
    grade = grade_words(wanted, typed, card)
    if grade is not None:
        return grade
    same = normal(typed) == normal(wanted) or has_same_items(wanted, typed)
    prompt = card.prompt if card else ""
    # Where the words are the same, it lacks something else, which no key point shows.
    points = key_points(wanted, "" if same else typed, prompt)
    score = sum(point.found for point in points) / len(points) if points else 0.0
    with_what = "these points" if len(points) > 1 else "the note's"
    message = f"Compare your answer with {with_what}, then rate it."
    return replace(undecided(message, typed.strip(), "key-points"), points=points, score=score)
