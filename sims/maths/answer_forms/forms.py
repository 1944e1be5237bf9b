"""Forms: whether an answer, already equal in value, is written as asked.

Polynomials are factored over the rationals (and the surds that occur) by sympy; this module is
imported at its first use, in the worker.
"""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sympy

from sims.maths.answer_forms.number_forms import unsigned
from sims.maths.comparison.algebra import NO_ALGEBRA, SECONDS, time_limit
from sims.maths.comparison.equivalence import equivalent
from sims.maths.comparison.finding import RIGHT, Finding, wrong_kind
from sims.maths.comparison.forms import kind_of, same_form
from sims.maths.comparison.numbers import typed
from sims.maths.comparison.symbolic import Symbolic
from sims.maths.evaluation.symbols import symbols_of
from sims.maths.syntax.tree import (
    Add,
    Call,
    Constant,
    Divide,
    Mul,
    Name,
    Node,
    Power,
    Unary,
    free_names,
    rewrite,
)

if TYPE_CHECKING:
    from sims.maths.comparison.case import Case

MAX_DEGREE = 40


def _wrong_form(message: str) -> Finding:
    return Finding("different", "wrong-form", message=message)


def _value(case: "Case") -> Finding:
    """Return whether both sides are expressions of equal value."""
    for side in (case.answer, case.wanted):
        if kind_of(side) != "expression":
            return wrong_kind(kind_of(side), "expression")
    return equivalent(case.answer, case.wanted, case.setting)


def _sides(case: "Case") -> tuple[Node, sympy.Symbol, Symbolic]:
    """Return the answer with the case's variable as one symbol (it may be ``sin(x)``)."""
    variable = case.variable() if case.options.get("var") else Name("x")
    name = variable.name if isinstance(variable, Name) else "the_variable"

    def swap(node: Node) -> Node:
        return Name(name) if node == variable else node

    answer = rewrite(case.answer, swap)
    builder = Symbolic(symbols_of([answer], case.setting.variables).domains)
    return answer, builder.value(Name(name)), builder


def _terms(node: Node) -> Iterator[Node]:
    """Yield the terms of a sum, however grouped, without their signs."""
    node = unsigned(node)
    if isinstance(node, Add):
        for term in node.terms:
            yield from _terms(term)
    else:
        yield node


def _decided(test: Any, case: "Case") -> Finding:
    """Run a form test after the value test; what algebra cannot do is undecided."""
    found = _value(case)
    if not found.accepted:
        return found
    try:
        with time_limit(SECONDS):
            result: Finding = test(case)
    except (*NO_ALGEBRA, sympy.PolynomialError):
        return Finding("undecided", "undecided", message="The form could not be decided.")
    return result


def expanded(case: "Case") -> Finding:
    """Accept what has no product or power of a sum left."""
    if kind_of(case.answer) != "expression":
        return wrong_kind(kind_of(case.answer), "expression")
    for part in case.answer.walk():
        factors: tuple[Node, ...] = ()
        if isinstance(part, Mul):
            factors = part.factors
        elif isinstance(part, Divide):
            factors = (part.numerator,)
        elif isinstance(part, Unary) and part.sign == "-":
            factors = (part.operand,)
        elif isinstance(part, Power):
            power = typed(part.exponent)
            whole = power is not None and power.value.denominator == 1 and power.value > 1
            factors = (part.base,) if whole else ()
        if any(isinstance(unsigned(factor), Add) for factor in factors):
            return _wrong_form("A product of sums can still be multiplied out.")
    return RIGHT


def factored(case: "Case") -> Finding:
    """Accept a product whose factors cannot be factored further over the rationals."""
    return _decided(_factored, case)


def _factored(case: "Case") -> Finding:
    answer, variable, builder = _sides(case)
    for factor in _factors(answer):
        if isinstance(factor, Name | Constant) or not free_names(factor):
            continue
        if not _is_irreducible(builder.number(factor), variable):
            return _wrong_form("A factor can still be factored.")
    return RIGHT


def _factors(node: Node) -> Iterator[Node]:
    """Yield the bases of the factors of a product; a quotient only by a number is one."""
    node = unsigned(node)
    if isinstance(node, Mul):
        for factor in node.factors:
            yield from _factors(factor)
    elif isinstance(node, Divide) and not free_names(node.denominator):
        yield from _factors(node.numerator)
    elif isinstance(node, Power) and (whole := typed(node.exponent)) and whole.value > 0:
        yield from _factors(node.base)
    else:
        yield node


def _is_irreducible(expression: Any, variable: Any) -> bool:
    expression = sympy.nsimplify(expression, rational=True)
    if not expression.is_polynomial(*(expression.free_symbols | {variable})):
        if not expression.is_polynomial(variable):
            return False
        return not expression.has(variable) or sympy.degree(expression, variable) == 1
    generators = sorted(expression.free_symbols, key=str)
    surds = [a for a in expression.atoms(sympy.Pow) if a.is_number and a.exp.is_Rational]
    if expression.has(sympy.I):
        stand_in = sympy.Symbol("imaginary_unit")
        expression = expression.subs(sympy.I, stand_in)
        generators.append(stand_in)
    polynomial = sympy.Poly(expression, *generators, extension=surds or None)
    if polynomial.total_degree() > MAX_DEGREE:
        raise NotImplementedError
    coefficient, factors = polynomial.factor_list()
    content = coefficient if coefficient.is_Integer else sympy.Integer(1)
    return len(factors) == 1 and factors[0][1] == 1 and abs(content) == 1


def partial_fractions(case: "Case") -> Finding:
    """Accept a sum of a polynomial and proper fractions over powers of irreducibles."""
    if kind_of(case.answer) == kind_of(case.wanted) == "expression":
        name = case.variable()
        if isinstance(name, Name):
            names = [name.name in free_names(side) for side in (case.answer, case.wanted)]
            if names[0] != names[1]:
                return Finding("different", "other-variable", message="Another variable is used.")
    return _decided(_partial, case)


def _partial(case: "Case") -> Finding:
    answer, variable, builder = _sides(case)
    seen: set[Any] = set()
    for term in _fraction_terms(answer, variable, builder):
        top, bottom = sympy.fraction(sympy.together(builder.number(term)))
        if not bottom.has(variable):
            continue
        _, factors = sympy.factor_list(bottom, variable)
        powers = [(base, power) for base, power in factors if base.has(variable)]
        if len(powers) != 1:
            return _wrong_form("A denominator can still be split.")
        if sympy.degree(top, variable) >= sympy.degree(powers[0][0], variable):
            return _wrong_form("A numerator is of too high a degree for its denominator.")
        if powers[0] in seen:
            return _wrong_form("Two fractions have the same denominator.")
        seen.add(powers[0])
    return RIGHT


def _fraction_terms(node: Node, variable: Any, builder: Symbolic) -> Iterator[Node]:
    """Yield the terms, with constant factors before a sum multiplied in."""
    for term in _terms(node):
        sums = [f for f in term.factors if isinstance(f, Add)] if isinstance(term, Mul) else []
        if isinstance(term, Mul) and len(sums) == 1:
            rest = [factor for factor in term.factors if factor is not sums[0]]
            if not any(builder.number(factor).has(variable) for factor in rest):
                yield from _fraction_terms(sums[0], variable, builder)
                continue
        yield term


def single_fraction(case: "Case") -> Finding:
    """Accept one fraction without fractions inside (or no fraction at all)."""
    found = _value(case)
    if not found.accepted:
        return found
    node = unsigned(case.answer)
    parts = (node.numerator, node.denominator) if isinstance(node, Divide) else (node,)
    if any(_has_fraction(part) for part in parts):
        return _wrong_form("This is not written as one fraction.")
    return RIGHT


def _has_fraction(node: Node) -> bool:
    if isinstance(node, Divide):
        return True
    if isinstance(node, Power):
        negative = isinstance(node.exponent, Unary) and node.exponent.sign == "-"
        return negative or _has_fraction(node.base)
    return any(_has_fraction(child) for child in node.children)


def lowest_terms(case: "Case") -> Finding:
    """Accept numbers whose fractions are in lowest terms, without roots or i below."""
    for part in case.answer.walk():
        if not isinstance(part, Divide):
            continue
        top, bottom = typed(unsigned(part.numerator)), typed(part.denominator)
        if isinstance(part.denominator, Unary) and part.denominator.sign == "-":
            return _wrong_form("A denominator is negative.")
        if top is not None and bottom is not None:
            whole = top.value.denominator == bottom.value.denominator == 1
            if whole and math.gcd(int(top.value), int(bottom.value)) != 1:
                return _wrong_form("A fraction can still be cancelled.")
        elif not free_names(part.denominator) and _is_irrational(part.denominator):
            return _wrong_form("A root or i stands in a denominator.")
    return RIGHT


def _is_irrational(node: Node) -> bool:
    """Return whether a root or the imaginary unit occurs."""
    for part in node.walk():
        if isinstance(part, Call) and part.function in ("sqrt", "root", "cbrt"):
            return True
        if part == Constant("i"):
            return True
        if isinstance(part, Power) and isinstance(part.exponent, Divide):
            return True
    return False


def completed_square(case: "Case") -> Finding:
    """Accept ``a (x - b)^2 + c``, with the variable in one square only."""
    return _decided(_completed, case)


def _completed(case: "Case") -> Finding:
    answer, variable, builder = _sides(case)
    name = str(variable)
    holding = [term for term in _terms(answer) if name in free_names(term)]
    if len(holding) > 1:
        return _wrong_form("The variable occurs outside one square.")
    for term in holding:
        whole = sympy.degree(sympy.expand(builder.number(answer)), variable)
        if whole <= 1:
            continue
        squares = [f for f in _square_factors(term) if name in free_names(f)]
        good = (
            len(squares) == 1
            and isinstance(squares[0], Power)
            and (exponent := typed(squares[0].exponent)) is not None
            and exponent.value == 2
            and sympy.degree(sympy.expand(builder.number(squares[0].base)), variable) == 1
        )
        if not good:
            return _wrong_form("This is not a completed square.")
    return RIGHT


def _square_factors(node: Node) -> Iterator[Node]:
    node = unsigned(node)
    if isinstance(node, Mul):
        for factor in node.factors:
            yield from _square_factors(factor)
    elif isinstance(node, Divide):
        yield from _square_factors(node.numerator)
        yield node.denominator
    else:
        yield node


def simplified(case: "Case") -> Finding:
    """Accept what is no longer than the expected answer, counted in parts."""
    found = equivalent(case.answer, case.wanted, case.setting)
    if not found.accepted:
        return found
    sizes = [sum(1 for _ in side.walk()) for side in (case.answer, case.wanted)]
    if sizes[0] > sizes[1]:
        return _wrong_form("This can be written more simply.")
    return found


def as_written(case: "Case") -> Finding:
    """Accept the expected expression up to order and grouping."""
    if same_form(case.answer, case.wanted, case.setting.variables):
        return RIGHT
    return _wrong_form("Another way of writing it is asked for.")
