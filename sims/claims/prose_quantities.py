"""Equations of numbers with units, and congruences of numbers, in prose and formulas of notes.

Both are recomputed where every part is read; anything beside them that is not understood leaves
them alone. Sides of different dimensions are left alone too: a unit may be meant and not written.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from sims.claims.units import YEAR, unit_of
from sims.maths.comparison.units import Unit

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
WORDS = (
    r"km|cm|mm|nm|m|kg|mg|g|ms|ns|s|min|h|d|hours?|minutes?|seconds?|days?|weeks?|years?|bits?|"
    r"bytes?|[kKMGTP]?B|[KMGT]iB|[kKMGT]bits?|[kKMGT]b|Hz|kHz|MHz|GHz|kWh|MWh|Wh|kW|MW|W|kJ|MJ|J|"
    r"kN|N|kPa|Pa|V|A|L|l|mL|eV|keV|MeV|mph"
)
ONE = rf"(?:{WORDS})(?:\^-?\d|[²³])?"
UNIT = rf"{ONE}(?:\s?[/·]\s?{ONE})?(?![A-Za-z0-9_^(])"
TERM = rf"(?:{NUMBER})(?:\s?(?:{UNIT}))?"
SIDE = rf"[-−]?\(?{TERM}(?:\s*[-+−–*×·/]\s*\(?{TERM}\)?)*"
CHAIN = re.compile(
    rf"(?<![\w.,^_/*+\-−–×·÷=<>~\\$(])(?P<chain>{SIDE}(?:\s*(?:=|≈)\s*{SIDE})+)(?![\w^(/*])(?!\s*[-+*/×·=≈]\s*[\w(])"
)
_HINT = re.compile(rf"\d\s?(?:{WORDS})(?![A-Za-z0-9_(])")
_TERM = re.compile(rf"(?P<number>{NUMBER})(?:\s?(?P<unit>{UNIT}))?")
_JOINED = re.compile(r"\d\s?[A-Za-z]+\s+$|[-−–+*/^×·<>±(]\s*$|\b(?:in|per|every|each)\s+$")
"""What stands before an equation that it may belong to: another quantity, or an operator."""
_SHARED = re.compile(r"\s*(?:per|each|for (?:each|every)|an?)\b")
"""What stands after an equation of quantities whose right side is one thing's share."""
_BEFORE = re.compile(r"mod\W*$|[-+*/^×·<>±(%=]\s*$|\\[A-Za-z]+\s*$|(?i:invers[^.]*)$")
"""What stands before a congruence that it may belong to."""
_INTEGER = r"[-−]?\d+(?:\s*(?:[-+*^×]|\\times|\\cdot)\s*\d+)*"
CONGRUENCE = re.compile(
    rf"(?<![\w.,^_/*+\-−=<>~\\(])(?P<left>{_INTEGER})\s*(?:=|≡|\\equiv)\s*(?P<right>{_INTEGER})"
    r"\s*,?\s*(?:\(\s*)?(?:\\p?b?mod|mod)\s*\{?\s*(?P<n>\d+)(?![\w.^*])"
)
REMAINDER = re.compile(
    rf"(?<![\w.,^_/*+\-−=<>~\\(])(?P<left>{_INTEGER})\s*(?:\\b?mod|mod)\s*(?P<n>\d+)\s*(?:=|≡|\\equiv)"
    r"\s*(?P<right>[-−]?\d+)(?!\s*[\w.^*/+(])"
)
MOST = 10**6
"""The largest exponent of a congruence that is computed."""


def worth(line: str) -> bool:
    """Return whether a line may hold such an equation, quickly."""
    if not ("=" in line or "≈" in line or "≡" in line or "\\equiv" in line) or len(line) > 2000:
        return False
    return "mod" in line or _HINT.search(line) is not None


def found_in(line: str) -> Iterator[tuple[int, int, str, str, str, str]]:
    """Yield start, end, both sides, the sign and the modulus (or nothing) of each equation."""
    for pattern in (CONGRUENCE, REMAINDER) if "mod" in line else ():
        for match in pattern.finditer(line):
            before = line[: match.start()]
            if _BEFORE.search(before):
                continue
            yield match.start(), match.end(), match["left"], match["right"], "≡", match["n"]
    for match in CHAIN.finditer(line) if _HINT.search(line) else ():
        sides = re.split(r"\s*[=≈]\s*", match["chain"])
        signs = re.findall(r"[=≈]", match["chain"])
        units = {found["unit"] for side in sides for found in _TERM.finditer(side)}
        plain = all(_TERM.fullmatch(side.strip()) for side in sides)
        if units == {None} or (plain and len(units) == 1) or _JOINED.search(line[: match.start()]):
            continue
        if _SHARED.match(line, match.end()):
            continue
        for (left, right), sign in zip(pairwise(sides), signs, strict=True):
            yield match.start(), match.end(), left, right, sign, ""


def congruent(left: str, right: str, modulus: str) -> tuple[bool, str] | None:
    """Return whether two whole numbers are congruent, and the residue of the left; or None."""
    n = int(modulus)
    values = [_residue(side, n) for side in (left, right)] if n > 1 else [None]
    if None in values:
        return None
    return values[0] == values[1], f"{values[0]} mod {n}"


def _residue(side: str, n: int) -> int | None:
    """Return a sum of products of powers of whole numbers, modulo n."""
    text = re.sub(r"×|\\times|\\cdot", "*", side.replace("−", "-")).replace(" ", "")
    total = 0
    for term in re.findall(r"[-+]?[^-+]+", text):
        product = -1 if term.startswith("-") else 1
        for factor in term.lstrip("+-").split("*"):
            base, *powers = factor.split("^")
            if len(powers) > 1 or not all(part.isdigit() for part in (base, *powers)):
                return None
            exponent = int(powers[0]) if powers else 1
            if exponent > MOST or len(base) > 200:
                return None
            product = product * pow(int(base), exponent, n) % n
        total += product
    return total % n


def equal(left: str, right: str, sign: str) -> tuple[bool, str] | None:
    """Return whether two quantities agree to the digits written, and what the right one should be.

    None where the dimensions differ, or a side is not read. Kilobytes of 1024 and other lengths of
    a year are tried as well.
    """
    answer: tuple[bool, str] | None = None
    for kilo, year in ((1000, YEAR), (1024, YEAR), (1000, Fraction(31_536_000)),
                       (1000, Fraction(31_557_600))):  # fmt: skip
        one, other = _value(left, kilo, year), _value(right, kilo, year)
        if one is None or other is None or one.dimensions != other.dimensions:
            return None
        units = [size for side in (left, right) if (size := _last(side, kilo, year))]
        if not units or not one.dimensions:
            return None
        slack = max(units) if sign == "≈" else max(units) / 2
        if abs(one.factor - other.factor) <= slack:
            return True, ""
        if answer is None:
            answer = False, _shown(one, right, kilo, year)
    return answer


def _shown(value: Unit, right: str, kilo: int, year: Fraction) -> str:
    """Return a value in the unit of the right side."""
    (last,) = list(_TERM.finditer(right))[-1:]
    size = _unit(last["unit"] or "", kilo, year)
    if size is None or size.dimensions != value.dimensions:
        return ""
    return f"{float(value.factor / size.factor):.6g} {last['unit']}"


def _last(side: str, kilo: int, year: Fraction) -> Fraction | None:
    """Return the unit of the last digit of a side that is one quantity."""
    found = _TERM.fullmatch(side.strip().lstrip("-−"))
    size = _unit(found["unit"], kilo, year) if found and found["unit"] else None
    if found is None or size is None:
        return None
    digits = found["number"].replace(",", "")
    mantissa, _, exponent = digits.lower().partition("e")
    places = len(mantissa.partition(".")[2])
    zeros = len(mantissa) - len(mantissa.rstrip("0")) if places == 0 and len(mantissa) > 3 else 0
    return Fraction(10) ** (zeros - places + int(exponent or 0)) * size.factor


def _value(side: str, kilo: int, year: Fraction) -> Unit | None:
    """Return the value of a side: sums of products of quantities; None for what is not read."""
    total: Unit | None = None
    text = re.sub("[−–]", "-", side).strip()
    if "(" in text or ")" in text:
        return None
    for sign, term in _terms(text):
        value = _product(term, kilo, year)
        if value is None or (total is not None and total.dimensions != value.dimensions):
            return None
        factor = value.factor * sign + (total.factor if total is not None else 0)
        total = Unit(factor, value.dimensions)
    return total


def _terms(text: str) -> Iterator[tuple[int, str]]:
    """Yield the terms of a sum with their signs; the sign of an exponent is none."""
    start, sign = 0, 1
    if text.startswith("-"):
        start, sign = 1, -1
    for found in re.finditer(r"(?<=[\w²³])\s*([-+])\s*(?=\d)", text):
        before = text[: found.start()]
        if re.search(r"\d[eE]$|\^$", before):
            continue
        yield sign, text[start : found.start()]
        start, sign = found.end(), 1 if found[1] == "+" else -1
    yield sign, text[start:]


def _product(term: str, kilo: int, year: Fraction) -> Unit | None:
    value, position, operator = Unit(Fraction(1), ()), 0, "*"
    while position < len(term):
        found = _TERM.match(term, position)
        if found is None:
            return None
        size = _unit(found["unit"], kilo, year) if found["unit"] else Unit(Fraction(1), ())
        if size is None:
            return None
        number = Fraction(found["number"].replace(",", ""))
        if operator == "/" and number == 0:
            return None
        one = Unit(number * size.factor, size.dimensions)
        value = value.times(one, -1 if operator == "/" else 1)
        after = re.compile(r"\s*([*×·/])\s*").match(term, found.end())
        if after is None:
            return value if not term[found.end() :].strip() else None
        operator, position = ("/" if after[1] == "/" else "*"), after.end()
    return None


def _unit(written: str, kilo: int, year: Fraction) -> Unit | None:
    """Return the unit that `GB/s` or `m/s^2` is."""
    total, operator = Unit(Fraction(1), ()), "*"
    for part in re.split(r"\s?([/·])\s?", written):
        if part in ("/", "·"):
            operator = part
            continue
        name, _, power = part.replace("²", "^2").replace("³", "^3").partition("^")
        unit = _named(name, kilo, year)
        if unit is None:
            return None
        total = total.times(unit, int(power or 1) * (-1 if operator == "/" else 1))
    return total


def _named(name: str, kilo: int, year: Fraction) -> Unit | None:
    name = {"d": "day", "KB": "kB", "Kbit": "kbit", "Kbits": "kbit"}.get(name, name)
    bits = re.fullmatch(r"([kKMGTP])(b|bits?|B)", name)
    if bits:
        size = (8 if bits[2] == "B" else 1) * kilo ** ("kMGTP".index(bits[1].replace("K", "k")) + 1)
        plain = unit_of("bit")
        return Unit(Fraction(size), plain.dimensions) if plain else None
    unit = unit_of("minute" if name == "min" else name)
    return Unit(year, unit.dimensions) if unit and name in ("year", "years") else unit
