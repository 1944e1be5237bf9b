"""Derivatives by vectors and matrices as trees without them, for every size.

The derivative of a number by an array has the shape of the array; that of a vector by a vector is
the matrix of its partial derivatives, a row for each entry of the vector.
"""

from collections.abc import Mapping

from sims.claims.domains import Domain
from sims.maths.evaluation.differentiate import differentiated
from sims.maths.syntax.tree import (
    ONE,
    TWO,
    Add,
    Call,
    Constant,
    Derivative,
    Divide,
    Index,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Unary,
    free_names,
    substitute,
)

Shape = tuple[Node, Node]
SCALAR: Shape = (ONE, ONE)


class NoRule(ArithmeticError):  # noqa: N818 - it says what is known
    """A derivative for which no rule is known here."""


def without_gradients(node: Node, domains: Mapping[str, Domain]) -> Node:
    """Return a tree whose derivatives by arrays are carried out, as far as there are rules."""
    node = node.map(lambda part: without_gradients(part, domains))
    if isinstance(node, Call) and node.function == "grad" and len(node.under) == 1:
        node = Derivative(node.arguments[0], node.under[0])
    if not (isinstance(node, Derivative) and isinstance(node.variable, Name)):
        return node
    name = node.variable.name
    if name not in domains or not domains[name].is_array:
        return node
    try:
        found = _Gradient(name, domains).of(node.body)
        if node.order == 2:
            found = _Gradient(name, domains).of(found)
    except NoRule:
        return node
    return found if node.order in (1, 2) else node


class _Gradient:
    """The derivative by one array, found from the outside in: what each part is multiplied by."""

    def __init__(self, name: str, domains: Mapping[str, Domain]) -> None:
        self.name = name
        self.domains = domains
        self.parts: list[Node] = []

    def of(self, body: Node) -> Node:
        """Return the derivative of a number or a vector."""
        rows, columns = self.shape(body)
        if (rows, columns) == SCALAR:
            self.pull(body, ONE)
            if not self.parts:
                raise NoRule
            return self.parts[0] if len(self.parts) == 1 else Add(tuple(self.parts))
        if columns != ONE or len(self.domains[self.name].sizes) != 1:
            raise NoRule
        return self.jacobian(body)

    def shape(self, node: Node) -> Shape:
        """Return the numbers of rows and columns, of a number 1 and 1."""
        if isinstance(node, Name) and node.name in self.domains:
            domain = self.domains[node.name]
            if domain.is_array:
                return domain.sizes[0], domain.sizes[1] if len(domain.sizes) > 1 else ONE
            return SCALAR
        if isinstance(node, Unary):
            rows, columns = self.shape(node.operand)
            return (columns, rows) if node.sign == "T" else (rows, columns)
        if isinstance(node, Add):
            return next((s for term in node.terms if (s := self.shape(term)) != SCALAR), SCALAR)
        if isinstance(node, Mul):
            shapes = [s for factor in node.factors if (s := self.shape(factor)) != SCALAR]
            return (shapes[0][0], shapes[-1][1]) if shapes else SCALAR
        if isinstance(node, Divide):
            return self.shape(node.numerator)
        if isinstance(node, Power):
            return self.shape(node.base)
        if isinstance(node, Call) and node.function == "inv":
            return self.shape(node.arguments[0])
        if isinstance(node, Call) and node.function == "eye":
            return node.arguments[0], node.arguments[0]
        if isinstance(node, Number | Constant | Name | Index | Call):
            scalar = isinstance(node, Call) and node.function not in NUMBERS
            if scalar and any(self.shape(part) != SCALAR for part in node.children):
                raise NoRule
            return SCALAR
        raise NoRule

    def pull(self, node: Node, by: Node) -> None:
        """Take what a part contributes when the whole changes by `by` for each unit of it."""
        if self.name not in free_names(node):
            return
        if isinstance(node, Name):
            self.parts.append(by)
        elif isinstance(node, Add):
            shape = self.shape(node)
            if any(
                self.shape(term) != shape for term in node.terms if self.name in free_names(term)
            ):
                raise NoRule
            for term in node.terms:
                self.pull(term, by)
        elif isinstance(node, Unary):
            self.pull(node.operand, _turned(by) if node.sign == "T" else Unary("-", by))
        elif isinstance(node, Mul):
            self._product(node, by)
        elif isinstance(node, Divide):
            self._quotient(node, by)
        elif isinstance(node, Power):
            self._power(node, by)
        elif isinstance(node, Call):
            self._call(node, by)
        else:
            raise NoRule

    def _product(self, node: Mul, by: Node) -> None:
        for at, factor in enumerate(node.factors):
            if self.name not in free_names(factor):
                continue
            before, after = node.factors[:at], node.factors[at + 1 :]
            if self.shape(factor) == SCALAR:
                rest = [*before, *after]
                if any(self.shape(part) != SCALAR for part in rest) and (
                    self.shape(Mul(tuple(rest))) != SCALAR
                ):
                    raise NoRule
                self.pull(factor, _times(by, *rest))
                continue
            left = [self._transposed(part) for part in reversed(before)]
            right = [self._transposed(part) for part in reversed(after)]
            self.pull(factor, _times(*left, by, *right))

    def _transposed(self, node: Node) -> Node:
        return node if self.shape(node) == SCALAR else _turned(node)

    def _quotient(self, node: Divide, by: Node) -> None:
        self.pull(node.numerator, Divide(by, node.denominator))
        if self.name in free_names(node.denominator):
            if self.shape(node.numerator) != SCALAR:
                raise NoRule
            slope = Divide(Unary("-", node.numerator), Power(node.denominator, TWO))
            self.pull(node.denominator, _times(by, slope))

    def _power(self, node: Power, by: Node) -> None:
        base = node.base
        length = isinstance(base, Call) and base.function == "norm" and len(base.arguments) == 1
        if node.exponent == TWO and isinstance(base, Call) and length:
            self.pull(base.arguments[0], _times(TWO, by, base.arguments[0]))
            return
        if self.name in free_names(node.exponent) or not isinstance(node.exponent, Number):
            raise NoRule
        if self.shape(base) != SCALAR:
            if node.exponent != TWO:
                raise NoRule
            self._product(Mul((base, base)), by)
            return
        lower = Power(base, Number(str(node.exponent.value - 1)))
        slope = base if node.exponent == TWO else lower
        self.pull(base, _times(node.exponent, by, slope))

    def _call(self, node: Call, by: Node) -> None:
        first, *rest = node.arguments
        if node.function == "dot" and len(rest) == 1:
            self.pull(first, _times(by, rest[0]))
            self.pull(rest[0], _times(by, first))
        elif node.function == "norm" and not rest:
            self.pull(first, Divide(_times(by, first), node))
        elif node.function == "trace":
            self._trace(first, by)
        elif node.function == "det":
            self.pull(first, _times(by, node, _turned(Call("inv", (first,)))))
        elif node.function == "logsumexp" and not rest:
            self.pull(first, _times(by, Call("softmax", (first,))))
        elif not rest and self.shape(first) == SCALAR:
            slope = differentiated(Call(node.function, (Name("\0"),)), "\0")
            if slope is None:
                raise NoRule
            self.pull(first, _times(by, substitute(slope, {"\0": first})))
        else:
            raise NoRule

    def _trace(self, inside: Node, by: Node) -> None:
        """Take what stands in a trace: `tr(L X R)` changes by `L^T R^T`."""
        if isinstance(inside, Add):
            for term in inside.terms:
                self._trace(term, by)
        elif isinstance(inside, Unary):
            self._trace(inside.operand, by if inside.sign == "T" else Unary("-", by))
        elif isinstance(inside, Name):
            if inside.name == self.name:
                self.parts.append(_times(by, Call("eye", (self.shape(inside)[0],))))
        elif isinstance(inside, Mul):
            for at, factor in enumerate(inside.factors):
                if self.name not in free_names(factor):
                    continue
                before, after = inside.factors[:at], inside.factors[at + 1 :]
                left = [self._transposed(part) for part in reversed(before)]
                right = [self._transposed(part) for part in reversed(after)]
                if self.shape(factor) == SCALAR or not (left or right):
                    raise NoRule
                self.pull(factor, _times(by, *left, *right))
        else:
            raise NoRule

    def jacobian(self, body: Node) -> Node:
        """Return the derivative of a vector that depends on the array linearly."""
        if isinstance(body, Name) and body.name == self.name:
            return Call("eye", (self.domains[self.name].sizes[0],))
        if isinstance(body, Add):
            moving = [term for term in body.terms if self.name in free_names(term)]
            parts = tuple(self.jacobian(term) for term in moving)
            return parts[0] if len(parts) == 1 else Add(parts)
        if isinstance(body, Unary) and body.sign == "-":
            return Unary("-", self.jacobian(body.operand))
        if isinstance(body, Divide) and self.name not in free_names(body.denominator):
            return Divide(self.jacobian(body.numerator), body.denominator)
        if isinstance(body, Mul):
            *before, last = body.factors
            if self.name in set().union(*map(free_names, before)):
                raise NoRule
            inner = self.jacobian(last)
            return _times(*before) if _is_eye(inner) else _times(*before, inner)
        raise NoRule


NUMBERS = ("norm", "dot", "trace", "det", "logsumexp", "total", "mean", "size")
"""Functions whose value is a number whatever they are of."""


def _is_eye(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "eye"


def _turned(node: Node) -> Node:
    if isinstance(node, Unary) and node.sign == "T":
        return node.operand
    return Unary("T", node)


def _times(*factors: Node) -> Node:
    kept = [factor for factor in factors if factor != ONE]
    if not kept:
        return ONE
    return kept[0] if len(kept) == 1 else Mul(tuple(kept))
