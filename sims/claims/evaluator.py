"""The value of a claim's expressions at a point: exact fractions wherever that is possible.

A number stays a Fraction through sums, products, whole powers, square roots of squares, and
functions with rational values; anything else is computed to the digits of the context. Truth has
three values: None where a side is not defined or two computed numbers cannot be told apart.
"""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from sims.claims import rational
from sims.claims.sequences import value_at
from sims.maths.comparison.numbers import Typed, typed
from sims.maths.comparison.tolerance import Tolerance
from sims.maths.errors import MathsError
from sims.maths.evaluation import application, functions, series
from sims.maths.evaluation.array_functions import WHOLE
from sims.maths.evaluation.evaluator import EVALUATE, Evaluator, context
from sims.maths.evaluation.matrix import Matrix, TooLargeError, UndefinedError
from sims.maths.evaluation.truth import connect
from sims.maths.limits import MAX_TERMS, Budget
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Collection,
    Constant,
    Derivative,
    Divide,
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
    substitute,
)

Value = Any
DIGITS = 40
NOISE = 12
"""Last digits of two computed numbers that may differ by rounding."""
MOST_BITS = 20_000
"""Most bits of a Fraction's numerator and denominator; a longer one is rounded."""


def exact(value: Value) -> bool:
    """Return whether a value is known exactly."""
    if isinstance(value, Matrix):
        return all(isinstance(entry, Fraction) for entry in value)
    return isinstance(value, Fraction | bool)


def last_digit(number: Typed) -> Fraction:
    """Return the unit of the last digit of a number as it was written."""
    if number.places:
        return Fraction(1, 10**number.places)
    return Fraction(10 ** max(0, len(str(abs(int(number.value)))) - len(number.digits)))


KNOWN = frozenset({*functions.SAME_NAME, *functions.ENTRYWISE, *WHOLE, "size", "norm", "remainder"})
"""Functions that can be evaluated; any other is an error."""
WHOLE_ARRAYS = frozenset(
    {"total", "mean", "var", "dot", "cross", "trace", "det", "inv", "outer", "hadamard", "diag"}
)
"""Functions of arrays that are exact where their arguments are."""


OF_WHOLE = frozenset({"gcd", "lcm", "floor", "ceil", "binomial"})
"""Functions whose value depends on the last digit of a whole number."""


class ClaimEvaluator(Evaluator):
    """Evaluates trees of claims at one point. `objects` holds chains, processes and the like."""

    def __init__(
        self,
        values: Mapping[str, Value],
        budget: Budget,
        *,
        digits: int = DIGITS,
        objects: Mapping[str, Any] | None = None,
        real: bool = True,
        size: int = 3,
    ) -> None:
        super().__init__(context(digits), values, budget, real=real, size=size)
        self.objects = objects or {}
        self.memo: dict[str, dict[Fraction, Value]] = {}
        self.within: Tolerance | None = None

    def value(self, node: Node) -> Value:
        """Return the value. Raises UndefinedError, BudgetError or MathsError."""
        rule = RULES.get(type(node))
        if rule is None:
            return super().value(node)
        self.budget.spend(self.cost)
        try:
            result = rule(self, node)
        except (ZeroDivisionError, OverflowError):
            raise UndefinedError("division by zero") from None
        except TypeError:
            raise UndefinedError("these kinds of values do not go together") from None
        return self.checked(result)

    def _derivative(self, node: Derivative) -> Value:
        """Return a derivative; by an array, entry by entry."""
        name = node.variable.name if isinstance(node.variable, Name) else ""
        array = self.values.get(name)
        if not isinstance(array, Matrix) or node.order != 1:
            return EVALUATE[Derivative](self, node)
        moved = Add((Name(name), Mul((Name("\0t"), Name("\0e")))))
        slope = Derivative(substitute(node.body, {name: moved}), Name("\0t"))
        outer = self.values
        rows, columns = array.shape
        entries: list[list[Value]] = []
        try:
            for row in range(rows):
                entries.append([])
                for column in range(columns):
                    unit = Matrix(
                        [Fraction(int((i, j) == (row, column))) for j in range(columns)]
                        for i in range(rows)
                    )
                    self.values = {**outer, "\0t": self.ctx.mpf(0), "\0e": unit}
                    entries[-1].append(self.number(slope))
        finally:
            self.values = outer
        return Matrix(entries)

    def checked(self, result: Value) -> Value:
        """Return a value; a Fraction that grew too long is rounded."""
        if isinstance(result, int) and not isinstance(result, bool):
            result = Fraction(result)
        if isinstance(result, Fraction):
            if result.numerator.bit_length() + result.denominator.bit_length() > MOST_BITS:
                return self.computed(result)
            return result
        return super().checked(result)

    def computed(self, value: Value) -> Value:
        """Return a value as a computed number, entry by entry."""
        if isinstance(value, Matrix):
            return value.map(self.computed)
        if isinstance(value, Fraction):
            return self.ctx.mpf(value.numerator) / value.denominator
        return value

    def number(self, node: Node) -> Value:
        """Return a value that must be a number; truth counts as 1 or 0."""
        value = self.value(node)
        if isinstance(value, bool):
            return Fraction(int(value))
        if isinstance(value, Matrix):
            if len(value) == 1:
                return next(iter(value))
            raise UndefinedError("a vector or matrix stands where a number is needed")
        return value

    def integer(self, node: Node) -> int:
        """Return a value that must be a whole number."""
        value = self.number(node)
        if isinstance(value, Fraction):
            return rational.whole(value)
        return super().integer(node)

    def _rational(self, node: Number) -> Value:
        return node.value

    def _sum(self, node: Add) -> Value:
        values = [self.value(term) for term in node.terms]
        if all(isinstance(value, Fraction) for value in values):
            return sum(values, start=Fraction(0))
        return self._total(values)

    def _total(self, values: list[Value]) -> Value:
        values = [Fraction(int(v)) if isinstance(v, bool) else v for v in values]
        total = values[0]
        for value in values[1:]:
            if isinstance(total, Matrix) and isinstance(value, Matrix):
                total = self._plus(total, value)
            elif isinstance(total, Matrix) or isinstance(value, Matrix):
                matrix, number = (total, value) if isinstance(total, Matrix) else (value, total)
                if len(matrix) == 1:
                    total = next(iter(matrix)) + number
                elif matrix.shape[1] == 1 or number == 0:
                    total = self._plus(total, value)
                else:
                    raise UndefinedError("a number is added to a matrix")
            else:
                total = total + value
        return total

    def _quotient(self, node: Divide) -> Value:
        top, bottom = self.value(node.numerator), self.number(node.denominator)
        if bottom == 0:
            raise UndefinedError("division by zero")
        top = Fraction(int(top)) if isinstance(top, bool) else top
        if isinstance(top, Fraction) and not isinstance(bottom, Fraction):
            return self.computed(top) / bottom
        if not isinstance(top, Matrix):
            return top / bottom
        top = top if isinstance(bottom, Fraction) else self.computed(top)
        return top.map(lambda entry: entry / bottom)

    def _raised(self, node: Power) -> Value:
        base, exponent = self.value(node.base), self.number(node.exponent)
        if isinstance(base, bool):
            base = Fraction(int(base))
        if isinstance(exponent, Fraction) and exponent.denominator == 1:
            whole = exponent.numerator
            if isinstance(base, Fraction):
                if base == 0 and whole < 0:
                    raise UndefinedError("0 to a negative power is not defined")
                bits = max(base.numerator.bit_length(), base.denominator.bit_length())
                if abs(whole) * bits <= MOST_BITS:
                    return base**whole
            elif isinstance(base, Matrix):
                return base.power(whole)
        if isinstance(base, Matrix):
            raise UndefinedError("this power of a matrix is not defined")
        if isinstance(base, Fraction) and isinstance(exponent, Fraction):
            if exponent.denominator == 2 and (root := rational.root(base)) is not None and base:
                return root**exponent.numerator
            if base in (0, 1) and exponent > 0:
                return base
        return functions.power(self.ctx, self.computed(base), self.computed(exponent))

    def _signed(self, node: Unary) -> Value:
        if node.sign == "not":
            return not self.truth(node.operand)
        value = self.value(node.operand)
        if isinstance(value, Fraction):
            if node.sign == "-":
                return -value
            if node.sign in ("+", "T"):
                return value
            if node.sign == "%":
                return value / 100
            if node.sign == "!" and (factorial := rational.factorial(value)) is not None:
                return factorial
        if isinstance(value, Matrix):
            if node.sign == "T":
                return value.transpose()
            return value.map(lambda entry: -entry) if node.sign == "-" else value
        values = self.values
        self.values = {**values, "\0": self.computed(value)}
        try:
            return EVALUATE[Unary](self, Unary(node.sign, Name("\0")))
        finally:
            self.values = values

    def _applied(self, node: Call) -> Value:
        sequence = self.objects.get(f"{node.function}(")
        if sequence is not None:
            at = self.number(node.arguments[0])
            if not isinstance(at, Fraction):
                raise UndefinedError(f"{node.function} is of whole numbers")
            return value_at(self, sequence, at)
        special = SPECIAL.get(node.function)
        if special is not None:
            return special(self, node)
        if node.function in ("mod", "remainder") and len(node.arguments) == 2:
            return self._remainder(*node.arguments)
        arguments = [self.value(argument) for argument in node.arguments]
        arguments = [Fraction(int(a)) if isinstance(a, bool) else a for a in arguments]
        if node.function == "norm":
            return self._norm(arguments)
        rule = rational.FUNCTIONS.get(node.function)
        if rule is not None:
            if all(isinstance(argument, Fraction) for argument in arguments):
                result = rule(*arguments)
                if result is not None:
                    return result
            elif len(arguments) == 1 and isinstance(arguments[0], Matrix):
                if node.function in ("max", "min"):
                    return self.extreme(node.function, list(arguments[0]))
                if all(isinstance(entry, Fraction) for entry in arguments[0]):
                    entries = arguments[0].map(rule)
                    if all(entry is not None for entry in entries):
                        return entries
        if node.function in ("max", "min") and len(arguments) > 1:
            return self.extreme(node.function, arguments)
        if node.function == "size":
            return Fraction(len(arguments[0]) if isinstance(arguments[0], Matrix) else 1)
        if node.function not in KNOWN:
            raise MathsError(f"the function {node.function} is not known here")
        if node.function in OF_WHOLE and any(map(self._vast, arguments)):
            raise TooLargeError("this number is too large to be known to its last digit")
        if node.function in WHOLE_ARRAYS:
            return application.apply(self, node.function, arguments)
        return application.apply(self, node.function, [self.computed(a) for a in arguments])

    def _remainder(self, node: Node, base: Node) -> Value:
        """Return a remainder; of whole numbers, without computing their powers in full."""
        modulus = self.number(base)
        if isinstance(modulus, Fraction) and modulus.denominator == 1 and modulus > 0:
            residue = self._residue(node, modulus.numerator)
            if residue is not None:
                return Fraction(residue)
        value = self.value(node)
        if isinstance(value, Matrix):
            return value.map(lambda entry: self._rest(entry, modulus))
        return self._rest(Fraction(int(value)) if isinstance(value, bool) else value, modulus)

    def _rest(self, value: Value, modulus: Value) -> Value:
        """Return a remainder of numbers. Raises TooLargeError where rounding would decide it."""
        if isinstance(value, Fraction) and isinstance(modulus, Fraction):
            return rational.modulo(value, modulus)
        value, modulus = self.computed(value), self.computed(modulus)
        if modulus and abs(value / modulus) > self.ctx.mpf(10) ** (self.ctx.dps - NOISE - 10):
            raise TooLargeError("this number is too large for its remainder to be known")
        return application.apply(self, "mod", [value, modulus])

    def _residue(self, node: Node, modulus: int) -> int | None:
        """Return a whole expression's residue, powers by squaring; None for other numbers."""
        if isinstance(node, Add | Mul):
            parts = [self._residue(part, modulus) for part in node.children]
            residues = [part for part in parts if part is not None]
            if len(residues) < len(parts):
                return None
            return (sum(residues) if isinstance(node, Add) else math.prod(residues)) % modulus
        if isinstance(node, Unary) and node.sign == "-":
            inner = self._residue(node.operand, modulus)
            return None if inner is None else -inner % modulus
        if isinstance(node, Power):
            base = self._residue(node.base, modulus)
            exponent = None if base is None else self.number(node.exponent)
            if not isinstance(exponent, Fraction) or exponent.denominator != 1 or exponent < 0:
                return None
            self.budget.spend(exponent.numerator.bit_length() * self.cost)
            return pow(base or 0, exponent.numerator, modulus)
        value = self.value(node)
        if isinstance(value, Fraction) and value.denominator == 1:
            return value.numerator % modulus
        return None

    def _vast(self, value: Value) -> bool:
        """Return whether the last whole digit of a computed number is not known."""
        known = self.ctx.mpf(10) ** (self.ctx.dps - NOISE - 10)
        return hasattr(value, "_mpf_") and self.ctx.isfinite(value) and abs(value) > known

    def extreme(self, kind: str, values: list[Value]) -> Value:
        """Return the largest or smallest number of a list."""
        if any(hasattr(value, "_mpc_") or isinstance(value, Matrix) for value in values):
            raise UndefinedError("only numbers have an order")
        values = self._alike(*values)
        return max(values) if kind == "max" else min(values)

    def _norm(self, arguments: list[Value]) -> Value:
        entries = list(arguments[0]) if isinstance(arguments[0], Matrix) else [arguments[0]]
        order = arguments[1] if len(arguments) > 1 else Fraction(2)
        if isinstance(arguments[0], Matrix) and not arguments[0].is_vector and order != 2:
            raise UndefinedError("the norm of a matrix is the Frobenius norm here")
        if order == self.ctx.inf:
            return max(abs(entry) for entry in entries)
        if order == 1:
            return sum((abs(entry) for entry in entries), start=Fraction(0))
        if order == 2:
            square = sum((entry * entry for entry in entries), start=Fraction(0))
            root = rational.root(square) if isinstance(square, Fraction) else None
            return root if root is not None else self.ctx.sqrt(self.computed(square))
        return application.apply(self, "norm", [self.computed(a) for a in arguments])

    def _range(self, node: Big) -> Value:
        if node.kind == "int" or node.high == Constant("inf"):
            return EVALUATE[Big](self, node)
        first = 1 if node.low is None else self.integer(node.low)
        last = series.size_of(self, node) if node.high is None else self.integer(node.high)
        if last - first + 1 > MAX_TERMS:
            raise TooLargeError("this has too many terms")
        self.budget.spend_terms(max(0, last - first + 1))
        outer, values = self.values, []
        try:
            for k in range(first, last + 1):
                self.values = {**outer, node.variable: Fraction(k)}
                values.append(self.value(node.body))
        finally:
            self.values = outer
        if node.kind in ("max", "min"):
            if not values:
                raise UndefinedError("this range is empty")
            return self.extreme(node.kind, values)
        if not values:
            return Fraction(int(node.kind == "prod"))
        if node.kind == "sum":
            return self._total(values)
        product = values[0]
        for value in values[1:]:
            product = self._times(product, value)
        return product

    def truth(self, node: Node) -> bool:
        """Return the truth of a statement. Raises UndefinedError where it has none."""
        found = self.holds(node)
        if found is None:
            raise UndefinedError("this statement is not defined here")
        return found

    def holds(self, node: Node) -> bool | None:
        """Return the truth of a statement, None where it is not defined here."""
        if isinstance(node, Logic):
            return self._connected(node)
        if isinstance(node, Unary) and node.sign == "not":
            inner = self.holds(node.operand)
            return None if inner is None else not inner
        if isinstance(node, Call) and node.function == "defined":
            return self._defined(node.arguments[0])
        try:
            value = self.value(node)
        except TooLargeError:
            raise
        except UndefinedError:
            return None
        if not isinstance(value, bool):
            raise MathsError("this is not a statement that is true or false")
        return value

    def _defined(self, node: Node) -> bool:
        try:
            value = self.value(node)
        except TooLargeError:
            raise
        except UndefinedError:
            return False
        return not (hasattr(value, "_mpf_") and not self.ctx.isfinite(value))

    def _connected(self, node: Logic) -> bool | None:
        """Return a connective of truths, where `not defined` spreads unless it cannot matter."""
        truths = [self.holds(operand) for operand in node.operands]
        connective = node.connective
        if connective == "implies":
            if truths[0] is False or truths[1] is True:
                return True
            return None if None in truths else bool(truths[1])
        if connective == "and" and False in truths:
            return False
        if connective == "or" and True in truths:
            return True
        if None in truths:
            return None

        return connect(connective, [bool(truth) for truth in truths])

    def _relation_holds(self, node: Relation) -> Value:
        values = [
            None if sign == "in" else self.value(operand)
            for sign, operand in zip(("", *node.signs), node.operands, strict=True)
        ]
        for sign, left, right, where in zip(
            node.signs, values, values[1:], node.operands[1:], strict=False
        ):
            if sign == "in":
                found = self.member(left, where)
            elif sign == "≈" or (sign == "=" and self.within is not None):
                found = self.roughly(left, right, node.operands)
            else:
                found = self.compared(sign, left, right)
            if not found:
                return False
        return True

    def roughly(self, left: Value, right: Value, nodes: tuple[Node, ...]) -> bool:
        """Return whether two numbers agree within the tolerance, or to the digits written."""
        if isinstance(left, Matrix) or isinstance(right, Matrix):
            if not (isinstance(left, Matrix) and isinstance(right, Matrix)) or len(left) != len(
                right
            ):
                raise UndefinedError("the sizes differ")
            return all(self.roughly(a, b, nodes) for a, b in zip(left, right, strict=True))
        left, right = self._alike(self._scalar(left), self._scalar(right))
        gap = abs(left - right)
        slack = self._slack(right, nodes)
        return bool(gap <= (slack if isinstance(gap, Fraction) else self.computed(slack)))

    def _alike(self, *values: Value) -> list[Value]:
        """Return numbers as they are if all are exact, else all as computed ones."""
        if all(isinstance(value, Fraction) for value in values):
            return list(values)
        return [self.computed(value) for value in values]

    def _slack(self, right: Value, nodes: tuple[Node, ...]) -> Value:
        """Return how far apart two numbers may be that are roughly equal."""
        if self.within is not None:
            kind, size = self.within.kind, self.within.size
            if kind == "absolute":
                return size
            if kind == "relative":
                return size * abs(right)
            if kind == "places":
                return Fraction(1, 2 * 10 ** int(size))
            if right == 0:
                return Fraction(0)
            figures = int(self.ctx.floor(self.ctx.log10(abs(self.computed(right))))) + 1
            return Fraction(10) ** (figures - int(size)) / 2
        written = [one for node in nodes if (one := typed(node)) is not None]
        if not written:
            raise MathsError("≈ needs a number in digits on one side, or a line `within: 1%`")
        return max(last_digit(one) for one in written) / 2

    def compared(self, sign: str, left: Value, right: Value) -> bool:
        """Return whether one value stands in a relation to another."""
        if sign not in ("=", "!=") and self._columns(left, right):
            return self._each_compared(sign, left, right)
        equal = self.same(left, right)
        if sign in ("=", "!="):
            return equal == (sign == "=")
        left, right = self._alike(self._scalar(left), self._scalar(right))
        if equal:
            return sign in ("<=", ">=")
        return bool(left < right) if sign in ("<", "<=") else bool(left > right)

    @staticmethod
    def _columns(left: Value, right: Value) -> bool:
        """Return whether a vector of several entries is compared with a vector or a number."""
        arrays = [side for side in (left, right) if isinstance(side, Matrix)]
        return bool(arrays) and all(side.is_vector and len(side) > 1 for side in arrays)

    def _each_compared(self, sign: str, left: Value, right: Value) -> bool:
        """Return whether every entry of a vector stands in a relation to that of the other."""
        sizes = {len(side) for side in (left, right) if isinstance(side, Matrix)}
        if len(sizes) > 1:
            raise UndefinedError("the sizes differ")
        (size,) = sizes
        pairs = zip(
            *(list(s) if isinstance(s, Matrix) else [s] * size for s in (left, right)), strict=True
        )
        return all(self.compared(sign, a, b) for a, b in pairs)

    def _scalar(self, value: Value) -> Value:
        if isinstance(value, Matrix) and len(value) == 1:
            value = next(iter(value))
        if isinstance(value, Matrix) or hasattr(value, "_mpc_"):
            raise UndefinedError("only numbers have an order")
        return Fraction(int(value)) if isinstance(value, bool) else value

    def same(self, left: Value, right: Value) -> bool:
        """Return whether two values are equal: exactly, or up to rounding."""
        if isinstance(left, Matrix) or isinstance(right, Matrix):
            if not (isinstance(left, Matrix) and isinstance(right, Matrix)):
                return self._alone(left, right)
            if left.shape != right.shape:
                return (
                    left.is_vector
                    and right.is_vector
                    and len(left) == len(right)
                    and all(self.same(a, b) for a, b in zip(left, right, strict=True))
                )
            return all(self.same(a, b) for a, b in zip(left, right, strict=True))
        if isinstance(left, bool) and isinstance(right, bool):
            return left is right
        if not (isinstance(left, Fraction | bool) and isinstance(right, Fraction | bool)):
            return self._near(self.computed(left), self.computed(right))
        return bool(left == right)

    def _alone(self, left: Value, right: Value) -> bool:
        matrix, number = (left, right) if isinstance(left, Matrix) else (right, left)
        if len(matrix) == 1:
            return self.same(next(iter(matrix)), number)
        if number == 0:
            return all(self.same(entry, number) for entry in matrix)
        raise UndefinedError("a number is compared with a matrix")

    def _near(self, left: Value, right: Value) -> bool:
        if left == right:
            return True
        if self.ctx.isinf(left) or self.ctx.isinf(right):
            return False
        gap, scale = abs(left - right), max(abs(left), abs(right), self.ctx.mpf(10) ** -6)
        if self.error and gap <= 1000 * self.error * max(1, scale):
            return True
        return bool(gap <= self.ctx.mpf(10) ** (NOISE - self.ctx.dps) * scale)

    def member(self, value: Value, node: Node) -> bool:
        """Return whether a value lies in a set, an interval or a union of them."""
        if isinstance(node, Interval):
            low, high = self.number(node.low), self.number(node.high)
            above = self.compared(">=" if node.closed_low else ">", value, low)
            return above and self.compared("<=" if node.closed_high else "<", value, high)
        if isinstance(node, SetOperation):
            found = [self.member(value, operand) for operand in node.operands]
            if node.operation == "union":
                return any(found)
            return (
                all(found) if node.operation == "intersection" else found[0] and not any(found[1:])
            )
        if isinstance(node, Collection) and node.kind == "set":
            return any(self.same(value, self.value(item)) for item in node.items)
        if isinstance(node, Collection) and len(node.items) == 2:
            closed = node.kind == "list"
            return self.member(value, Interval(node.items[0], node.items[1], closed, closed))
        raise MathsError("after `in` stands a set {…} or an interval")

    def _product(self, node: Mul) -> Value:
        product = self.value(node.factors[0])
        for factor in node.factors[1:]:
            value = self.value(factor)
            left = Fraction(int(product)) if isinstance(product, bool) else product
            right = Fraction(int(value)) if isinstance(value, bool) else value
            product = self._times(left, right)
        return product

    def _pieces(self, node: Piecewise) -> Value:
        for value, condition in zip(node.values, node.conditions, strict=True):
            if self.truth(condition):
                return self.value(value)
        if node.otherwise is None:
            raise UndefinedError("no piece covers this point")
        return self.value(node.otherwise)


RULES: dict[type[Node], Callable[[ClaimEvaluator, Any], Value]] = {
    Derivative: ClaimEvaluator._derivative,
    Number: ClaimEvaluator._rational,
    Add: ClaimEvaluator._sum,
    Mul: ClaimEvaluator._product,
    Divide: ClaimEvaluator._quotient,
    Power: ClaimEvaluator._raised,
    Unary: ClaimEvaluator._signed,
    Call: ClaimEvaluator._applied,
    Big: ClaimEvaluator._range,
    Relation: ClaimEvaluator._relation_holds,
    Piecewise: ClaimEvaluator._pieces,
}
SPECIAL: dict[str, Callable[[ClaimEvaluator, Call], Value]] = {}
"""Functions that the language of claims has beside those of the maths language."""
