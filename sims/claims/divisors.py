"""Equations of greatest common divisors and least common multiples, proved for all whole numbers.

In the exponent of each prime they are a minimum and a maximum (the fundamental theorem of
arithmetic). Source: Hardy and Wright, An Introduction to the Theory of Numbers, theorems 2 and 52.
"""

import itertools
from collections.abc import Iterator
from fractions import Fraction

import sympy

from sims.claims.algebra import Algebra
from sims.claims.reading import Reading
from sims.claims.residues import whole_polynomial
from sims.maths.syntax.tree import (
    ONE,
    Call,
    Divide,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    Unary,
    free_names,
    integer,
    substitute,
)

FROM_ONE = ("size", "index", "prime")
FROM_NOUGHT = (*FROM_ONE, "natural")
MOST_BRANCHES = 600
MOST_FACTOR = 6
Linear = tuple[Fraction, ...]
"""The exponent of a prime: a multiple of its exponent in each letter."""


def proved(reading: Reading, goal: Relation) -> str | None:
    """Return the theorem by which an equation of divisors holds, or None."""
    return _by_exponents(reading, goal) or _bezout(reading, goal)


def kind(reading: Reading, name: str) -> str:
    """Return the kind of a letter."""
    domain = reading.domains.get(name)
    return domain.kind if domain is not None else ""


def is_coprime(reading: Reading, a: Node, b: Node) -> bool:
    """Return whether a condition says that two trees have no common divisor."""
    return any(
        isinstance(c, Relation)
        and c.signs == ("=",)
        and isinstance(c.operands[0], Call)
        and c.operands[0].function == "gcd"
        and {*c.operands[0].arguments} == {a, b}
        and c.operands[1] == ONE
        for c in reading.conditions
    )


def coprime_pairs(reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield the pairs of letters that a condition calls coprime."""
    for condition in reading.conditions:
        if isinstance(condition, Relation) and condition.signs == ("=",):
            left, right = condition.operands
            if isinstance(left, Call) and left.function == "gcd" and right == ONE:
                names = [part.name for part in left.arguments if isinstance(part, Name)]
                if len(names) == len(left.arguments) == 2:
                    yield names[0], names[1]


def _bezout(reading: Reading, goal: Relation) -> str | None:
    """Prove gcd(u, v) = 1 by whole multiples of u and v that differ by 1."""
    call, one = goal.operands
    if one != ONE or not (isinstance(call, Call) and call.function == "gcd"):
        return None
    if len(call.arguments) != 2 or not all(whole_polynomial(a, reading) for a in call.arguments):
        return None
    u, v = (Algebra(reading, {}).number(argument) for argument in call.arguments)
    for factors in itertools.product(range(-MOST_FACTOR, MOST_FACTOR + 1), repeat=2):
        if sympy.expand(factors[0] * u + factors[1] * v) == 1:
            return "Bezout: whole multiples of both differ by 1"
    return None


def _by_exponents(reading: Reading, goal: Relation) -> str | None:
    """Prove an equation of products, gcd and lcm: in each prime's exponent it is linear."""
    if not any(isinstance(p, Call) and p.function in ("gcd", "lcm") for p in goal.walk()):
        return None
    names = sorted(free_names(goal))
    if not names or any(kind(reading, name) not in FROM_NOUGHT for name in names):
        return None
    coprime = list(coprime_pairs(reading))
    nought = [name for name in names if kind(reading, name) == "natural"]
    for some in itertools.chain.from_iterable(
        itertools.combinations(nought, k) for k in range(len(nought) + 1)
    ):
        if some and coprime:
            return None
        put: dict[str, Node] = {name: Number("0") for name in some}
        sides = [_without_nought(substitute(side, put)) for side in goal.operands]
        if None in sides:
            return None
        if not _same_exponents(sides, names, coprime):
            return None
    return "the exponents of each prime: gcd is their minimum, lcm their maximum"


def _without_nought(node: Node) -> Node | None:
    """Return a tree with zeros in products, gcd and lcm worked out; None where that is unsure."""
    if isinstance(node, Mul):
        parts = [_without_nought(factor) for factor in node.factors]
        kept = tuple(part for part in parts if part is not None)
        if len(kept) < len(parts):
            return None
        return Number("0") if Number("0") in kept else Mul(kept)
    if isinstance(node, Call) and node.function in ("gcd", "lcm"):
        parts = [_without_nought(argument) for argument in node.arguments]
        if None in parts:
            return None
        rest = tuple(part for part in parts if part is not None and part != Number("0"))
        if len(rest) == len(parts):
            return Call(node.function, rest)
        if node.function == "lcm" or not rest:
            return Number("0")
        return rest[0] if len(rest) == 1 else Call("gcd", rest)
    if isinstance(node, Number | Name):
        return node
    return node if Number("0") not in node.walk() else None


def _same_exponents(
    sides: list[Node | None], names: list[str], coprime: list[tuple[str, str]]
) -> bool:
    """Return whether two sides have one exponent of any prime, whatever those of the letters."""
    left, right = sides
    if left is None or right is None:
        return False
    if Number("0") in (left, right):
        return left == right
    start: list[dict[str, bool]] = [{}]
    for pair in coprime:  # of a prime at most one of the two has any
        start = [{**one, name: True} for one in start for name in pair]
    for void in start:
        branches = [0]
        try:
            found = list(_exponents(Mul((left, Power(right, integer(-1)))), names, (), branches))
        except ValueError:
            return False
        for gap, above in found:
            kept = tuple(f for k, f in enumerate(gap) if names[k] not in void)
            if any(kept) and _has_inside(above, names, set(void)):
                return False
    return True


def _exponents(
    node: Node, names: list[str], above: tuple[Linear, ...], branches: list[int]
) -> Iterator[tuple[Linear, tuple[Linear, ...]]]:
    """Yield the exponent of a prime in a tree, linear in those of the letters, in each case.

    A case is where some linear forms, `above`, are at least 0. Raises ValueError.
    """
    branches[0] += 1
    if branches[0] > MOST_BRANCHES:
        raise ValueError
    none = (Fraction(0),) * len(names)
    if isinstance(node, Name):
        yield tuple(Fraction(int(name == node.name)) for name in names), above
    elif isinstance(node, Number):
        if node != ONE:
            raise ValueError
        yield none, above
    elif isinstance(node, Mul):
        yield from _totals([(f, Fraction(1)) for f in node.factors], names, above, branches)
    elif isinstance(node, Divide):
        parts = [(node.numerator, Fraction(1)), (node.denominator, Fraction(-1))]
        yield from _totals(parts, names, above, branches)
    elif isinstance(node, Power):
        power = _whole(node.exponent)
        yield from _totals([(node.base, Fraction(power))], names, above, branches)
    elif isinstance(node, Call) and node.function in ("gcd", "lcm", "abs"):
        yield from _extremes(node, names, above, branches)
    else:
        raise ValueError


def _whole(node: Node) -> int:
    sign = 1
    if isinstance(node, Unary) and node.sign == "-":
        node, sign = node.operand, -1
    if not isinstance(node, Number) or node.value.denominator != 1:
        raise ValueError
    return sign * int(node.value)


def _totals(
    parts: list[tuple[Node, Fraction]],
    names: list[str],
    above: tuple[Linear, ...],
    branches: list[int],
) -> Iterator[tuple[Linear, tuple[Linear, ...]]]:
    if not parts:
        yield (Fraction(0),) * len(names), above
        return
    (first, scale), *rest = parts
    for one, inside in _exponents(first, names, above, branches):
        for other, both in _totals(rest, names, inside, branches):
            yield tuple(scale * a + b for a, b in zip(one, other, strict=True)), both


def _extremes(
    node: Call, names: list[str], above: tuple[Linear, ...], branches: list[int]
) -> Iterator[tuple[Linear, tuple[Linear, ...]]]:
    first, *rest = node.arguments
    if not rest:
        yield from _exponents(first, names, above, branches)
        return
    other = rest[0] if len(rest) == 1 else Call(node.function, tuple(rest))
    for one, inside in _exponents(first, names, above, branches):
        for two, both in _exponents(other, names, inside, branches):
            less = tuple(b - a for a, b in zip(one, two, strict=True))
            more = tuple(-f for f in less)
            low, high = (one, two) if node.function == "gcd" else (two, one)
            yield low, (*both, less)
            yield high, (*both, more)


def _has_inside(above: tuple[Linear, ...], names: list[str], void: set[str]) -> bool:
    """Return whether some exponents satisfy every inequality strictly: a case that exists."""
    from scipy.optimize import linprog

    kept = [k for k, name in enumerate(names) if name not in void]
    rows = [[-float(form[k]) for k in kept] + [1.0] for form in above if any(form)]
    rows += [[-float(k == j) for j in kept] + [1.0] for k in kept]
    bounds = [(0, 1)] * len(kept) + [(0, 1)]
    objective = [0.0] * len(kept) + [-1.0]
    found = linprog(objective, A_ub=rows, b_ub=[0.0] * len(rows), bounds=bounds)
    return not found.success or -found.fun > 1e-7
