"""Phrases: what is written in several tokens and means one, such as `per cent` or `dx`."""

import itertools
import re
from dataclasses import replace

from sims.maths.syntax.names import Names
from sims.maths.syntax.token import Token
from sims.maths.syntax.tree import Constant, free_names
from sims.maths.syntax.vocabulary import COUNTS, GREEK, MAGNITUDES

BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40}
SUFFIXES = {"k": 3, "K": 3, "M": 6, "B": 9, "T": 12}
_PARTS = frozenset({"th", "ths", "rd", "rds", "nd", "nds"})
_BINOMIAL = re.compile("([a-z])C([a-z]|[0-9]+)")
_DIFFERENTIAL = re.compile("d([A-Za-z][0-9]*'*|[A-Za-z]+)")


def joined(tokens: list[Token], names: Names) -> list[Token]:
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
    """Return whether a letter is the million of `1M`, where a number without letters is asked."""
    if not (names.learner and token.text in SUFFIXES and before and before.kind == "number"):
        return False
    return not token.spaced and names.card is not None and not free_names(names.card)


def _counts_parts(found: list[Token], token: Token) -> bool:
    """Return whether `th` stands right behind the numeral below a fraction."""
    texts = [each.kind if each.kind == "number" else each.text for each in found[-3:]]
    return not token.spaced and texts == ["number", "/", "number"]


def _is_binary(token: Token, before: Token | None, names: Names) -> int:
    """Return the power of 2 of `64Ki`, where a number without letters is asked; else 0."""
    asked = names.learner and names.card is not None and not free_names(names.card)
    follows = before is not None and before.kind == "number" and not token.spaced
    return BINARY.get(token.text, 0) if asked and follows else 0


def _is_imaginary(token: Token, before: Token | None, names: Names) -> bool:
    """Return whether a letter is Python's `j` of `3+4j`, where the card has i and no j."""
    if token.text != "j" or token.spaced or before is None or before.kind != "number":
        return False
    has_i = names.card is not None and Constant("i") in names.card.walk()
    return names.learner and has_i and not names.known_to_card("j")


def _scaled(number: Token, power: int) -> Token:
    mantissa, _, exponent = number.text.lower().partition("e")
    return replace(number, text=f"{mantissa}e{int(exponent or 0) + power}")


def _times_ten(token: Token, before: Token | None, after: list[Token], names: Names) -> int:
    """Return how many tokens are the `x10` of `3x10^-4`, where the card has no x; else 0."""
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
    """Return the tokens of `dx` in an integral or a ratio of differentials; else none."""
    if token.text == "d":
        bare = bool(after) and (after[0].kind == "name" or after[0].text in ("/", "^", "("))
        spelt = integrals and bool(after) and after[0].kind == "name"
        return [replace(token, kind="d")] if spelt or (bare and _in_ratio(after)) else []
    match = _of_a_letter(token)
    if match is None:
        return []
    below = before is not None and before.text == "/"
    above = [t.text for t in after[:1]] == ["/"] and bool(after[1:] and _of_a_letter(after[1]))
    if not (integrals or below or above) or (names.declared("d") and not integrals):
        return []
    name = replace(token, text=match[1], position=token.position + 1, spaced=False)
    return [replace(token, kind="d", text="d"), name]


def _of_a_letter(token: Token) -> re.Match[str] | None:
    """Return the differential `dx` of a letter; None for a word such as delta."""
    match = _DIFFERENTIAL.fullmatch(token.text)
    plain = match is not None and len(match[1].rstrip("0123456789'")) == 1
    return match if match is not None and (plain or match[1] in GREEK) else None


def _in_ratio(after: list[Token]) -> bool:
    """Return whether a fraction over a differential follows, before the next term."""
    depth = 0
    for token, below in itertools.pairwise(after):
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if depth < 0 or (depth == 0 and token.text in ("+", "-", "=", ",", "*")):
            return False
        if depth == 0 and token.text == "/":
            return below.kind == "name" and _of_a_letter(below) is not None
    return False
