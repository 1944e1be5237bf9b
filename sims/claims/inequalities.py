"""Inequalities proved: by signs, squares, norms, members of an extreme, and known theorems.

Each rule is a sufficient reason; where none applies nothing is said.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sympy

from sims.claims.algebra import Algebra, range_of
from sims.claims.distributions import gibbs, jensen
from sims.claims.domains import Domain
from sims.claims.logarithms import sign_of_logs
from sims.claims.matrix_algebra import Rewriting, Words
from sims.claims.nonnegative import nonnegative
from sims.claims.reading import Reading, ordered
from sims.claims.signs import rule_for, sign_on, waves
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.syntax.tree import (
    Add,
    Call,
    Mul,
    Name,
    Node,
    Relation,
    free_names,
    replaced,
    substitute,
)


def proved(reading: Reading, goal: Relation) -> str | None:
    """Return the rule by which an inequality holds, or None."""
    low, high, strict = ordered(goal)
    if rule := _extremes(reading, low, high, strict):
        return rule
    if not strict and (rule := gibbs(reading, low, high) or _norms(reading, low, high)):
        return rule
    if not strict and (rule := jensen(reading, low, high)):
        return rule
    arrays = {name for name, domain in reading.domains.items() if domain.is_array}
    if arrays & free_names(goal):
        return _of_vectors(reading, low, high) if not strict else None
    builder = Algebra(reading, {})
    gap = builder.number(high) - builder.number(low)
    if isinstance(gap, Matrix):
        return None
    for expression in _substituted(reading, builder, gap):
        if rule := rule_for(reading, expression, strict) or waves(reading, expression, strict):
            return rule
        if rule := sign_of_logs(expression, strict, sign_on(reading)):
            return rule
    sides = (builder.number(low), builder.number(high))
    if not strict and any(side.has(sympy.sqrt) or side.atoms(sympy.Pow) for side in sides):
        return "squares of both sides" if _by_squares(*sides) else None
    return None


def _extremes(reading: Reading, low: Node, high: Node, strict: bool) -> str | None:
    """Prove an inequality with a minimum or maximum by the inequalities of its members."""
    mark = "<" if strict else "<="
    for side, all_under, any_under in ((high, "min", "max"), (low, "max", "min")):
        if not (isinstance(side, Call) and side.function in ("min", "max")):
            continue
        if len(side.arguments) < 2:
            continue
        pairs = [(low, one) if side is high else (one, high) for one in side.arguments]
        rules = (proved(reading, Relation(pair, (mark,))) for pair in pairs)
        if side.function == all_under:
            found = list(itertools.takewhile(bool, rules))
            if len(found) == len(pairs):
                return f"each member of the {all_under}: {found[0]}"
        elif side.function == any_under and (rule := next(filter(None, rules), None)):
            return f"one member of the {any_under}: {rule}"
        elif rule := _either_order(reading, low, high, side, mark):
            return rule
    return None


def _either_order(reading: Reading, low: Node, high: Node, side: Call, mark: str) -> str | None:
    """Prove an inequality with the extreme of two positive letters, in either order of these."""
    names = [part.name for part in side.arguments if isinstance(part, Name)]
    if len(names) != 2 or len(side.arguments) != 2 or "t" in reading.domains:
        return None
    for name in names:
        start = range_of(reading, name)[0]
        if start == -sympy.oo or start < 0 or reading.domains[name].is_integer:
            return None
    for small, large in (names, names[::-1]):
        bigger = Add((Name(small), Name("t")))
        extreme = Name(small) if side.function == "min" else bigger
        ends = [replaced(one, side, extreme) for one in (low, high)]
        goal = Relation(tuple(substitute(one, {large: bigger}) for one in ends), (mark,))
        kind = "positive" if range_of(reading, small)[2][0] is False else "nonnegative"
        domains = {**reading.domains, small: Domain(kind), "t": Domain("nonnegative")}
        free = {n: e for n, e in reading.ends.items() if n != small}
        if not proved(replace(reading, domains=domains, ends=free, conditions=[]), goal):
            return None
    return f"{names[0]} <= {names[1]} and {names[1]} <= {names[0]}, each by signs"


NORMS = {"1": 2, "2": 1, "inf": 0}
"""Norms of a vector from the largest to the smallest."""


def _norms(reading: Reading, low: Node, high: Node) -> str | None:
    """Prove what holds between norms of one vector, for every size."""
    roots: list[tuple[Node, str, Any]] = []
    for side in (low, high):
        factors = list(side.factors) if isinstance(side, Mul) else [side]
        norms = [f for f in factors if isinstance(f, Call) and f.function == "norm"]
        rest = [f for f in factors if f not in norms]
        if len(norms) != 1 or not isinstance(norms[0], Call):
            return None
        vector, *kind = norms[0].arguments
        name = getattr(kind[0], "name", getattr(kind[0], "text", "")) if kind else "2"
        roots.append((vector, name, rest))
    (x, one, left), (y, other, right) = roots
    domain = reading.domains.get(x.name) if isinstance(x, Name) else None
    if x != y or domain is None or len(domain.sizes) != 1 or not {one, other} <= set(NORMS):
        return None
    size, words = domain.sizes[0], "norms: max <= Euclid <= sum of absolute values"
    if not left and not right and NORMS[one] <= NORMS[other]:
        return f"{words}, for every size"
    root = Call("sqrt", (size,))
    factor = {("1", "2"): [root], ("2", "inf"): [root], ("1", "inf"): [size]}.get((one, other))
    if not left and factor is not None and right == factor:
        return f"{words} <= sqrt(n) Euclid <= n max, for every size"
    return None


def _of_vectors(reading: Reading, low: Node, high: Node) -> str | None:
    """Prove an inequality of inner products: k vectors span at most k dimensions."""
    used = free_names(low) | free_names(high)
    names = {n for n, d in reading.domains.items() if d.is_array and n in used}
    if any(reading.domains[name].kind != "vector" for name in names) or len(names) > 3:
        return None
    if used & {n for one in names for size in reading.domains[one].sizes for n in free_names(size)}:
        return None
    rewriting = Rewriting(reading)
    if any(isinstance(rewriting.value(side), Words) for side in (low, high)):
        return None
    size = max(2, len(names))
    sizes = {s.name: size for n in names for s in reading.domains[n].sizes if isinstance(s, Name)}
    builder = Algebra(reading, sizes)
    if _by_squares(builder.number(low), builder.number(high)):
        return f"squares of both sides, in {size} dimensions and so in all"
    return None


def _by_squares(low: Any, high: Any, depth: int = 3) -> bool:
    """Return whether low <= high: both are compared by squares where high is not negative."""
    gap = sympy.expand(high - low)
    if gap.is_nonnegative is True or nonnegative(gap):
        return True
    if depth == 0 or high.is_nonnegative is not True:
        return False
    square = sympy.expand(high**2 - low**2)
    if square.is_nonnegative is True or nonnegative(square):
        return True
    terms = sympy.Add.make_args(square)
    rooted = [
        term for term in terms
        if any(p.exp.is_Rational and not p.exp.is_Integer for p in term.atoms(sympy.Pow))
    ]  # fmt: skip
    rest = [term for term in terms if term not in rooted]
    return bool(rooted and rest) and _by_squares(-sympy.Add(*rest), sympy.Add(*rooted), depth - 1)


def _substituted(reading: Reading, builder: Any, gap: Any) -> Iterator[Any]:
    """Yield a gap with the equations among the conditions put in, then as it is."""
    for condition in reading.conditions:
        if isinstance(condition, Relation) and condition.signs == ("=",):
            try:
                left, right = (builder.number(side) for side in condition.operands)
            except UndefinedError:
                continue
            for name in sorted((left - right).free_symbols, key=str):
                solutions = sympy.solve(left - right, name)
                if len(solutions) == 1:
                    yield sympy.together(gap.subs(name, solutions[0]))
    yield gap
