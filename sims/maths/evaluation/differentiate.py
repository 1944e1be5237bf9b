"""Symbolic derivatives of the common functions; None where the rule is not known here."""

from collections.abc import Callable
from functools import lru_cache

from sims.maths.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Add,
    Big,
    Call,
    Constant,
    Divide,
    Mul,
    Name,
    Node,
    Number,
    Piecewise,
    Power,
    Unary,
    free_names,
    negated,
)


def _call(name: str, *arguments: Node) -> Node:
    return Call(name, arguments)


def _square(node: Node) -> Node:
    return Power(node, TWO)


def _over(node: Node) -> Node:
    return Divide(ONE, node)


def _root_of(*terms: Node) -> Node:
    return _call("sqrt", Add(terms))


RULES: dict[str, Callable[[Node], Node]] = {
    "exp": lambda u: _call("exp", u),
    "log": _over,
    "log10": lambda u: _over(Mul((u, _call("log", Number("10"))))),
    "log2": lambda u: _over(Mul((u, _call("log", TWO)))),
    "sqrt": lambda u: _over(Mul((TWO, _call("sqrt", u)))),
    "sin": lambda u: _call("cos", u),
    "cos": lambda u: negated(_call("sin", u)),
    "tan": lambda u: _square(_call("sec", u)),
    "sec": lambda u: Mul((_call("sec", u), _call("tan", u))),
    "csc": lambda u: negated(Mul((_call("csc", u), _call("cot", u)))),
    "cot": lambda u: negated(_square(_call("csc", u))),
    "asin": lambda u: _over(_root_of(ONE, negated(_square(u)))),
    "acos": lambda u: negated(_over(_root_of(ONE, negated(_square(u))))),
    "atan": lambda u: _over(Add((ONE, _square(u)))),
    "acot": lambda u: negated(_over(Add((ONE, _square(u))))),
    "sinh": lambda u: _call("cosh", u),
    "cosh": lambda u: _call("sinh", u),
    "tanh": lambda u: _square(_call("sech", u)),
    "asinh": lambda u: _over(_root_of(_square(u), ONE)),
    "acosh": lambda u: _over(
        Mul((_root_of(u, negated(ONE)), _root_of(u, ONE)))
    ),
    "atanh": lambda u: _over(Add((ONE, negated(_square(u))))),
    "acoth": lambda u: _over(Add((ONE, negated(_square(u))))),
    "abs": lambda u: Divide(u, _call("abs", u)),
    "sigmoid": lambda u: Mul((_call("sigmoid", u), _call("sigmoid", negated(u)))),
    "softplus": lambda u: _call("sigmoid", u),
}  # fmt: skip


@lru_cache(maxsize=512)
def differentiated(node: Node, name: str) -> Node | None:
    """Return the derivative of an expression by a name, or None where no rule is known.

    It may be defined where the expression is not: that of `log(x)` is `1/x`.
    """
    if isinstance(node, Name):
        return ONE if node.name == name else ZERO
    if isinstance(node, Number | Constant) or name not in free_names(node):
        return ZERO
    if isinstance(node, Add):
        terms = [differentiated(term, name) for term in node.terms]
        kept = [term for term in terms if term is not None and term != ZERO]
        return None if None in terms else _sum(kept)
    if isinstance(node, Mul):
        return _product(node, name)
    if isinstance(node, Divide):
        return _quotient(node, name)
    if isinstance(node, Power):
        return _power(node, name)
    if isinstance(node, Unary) and node.sign in ("-", "+", "%"):
        inner = differentiated(node.operand, name)
        return None if inner is None else Unary(node.sign, inner)
    if isinstance(node, Call) and len(node.arguments) == 1 and node.function in RULES:
        inner = differentiated(node.arguments[0], name)
        outer = RULES[node.function](node.arguments[0])
        return None if inner is None else outer if inner == ONE else Mul((outer, inner))
    if isinstance(node, Big) and node.kind == "int" and node.low is None:
        return node.body if node.variable == name else None
    if isinstance(node, Piecewise) and not any(name in free_names(c) for c in node.conditions):
        values = [differentiated(value, name) for value in node.values]
        last = differentiated(node.otherwise, name) if node.otherwise is not None else None
        if None not in values and (last is not None or node.otherwise is None):
            return Piecewise(tuple(v for v in values if v is not None), node.conditions, last)
    return None


def _sum(terms: list[Node]) -> Node:
    return ZERO if not terms else terms[0] if len(terms) == 1 else Add(tuple(terms))


def _product(node: Mul, name: str) -> Node | None:
    terms: list[Node] = []
    for at, factor in enumerate(node.factors):
        inner = differentiated(factor, name)
        if inner is None:
            return None
        if inner != ZERO:
            terms.append(Mul((*node.factors[:at], inner, *node.factors[at + 1 :])))
    return _sum(terms)


def _quotient(node: Divide, name: str) -> Node | None:
    top, bottom = node.numerator, node.denominator
    over, under = differentiated(top, name), differentiated(bottom, name)
    if over is None or under is None:
        return None
    if under == ZERO:
        return Divide(over, bottom)
    change = Add((Mul((over, bottom)), negated(Mul((top, under)))))
    return Divide(change, _square(bottom))


def _power(node: Power, name: str) -> Node | None:
    base, exponent = node.base, node.exponent
    inner = differentiated(base, name)
    if name not in free_names(exponent):
        if inner is None:
            return None
        return Mul((exponent, Power(base, Add((exponent, negated(ONE)))), inner))
    growth = differentiated(exponent, name)
    if growth is None or inner is None:
        return None
    if inner == ZERO:
        if base == Constant("e"):
            return Mul((node, growth))
        return Mul((node, _call("log", base), growth))
    logarithm = Add((Mul((growth, _call("log", base))), Divide(Mul((exponent, inner)), base)))
    return Mul((node, logarithm))
