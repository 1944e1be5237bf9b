"""Compounds: words that are not known, split into known ones, such as `2xy` and `lnx`."""

import re
from dataclasses import replace

from sims.maths.errors import MathsError, UnknownNameError
from sims.maths.syntax.names import Names, is_word
from sims.maths.syntax.token import Token
from sims.maths.syntax.tree import Constant
from sims.maths.syntax.vocabulary import (
    BINDERS,
    CONSTANTS,
    GREEK,
    OPERATORS,
    SYNONYMS,
    WORD_OPERATORS,
    accented,
    canonical_function,
)

LONGEST_SPLIT = 24
MISSPOKEN = {"then": "x if x > 0 else 0, or A implies B", "div": "floor(a/b)",
             "between": "0 < x < 1, or 0 <= x <= 1 where the ends belong",
             "integral": "int(x^2, x, 0, 1)", "derivative": "diff(x^2, x)",
             "for": "sum(x_i, i, 1, n)", "length": "n, or size(x)", "squared": "x^2",
             "cubed": "x^3", "over": "a/b",
             "times": "a*b", "plus": "a + b", "divided": "a/b"}  # fmt: skip
"""Words that are no names, and how what they mean is written."""
_APPLIED = re.compile(f"([a-z]?)(ln|log|sin|cos|tan|exp|sqrt)([a-z]|{'|'.join(GREEK)})")


def split(tokens: list[Token], names: Names) -> list[Token]:
    """Return the tokens with each unknown word split into known ones, such as `2xy`."""
    found: list[Token] = []
    groups: list[bool] = []  # of each open bracket, whether it holds a subscript
    for position, token in enumerate(tokens):
        before = tokens[position - 1].text if position else ""
        if token.kind == "quoted":
            found.append(replace(token, kind="name", text=_quoted(token.text, names)))
            continue
        if token.kind != "name":
            if token.text in ("(", "[", "{"):
                groups.append(before == "_")
            elif token.text in (")", "]", "}") and groups:
                groups.pop()
            found.append(token)
            continue
        after = tokens[position + 1].text if position + 1 < len(tokens) else ""
        label = bool(groups) and groups[-1]
        found.extend(_words(token, before, after, label, names))
    return found


def _quoted(text: str, names: Names) -> str:
    """Return a name that stood in quotes, which it keeps unless it is a word that is known."""
    word = text.isascii() and text.isalpha()
    return text if word and (names.lenient or names.known(text)) else f'"{text}"'


def _words(token: Token, before: str, after: str, label: bool, names: Names) -> list[Token]:
    if before not in ("_", "^") and (entry := _entry(token, names)):
        return entry
    if names.learner and token.text in ("p", "P") and after in ("(", "["):
        other = token.text.swapcase()  # where the card writes the one, the other is meant so
        if other in names.functions and not {token.text} & {*names.functions, *names.variables}:
            return [replace(token, text=other)]
    kept = names.known(token.text) or before == "_"
    word = token.text if kept else SYNONYMS.get(token.text, token.text)
    if word in WORD_OPERATORS and not names.known(word) and before != "_":
        return [replace(token, kind="op", text=word)]
    if before == "_" or is_word(word, names) or len(word.rstrip("'0123456789")) == 1:
        return [replace(token, text=word)]
    if word in OPERATORS and after in ("(", "[", "_", "^", "{"):
        return [replace(token, text=word)]
    if before == "^" and word[0] == "T" and "T" not in names.variables:
        rest = _segments(word[1:], names)
        if rest:
            return _placed(token, ["T", *rest])
    small = word.lower()
    if small != word and (canonical_function(small) is not None or small in BINDERS):
        return [replace(token, text=small)]
    parts = _segments(word, names) if len(word) <= LONGEST_SPLIT else None
    parts = parts or _applied(word) or _product_of_letters(word, names)
    if parts is not None:
        return _placed(token, parts)
    if names.lenient or (names.calls and after == "("):
        return [replace(token, text=word)]
    if label:
        return [replace(token, text=f'"{word}"')]
    message = f"I do not know the name '{word}'{_hint(word)}"
    if word in MISSPOKEN:
        raise MathsError(message, token.position)
    raise UnknownNameError(word, message, token.position)


def _entry(token: Token, names: Names) -> list[Token]:
    """Return a learner's `xi` as an entry of the card's vector x, where the card has no ξ."""
    word = token.text
    if not names.learner or not (word[1:].isdigit() or word[1:] in tuple("ijkn")):
        return []
    if word in CONSTANTS and (names.card is None or Constant(word) in names.card.walk()):
        return []  # π, unless the card has p_i and no π
    vector = names.variables.get(word[0], "") in ("vector", "simplex", "positive vector")
    if not vector or (names.known_to_card(word) and word not in CONSTANTS):
        return []
    kind = "number" if word[1:].isdigit() else "name"
    return [
        replace(token, text=word[0]),
        replace(token, kind="op", text="_", spaced=False),
        replace(token, kind=kind, text=word[1:], spaced=False),
    ]


def _product_of_letters(word: str, names: Names) -> list[str] | None:
    """Return the letters of an author's short word of which some stand alone elsewhere."""
    plain = len(word) <= 3 and word.isalpha() and word.islower() and not set(word) & set("ei")
    if not (names.lenient and plain and any(names.known(letter) for letter in word)):
        return None
    return list(word)


def _applied(word: str) -> list[str] | None:
    """Return a function and the one letter it is applied to: `lnx`, `sinθ`, `zlnx`."""
    match = _APPLIED.fullmatch(word)
    return [part for part in match.groups() if part] if match else None


def _hint(word: str) -> str:
    """Return what may be meant by an unknown word."""
    if word in MISSPOKEN:
        return f"; write {MISSPOKEN[word]}"
    if accented(word) or not (word.isalpha() and len(word) <= 4):
        return ""
    return f"; a product is written {'*'.join(word)}"


def _segments(word: str, names: Names) -> list[str] | None:
    """Return the word as a run of known words, longest first, or None."""
    if not word:
        return []
    for length in range(len(word), 0, -1):
        head = word[:length]
        single = length == 1 and head.isalpha() and (names.known(head) or head in ("e", "i"))
        many = length > 1 and is_word(head, names)
        if single or many:
            rest = _segments(word[length:], names)
            if rest is not None and not (rest and rest[0].isdigit()):
                return [head, *rest]
    return None


def _placed(token: Token, parts: list[str]) -> list[Token]:
    placed, position = [], token.position
    for number, part in enumerate(parts):
        placed.append(Token("name", part, position, token.spaced and number == 0, number > 0))
        position += len(part)
    return placed
