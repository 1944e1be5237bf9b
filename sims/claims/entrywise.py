"""Equations of vectors by their general entry, for every size: sums over entries in normal form.

A vector is its entry at an index; a sum over the index is linear, and what does not depend on the
index is taken out of it, so that two sides are equal when their normal forms are.
"""

from typing import Any

import sympy

from sims.claims.algebra import symbol
from sims.claims.domains import VECTORS, Domain
from sims.claims.reading import Reading
from sims.maths.comparison.algebra import vanishes
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.syntax.tree import (
    ONE,
    Add,
    Big,
    Call,
    Constant,
    Divide,
    Index,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    Unary,
)

FUNCTIONS = {
    "exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "sin": sympy.sin, "cos": sympy.cos,
    "tanh": sympy.tanh, "abs": sympy.Abs, "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
}  # fmt: skip


def equal(goal: Relation, reading: Reading) -> bool:
    """Return whether both sides have one normal form. Raises UndefinedError for other trees."""
    used = reading.arrays_in(goal)
    sizes = {domain.sizes for domain in used.values()}
    if len(sizes) != 1 or any(domain.kind not in VECTORS for domain in used.values()):
        raise UndefinedError("this is of vectors of one size")
    form = Form(reading, next(iter(sizes))[0])
    left, right = (form.value(side) for side in goal.operands)
    gap = left.entry if isinstance(left, _Vector) else left
    gap -= right.entry if isinstance(right, _Vector) else right
    if isinstance(left, _Vector) != isinstance(right, _Vector):
        scalar = right if isinstance(left, _Vector) else left
        if scalar != 0:
            raise UndefinedError("a vector stands against a number")
    return bool(vanishes(gap)) or bool(vanishes(form.expanded(gap)))


class _Vector:
    """A vector by its entry; `row` says that it was transposed."""

    def __init__(self, entry: Any, row: bool = False) -> None:
        self.entry = entry
        self.row = row


class Form:
    """Builds normal forms; entries at index i are symbols that end in `[i]`."""

    def __init__(self, reading: Reading, size: Node) -> None:
        self.reading = reading
        self.size = size
        self.n = self.number(size)
        self.entries: dict[tuple[str, str], Any] = {}

    def number(self, node: Node) -> Any:
        """Return the value of a tree that must be a number."""
        value = self.value(node)
        if isinstance(value, _Vector):
            raise UndefinedError("a vector stands where a number is needed")
        return value

    def value(self, node: Node) -> Any:
        """Return a sympy number or a vector."""
        if isinstance(node, Number):
            return sympy.Rational(node.value.numerator, node.value.denominator)
        if isinstance(node, Constant):
            return {"pi": sympy.pi, "e": sympy.E}[node.name]
        if isinstance(node, Name):
            domain = self.reading.domains.get(node.name, Domain("real"))
            if domain.is_array:
                return _Vector(self.entry(node.name, ""))
            return symbol(node.name, domain, self.reading)
        if isinstance(node, Index):
            return self.at_index(node)
        if isinstance(node, Add):
            return self.spread(sympy.Add, [self.value(term) for term in node.terms])
        if isinstance(node, Mul):
            return self.product([self.value(factor) for factor in node.factors])
        if isinstance(node, Divide):
            top, bottom = self.value(node.numerator), self.number(node.denominator)
            return self.spread(lambda a: a / bottom, [top])
        if isinstance(node, Power):
            return self.number(node.base) ** self.number(node.exponent)
        if isinstance(node, Unary):
            inner = self.value(node.operand)
            if node.sign == "T" and isinstance(inner, _Vector):
                return _Vector(inner.entry, not inner.row)
            return self.spread(lambda a: -a, [inner]) if node.sign == "-" else inner
        if isinstance(node, Big):
            return self.big(node)
        if isinstance(node, Call):
            return self.call(node)
        raise UndefinedError("no rule for this")

    def at_index(self, node: Index) -> Any:
        """Return the entry of a vector at a named index, or at a number that stays as it is."""
        (place,) = node.indices
        if isinstance(place, Number):
            index = f"#{place.text}"
        elif isinstance(place, Name):
            index = place.name
        else:
            raise UndefinedError("an entry at this place has no rule")
        if isinstance(node.base, Name) and node.base.name in self.reading.domains:
            return self.entry(node.base.name, index)
        whole = self.value(node.base)
        if not isinstance(whole, _Vector):
            raise UndefinedError("an entry of what is no vector")
        here = {s: name for (name, i), s in list(self.entries.items()) if not i}
        return whole.entry.subs({s: self.entry(name, index) for s, name in here.items()})

    def entry(self, name: str, index: str) -> Any:
        """Return the symbol of the entry of a vector at an index."""
        if (name, index) not in self.entries:
            kind = self.reading.domains[name].kind
            sign = {"positive": True} if kind in ("simplex", "positive vector") else {"real": True}
            self.entries[name, index] = sympy.Symbol(f"{name}[{index}]", **sign)
        return self.entries[name, index]

    def spread(self, function: Any, values: list[Any]) -> Any:
        """Return a function entry by entry; numbers go with every entry."""
        if not any(isinstance(value, _Vector) for value in values):
            return function(*values)
        rows = {value.row for value in values if isinstance(value, _Vector)}
        if len(rows) > 1:
            raise UndefinedError("a row and a column")
        return _Vector(
            function(*(v.entry if isinstance(v, _Vector) else v for v in values)), rows.pop()
        )

    def product(self, values: list[Any]) -> Any:
        """Return a product; a row times a column is a sum."""
        result = values[0]
        for value in values[1:]:
            if isinstance(result, _Vector) and isinstance(value, _Vector):
                if not result.row or value.row:
                    raise UndefinedError("these vectors have no product")
                result = self.sum(result.entry * value.entry, "")
            else:
                result = self.spread(lambda a, b: a * b, [result, value])
        return result

    def sum(self, body: Any, index: str) -> Any:
        """Return the sum of a body over an index, what does not depend on it taken out."""
        here = {s: name for (name, i), s in self.entries.items() if i == index}
        total = sympy.Integer(0)
        for term in sympy.Add.make_args(self.expanded(body)):
            outside, inside = term.as_independent(*here, as_Add=False) if here else (term, 1)
            total += outside * self._whole(sympy.sympify(inside), here)
        return total

    def _whole(self, inside: Any, here: dict[Any, str]) -> Any:
        if inside == 1:
            return self.n
        if inside.free_symbols & (set(self.entries.values()) - set(here)):
            raise UndefinedError("a sum inside whose terms hang together with those of another")
        plain = inside.subs({s: self.entry(name, "") for s, name in here.items()})
        for symbol_, name in here.items():
            kind = self.reading.domains[name].kind
            if kind == "simplex" and inside == symbol_:
                return sympy.Integer(1)
            if kind == "unit" and inside == symbol_**2:
                return sympy.Integer(1)
        return sympy.Symbol(f"sum({plain})", **_sign(plain))

    @staticmethod
    def expanded(body: Any) -> Any:
        """Return an expression multiplied out, logarithms and powers taken apart."""
        return sympy.expand(sympy.expand_log(sympy.expand(body, trig=True)), power_exp=True)

    def big(self, node: Big) -> Any:
        """Return a sum over every entry."""
        whole = node.low in (None, ONE) and node.high in (None, self.size)
        if node.kind != "sum" or not whole or node.where is not None:
            raise UndefinedError("this does not run over every entry")
        return self.sum(self.number(node.body), node.variable)

    def call(self, node: Call) -> Any:
        """Return a function of numbers, or of vectors by its definition."""
        values = [self.value(argument) for argument in node.arguments]
        if node.function in FUNCTIONS and len(values) == 1:
            return self.spread(FUNCTIONS[node.function], values)
        entries = [v.entry if isinstance(v, _Vector) else None for v in values]
        if node.function not in OF_VECTORS or None in entries:
            raise UndefinedError("no rule for this function")
        return OF_VECTORS[node.function](self, *entries)

    def mean(self, entry: Any) -> Any:
        """Return the mean of entries."""
        return self.sum(entry, "") / self.n

    def variance(self, entry: Any) -> Any:
        """Return the variance of entries, over their number."""
        return self.mean((entry - self.mean(entry)) ** 2)


OF_VECTORS: dict[str, Any] = {
    "dot": lambda form, x, y: form.sum(x * y, ""),
    "hadamard": lambda form, x, y: _Vector(x * y),
    "norm": lambda form, x: sympy.sqrt(form.sum(x**2, "")),
    "total": lambda form, x: form.sum(x, ""),
    "sum": lambda form, x: form.sum(x, ""),
    "mean": Form.mean,
    "var": Form.variance,
    "std": lambda form, x: sympy.sqrt(form.variance(x)),
    "size": lambda form, x: form.n,
    "softmax": lambda form, z: _Vector(sympy.exp(z) / form.sum(sympy.exp(z), "")),
    "logsumexp": lambda form, z: sympy.log(form.sum(sympy.exp(z), "")),
    "entropy": lambda form, p: -form.sum(p * sympy.log(p), ""),
    "crossentropy": lambda form, p, q: -form.sum(p * sympy.log(q), ""),
    "KL": lambda form, p, q: form.sum(p * sympy.log(p / q), ""),
}


def _sign(body: Any) -> dict[str, bool]:
    """Return what is known of the sign of a sum."""
    if body.is_positive:
        return {"positive": True}
    return {"nonnegative": True} if body.is_nonnegative else {"real": True}
