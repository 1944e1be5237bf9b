"""Values of a letter where a claim may break: zeros, poles, branch points, jumps and ends.

They are trees without letters, such as `pi/2` or `sqrt(2)`, so that a point at one of them is
as exact as the digits that are asked for. Also whether two sides meet at a point exactly.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy

from sims.claims.algebra import Algebra, as_written
from sims.claims.domains import Domain
from sims.claims.reading import Reading, conjuncts
from sims.maths.comparison.algebra import NO_ALGEBRA, time_limit, vanishes
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.limits import BudgetError
from sims.maths.syntax.tree import (
    Call,
    Constant,
    Divide,
    Mul,
    Name,
    Node,
    Power,
    Relation,
    Unary,
    difference,
    free_names,
    integer,
)

MOST = 40
SECONDS = 0.3
MEETING_SECONDS = 0.5
"""Processor time in which algebra shows that two sides are one number."""
BENT = (
    "log",
    "log2",
    "log10",
    "sqrt",
    "abs",
    "sign",
    "relu",
    "heaviside",
    "cbrt",
    "atanh",
    "acosh",
)
"""Functions of one number that have an end, a corner or a jump where it is 0."""
STEPS = ("floor", "ceil", "round")
WAVES = ("sin", "cos", "tan", "cot", "sec", "csc")
REAL = ("real", "positive", "nonnegative", "negative", "nonzero", "interval", "probability")
QUARTERS = tuple(
    sorted({Fraction(k, d) for d in (6, 4) for k in range(-2 * d, 2 * d + 1)},
           key=lambda q: (abs(q) > 1, q.denominator, abs(q), q < 0))
)  # fmt: skip
"""Multiples of pi where sines and cosines have values of their own."""


def singular(reading: Reading, name: str) -> list[Node]:
    """Return the values of a real letter where the claim may break. Never raises."""
    domain = reading.domains[name]
    if domain.kind not in REAL:
        return []
    found = list(closed_ends(domain))
    zeros: list[Node] = []
    equations = [c for c in conjuncts(reading.goal) if isinstance(c, Relation) and "=" in c.signs]
    for node in (reading.goal, *reading.conditions):
        for part in node.walk():
            if part in equations or (part == reading.goal and equations):
                continue  # where two sides meet that are said to be equal nothing breaks
            zeros += [zero for zero in _zeros(part) if free_names(zero) == {name}]
            if isinstance(part, Call) and part.function in WAVES and part.arguments:
                inner = part.arguments[0]
                if inner == Name(name):
                    found += [_of_pi(q) for q in QUARTERS]
                elif free_names(inner) == {name}:
                    zeros += [difference(inner, _of_pi(Fraction(k, 2))) for k in range(-2, 3)]
    numbers = {n: d for n, d in reading.domains.items() if not d.is_array}
    waves = set(found)
    builder = Algebra(replace(reading, domains=numbers), {})
    for zero in dict.fromkeys(zeros):
        if len(found) >= MOST:
            break
        found += _solutions(builder, zero, name)
    beside = [side for value in found[:6] if value not in waves for side in _beside(value)]
    return list(dict.fromkeys([*found, *beside]))[:MOST]


def closed_ends(domain: Domain) -> Iterator[Node]:
    """Yield the ends that belong to an interval and are no fractions, such as `pi/2`."""
    for end, closed in zip((domain.low, domain.high), domain.closed, strict=True):
        if end is None or not closed or free_names(end):
            continue
        constants = [part for part in end.walk() if isinstance(part, Constant | Call | Power)]
        if constants and Constant("inf") not in constants:
            yield end


def _beside(value: Node) -> tuple[Node, Node]:
    """Return a value on each side of one where a claim may break."""
    return Divide(value, integer(2)), Mul((integer(2), value))


def _of_pi(share: Fraction) -> Node:
    """Return a multiple of pi as it is written: `3*pi/4`."""
    pi, top, bottom = Constant("pi"), abs(share.numerator), share.denominator
    value: Node = pi if top == 1 else Mul((integer(top), pi))
    value = value if bottom == 1 else Divide(value, integer(bottom))
    if share == 0:
        return integer(0)
    return Unary("-", value) if share < 0 else value


def _zeros(part: Node) -> Iterator[Node]:
    """Yield expressions at whose zeros a part of a claim may break."""
    if isinstance(part, Divide):
        yield part.denominator
    elif isinstance(part, Power) and not part.exponent.children:
        yield part.base
    elif isinstance(part, Relation) and "in" not in part.signs:
        for left, right in zip(part.operands, part.operands[1:], strict=False):
            yield difference(left, right)
    elif isinstance(part, Call) and part.function in BENT and part.arguments:
        yield part.arguments[0]
    elif isinstance(part, Call) and part.function in STEPS and part.arguments:
        yield from (difference(part.arguments[0], integer(k)) for k in (0, 1, -1, 2))
    elif (
        isinstance(part, Call)
        and part.function in ("max", "min", "delta")
        and len(part.arguments) == 2
    ):
        yield difference(*part.arguments)


def _solutions(builder: Any, zero: Node, name: str) -> list[Node]:
    """Return the real zeros of an expression in one letter that have an exact form."""
    try:
        with time_limit(SECONDS):
            value = builder.number(zero)
            letters = [s for s in value.free_symbols if str(s) == name]
            if len(letters) != 1 or value.free_symbols != set(letters):
                return []
            x = letters[0]
            top = sympy.numer(sympy.together(value))
            if top.is_polynomial(x):
                polynomial = sympy.Poly(top, x)
                if not 0 < polynomial.degree() <= 4:
                    return []
                roots = list(sympy.roots(polynomial))
            elif top.has(*(getattr(sympy, wave) for wave in WAVES)) and not top.is_polynomial(
                *top.atoms(sympy.Function)
            ):
                return []
            else:
                roots = sympy.solve(top, x)
            roots = sorted(
                (root for root in roots if root.is_real is True), key=lambda r: bool(r < 0)
            )
            return [as_written(root) for root in roots]
    except (BudgetError, UndefinedError, MathsError, RecursionError, KeyError, *NO_ALGEBRA):
        return []


def _is_root_of_nothing_else(gap: Any) -> bool:
    """Return whether an algebraic number is 0: its minimal polynomial is x alone."""
    x = sympy.Symbol("x")
    try:
        return not gap.free_symbols and bool(sympy.minimal_polynomial(gap, x) == x)
    except sympy.polys.polyerrors.NotAlgebraic:
        return False


def meet(relation: Relation, reading: Reading, values: Mapping[str, Any]) -> bool:
    """Return whether both sides are one number at a point, as algebra shows; no says nothing."""

    def put(value: Any) -> Any:
        if isinstance(value, Matrix):
            return value.map(put)
        if isinstance(value, Node):
            return algebra.number(value)
        return sympy.Rational(value.numerator, value.denominator)

    algebra = Algebra(replace(reading, domains={}), {})
    try:
        with time_limit(MEETING_SECONDS):
            algebra.values.update({name: put(value) for name, value in values.items()})
            left, right = (algebra.number(side) for side in relation.operands)
            gap = left - right
            return bool(vanishes(gap)) or _is_root_of_nothing_else(gap)
    except (BudgetError, MathsError, UndefinedError, AttributeError, *NO_ALGEBRA):
        return False
