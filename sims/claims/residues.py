"""Statements of congruences proved by looking at every residue of their letters."""

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

from sims.claims.evaluator import ClaimEvaluator
from sims.claims.reading import Reading
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.tree import (
    Add,
    Call,
    Collection,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    Unary,
    free_names,
)

MOST = 20_000
"""Residues that are looked at."""
WHOLE = ("integer", "natural", "size", "index", "odd", "even", "prime")


def period(reading: Reading) -> int:
    """Return the modulus after which a statement repeats in each letter, 0 where it does not."""
    found: list[int] = []
    statements = [reading.goal, *_periodic(reading)]
    if not all(_repeats(node, reading, found) for node in statements) or not found:
        return 0
    modulus = math.lcm(*found)
    if modulus > MOST:
        return 0
    names = set().union(*map(free_names, statements))
    if any(reading.domains[name].kind in ("odd", "even") for name in names):
        modulus = math.lcm(modulus, 2)
    if not names:
        return 0
    cases = math.prod(len(_choices(name, modulus, reading)) for name in names)
    return modulus if cases <= MOST else 0


def _periodic(reading: Reading) -> list[Node]:
    """Return the conditions but for those that only compare a prime with a number."""
    return [c for c in reading.conditions if not _bounds_a_prime(c, reading)]


def _bounds_a_prime(condition: Node, reading: Reading) -> bool:
    if not (isinstance(condition, Relation) and condition.signs[0] in ("<", "<=", ">", ">=", "!=")):
        return False
    names = free_names(condition)
    numbers = all(isinstance(side, Name | Number) for side in condition.operands)
    return numbers and len(names) == 1 and reading.domains[names.pop()].kind == "prime"


def _primes_and_others(modulus: int) -> list[tuple[int, bool]]:
    """Return the primes that divide a modulus, and the residues of all others; True for primes."""
    dividing = [p for p in range(2, modulus + 1) if modulus % p == 0 and _is_prime(p)]
    others = [r for r in range(modulus) if math.gcd(r, modulus) == 1]
    return [(p, True) for p in dividing] + [(r, False) for r in others]


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % k for k in range(2, math.isqrt(number) + 1))


def _choices(name: str, modulus: int, reading: Reading) -> list[tuple[int, bool]]:
    """Return the values that stand for all of a letter, and whether each is one of its values."""
    kind = reading.domains[name].kind
    if kind == "prime":
        return _primes_and_others(modulus)
    bases = {base for node in (reading.goal, *_periodic(reading)) for base in _bases(node, name)}
    if bases:
        first = int(kind != "natural")
        tails, periods = zip(*(_repetition(base, modulus) for base in bases), strict=True)
        last = first + max(tails) + math.lcm(modulus, *periods)
        return [(k, True) for k in range(first, min(last, first + MOST + 1))]
    if kind in ("odd", "even"):
        return [(k, True) for k in range(int(kind == "odd"), modulus, 2)]
    return [(k, True) for k in range(modulus)]


def _bases(node: Node, name: str) -> Iterator[int]:
    """Yield the numbers of which a statement has powers with a letter in the exponent."""
    for part in node.walk():
        if isinstance(part, Power) and name in free_names(part.exponent):
            assert isinstance(part.base, Number)
            yield int(part.base.value)


def _repetition(base: int, modulus: int) -> tuple[int, int]:
    """Return after how many powers of a number its residues repeat, and how often."""
    seen: dict[int, int] = {}
    residue, count = 1 % modulus, 0
    while residue not in seen:
        seen[residue] = count
        residue, count = residue * base % modulus, count + 1
    return seen[residue], count - seen[residue]


def every(reading: Reading, modulus: int) -> bool:
    """Return whether a statement holds for every residue that its letters may have.

    A condition such as `p > 3` is asked of the primes that divide the modulus; the residues of
    all other primes are looked at whatever it says.
    """
    statements = [reading.goal, *_periodic(reading)]
    names = sorted(set().union(*map(free_names, statements)))
    choices = [_choices(name, modulus, reading) for name in names]
    bounds = [c for c in reading.conditions if c not in statements]
    budget = Budget(3.0, 5_000_000)
    seen = 0
    try:
        for values in itertools.product(*choices):
            point = {n: Fraction(value) for n, (value, _) in zip(names, values, strict=True)}
            known = {n for n, (_, real) in zip(names, values, strict=True) if real}
            evaluator = ClaimEvaluator(point, budget)
            asked = [c for c in bounds if free_names(c) <= known]
            if not all(evaluator.holds(c) is True for c in (*statements[1:], *asked)):
                continue
            seen += 1
            if evaluator.holds(reading.goal) is not True:
                return False
    except (BudgetError, MathsError, UndefinedError):
        return False
    return seen > 0


def _repeats(node: Node, reading: Reading, found: list[int]) -> bool:
    """Return whether a statement depends on residues alone; its moduli are put into `found`."""
    if isinstance(node, Logic):
        return all(_repeats(part, reading, found) for part in node.operands)
    if isinstance(node, Unary) and node.sign == "not":
        return _repeats(node.operand, reading, found)
    if not isinstance(node, Relation):
        return False
    operands = list(node.operands)
    if "in" in node.signs:
        items = operands.pop()
        if len(operands) != 1 or not (isinstance(items, Collection) and items.kind == "set"):
            return False
        operands += items.items
    for side in operands:
        if (isinstance(side, Call) and side.function in ("mod", "remainder")) or (
            isinstance(side, Call) and side.function == "gcd" and len(side.arguments) == 2
        ):
            inner, base = side.arguments
            if not (isinstance(base, Number) and base.value.denominator == 1 and base.value > 0):
                return False
            if not _is_residual(inner, reading):
                return False
            found.append(int(base.value))
        elif free_names(side) or not isinstance(side, Number | Unary):
            return False
    return True


def _is_residual(node: Node, reading: Reading) -> bool:
    """Return whether a tree has whole coefficients, of letters and of powers of numbers by them."""
    if whole_polynomial(node, reading):
        return True
    if isinstance(node, Power):
        letters = free_names(node.exponent)
        counts = len(letters) == 1 and reading.domains[min(letters)].kind in ("natural", "size")
        whole = isinstance(node.base, Number) and node.base.value.denominator == 1
        return counts and whole and _counts_up(node.exponent)
    if isinstance(node, Add | Mul) or (isinstance(node, Unary) and node.sign in ("-", "+")):
        return all(_is_residual(part, reading) for part in node.children)
    return False


def _counts_up(node: Node) -> bool:
    """Return whether an exponent is a sum of whole multiples, none of them less than 0."""
    if isinstance(node, Number):
        return node.value.denominator == 1 and node.value > 0
    return isinstance(node, Name) or (
        isinstance(node, Add | Mul) and all(map(_counts_up, node.children))
    )


def whole_polynomial(node: Node, reading: Reading) -> bool:
    """Return whether a tree is a polynomial in whole numbers with whole coefficients."""
    if isinstance(node, Number):
        return node.value.denominator == 1
    if isinstance(node, Name):
        domain = reading.domains.get(node.name)
        return domain is not None and domain.kind in WHOLE
    if isinstance(node, Add | Mul):
        return all(whole_polynomial(part, reading) for part in node.children)
    if isinstance(node, Unary):
        return node.sign in ("-", "+") and whole_polynomial(node.operand, reading)
    if isinstance(node, Power):
        exponent = node.exponent
        if not isinstance(exponent, Number) or exponent.value.denominator != 1:
            return False
        return exponent.value >= 0 and whole_polynomial(node.base, reading)
    return False
