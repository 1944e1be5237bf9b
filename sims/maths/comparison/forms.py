"""The form of a tree, apart from its value: its kind, and equality up to order and grouping."""

from collections.abc import Mapping
from typing import Any

from sims.maths.evaluation.symbols import MATRICES, VECTORS
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Collection,
    Constant,
    Definition,
    Derivative,
    Divide,
    Index,
    Interval,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    SetOperation,
    Unary,
    free_names,
    rewrite,
)

MINUS = ("minus",)

KIND_WORDS = {
    "expression": "an expression",
    "equation": "an equation",
    "inequality": "an inequality",
    "logic": "a logical statement",
    "set": "a set {…}",
    "list": "a list […]",
    "matrix": "a matrix",
    "interval": "an interval",
    "function": "a function f(x) := …",
}
STATEMENTS = ("equation", "inequality", "logic")


def kind_of(node: Node) -> str:
    """Return what sort of thing a tree is; a key of `KIND_WORDS`."""
    if isinstance(node, Relation):
        return "equation" if set(node.signs) == {"="} else "inequality"
    if isinstance(node, Logic) or (isinstance(node, Unary) and node.sign == "not"):
        return "logic"
    if isinstance(node, Constant) and node.name in ("true", "false"):
        return "logic"
    if isinstance(node, Collection):
        return "list" if node.kind == "tuple" else node.kind
    if isinstance(node, Interval | SetOperation):
        return "interval"
    return "function" if isinstance(node, Definition) else "expression"


def same_form(left: Node, right: Node, variables: Mapping[str, str]) -> bool:
    """Return whether two trees are equal up to commuting and grouping."""
    arrays = {name for name, domain in variables.items() if domain in (*VECTORS, *MATRICES)}
    form = Form(frozenset(arrays))
    return bool(form.of(left, {}) == form.of(right, {}))


def rising(node: Node) -> Node:
    """Return a statement with every `a > b` turned to `b < a`."""

    def turn(part: Node) -> Node:
        if isinstance(part, Relation) and set(part.signs) <= {">", ">="}:
            signs = tuple({">": "<", ">=": "<="}[sign] for sign in reversed(part.signs))
            return Relation(part.operands[::-1], signs)
        return part

    return rewrite(node, turn)


class Form:
    """A value for each tree, equal for those equal up to commuting and grouping, and only them.

    Bound variables are renamed by depth; a difference is a sum, a quotient a product with a
    reciprocal, and `exp(x)` is `e^x`. Nothing is simplified. Numbers commute in a product,
    vectors and matrices keep their order.
    """

    def __init__(self, arrays: frozenset[str]) -> None:
        self.arrays = arrays  # the names of vectors and matrices

    def of(self, node: Node, names: dict[str, str]) -> Any:
        """Return the form of a tree; `names` are the bound variables with their new names."""

        def go(child: Node) -> Any:
            return self.of(child, names)

        if isinstance(node, Number):
            return ("number", node.text if "." in node.text else node.value)
        if isinstance(node, Name):
            return ("name", names.get(node.name, node.name))
        if isinstance(node, Add):
            return _ordered("add", self._terms(node, names))
        if isinstance(node, Mul | Divide) or (isinstance(node, Unary) and node.sign in ("-", "+")):
            return self._product(node, names)
        if isinstance(node, Call) and node.function == "exp":
            return ("power", ("constant", "e"), go(node.arguments[0]))
        if isinstance(node, Constant):
            return ("constant", node.name)
        if isinstance(node, Power):
            return ("power", go(node.base), go(node.exponent))
        if isinstance(node, Relation) and node.signs == ("=",):
            return _ordered("equation", [go(operand) for operand in node.operands])
        if isinstance(node, Logic) and node.connective != "implies":
            return _ordered(node.connective, [go(operand) for operand in node.operands])
        if isinstance(node, Collection) and node.kind == "set":
            return _ordered("set", [go(item) for item in node.items])
        return self._plain(node, names)

    def _plain(self, node: Node, names: dict[str, str]) -> Any:
        def go(child: Node) -> Any:
            return self.of(child, names)

        if isinstance(node, Big):
            inner = {**names, node.variable: f"#{len(names)}"}
            bounds = [go(end) if end is not None else None for end in (node.low, node.high)]
            if node.kind == "int" and node.low is None:
                return ("int", go(node.body), names.get(node.variable, node.variable))
            return (node.kind, self.of(node.body, inner), *bounds)
        if isinstance(node, Definition):
            places = enumerate(node.parameters, len(names))
            inner = {**names, **{name: f"#{place}" for place, name in places}}
            return ("define", node.function, self.of(node.body, inner))
        if isinstance(node, Derivative) and isinstance(node.variable, Name):
            if node.variable.name not in free_names(node.body):
                return ("number", 0)
            return ("diff", go(node.body), go(node.variable), node.order)
        if isinstance(node, Piecewise):
            otherwise = go(node.otherwise) if node.otherwise is not None else None
            pairs = zip(map(go, node.values), map(go, node.conditions), strict=True)
            return ("piecewise", tuple(pairs), otherwise)
        plain = [value for value in vars(node).values() if isinstance(value, str | int)]
        label: tuple[Any, ...] = (type(node).__name__, *plain)
        if isinstance(node, Relation):
            label = (*label, node.signs)
        return (label, tuple(go(child) for child in node.children))

    def _terms(self, node: Node, names: dict[str, str]) -> list[Any]:
        if isinstance(node, Add):
            return [part for term in node.terms for part in self._terms(term, names)]
        return [self.of(node, names)]

    def _product(self, node: Node, names: dict[str, str]) -> Any:
        factors = self._factors(node, names)
        if len(factors) == 1:
            return factors[0][0]
        numbers = [form for form, is_array in factors if not is_array]
        return (*_ordered("mul", numbers), tuple(form for form, is_array in factors if is_array))

    def _factors(self, node: Node, names: dict[str, str]) -> list[tuple[Any, bool]]:
        """Return the forms of the factors, each with whether it may be a vector or matrix."""
        if isinstance(node, Mul):
            return [part for factor in node.factors for part in self._factors(factor, names)]
        if isinstance(node, Divide):
            below = ("reciprocal", self.of(node.denominator, names))
            top = self._factors(node.numerator, names)
            return [*top, (below, self._is_array(node.denominator))]
        if isinstance(node, Unary) and node.sign == "-":
            return [(MINUS, False), *self._factors(node.operand, names)]
        if isinstance(node, Unary) and node.sign == "+":
            return self._factors(node.operand, names)
        return [(self.of(node, names), self._is_array(node))]

    def _is_array(self, node: Node) -> bool:
        """Return whether a tree may be a vector or matrix; an entry of one, `p_i`, is none."""
        if isinstance(node, Name):
            return node.name in self.arrays
        if isinstance(node, Index):
            return False
        return isinstance(node, Collection) or any(map(self._is_array, node.children))


def _ordered(kind: str, parts: list[Any]) -> Any:
    return (kind, tuple(sorted(parts, key=repr)))
