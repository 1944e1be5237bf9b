"""Counts and years: whole numbers that are exact, where a measured one has a tolerance."""

import re

from cards.answers.unit import is_unit
from cards.card import HIDDEN, Card
from cards.text.words import EMPTY, word_set

_COUNT = re.compile(
    r"\bhow many\b(?:\s++(?P<what>[^\W\d_]+))?|\A\W*(?:total )?number of\s|"
    r"\b(?:what|which)(?:['’]s| is| was| are)?(?: the)?(?: total)? number of\s",
    re.IGNORECASE,
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_YEAR = re.compile(
    rf"(?<!\bper )(?<!\ba )(?<!\beach )(?<!\bevery )\byear\b|\A\W*(?:since )?when\b|"
    rf"\b(?:in|since|until|from|of|by|{_MONTHS}) \W{{0,3}}{HIDDEN}",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"{HIDDEN}\W{{0,3}}(?P<what>[^\W\d_]+)(?: (?P<next>[^\W\d_]+))?")
_MEASURED = re.compile(
    r"\b(?:average|averages|mean|expected|typical|typically|approximately|about|roughly|per|"
    r"magnitude|times (?:as|more|less|fewer|\w+er))\b",
    re.IGNORECASE,
)
_SCALES = word_set("""
    hundred thousand million billion trillion dozen hundreds thousands millions billions trillions
    dozens percent per degrees points orders times plus minus less pounds ounces inches
    gallons months tons dollars euros
""")
"""Words after which, or of which, a number is a share or a rounded one."""

_JOINING = EMPTY | word_set("if because while since until after before against unless whenever")
_YEARS = (3, 4)
"""Digits of a year."""

_PLURALS = word_set("people children men women mice")


def is_counted(card: Card, digits: str) -> bool:
    """Whether a whole number is a count or a year by its question."""
    prompt = card.prompt
    if _MEASURED.search(prompt):
        return False
    asked, after = _COUNT.search(prompt), _AFTER.search(prompt)
    named = [word.lower() for found in (asked, after) if found for word in (found["what"] or "",)]
    if any(word in _SCALES or is_unit(word) for word in named if word):
        return False
    if asked or (len(digits) in _YEARS and _YEAR.search(prompt)):
        return True
    return after is not None and _is_of_things(after["what"].lower(), (after["next"] or "").lower())


def _is_of_things(word: str, second: str) -> bool:
    """Whether words name several things: layers, hidden layers."""
    if word in _JOINING:
        return False
    return any(
        len(one) > 2 and (one.endswith("s") or one in _PLURALS)
        and one not in _JOINING | _SCALES and not is_unit(one)
        for one in (word, second)
    )  # fmt: skip
