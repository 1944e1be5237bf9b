"""A list in an answer: its items, and whether their order says something."""

import re

from cards.card import HIDDEN
from cards.text.words import normal

_JOINED = re.compile(r"\s*[,;]\s*(?:and\s+|or\s+)?|\s+(?:and|or|&)\s+", re.IGNORECASE)
_ORDERED = re.compile(
    r"\b(?:then|before|after|first|second|last|next|from|respectively|than|if|former|latter)\b|"
    r"->|→|[=<>]",
    re.IGNORECASE,
)
"""What says in a list that its order matters."""
_ASKS_ORDER = re.compile(
    r"\brespective(?:ly)?\b|\b(?:former|latter|steps|stages|phases|sorted|chronological(?:ly)?|"
    r"ascending|descending|rank(?:ed|s)?|(?:in|of|what|which) sequence|"
    r"comes? (?:first|next|last)|one after (?:the other|another))\b|"
    r"\b(?:in|by|what|which|right|correct|the) order\b(?! (?:to|of magnitude)\b)|\bordered\b|"
    r"\bfirst\b.{1,80}?\b(?:then|next|second)\b",
    re.IGNORECASE | re.DOTALL,
)
"""What says so in a question."""
_PLACED = re.compile(
    r"\b(?:coordinates?|shape|size|dimensions|interval|range|point|vector|pair|tuple|ratio|odds|"
    r"entries|score)\b",
    re.IGNORECASE,
)
"""What has a place for each of its numbers."""
_NUMBER = re.compile(r"[-+−~]?\s?\.?\d[\d.,/]*\s*(?:%|[^\W\d_]{1,3})?")
_EACH = re.compile(r"(?<!\beither )\band\b(?! (?:so on|how|why|all)\b)|[&×]", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|both) \S{1,40} and\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?:]\s+")
_NAMES = re.compile(r"\W{0,3}(?:are|is|were|was)\b")


def items(text: str) -> list[str]:
    """Return what commas and `and` join in a text."""
    return [normal(item) for item in _JOINED.split(text.strip(" ."))]


def has_same_items(wanted: str, typed: str) -> bool:
    """Whether two lists have the same items, two or more, in whatever order."""
    ours = items(wanted)
    return len(ours) > 1 and sorted(ours) == sorted(items(typed))


def is_ordered(wanted: str, prompt: str) -> bool:
    """Whether the order of an answer's items says something, or may do so.

    It does where the answer or the question says so, where each number has its place, and where
    the question names one thing and another, of which each may have an item of its own.
    """
    if _ORDERED.search(wanted) or _ASKS_ORDER.search(prompt):
        return True
    found = items(wanted)
    numbers = all(map(_NUMBER.fullmatch, found))
    return (numbers and bool(_PLACED.search(prompt))) or _names(prompt, numbers) >= len(found)


def _names(prompt: str, by_commas: bool) -> int:
    """Return how many things a question may name, at most: 1 where there is no `and`."""
    before, gap, after = prompt.rpartition(HIDDEN)
    text = before if gap and not _NAMES.match(after) else prompt
    most = 1
    for sentence in _SENTENCE.split(_BETWEEN.sub("", text)):
        ands = len(_EACH.findall(sentence))
        most = max(most, 1 + ands + sentence.count(",") if ands or by_commas else 1)
    return most
