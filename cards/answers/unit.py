"""The unit that a number is asked in: said by the check, or by the question."""

import re
from fractions import Fraction

from cards.card import Card
from sims.maths import MathsError, parse, typed_text
from sims.maths.comparison import units
from sims.maths.syntax.spoken import TENS
from sims.maths.syntax.tree import free_names
from sims.maths.syntax.vocabulary import COUNTS, MAGNITUDES

PERCENT = "%"
_PERCENT = re.compile(
    r"\b(?:in|as a|what|which|how many|give the)\s+(?:per\s?cent|percentage|%)", re.IGNORECASE
)
_ASKED = re.compile(
    r"\b(?i:how many|in|number of)\s+\(?(?P<unit>[A-Za-zµμ]{2,}(?:/[A-Za-z]+| per [a-z]+)?)\b"
)
_DEGREES = re.compile(
    r"\b(?:in|how many) (?:degrees )?(celsius|centigrade|fahrenheit|kelvins?)\b", re.I
)
_SCALE = {"c": "°C", "f": "°F", "k": "K"}
"""The first letter of a scale of temperature → its unit."""
_PART = re.compile(r"[\d.,]+|[^\W\d]+|\S")
_QUANTITY = re.compile(r"(?<![\w.,])(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>[^\W\d_]+)(?!\w)")
_WORD = re.compile(r"[^\W\d_]{2}")
_COUNT = re.compile(rf"\b(?:{'|'.join((*COUNTS, *TENS, *MAGNITUDES))})\b", re.IGNORECASE)
"""A number in words: no unit."""

_LONG = 3
"""Letters from which a word such as `ms` or `GB` needs no capital to be taken for a unit."""


def unit_of(card: Card, prompt: str) -> str | None:
    """Return the unit that the answer is asked in, `%` included, or None."""
    named = (card.check.unit if card.check else None) or ""
    if named:
        return PERCENT if is_percent(named) else named
    if _PERCENT.search(prompt):
        return PERCENT
    if degrees := _DEGREES.search(prompt):
        return _SCALE[degrees[1][0].lower()]
    for found in _ASKED.finditer(prompt):
        word = found["unit"].replace(" per ", "/")
        plain = len(word) > _LONG or not word.islower() or word in ("ms", "us")
        if is_unit(word) and (plain or word in card.answer.split()):
            return word
    return None


def is_percent(text: str) -> bool:
    """Whether a unit is per cent."""
    return text.strip().lower() in (PERCENT, "percent", "per cent", "pct")


def is_unit(text: str) -> bool:
    """Whether a text is a unit or a product or quotient of units."""
    parts = re.split(r"[/*· ]+", text.strip())
    return all(re.sub(r"\^?-?\d+$", "", part) in units.table() for part in parts)


def unknown_unit(text: str) -> str | None:
    """Return what is wrong with the unit of a check, or None."""
    if is_percent(text) or is_unit(text):
        return None
    return f"the unit '{text}' is not known; write % or a unit such as MB, ms or GB/s"


def stands_in(prompt: str, typed: str) -> bool:
    """Whether a quantity that was typed, unit included, is one that the question names."""
    said = r"\s*".join(map(re.escape, _PART.findall(typed)))
    if has_unit(typed) and re.search(rf"(?<![\w.,]){said}(?!\w)", prompt):
        return True
    counted = _QUANTITY.fullmatch(typed.strip())
    return counted is not None and _counts(counted) in map(_counts, _QUANTITY.finditer(prompt))


def _counts(quantity: re.Match[str]) -> tuple[Fraction, units.Unit | str]:
    """Return the number of a quantity and its unit, `2 min` as `2 minutes`."""
    word = quantity["unit"]
    number = Fraction(quantity["number"].replace(",", ""))
    return number, units.table().get(word) or units.table().get(word.lower()) or word


def has_unit(text: str) -> bool:
    """Whether a number carries a unit or a sign of per cent."""
    if text.rstrip().endswith(PERCENT):
        return True
    text = _COUNT.sub("1", text)
    try:
        return bool(free_names(parse(typed_text(text))))
    except MathsError:
        return bool(_WORD.search(text))  # words that are no expression, such as 12 megabytes
