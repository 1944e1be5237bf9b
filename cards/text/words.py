"""Text as words: what is left of Markdown when two answers are compared as words."""

import re
import unicodedata

from cards.text.spans import ADDRESS, maths_spans

_LINK = re.compile(rf"!?\[([^\[\]\n]*)\]{ADDRESS}")
_MARK = r"(?:> ?+|[-*+]\s++)(?![-+]?\.?\d|[^\W\d_](?! ?[^\W\d_]{2}|[^\W\d_])|\Z)"
"""A quote or a bullet; before a number, a letter or a formula the sign is one of theirs."""

_MARKS = re.compile(rf"^ *(?:{_MARK}|\d+[.)]\s|#+\s)+", re.MULTILINE)
_SIGNS = "/^%!&<=>+|~¬±×÷←-⇿∀-⋿⟀-⟿⤀-⫿-"
"""Signs without which a text says something else: operators, relations, arrows."""

_WORD = re.compile(rf"(?:(?<![\w.])\.)?\d+(?:[.,]\d+)*|[^\W\d_]+\d*#?|'(?=\()|[{_SIGNS}]")
_WORD_OR_BRACKET = re.compile(rf"{_WORD.pattern}|[()\[\]{{}}]")
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+")
_SPELLED = str.maketrans(
    {"−": "-", "’": "'", "≤": "<=", "≥": ">=", "≠": "!=", "→": "->", "⇒": "=>"}
)
_OVERLAY = "\u0338"
"""The stroke that makes ≠ of =; other combining marks are accents."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list that is written as one text."""
    return frozenset(text.split())


EMPTY = word_set("""
    a an the of to in on at by for from with and or is are be was were it its that this these
    as so than then which into their there can will
    what which why how who when where do does did have has
""")


def words(markdown: str) -> list[str]:
    """Return words, numbers and signs in lower case, without marks, punctuation and accents.

    Each formula counts as one word, as it is written but for its spaces. Where no word has two
    letters the text is a formula that is not marked as one: its brackets count too.
    """
    word = _WORD if _TWO_LETTERS.search(markdown) else _WORD_OR_BRACKET
    found, end = [], 0
    for span in maths_spans(markdown):
        found += word.findall(_plain(markdown[end : span.start]))
        found.append("".join(span.content.split()))
        end = span.end
    return found + word.findall(_plain(markdown[end:]))


def _plain(markdown: str) -> str:
    """Return a text without formulas in lower case, without marks of Markdown and accents."""
    text = _MARKS.sub("", _LINK.sub(r"\1", markdown))
    text = unicodedata.normalize("NFKD", _RAISED.sub(r"^\g<0>", text)).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c) or c == _OVERLAY)
    text = unicodedata.normalize("NFC", text).translate(_SPELLED)
    return re.sub(r"(?<=[^\W_])-(?=[^\W\d_])|(?<=[^\W\d_]{2})!", " ", re.sub(r"–(?=\d)", "-", text))


def normal(markdown: str) -> str:
    """Return the words of a text with one space between them, without a leading article."""
    found = words(markdown)
    if len(found) > 1 and found[0] in ("a", "an", "the"):
        found = found[1:]
    return " ".join(found)


def content_words(markdown: str) -> set[str]:
    """Return the words that carry meaning, cut to a stem of at most five letters."""
    return {word[:5] for word in words(markdown) if word not in EMPTY and word[0].isalnum()}
