"""``argmax`` and ``argmin`` compared as choices: by the order in which they put what is chosen.

Two choose alike from every set when one body is an increasing function of the other: when any two
candidates stand in the same order under both. That is looked for at pairs of candidates.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from sims.maths.comparison.finding import AGREES, Finding, Setting
from sims.maths.evaluation.evaluator import context
from sims.maths.evaluation.matrix import TooLargeError
from sims.maths.evaluation.points import Point
from sims.maths.evaluation.prober import MISSING, Prober
from sims.maths.evaluation.symbols import symbols_of
from sims.maths.evaluation.witness import shown
from sims.maths.syntax.tree import Big, Name, Node, negated, rewrite, substitute

CHOICES = ("argmax", "argmin")
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
    symbols = symbols_of([ours, theirs], setting.variables)
    if expected.variable in setting.variables:
        symbols.domains[name] = setting.variables[expected.variable]
    if name not in symbols.domains:
        return Finding("undecided", "undecided", message="The choice does not depend on anything.")
    same, other, witness = _ordered_alike(ours, theirs, name, setting.prober(symbols))
    if same >= ENOUGH and not other:
        return Finding("equal", "right", evidence=AGREES)
    if other > CLEAR * (same + other) and other >= 3:
        return Finding("different", "other-choice", witness)
    return Finding("undecided", "undecided", message="Whether they choose the same is not clear.")


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


def _ordered_alike(ours: Node, theirs: Node, name: str, prober: Prober) -> tuple[int, int, str]:
    """Return how many pairs of candidates stand in the same order, and in another, and one."""
    same, other, witness = 0, 0, ""
    for point, second in _pairs(name, prober):
        try:
            orders = [_order(side, point, second, prober) for side in (ours, theirs)]
        except TooLargeError:
            continue
        if None in orders or point.values[name] == second.values[name]:
            continue
        if orders[0] == orders[1]:
            same += 1
        else:
            other += 1
            pair = f"{shown(point.values[name])} and {shown(second.values[name])}"
            witness = witness or f"of {pair} yours picks the other one"
    return same, other, witness


def _pairs(name: str, prober: Prober) -> Iterator[tuple[Point, Point]]:
    """Yield pairs of candidates at one point: far apart, and close on both sides of constants."""
    points = list(itertools.islice(prober.points(), 40))
    for number, point in enumerate(itertools.islice(itertools.cycle(points), PAIRS)):
        rival = points[(number * 7 + 3) % len(points)]
        yield point, replace(point, values={**point.values, name: rival.values[name]})
    if isinstance(points[0].values[name], Fraction):
        for number, middle in enumerate(prober.constants()):
            for apart in NEAR:
                values = points[number % len(points)].values
                above = replace(points[0], values={**values, name: middle + apart})
                yield above, replace(above, values={**values, name: middle - apart})


def _order(side: Node, point: Point, second: Point, prober: Prober) -> int | None:
    """Return the order of two candidates under a body: -1, 0 or 1, None where it has no value."""
    first, _ = prober.value(side, point, DIGITS)
    last, _ = prober.value(side, second, DIGITS)
    if first is MISSING or last is MISSING:
        return None
    if not (hasattr(first, "_mpf_") and hasattr(last, "_mpf_")):
        return None
    gap = first - last
    tiny = context(DIGITS).mpf(10) ** (10 - DIGITS) * max(abs(first), abs(last))
    return 0 if abs(gap) <= tiny else 1 if gap > 0 else -1
