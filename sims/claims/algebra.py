"""A claim's trees as expressions of sympy, and back. Runs in the worker."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy

from sims.claims.domains import Domain
from sims.claims.reading import Reading
from sims.claims.statement import Statement
from sims.claims.vocabulary import SPOKEN
from sims.maths.comparison.symbolic import Symbolic
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Constant,
    Derivative,
    Divide,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    Unary,
    free_names,
    rational,
)

NO_RULE = SPOKEN - {"eye", "remainder"}
"""Functions of claims that algebra knows nothing of, so it must not take them for any other."""


ASSUMED: dict[str, dict[str, bool]] = {
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "negative": {"negative": True},
    "nonzero": {"real": True, "nonzero": True},
    "integer": {"integer": True},
    "natural": {"integer": True, "nonnegative": True},
    "size": {"integer": True, "positive": True},
    "index": {"integer": True, "positive": True},
    "prime": {"integer": True, "positive": True},
    "probability": {"nonnegative": True},
    "complex": {},
    "quantity": {"positive": True},
    "integers": {"integer": True},
    "residue": {"integer": True, "nonnegative": True},
}


class Algebra(Symbolic):
    """Builds sympy expressions of a claim's trees, at given sizes of its arrays."""

    def __init__(self, reading: Reading, sizes: Mapping[str, int], free: bool = False) -> None:
        super().__init__({}, size=max(sizes.values(), default=3))
        self.reading = reading
        self.free = free  # entries of a simplex without the law that they sum to 1
        for name, size in sizes.items():
            self.values[name] = sympy.Integer(size)
        for name, domain in reading.domains.items():
            if name not in self.values and not domain.is_function:
                self.values[name] = self._value(name, domain)

    def _value(self, name: str, domain: Domain) -> Any:
        if not domain.is_array:
            return symbol(name, domain, self.reading)
        shape = [int(self.number(size)) for size in domain.sizes]
        kind = domain.kind
        if len(shape) == 1:
            assumed = {"real": True} if kind in ("vector", "unit") else {"positive": True}
            entries = [sympy.Symbol(f"{name}_{k}", **assumed) for k in range(1, shape[0] + 1)]
            if kind == "simplex" and not self.free:
                entries[-1] = 1 - sum(entries[:-1])
            if kind == "unit":
                raise UndefinedError("a unit vector is not free")
            return Matrix.column(entries)
        if kind in ("orthogonal", "psd", "positive definite", "stochastic", "invertible"):
            if kind in ("orthogonal", "stochastic"):
                raise UndefinedError("such a matrix is not free")
            kind = "symmetric" if kind != "invertible" else "matrix"
        rows, columns = shape
        return Matrix(
            [self._entry(name, kind, i, j) for j in range(1, columns + 1)]
            for i in range(1, rows + 1)
        )

    def _entry(self, name: str, kind: str, row: int, column: int) -> Any:
        if kind == "symmetric" and row > column:
            row, column = column, row
        if kind == "diagonal" and row != column:
            return sympy.Integer(0)
        return sympy.Symbol(f"{name}_{row}_{column}", real=True)

    def value(self, node: Node) -> Any:
        """Return the expression or Matrix; a determinant or inverse by its entries."""
        if isinstance(node, Call) and node.function in NO_RULE:
            raise UndefinedError(f"no algebra for {node.function}")
        if isinstance(node, Call) and node.function in ("gcd", "lcm") and free_names(node):
            raise UndefinedError(f"no algebra for {node.function} of letters")
        if isinstance(node, Call) and node.function in ARRAYS:
            arguments = [self.value(argument) for argument in node.arguments]
            return ARRAYS[node.function](*arguments)
        if isinstance(node, Name) and node.name not in self.values:
            domain = self.reading.domains.get(node.name, Domain("real"))
            self.values[node.name] = symbol(node.name, domain, self.reading)
        if isinstance(node, Big):
            return self._big(node)
        if isinstance(node, Call) and node.function.endswith("'"):
            inner, t = self.number(node.arguments[0]), sympy.Dummy(real=True)
            self.values["\0t"] = t
            plain = self.number(Call(node.function.rstrip("'"), (Name("\0t"),)))
            return sympy.diff(plain, t, node.function.count("'")).subs(t, inner)
        if isinstance(node, Derivative) and isinstance(self.value(node.variable), Matrix):
            body = self.number(node.body)
            return self.value(node.variable).map(lambda entry: sympy.diff(body, entry))
        return super().value(node)

    def _big(self, node: Big) -> Any:
        """Return a sum or integral; one without end where it converges."""
        value = super()._big(node)
        if not (endless(node) and value.has(sympy.Piecewise)):
            return value
        first = [pieces.args[0] for pieces in value.atoms(sympy.Piecewise)]
        whole = value.replace(sympy.Piecewise, lambda *pieces: pieces[0][0])
        if whole.has(sympy.Sum, sympy.Integral, sympy.oo, sympy.nan):
            return value
        return whole if all(covers(one.cond, self.reading) for one in first) else value


def symbol(name: str, domain: Domain, reading: Reading) -> Any:
    """Return the sympy symbol of a number, with what its domain says of its sign."""
    assumed = dict(ASSUMED.get(domain.kind, {"real": True}))
    ends = reading.ends.get(name)
    if domain.kind in ("odd", "even"):
        assumed = {"integer": True, domain.kind: True}
    if domain.kind in ("interval", "integers") and ends is not None:
        assumed = {"integer": True} if domain.kind == "integers" else {"real": True}
        if ends.low is not None and ends.low >= 0:
            strict = ends.low > 0 or not ends.closed[0]
            assumed["positive" if strict else "nonnegative"] = True
        elif ends.high is not None and ends.high <= 0:
            strict = ends.high < 0 or not ends.closed[1]
            assumed["negative" if strict else "nonpositive"] = True
    return sympy.Symbol(name, **assumed)


Range = tuple[Any, Any, tuple[bool, bool]]
"""The ends of the values of a letter, and whether they belong to them."""


def range_of(reading: Reading, name: str) -> Range:
    """Return the least interval that holds the values of a real letter, its ends exact."""
    ends = reading.ends.get(name)
    domain = reading.domains.get(name)
    if ends is not None and not ends.items and domain is not None:
        low = -sympy.oo if ends.low is None else _exact_end(ends.low, domain.low)
        high = sympy.oo if ends.high is None else _exact_end(ends.high, domain.high)
        return low, high, ends.closed
    kind = domain.kind if domain else "real"
    if kind == "probability":
        return sympy.Integer(0), sympy.Integer(1), (True, True)
    if kind in ("positive", "nonnegative", "quantity"):
        return sympy.Integer(0), sympy.oo, (kind == "nonnegative", False)
    if kind == "negative":
        return -sympy.oo, sympy.Integer(0), (False, False)
    return -sympy.oo, sympy.oo, (False, False)


def _exact_end(near: Fraction, written: Node | None) -> Any:
    """Return an end of an interval as it is, of which a fraction may only be near."""
    if written is None or all(isinstance(p, Number | Unary | Divide) for p in written.walk()):
        return sympy.Rational(near.numerator, near.denominator)
    return Algebra(Reading(Statement(""), written, {}), {}).number(written)


def endless(node: Node) -> bool:
    """Return whether a tree is a sum or an integral that goes on for ever."""
    return isinstance(node, Big) and any(
        end is not None and Constant("inf") in end.walk() for end in (node.low, node.high)
    )


def covers(condition: Any, reading: Reading) -> bool:
    """Return whether a condition on one real letter holds wherever the claim is meant."""
    try:
        meant = where_meant(condition, reading)
    except NotImplementedError:  # a condition such as |arg(a)| < pi/2, of which sympy has no set
        return False
    return condition == sympy.true or (meant is not None and meant[0].is_subset(meant[1]) is True)


def where_meant(condition: Any, reading: Reading) -> tuple[Any, Any] | None:
    """Return the domain of a condition's one letter, and the set where the condition holds."""
    letters: set[Any] = getattr(condition, "free_symbols", set())
    if len(letters) != 1:
        return None
    letter = next(iter(letters))
    x = sympy.Symbol(f"{letter}", real=True)
    low, high, (first, last) = range_of(reading, f"{letter}")
    meant = sympy.Interval(low, high, not first, not last)
    for one in reading.conditions:
        if isinstance(one, Relation) and free_names(one) == {f"{letter}"} and len(one.signs) == 1:
            order = ORDERS.get(one.signs[0])
            left, right = (Algebra(reading, {}).number(side) for side in one.operands)
            if order is not None:
                meant &= order(left, right).subs(letter, x).as_set()
    return meant, condition.subs(letter, x).as_set()


ORDERS = {"<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge}


def _sympy_matrix(value: Any) -> Any:
    return sympy.Matrix(value.rows) if isinstance(value, Matrix) else sympy.Matrix([[value]])


def _inverse(value: Any) -> Any:
    if not isinstance(value, Matrix):
        return 1 / value
    inverse = _sympy_matrix(value).adjugate() / _sympy_matrix(value).det()
    return Matrix(inverse.tolist())


ARRAYS: dict[str, Callable[..., Any]] = {
    "det": lambda a: _sympy_matrix(a).det(),
    "inv": _inverse,
    "eye": lambda n: Matrix(sympy.eye(int(n)).tolist()),
    "var": lambda x: sum((e - sympy.Add(*x) / len(x)) ** 2 for e in x) / len(x),
    "diag": lambda x: Matrix(sympy.diag(*x).tolist()),
    "outer": lambda a, b: Matrix([x * y for y in b] for x in a),
    "hadamard": lambda a, b: a.zip(b, lambda x, y: x * y),
    "cross": lambda a, b: Matrix(_sympy_matrix(a).cross(_sympy_matrix(b)).tolist()),
    "remainder": lambda a, b: sympy.Mod(a, b),
    "normcdf": lambda x: (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
    "clip": lambda x, a, b: sympy.Max(a, sympy.Min(x, b)),
    "transpose": lambda a: a.transpose() if isinstance(a, Matrix) else a,
}  # fmt: skip


FUNCTIONS = {
    sympy.exp: "exp", sympy.log: "log", sympy.erf: "erf", sympy.erfc: "erfc",
    sympy.gamma: "gammafn", sympy.Abs: "abs", sympy.sin: "sin", sympy.cos: "cos",
    sympy.Max: "max", sympy.Min: "min",
}  # fmt: skip


@lru_cache(maxsize=512)
def as_tree(value: Any) -> Node:
    """Return a sympy expression as a tree. Raises UndefinedError for what has none."""
    if value.is_Rational:
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
        return Add(tuple(as_tree(part) for part in value.args))
    if value.is_Mul:
        return Mul(tuple(as_tree(part) for part in value.args))
    if value.is_Pow:
        return Power(as_tree(value.base), as_tree(value.exp))
    name = FUNCTIONS.get(value.func)
    if name is None:
        raise UndefinedError("this has no tree here")
    return Call(name, tuple(as_tree(part) for part in value.args))


def as_written(value: Any) -> Node:
    """Return a sympy expression as a person writes it. Raises UndefinedError for what has none."""
    top, bottom = sympy.fraction(value, exact=True)
    if value.is_Rational or (bottom == 1 and not (value.is_Add or value.is_Mul or value.is_Pow)):
        return as_tree(value) if not value.args else _applied(value)
    if bottom != 1:
        if bottom.is_Add and top.could_extract_minus_sign():
            return Divide(as_written(-top), as_written(-bottom))
        sign, top = (-1, -top) if top.could_extract_minus_sign() and top.is_Mul else (1, top)
        found = Divide(as_written(top), as_written(bottom))
        return found if sign == 1 else Unary("-", found)
    if value.is_Add:
        terms = [as_written(term) for term in value.as_ordered_terms()]
        terms.sort(key=lambda term: isinstance(term, Unary) and term.sign == "-")
        return Add(tuple(terms))
    if value.is_Mul:
        if value.could_extract_minus_sign() and value.args[0].is_Rational:
            return Unary("-", as_written(-value))
        return Mul(tuple(as_written(part) for part in value.as_ordered_factors()))
    if value.is_Pow and value.exp == sympy.Rational(1, 2):
        return Call("sqrt", (as_written(value.base),))
    if value.is_Pow:
        return Power(as_written(value.base), as_written(value.exp))
    return as_tree(value)


def _applied(value: Any) -> Node:
    name = FUNCTIONS.get(value.func)
    if name is None:
        return as_tree(value)
    return Call(name, tuple(as_written(part) for part in value.args))
