"""The values of a recurrence, step by step from its start."""

from fractions import Fraction
from typing import Any, Protocol

from sims.claims.reading import Recurrence
from sims.maths.evaluation.matrix import TooLargeError, UndefinedError
from sims.maths.syntax.tree import Node

MOST_STEPS = 2_000


class Evaluates(Protocol):
    """Gives trees their values, and remembers those of sequences."""

    memo: dict[str, dict[Fraction, Any]]
    values: dict[str, Any]

    def value(self, node: Node) -> Any:
        """Return the value of a tree."""


def value_at(evaluator: Evaluates, recurrence: Recurrence, at: Fraction) -> Any:
    """Return a value of a sequence. Raises UndefinedError or TooLargeError."""
    memo = evaluator.memo.setdefault(recurrence.name, {})
    if at in memo:
        return memo[at]
    start = min(recurrence.starts, default=0)
    if at.denominator != 1 or at < start:
        raise UndefinedError(f"{recurrence.name}({at}) is not given")
    if recurrence.shift or not memo:
        if at - start > MOST_STEPS:
            raise TooLargeError(f"{recurrence.name} takes too many steps")
        if recurrence.shift:
            for k in range(start, int(at)):
                memo.setdefault(Fraction(k), _value(evaluator, recurrence, Fraction(k)))
    memo[at] = _value(evaluator, recurrence, at)
    return memo[at]


def _value(evaluator: Evaluates, recurrence: Recurrence, at: Fraction) -> Any:
    if int(at) in recurrence.starts:
        return evaluator.value(recurrence.starts[int(at)])
    open_ = evaluator.memo.setdefault(f"{recurrence.name} open", {})
    if recurrence.step is None or at in open_ or len(open_) > 200:
        raise UndefinedError(f"{recurrence.name}({at}) is not given")
    open_[at] = True
    outer = evaluator.values
    evaluator.values = {**outer, recurrence.variable: at - recurrence.shift}
    try:
        value = evaluator.value(recurrence.step)
    finally:
        evaluator.values = outer
        del open_[at]
    if isinstance(value, Fraction) and value.numerator.bit_length() > 20_000:
        raise TooLargeError(f"{recurrence.name} grows too large")
    return value
