"""Proofs by induction on a whole letter: of sums and products in closed form, and of bounds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy

from sims.claims.algebra import Algebra
from sims.claims.domains import Domain
from sims.claims.reading import Reading
from sims.maths.comparison.algebra import vanishes
from sims.maths.syntax.tree import (
    Add,
    Big,
    Name,
    Node,
    Number,
    Relation,
    free_names,
    replaced,
    substitute,
)

LEAST = {"size": 1, "index": 1, "natural": 0}
MOST_STARTS = 5
"""Whole numbers looked at one by one, before the step is said of all that follow."""
Sign = Callable[[Any, bool], bool]
SUMS = ("sum below so far", "sum above so far")
"""Letters for the sums up to n on the smaller and the larger side."""


def closed_form(reading: Reading, goal: Relation) -> str | None:
    """Prove that a sum or product up to n has a closed form."""
    for left, right in (goal.operands, goal.operands[::-1]):
        bigs = [
            part for part in left.walk() if isinstance(part, Big) and part.kind in ("sum", "prod")
        ]
        for big in bigs:
            if not (isinstance(big.high, Name) and big.low is not None):
                continue
            name = big.high.name
            domain = reading.domains.get(name)
            if domain is None or not domain.is_integer or name in free_names(big.body):
                continue
            if _steps(reading, left, right, big, name):
                return f"induction on {name}"
    return None


def _steps(reading: Reading, left: Node, right: Node, big: Big, name: str) -> bool:
    """Return whether both sides agree at the start and change alike from n to n + 1."""
    algebra = Algebra(reading, {})
    if left != big or big.low is None:
        return False
    low = algebra.number(big.low)
    n = algebra.number(Name(name))
    if not low.is_Integer:
        return False
    theirs = algebra.number(right)
    start = algebra._at(replace(big, variable=big.variable), sympy.Integer(int(low)))
    term = algebra._at(big, n + 1)
    first = int(low)
    domain = reading.domains[name]
    least = {"size": 1, "index": 1, "natural": 0, "prime": 2}.get(domain.kind)
    if least is None or least > first or least < first - 1:
        return False
    if least == first - 1:
        empty = sympy.Integer(0) if big.kind == "sum" else sympy.Integer(1)
        if not vanishes(theirs.subs(n, least) - empty):
            return False
    after, before = theirs.subs(n, n + 1), theirs
    step = after - before - term if big.kind == "sum" else after - before * term
    return vanishes(theirs.subs(n, first) - start) and vanishes(step)


def bound(reading: Reading, low: Node, high: Node, strict: bool, sign: Sign) -> str | None:
    """Prove that one side is at least (or above) the other for every whole letter, by steps.

    Both sides are looked at for the first whole numbers. From then on the larger one must grow at
    least as much as the smaller one, by what is added or by the factor.
    """
    for name in sorted(free_names(low) | free_names(high)):
        least = LEAST.get(getattr(reading.domains.get(name), "kind", ""))
        if least is None or any(name in free_names(c) for c in reading.conditions):
            continue
        for start in range(least, least + MOST_STARTS):
            if not sign(_gap(reading, low, high, name, start), strict):
                break
            if _grows(reading, low, high, name, start, strict, sign):
                return f"induction on {name}"
    return None


def _gap(reading: Reading, low: Node, high: Node, name: str, at: int) -> Any:
    """Return how far one side is above the other at a whole number."""
    put: dict[str, Node] = {name: Number(str(at))}
    above, below = (Algebra(reading, {}).number(substitute(side, put)) for side in (high, low))
    return above - below


def _grows(
    reading: Reading, low: Node, high: Node, name: str, start: int, strict: bool, sign: Sign
) -> bool:
    """Return whether the larger side stays ahead in each step from a whole number on."""
    sums = dict.fromkeys(SUMS, Domain("real"))
    domains = {**reading.domains, name: Domain("natural"), **sums}
    moved = replace(reading, domains=domains)
    here = Add((Name(name), Number(str(start))))
    after = Add((Name(name), Number(str(start + 1))))
    algebra = Algebra(moved, {})

    def pair(side: Node, total_name: str) -> tuple[Any, Any]:
        body, term = _next(side, name, total_name, start)
        now = algebra.number(substitute(body, {name: here}))
        added = algebra.number(substitute(term, {name: after})) if term is not None else 0
        put: dict[str, Node] = {name: after}
        then = algebra.number(substitute(body, put))
        total = algebra.number(Name(total_name))
        return now, then.subs(total, total + added)

    (below, below_then), (above, above_then) = pair(low, SUMS[0]), pair(high, SUMS[1])
    totals = [algebra.number(Name(one)) for one in SUMS]
    gained = sympy.simplify((above_then - above) - (below_then - below))
    if not gained.has(*totals) and sign(gained, False):
        return True
    if any(side.has(*totals) for side in (below, below_then, above, above_then)):
        return False
    for one, other in (((above, above_then), below), ((below, below_then), above)):
        if one[0] == 0 or other == 0:
            continue
        ratio = sympy.powsimp(sympy.combsimp(sympy.gammasimp(one[1] / one[0])))
        if not sign(ratio, strict):
            continue
        rest = ratio * below - below_then if one[0] is above else above_then - ratio * above
        if sign(sympy.factor(sympy.simplify(rest)), False):
            return True
    return False


def _next(side: Node, name: str, total: str, start: int) -> tuple[Node, Node | None]:
    """Return a side with its sum up to n as one letter, and the term that comes next."""
    for part in side.walk():
        if not (isinstance(part, Big) and part.kind == "sum" and part.high == Name(name)):
            continue
        if part.where is None and part.low is not None and name not in free_names(part.body):
            if not isinstance(part.low, Number) or part.low.value > start + 1:
                continue
            return replaced(side, part, Name(total)), substitute(
                part.body, {part.variable: Name(name)}
            )
    return side, None
