"""Numbers with units: the base units become letters that stand for any positive number.

An equation of quantities holds when it holds for every size of the base units, so dimensions that
differ are refuted as any wrong equation is. A year is 365.2425 days.
"""

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sims.claims.domains import Domain
from sims.claims.evaluator import ClaimEvaluator, last_digit
from sims.claims.evidence import Evidence, EvidenceKind, Verdict
from sims.claims.point import shown
from sims.claims.reading import Reading, Settle, open_names
from sims.claims.refutation import left_words
from sims.claims.units import unit_of
from sims.maths.comparison.numbers import typed
from sims.maths.comparison.units import Unit, quantity, table
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.syntax.names import Names
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import (
    ONE,
    Add,
    Call,
    Divide,
    Mul,
    Name,
    Node,
    Power,
    Relation,
    difference,
    free_names,
    integer,
    rational,
    substitute,
)

_BESIDE = re.compile(r"\d\s+[A-Za-z]|%\s*\*?\s*[A-Za-z]{2,}")
"""A number, a space and a letter: `3 m` has a unit where `3*m` has a factor."""
_SIZES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43)
"""Sizes of base units, no product of powers of which is that of others."""


def units_in(reading: Reading) -> dict[str, Unit]:
    """Return the names of a claim that are units: all that nobody declared, or none.

    One must be a word such as `km`, or a letter after a number and a space.
    """
    if reading.asserted is not None or reading.draws:
        return {}
    names = set().union(*map(open_names, (reading.goal, *reading.conditions)))
    names -= set(reading.statement.variables)
    found = {name: unit for name in names if (unit := unit_of(name)) is not None}
    words = [name for name in found if len(name) > 1]
    if not found or (set(found) != names and not words):
        return {}
    return found if words or _BESIDE.search(reading.statement.claim) else {}


def decide_quantities(reading: Reading, budget: Any, settle: Settle) -> Evidence | None:
    """Return the evidence on a claim with units, None where it has none."""
    if reading.asserted is not None:
        return None
    declared = {n: d.unit for n, d in reading.domains.items() if d.kind == "quantity"}
    units = units_in(reading)
    if not declared and not units:
        return None
    if (unlike := _unlike_noughts(reading.goal, budget)) and not declared:
        return unlike
    values: dict[str, Node] = {name: _tree(unit) for name, unit in units.items()}
    for name, written in declared.items():
        values[name] = Mul((Name(name), _written(written)))
    if "year" in units or "years" in units:
        reading.says("a year is 365.2425 days")
    goal = _roughly(reading.goal, values, units)
    goal = substitute(goal, values)
    dimensions = {name for unit in units.values() for name, _ in unit.dimensions}
    for written in declared.values():
        dimensions.update(_dimensions(written))
    bases = sorted(dimensions)
    domains = {n: d for n, d in reading.domains.items() if n not in units}
    domains = {
        n: Domain("positive", written=f"{d.unit}") if n in declared else d
        for n, d in domains.items()
    }
    domains |= {_letter(base): Domain("positive", written="a unit") for base in bases}
    letters = {_letter(base): "positive" for base in bases}
    conditions = [substitute(c, values) for c in reading.conditions]
    plain = replace(
        reading.with_goal(goal, conditions), domains=domains,
        asserted=reading.asserted or reading.goal,
        statement=replace(reading.statement, variables={**reading.statement.variables, **letters}),
    )  # fmt: skip
    found = settle(plain, budget, derived=True)
    told = None
    if found.verdict is Verdict.FAILS:
        told = _in_their_unit(reading, values, bases, budget)
        told = told or _apart(reading, values, bases, budget)
    if told:
        return replace(
            found, rule=f"units as factors; {found.rule}", counterexample=told[0], right=told[1],
            says=f"it fails: {told[0]} (evaluated exactly)",
        )  # fmt: skip
    words, says = found.counterexample, found.says
    for base in bases:
        words = words.replace(_letter(base), f"1 {base}")
        says = says.replace(_letter(base), f"1 {base}")
    return replace(
        found, rule=f"units as factors; {found.rule}", counterexample=words, says=says, right=""
    )


def _unlike_noughts(goal: Node, budget: Any) -> Evidence | None:
    """Refute `0 m = 0 s`, whose sides no size of the units can tell apart."""
    if not isinstance(goal, Relation) or len(goal.operands) != 2 or goal.signs[0] == "!=":
        return None
    sides = [quantity(side) for side in goal.operands]
    if any(side is None or not side.unit.dimensions for side in sides):
        return None
    left, right = (side for side in sides if side is not None)
    numbers = [side.number or ONE for side in (left, right)]
    noughts = all(ClaimEvaluator({}, budget).number(number) == 0 for number in numbers)
    if left.unit.dimensions == right.unit.dimensions or not noughts:
        return None
    units = f"{_unit_words(left.written)} against {_unit_words(right.written)}"
    words = f"{units}, which measure different things"
    return Evidence(
        Verdict.FAILS, f"it fails: {words}", kind=EvidenceKind.REFUTED, counterexample=words,
        rule="units as factors; the dimensions differ",
    )  # fmt: skip


def _in_their_unit(
    reading: Reading, values: dict[str, Node], bases: Sequence[str], budget: Any
) -> tuple[str, str] | None:
    """Return both sides in the unit of one of them, and the left as it is in it."""
    goal = reading.goal
    if not isinstance(goal, Relation) or len(goal.operands) != 2:
        return None
    if set(reading.domains) - set(values):
        return None
    for side in goal.operands[::-1]:
        written = quantity(side)
        if written is None or not written.written:
            continue
        powers = [(Name(name), power) for name, power in written.written]
        unit = Mul((integer(1), *(Power(name, integer(power)) for name, power in powers)))
        found = []
        for power in (0, 1):
            at = {
                _letter(base): Fraction(size) ** power
                for base, size in zip(bases, _SIZES, strict=False)
            }
            evaluator = ClaimEvaluator(at, budget)
            try:
                one = evaluator.number(substitute(unit, values))
                found.append([evaluator.number(substitute(s, values)) / one for s in goal.operands])
            except (UndefinedError, MathsError, TypeError):
                return None
        if found[0] != found[1]:
            return None
        name = _unit_words(written.written)
        left, right = (f"{shown(value)} {name}" for value in found[0])
        sign = goal.signs[0]
        words = (
            f"{left} against {right}" if sign in ("=", "≈") else f"{left} {sign} {right} is false"
        )
        return words, f"{left_words(reading, goal)} = {left}" if sign in ("=", "≈") else ""
    return None


def _apart(
    reading: Reading, values: dict[str, Node], bases: Sequence[str], budget: Any
) -> tuple[str, str] | None:
    """Return the units of two sides, or of two terms of a sum, that differ; nothing is right."""
    sums = (part.terms for part in reading.goal.walk() if isinstance(part, Add))
    sides = (part.operands for part in reading.goal.walk() if isinstance(part, Relation))
    for parts in (*sums, *sides):
        units = [_base_units(part, reading, values, bases, budget) for part in parts]
        for (one, unit), (other, its) in itertools.combinations(zip(parts, units, strict=True), 2):
            if unit is not None and its is not None and unit != its:
                letters = set(reading.domains) - set(units_in(reading))
                said = f"{_written_as(one, letters)} is in {unit}"
                return f"{said}, {_written_as(other, letters)} in {its}", ""
    return None


def _written_as(side: Node, letters: Collection[str]) -> str:
    """Return an expression in the maths language, a quantity as a person writes it."""
    found = quantity(side) if free_names(side).isdisjoint(letters) else None
    if found is None or not found.written:
        return text(side)
    return f"{text(found.number or integer(1))} {_unit_words(found.written)}"


def _base_units(
    side: Node, reading: Reading, values: dict[str, Node], bases: Sequence[str], budget: Any
) -> str | None:
    """Return the base units of an expression, as it grows with the size of each; None for a sum."""
    ones = {name: Fraction(1) for name in (*reading.domains, *map(_letter, bases))}
    node, powers = substitute(side, values), []
    for base in bases:
        sizes = (1, 2, 4)
        try:
            found = [
                ClaimEvaluator({**ones, _letter(base): Fraction(size)}, budget).number(node)
                for size in sizes
            ]
        except (UndefinedError, MathsError, TypeError):
            return None
        grown = [power for power in range(-6, 7) if found[1] == found[0] * Fraction(2) ** power]
        if not found[0] or not grown or found[2] != found[0] * Fraction(4) ** grown[0]:
            return None
        powers.append((base, grown[0]))
    return _unit_words(tuple((name, power) for name, power in powers if power))


def _unit_words(written: tuple[tuple[str, int], ...]) -> str:
    """Return a unit as a person writes it: `kg*m/s^2`."""

    def part(names: list[tuple[str, int]]) -> str:
        return "*".join(n if p == 1 else f"{n}^{p}" for n, p in names)

    over = part([(n, p) for n, p in written if p > 0])
    under = [(n, -p) for n, p in written if p < 0]
    below = f"({part(under)})" if len(under) > 1 else part(under)
    return f"{over or '1'}/{below}" if under else over


def _letter(base: str) -> str:
    return f"{base}'"


def _dimensions(written: str) -> list[str]:
    return [name for name, _ in _unit(written).dimensions]


def _unit(written: str) -> Unit:
    """Return a unit as it is written: `m/s^2`."""
    node = parse_named(written, Names(also=frozenset(table())))
    found = quantity(node)
    if found is None:
        raise MathsError(f"the unit {written!r} is not known")
    return found.unit


def _written(written: str) -> Node:
    return _tree(_unit(written))


def _tree(unit: Unit) -> Node:
    """Return a unit as a factor times powers of its base units' letters."""
    factors: list[Node] = [rational(unit.factor)]
    for name, power in unit.dimensions:
        base = Name(_letter(name))
        factors.append(base if power == 1 else Power(base, integer(power)))
    return factors[0] if len(factors) == 1 else Mul(tuple(factors))


def _roughly(node: Node, values: dict[str, Node], units: dict[str, Unit]) -> Node:
    """Return `a ≈ 8 h + 57 s` as a difference of at most half of the last unit written."""
    if isinstance(node, Relation) and node.signs == ("≈",):
        left, right = node.operands
        slack = _last(right, units) or _last(left, units)
        if slack is None:
            raise MathsError("≈ needs a number with a unit on one side, such as 57 s")
        gap = Call("abs", (difference(left, right),))
        return Relation((gap, Mul((rational(Fraction(1, 2)), slack))), ("<=",))
    return node.map(lambda part: _roughly(part, values, units))


def _last(node: Node, units: dict[str, Unit]) -> Node | None:
    """Return the unit of the last digit of the last quantity written in a sum."""
    if isinstance(node, Add):
        return _last(node.terms[-1], units)
    if isinstance(node, Divide) and (top := _last(node.numerator, units)) is not None:
        return Divide(top, node.denominator)
    if isinstance(node, Mul):
        numbers = [one for f in node.factors if (one := typed(f)) is not None]
        names = [f for f in node.factors if not (typed(f) is not None)]
        if len(numbers) == 1 and names:
            return Mul((rational(last_digit(numbers[0])), *names))
    return None
