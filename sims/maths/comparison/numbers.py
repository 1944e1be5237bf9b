"""Numbers as typed: decimals compared from their text, never as binary floats.

Figures are counted from the text. `100` is known to 1 to 3 figures, `100.` to 3, `0.0` to
1. Halves round away from zero.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from sims.maths.comparison.finding import AGREES, PROVED, Finding
from sims.maths.errors import MathsError
from sims.maths.evaluation.evaluator import fraction_of, precise_value
from sims.maths.evaluation.exact import rational_value
from sims.maths.syntax.tree import Collection, Divide, Mul, Node, Number, Power, Unary, free_names

DIGITS, SPARE = 60, 12
WIDTH_FIGURES = 3  # how exactly the ends of an accepted interval are told, of its width


@dataclass(frozen=True)
class Typed:
    """A decimal as it was typed: its exact value, its possible figures, its decimal places."""

    value: Fraction
    fewest: int
    most: int
    places: int
    digits: str

    @property
    def figures(self) -> str:
        """Return the count of figures in words."""
        return str(self.most) if self.fewest == self.most else f"{self.fewest} to {self.most}"


def typed(node: Node) -> Typed | None:
    """Return the decimal a tree is: a signed numeral, times a power of ten or in percent."""
    if isinstance(node, Unary) and node.sign in ("-", "+", "%"):
        inner = typed(node.operand)
        if inner is None:
            return None
        scale = {"-": Fraction(-1), "+": Fraction(1), "%": Fraction(1, 100)}[node.sign]
        shift = 2 if node.sign == "%" else 0
        return Typed(
            inner.value * scale, inner.fewest, inner.most, inner.places + shift, inner.digits
        )
    if isinstance(node, Number):
        return _numeral(node.text)
    if isinstance(node, Mul) and len(node.factors) == 2:
        inner, exponent = typed(node.factors[0]), _ten(node.factors[1])
    elif isinstance(node, Divide):
        inner, exponent = typed(node.numerator), _ten(node.denominator)
        exponent = -exponent if exponent is not None else None
    else:
        return None
    if inner is None or exponent is None:
        return None
    value = inner.value * Fraction(10) ** exponent
    return Typed(value, inner.fewest, inner.most, max(0, inner.places - exponent), inner.digits)


def _ten(node: Node) -> int | None:
    """Return n where the tree is 10^n."""
    if isinstance(node, Power) and node.base == Number("10"):
        inner = typed(node.exponent)
        if inner is not None and inner.value.denominator == 1 and abs(inner.value) <= 400:
            return int(inner.value)
    return 1 if node == Number("10") else None


def _numeral(text: str) -> Typed:
    mantissa, _, exponent = text.lower().partition("e")
    whole, point, decimals = mantissa.partition(".")
    digits = (whole + decimals).lstrip("0")
    power = int(exponent or 0)
    places = max(0, len(decimals) - power)
    if not digits:
        count = max(1, len(decimals))
        return Typed(Fraction(0), count, count, places, "0" * count)
    most = len(digits)
    fewest = most if point or exponent else len(digits.rstrip("0"))
    return Typed(Number(text).value, fewest, most, places, digits)


@dataclass(frozen=True)
class Exact:
    """A real number: its value, and how far off that may be (0 where it was computed exactly)."""

    value: Fraction
    noise: Fraction = Fraction(0)


def exact_value(node: Node) -> Fraction:
    """Return the value of a constant tree: exactly, or to 50 digits. Raises MathsError."""
    return _exact(node).value


def _exact(node: Node) -> Exact:
    """Return the value of a constant tree with its error. Raises MathsError."""
    known = typed(node)
    if known is not None:
        return Exact(known.value)
    if free_names(node):
        raise MathsError("a number is asked for, without letters")
    fraction = rational_value(node)
    if fraction is not None:
        return Exact(fraction)
    value, digits = precise_value(node, DIGITS)
    if not hasattr(value, "_mpf_"):
        raise MathsError("a real number is asked for")
    if not _is_finite(value):
        raise NotFiniteError("infinity is no number")
    size = fraction_of(value)
    return Exact(size, abs(size) * Fraction(1, 10 ** (digits - SPARE)))


def _is_finite(value: Any) -> bool:
    return bool(value - value == 0)


class NotFiniteError(MathsError):
    """A number is asked for and infinity, or what is no number, was given."""


def rounded(value: Fraction, places: int) -> Fraction:
    """Return a value rounded to decimal places, halves away from zero."""
    scaled = abs(value) * Fraction(10) ** places
    nearest = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return (-1 if value < 0 else 1) * Fraction(nearest) / Fraction(10) ** places


def to_figures(value: Fraction, figures: int) -> tuple[Fraction, int]:
    """Return a value rounded to significant figures, and the decimal places that is."""
    if value == 0:
        return value, figures
    size = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    if size == 0:
        while abs(value) * Fraction(10) ** (1 - size) < 1:
            size -= 1
    places = figures - size
    return rounded(value, places), places


def decimal(value: Fraction, digits: int = 12) -> str:
    """Return a fraction as a plain decimal text of at most so many digits."""
    if value.denominator == 1 and abs(value) < 10**digits:
        return str(value.numerator)
    return f"{float(value):.{digits}g}"


def within(low: Fraction, high: Fraction) -> str:
    """Return the accepted interval in words, its ends rounded to lie in it."""
    if low < high:
        _, places = to_figures(high - low, WIDTH_FIGURES)
        unit = Fraction(10) ** -max(places, 0)
        low, high = ceil(low / unit) * unit, floor(high / unit) * unit
    return f"{decimal(low)} to {decimal(high)}"


# The ways of comparing. Each takes the answer's tree and the expected one.

Rule = Callable[[Node, Node], tuple[Finding, str]]


def absolute(tolerance: Fraction) -> Rule:
    """Return the rule that accepts within a distance."""

    def rule(answer: Node, expected: Node) -> tuple[Finding, str]:
        return _inside(_exact(answer), _exact(expected), tolerance)

    return rule


def relative(tolerance: Fraction) -> Rule:
    """Return the rule that accepts within a share of the expected value (of 0: only 0)."""

    def rule(answer: Node, expected: Node) -> tuple[Finding, str]:
        target = _exact(expected)
        return _inside(_exact(answer), target, abs(target.value) * tolerance)

    return rule


def _inside(given: Exact, target: Exact, slack: Fraction) -> tuple[Finding, str]:
    """Return whether a number lies within a distance of another, as exactly as both are known."""
    low, high = target.value - slack, target.value + slack
    noise = given.noise + target.noise
    if low - noise <= given.value <= high + noise:
        evidence = AGREES if noise else PROVED
        return Finding("equal", "right", evidence=evidence), within(low, high)
    return Finding("different", _blunder(given.value, low, high, target.value)), within(low, high)


def _blunder(value: Fraction, low: Fraction, high: Fraction, target: Fraction) -> str:
    if target and low <= -value <= high:
        return "wrong-sign"
    for power in (2, -2, 3, -3, 1, -1):
        if target and low <= value * Fraction(10) ** power <= high:
            return "wrong-power-of-ten"
    return "too-small" if value < low else "too-large"


def places(count: int) -> Rule:
    """Return the rule that asks for so many decimal places, rightly rounded."""

    def rule(answer: Node, expected: Node) -> tuple[Finding, str]:
        given = typed(answer)
        target = rounded(exact_value(expected), count)
        half = Fraction(1, 2) / Fraction(10) ** count
        accepted = f"{decimal(target)} with {count} decimal places"
        if given is None:
            return _not_decimal(), accepted
        if given.places != count:
            message = f"Your answer has {given.places} decimal places; {count} are asked for."
            near = abs(given.value - target) <= half
            return Finding("different", "wrong-places", message=message * near or ""), accepted
        right = rounded(given.value, count) == target
        return Finding("equal", "right") if right else Finding("different", "wrong"), accepted

    return rule


def figures(count: int, accuracy: int | None = None, *, at_least: bool = False) -> Rule:
    """Return the rule that asks for so many significant figures.

    The value must agree once both are rounded to `accuracy` figures (0: any value will do).
    """
    shown = count if accuracy is None else accuracy

    def rule(answer: Node, expected: Node) -> tuple[Finding, str]:
        given = typed(answer)
        if given is None:
            return _not_decimal(), ""
        enough = given.most >= count if at_least else given.fewest <= count <= given.most
        if shown == 0:
            right, accepted = True, ""
        else:
            right, accepted = _agree(given.value, exact_value(expected), shown)
        if not enough:
            message = f"Your answer has {given.figures} figures; {count} are asked for."
            outcome = "wrong-figures" if right else "wrong"
            return Finding("different", outcome, message=message if right else ""), accepted
        return (Finding("equal", "right") if right else Finding("different", "wrong")), accepted

    return rule


def _agree(value: Fraction, target: Fraction, count: int) -> tuple[bool, str]:
    """Return whether two numbers are the same once each is rounded to so many figures."""
    wanted, places_ = to_figures(target, count)
    half = Fraction(1, 2) / Fraction(10) ** places_
    below = half / 10 if _is_power_of_ten(abs(wanted)) else half
    low, high = (wanted - below, wanted + half) if wanted >= 0 else (wanted - half, wanted + below)
    return to_figures(value, count)[0] == wanted, within(low, high)


def _is_power_of_ten(value: Fraction) -> bool:
    return str(max(value.numerator, value.denominator)).strip("0") == "1" and 1 in (
        value.numerator,
        value.denominator,
    )


def _not_decimal() -> Finding:
    return Finding("different", "not-a-decimal", message="A decimal number is asked for.")


def as_precise() -> Rule:
    """Return the rule that rounds the answer to the figures the expected one is typed to."""

    def rule(answer: Node, expected: Node) -> tuple[Finding, str]:
        target, given = _precision(expected), exact_value(answer)
        if target is None:
            return relative(Fraction(1, 1000))(answer, expected)
        right, accepted = _agree(given, exact_value(expected), target)
        return (Finding("equal", "right") if right else Finding("different", "wrong")), accepted

    return rule


def _precision(node: Node) -> int | None:
    """Return the figures of a decimal; None for anything else."""
    known = typed(node)
    return None if known is None else known.most


def each(rule: Rule, answer: Node, expected: Node) -> tuple[Finding, str]:
    """Apply a rule to numbers, or entry by entry to lists and (in any order) to sets."""
    if not (isinstance(answer, Collection) and isinstance(expected, Collection)):
        if isinstance(answer, Collection) or isinstance(expected, Collection):
            wanted = "a number" if isinstance(answer, Collection) else "a list or set"
            return Finding(
                "different", "wrong-kind", message=f"{wanted.capitalize()} is asked for."
            ), ""
        try:
            return rule(answer, expected)
        except NotFiniteError as error:
            message = f"{error.message[:1].upper()}{error.message[1:]}."
            return Finding("different", "not-finite", message=message), ""
    if answer.kind != expected.kind:
        message = f"A {expected.kind} is asked for, not a {answer.kind}."
        return Finding("different", "wrong-kind", message=message), ""
    if len(answer.items) != len(expected.items):
        return Finding("different", "wrong-size"), ""
    left, right = list(answer.items), list(expected.items)
    if answer.kind == "set":
        left, right = (sorted(items, key=exact_value) for items in (left, right))
    return _first_wrong(each(rule, a, b) for a, b in zip(left, right, strict=True)), ""


def _first_wrong(findings: Iterator[tuple[Finding, str]]) -> Finding:
    for number, (found, _) in enumerate(findings, 1):
        if not found.accepted:
            message = found.message or f"Entry {number} is not as expected."
            return Finding(found.verdict, found.outcome, found.witness, message)
    return Finding("equal", "right")
