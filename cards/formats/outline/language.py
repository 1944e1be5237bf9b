"""The language that a note is in: questions are made in English, terms in any."""

import re

from cards.formats.outline.subjects import is_generic
from cards.formats.outline.wording import Masked

NOT_ENGLISH = "it is not in English, which the questions are made in"

FOREIGN = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f\u0370-\u03ff\U0001d400-\U0001d7ff]")

_ENGLISH_LIST = "the of is and a to in that for as are with by an be on or it from this can which"

_ENGLISH = frozenset(_ENGLISH_LIST.split())

_OTHER_LIST = (
    "der die das und ist nicht ein eine den dem des von zu mit el la los las de que y en por con "
    "una del es un le les et est dans pour du une au il di che per non da em um uma não os na no "
    "het een van en og är och att som"
)

_OTHER = frozenset(_OTHER_LIST.split())
"""Small words of other languages, which tell terse English from them."""

_LEAST_ENGLISH, _LEAST_TERSE, _FEW_WORDS = 0.1, 0.04, 25

_LONGEST_FOREIGN, _MOST_FOREIGN = 24, 3
"""Characters and words of a term in a language that is not known here."""


def is_english(text: str) -> bool:
    """Whether the small words of a text are English; a text of few words passes for it."""
    words = re.findall(r"[^\W\d_]{1,}", Masked(text[:20_000]).text.lower())
    if len(words) < _FEW_WORDS:
        return len(FOREIGN.findall(text)) * 5 < max(1, len(text))
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _OTHER for word in words)
    terse = english >= _LEAST_TERSE * len(words) and english > 2 * other
    return english >= _LEAST_ENGLISH * len(words) or (
        terse and len(FOREIGN.findall(text)) * 50 < len(text)
    )


def neutral(prompt: str) -> str:
    """Return a question for a term as the term alone, in whatever language; empty for others."""
    found = re.match(r"What is (?:meant by )?“(.+?)”(?: in (.+))?\?$", prompt)
    if not found or is_generic(found[1]):
        return ""
    if len(found[1]) > _LONGEST_FOREIGN or len(found[1].split()) > _MOST_FOREIGN:
        return ""
    return f"{found[1]} ({found[2]})" if found[2] else found[1]
