"""Units: SI, everyday and machine-learning ones (B, bit, FLOP, token), with prefixes.

A quantity is split into its number and its unit; units are factors to base units and exponents
of dimensions.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache

from sims.maths.comparison.finding import Finding
from sims.maths.comparison.numbers import Rule, typed
from sims.maths.errors import MathsError
from sims.maths.syntax.phrases import SUFFIXES
from sims.maths.syntax.tree import (
    ONE,
    Add,
    Divide,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Unary,
    free_names,
    rational,
)

Dimensions = tuple[tuple[str, int], ...]

PREFIXES = {
    "": 0, "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1,
    "d": -1, "c": -2, "m": -3, "u": -6, "µ": -6, "n": -9, "p": -12, "f": -15, "a": -18,
}  # fmt: skip
WORDS = {
    "kilo": 3,
    "mega": 6,
    "giga": 9,
    "tera": 12,
    "milli": -3,
    "micro": -6,
    "nano": -9,
    "centi": -2,
    "peta": 15,
    "exa": 18,
    "pico": -12,
    "femto": -15,
}
BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50}
BINARY_WORDS = {"kibi": 10, "mebi": 20, "gibi": 30, "tebi": 40}
PI = Fraction("3.14159265358979323846264338327950288419716939937510")

# Symbols that take prefixes: factor to base units, dimensions.
PREFIXED: dict[str, tuple[str, str]] = {
    "m": ("1", "m"), "metre": ("1", "m"), "meter": ("1", "m"), "g": ("1/1000", "kg"),
    "s": ("1", "s"), "second": ("1", "s"), "sec": ("1", "s"), "A": ("1", "A"),
    "ampere": ("1", "A"), "amp": ("1", "A"), "K": ("1", "K"), "kelvin": ("1", "K"),
    "mol": ("1", "mol"), "cd": ("1", "cd"), "Hz": ("1", "s-1"), "hertz": ("1", "s-1"),
    "N": ("1", "kg m s-2"), "newton": ("1", "kg m s-2"), "Pa": ("1", "kg m-1 s-2"),
    "J": ("1", "kg m2 s-2"), "j": ("1", "kg m2 s-2"), "joule": ("1", "kg m2 s-2"),
    "W": ("1", "kg m2 s-3"), "watt": ("1", "kg m2 s-3"), "C": ("1", "A s"),
    "V": ("1", "kg m2 s-3 A-1"), "volt": ("1", "kg m2 s-3 A-1"), "F": ("1", "kg-1 m-2 s4 A2"),
    "Ohm": ("1", "kg m2 s-3 A-2"), "ohm": ("1", "kg m2 s-3 A-2"), "Omega": ("1", "kg m2 s-3 A-2"),
    "S": ("1", "kg-1 m-2 s3 A2"), "Wb": ("1", "kg m2 s-2 A-1"), "T": ("1", "kg s-2 A-1"),
    "H": ("1", "kg m2 s-2 A-2"), "l": ("1/1000", "m3"), "L": ("1/1000", "m3"),
    "litre": ("1/1000", "m3"), "liter": ("1/1000", "m3"), "eV": ("1.602176634e-19", "kg m2 s-2"),
    "Wh": ("3600", "kg m2 s-2"), "VA": ("1", "kg m2 s-3 va"), "bar": ("100000", "kg m-1 s-2"),
    "M": ("1000", "mol m-3"), "amu": ("1.66053906660e-27", "kg"), "u": ("1.66053906660e-27", "kg"),
    "Da": ("1.66053906660e-27", "kg"), "Bq": ("1", "s-1"), "Gy": ("1", "m2 s-2"),
    "Sv": ("1", "m2 s-2"), "lm": ("1", "cd"), "lx": ("1", "cd m-2"), "cal": ("4.184", "kg m2 s-2"),
    "Cal": ("4184", "kg m2 s-2"), "kat": ("1", "mol s-1"), "rem": ("1/100", "m2 s-2"),
    "torr": ("101325/760", "kg m-1 s-2"), "h": ("3600", "s"), "t": ("1000", "kg"),
    "tonne": ("1000", "kg"), "dpt": ("1", "m-1"),
    "pc": ("30856775814913673", "m"), "gram": ("1/1000", "kg"),
    "B": ("8", "bit"), "byte": ("8", "bit"), "bit": ("1", "bit"), "b": ("1", "bit"),
    "bps": ("1", "bit s-1"), "Bps": ("8", "bit s-1"), "FLOP": ("1", "flop"), "flop": ("1", "flop"),
    "FLOPs": ("1", "flop"), "FLOPS": ("1", "flop s-1"), "FLOP_s": ("1", "flop s-1"),
    "token": ("1", "token"), "tokens": ("1", "token"), "tok": ("1", "token"),
    "sample": ("1", "sample"), "samples": ("1", "sample"), "step": ("1", "step"),
    "steps": ("1", "step"), "parameter": ("1", "parameter"), "parameters": ("1", "parameter"),
}  # fmt: skip
PLAIN: dict[str, tuple[str, str]] = {
    "min": ("60", "s"), "minute": ("60", "s"), "minutes": ("60", "s"), "hr": ("3600", "s"),
    "hrs": ("3600", "s"), "hour": ("3600", "s"), "hours": ("3600", "s"), "day": ("86400", "s"),
    "days": ("86400", "s"),
    "week": ("604800", "s"), "year": ("31557600", "s"), "seconds": ("1", "s"), "metres": ("1", "m"),
    "meters": ("1", "m"), "bytes": ("8", "bit"), "bits": ("1", "bit"), "rad": ("1", ""),
    "radian": ("1", ""), "sr": ("1", ""), "cc": ("1/1000000", "m3"), "ha": ("10000", "m2"),
    "in": ("0.0254", "m"), "inch": ("0.0254", "m"), "ft": ("0.3048", "m"), "foot": ("0.3048", "m"),
    "feet": ("0.3048", "m"), "yd": ("0.9144", "m"), "mi": ("1609.344", "m"),
    "mile": ("1609.344", "m"), "miles": ("1609.344", "m"), "lb": ("0.45359237", "kg"),
    "oz": ("0.028349523125", "kg"), "atm": ("101325", "kg m-1 s-2"), "rpm": ("1/60", "s-1"),
    "rev": ("1", ""), "Btu": ("1055.05585262", "kg m2 s-2"),
    "ly": ("9460730472580800", "m"), "au": ("149597870700", "m"), "mph": ("0.44704", "m s-1"),
    "kph": ("5/18", "m s-1"), "mu": ("1/1000000", ""), "ppm": ("1/1000000", ""),
    "mmHg": ("133.322387415", "kg m-1 s-2"), "Ang": ("1e-10", "m"), "gal": ("0.00454609", "m3"),
    "knot": ("1852/3600", "m s-1"), "hp": ("745.69987158227022", "kg m2 s-3"),
    "angstrom": ("1e-10", "m"), "Torr": ("101325/760", "kg m-1 s-2"), "dyn": ("1e-5", "kg m s-2"),
    "erg": ("1e-7", "kg m2 s-2"), "G": ("1e-4", "kg s-2 A-1"), "Ci": ("37000000000", "s-1"),
}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """A factor to base units and the exponents of its dimensions."""

    factor: Fraction
    dimensions: Dimensions

    def times(self, other: "Unit", power: int = 1) -> "Unit":
        """Return the product with a power of another unit."""
        total = dict(self.dimensions)
        for name, exponent in other.dimensions:
            total[name] = total.get(name, 0) + exponent * power
        kept = tuple(sorted((name, exponent) for name, exponent in total.items() if exponent))
        return Unit(self.factor * other.factor**power, kept)


NONE = Unit(Fraction(1), ())
_SHORT = 2
"""Letters of a symbol such as `GB`; what is longer is a word, which may have a plural."""
LONG_WORD = 5
NEAR = 0.85
"""How alike a word of so many letters must be to the name of a unit to be taken for a slip."""

_SCALES = {
    "K": (Fraction(1), Fraction(0)), "C": (Fraction(1), Fraction("273.15")),
    "F": (Fraction(5, 9), Fraction("459.67") * 5 / 9),
}  # fmt: skip
"""Kelvins in a degree of each scale of temperature, and in its zero."""

_WORD = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,}(?![A-Za-z])")
_BYTES = re.compile(r"([kKMGTP]i?)(Byte|Bit|byte|bit)s?")
_FLOPS = re.compile(r"(kilo|mega|giga|tera|peta|exa)?flops?")
_DEGREES = re.compile(
    r"(?:\b(?:degrees?|deg) ?)?\b(?:[Cc]elsius|[Cc]entigrade)\b|\bdeg(?:rees?)? ?C\b"
)
_POWERS = re.compile(r"\b(square|sq\.?|cubic|cu\.?)\s+([A-Za-z]+)\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"(\d)([kKMBT])\s+(?=[a-z]{3,}s?\b)")
_INFORMAL = {"gig": "GB", "gigs": "GB", "meg": "MB", "megs": "MB"}


@cache
def table() -> Mapping[str, Unit]:
    """Return every unit by its symbol, prefixes included."""
    units: dict[str, Unit] = {}
    for symbol, (factor, dimensions) in PREFIXED.items():
        base = _unit(factor, dimensions)
        for prefix, power in (PREFIXES | WORDS).items():
            if prefix not in WORDS or len(symbol) > 1 or symbol in "AKVWNJBFmgs":
                scale = Fraction(10) ** power
                units.setdefault(prefix + symbol, Unit(base.factor * scale, base.dimensions))
    for prefix, power in BINARY.items():
        for symbol in ("B", "bit", "b"):
            base = units[symbol]
            units[prefix + symbol] = Unit(base.factor * 2**power, base.dimensions)
    for prefix, power in BINARY_WORDS.items():
        for symbol in ("byte", "bit"):
            base = units[symbol]
            units[prefix + symbol] = Unit(base.factor * 2**power, base.dimensions)
    for symbol, (factor, dimensions) in (PLAIN | PREFIXED).items():
        units[symbol] = _unit(factor, dimensions)
    for word in [word for word in units if len(word) > _SHORT and word.isalpha()]:
        units.setdefault(f"{word}s", units[word])  # gigabytes, milliseconds
    for symbol in ("kJ", "MJ", "GJ"):
        units[symbol[0].upper() + "j"] = units[symbol]
    units["KB"] = units["kB"]
    units["degree"] = units["deg"] = Unit(PI / 180, ())
    return units


def _unit(factor: str, dimensions: str) -> Unit:
    unit = NONE
    for part in dimensions.split():
        name = part.rstrip("0123456789-")
        unit = unit.times(Unit(Fraction(1), ((name, int(part[len(name) :] or 1)),)))
    top, _, bottom = factor.partition("/")
    return Unit(Fraction(top) / Fraction(bottom or 1), unit.dimensions)


@dataclass(frozen=True)
class Quantity:
    """A number as a tree (None if there was none) and the unit it counts, as written."""

    number: Node | None
    unit: Unit
    written: tuple[tuple[str, int], ...]


def respelt(text: str, written: Collection[str]) -> str:
    """Return a learner's text with the units spelt as the card spells them: `24 gb` for GB.

    Raises MathsError for a word that is another unit by its capitals, such as `kb` for `kB`.
    """
    spelt = {name.lower(): name for name in written}

    def put(match: re.Match[str]) -> str:
        word = match.group()
        if word in written:
            return word
        divided = re.match(r"\s*(?:/|per\b)", match.string[match.end() :]) is not None
        meant = spelt.get(word.lower()) or _spelt_out(word, written, rate=not divided)
        if meant is None:
            _check_spelling(word, written, match.start())
            return word
        if meant == word:
            return word
        if word in table() and word.lower() in spelt and table()[word] != table()[meant]:
            raise MathsError(f"'{word}' is another unit than {meant}: write {meant}", match.start())
        return meant

    text = _POWERS.sub(lambda m: f"{m[2]}^{2 if m[1].lower().startswith('s') else 3}", text)
    text = _THOUSANDS.sub(lambda m: f"{m[1]}e{SUFFIXES[m[2]]} ", text)
    return _WORD.sub(put, _DEGREES.sub("C", text) if {"K", "C"} & {*written} else text)


def _check_spelling(word: str, written: Collection[str], position: int) -> None:
    """Raise MathsError for a word that is nearly a unit: `miliseconds`."""
    if word in table() or len(word) < LONG_WORD:
        return
    near = get_close_matches(word.lower(), [name for name in table() if len(name) >= LONG_WORD], 1,
                             NEAR)  # fmt: skip
    if near:
        unit = " and ".join(sorted(written))
        raise MathsError(f"'{word}' is no unit that is known: the card has {unit}", position)


def _spelt_out(word: str, written: Collection[str], *, rate: bool) -> str | None:
    """Return the unit that a word such as `Gigabyte`, `GByte`, `GBs` or `teraflops` is.

    The card decides whether `teraflops` are operations or, unless divided, a `rate` of them.
    """
    low = word.lower()
    rate = rate and any(name.endswith("FLOPS") for name in written)
    if rate and (found := _FLOPS.fullmatch(low)):
        prefix = next(p for p, power in PREFIXES.items() if power == WORDS.get(found[1], 0))
        return f"{prefix}FLOPS"
    if found := _BYTES.fullmatch(word):
        return found[1] + ("B" if found[2].lower() == "byte" else "bit")
    if word.removesuffix("s") in written or low in _INFORMAL:
        return _INFORMAL.get(low, word.removesuffix("s"))
    return low if word not in table() and len(word) > _SHORT + 1 and low in table() else None


def quantity(node: Node) -> Quantity | None:
    """Return the tree as a number times units; None where letters are not all units."""
    if isinstance(node, Add):
        return _sum(node) or (Quantity(node, NONE, ()) if not free_names(node) else None)
    factors: list[tuple[Node, int]] = []
    _collect(node, 1, factors)
    unit = NONE
    written: dict[str, int] = {}
    numbers = [(number, power) for number, power in factors if not isinstance(number, Name)]
    for factor, power in factors:
        if isinstance(factor, Name):
            if factor.name not in table():
                return None
            unit = unit.times(table()[factor.name], power)
            written[factor.name] = written.get(factor.name, 0) + power
    if any(isinstance(part, Name) for number, _ in numbers for part in number.walk()):
        return None
    kept = tuple(sorted((name, power) for name, power in written.items() if power))
    return Quantity(_number(numbers), unit, kept)


def _sum(node: Add) -> Quantity | None:
    """Return `1 h + 30 min` in its first unit; None where the terms measure different things."""
    found = [quantity(term) for term in node.terms]
    parts = [part for part in found if part is not None and part.number is not None]
    if len(parts) < len(found) or len({part.unit.dimensions for part in parts}) > 1:
        return None
    first = parts[0]
    if not first.written:
        return None
    terms = (Mul((rational(p.unit.factor / first.unit.factor), p.number or ONE)) for p in parts)
    return Quantity(Add(tuple(terms)), first.unit, first.written)


def _collect(node: Node, power: int, factors: list[tuple[Node, int]]) -> None:
    if isinstance(node, Mul):
        for factor in node.factors:
            _collect(factor, power, factors)
    elif isinstance(node, Divide):
        _collect(node.numerator, power, factors)
        _collect(node.denominator, -power, factors)
    elif isinstance(node, Unary) and node.sign in ("-", "+"):
        factors.append((Unary(node.sign, Number("1")), 1))
        _collect(node.operand, power, factors)
    elif isinstance(node, Power) and any(isinstance(part, Name) for part in node.base.walk()):
        exponent = typed(node.exponent)
        if exponent is None or exponent.value.denominator != 1 or abs(exponent.value) > 12:
            raise MathsError("the exponent of a unit is a small whole number")
        _collect(node.base, power * int(exponent.value), factors)
    else:
        factors.append((node, power))


def _number(numbers: list[tuple[Node, int]]) -> Node | None:
    """Return the numeric factors as one tree that keeps a lone numeral as it was typed."""
    signs = [n for n, _ in numbers if isinstance(n, Unary) and n.operand == Number("1")]
    rest = [(n, p) for n, p in numbers if n not in signs and not (n == Number("1") and p < 0)]
    negative = sum(sign.sign == "-" for sign in signs if isinstance(sign, Unary)) % 2
    if not rest:
        return None
    above = [n for n, p in rest if p > 0] or [Number("1")]
    below = [n for n, p in rest if p < 0]
    number: Node = above[0] if len(above) == 1 else Mul(tuple(above))
    if below:
        number = Divide(number, below[0] if len(below) == 1 else Mul(tuple(below)))
    return Unary("-", number) if negative else number


def compare_quantities(
    answer: Node,
    expected: Node,
    rule: Rule,
    *,
    strict: bool = False,
    base_units: bool = False,
    to_expected: bool = False,
) -> tuple[Finding, str]:
    """Compare two quantities; the number is judged by a rule.

    `strict` asks for the very unit expected; `base_units` applies the rule after conversion
    to base units, `to_expected` after conversion to the expected unit; otherwise the expected
    number is converted. Raises MathsError where the expected one is no quantity.
    """
    ours, theirs = quantity(answer), quantity(expected)
    if theirs is None:
        raise MathsError("the expected answer is not a number with a unit")
    if ours is None:
        return Finding("different", "unknown-unit", message="This is not a number with units."), ""
    wanted = unit_text(theirs.written)
    if ours.number is None and theirs.number is not None:
        return Finding("different", "missing-number", message="The number is missing."), ""
    if not ours.written and theirs.unit.dimensions:
        return Finding(
            "different", "missing-unit", message=f"The unit is missing: write it, as in 1 {wanted}."
        ), ""
    if ours.written and not theirs.written:
        return Finding("different", "unit-not-asked", message="No unit is asked for."), ""
    if not strict:
        ours = _temperature(ours, theirs)
    if ours.unit.dimensions != theirs.unit.dimensions:
        message = f"This unit measures something else than {wanted}: write your answer in {wanted}."
        return Finding("different", "wrong-dimension", message=message), ""
    same = ours.unit.factor == theirs.unit.factor
    how = "base" if base_units else "expected" if to_expected else "answer"
    number = theirs.number or Number("1")
    if strict and ours.written != theirs.written:
        found, _ = _judge(ours, theirs, rule, how)
        outcome = "other-unit" if found.accepted else "wrong-unit"
        return Finding("different", outcome, message=f"The unit {wanted} is asked for."), ""
    found, accepted = _judge(ours, theirs, rule, how)
    if found.accepted or same:
        return found, f"{accepted} {wanted}" if accepted else ""
    unscaled, _ = rule(ours.number or Number("1"), number)
    if unscaled.accepted:
        message = f"The number is right in {wanted}, not in the unit you gave."
        return Finding("different", "wrong-unit", message=message), accepted
    return found, accepted


def _judge(ours: Quantity, theirs: Quantity, rule: Rule, unit: str) -> tuple[Finding, str]:
    """Apply the rule with the numbers converted to one unit: answer's, expected or base."""
    left, right = ours.number or Number("1"), theirs.number or Number("1")
    if unit == "base" and ours.unit.factor != theirs.unit.factor:
        pair = [Mul((rational(q.unit.factor), n)) for q, n in ((ours, left), (theirs, right))]
        return rule(pair[0], pair[1])
    ratio = theirs.unit.factor / ours.unit.factor
    if unit == "expected" and ratio != 1:
        return rule(Mul((rational(1 / ratio), left)), right)
    return rule(left, right if ratio == 1 else Mul((rational(ratio), right)))


def _temperature(ours: Quantity, theirs: Quantity) -> Quantity:
    """Return a temperature in the scale that is asked for: K, C (Celsius) or F (Fahrenheit).

    Between equal scales nothing is changed; `C` is a coulomb and `F` a farad elsewhere.
    """
    scales = [found.written[0][0] if len(found.written) == 1 else "" for found in (ours, theirs)]
    given = typed(ours.number) if ours.number is not None else None
    powers = {power for found in (ours, theirs) for _, power in found.written}
    known = all(scale in _SCALES for scale in scales) and powers == {1}
    if given is None or not known or scales[0] == scales[1]:
        return ours
    (factor, zero), (other, start) = (_SCALES[scale] for scale in scales)
    value = (given.value * factor + zero - start) / other
    if scales == ["C", "K"]:  # to the places given: 25 °C is 298 K
        return Quantity(Number(f"{float(value):.{given.places}f}"), theirs.unit, theirs.written)
    return Quantity(rational(value), theirs.unit, theirs.written)


def unit_text(written: tuple[tuple[str, int], ...]) -> str:
    """Return a unit as text: `kg m s^-2`."""
    return " ".join(name if power == 1 else f"{name}^{power}" for name, power in written)
