"""Statements of congruences proved by looking at every residue of their letters."""

import itertools
import math
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
WHOLE = ("integer", "natural", "size", "index", "odd", "even")


def period(reading: Reading) -> int:
    """Return the modulus after which a statement repeats in each letter, 0 where it does not."""
    found: list[int] = []
    statements = [reading.goal, *reading.conditions]
    if not all(_repeats(node, reading, found) for node in statements) or not found:
        return 0
    modulus = math.lcm(*found)
    names = set().union(*map(free_names, statements))
    if any(reading.domains[name].kind in ("odd", "even") for name in names):
        modulus = math.lcm(modulus, 2)
    return modulus if names and modulus ** len(names) <= MOST else 0


def every(reading: Reading, modulus: int) -> bool:
    """Return whether a statement holds for every residue that its letters may have."""
    statements = [reading.goal, *reading.conditions]
    names = sorted(set().union(*map(free_names, statements)))
    kinds = [reading.domains[name].kind for name in names]
    choices = [
        range(int(kind == "odd"), modulus, 2) if kind in ("odd", "even") else range(modulus)
        for kind in kinds
    ]
    budget = Budget(3.0, 5_000_000)
    seen = 0
    try:
        for values in itertools.product(*choices):
            point = dict(zip(names, map(Fraction, values), strict=True))
            evaluator = ClaimEvaluator(point, budget)
            if not all(evaluator.holds(condition) is True for condition in reading.conditions):
                continue
            seen += 1
            if evaluator.holds(reading.goal) is not True:
                return False
    except (BudgetError, MathsError, UndefinedError):
        return False
    return seen > 0


def _repeats(node: Node, reading: Reading, found: list[int]) -> bool:
    """Return whether a statement depends on residues alone; its moduli are put into ``found``."""
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
            if not whole_polynomial(inner, reading):
                return False
            found.append(int(base.value))
        elif free_names(side) or not isinstance(side, Number | Unary):
            return False
    return True


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
