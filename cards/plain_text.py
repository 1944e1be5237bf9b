"""Text as words: what is left of Markdown when two answers are compared as words."""

import re
import unicodedata

from cards.spans import maths_spans

_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_QUOTE = re.compile(r"^\s*(?:>|[-*+]\s|\d+[.)]\s|#+\s)+", re.MULTILINE)
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+\d*#?|[<>=≤≥≠≈+/^%!∞→-]")
_LITTLE = """
    a an the of to in on at by for from with and or is are be was were it its that this these
    as so than then which into their there can will
    what which why how who when where do does did have has
"""
_EMPTY = frozenset(_LITTLE.split())


def words(markdown: str) -> list[str]:
    """Return words, numbers and signs in lower case, without marks, punctuation and accents.

    Each formula counts as one word, as it is written but for its spaces.
    """
    found, end = [], 0
    for span in maths_spans(markdown):
        found += _prose(markdown[end : span.start])
        found.append("".join(span.content.split()))
        end = span.end
    return found + _prose(markdown[end:])


def _prose(markdown: str) -> list[str]:
    """Return the words of a text without formulas."""
    text = _QUOTE.sub("", _LINK.sub(r"\1", markdown))
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("−", "-")
    text = re.sub(r"(?<=[^\W_])-(?=[^\W\d_])|(?<=[^\W\d_]{2})!", " ", text)
    return _WORD.findall(text)


def normal(markdown: str) -> str:
    """Return the words of a text with one space between them, without a leading article."""
    found = words(markdown)
    if len(found) > 1 and found[0] in ("a", "an", "the"):
        found = found[1:]
    return " ".join(found)


def content_words(markdown: str) -> set[str]:
    """Return the words that carry meaning, cut to a stem of at most five letters."""
    return {word[:5] for word in words(markdown) if word not in _EMPTY and word[0].isalnum()}
