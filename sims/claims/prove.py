"""Proofs of claims by algebra: normal forms of matrices and inner products, then sympy.

Everything handed to sympy is built from our own tree. A proof says by which rule, and for which
sizes where it is not general. Runs in the worker.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sympy

from sims.claims import (
    aggregates,
    divisors,
    entrywise,
    induction,
    inequalities,
    matrix_algebra,
    primes,
    ranks,
    residues,
)
from sims.claims.algebra import Algebra
from sims.claims.arithmetic import ZERO
from sims.claims.definite import Sign, sign_by_form, without_eigenvalues
from sims.claims.domains import Domain, size_names
from sims.claims.nonnegative import nonnegative
from sims.claims.reading import Reading, conjuncts, ordered
from sims.claims.shapes import by_shape
from sims.claims.signs import sign_on
from sims.maths.comparison.algebra import NO_ALGEBRA, time_limit, vanishes
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import BudgetError
from sims.maths.syntax.tree import (
    Add,
    Call,
    Constant,
    Divide,
    Logic,
    Mul,
    Name,
    Node,
    Piecewise,
    Relation,
    Unary,
    free_names,
    integer,
    replaced,
)

SECONDS = 4.0
QUICK = 1.5
SIZES = (1, 2, 3, 4)
LARGEST_TREE = 400


@dataclass(frozen=True)
class Proof:
    """How a statement was proved; `sizes` is empty for a general proof."""

    rule: str
    sizes: str = ""


def prove(reading: Reading) -> Proof | None:
    """Return a proof of the goal under the conditions, or None. Never raises."""
    reading = _narrowed(reading)
    proofs = []
    for part in conjuncts(reading.goal):
        proof = _statement(reading.with_goal(part))
        if proof is None:
            return None
        proofs.append(proof)
    rules = list(dict.fromkeys(proof.rule for proof in proofs))
    sizes = next((proof.sizes for proof in proofs if proof.sizes), "")
    return Proof("; ".join(rules), sizes)


def _narrowed_vector(domain: Domain, sign: str) -> Domain:
    """Return a vector of which a condition says that its entries are above 0."""
    return replace(domain, kind="positive vector") if sign == ">" else domain


NARROWER = {">": "positive", ">=": "nonnegative", "<": "negative"}


def _narrowed(reading: Reading) -> Reading:
    """Return a reading in which a real letter with a condition `x > 0` is a positive one."""
    domains = dict(reading.domains)
    for condition in reading.conditions:
        if not isinstance(condition, Relation) or len(condition.signs) != 1:
            continue
        name, end = condition.operands
        kind = NARROWER.get(condition.signs[0])
        before = domains.get(name.name) if isinstance(name, Name) else None
        if kind is None or before is None or end != ZERO or not isinstance(name, Name):
            continue
        if before.kind == "vector":
            domains[name.name] = _narrowed_vector(before, condition.signs[0])
        elif before.kind == "real" or (before.kind == "nonnegative" and kind == "positive"):
            domains[name.name] = Domain(kind, written=before.written)
    return replace(reading, domains=domains) if domains != reading.domains else reading


ABOVE = {"natural": "size", "nonnegative": "positive", "real": "nonzero"}


def _where_divided(reading: Reading) -> Reading:
    """Return a reading in which a letter that divides a side is not 0: there is no value there."""
    domains = dict(reading.domains)
    sides = reading.goal.operands if isinstance(reading.goal, Relation) else ()
    for side in sides:
        parts = side.factors if isinstance(side, Mul) else (side,)
        for part in parts:
            below = part.denominator if isinstance(part, Divide) else None
            factors = below.factors if isinstance(below, Mul) else (below,)
            for one in factors:
                kind = (
                    domains[one.name].kind if isinstance(one, Name) and one.name in domains else ""
                )
                if isinstance(one, Name) and kind in ABOVE:
                    domains[one.name] = Domain(ABOVE[kind], written=domains[one.name].written)
    return replace(reading, domains=domains) if domains != reading.domains else reading


def _statement(reading: Reading) -> Proof | None:
    reading = _where_divided(reading)
    goal = reading.goal
    if (modulus := residues.period(reading)) and residues.every(reading, modulus):
        return Proof(f"every residue modulo {modulus}")
    if isinstance(goal, Logic) and goal.connective == "implies":
        premises = conjuncts(goal.operands[0])
        return prove(reading.with_goal(goal.operands[1], [*reading.conditions, *premises]))
    if isinstance(goal, Logic) and goal.connective == "iff":
        there = prove(reading.with_goal(Logic("implies", goal.operands)))
        back = there and prove(reading.with_goal(Logic("implies", goal.operands[::-1])))
        if there is None or back is None:
            return None
        return Proof(f"both directions: {there.rule}", there.sizes or back.sizes)
    if isinstance(goal, Logic) and goal.connective == "or":
        return next((p for part in goal.operands if (p := prove(reading.with_goal(part)))), None)
    if not isinstance(goal, Relation) or len(goal.operands) != 2:
        return None
    if goal.signs[0] == "≈" or reading.within is not None:
        return _same_everywhere(reading, goal)
    if goal.signs[0] == "in":
        return None
    if sum(1 for _ in goal.walk()) > LARGEST_TREE:
        return None
    goal = Relation(tuple(map(without_eigenvalues, goal.operands)), goal.signs)
    worked = tuple(primes.without_totients(side, reading) for side in goal.operands)
    if worked != goal.operands:
        found = _statement(reading.with_goal(Relation(worked, goal.signs)))
        return found and Proof(f"Euler's product for the totient; {found.rule}", found.sizes)
    if goal.signs[0] == "!=":
        sides = (Relation(goal.operands, (sign,)) for sign in ("<", ">"))
        return next((p for side in sides if (p := prove(reading.with_goal(side)))), None)
    routes = EQUATION if goal.signs == ("=",) else ORDER if goal.signs[0] != "!=" else ()
    for route, seconds in routes:
        try:
            with time_limit(seconds):
                proof = route(reading, goal)
        except (BudgetError, MathsError, RecursionError, KeyError, IndexError, *NO_ALGEBRA):
            continue
        if proof is not None:
            return proof
    pieces = _pieces(goal)
    return None if pieces is None else _by_cases(reading, goal, pieces)


def _pieces(goal: Relation) -> Piecewise | None:
    """Return the first part of a goal that has cases, if none of its letters is bound there."""
    names = free_names(goal)
    parts = (part for part in goal.walk() if isinstance(part, Piecewise))
    return next((part for part in parts if free_names(part) <= names), None)


def _by_cases(reading: Reading, goal: Relation, pieces: Piecewise) -> Proof | None:
    """Prove a statement for each case of a part of it, under the condition of that case."""
    others: list[Node] = []
    proofs = []
    cases = list(zip(pieces.conditions, pieces.values, strict=True))
    last = [(Constant("true"), pieces.otherwise)] if pieces.otherwise is not None else []
    for condition, value in [*cases, *last]:
        given = [*reading.conditions, *others]
        given += [] if condition == Constant("true") else [condition]
        put = replaced(goal, pieces, value)
        assert isinstance(put, Relation)
        same = put.operands[0] == put.operands[1] and put.signs[0] in ("=", "<=", ">=")
        proof = Proof("both sides are the same") if same else prove(reading.with_goal(put, given))
        if proof is None:
            return None
        proofs.append(proof)
        others.append(_opposite(condition))
    rules = dict.fromkeys(proof.rule for proof in proofs)
    sizes = next((proof.sizes for proof in proofs if proof.sizes), "")
    return Proof(f"each case: {'; '.join(rules)}", sizes)


OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!="}


def _opposite(condition: Node) -> Node:
    """Return the opposite of a condition, a relation where it is one."""
    if isinstance(condition, Relation) and len(condition.signs) == 1:
        opposite = OPPOSITES.get(condition.signs[0])
        if opposite is not None:
            return Relation(condition.operands, (opposite,))
    return Unary("not", condition)


def _same_everywhere(reading: Reading, goal: Relation) -> Proof | None:
    """Prove a rounded equation whose sides are numbers once they are simplified."""
    if reading.arrays_in(goal):
        return None
    try:
        with time_limit(QUICK):
            algebra = Algebra(reading, {})
            sides = [sympy.simplify(algebra.number(side)) for side in goal.operands]
    except (BudgetError, MathsError, RecursionError, KeyError, IndexError, *NO_ALGEBRA):
        return None
    if any(side.free_symbols for side in sides):
        return None
    return Proof("the same number at every point, computed to the digits written")


# Equations.


def _constants(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an equation of numbers."""
    if goal.operands[0] == goal.operands[1]:
        return Proof("both sides come to the same")
    if free_names(goal) & set(reading.domains):
        return None
    gap = Algebra(reading, {}).value(goal.gap)
    if vanishes(gap):
        return Proof("computed exactly")
    return None


def _words(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an equation of matrices of any size by the normal form of their products."""
    if not any(domain.is_array for domain in reading.domains.values()):
        return None
    left, right = goal.operands
    for side in (right, *_with_multiples(reading, right)):
        if matrix_algebra.equal(left, side, reading):
            return Proof("products of matrices in normal form, for every size")
    return None


def _entrywise(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an equation of vectors by its general entry."""
    left, right = goal.operands
    for side in (right, *_with_multiples(reading, right)):
        if entrywise.equal(Relation((left, side), ("=",)), reading):
            return Proof("sums over entries in normal form, for every size")
    return None


def _with_multiples(reading: Reading, side: Node) -> Iterator[Node]:
    """Yield a side with small multiples of what the conditions say is 0."""
    for condition in reading.conditions:
        if isinstance(condition, Relation) and condition.signs == ("=",):
            for scale in (1, -1, 2, -2):
                yield Add((side, Mul((integer(scale), condition.gap))))


def _general(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an equation of numbers with letters by sympy, conditions put in."""
    if reading.arrays_in(goal):
        return None
    algebra = Algebra(_where_defined(reading, goal), {})
    gap = algebra.value(goal.gap)
    for expression in _with_conditions(reading, algebra, gap):
        if vanishes(expression) or (
            expression.has(sympy.Max, sympy.Min) and vanishes(_without_extremes(expression))
        ):
            return Proof("algebra")
    return None


def _without_extremes(gap: Any) -> Any:
    """Return an expression with `max(a, b)` as `(a + b + |a - b|)/2`, and minima likewise."""

    def put(sign: int) -> Callable[..., Any]:
        def of(*parts: Any) -> Any:
            result = parts[0]
            for part in parts[1:]:
                result = (result + part + sign * sympy.Abs(result - part)) / 2
            return result

        return of

    for _ in range(4):
        if not gap.has(sympy.Max, sympy.Min):
            break
        gap = gap.replace(sympy.Max, put(1)).replace(sympy.Min, put(-1))
    return sympy.expand(gap)


BENT = ("abs", "log", "sqrt", "relu", "max", "min", "sign")


def _by_signs(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an equation for a letter above 0 and below 0; 0 itself is a point that is tried."""
    bent = any(isinstance(p, Call) and p.function in BENT for p in goal.walk())
    names = [n for n in sorted(free_names(goal)) if reading.domains[n].kind in ("real", "nonzero")]
    if not bent or len(names) != 1 or reading.conditions:
        return None
    for kind in ("positive", "negative"):
        narrowed = replace(reading, domains={**reading.domains, names[0]: Domain(kind)})
        if not vanishes(Algebra(narrowed, {}).value(goal.gap)):
            return None
    return Proof(f"algebra, for {names[0]} > 0 and for {names[0]} < 0")


def _where_defined(reading: Reading, goal: Relation) -> Reading:
    """Return a reading in which letters under a logarithm or root are where these are defined."""
    domains = dict(reading.domains)
    for part in goal.walk():
        if isinstance(part, Call) and part.function in ("log", "log2", "log10", "sqrt"):
            inner = part.arguments[0]
            kind = "nonnegative" if part.function == "sqrt" else "positive"
            if isinstance(inner, Name) and domains.get(inner.name, Domain("")).kind in (
                "real", "nonnegative", "nonzero",
            ):  # fmt: skip
                domains[inner.name] = Domain(kind)
    return replace(reading, domains=domains) if domains != reading.domains else reading


def _with_conditions(reading: Reading, algebra: Algebra, gap: Any) -> Iterator[Any]:
    """Yield an expression as it is, and with the equations among the conditions put in."""
    if not any(isinstance(c, Relation) and c.signs == ("=",) for c in reading.conditions):
        yield gap
        return
    for condition in reading.conditions:
        if not (isinstance(condition, Relation) and condition.signs == ("=",)):
            continue
        try:
            equation = algebra.value(condition.gap)
        except (UndefinedError, MathsError):
            continue
        names = sorted(getattr(equation, "free_symbols", ()), key=str)
        for name in names:
            solutions = sympy.solve(equation, name)
            if len(solutions) == 1 and gap.has(name):
                yield gap.subs(name, solutions[0])
            elif len(solutions) > 1 and gap.has(name):
                parts = [gap.subs(name, one) for one in solutions]
                if all(vanishes(part) for part in parts):
                    yield sympy.Integer(0)
        if equation == 0 or vanishes(equation):
            continue
        try:
            quotient = sympy.cancel(gap / equation)
            if sympy.denom(quotient).is_number:
                yield sympy.Integer(0)
        except NO_ALGEBRA:
            continue
    yield gap


def _induction(reading: Reading, goal: Relation) -> Proof | None:
    """Prove a sum or product up to n by induction on n."""
    rule = induction.closed_form(reading, goal)
    return Proof(rule) if rule else None


def _sized(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an equation of vectors or matrices entry by entry, for sizes that are named."""
    used = reading.arrays_in(goal)
    if not used or any(isinstance(c, Relation) for c in reading.conditions):
        return None
    names = sorted(size_names(used))
    tried = 0
    done: list[str] = []
    for sizes in itertools.product(SIZES, repeat=len(names)):
        if sum(sizes) > 6 and len(names) > 1:
            continue
        given = dict(zip(names, sizes, strict=True))
        proved = False
        for free in (True, False) if _has_simplex(reading) else (False,):
            algebra = Algebra(reading, given, free)
            gap = algebra.value(goal.gap)
            if vanishes(gap):
                proved = True
                break
        if not proved:
            break
        tried += 1
        done.append(str(sizes[0]) if len(names) == 1 else " by ".join(map(str, sizes)))
    if not tried:
        return None
    if not names:
        return Proof("algebra, entry by entry")
    return Proof("algebra, entry by entry", f"{', '.join(names)} = {', '.join(done)}")


def _has_simplex(reading: Reading) -> bool:
    return any(domain.kind == "simplex" for domain in reading.domains.values())


def _by_form(reading: Reading, goal: Relation) -> Proof | None:
    """Prove that a number of matrices is not negative by the form of these."""
    rule = sign_by_form(goal, reading, signs(reading))
    return Proof(f"{rule}, for every size") if rule else None


def signs(reading: Reading) -> Sign:
    """Return what says whether a number of a claim is at least (or above) 0."""
    numbers = {n: d for n, d in reading.domains.items() if not d.is_array}

    def sign(node: Node, strict: bool) -> bool:
        algebra = Algebra(replace(reading, domains=numbers), {})
        return bool(nonnegative(algebra.number(node), strict=strict))

    return sign


def _by_shape(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an inequality of values of functions of which the shape is known."""
    if not any(domain.is_function for domain in reading.domains.values()):
        return None
    rule = by_shape(goal, reading, lambda one: prove(reading.with_goal(one)) is not None)
    return Proof(rule) if rule else None


def _order(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an inequality by the rules for them."""
    rule = inequalities.proved(reading, goal)
    return Proof(rule) if rule else None


def _by_induction(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an inequality for every whole number by what each step adds."""
    if reading.arrays_in(goal):
        return None
    low, high, strict = ordered(goal)
    rule = induction.bound(reading, low, high, strict, sign_on(reading))
    return Proof(rule) if rule else None


def _aggregates(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an inequality of sums, extremes and means of a vector."""
    if any(isinstance(p, Call) and p.function in ("rank", "nullity") for p in goal.walk()):
        return None
    rule = aggregates.proved(reading, goal)
    return Proof(f"{rule}, for every size") if rule else None


def _order_sized(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an inequality of vectors for some sizes."""
    used = reading.arrays_in(goal)
    if not used or reading.conditions:
        return None
    names = sorted(size_names(used))
    done: list[str] = []
    rule: str | None = ""
    for sizes in itertools.product(SIZES[1:3], repeat=len(names)):
        algebra = Algebra(reading, dict(zip(names, sizes, strict=True)))
        low, high, strict = ordered(goal)
        rule = nonnegative(algebra.number(high) - algebra.number(low), strict=strict)
        if not rule:
            break
        done.append(" by ".join(map(str, sizes)))
    if not done or not rule:
        return None
    return Proof(rule, f"{', '.join(names)} = {', '.join(done)}" if names else "")


def _whole_numbers(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an equation of whole numbers by a theorem on primes and divisors."""
    rule = primes.proved(reading, goal) or divisors.proved(reading, goal)
    return Proof(rule) if rule else None


def _ranks(reading: Reading, goal: Relation) -> Proof | None:
    """Prove a relation between ranks by what is known of them."""
    rule = ranks.proved(reading, goal)
    return Proof(f"{rule}, for every size") if rule else None


EQUATION: tuple[tuple[Callable[[Reading, Relation], Proof | None], float], ...] = (
    (_constants, QUICK),
    (_words, QUICK),
    (_entrywise, QUICK),
    (_induction, QUICK),
    (_whole_numbers, QUICK),
    (_ranks, QUICK),
    (_general, SECONDS),
    (_by_signs, QUICK),
    (_sized, SECONDS),
)
ORDER = (
    (_ranks, QUICK),
    (_by_form, QUICK),
    (_by_shape, SECONDS),
    (_order, SECONDS),
    (_by_induction, QUICK),
    (_aggregates, QUICK),
    (_order_sized, QUICK),
)
