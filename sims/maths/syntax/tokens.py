"""From text to tokens: limits, the closed map of unicode characters, and splitting ``xy``."""

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sims.maths.errors import MathsError, UnknownNameError
from sims.maths.limits import MAX_CHARACTERS, MAX_DIGITS, MAX_EXPONENT, MAX_TOKENS
from sims.maths.syntax.programs import in_mathematics, with_commas
from sims.maths.syntax.spoken import in_signs
from sims.maths.syntax.token import Token
from sims.maths.syntax.tree import Collection as Bracketed
from sims.maths.syntax.tree import Constant, Divide, Interval, Logic, Node, Number, free_names
from sims.maths.syntax.vocabulary import (
    ACCENTS,
    BINDERS,
    CONSTANTS,
    COUNTS,
    GREEK,
    KEPT,
    LETTERS,
    MAGNITUDES,
    OPERATORS,
    SIGNS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SYNONYMS,
    WORD_OPERATORS,
    accented,
    canonical_function,
    words,
)

BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40}
SUFFIXES = {"k": 3, "K": 3, "M": 6, "B": 9, "T": 12}
LONGEST_SPLIT = 24
_PARTS = frozenset({"th", "ths", "rd", "rds", "nd", "nds"})
MISSPOKEN = {"then": "x if x > 0 else 0, or A implies B", "div": "floor(a/b)",
             "between": "0 < x < 1, or 0 <= x <= 1 where the ends belong",
             "integral": "int(x^2, x, 0, 1)", "derivative": "diff(x^2, x)",
             "for": "sum(x_i, i, 1, n)", "length": "n, or size(x)", "squared": "x^2",
             "cubed": "x^3", "over": "a/b",
             "times": "a*b", "plus": "a + b", "divided": "a/b"}  # fmt: skip
"""Words that are no names, and how what they mean is written."""

LONGEST_QUOTED = 60

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r'|"(?P<quoted>[^"]*)"'
    r"|(?P<name>plus_minus|minus_plus|D_KL|log_softmax|log1p|a_min|a_max|[A-Za-z]+[0-9]*'*)"
    r"|(?P<op>\.\.\.|\*\*|:=|~=|\.\^|\.\*|\./|\.(?=[a-z]+\(|shape\b|size\b|length\b|mT\b|H\b)|<=>|<->|=>|->|<=|>=|=<|==|!=|<>|\+-|-\+|\|\||&&|\.\.|\.T\b|//|!!"
    r"|[-+*/^_=<>!%|(){}\[\],;:&~@?\\'" + "".join(KEPT) + r"])"
    r"|(?P<space>\s+)"
)
_ATTRIBUTE = re.compile(r"\.[A-Za-z]+")
_FRACTION = r"(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_THOUSANDS = re.compile(rf"[0-9]{{1,3}}(?:(?:,|\{{,\}})[0-9]{{3}})+(?![0-9,]){_FRACTION}")
_ROUND_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,000|\{,\}[0-9]{3})+(?![0-9,])")
_SPACED_THOUSANDS = re.compile(
    rf"[0-9]{{1,3}}(?:( |_|')[0-9]{{3}})(?:\1[0-9]{{3}})*(?![0-9A-Za-z_']){_FRACTION}"
)
_SPACED_WITH_COMMA = re.compile(r"[0-9]{1,3}(?:( |')[0-9]{3})(?:\1[0-9]{3})*,[0-9]+(?![0-9.,])")
_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]+(?![0-9]*[,.])(?![0-9])(?:[eE][+-]?[0-9]+)?")
_STOP = re.compile(r"(?:(?<=[A-Za-z)\]}])\s*\.|(?<=\.[0-9])\.|(?<=\.[0-9][0-9])\."
                   r"|(?<=\.[0-9][0-9][0-9])\.|\s*[,;?])\s*$")  # fmt: skip
_ABBREVIATED = re.compile(r"^(\s*(?:approx|ca))\.(?=\s)")
_QUOTED = re.compile(r"^\s*[“„«`]([^“”„«»`]*)[”“»`]\s*$")
TIMES = frozenset(
    words("d day days h hr hrs hour hours min minute minutes s sec second seconds ms")
)
_BOLD = re.compile(r"^\s*\*\*([^*]+)\*\*\s*$")
_SPAN = re.compile(
    r"(?<![\w.])(?P<first>\d+)\s?(?P<large>h|hr|m|min)\s?(?P<second>\d+)\s?(?P<small>m|min|s|sec)\b"
)
_CLOCK = re.compile(r"(?<![\w.:])(\d+):([0-5]\d)(?=\s*(?:h|hrs?|hours?|min|mins|minutes?)\b)")
_POINTED = re.compile(
    r"[0-9]{1,3}(?:(?:\.[0-9]{3}){2,}|(?:\.[0-9]{3})+(?=,[0-9]))(?:,[0-9]+)?(?![0-9.,])"
)
_BARE_COMMA = re.compile(r"(?<!\S),(?=[0-9]+(?![0-9,]))")
_MODULE = re.compile(
    r"\b(?P<root>np|numpy|jnp|math|cmath|torch|tf|sp|scipy|jax|nn|F)\.(?:[a-z_]+\.)*(?=[a-z])"
)
_TURNED = re.compile(r"\s*(?P<low>[\[\]])(?P<inside>[^\[\]]+)(?P<high>[\[\]])\s*")
_ANGLES = re.compile(r"<(?=\s*\w+\s*,\s*\w+\s*>)([^<>]+)>")
_MIXED = re.compile(r"([0-9]+) +([0-9]+)/([0-9]+)(?![0-9.])")
_BINOMIAL = re.compile("([a-z])C([a-z]|[0-9]+)")
_DIFFERENTIAL = re.compile("d([A-Za-z][0-9]*'*|[A-Za-z]+)")

_APPLIED = re.compile(f"([a-z]?)(ln|log|sin|cos|tan|exp|sqrt)([a-z]|{'|'.join(GREEK)})")

_LETTER = re.compile(r"(\W*)([A-Za-z]+) ?")
"""A character in ASCII, perhaps after the end of a script."""

_LABEL = re.compile(r"[\w %,.:<>=()+*|'/-]+")
"""What a quoted name is made of."""


@dataclass(frozen=True)
class Names:
    """What the names of a text may be.

    ``variables`` are declared with their domains, ``also`` are further known names (units, names
    of the author's formula). ``lenient`` lets a longer unknown word be one name (an author's own
    text); otherwise it is refused by name. ``calls`` reads any undeclared name before a bracket
    as a function of it. A name that is ``unsure`` may be a factor there or a function; it is read
    as one of ``functions`` if it is known for that, and otherwise refused. ``card`` is the
    expected answer, whose kinds decide between two readings; to a ``learner`` what stays doubtful
    is said, with both readings. ``tight`` takes the ``2x`` of ``1/2x`` for one denominator.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    also: Collection[str] = frozenset()
    lenient: bool = False
    calls: bool = False
    unsure: Collection[str] = frozenset()
    functions: Collection[str] = frozenset()
    card: Node | None = None
    learner: bool = False
    tight: bool = False

    def known(self, word: str) -> bool:
        """Return whether the word is a declared or extra name."""
        return word in self.variables or word in self.also

    def declared(self, word: str) -> bool:
        """Return whether a word is declared, or for a learner a name of the expected answer."""
        return word in self.variables or (self.learner and self.known_to_card(word))

    def known_to_card(self, word: str) -> bool:
        """Return whether a word is declared, or a name of the expected answer."""
        of_answer = self.card is not None and self.known(word) and word not in self.unsure
        return word in self.variables or of_answer

    def is_word(self, word: str) -> bool:
        """Return whether a name can stand alone: one letter, Greek, or known."""
        plain = word.rstrip("'0123456789")
        if word.startswith('"'):
            return True
        return (
            (len(plain) == 1 and plain.isalpha())
            or plain in GREEK
            or plain == "pi"
            or self.known(word)
            or self.known(plain)
        )


def tokenize(text: str, names: Names) -> list[Token]:
    """Return the tokens of a text, ended by an ``end`` token. Raises MathsError."""
    if len(text) > MAX_CHARACTERS:
        raise MathsError(f"this is longer than {MAX_CHARACTERS} characters")
    if names.learner:
        text = _STOP.sub("", _ABBREVIATED.sub(r"\1 ", text))  # the full stop of a sentence
        text = _QUOTED.sub(r"\1", _BOLD.sub(r"\1", text))
        if names.card is not None and TIMES >= free_names(names.card) != set():
            text = _spans(text)
    plain, where = _to_ascii(text)
    plain = _MODULE.sub(lambda found: _without(found, names), plain)
    if names.learner:
        plain = _with_points(_turned_brackets(plain, names), names)
    tokens = _scanned(text, plain, where, names)
    if names.learner:
        has_pi = names.card is not None and Constant("pi") in names.card.walk()
        if isinstance(names.card, Bracketed):
            tokens = with_commas(tokens)
        tokens = in_mathematics(tokens, names.known_to_card, names.variables, has_pi)
        tokens = in_signs(tokens, names.known_to_card)
    tokens = _split_words(_phrases(tokens, names), names)
    return [*tokens, Token("end", "", len(text), True)]


def _with_points(plain: str, names: Names) -> str:
    """Return a learner's text with points for decimal commas, and commas for a ``;``."""
    pair = (
        isinstance(names.card, Bracketed)
        and names.card.kind in ("list", "tuple")
        and not any(isinstance(item, Bracketed) for item in names.card.items)
    )
    if isinstance(names.card, Interval) or (pair and plain.count(";") == 1):
        return plain.replace(";", ",")  # [0; 1)
    return plain if _is_list(names) else _BARE_COMMA.sub(".", plain)  # ,25


def _scanned(text: str, plain: str, where: list[int], names: Names) -> list[Token]:
    """Return the tokens of a text in ASCII; ``where`` says where each character was written."""
    tokens: list[Token] = []
    position, spaced, depth = 0, False, 0
    while position < len(plain):
        found = _numeral(plain, position, depth, tokens, names) if plain[position].isdigit() else ()
        if found:
            *parts, end = found
            for number, (kind, part) in enumerate(parts):
                token = Token(kind, part, where[position], spaced and number == 0)
                tokens.append(token)
                if kind == "number":
                    _check_number(token)
            spaced, position = False, end
            continue
        match = _TOKEN.match(plain, position)
        if match is None:
            raise _meaningless(plain, position, where)
        if match["space"] is None:
            kind = str(match.lastgroup)
            token = Token(kind, match[kind], where[position], spaced)
            depth += (token.text in "([{") - (token.text in ")]}") if kind == "op" else 0
            if kind == "number":
                _check_number(token)
            elif kind == "quoted":
                _check_quoted(token)
            tokens.append(token)
        begins = where[match.end()] if match.end() < len(where) else len(text)
        spaced = match["space"] is not None and text[begins - 1].isspace()
        position = match.end()
        if len(tokens) > MAX_TOKENS:
            raise MathsError(f"this has more than {MAX_TOKENS} parts", where[position - 1])
    return tokens


def _meaningless(plain: str, position: int, where: list[int]) -> MathsError:
    """Return what is said of a character that begins no token."""
    attribute = _ATTRIBUTE.match(plain, position)
    says = (
        f"'{attribute.group()}' is how a program writes it: write it as a formula"
        if attribute
        else f"the character {_shown(plain[position])} has no meaning here; leave it out"
    )
    return MathsError(says, where[position])


def _spans(text: str) -> str:
    """Return a text with ``1m30s`` as ``1 min 30 s``, and ``1:30 min`` as ``(1 + 30/60) min``."""

    def put(found: re.Match[str]) -> str:
        large, small = found["large"], found["small"]
        if large[0] == small[0] or (large[0] == "h" and small[0] == "s"):
            return found.group()
        units = {"h": "h", "m": "min", "s": "s"}
        return f"{found['first']} {units[large[0]]} {found['second']} {units[small[0]]}"

    return _CLOCK.sub(r"(\1 + \2/60)", _SPAN.sub(put, text))


def _without(module: re.Match[str], names: Names) -> str:
    """Return spaces in place of ``np.`` before a function, unless it is a name of the card."""
    return module.group() if names.known_to_card(module["root"]) else " " * len(module.group())


def _turned_brackets(plain: str, names: Names) -> str:
    """Return a text with ``]0, 1[`` as ``(0, 1)``, and ``<x, y>`` as an inner product."""
    found = _TURNED.fullmatch(plain)
    if found is not None and (found["low"], found["high"]) != ("[", "]"):
        low, high = ("([")[found["low"] == "["], (")]")[found["high"] == "]"]
        start, end = found.start("low"), found.start("high")
        return f"{plain[:start]}{low}{found['inside']}{high}{plain[end + 1 :]}"
    vectors = any("vector" in domain for domain in names.variables.values())
    return _ANGLES.sub(r"⟨\1⟩", plain) if vectors else plain


def _numeral(
    plain: str, position: int, depth: int, tokens: list[Token], names: Names
) -> tuple[Any, ...]:
    """Return the tokens of a numeral written in groups or parts, and where it ends; else nothing.

    ``1,000,000``, ``1 000 000``, ``2,5`` for a learner, ``2 1/2``. A comma between brackets parts
    two numbers, unless only zeros follow.
    """
    before = tokens[-1].text if tokens else ""
    if before in ("_", "^") or (before == "," and not depth):
        return ()
    match = (_ROUND_THOUSANDS if depth else _THOUSANDS).match(plain, position)
    if match is None or _is_list(names):
        match = _SPACED_THOUSANDS.match(plain, position)
    plainly = names.learner and not depth and not _is_list(names)
    if plainly and (spaced := _SPACED_WITH_COMMA.match(plain, position)):  # 1 234,5
        return (("number", re.sub("[ ']", "", spaced.group()).replace(",", ".")), spaced.end())
    if match is not None:
        return (("number", re.sub("[, _'{}]", "", match.group())), match.end())
    if plainly:
        pointed = _POINTED.match(plain, position)  # 1.234.567 and 1.234,5
        if pointed is not None:
            text = pointed.group().replace(".", "").replace(",", ".")
            return (("number", text), pointed.end())
    if mixed := _MIXED.match(plain, position):
        if tokens and tokens[-1].kind != "op":
            return ()
        parts = ["(", mixed[1], "+", mixed[2], "/", mixed[3], ")"]
        kinds = [("number" if part.isdigit() else "op", part) for part in parts]
        return (*kinds, mixed.end())
    if depth or not names.learner or _is_list(names):
        return ()
    match = _DECIMAL_COMMA.match(plain, position)
    return (("number", match.group().replace(",", ".")), match.end()) if match else ()


def _is_list(names: Names) -> bool:
    """Return whether a list of some kind is asked for, so that a comma parts its items."""
    card = names.card
    if isinstance(card, Logic) and card.connective == "or":  # x = 1,2 of whole solutions
        return not any(
            isinstance(part, Divide) or (isinstance(part, Number) and not part.text.isdigit())
            for part in card.walk()
        )
    return isinstance(card, Bracketed | Interval)


def _check_quoted(token: Token) -> None:
    if not _LABEL.fullmatch(token.text) or len(token.text) > LONGEST_QUOTED:
        raise MathsError("a name in quotes is made of letters, digits and spaces", token.position)


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
        if character == "⊤":
            piece = " T " if _raises("".join(pieces[-2:])) else "^T "
        if character in LETTERS and piece != " pi " and text[position + 1 : position + 2].isdigit():
            piece = piece.rstrip()
        if now != script:
            piece = ("}" if script else "") + (now + "{" if now else "") + piece
            script = now
        pieces.append(piece)
        where.extend([position] * len(piece))
    if script:
        pieces.append("}")
        where.append(len(text) - 1)
    return "".join(pieces), where


def _raises(before: str) -> bool:
    """Return whether a sign stands where a transpose is already raised, or nothing to turn."""
    last = before.rstrip()[-1:]
    return not (last.isalnum() or (last and last in ")]}'"))


def _characters(text: str) -> Iterator[tuple[int, str]]:
    """Yield each character with its position; a letter with an accent read here in two parts."""
    for position, found in enumerate(text):
        character = _plain_letter(found)
        parts = unicodedata.normalize("NFD", character)
        marked = len(parts) == 2 and parts[1] in ACCENTS
        yield from ((position, part) for part in (parts if marked else character))


def _plain_letter(character: str) -> str:
    """Return the letter of which a character is a bold, slanted or wide form."""
    styled = "\U0001d400" <= character <= "\U0001d7ff" or "Ａ" <= character <= "ｚ"
    styled = styled or character in "ℎℯℊ"
    if not styled or character in LETTERS or character in SIGNS:
        return character
    plain = unicodedata.normalize("NFKC", character)
    return {"∂": "∂", "∇": "∇"}.get(plain, plain) if len(plain) == 1 else character


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
    if character in KEPT or character == "⊤":
        return character
    if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"):
        raise MathsError(f"the invisible character U+{ord(character):04X} is not allowed", position)
    raise MathsError(
        f"the character {_shown(character)} has no meaning here; leave it out", position
    )


def _check_number(token: Token) -> None:
    mantissa, _, exponent = token.text.lower().partition("e")
    if len(mantissa.replace(".", "")) > MAX_DIGITS:
        raise MathsError(f"this number has more than {MAX_DIGITS} digits", token.position)
    if exponent and (len(exponent) > 6 or abs(int(exponent)) > MAX_EXPONENT):
        raise MathsError(f"this exponent is beyond {MAX_EXPONENT}", token.position)


def _phrases(tokens: list[Token], names: Names) -> list[Token]:
    """Return the tokens with what is written in several words, or figures, as one."""
    found: list[Token] = []
    integrals = any(token.text == "∫" or token.text == "int" for token in tokens)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        after = tokens[at + 1 : at + 40]
        next_text = after[0].text if after else ""
        before = found[-1] if found else None
        taken = 1
        if token.kind != "name" or names.declared(token.text):
            found.append(token)
        elif token.text == "arg" and next_text in ("max", "min"):
            found.append(replace(token, text=f"arg{next_text}"))
            taken = 2
        elif token.text == "per" and next_text == "cent":
            found.append(replace(token, text="%", kind="op"))
            taken = 2
        elif token.text == "per" and before is not None and after and after[0].kind == "name":
            found.append(replace(token, text="/", kind="op"))
        elif token.text == "of" and before is not None and before.text in ("%", "percent", "pct"):
            found.append(replace(token, text="*", kind="op"))
        elif _is_suffix(token, before, names):
            found[-1] = _scaled(before or token, SUFFIXES[token.text])
        elif names.learner and token.text in _PARTS and _counts_parts(found, token):
            pass  # 9/10ths
        elif binary := _is_binary(token, before, names):
            found += [
                replace(token, text="*", kind="op"),
                replace(token, text=str(2**binary), kind="number"),
            ]
        elif _is_imaginary(token, before, names):
            found.append(replace(token, text="i"))
        elif names.learner and token.text.lower() in COUNTS:
            found.append(replace(token, kind="number", text=str(COUNTS[token.text.lower()])))
        elif token.text in MAGNITUDES and before is not None and before.kind == "number":
            found[-1] = _scaled(before, MAGNITUDES[token.text])
        elif ten := _times_ten(token, before, after, names):
            found += [replace(token, text="*", kind="op"), replace(token, text="10", kind="number")]
            taken = ten
        elif (match := _BINOMIAL.fullmatch(token.text)) and (not before or before.text != "_"):
            found += _called(token, "binomial", match[1], match[2])
        elif mark := _differential(token, before, after, integrals, names):
            found += mark
        else:
            found.append(token)
        at += taken
    return found


def _is_suffix(token: Token, before: Token | None, names: Names) -> bool:
    """Return whether a letter is the million of ``1M``, where a number without letters is asked."""
    if not (names.learner and token.text in SUFFIXES and before and before.kind == "number"):
        return False
    return not token.spaced and names.card is not None and not free_names(names.card)


def _counts_parts(found: list[Token], token: Token) -> bool:
    """Return whether ``th`` stands right behind the numeral below a fraction."""
    texts = [each.kind if each.kind == "number" else each.text for each in found[-3:]]
    return not token.spaced and texts == ["number", "/", "number"]


def _is_binary(token: Token, before: Token | None, names: Names) -> int:
    """Return the power of 2 of ``64Ki``, where a number without letters is asked; else 0."""
    asked = names.learner and names.card is not None and not free_names(names.card)
    follows = before is not None and before.kind == "number" and not token.spaced
    return BINARY.get(token.text, 0) if asked and follows else 0


def _is_imaginary(token: Token, before: Token | None, names: Names) -> bool:
    """Return whether a letter is Python's ``j`` of ``3+4j``, where the card has i and no j."""
    if token.text != "j" or token.spaced or before is None or before.kind != "number":
        return False
    has_i = names.card is not None and Constant("i") in names.card.walk()
    return names.learner and has_i and not names.known_to_card("j")


def _scaled(number: Token, power: int) -> Token:
    mantissa, _, exponent = number.text.lower().partition("e")
    return replace(number, text=f"{mantissa}e{int(exponent or 0) + power}")


def _times_ten(token: Token, before: Token | None, after: list[Token], names: Names) -> int:
    """Return how many tokens are the ``x10`` of ``3x10^-4``, where the card has no x; else 0."""
    if before is None or before.kind != "number" or token.text.lower() not in ("x", "x10"):
        return 0
    if {token.text, token.text[0]} & names.variables.keys() or (
        names.learner and names.known_to_card(token.text[0])
    ):
        return 0
    taken = 1 if token.text.lower() == "x10" else 2
    texts = ["10", *(t.text for t in after)] if taken == 1 else [t.text for t in after]
    return taken if texts[:1] == ["10"] and texts[1:2] in (["^"], ["**"]) else 0


def _called(token: Token, function: str, *arguments: str) -> list[Token]:
    """Return the tokens of a call with names or numerals as its arguments."""
    parts = [("name", function), ("op", "(")]
    for number, argument in enumerate(arguments):
        parts += [("op", ",")] * (number > 0)
        parts.append(("number" if argument.isdigit() else "name", argument))
    return [replace(token, kind=kind, text=text) for kind, text in [*parts, ("op", ")")]]


def _differential(
    token: Token, before: Token | None, after: list[Token], integrals: bool, names: Names
) -> list[Token]:
    """Return the tokens of ``dx`` in an integral or a ratio of differentials; else none."""
    if token.text == "d":
        bare = bool(after) and (after[0].kind == "name" or after[0].text in ("/", "^", "("))
        spelt = integrals and bool(after) and after[0].kind == "name"
        return [replace(token, kind="d")] if spelt or (bare and _in_ratio(after)) else []
    match = _DIFFERENTIAL.fullmatch(token.text)
    if match is None or not (len(match[1].rstrip("0123456789'")) == 1 or match[1] in GREEK):
        return []
    below = before is not None and before.text == "/"
    above = (
        [t.text for t in after[:1]] == ["/"]
        and len(after) > 1
        and (_DIFFERENTIAL.fullmatch(after[1].text))
    )
    if not (integrals or below or above) or (names.declared("d") and not integrals):
        return []
    name = replace(token, text=match[1], position=token.position + 1, spaced=False)
    return [replace(token, kind="d", text="d"), name]


def _in_ratio(after: list[Token]) -> bool:
    """Return whether a fraction over a differential follows, before the next term."""
    depth = 0
    for token, below in itertools.pairwise(after):
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if depth < 0 or (depth == 0 and token.text in ("+", "-", "=", ",", "*")):
            return False
        if depth == 0 and token.text == "/":
            return below.kind == "name" and bool(_DIFFERENTIAL.fullmatch(below.text))
    return False


def _split_words(tokens: list[Token], names: Names) -> list[Token]:
    """Return the tokens with each unknown word split into known ones, such as ``2xy``."""
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
    """Return a learner's ``xi`` as an entry of the card's vector x, where the card has no ξ."""
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
    """Return a function and the one letter it is applied to: ``lnx``, ``sinθ``, ``zlnx``."""
    match = _APPLIED.fullmatch(word)
    return [part for part in match.groups() if part] if match else None


def _hint(word: str) -> str:
    """Return what may be meant by an unknown word."""
    if word in MISSPOKEN:
        return f"; write {MISSPOKEN[word]}"
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
        or word.rstrip("0123456789'") in (*GREEK, "pi")
        or accented(word.rstrip("0123456789'")) is not None
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
        placed.append(Token("name", part, position, token.spaced and number == 0, number > 0))
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
