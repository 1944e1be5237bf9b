"""Systems of polynomial equations: the same solutions, by Groebner bases (sympy, in the worker).

Two systems have the same complex solutions when each polynomial of one vanishes wherever the
other's do. By Rabinowitsch's trick p vanishes there when 1 lies in the ideal of the others and
1 - t p. Source: Cox, Little, O'Shea, Ideals, Varieties, and Algorithms, section 4.2.
"""

from typing import TYPE_CHECKING, Any

import sympy

from sims.maths.comparison.algebra import NO_ALGEBRA, SECONDS, time_limit
from sims.maths.comparison.equivalence import equivalent
from sims.maths.comparison.finding import Finding, wrong_kind
from sims.maths.comparison.forms import kind_of
from sims.maths.comparison.symbolic import Symbolic
from sims.maths.evaluation.symbols import symbols_of
from sims.maths.syntax.tree import Collection, Node, Relation, free_names

if TYPE_CHECKING:
    from sims.maths.comparison.case import Case

MOST_EQUATIONS, MOST_DEGREE = 6, 8


def same_solutions(case: "Case") -> Finding:
    """Accept a system of equations with the same solutions as the expected one."""
    for side in (case.answer, case.wanted):
        if not isinstance(side, Collection) or kind_of(side) not in ("list", "set"):
            return Finding("different", "wrong-kind", message="A list of equations is asked for.")
        for item in side.items:
            if not (isinstance(item, Relation) and item.signs == ("=",)):
                return wrong_kind(kind_of(item), "equation")
    names = [free_names(side) for side in (case.answer, case.wanted)]
    if names[0] - names[1]:
        extra = ", ".join(sorted(names[0] - names[1]))
        return Finding("different", "other-variables", message=f"Not asked for: {extra}.")
    if names[1] - names[0]:
        missing = ", ".join(sorted(names[1] - names[0]))
        return Finding("different", "missing-variables", message=f"Missing: {missing}.")
    try:
        with time_limit(SECONDS):
            return _compared(case, sorted(names[0]))
    except (*NO_ALGEBRA, sympy.PolynomialError):
        return _one_by_one(case)


def _one_by_one(case: "Case") -> Finding:
    """Compare systems that are no polynomials: equation by equation, in any order."""
    pair = [Collection("set", side.children) for side in (case.answer, case.wanted)]
    found = equivalent(pair[0], pair[1], case.setting)
    if found.accepted or any(_is_polynomial(side, case) for side in (case.answer, case.wanted)):
        return found
    return Finding("undecided", "undecided")


def _is_polynomial(side: Node, case: "Case") -> bool:
    try:
        _polynomials(side, case)
    except (*NO_ALGEBRA, sympy.PolynomialError):
        return False
    return True


def _polynomials(side: Node, case: "Case") -> list[Any]:
    """Return left minus right of each equation. Raises PolynomialError for other functions."""
    symbols = symbols_of([side], case.setting.variables)
    builder = Symbolic(dict.fromkeys(symbols.domains, "complex"))
    found = []
    for item in side.children:
        left, right = (builder.number(operand) for operand in item.children)
        top, bottom = sympy.fraction(sympy.together(left - right))
        top = sympy.nsimplify(sympy.expand(top), rational=True)
        if bottom.free_symbols or not top.is_polynomial(*top.free_symbols):
            raise sympy.PolynomialError("not a polynomial")
        if top.free_symbols and sympy.Poly(top).total_degree() > MOST_DEGREE:
            raise NotImplementedError
        found.append(top)
    if len(found) > MOST_EQUATIONS:
        raise NotImplementedError
    return found


def _compared(case: "Case", names: list[str]) -> Finding:
    ours, theirs = (_polynomials(side, case) for side in (case.answer, case.wanted))
    symbols = [sympy.Symbol(name) for name in names]
    if any(not _vanishes_with(p, ours, symbols) for p in theirs):
        message = "Your system has solutions that the expected one has not."
        return Finding("different", "too-many-solutions", message=message)
    if any(not _vanishes_with(p, theirs, symbols) for p in ours):
        message = "Your system misses solutions of the expected one."
        return Finding("different", "missing-solutions", message=message)
    return Finding("equal", "right")


def _vanishes_with(polynomial: Any, system: list[Any], symbols: list[Any]) -> bool:
    """Return whether a polynomial is zero at every common zero of a system."""
    if polynomial == 0:
        return True
    extra = sympy.Dummy("t")
    basis = sympy.groebner([*system, 1 - extra * polynomial], extra, *symbols, order="grevlex")
    return bool(basis.exprs == [1])
