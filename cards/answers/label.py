"""Labels of digits, such as a version, a section or a code: each digit counts, and its zeros."""

import re

from cards.card import Card

_LABELLED = re.compile(
    r"\bversions?\b|\b(?:which|what) (?:\w+ )?(?:release|section|chapter|paragraph|figure|table|"
    r"appendix)\b",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"\d+(?:\.\d+)+")
_CODE = re.compile(r"0\d+")


def is_label(card: Card | None, answer: str) -> bool:
    """Whether digits name something: 007, or 3.10 where a version is asked."""
    digits = answer.strip().rstrip(".")
    if _CODE.fullmatch(digits):
        return True
    return bool(_DOTTED.fullmatch(digits) and card and _LABELLED.search(card.prompt))
