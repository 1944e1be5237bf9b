"""From text to tokens, within limits; numerals as people group them."""

import re
from typing import Any

from sims.maths.errors import MathsError
from sims.maths.limits import MAX_CHARACTERS, MAX_DIGITS, MAX_EXPONENT, MAX_TOKENS
from sims.maths.syntax import compounds, phrases
from sims.maths.syntax.characters import shown, to_ascii
from sims.maths.syntax.names import Names
from sims.maths.syntax.programs import in_mathematics, with_commas
from sims.maths.syntax.spoken import in_signs
from sims.maths.syntax.token import Token
from sims.maths.syntax.tree import Collection as Bracketed
from sims.maths.syntax.tree import Constant, Divide, Interval, Logic, Number, free_names
from sims.maths.syntax.vocabulary import GREEK, KEPT, words

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
_LABEL = re.compile(r"[\w %,.:<>=()+*|'/-]+")
"""What a quoted name is made of."""


def tokenize(text: str, names: Names) -> list[Token]:
    """Return the tokens of a text, ended by an `end` token. Raises MathsError."""
    if len(text) > MAX_CHARACTERS:
        raise MathsError(f"this is longer than {MAX_CHARACTERS} characters")
    if names.learner:
        text = _STOP.sub("", _ABBREVIATED.sub(r"\1 ", text))  # the full stop of a sentence
        text = _QUOTED.sub(r"\1", _BOLD.sub(r"\1", text))
        if names.card is not None and TIMES >= free_names(names.card) != set():
            text = _spans(text)
    plain, where = to_ascii(text)
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
    tokens = compounds.split(phrases.joined(tokens, names), names)
    return [*tokens, Token("end", "", len(text), True)]


def _with_points(plain: str, names: Names) -> str:
    """Return a learner's text with points for decimal commas, and commas for a `;`."""
    pair = (
        isinstance(names.card, Bracketed)
        and names.card.kind in ("list", "tuple")
        and not any(isinstance(item, Bracketed) for item in names.card.items)
    )
    if isinstance(names.card, Interval) or (pair and plain.count(";") == 1):
        return plain.replace(";", ",")  # [0; 1)
    return plain if _is_list(names) else _BARE_COMMA.sub(".", plain)  # ,25


def _scanned(text: str, plain: str, where: list[int], names: Names) -> list[Token]:
    """Return the tokens of a text in ASCII; `where` says where each character was written."""
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
        else f"the character {shown(plain[position])} has no meaning here; leave it out"
    )
    return MathsError(says, where[position])


def _spans(text: str) -> str:
    """Return a text with `1m30s` as `1 min 30 s`, and `1:30 min` as `(1 + 30/60) min`."""

    def put(found: re.Match[str]) -> str:
        large, small = found["large"], found["small"]
        if large[0] == small[0] or (large[0] == "h" and small[0] == "s"):
            return found.group()
        units = {"h": "h", "m": "min", "s": "s"}
        return f"{found['first']} {units[large[0]]} {found['second']} {units[small[0]]}"

    return _CLOCK.sub(r"(\1 + \2/60)", _SPAN.sub(put, text))


def _without(module: re.Match[str], names: Names) -> str:
    """Return spaces in place of `np.` before a function, unless it is a name of the card."""
    return module.group() if names.known_to_card(module["root"]) else " " * len(module.group())


def _turned_brackets(plain: str, names: Names) -> str:
    """Return a text with `]0, 1[` as `(0, 1)`, and `<x, y>` as an inner product."""
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

    `1,000,000`, `1 000 000`, `2,5` for a learner, `2 1/2`. A comma between brackets parts
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


def _check_number(token: Token) -> None:
    mantissa, _, exponent = token.text.lower().partition("e")
    if len(mantissa.replace(".", "")) > MAX_DIGITS:
        raise MathsError(f"this number has more than {MAX_DIGITS} digits", token.position)
    if exponent and (len(exponent) > 6 or abs(int(exponent)) > MAX_EXPONENT):
        raise MathsError(f"this exponent is beyond {MAX_EXPONENT}", token.position)


def bare_names(text: str) -> set[str]:
    """Return the single-letter and Greek names a text uses; empty if it cannot be read."""
    try:
        plain, _ = to_ascii(text[:MAX_CHARACTERS])
    except MathsError:
        return set()
    found = {match["name"] for match in _TOKEN.finditer(plain) if match["name"]}
    return {word for word in found if len(word.rstrip("'0123456789")) == 1 or word in GREEK}
