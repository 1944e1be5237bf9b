"""Whether sums and integrals without end converge wherever a claim means them.

Algebra finds the condition under which one does; a point of the domain outside of it, where the
sum is seen to diverge, refutes an equation of which the other side has a value there.
"""

from fractions import Fraction
from typing import Any

import sympy

from sims.claims.algebra import Algebra, covers, endless
from sims.claims.counterexample import Counterexample
from sims.claims.point import Point, shown, where
from sims.claims.reading import Reading
from sims.claims.trial import Trial
from sims.claims.values import nice
from sims.maths.comparison.algebra import NO_ALGEBRA, time_limit
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import BudgetError
from sims.maths.syntax.tree import Big, Node, Relation, free_names

SECONDS = 1.5
STRETCH = 3
"""Simple values outside of where a sum converges, from which on they are no single points."""


def diverges(reading: Reading, trial: Trial) -> Counterexample | None:
    """Return a point at which one side of an equation diverges and the other has a value."""
    goal = reading.goal
    if not (isinstance(goal, Relation) and goal.signs == ("=",)) or reading.asserted is not None:
        return None
    domains = reading.domains.values()
    if any(one.is_array or one.is_function or one.kind == "complex" for one in domains):
        return None
    for side, other in (goal.operands, goal.operands[::-1]):
        for part in side.walk():
            if not (endless(part) and isinstance(part, Big) and part.kind in ("sum", "int")):
                continue
            try:
                with time_limit(SECONDS):
                    found = _beyond(part, other, reading, trial, left=side == goal.operands[0])
            except (BudgetError, MathsError, UndefinedError, KeyError, *NO_ALGEBRA):
                continue
            if found is not None:
                return found
    return None


def _beyond(
    part: Big, other: Node, reading: Reading, trial: Trial, *, left: bool
) -> Counterexample | None:
    """Return a point where a sum or integral diverges, of a whole stretch of such points."""
    value = super(Algebra, Algebra(reading, {}))._big(part)
    for pieces in value.atoms(sympy.Piecewise):
        condition = pieces.args[0].cond
        if len(condition.free_symbols) != 1 or covers(condition, reading):
            continue
        letter = next(iter(condition.free_symbols))
        name = f"{letter}"
        outside = _outside(condition, letter, reading)
        for at in outside if len(outside) >= STRETCH else ():
            values = {name: at, **_others(part, other, reading, name)}
            if not _divergent(part, values, reading):
                continue
            point = Point(values)
            if not trial.satisfied(point):
                continue
            try:
                word = shown(trial.evaluator(point).value(other))
            except UndefinedError:
                continue
            sides = ("not defined", word) if left else (word, "not defined")
            return Counterexample(point, f"{where(point)}: {sides[0]} against {sides[1]}")
    return None


def _outside(condition: Any, letter: Any, reading: Reading) -> list[Fraction]:
    """Return the simple values of a letter at which a condition does not hold."""
    name = f"{letter}"
    values = nice(reading.domains[name], (), reading.ends.get(name))
    return [
        value
        for value in values
        if condition.subs(letter, sympy.Rational(value.numerator, value.denominator)) == sympy.false
    ]


def _others(part: Big, other: Node, reading: Reading, name: str) -> dict[str, Any]:
    """Return a simple value, one that is not 0, for each other letter."""
    used = (free_names(part) | free_names(other)) & set(reading.domains)
    few = {n: nice(reading.domains[n], (), reading.ends.get(n)) for n in sorted(used - {name})}
    return {n: next((v for v in values if v), values[0]) for n, values in few.items() if values}


def _divergent(part: Big, values: dict[str, Any], reading: Reading) -> bool:
    """Return whether a sum or integral has no finite value at a point, as algebra shows."""
    algebra = Algebra(reading, {})
    algebra.values.update(
        {n: sympy.Rational(v.numerator, v.denominator) for n, v in values.items()}
    )
    if part.kind == "int":
        found = super(Algebra, algebra)._big(part)
        return found in (sympy.oo, -sympy.oo)
    k = sympy.Symbol(part.variable, integer=True, nonnegative=True)
    low = algebra.number(part.low) if part.low is not None else sympy.Integer(1)
    whole = sympy.Sum(algebra._at(part, k), (k, low, sympy.oo))
    return bool(whole.is_convergent() == sympy.false)
