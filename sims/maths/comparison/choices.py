"""`argmax` and `argmin` compared as choices: by the order in which they put what is chosen.

Two choose alike from every set when one body is an increasing function of the other: when any two
candidates stand in the same order under both. That is looked for at pairs of candidates.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sims.maths.comparison.finding import AGREES, Finding, Setting
from sims.maths.evaluation.evaluator import context
from sims.maths.evaluation.matrix import TooLargeError, UndefinedError
from sims.maths.evaluation.points import Point
from sims.maths.evaluation.prober import MISSING, Prober
from sims.maths.evaluation.ranges import Ranges
from sims.maths.evaluation.symbols import EVENTS, symbols_of
from sims.maths.evaluation.witness import shown
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Constant,
    Divide,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Unary,
    bound_names,
    free_names,
    negated,
    rewrite,
    substitute,
)
from sims.maths.syntax.vocabulary import FUNCTIONS

CHOICES = ("argmax", "argmin")
RISING = frozenset(
    {"exp", "log", "log2", "log10", "sqrt", "cbrt", "sigmoid", "tanh", "sinh", "asinh", "atan",
     "erf", "softplus", "logit", "normcdf"}
)  # fmt: skip
PAIRS = 60
ENOUGH = 24
CLEAR = 0.2  # share of pairs in another order from which the choices are called different
DIGITS = 40
NEAR = tuple(Fraction(1, 10**power) for power in (1, 2, 3, 5))


def has_choice(node: Node) -> bool:
    """Return whether a tree chooses."""
    return any(isinstance(part, Big) and part.kind in CHOICES for part in node.walk())


def compare_choices(answer: Node, expected: Node, setting: Setting) -> Finding | None:
    """Compare what is nothing but a choice each; None for other expressions."""
    if not (isinstance(answer, Big) and isinstance(expected, Big)):
        return None
    if answer.kind not in CHOICES or expected.kind not in CHOICES:
        return None
    if answer.where != expected.where or (answer.low, answer.high) != (expected.low, expected.high):
        return Finding("undecided", "undecided", message="They choose from other sets.")
    name = f"{expected.variable}_chosen"
    ours, theirs = (_risen(side, name) for side in (answer, expected))
    declared = setting.variables.get(expected.variable)
    of_law = declared is None and any(_is_of_law(side, name) for side in (ours, theirs))
    variables = {**setting.variables, name: "random"} if of_law else setting.variables
    symbols = symbols_of([ours, theirs], variables)
    if declared is not None:
        symbols.domains[name] = declared
    if name not in symbols.domains:
        return Finding("undecided", "undecided", message="The choice does not depend on anything.")
    same, other, witness = _ordered_alike(ours, theirs, name, setting.prober(symbols))
    if same >= ENOUGH and not other and _rise_together(ours, theirs, name, Ranges(symbols.domains)):
        return Finding("equal", "right", evidence=AGREES)
    clear = 0 if symbols.domains[name] == "random" else CLEAR  # all values of a law may come
    if other > clear * (same + other) and other >= 3:
        return Finding("different", "other-choice", witness)
    return Finding("undecided", "undecided", message="Whether they choose the same is not clear.")


def _is_of_law(node: Node, name: str) -> bool:
    """Return whether a name stands in a probability, so that values of it are chosen between."""
    return any(
        isinstance(part, Call) and part.function in EVENTS and Name(name) in part.children
        for part in node.walk()
    )


def _rise_together(ours: Node, theirs: Node, name: str, ranges: Ranges) -> bool:
    """Return whether both bodies rise with the one call that the choice stands in.

    True as well where they depend on the choice in other ways: the pairs then have to do.
    """
    calls = [
        part
        for part in theirs.walk()
        if isinstance(part, Call) and part.function not in FUNCTIONS and name in free_names(part)
    ]
    bound = set().union(*(bound_names(side) for side in (ours, theirs)))
    if not calls or bound & free_names(calls[0]):
        return True
    put = [_with_call(side, calls[0], f"{name}_value") for side in (ours, theirs)]
    if any(name in free_names(side) for side in put):
        return True
    slopes = [_slope(side, f"{name}_value", ranges) for side in put]
    return slopes[0] is not None and slopes[0] == slopes[1]


def _with_call(side: Node, call: Node, name: str) -> Node:
    return rewrite(side, lambda part: Name(name) if part == call else part)


def _slope(node: Node, name: str, ranges: Ranges) -> int | None:
    """Return 1 for what rises with a name, -1 for what falls, 0 without it, None if unknown."""
    if name not in free_names(node):
        return 0
    if isinstance(node, Name):
        return 1
    found = [_slope(child, name, ranges) for child in node.children]
    slopes = [slope for slope in found if slope is not None]
    if len(slopes) < len(found):
        return None
    if isinstance(node, Add):
        ways = {slope for slope in slopes if slope}
        return ways.pop() if len(ways) == 1 else None
    if isinstance(node, Unary) and node.sign in ("-", "+", "%"):
        return -slopes[0] if node.sign == "-" else slopes[0]
    if isinstance(node, Call) and len(node.arguments) == 1 and node.function in RISING:
        return slopes[0]
    bounds = [ranges.of(child, {}) for child in node.children]
    signs = [1 if part.low >= 0 else -1 if part.high <= 0 else 0 for part in bounds]
    if isinstance(node, Mul):
        return _product(slopes, signs)
    if isinstance(node, Divide):
        return _product([slopes[0], -slopes[1]], signs)
    return _power_slope(node, slopes, signs) if isinstance(node, Power) else None


def _product(slopes: list[int], signs: list[int]) -> int | None:
    """Return whether a product rises or falls, by the slopes and the signs of its factors."""
    whole = math.prod(signs)
    if sum(slope != 0 for slope in slopes) == 1:
        at = next(place for place, slope in enumerate(slopes) if slope)
        rest = math.prod(sign for place, sign in enumerate(signs) if place != at)
        return slopes[at] * rest or None
    found = {slope * sign for slope, sign in zip(slopes, signs, strict=True) if slope}
    return whole * found.pop() if whole and len(found) == 1 else None


def _power_slope(node: Power, slopes: list[int], signs: list[int]) -> int | None:
    base, exponent = node.base, node.exponent
    if slopes[0] == 0:
        above = base == Constant("e") or (isinstance(base, Number) and base.value > 1)
        return slopes[1] if above else None
    if slopes[1] != 0 or not isinstance(exponent, Number):
        return None
    odd = exponent.value.denominator == 1 and exponent.value % 2 == 1
    if exponent.value <= 0 or not (odd or signs[0] > 0):
        return None
    return slopes[0]


def named(answer: Node, expected: Node, setting: Setting) -> tuple[Node, Node]:
    """Return both sides with choices that are alike put as one name."""
    names: list[tuple[Node, Name]] = []

    def put(node: Node) -> Node:
        if not _is_choice(node):
            return node
        for known, name in names:
            found = compare_choices(node, known, setting)
            if found is not None and found.accepted:
                return name
        name = Name(f"choice_{len(names)}")
        names.append((node, name))
        return name

    theirs = rewrite(expected, put)
    return rewrite(answer, put), theirs


def _is_choice(node: Node) -> bool:
    return isinstance(node, Big) and node.kind in CHOICES


def _risen(choice: Big, name: str) -> Node:
    """Return the body that is made as large as can be, in a variable of a given name."""
    body = substitute(choice.body, {choice.variable: Name(name)})
    return body if choice.kind == "argmax" else negated(body)


@dataclass(frozen=True)
class _Candidate:
    """One thing that may be chosen: at a point, or with another value under the point's law."""

    point: Point
    other: Any = None


def _ordered_alike(ours: Node, theirs: Node, name: str, prober: Prober) -> tuple[int, int, str]:
    """Return how many pairs both sides order alike, how many not, and one of the latter.

    A pair between which neither side chooses tells nothing.
    """
    same, other, witness = 0, 0, ""
    of_law = prober.symbols.domains[name] in ("random", "event")
    for pair in _values(name, prober) if of_law else _pairs(name, prober):
        try:
            orders = [_order(side, pair, name, prober) for side in (ours, theirs)]
        except TooLargeError:
            continue
        if None in orders:
            continue
        if orders[0] == orders[1]:
            same += orders[0] != 0
        else:
            other += 1
            picks = " and ".join(
                shown(each.point.values[name] if each.other is None else each.other)
                for each in pair
            )
            witness = witness or f"of {picks} yours picks the other one"
    return same, other, witness


def _values(name: str, prober: Prober) -> Iterator[tuple[_Candidate, _Candidate]]:
    """Yield pairs of values that a name takes under one law."""
    for point in itertools.islice(prober.points(), PAIRS):
        evaluator = prober.evaluator(point, DIGITS)
        for value in dict.fromkeys(values[name] for _, values in evaluator.outcomes):
            if value != evaluator.values[name]:
                yield _Candidate(point), _Candidate(point, value)


def _pairs(name: str, prober: Prober) -> Iterator[tuple[_Candidate, _Candidate]]:
    """Yield pairs of candidates at one point: far apart, and close on both sides of constants."""
    points = list(itertools.islice(prober.points(), 40))
    for number, point in enumerate(itertools.islice(itertools.cycle(points), PAIRS)):
        rival = points[(number * 7 + 3) % len(points)].values[name]
        if rival != point.values[name]:
            second = replace(point, values={**point.values, name: rival})
            yield _Candidate(point), _Candidate(second)
    if isinstance(points[0].values[name], Fraction):
        for number, middle in enumerate(prober.constants()):
            for apart in NEAR:
                values = points[number % len(points)].values
                above = replace(points[0], values={**values, name: middle + apart})
                below = replace(above, values={**values, name: middle - apart})
                yield _Candidate(above), _Candidate(below)


def _order(
    side: Node, pair: tuple[_Candidate, _Candidate], name: str, prober: Prober
) -> int | None:
    """Return the order of two candidates under a body: -1, 0 or 1, None where it has no value."""
    first, last = (_value(side, candidate, name, prober) for candidate in pair)
    if first is MISSING or last is MISSING:
        return None
    if not (hasattr(first, "_mpf_") and hasattr(last, "_mpf_")):
        return None
    gap = first - last
    tiny = context(DIGITS).mpf(10) ** (10 - DIGITS) * max(abs(first), abs(last))
    return 0 if abs(gap) <= tiny else 1 if gap > 0 else -1


def _value(side: Node, candidate: _Candidate, name: str, prober: Prober) -> Any:
    if candidate.other is None:
        return prober.value(side, candidate.point, DIGITS)[0]
    evaluator = prober.evaluator(candidate.point, DIGITS)
    evaluator.values = {**evaluator.values, name: candidate.other}
    try:
        return evaluator.value(side)
    except TooLargeError:
        raise
    except UndefinedError:
        return MISSING
