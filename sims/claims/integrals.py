"""Integrals over one draw carried out by algebra, and given back as trees. Runs in the worker."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sympy

from sims.maths.comparison.algebra import NO_ALGEBRA, time_limit
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import BudgetError
from sims.maths.syntax.tree import Add, Big, Call, Constant, Mul, Name, Node, Power, rational

if TYPE_CHECKING:
    from sims.claims.language import Reading

SECONDS = 2.0
FUNCTIONS = {
    sympy.exp: "exp", sympy.log: "log", sympy.erf: "erf", sympy.erfc: "erfc",
    sympy.gamma: "gammafn", sympy.Abs: "abs", sympy.sin: "sin", sympy.cos: "cos",
    sympy.Max: "max", sympy.Min: "min",
}  # fmt: skip


def closed(node: Big, reading: "Reading") -> Node | None:
    """Return the value of a definite integral as a tree, or None."""
    from sims.claims.prove import Algebra

    if node.low is None or node.high is None:
        return None
    try:
        with time_limit(SECONDS):
            algebra = Algebra(reading, {})
            ends = algebra.number(node.low), algebra.number(node.high)
            sign = {"positive": True} if ends[0].is_nonnegative else {"real": True}
            variable = sympy.Symbol(node.variable, **sign)
            body = algebra._at(node, variable)
            value = sympy.integrate(sympy.powsimp(body), (variable, *ends), conds="none")
            if value.has(sympy.Integral) or value.has(sympy.zoo, sympy.nan):
                return None
            return tree(sympy.simplify(value))
    except (BudgetError, MathsError, UndefinedError, RecursionError, *NO_ALGEBRA):
        return None


@lru_cache(maxsize=512)
def tree(value: Any) -> Node:
    """Return a sympy expression as a tree. Raises UndefinedError for what has none."""
    if value.is_Rational:
        from fractions import Fraction

        return rational(Fraction(int(value.p), int(value.q)))
    if value.is_Symbol:
        return Name(str(value))
    if value == sympy.pi:
        return Constant("pi")
    if value == sympy.E:
        return Constant("e")
    if value == sympy.oo:
        return Constant("inf")
    if value.is_Add:
        return Add(tuple(tree(part) for part in value.args))
    if value.is_Mul:
        return Mul(tuple(tree(part) for part in value.args))
    if value.is_Pow:
        return Power(tree(value.base), tree(value.exp))
    name = FUNCTIONS.get(value.func)
    if name is None:
        raise UndefinedError("this has no tree here")
    return Call(name, tuple(tree(part) for part in value.args))
