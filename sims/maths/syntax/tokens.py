"""From text to tokens: limits, the closed map of unicode characters, and splitting ``xy``."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sims.maths.errors import MathsError
from sims.maths.limits import MAX_CHARACTERS, MAX_DIGITS, MAX_EXPONENT, MAX_TOKENS
from sims.maths.syntax.vocabulary import (
    ACCENTS,
    BINDERS,
    CONSTANTS,
    GREEK,
    LETTERS,
    SIGNS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SYNONYMS,
    WORD_OPERATORS,
    accented,
    canonical_function,
)

LONGEST_SPLIT = 24

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>plus_minus|minus_plus|D_KL|[A-Za-z]+[0-9]*'*)"
    r"|(?P<op>\*\*|:=|~=|<=>|<->|=>|->|<=|>=|=<|==|!=|<>|\+-|-\+|\|\||&&|\.\.|!!|[-+*/^_=<>!%|(){}\[\],;:&~°√‖])"
    r"|(?P<space>\s+)"
)

_LETTER = re.compile(r"(\W*)([A-Za-z]+) ?")
"""A character in ASCII, perhaps after the end of a script."""


@dataclass(frozen=True)
class Token:
    """A ``number``, ``name``, ``op`` or the ``end``, and where it stands in the text."""

    kind: str
    text: str
    position: int
    spaced: bool = False


@dataclass(frozen=True)
class Names:
    """What the names of a text may be.

    ``variables`` are declared with their domains, ``also`` are further known names (units, names
    of the author's formula). ``lenient`` lets a longer unknown word be one name (an author's own
    text); otherwise it is refused by name. ``calls`` reads any undeclared name before a bracket
    as a function of it. A name that is ``unsure`` may be a factor there or a function; it is read
    as one of ``functions`` if it is known for that, and otherwise refused.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    also: Collection[str] = frozenset()
    lenient: bool = False
    calls: bool = False
    unsure: Collection[str] = frozenset()
    functions: Collection[str] = frozenset()

    def known(self, word: str) -> bool:
        """Return whether the word is a declared or extra name."""
        return word in self.variables or word in self.also

    def is_word(self, word: str) -> bool:
        """Return whether a name can stand alone: one letter, Greek, or known."""
        plain = word.rstrip("'0123456789")
        return len(plain) == 1 or plain in GREEK or self.known(word) or self.known(plain)


def tokenize(text: str, names: Names) -> list[Token]:
    """Return the tokens of a text, ended by an ``end`` token. Raises MathsError."""
    if len(text) > MAX_CHARACTERS:
        raise MathsError(f"this is longer than {MAX_CHARACTERS} characters")
    plain, where = _to_ascii(text)
    tokens: list[Token] = []
    position, spaced = 0, False
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None:
            raise MathsError(
                f"the character {_shown(plain[position])} has no meaning here", where[position]
            )
        if match["space"] is None:
            kind = str(match.lastgroup)
            token = Token(kind, match.group(), where[position], spaced)
            tokens.append(token)
            if kind == "number":
                _check_number(token)
        spaced = match["space"] is not None
        position = match.end()
        if len(tokens) > MAX_TOKENS:
            raise MathsError(f"this has more than {MAX_TOKENS} parts", where[position - 1])
    tokens = _split_words(tokens, names)
    return [*tokens, Token("end", "", len(text), True)]


def _shown(character: str) -> str:
    return f"'{character}'" if character.isprintable() else f"U+{ord(character):04X}"


def _to_ascii(text: str) -> tuple[str, list[int]]:
    """Return the text in ASCII, and for each of its characters the position in the original."""
    pieces: list[str] = []
    where: list[int] = []
    script = ""
    for position, character in _characters(text):
        if character in ACCENTS and (marked := _LETTER.fullmatch(pieces[-1] if pieces else "")):
            piece = f"{marked[1]} {marked[2]}{ACCENTS[character]} "
            del where[len(where) - len(pieces.pop()) :]
            pieces.append(piece)
            where.extend([position] * len(piece))
            continue
        now = "^" if character in SUPERSCRIPTS else "_" if character in SUBSCRIPTS else ""
        piece = _ascii(character, position)
        if now != script:
            piece = ("}" if script else "") + (now + "{" if now else "") + piece
            script = now
        pieces.append(piece)
        where.extend([position] * len(piece))
    if script:
        pieces.append("}")
        where.append(len(text) - 1)
    return "".join(pieces), where


def _characters(text: str) -> Iterator[tuple[int, str]]:
    """Yield each character with its position; a letter with an accent read here in two parts."""
    for position, character in enumerate(text):
        parts = unicodedata.normalize("NFD", character)
        marked = len(parts) == 2 and parts[1] in ACCENTS
        yield from ((position, part) for part in (parts if marked else character))


def _ascii(character: str, position: int) -> str:
    if character.isascii():
        if (character < " " and character not in "\t\n\r") or character == "\x7f":
            raise MathsError(
                f"the control character U+{ord(character):04X} is not allowed", position
            )
        return character
    if small := SUPERSCRIPTS.get(character) or SUBSCRIPTS.get(character):
        return small if len(small) == 1 else f" {small} "
    if character in LETTERS:
        return f" {LETTERS[character]} "
    if character in SIGNS:
        return SIGNS[character]
    if character in "√°":
        return character
    if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"):
        raise MathsError(f"the invisible character U+{ord(character):04X} is not allowed", position)
    raise MathsError(f"the character {_shown(character)} has no meaning here", position)


def _check_number(token: Token) -> None:
    mantissa, _, exponent = token.text.lower().partition("e")
    if len(mantissa.replace(".", "")) > MAX_DIGITS:
        raise MathsError(f"this number has more than {MAX_DIGITS} digits", token.position)
    if exponent and (len(exponent) > 6 or abs(int(exponent)) > MAX_EXPONENT):
        raise MathsError(f"this exponent is beyond {MAX_EXPONENT}", token.position)


def _split_words(tokens: list[Token], names: Names) -> list[Token]:
    """Return the tokens with each unknown word split into known ones, such as ``2xy``."""
    found: list[Token] = []
    for position, token in enumerate(tokens):
        if token.kind != "name":
            found.append(token)
            continue
        after = tokens[position + 1].text if position + 1 < len(tokens) else ""
        before = tokens[position - 1].text if position else ""
        found.extend(_words(token, after, before == "_", names))
    return found


def _words(token: Token, after: str, subscript: bool, names: Names) -> list[Token]:
    word = SYNONYMS.get(token.text, token.text)
    if word in WORD_OPERATORS and not names.known(word):
        return [replace(token, kind="op", text=word)]
    if subscript or is_word(word, names) or len(word.rstrip("'0123456789")) == 1:
        return [replace(token, text=word)]
    parts = _segments(word, names) if len(word) <= LONGEST_SPLIT else None
    if parts is not None:
        return _placed(token, parts)
    if names.lenient or (names.calls and after == "("):
        return [replace(token, text=word)]
    raise MathsError(f"I do not know the name '{word}'{_hint(word)}", token.position)


def _hint(word: str) -> str:
    """Return what may be meant by an unknown word."""
    if re.fullmatch("[A-Za-z]C[A-Za-z]", word):
        return f"; write binomial({word[0]}, {word[2]})"
    if accented(word) or not (word.isalpha() and len(word) <= 4):
        return ""
    return f"; a product is written {'*'.join(word)}"


def is_word(word: str, names: Names) -> bool:
    """Return whether a word of several letters has a meaning as a whole."""
    return (
        names.known(word)
        or names.known(word.rstrip("'"))
        or word in CONSTANTS
        or word in GREEK
        or word in BINDERS
        or canonical_function(word) is not None
        or word.rstrip("0123456789'") in GREEK
    )


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
        placed.append(Token("name", part, position, token.spaced and number == 0))
        position += len(part)
    return placed


def bare_names(text: str) -> set[str]:
    """Return the single-letter and Greek names a text uses; empty if it cannot be read."""
    try:
        plain, _ = _to_ascii(text[:MAX_CHARACTERS])
    except MathsError:
        return set()
    words = {match["name"] for match in _TOKEN.finditer(plain) if match["name"]}
    return {word for word in words if len(word.rstrip("'0123456789")) == 1 or word in GREEK}
