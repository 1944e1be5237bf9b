"""Limits and orders of growth, decided by algebra: finitely many points never refute one.

A limit is computed by sympy and looked at from both sides; an order of growth is the limit of a
quotient. Runs in the worker.
"""

from typing import Any

import sympy

from sims.claims.algebra import Algebra, as_tree, range_of
from sims.claims.evidence import Evidence, EvidenceKind, Verdict, undecided
from sims.claims.reading import Reading, Settle, calls, conjuncts, open_names
from sims.claims.recurrences import growth
from sims.claims.vocabulary import ORDERS
from sims.maths.comparison.algebra import NO_ALGEBRA, time_limit
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import BudgetError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Big, Call, Constant, Logic, Name, Node, Unary, free_names

SECONDS = 4.0
WORDS = {"bigO": "O", "bigTheta": "Θ", "bigOmega": "Ω", "smallo": "o"}
ERRORS = (BudgetError, MathsError, UndefinedError, RecursionError, *NO_ALGEBRA)


class NoLimit(ArithmeticError):  # noqa: N818 - it says what is known
    """A limit that does not exist, with the reason."""


class Unknown(ArithmeticError):  # noqa: N818 - it says what is known
    """A limit that algebra cannot find."""


def without_limits(node: Node, reading: Reading) -> Node:
    """Return a tree with each `lim(e, x, a)` as its value. Raises NoLimit or Unknown."""
    if isinstance(node, Call) and node.function == "lim":
        if len(node.arguments) not in (3, 4) or not isinstance(node.arguments[1], Name):
            raise MathsError("a limit is written lim(e, x, a), such as lim(sin(x)/x, x, 0)")
        body = without_limits(node.arguments[0], reading)
        try:
            return as_tree(limit(body, node.arguments[1].name, node.arguments[2], reading))
        except UndefinedError:
            raise Unknown(f"{text(node)} has no value that can be written here") from None
    if _is_series(node) and isinstance(node, Big):
        try:
            return as_tree(series(node, reading))
        except UndefinedError:
            raise Unknown(f"{text(node)} has no value that can be written here") from None
    return node.map(lambda part: without_limits(part, reading))


def _is_series(node: Node) -> bool:
    """Return whether a tree is an infinite sum without letters, which no partial sum settles."""
    endless = isinstance(node, Big) and node.kind == "sum" and node.high == Constant("inf")
    return endless and not free_names(node)


def series(node: Big, reading: Reading) -> Any:
    """Return the value of an infinite sum as a sympy expression. Raises NoLimit or Unknown."""
    try:
        with time_limit(SECONDS):
            algebra = Algebra(reading, {})
            k = sympy.Symbol(node.variable, integer=True)
            low = algebra.number(node.low) if node.low is not None else sympy.Integer(1)
            value = sympy.summation(algebra._at(node, k), (k, low, sympy.oo))
    except ERRORS:
        raise Unknown(f"algebra does not find {text(node)}") from None
    if value in (sympy.oo, -sympy.oo):
        raise NoLimit(f"{text(node)} grows without bound")
    if value.has(sympy.Sum, sympy.nan, sympy.zoo, sympy.oo, sympy.Piecewise, sympy.AccumBounds):
        raise Unknown(f"algebra does not find {text(node)}")
    return sympy.simplify(value)


def limit(body: Node, name: str, at: Node, reading: Reading) -> Any:
    """Return a limit as a sympy expression, the same from both sides."""
    try:
        with time_limit(SECONDS):
            algebra = Algebra(reading, {})
            place = algebra.number(at)
            whole = name in reading.domains and reading.domains[name].is_integer
            assumed = {"integer": True} if whole else {"real": True}
            if place == sympy.oo:
                assumed["positive"] = True
            variable = sympy.Symbol(name, **assumed)
            algebra.values[name] = variable
            expression = algebra.number(body)
            ends = ("-",) if place in (sympy.oo, -sympy.oo) else ("-", "+")
            sides = [_approached(expression, variable, place, side, reading) for side in ends]
    except ERRORS:
        raise Unknown(f"algebra does not find the limit of {text(body)}") from None
    left, right = (_sound(value, body) for value in (sides[0], sides[-1]))
    if sympy.simplify(left - right) != 0:
        raise NoLimit(f"from the left {text(body)} goes to {left}, from the right to {right}")
    return right


def _approached(expression: Any, variable: Any, place: Any, side: str, reading: Reading) -> Any:
    """Return a limit from one side, letters between 0 and 1 as `1/(1 + c)` where need be."""
    shares = {}
    for letter in sorted(expression.free_symbols - {variable}, key=str):
        low, high, closed = range_of(reading, f"{letter}")
        if low >= 0 and high <= 1 and f"{letter}" in reading.domains and not closed[1]:
            shares[letter] = sympy.Symbol(f"{letter}_odds", positive=True)
    try:
        found = sympy.limit(expression, variable, place, side)
    except NotImplementedError:
        found = sympy.nan
    if not shares or not (found is sympy.nan or found.has(sympy.Limit, sympy.sign)):
        return found
    if any(range_of(reading, f"{letter}")[2][0] for letter in shares):
        return found
    put = {letter: 1 / (1 + odds) for letter, odds in shares.items()}
    found = sympy.limit(sympy.powdenest(expression.subs(put), force=True), variable, place, side)
    return sympy.simplify(found.subs({odds: 1 / letter - 1 for letter, odds in shares.items()}))


def _sound(value: Any, body: Node) -> Any:
    if isinstance(value, sympy.AccumBounds):
        raise NoLimit(f"{text(body)} goes on between {value.min} and {value.max}")
    if value.has(sympy.Limit) or value in (sympy.nan, sympy.zoo):
        raise Unknown(f"algebra does not find the limit of {text(body)}")
    return value


def decide_limits(reading: Reading, budget: Any, settle: Settle) -> Evidence | None:
    """Return the evidence on a claim with limits or orders of growth, None where it has none."""
    if not calls(reading.goal, ("lim", *ORDERS)) and not any(map(_is_series, reading.goal.walk())):
        return None
    try:
        if calls(reading.goal, ORDERS):
            return _orders(reading)
        changed = without_limits(reading.goal, reading)
    except NoLimit as error:
        return Evidence(
            Verdict.FAILS, f"there is no such limit: {error}", kind=EvidenceKind.REFUTED,
            counterexample=str(error), rule="the two sides of a limit",
        )  # fmt: skip
    except Unknown as error:
        return undecided(str(error))
    plain = reading.with_goal(changed)
    plain.asserted = reading.asserted or reading.goal
    from dataclasses import replace

    kept = open_names(changed).union(*map(open_names, reading.conditions))
    plain.domains = {n: d for n, d in reading.domains.items() if n in kept}
    found = settle(plain, budget, derived=True)
    return replace(found, rule=f"limits and series by algebra; {found.rule}")


def _orders(reading: Reading) -> Evidence:
    """Return the evidence on a statement of orders of growth."""
    parts = conjuncts(reading.goal)
    found = [_statement(part, reading) for part in parts]
    for verdict in (Verdict.FAILS, Verdict.UNDECIDED):
        for one in found:
            if one.verdict is verdict:
                return one
    if not found:
        return undecided("nothing is said here")
    return found[0]


def _statement(node: Node, reading: Reading) -> Evidence:
    if isinstance(node, Unary) and node.sign == "not":
        inner = _statement(node.operand, reading)
        turned = {Verdict.HOLDS: Verdict.FAILS, Verdict.FAILS: Verdict.HOLDS}
        verdict = turned.get(inner.verdict, inner.verdict)
        kind = EvidenceKind.PROVED if verdict is Verdict.HOLDS else EvidenceKind.REFUTED
        return Evidence(verdict, inner.says, kind=kind, rule=inner.rule, counterexample=inner.says)
    if isinstance(node, Logic) and node.connective == "implies":
        premise, conclusion = (_statement(part, reading) for part in node.operands)
        if premise.verdict is Verdict.FAILS:
            return undecided(f"no case found: what stands before => fails, {premise.says}")
        return conclusion if premise.verdict is Verdict.HOLDS else premise
    if not (isinstance(node, Call) and node.function in ORDERS):
        return undecided("orders of growth are decided alone, or joined by and, not, =>")
    return order(node, reading)


def order(node: Call, reading: Reading) -> Evidence:
    """Return the evidence on one order of growth."""
    if len(node.arguments) != 3 or not isinstance(node.arguments[2], Name):
        raise MathsError("an order of growth is written `3*n^2 + n is O(n^2, n)`")
    expression, bound = node.arguments[:2]
    name = node.arguments[2].name
    says = f"{text(expression)} is {WORDS[node.function]}({text(bound)})"
    try:
        with time_limit(SECONDS):
            found, how = growth(expression, name, reading)
            n = sympy.Symbol(name, positive=True)

            algebra = Algebra(reading, {})
            algebra.values[name] = n
            here = found.subs(sympy.Symbol(name, integer=True, positive=True), n)
            ratio = sympy.simplify(sympy.Abs(here) / sympy.Abs(algebra.number(bound)))
            value = sympy.limit(ratio, n, sympy.oo)
    except ERRORS:
        return undecided(f"algebra does not settle whether {says}")
    if (
        value.has(sympy.Limit)
        or isinstance(value, sympy.AccumBounds)
        or value is sympy.nan
        or value.free_symbols
    ):
        return undecided(f"algebra does not settle whether {says}")
    holds = {
        "bigO": value != sympy.oo,
        "bigOmega": value != 0,
        "bigTheta": value not in (0, sympy.oo),
        "smallo": value == 0,
    }[node.function]
    goes = "infinity" if value == sympy.oo else value
    quotient = f"the quotient of {found} and {text(bound)} goes to {goes}".replace("**", "^")
    if holds:
        return Evidence(Verdict.HOLDS, f"{quotient}", kind=EvidenceKind.PROVED, rule=how)
    return Evidence(
        Verdict.FAILS, f"not so: {quotient}", kind=EvidenceKind.REFUTED, counterexample=quotient,
        rule=how, right=f"{text(expression)} is Θ({_leading(found, node)})",
    )  # fmt: skip


def _leading(found: Any, node: Call) -> str:
    """Return the simplest expression of the same order, as far as it is seen."""
    name = node.arguments[2]
    n = next(
        (s for s in found.free_symbols if isinstance(name, Name) and str(s) == name.name), None
    )
    if n is None:
        return "1"
    positive = sympy.Symbol(str(n), positive=True)
    expression = sympy.expand(found.subs(n, positive))
    terms = sympy.Add.make_args(expression)
    best = terms[0]
    for term in terms[1:]:
        try:
            if sympy.limit(term / best, positive, sympy.oo) in (sympy.oo, -sympy.oo):
                best = term
        except ERRORS:
            return str(expression)
    factors = [f for f in sympy.Mul.make_args(best) if f.has(positive)]
    return str(sympy.Mul(*factors)).replace("**", "^")
