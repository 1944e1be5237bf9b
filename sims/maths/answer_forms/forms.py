"""Forms: whether an answer, already equal in value, is written as asked.

Polynomials are factored over the rationals (and the surds that occur) by sympy; this module is
imported at its first use, in the worker.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from sims.maths.answer_forms.number_forms import unsigned
from sims.maths.comparison.algebra import NO_ALGEBRA, SECONDS, time_limit
from sims.maths.comparison.equivalence import equivalent
from sims.maths.comparison.finding import RIGHT, Finding, wrong_kind
from sims.maths.comparison.forms import kind_of, same_form
from sims.maths.comparison.numbers import typed
from sims.maths.comparison.symbolic import Symbolic
from sims.maths.evaluation.exact import rational_value
from sims.maths.evaluation.symbols import symbols_of
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import (
    Add,
    Call,
    Constant,
    Divide,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Unary,
    free_names,
    rewrite,
)

if TYPE_CHECKING:
    from sims.maths.comparison.case import Case

MAX_DEGREE = 40
_ROOTS = ("sqrt", "root", "cbrt")


def _wrong_form(message: str) -> Finding:
    return Finding("different", "wrong-form", message=message)


def _value(case: "Case") -> Finding:
    """Return whether both sides are expressions of equal value."""
    for side in (case.answer, case.wanted):
        if kind_of(side) != "expression":
            return wrong_kind(kind_of(side), "expression")
    return equivalent(case.answer, case.wanted, case.setting)


def _sides(case: "Case") -> tuple[Node, sympy.Symbol, Symbolic]:
    """Return the answer with the case's variable as one symbol (it may be `sin(x)`)."""
    variable = _variable(case)
    name = variable.name if isinstance(variable, Name) else "the_variable"

    def swap(node: Node) -> Node:
        return Name(name) if node == variable else node

    answer = rewrite(case.answer, swap)
    builder = Symbolic(symbols_of([answer], case.setting.variables).domains)
    return answer, builder.value(Name(name)), builder


def _variable(case: "Case") -> Node:
    """Return what a form is about: what is named, else x, or the one letter there is."""
    if case.options.get("var"):
        return case.variable()
    names = free_names(case.wanted) | free_names(case.answer)
    return Name(*names) if len(names) == 1 else Name("x")


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
        if isinstance(part, Add):
            continue
        for base, exponent in _powers(part):
            whole = exponent.denominator == 1 and exponent >= 0
            if whole and isinstance(base, Add):
                return _wrong_form("A product of sums can still be multiplied out.")
    return RIGHT


def gathered(case: "Case") -> Finding:
    """Accept what is expanded, with like terms in one and each letter once in a term."""
    found = expanded(case)
    if not found.accepted or same_form(case.answer, case.wanted, case.setting.variables):
        return found
    try:
        with time_limit(SECONDS):
            builder = _builder(case.answer, case)
            if any(_has_like(part, builder) for part in case.answer.walk()):
                return _wrong_form("Like terms or like factors can still be gathered.")
    except (*NO_ALGEBRA, sympy.PolynomialError):
        pass  # what algebra cannot read has no like terms that it could tell
    return RIGHT


def _powers(node: Node, exponent: Fraction = Fraction(1)) -> Iterator[tuple[Node, Fraction]]:
    """Yield the bases of a product, however grouped, each with its exponent, without signs."""
    node = unsigned(node)
    if isinstance(node, Mul):
        for factor in node.factors:
            yield from _powers(factor, exponent)
    elif isinstance(node, Divide):
        yield from _powers(node.numerator, exponent)
        yield from _powers(node.denominator, -exponent)
    elif isinstance(node, Power) and (power := _rational(node.exponent)) is not None:
        yield from _powers(node.base, exponent * power)
    else:
        yield node, exponent


def _rational(node: Node) -> Fraction | None:
    """Return the value of a number that is rational, such as `1 + 1`, else None."""
    if free_names(node):
        return None
    value = rational_value(node)
    if value is None and any(isinstance(part, Call) for part in node.walk()):
        found = Symbolic({}).number(node)
        value = Fraction(found.p, found.q) if found.is_Rational else None
    return value


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
    elif isinstance(node, Power) and (_rational(node.exponent) or 0) > 0:
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
        name = _variable(case)
        if isinstance(name, Name):
            names = [name.name in free_names(side) for side in (case.answer, case.wanted)]
            if names[0] != names[1]:
                return Finding("different", "other-variable", message="Another variable is used.")
    return _decided(_partial, case)


def _partial(case: "Case") -> Finding:
    answer, variable, builder = _sides(case)
    names = free_names(answer)
    if names and str(variable) not in names and not case.options.get("var"):
        raise NotImplementedError  # of several letters, in which is not said
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
        return negative or (_rational(node.exponent) or 0) < 0 or _has_fraction(node.base)
    return any(_has_fraction(child) for child in node.children)


def lowest_terms(case: "Case") -> Finding:
    """Accept what has no fraction left to cancel, and no root or i in a denominator."""
    for part in case.answer.walk():
        if isinstance(part, Divide):
            if isinstance(part.denominator, Unary) and part.denominator.sign == "-":
                return _wrong_form("A denominator is negative.")
        elif not isinstance(part, Mul | Power):
            continue
        if any(
            exponent < 0
            and not free_names(base)
            and (exponent.denominator != 1 or _is_irrational(base))
            for base, exponent in _powers(part)
        ):
            return _wrong_form("A root or i stands in a denominator.")
    try:
        with time_limit(SECONDS):
            if _cancels(case.answer, _builder(case.answer, case)):
                return _wrong_form("A fraction can still be cancelled.")
    except (*NO_ALGEBRA, sympy.PolynomialError):
        return Finding("undecided", "undecided", message="The form could not be decided.")
    return RIGHT


def reduced(case: "Case") -> Finding:
    """Accept what is in lowest terms; a number has to be one fraction, or a whole one."""
    found = lowest_terms(case)
    if found.accepted and _rational(case.answer) is not None and not _is_one_number(case.answer):
        return _wrong_form("Write it as one fraction of whole numbers, such as 2/3.")
    return found


def _is_one_number(node: Node) -> bool:
    """Return whether a number is a numeral, one fraction, or a whole number and a fraction."""
    node = unsigned(node)
    if isinstance(node, Add) and len(node.terms) == 2:  # 2 1/2
        whole, part = node.terms
        return isinstance(whole, Number) and isinstance(part, Divide) and _is_one_number(part)
    if isinstance(node, Divide):
        return all(
            isinstance(number, Number) and number.text.isdecimal()
            for number in map(unsigned, (node.numerator, node.denominator))
        )
    return typed(node) is not None or not isinstance(node, Add | Mul | Power)


def _builder(node: Node, case: "Case") -> Symbolic:
    return Symbolic(symbols_of([node], case.setting.variables).domains)


def _cancels(node: Node, builder: Symbolic) -> bool:
    """Return whether a numerator and the denominator below it have a common factor."""
    for part in node.walk():
        if not isinstance(part, Divide | Mul) or (isinstance(part, Mul) and typed(part)):
            continue  # 2*10^-4 is a decimal
        powers = list(_powers(part))
        above = [builder.number(_as_letters(base)) for base, power in powers if power > 0]
        below = [builder.number(_as_letters(base)) for base, power in powers if power < 0]
        if any(_common(top, bottom) for bottom in below for top in above):
            return True
    return False


def _as_letters(node: Node) -> Node:
    """Return a tree with letters for functions and i: log(4) is no multiple of 2 as written."""

    def letter(part: Node) -> Node:
        if part == Constant("i") or (isinstance(part, Call) and part.function not in _ROOTS):
            return Name(text(part))
        return part

    return rewrite(node, letter)


def _common(top: Any, bottom: Any) -> bool:
    """Return whether two factors share one; a root beside its square is none."""
    coefficient, rest = sympy.gcd(top, bottom).as_coeff_Mul()
    if coefficient.is_Integer and abs(coefficient) > 1:
        return True
    factors = sympy.Mul.make_args(rest)
    return any(not factor.is_Rational and factor.as_base_exp()[1].is_Integer for factor in factors)


def _is_irrational(node: Node) -> bool:
    """Return whether a root or the imaginary unit occurs."""
    for part in node.walk():
        if isinstance(part, Call) and part.function in _ROOTS:
            return True
        if part == Constant("i"):
            return True
        if isinstance(part, Power) and isinstance(part.exponent, Divide):
            return True
    return False


def completed_square(case: "Case") -> Finding:
    """Accept `a (x - b)^2 + c`, with the variable in one square only."""
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
            and _rational(squares[0].exponent) == 2
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
    """Accept what is no longer than the expected answer, with like terms and factors gathered."""
    found = equivalent(case.answer, case.wanted, case.setting)
    if not found.accepted:
        return found
    sizes = [sum(1 for _ in side.walk()) for side in (case.answer, case.wanted)]
    if sizes[0] > sizes[1] or (
        _can_be_gathered(case.answer, case) and not _can_be_gathered(case.wanted, case)
    ):
        return _wrong_form("This can be written more simply.")
    return found


def _can_be_gathered(node: Node, case: "Case") -> bool:
    """Return whether like terms, like factors or a fraction are left; False without algebra."""
    try:
        with time_limit(SECONDS):
            builder = _builder(node, case)
            return _cancels(node, builder) or any(_has_like(part, builder) for part in node.walk())
    except (*NO_ALGEBRA, sympy.PolynomialError):
        return False


def _has_like(node: Node, builder: Symbolic) -> bool:
    """Return whether two terms of a sum, or two factors of a product, could be one."""
    parts: list[Any] = []
    if isinstance(node, Add):
        parts = [builder.number(term).as_coeff_Mul(rational=True)[1] for term in _terms(node)]
    elif isinstance(node, Mul):
        powers = _powers(node)  # 2*10^4*x has one number
        bases = (base for base, n in powers if n > 0 and (n == 1 or base != Number("10")))
        values = (builder.number(base) for base in bases)
        parts = [sympy.S.One if value.is_Rational else value for value in values]
    return len(set(parts)) < len(parts)


def as_written(case: "Case") -> Finding:
    """Accept the expected expression up to order and grouping."""
    if same_form(case.answer, case.wanted, case.setting.variables):
        return RIGHT
    return _wrong_form("Another way of writing it is asked for.")
