"""Trees as sympy expressions, built node by node and never from text. Runs in the worker.

Indexed formulas are written out for a size: a vector is a column of symbols `p_1 … p_n`, the
last entry of a simplex is one minus the others.
"""

from collections.abc import Callable, Mapping
from typing import Any

import sympy

from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Collection,
    Constant,
    Derivative,
    Divide,
    Index,
    Mul,
    Name,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Unary,
)
from sims.maths.syntax.vocabulary import UNCOMPUTED

ASSUMPTIONS: dict[str, dict[str, bool]] = {
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "negative": {"negative": True},
    "integer": {"integer": True},
    "natural": {"integer": True, "nonnegative": True},
    "probability": {"positive": True},
    "complex": {},
}
ONE_TO_ONE = {
    "sin": "sin", "cos": "cos", "tan": "tan", "sec": "sec", "csc": "csc", "cot": "cot",
    "asin": "asin", "acos": "acos", "atan": "atan", "asec": "asec", "acsc": "acsc",
    "acot": "acot", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "sech": "sech",
    "csch": "csch", "coth": "coth", "asinh": "asinh", "acosh": "acosh", "atanh": "atanh",
    "acoth": "acoth", "exp": "exp", "sqrt": "sqrt", "abs": "Abs", "sign": "sign",
    "floor": "floor", "ceil": "ceiling", "erf": "erf", "erfc": "erfc", "max": "Max",
    "min": "Min", "re": "re", "im": "im", "conjugate": "conjugate", "binomial": "binomial",
    "gammafn": "gamma", "loggamma": "loggamma", "digamma": "digamma", "beta": "beta",
    "mod": "Mod", "atan2": "atan2", "cbrt": "cbrt",
}  # fmt: skip
CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "inf": sympy.oo}


class Symbolic:
    """Builds sympy expressions for some symbols, at one size and one place of the indices."""

    def __init__(
        self,
        domains: Mapping[str, str],
        size: int = 3,
        indices: Mapping[str, int] | None = None,
        *,
        constrained: bool = True,
    ) -> None:
        self.size = size
        self.constrained = constrained  # whether the entries of a simplex sum to 1
        self.values: dict[str, Any] = {
            name: self._symbol(name, domain) for name, domain in domains.items()
        }
        for name, place in (indices or {}).items():
            self.values[name] = sympy.Integer(place)

    def _symbol(self, name: str, domain: str) -> Any:
        if domain == "size":
            return sympy.Integer(self.size)
        if domain in ("vector", "positive vector", "simplex"):
            kind = {"real": True} if domain == "vector" else {"positive": True}
            entries = [sympy.Symbol(f"{name}_{k}", **kind) for k in range(1, self.size + 1)]
            if domain == "simplex" and self.constrained:
                entries[-1] = 1 - sum(entries[:-1])
            return Matrix.column(entries)
        if domain in ("matrix", "symmetric matrix"):
            places = range(1, self.size + 1)
            order = sorted if domain == "symmetric matrix" else tuple
            return Matrix(
                [sympy.Symbol("{}_{}_{}".format(name, *order((i, j))), real=True) for j in places]
                for i in places
            )
        return sympy.Symbol(name, **ASSUMPTIONS.get(domain, {"real": True}))

    def value(self, node: Node) -> Any:
        """Return the expression or Matrix. Raises UndefinedError for what sympy is not asked."""
        build = BUILD.get(type(node))
        if build is None:
            raise UndefinedError(f"no algebra for {type(node).__name__}")
        return build(self, node)

    def number(self, node: Node) -> Any:
        """Return an expression that is a single number."""
        value = self.value(node)
        if isinstance(value, Matrix):
            raise UndefinedError("a vector stands where a number is needed")
        return value

    def _name(self, node: Name) -> Any:
        if node.name not in self.values:
            self.values[node.name] = sympy.Symbol(node.name, real=True)
        return self.values[node.name]

    def _index(self, node: Index) -> Any:
        from sims.maths.syntax.to_text import text

        if text(node) in self.values:
            return self.values[text(node)]
        base = self.value(node.base)
        if not isinstance(base, Matrix):
            return sympy.Symbol(text(node), real=True)
        at = [self.value(index) for index in node.indices]
        if not all(getattr(k, "is_Integer", False) for k in at):
            raise UndefinedError("an index must be a number")
        entries = base.rows
        if len(at) == 1 and base.is_vector and 1 <= int(at[0]) <= len(base):
            return list(base)[int(at[0]) - 1]
        if len(at) == 2 and 1 <= int(at[0]) <= len(entries) and 1 <= int(at[1]) <= len(entries[0]):
            return entries[int(at[0]) - 1][int(at[1]) - 1]
        raise UndefinedError("this index is out of range")

    def _add(self, node: Add) -> Any:
        values = [self.value(term) for term in node.terms]
        if not any(isinstance(value, Matrix) for value in values):
            return sympy.Add(*values)
        total = values[0]
        for value in values[1:]:
            if not (isinstance(total, Matrix) and isinstance(value, Matrix)):
                raise UndefinedError("a number is added to a vector")
            total = total.zip(value, lambda a, b: a + b)
        return total

    def _mul(self, node: Mul) -> Any:
        product: Any = sympy.Integer(1)
        for factor in node.factors:
            value = self.value(factor)
            if isinstance(product, Matrix) and isinstance(value, Matrix):
                product = product.times(value)
            elif isinstance(product, Matrix):
                product = product.scaled(value)
            elif isinstance(value, Matrix):
                product = value.scaled(product)
            else:
                product = product * value
        return product

    def _divide(self, node: Divide) -> Any:
        top, bottom = self.value(node.numerator), self.number(node.denominator)
        if bottom == 0:
            raise UndefinedError("division by zero")
        return top.map(lambda entry: entry / bottom) if isinstance(top, Matrix) else top / bottom

    def _power(self, node: Power) -> Any:
        base, exponent = self.value(node.base), self.number(node.exponent)
        if isinstance(base, Matrix):
            return base.power(int(exponent))
        if exponent.is_number and base.is_number and abs(exponent) > 1000:
            raise UndefinedError("this power is too large for algebra")
        return base**exponent

    def _unary(self, node: Unary) -> Any:
        value = self.value(node.operand)
        if node.sign == "T":
            return value.transpose() if isinstance(value, Matrix) else value
        if node.sign in ("-", "+"):
            sign = -1 if node.sign == "-" else 1
            return value.map(lambda x: sign * x) if isinstance(value, Matrix) else sign * value
        if node.sign == "!" and not (value.is_number and abs(value) > 1000):
            return sympy.factorial(value)
        if node.sign == "%":
            return value / 100
        raise UndefinedError("no algebra for this sign")

    def _collection(self, node: Collection) -> Any:
        if node.kind == "set" or not node.items:
            raise UndefinedError("no algebra for sets")
        if all(isinstance(item, Collection) for item in node.items):
            return Matrix([self.number(e) for e in row.children] for row in node.items)
        return Matrix.column(self.number(item) for item in node.items)

    def _call(self, node: Call) -> Any:
        arguments = [self.value(argument) for argument in node.arguments]
        name = node.function
        if name in WHOLE:
            return WHOLE[name](*arguments)
        function = ENTRYWISE.get(name) or (
            getattr(sympy, ONE_TO_ONE[name]) if name in ONE_TO_ONE else self._unknown(node)
        )
        if isinstance(arguments[0], Matrix) and len(arguments) == 1:
            return arguments[0].map(function)
        if any(isinstance(argument, Matrix) for argument in arguments):
            raise UndefinedError(f"no algebra for {name} of a vector")
        return function(*arguments)

    def _unknown(self, node: Call) -> Any:
        """Return a function nothing is known of; one with a bar, or with more, is another."""
        if node.under or node.function in UNCOMPUTED:
            raise UndefinedError(f"no algebra for {node.function}")
        return sympy.Function(f"{node.function}_{len(node.arguments)}_{node.bar}_{node.parted}")

    def _big(self, node: Big) -> Any:
        if node.kind == "int":
            return self._integral(node)
        if node.kind not in ("sum", "prod", "max", "min") or node.where is not None:
            raise UndefinedError(f"no algebra for {node.kind} here")
        low = sympy.Integer(1) if node.low is None else self.number(node.low)
        high = sympy.Integer(self.size) if node.high is None else self.number(node.high)
        if low.is_Integer and high.is_Integer and high - low < 60:
            values = [self._at(node, sympy.Integer(k)) for k in range(int(low), int(high) + 1)]
            fold = {"sum": sympy.Add, "prod": sympy.Mul, "max": sympy.Max, "min": sympy.Min}
            return fold[node.kind](*values)
        variable = sympy.Symbol(node.variable, integer=True, nonnegative=True)
        fold = {"sum": sympy.summation, "prod": sympy.product}
        if node.kind not in fold:
            raise UndefinedError("no algebra for this range")
        return fold[node.kind](self._at(node, variable), (variable, low, high))

    def _at(self, node: Big, value: Any) -> Any:
        outer = self.values
        self.values = {**outer, node.variable: value}
        try:
            return self.number(node.body)
        finally:
            self.values = outer

    def _integral(self, node: Big) -> Any:
        variable = sympy.Symbol(node.variable, real=True)
        body = self._at(node, variable)
        if node.low is None or node.high is None:
            return sympy.integrate(body, variable)
        return sympy.integrate(body, (variable, self.number(node.low), self.number(node.high)))

    def _derivative(self, node: Derivative) -> Any:
        variable = self.number(node.variable)
        if not variable.is_Symbol:
            raise UndefinedError("no algebra for this derivative")
        body = self.value(node.body)
        if isinstance(body, Matrix):
            return body.map(lambda entry: sympy.diff(entry, variable, node.order))
        return sympy.diff(body, variable, node.order)

    def _piecewise(self, node: Piecewise) -> Any:
        pairs: list[Any] = [
            (self.number(value), self._condition(condition))
            for value, condition in zip(node.values, node.conditions, strict=True)
        ]
        if node.otherwise is not None:
            pairs.append((self.number(node.otherwise), True))
        return sympy.Piecewise(*pairs)

    def _condition(self, node: Node) -> Any:
        if not isinstance(node, Relation):
            raise UndefinedError("no algebra for this condition")
        relations = {"=": sympy.Eq, "!=": sympy.Ne, "<": sympy.Lt, "<=": sympy.Le,
                     ">": sympy.Gt, ">=": sympy.Ge}  # fmt: skip
        sides = [self.number(operand) for operand in node.operands]
        parts = [
            relations[sign](left, right)
            for sign, left, right in zip(node.signs, sides, sides[1:], strict=False)
        ]
        return sympy.And(*parts)


def _log(x: Any, base: Any = None) -> Any:
    return sympy.log(x) if base is None else sympy.log(x) / sympy.log(base)


def _softmax(z: Any, temperature: Any = 1) -> Any:
    total = sum(sympy.exp(x / temperature) for x in z)
    return z.map(lambda x: sympy.exp(x / temperature) / total)


def _of_whole(name: str) -> Callable[..., Any]:
    """Return gcd or lcm of whole numbers: sympy's own takes letters for polynomials without one."""

    def build(*values: Any) -> Any:
        if all(value.is_Integer for value in values):
            return getattr(sympy, name)(values)
        return sympy.Function(name, integer=True, nonnegative=True)(*sorted(values, key=str))

    return build


def _crossentropy(p: Any, q: Any) -> Any:
    return -sum(a * sympy.log(b) for a, b in zip(p, q, strict=True))


ENTRYWISE: dict[str, Callable[..., Any]] = {
    "log": _log,
    "log2": lambda x: sympy.log(x) / sympy.log(2),
    "log10": lambda x: sympy.log(x) / sympy.log(10),
    "root": lambda x, n: sympy.root(x, n),
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "relu": lambda x: sympy.Max(x, 0),
    "leakyrelu": lambda x: sympy.Max(x, x / 100),
    "logit": lambda x: sympy.log(x / (1 - x)),
    "silu": lambda x: x / (1 + sympy.exp(-x)),
}
WHOLE: dict[str, Callable[..., Any]] = {
    "gcd": _of_whole("gcd"),
    "lcm": _of_whole("lcm"),
    "delta": lambda i, j: sympy.KroneckerDelta(i, j),
    "softmax": _softmax,
    "logsumexp": lambda z: sympy.log(sum(sympy.exp(x) for x in z)),
    "total": lambda x: sympy.Add(*x),
    "mean": lambda x: sympy.Add(*x) / len(x),
    "KL": lambda p, q: sum(a * sympy.log(a / b) for a, b in zip(p, q, strict=True)),
    "entropy": lambda p: _crossentropy(p, p),
    "crossentropy": _crossentropy,
    "dot": lambda a, b: sum(x * y for x, y in zip(a, b, strict=True)),
    "norm": lambda x: sympy.sqrt(sum(e**2 for e in x)) if isinstance(x, Matrix) else sympy.Abs(x),
    "trace": lambda a: sum(a.rows[k][k] for k in range(min(a.shape))),
    "size": lambda x: sympy.Integer(len(x)),
}
BUILD: dict[type[Node], Callable[[Symbolic, Any], Any]] = {
    Number: lambda self, node: sympy.Rational(node.value.numerator, node.value.denominator),
    Constant: lambda self, node: CONSTANTS[node.name] if node.name in CONSTANTS else _none(),
    Name: Symbolic._name,
    Index: Symbolic._index,
    Add: Symbolic._add,
    Mul: Symbolic._mul,
    Divide: Symbolic._divide,
    Power: Symbolic._power,
    Unary: Symbolic._unary,
    Collection: Symbolic._collection,
    Call: Symbolic._call,
    Big: Symbolic._big,
    Derivative: Symbolic._derivative,
    Piecewise: Symbolic._piecewise,
}


def _none() -> Any:
    raise UndefinedError("no algebra for truth values")
