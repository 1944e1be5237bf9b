"""Equations of numbers alone, recomputed.

One is flagged only if it is wrong in every reading that its writer may have meant.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import prod

from sims.claims.number_equations import SHARE, Equation
from sims.claims.prose_quantities import congruent, equal
from sims.maths.comparison.numbers import Typed, typed
from sims.maths.comparison.numbers import rounded as to_places
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.names import Names
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tree import (
    Add,
    Call,
    Collection,
    Divide,
    Interval,
    Mul,
    Node,
    Number,
    Power,
    Relation,
    Unary,
    free_names,
    replaced,
    rewrite,
)

_EXACT_BELOW = 3
"""Digits below which a numeral is taken as exact."""
AROUND = re.compile(
    r"\bmod\b|\\p?mod|\\bmod|mathbb\{?[ZF]|ℤ|𝔽|\bGF\s*\(|\bclock\b|finite field|elliptic|\bmodul|"
    r"\bbinary\b|\bhex|\boctal\b|\bbase[- ]\d|\bxor\b|\bbitwise\b|[bB]oolean|floor|"
    r"integer division|"
    r"\b(?:[01]{2,}|[0-9A-F]{3,})\((?:2|8|10|16)\)|(?<![\w.,:/-])0\d+(?![\d.,:/-])|"
    r"\bZ_\d|F_\{?\d|F_p|\bcongruen"
)
"""Words near an equation that give its numbers another arithmetic."""
_SCORE = re.compile(r"\d+(?:[-–]\d+)+|[\d.]+(?:/[\d.]+){2,}%?")
_DATE = re.compile(
    r"(?<![\d/.])(?:\d{1,2}/\d{1,2}/(?:19|20)?\d\d|(?:19|20)\d\d/\d{1,2}/\d{1,2})(?![\d/])"
)
_BITS = re.compile(r"(?<![\d.,])(?=0*1[01]*1)[01]{5,}(?![\d.,])")
"""A whole number that may be binary: five digits or more of 0 and 1, two of them 1."""
_DOTS = re.compile(r"\.{3}|…|\\[lc]?dots")
"""Terms that are not written: which they are is a guess, that only agreement bears out."""
_CYCLES = re.compile(r"\s*\((?:[\d\s()]|\^\{?-1\}?)+\s*")
"""A permutation as a product of cycles and their inverses."""
_LOST_POWER = re.compile(r"[xX×*·]\s*10[-−–]\d")
"""A power of ten whose exponent has lost its place: 4.55 x 10-12."""
_RATIO = re.compile(r"/\s*\d+\s*(?:÷|\\div|:)\s*\d+\s*/")
"""A fraction over another, each written with a slash."""
_COMMA = re.compile(r"(?<![\d.,])(0(?=,)|\d+(?!,\d{3}(?!\d))),(\d+)(?![\d.,])")
"""A numeral whose comma parts no thousands, and is a decimal point: 0,816."""
_UNBRACED = re.compile(r"\^(\d{2,})")
"""An exponent without braces: 10^16 in LaTeX is 10 to the 1, times 6."""
_STACKED = re.compile(r"\(\s*\\[dt]?frac\s*\{\d+\}\s*\{\d+\}\s*\)")
"""What may be a binomial coefficient, written as a fraction in brackets."""
_WRITTEN_OFF = 3
"""Places from which a decimal may be the rounded value of something else."""
_OFF_AT_MOST = Fraction(1, 500)
"""Part of a side by which rounded decimals may move it, at most."""


@dataclass(frozen=True)
class Recomputed:
    """What recomputing an equation gave: whether it is right, and the value there should be."""

    right: bool
    value: str = ""
    says: str = ""


def recomputed(equation: Equation) -> Recomputed | None:
    """Return what recomputing gives; None for what is left alone."""
    try:
        by_unit = equation.modulus or equation.units
        found = _with_its_unit(equation) if by_unit else _judged(equation)
    except (MathsError, UndefinedError, BudgetError, RecursionError, ValueError, OverflowError):
        return None
    uncertain = equation.loose or _DOTS.search(equation.left + equation.right) is not None
    uncertain = uncertain or (equation.sign == "≡" and not equation.modulus)
    return None if found and not found.right and uncertain else found


def _with_its_unit(equation: Equation) -> Recomputed | None:
    """Return what recomputing a congruence or an equation of quantities gives."""
    found = (
        congruent(equation.left, equation.right, equation.modulus)
        if equation.modulus
        else equal(equation.left, equation.right, equation.sign)
    )
    if found is None:
        return None
    right, value = found
    return Recomputed(right, value, "" if right else f"{equation.left} is {value}")


def _judged(equation: Equation) -> Recomputed | None:
    left, right = _read(equation.left, equation.latex), _read(equation.right, equation.latex)
    if left is None or right is None:
        return None
    if not (_operation(left) or _operation(right)):
        return _percent(left, right)
    if _left_alone(left, equation) or _left_alone(right, equation):
        return None
    values = _value(left), _value(right)
    if _cut_off(values, (left, right)):
        return None
    if _agrees(values, (left, right), equation):
        return Recomputed(True)
    if AROUND.search(equation.around) or _otherwise(equation, left, right, values):
        return None
    if equation.field and _may_be_residue(left, right, values):
        return None
    return Recomputed(
        False, _shown(values[0], right, equation), f"{equation.left} is {_decimal(values[0])}"
    )


@lru_cache(maxsize=4096)
def _read(side: str, latex: bool) -> Node | None:
    """Return the tree of a side that has numbers alone, or None."""
    plain = side
    if latex:
        from sims.maths.syntax.latex import Reader

        plain = Reader(side, Names()).everything()
    else:
        plain = re.sub(r"[$€£]", "", plain).replace("--", "-")
        plain = re.sub(r"(?<=[\d)])\s*[xX]\s*(?=[\d(])", "*", plain)
    plain = re.sub(r"%\s*of\b", "%*", plain)
    plain = re.sub(
        r"(?<![\d.,])(\d{1,3}(?:,\d{3})+)(?![\d,])", lambda m: m[1].replace(",", ""), plain
    )
    if re.search(
        r"[A-WYZa-wyz]{2,}", re.sub(r"\b(?:sqrt|log|log10|log2|binomial|ln|root)\b", "", plain)
    ):
        return None
    node = parse_named(plain, Names())
    if free_names(node) or any(
        isinstance(part, Collection | Interval | Relation) for part in node.walk()
    ):
        return None
    if any(isinstance(part, Unary) and part.sign in ("+-", "-+", "not") for part in node.walk()):
        return None
    return node


def _operation(node: Node) -> bool:
    """Return whether there is something to compute: more than a numeral with a sign."""
    while isinstance(node, Unary) and node.sign in ("-", "+", "%"):
        node = node.operand
    return not isinstance(node, Number) or "e" in node.text.lower()


def _percent(left: Node, right: Node) -> Recomputed | None:
    """Judge a percentage beside a decimal; wrong is one whose point alone is misplaced.

    What is said otherwise of a percentage (the share it is of something) is left alone.
    """
    share, other = (left, right) if isinstance(left, Unary) and left.sign == "%" else (right, left)
    if not (isinstance(share, Unary) and share.sign == "%" and isinstance(other, Number)):
        return None
    said, meant = typed(other), typed(share)
    if said is None or meant is None or not said.places:
        return None
    if said.value == meant.value:
        return Recomputed(True)
    if said.value > meant.value or said.digits.strip("0") != meant.digits.strip("0"):
        return None
    value = f"{float(meant.value):.12g}"
    return Recomputed(False, value, f"{meant.value * 100}% is {value}")


def _cut_off(values: tuple[Fraction | float, Fraction | float], nodes: tuple[Node, Node]) -> bool:
    """Return whether a quotient of whole numbers, and a half, was cut off: integer division."""
    a, b = Fraction(values[0]), Fraction(values[1])
    numerals = [part for node in nodes for part in node.walk() if isinstance(part, Number)]
    whole = b.denominator == 1 and all(part.value.denominator == 1 for part in numerals)
    return whole and abs(a) - abs(b) == Fraction(1, 2) and a * b >= 0


def _left_alone(node: Node, equation: Equation) -> bool:
    """Return whether a side is an order of magnitude, a range, a score, a date or a share."""
    written = typed(node)
    if equation.sign == "≈" and written is not None:
        bare = written.digits.strip("0")
        if written.fewest <= 1 or len(bare) <= 1:
            return True
    if equation.sign == "≈" and written is None and node is _read(equation.right, equation.latex):
        return True  # an order of magnitude, or a simple number near a measured one
    side = equation.left if node is _read(equation.left, equation.latex) else equation.right
    return _SCORE.fullmatch(side.strip()) is not None or _DATE.search(side) is not None


def _value(node: Node) -> Fraction | float:
    """Return the exact value, or a float of 17 digits where it is no fraction."""
    from sims.claims.evaluator import ClaimEvaluator
    from sims.maths.evaluation.evaluator import fraction_of

    value = _rational(node)
    if value is None:
        value = ClaimEvaluator({}, Budget(0.3, 100_000)).number(node)
    if isinstance(value, Fraction):
        return value
    if not hasattr(value, "_mpf_"):
        raise MathsError("this is no real number")
    return fraction_of(value)


def _rational(node: Node) -> Fraction | None:
    """Return the value of sums, products and quotients of numerals, None for anything else."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Unary) and node.sign == "-":
        inner = _rational(node.operand)
        return None if inner is None else -inner
    if not isinstance(node, Add | Mul | Divide):
        return None
    parts = [_rational(part) for part in node.children]
    kept = [part for part in parts if part is not None]
    if len(kept) < len(parts):
        return None
    if isinstance(node, Add):
        return sum(kept, start=Fraction(0))
    if isinstance(node, Mul):
        return prod(kept, start=Fraction(1))
    return kept[0] / kept[1] if kept[1] else None


def _agrees(
    values: tuple[Fraction | float, Fraction | float], nodes: tuple[Node, Node], equation: Equation
) -> bool:
    """Return whether two sides agree to the digits written."""
    gap = abs(Fraction(values[0]) - Fraction(values[1]))
    scale = max(abs(Fraction(values[0])), abs(Fraction(values[1])), Fraction(1))
    if gap <= scale / 10**25:
        return True
    return gap <= max(_slack(nodes, equation), _rounded_off(nodes[1], nodes[0], values[1]))


def _rounded_off(side: Node, other: Node, value: Fraction | float) -> Fraction:
    """Return how far a product is off at most by the numerals that were rounded to write it.

    Those that the other side has too were copied, and short ones are exact.
    """
    if any(isinstance(part, Add) for part in side.walk()):
        return Fraction(0)
    return _off(side, other, value, lambda written: len(written.digits) >= _EXACT_BELOW)


def _moved(side: Node, other: Node, value: Fraction) -> Fraction:
    """Return how far long decimals, which may be rounded themselves, may move a side."""
    if typed(side) is not None:
        return Fraction(0)
    off = _off(side, other, value, lambda written: written.places >= _WRITTEN_OFF)
    return min(off, abs(value) * _OFF_AT_MOST)


def _off(
    side: Node, other: Node, value: Fraction | float, rounded: Callable[[Typed], bool]
) -> Fraction:
    """Return how far a side may move when each rounded numeral is off by half a last digit."""
    copied = {part.text for part in other.walk() if isinstance(part, Number)}
    total = Fraction(0)
    for part in {part for part in side.walk() if isinstance(part, Number)}:
        written = typed(part)
        if part.text in copied or not written or not written.places or not rounded(written):
            continue
        half = Number(str(float(part.value + Fraction(1, 2 * 10**written.places))))
        moved = _value(replaced(side, part, half))
        total += abs(Fraction(moved) - Fraction(value))
    return total


def _slack(nodes: tuple[Node, Node], equation: Equation) -> Fraction:
    """Return how far apart the sides may be: from the least precise number of the two."""
    alone = [number for node in nodes if (number := typed(node)) is not None]
    dotted = re.search(r"\.{3}|…|\\l?dots", equation.text) is not None
    roughly = equation.sign == "≈" or dotted
    if alone:
        unit = max(_unit(number, roughly) for number in alone)
        least = min((abs(number.value) for number in alone), default=Fraction(0))
        return unit if roughly else min(unit / 2, max(Fraction(1, 2), least / 100))
    decimals = [
        number
        for node in nodes
        for part in node.walk()
        if isinstance(part, Number) and (number := typed(part)) is not None and number.places
    ]
    if not decimals:
        return Fraction(1, 100) if roughly else Fraction(0)
    unit = max(_unit(number) for number in decimals)
    return unit if roughly else unit / 2


def _unit(number: Typed, roughly: bool = False) -> Fraction:
    """Return the unit of the last digit written; roughly, half of it where zeros may be digits."""
    if number.places:
        return Fraction(1, 10**number.places)
    whole = str(abs(int(number.value)))
    zeros = len(whole) - len(whole.rstrip("0")) if number.value else 0
    known = len(whole) - len(number.digits)
    unit = Fraction(10 ** max(known, zeros if len(whole) >= 4 else 0, 0))
    return max(unit, Fraction(10**zeros, 2)) if roughly else unit


def _otherwise(
    equation: Equation, left: Node, right: Node, values: tuple[Fraction | float, Fraction | float]
) -> bool:
    """Return whether another reading that its writer may have meant makes it right."""
    a, b = Fraction(values[0]), Fraction(values[1])
    slack = _slack((left, right), equation)
    if equation.counted and _in_other_units(a, b):
        return True
    if _written_otherwise(equation):
        return True
    numerals = [p for n in (left, right) for p in n.walk() if isinstance(p, Number)]
    if all(number.text in ("0", "1") for number in numerals):
        return True  # in other arithmetics 1 + 1 is 0 or 1
    if SHARE.search(equation.left + equation.right):
        return False
    if "%" in equation.text or "\\%" in equation.text:
        if any(abs(a * k - b) <= max(slack * 100, slack) for k in (100, Fraction(1, 100))):
            return True
        sides = equation.left + equation.right
        if re.search(r"[-+]", sides):
            return True
    whole = (
        a.denominator != 1
        and b.denominator == 1
        and all(n.value.denominator == 1 for n in numerals)
    )
    if whole and equation.sign == "=" and b in (a // 1, -(-a // 1)):
        return True  # integer division
    meant = [
        (value, other)
        for n, other in ((left, b), (right, a))
        for value in (_as_meant(n), None if equation.latex else _left_to_right(n))
        if value is not None
    ]
    if _run_on(right, a) or any(abs(value - other) <= slack for value, other in meant):
        return True
    if abs(a - b) <= slack + _moved(left, right, a) + _moved(right, left, b):
        return True
    if _points_part_thousands(equation, slack) or _right_with(equation, _COMMA, r"\1.\2"):
        return True
    return _other_bases(equation, left, right, a, b) or _logarithms(left, right) or _mixed(equation)


def _written_otherwise(equation: Equation) -> bool:
    """Return whether its signs may mean something else: cycles, lost exponents, binomials."""
    both = (equation.left, equation.right)
    if all(_CYCLES.fullmatch(side) for side in both):
        return True
    if any(_LOST_POWER.search(side) for side in both):
        return True
    if any("!^" in side or _RATIO.search(side) for side in both):
        return True
    if "!" in equation.text and any(_STACKED.search(side) for side in both):
        return True
    return equation.latex and _right_with(equation, _UNBRACED, r"^{\1}")


def _right_with(equation: Equation, written: re.Pattern[str], meant: str) -> bool:
    """Return whether an equation is right, or unread, as it is meant instead of as written."""
    left, right = (written.sub(meant, side) for side in (equation.left, equation.right))
    if (left, right) == (equation.left, equation.right):
        return False
    found = _judged(replace(equation, left=left, right=right))
    return found is None or found.right


def _in_other_units(left: Fraction, right: Fraction) -> bool:
    """Return whether one number is 60, 100, 1000 … times the other, to two digits."""
    for scale in (60, 100, 1000, 3600, 10**6, 10**9):
        for one, other in ((left, right), (right, left)):
            if other and abs(one / other / scale - 1) <= Fraction(1, 20):
                return True
    return False


def _may_be_residue(
    left: Node, right: Node, values: tuple[Fraction | float, Fraction | float]
) -> bool:
    """Return whether an equation of whole numbers may be one of residues."""
    a, b = Fraction(values[0]), Fraction(values[1])
    whole = a.denominator == b.denominator == 1
    product = any(isinstance(part, Power | Mul) for part in left.walk())
    return whole and 0 <= b < abs(a) and isinstance(right, Number) and product


def _points_part_thousands(equation: Equation, slack: Fraction) -> bool:
    """Return whether the sides agree once points part thousands: 540.000 is 540000."""
    part = re.compile(r"(?<![\d.])([1-9]\d{0,2}(?:\.\d{3})+)(?![\d.])")
    sides = [
        part.sub(lambda m: m[1].replace(".", ""), side) for side in (equation.left, equation.right)
    ]
    if sides == [equation.left, equation.right]:
        return False
    nodes = [_read(side, equation.latex) for side in sides]
    if nodes[0] is None or nodes[1] is None:
        return False
    return abs(Fraction(_value(nodes[0])) - Fraction(_value(nodes[1]))) <= max(slack, Fraction(1))


def _run_on(right: Node, value: Fraction) -> bool:
    """Return whether the right side computes on from the left's value: `3 + 4 = 7*2 = 14`."""
    node = right
    while not isinstance(node, Number):
        if not node.children:
            return False
        node = node.children[0]
    return node is not right and abs(node.value - value) <= abs(value) / 1000


def _as_meant(node: Node) -> Fraction | None:
    """Return the value where `a/b*c` is meant as `a/(b*c)`; None where there is none such."""

    def put(part: Node) -> Node:
        if isinstance(part, Mul) and isinstance(part.factors[0], Divide):
            first = part.factors[0]
            return Divide(first.numerator, Mul((first.denominator, *part.factors[1:])))
        return part

    changed = rewrite(node, put)
    return None if changed == node else Fraction(_value(changed))


def _left_to_right(node: Node) -> Fraction | None:
    """Return the value where `3-1/2` is meant as `(3-1)/2`; None for anything else."""
    if not isinstance(node, Add):
        return None
    *before, last = node.terms
    negative = isinstance(last, Unary) and last.sign == "-"
    term = last.operand if isinstance(last, Unary) and negative else last
    if not isinstance(term, Divide):
        return None
    numerator = Unary("-", term.numerator) if negative else term.numerator
    return Fraction(_value(Divide(Add((*before, numerator)), term.denominator)))


def _other_bases(equation: Equation, left: Node, right: Node, a: Fraction, b: Fraction) -> bool:
    """Return whether numerals of 0 and 1 are binary, or `^` the exclusive or."""
    for node, value in ((left, b), (right, a)):
        if isinstance(node, Number) and node.text.isdigit():
            for base in (2, 8, 16):
                try:
                    if int(node.text, base) == value:
                        return True
                except ValueError:
                    continue
    both = equation.left + " " + equation.right
    digits = re.sub(r"\D", "", both)
    if digits and set(digits) <= {"0", "1"} and len(digits) > 4:
        return True
    if _BITS.search(both):
        return True  # 101110 * 2^3 = 101110000
    found = re.fullmatch(r"\s*(\d+)\s*\^\s*(\d+)\s*", equation.left)
    return found is not None and len(found[1]) < 12 and int(found[1]) ^ int(found[2]) == b


def _logarithms(left: Node, right: Node) -> bool:
    """Return whether a logarithm stands there, whose base notes do not agree on."""
    return any(
        isinstance(part, Call) and part.function in ("log", "mod") and len(part.arguments) == 1
        for node in (left, right)
        for part in node.walk()
    )


def _mixed(equation: Equation) -> bool:
    """Return whether a label such as (1) stands in front, or a mixed number such as 2 1/2."""
    if re.match(r"\s*\(\d+\)\s*\d", equation.left):
        return True
    return (
        re.search(r"\d\s*(?:\\[dt]?frac|[½¼¾])", equation.left + " " + equation.right) is not None
    )


def _decimal(value: Fraction | float) -> str:
    fraction = Fraction(value)
    if fraction.denominator == 1 and abs(fraction) < 10**15:
        return str(fraction.numerator)
    return f"{float(fraction):.7g}"


def _shown(value: Fraction | float, right: Node, equation: Equation) -> str:
    """Return what would be right in place of the other side, in as many digits and more."""
    number = typed(right)
    fraction = Fraction(value)
    if number is None:
        return _decimal(value)
    short = to_places(fraction, number.places)
    text = f"{float(short):.{number.places}f}"
    full = _decimal(value)
    return text if text == full or fraction == short else f"{text} ({full})"
