"""Sets of real numbers: intervals and unions, compared at and between all their ends."""

import itertools
from itertools import pairwise
from typing import Any

from sims.maths.comparison.finding import Finding, Setting
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.evaluation.symbols import symbols_of
from sims.maths.evaluation.truth import member
from sims.maths.evaluation.witness import shown
from sims.maths.syntax.tree import Collection, Interval, Node

DIGITS = 50


def compare_sets(answer: Node, expected: Node, setting: Setting) -> Finding:
    """Decide whether two sets of reals are equal; exact up to 20 digits of their ends."""
    symbols = symbols_of([answer, expected], setting.variables)
    checked = 0
    prober = setting.prober(symbols)
    for point in itertools.islice(prober.points(), 12):
        evaluator = prober.evaluator(point, DIGITS)
        try:
            for value in _telling_points(evaluator, [answer, expected]):
                ours = member(evaluator, value, answer)
                theirs = member(evaluator, value, expected)
                if ours != theirs:
                    word = "contains" if ours else "does not contain"
                    witness = f"your answer {word} {shown(value)}"
                    return Finding("different", "wrong", witness)
        except UndefinedError:
            continue
        checked += 1
    return Finding("equal", "right") if checked else Finding("undecided", "undecided")


def _telling_points(evaluator: Any, sets: list[Node]) -> list[Any]:
    """Return every finite end of the sets, a point between neighbours, and one beyond each side."""
    ends: list[Any] = []
    for node in sets:
        for part in node.walk():
            pair = isinstance(part, Collection) and part.kind in ("list", "tuple")
            if isinstance(part, Interval) or pair:
                ends.extend(evaluator.number(end) for end in part.children)
            elif isinstance(part, Collection):
                ends.extend(evaluator.number(item) for item in part.items)
    finite = sorted({end for end in ends if evaluator.ctx.isfinite(end)})
    if any(hasattr(end, "_mpc_") for end in ends):
        raise MathsError("the ends of an interval are real")
    if not finite:
        return [evaluator.ctx.mpf(0)]
    between = [(a + b) / 2 for a, b in pairwise(finite)]
    return [finite[0] - 1, *finite, *between, finite[-1] + 1]
