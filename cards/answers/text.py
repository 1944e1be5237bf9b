"""Answers in words: what can be recognised is accepted, the rest is for the learner to judge."""

import re
from collections.abc import Container
from dataclasses import replace

from rapidfuzz.distance import OSA

from cards.answers.result import Grade, KeyPoint, right, undecided, unreadable
from cards.answers.same import maths_of
from cards.answers.symbol import AS_LEARNERS_WRITE
from cards.card import Card
from cards.text.words import content_words, normal
from sims.maths import MathsError, compare, parse, typed_text
from sims.maths.syntax.tree import Collection

LONG_ENOUGH = 5
"""Letters from which one wrong letter is taken for a slip; in shorter words it changes the word."""

FOUND = 0.5
"""Share of a key point's words that must be there for its tick to be set beforehand."""

MOST_POINTS = 8
_PIECES = re.compile(r"\n\s*(?:[-*+]|\d+[.)])\s+|\n\s*\n|(?<=[.;])\s+(?=\S)")
_PROSE = re.compile(r"(?=.*?[^\W\d_]{2})[\w\s.,;:!?'’%-]+", re.DOTALL)
"""Words, with what may stand between them; brackets and operators make a formula."""
_NUMBER = re.compile(r"[-+−]?\.?\d[\d.,]*(?:e[-+]?\d+)?\s*%?", re.IGNORECASE)


def grade_words(wanted: str, typed: str, card: Card | None = None) -> Grade | None:
    """Return a grade where words, a number or a formula decide it, else None: other words.

    One wrong letter in a long word is pointed out, not failed, unless it makes another word of the
    card. A formula of a note carries no domains, so one that seems to differ is left to the
    learner.
    """
    if normal(typed) and normal(typed) == normal(wanted):
        return right(typed.strip())
    number = _number(wanted)
    formula = number or maths_of(wanted)
    if formula is None:
        return _typo(wanted, typed, _words_of(card) if card else frozenset())
    try:
        said = typed_text(typed)
    except MathsError as error:
        return unreadable(error)
    grade = Grade.of(compare(said, formula, options=AS_LEARNERS_WRITE))
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
    """Return the words that a card itself uses, in its question and in its misconceptions."""
    mistakes = card.check.misconceptions if card.check else ()
    texts = (card.prompt, *(text for one in mistakes for text in (one.answer, one.says)))
    return frozenset(word for text in texts for word in normal(text).split())


def _typo(wanted: str, typed: str, others: Container[str]) -> Grade | None:
    """Return the grade of an answer that is one edit away in one long word, else None.

    Slips seldom fall on a first letter, where opposites differ: symmetric, asymmetric.
    """
    ours, theirs = normal(wanted).split(), normal(typed).split()
    if len(ours) != len(theirs):
        return None
    wrong = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
    if len(wrong) != 1:
        return None
    ours_word, theirs_word = wrong[0]
    if len(ours_word) < LONG_ENOUGH or not ours_word.isalpha():
        return None
    if ours_word[0] != theirs_word[0] or theirs_word in others:
        return None
    if OSA.distance(ours_word, theirs_word, score_cutoff=1) > 1:
        return None
    message = f"It is spelled {ours_word}, not {theirs_word}."
    return right(typed.strip(), message, "typo")


def grade_text(wanted: str, typed: str, card: Card | None = None) -> Grade:
    """Grade a free answer: recognised, or undecided with the key points to tick."""
    grade = grade_words(wanted, typed, card)
    if grade is not None:
        return grade
    points = key_points(wanted, typed)
    score = sum(point.found for point in points) / len(points) if points else 0.0
    message = "Compare your answer with these points, then rate it."
    return replace(undecided(message, typed.strip(), "key-points"), points=points, score=score)


def key_points(wanted: str, typed: str = "") -> tuple[KeyPoint, ...]:
    """Return what an answer should say, cut at list items, paragraphs, sentences, semicolons."""
    pieces = [piece.strip(" \n-*+;") for piece in _PIECES.split("\n" + wanted.strip())]
    said = content_words(typed)
    points = []
    for piece in pieces:
        needed = content_words(piece)
        if needed:
            points.append(KeyPoint(piece, len(needed & said) >= FOUND * len(needed)))
    return tuple(points[:MOST_POINTS])
