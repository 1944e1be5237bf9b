"""The hidden words of a cloze, typed."""

from cards.answers.result import Grade, undecided
from cards.answers.text import grade_words
from cards.card import Card


def grade_cloze(wanted: str, typed: str, card: Card | None = None) -> Grade:
    """Grade typed words. Other words than the note's may mean the same: the learner judges."""
    grade = grade_words(wanted, typed, card)
    if grade is not None:
        return grade
    message = "These are not the note's words. You grade whether they mean the same."
    return undecided(message, typed.strip(), "other-words")
