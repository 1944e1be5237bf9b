"""The value of a tree at a point, in mpmath, under one budget.

Numbers are real unless the text uses ``i`` or a symbol declared complex: a step that leaves the
reals then has no value. Vectors and matrices are :class:`sims.maths.evaluation.matrix.Matrix`.
"""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sims.maths.errors import MathsError
from sims.maths.evaluation import application, functions, series, truth
from sims.maths.evaluation.branches import LIVE, Seen
from sims.maths.evaluation.matrix import Matrix, PoleError, UndefinedError
from sims.maths.evaluation.symbols import symbol_key
from sims.maths.limits import MAX_TERMS, Budget, BudgetError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import (
    TWO,
    Add,
    Big,
    Call,
    Collection,
    Constant,
    Derivative,
    Divide,
    Index,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Unary,
    free_names,
)

Value = Any
TINY_BITS = 40
MOST_DIGITS = 700
_contexts = threading.local()


def context(digits: int) -> Any:
    """Return this thread's own mpmath context, set to a number of decimal digits."""
    ctx = getattr(_contexts, "ctx", None)
    if ctx is None:
        from mpmath.ctx_mp import MPContext

        ctx = _contexts.ctx = MPContext()
    ctx.dps = digits
    return ctx


def fraction_of(x: Value) -> Fraction:
    """Return a finite real value exactly."""
    if not hasattr(x, "_mpf_"):
        return Fraction(x)
    sign, mantissa, exponent, _ = x._mpf_
    size = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if sign else size


def value_of(node: Node, values: Mapping[str, Any], digits: int = 30) -> Value:
    """Return the value of a tree; numbers may be int, float, Fraction, text, lists of them.

    Raises MathsError where there is none.
    """
    ctx = context(digits)
    bound = {name: _number(ctx, value) for name, value in values.items()}
    for real in (True, False):
        try:
            return Evaluator(ctx, bound, Budget(), real=real).value(node)
        except UndefinedError as error:
            if not real:
                raise MathsError(str(error) or "this has no value here") from None
        except BudgetError:
            raise MathsError("this takes too long to compute") from None
    return None


def precise_value(node: Node, digits: int) -> tuple[Value, int]:
    """Return the real value of a tree without letters, and the digits it was computed with.

    There are more than asked for where parts lie so far apart that one hides another. Raises
    MathsError where there is no value or it takes too long.
    """
    budget, working = Budget(), digits + 20
    real = not any(part == Constant("i") for part in node.walk())
    try:
        while True:
            evaluator = Evaluator(context(working), {}, budget, real=real)
            value = evaluator.value(node)
            needed = digits + int(evaluator.bits * 0.30103)
            if needed <= working or evaluator.error:
                return value, digits if not evaluator.error else int(-math.log10(evaluator.error))
            if needed > MOST_DIGITS:
                raise MathsError("parts of this are too small beside others")
            working = needed
    except UndefinedError as error:
        raise MathsError(str(error) or "this has no value") from None
    except BudgetError:
        raise MathsError("this takes too long to compute") from None


def _number(ctx: Any, value: Any) -> Value:
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], list | tuple):
            return Matrix([_number(ctx, entry) for entry in row] for row in value)
        return Matrix.column(_number(ctx, entry) for entry in value)
    if isinstance(value, bool | Matrix):
        return value
    if hasattr(value, "numerator") and not isinstance(value, int):
        return ctx.mpf(value.numerator) / value.denominator
    return ctx.convert(value)


class Evaluator:
    """Evaluates trees with fixed values of the names.

    ``size`` is the length of vectors and the range of indices without bounds; ``outcomes`` are
    the (probability, values) pairs over which ``E[…]`` is taken. ``laws`` are functions that are
    probabilities of what their arguments name; each has shares of its own, drawn from ``seed``.
    """

    def __init__(
        self,
        ctx: Any,
        values: Mapping[str, Value],
        budget: Budget,
        *,
        real: bool = True,
        size: int = 3,
        outcomes: tuple[tuple[Value, Mapping[str, Value]], ...] = (),
        laws: frozenset[str] = frozenset(),
        seed: int = 0,
        branch: int = 1,
        seen: Seen | None = None,
        odd_roots: bool = False,
        signed: frozenset[str] | None = None,
    ) -> None:
        self.ctx = ctx
        self.values = dict(values)
        self.budget = budget
        self.real = real
        self.size = size
        self.outcomes = outcomes
        self.laws = laws
        self.seed = seed
        self.branch = branch
        self.signed = (
            signed  # unknown functions have both signs here, but for these; None: none has
        )
        self.odd_roots = odd_roots  # take x^(1/3) for the real cube root where x < 0
        self.seen = seen if seen is not None else {}
        self.bits = 0  # how far apart, in bits, the parts are that are added up or compared
        self.lost = 0  # bits that a logarithm of what is nearly 1 cost
        self.finer = 0  # digits of integrals beyond the usual ones
        self.error = 0.0  # the largest estimated error of an integral or infinite sum
        self.cost = max(1, ctx.dps // 60)
        self.tiny = ctx.mpf(10) ** (4 - ctx.dps)

    def value(self, node: Node) -> Value:
        """Return the value. Raises UndefinedError, BudgetError or MathsError."""
        self.budget.spend(self.cost)
        try:
            result = EVALUATE[type(node)](self, node)
        except KeyError:
            raise MathsError("this is not a number") from None
        except (ZeroDivisionError, ValueError, OverflowError) as error:
            if isinstance(error, MathsError):
                raise
            raise UndefinedError("division by zero" if "zero" in str(error) else "") from None
        except TypeError:
            raise UndefinedError("these kinds of values do not go together") from None
        return self.checked(result)

    def checked(self, result: Value) -> Value:
        """Return a value, real if it can be; UndefinedError where it is none or may not be."""
        if hasattr(result, "_mpc_"):
            if result.imag == 0:
                return result.real
            if self.real:
                raise UndefinedError("this is not a real number")
        elif result != result:
            raise UndefinedError("this is not a number")
        return result

    def apart(self, node: Node) -> Fraction | None:
        """Return the real value of a part without letters to 25 digits, None where it has none."""
        digits = self.ctx.dps
        try:
            value = Evaluator(context(30), {}, self.budget).value(node)
            if not hasattr(value, "_mpf_") or not self.ctx.isfinite(value):
                return None
            return Fraction(self.ctx.nstr(value, 25))
        except (UndefinedError, MathsError, BudgetError):
            return None
        finally:
            self.ctx.dps = digits

    def number(self, node: Node) -> Value:
        """Return a value that must be a real or complex number (truth counts as 1 or 0)."""
        value = self.value(node)
        if isinstance(value, bool):
            return self.ctx.mpf(int(value))
        if isinstance(value, Matrix):
            raise UndefinedError("a vector or matrix stands where a number is needed")
        return value

    def positive(self, values: Sequence[Value]) -> None:
        """Raise UndefinedError where a number is negative: no logarithm is real there."""
        if any(hasattr(value, "_mpf_") and value < 0 for value in values):
            raise UndefinedError("this is not a real number")

    def integer(self, node: Node) -> int:
        """Return a value that must be an integer."""
        whole = functions.whole(self.ctx, self.number(node))
        if whole is None:
            raise UndefinedError("this needs an integer")
        return whole

    def _number(self, node: Number) -> Value:
        value = node.value
        if value.denominator == 1:
            return self.ctx.mpf(value.numerator)
        return self.ctx.mpf(value.numerator) / value.denominator

    def _name(self, node: Name) -> Value:
        if node.name not in self.values:
            raise MathsError(f"'{node.name}' has no value")
        return self.values[node.name]

    def _constant(self, node: Constant) -> Value:
        if node.name in ("true", "false"):
            return node.name == "true"
        if node.name == "i":
            if self.real:
                raise UndefinedError("this is not a real number")
            return self.ctx.mpc(0, 1)
        return +{"pi": self.ctx.pi, "e": self.ctx.e, "inf": self.ctx.inf}[node.name]

    def _index(self, node: Index) -> Value:
        key = symbol_key(node, self.values)
        if key is not None and key in self.values:
            return self.values[key]
        base = self.value(node.base)
        if not isinstance(base, Matrix):
            if key is not None:
                raise MathsError(f"'{key}' has no value")
            raise MathsError(f"'{text(node.base)}' is a number here, which has no entries")
        at = [self.integer(index) for index in node.indices]
        height, width = base.shape
        if len(at) == 1 and base.is_vector:
            entries = list(base)
            if not 1 <= at[0] <= len(entries):
                raise UndefinedError("this index is out of range")
            return entries[at[0] - 1]
        if len(at) == 1:
            at = [at[0], 1] if width == 1 else at
            if 1 <= at[0] <= height and len(at) == 1:
                return Matrix.column(base.rows[at[0] - 1])
        if len(at) != 2 or not (1 <= at[0] <= height and 1 <= at[1] <= width):
            raise UndefinedError("this index is out of range")
        return base.rows[at[0] - 1][at[1] - 1]

    def _add(self, node: Add) -> Value:
        values = [self.value(term) for term in node.terms]
        if any(isinstance(value, Matrix) for value in values):
            total = values[0]
            for value in values[1:]:
                total = self._plus(total, value)
            return total
        self.spread(values)
        total = sum(values[1:], start=values[0] + 0)
        if any(map(self.ctx.isinf, values)):
            return total
        if total != 0 and abs(total) <= self.tiny * max(abs(value) for value in values):
            return self.ctx.mpf(0)  # rounding noise, so that 1/0 and floor are seen as such
        return total

    def spread(self, values: Sequence[Value]) -> None:
        """Note how many bits lie between the largest and the smallest of numbers but zeros."""
        sizes = [size for size in map(functions.magnitude, values) if size is not None]
        if sizes:
            self.bits = max(self.bits, max(sizes) - min(sizes))

    def _plus(self, left: Value, right: Value) -> Value:
        if isinstance(left, Matrix) and isinstance(right, Matrix):
            return left.zip(right, lambda a, b: a + b)
        if isinstance(left, Matrix):
            return left.map(lambda entry: entry + right)
        return right.map(lambda entry: left + entry) if isinstance(right, Matrix) else left + right

    def _mul(self, node: Mul) -> Value:
        product = self.value(node.factors[0])
        for factor in node.factors[1:]:
            product = self._times(product, self.value(factor))
        if id(node) in self.seen:
            self._live(node, product)
        return product

    def _live(self, node: Node, product: Value) -> None:
        """Note that a product was not zero."""
        entries = product if isinstance(product, Matrix) else (product,)
        if any(entry != 0 for entry in entries):
            self.seen[id(node)].add(LIVE)

    def _times(self, left: Value, right: Value) -> Value:
        if isinstance(left, Matrix) and isinstance(right, Matrix):
            self.budget.spend(self.cost * (len(left) * right.shape[1] // 8 + 1))
            return left.times(right)
        if isinstance(left, Matrix):
            return left.map(lambda entry: entry * right)
        if isinstance(right, Matrix):
            return right.map(lambda entry: left * entry)
        return left * right

    def _divide(self, node: Divide) -> Value:
        top = self.value(node.numerator)
        try:
            bottom = self.value(node.denominator)
        except PoleError:
            return self._over_pole(node, top)
        if isinstance(bottom, Matrix):
            raise UndefinedError("a number cannot be divided by a vector")
        if bottom == 0:
            raise UndefinedError("division by zero")
        return top.map(lambda entry: entry / bottom) if isinstance(top, Matrix) else top / bottom

    def _over_pole(self, node: Divide, top: Value) -> Value:
        """Return 0 for a number over factorials of which one has a pole; the others are not 0.

        So ``n!/(k! (n-k)!)`` is the binomial coefficient outside its triangle too.
        """
        parts = node.denominator.factors if isinstance(node.denominator, Mul) else (
            node.denominator,
        )  # fmt: skip
        for part in parts:
            base = part.base if isinstance(part, Power) and part.exponent == TWO else part
            try:
                if self.number(base) == 0:
                    raise UndefinedError("division by zero")
            except PoleError:
                call = isinstance(base, Call) and base.function == "gammafn"
                if not (call or (isinstance(base, Unary) and base.sign == "!")):
                    raise
        if isinstance(top, Matrix) or not self.ctx.isfinite(top):
            raise UndefinedError("division by zero")
        return self.ctx.mpf(0)

    def _power(self, node: Power) -> Value:
        base, exponent = self.value(node.base), self.number(node.exponent)
        if isinstance(base, Matrix):
            whole = functions.whole(self.ctx, exponent)
            if whole is None:
                raise UndefinedError("this power of a matrix is not defined")
            return base.power(whole)
        self.tiny_argument(exponent)
        if self.odd_roots and hasattr(base, "_mpf_") and base < 0 and not free_names(node.exponent):
            return functions.odd_power(self.ctx, base, exponent)
        return functions.power(self.ctx, base, exponent)

    def tiny_argument(self, x: Value) -> None:
        """Note an argument so small that the function's value hides it: ``cos(1e-30)``."""
        size = functions.magnitude(x)
        if size is not None and size < -TINY_BITS:
            self.bits = max(self.bits, -3 * size)

    def _unary(self, node: Unary) -> Value:
        if node.sign == "not":
            return not self.truth(node.operand)
        value = self.value(node.operand)
        if node.sign == "T":
            return value.transpose() if isinstance(value, Matrix) else value
        if isinstance(value, Matrix):
            sign = -1 if node.sign == "-" else 1
            return value.map(lambda entry: sign * entry)
        if node.sign == "!":
            return functions.factorial(self.ctx, value)
        if node.sign == "!!":
            return self.ctx.fac2(value)
        if node.sign == "%":
            return value / 100
        minus = {"-": -1, "+": 1, "+-": self.branch, "-+": -self.branch}[node.sign]
        return value * minus

    def truth(self, node: Node) -> bool:
        """Return the truth of a statement. Raises MathsError for anything else."""
        value = self.value(node)
        if not isinstance(value, bool):
            raise MathsError("this is not a statement that is true or false")
        return value

    def _relation(self, node: Relation) -> Value:
        holds = truth.holds(self, node)
        if id(node) in self.seen:
            self.seen[id(node)].add(holds)
        return holds

    def _logic(self, node: Logic) -> Value:
        return truth.connect(node.connective, [self.truth(operand) for operand in node.operands])

    def _collection(self, node: Collection) -> Value:
        if node.kind == "matrix":
            rows = [row.children for row in node.items]
            return Matrix([self.number(entry) for entry in row] for row in rows)
        if node.kind == "set" or not node.items:
            raise MathsError("a set or an empty list stands where a number is needed")
        if all(isinstance(item, Collection) for item in node.items):
            return Matrix([self.number(entry) for entry in row.children] for row in node.items)
        return Matrix.column(self.number(item) for item in node.items)

    def _piecewise(self, node: Piecewise) -> Value:
        for place, condition in enumerate(node.conditions):
            if self.truth(condition):
                return self._piece(node, place, node.values[place])
        if node.otherwise is None:
            raise UndefinedError("no piece covers this point")
        return self._piece(node, len(node.values), node.otherwise)

    def _piece(self, node: Piecewise, place: int, piece: Node) -> Value:
        if id(node) in self.seen:
            self.seen[id(node)].add(place)
        return self.value(piece)

    def _call(self, node: Call) -> Value:
        return application.applied(self, node)

    def _big(self, node: Big) -> Value:
        if node.kind == "int":
            return series.integral(self, node)
        value = series.folded(self, node)
        if id(node) in self.seen:
            self._live(node, value)
        return value

    def _derivative(self, node: Derivative) -> Value:
        return series.derivative(self, node)


EVALUATE: dict[type[Node], Callable[[Evaluator, Any], Value]] = {
    Number: Evaluator._number,
    Name: Evaluator._name,
    Constant: Evaluator._constant,
    Index: Evaluator._index,
    Add: Evaluator._add,
    Mul: Evaluator._mul,
    Divide: Evaluator._divide,
    Power: Evaluator._power,
    Unary: Evaluator._unary,
    Relation: Evaluator._relation,
    Logic: Evaluator._logic,
    Collection: Evaluator._collection,
    Piecewise: Evaluator._piecewise,
    Call: Evaluator._call,
    Big: Evaluator._big,
    Derivative: Evaluator._derivative,
}
__all__ = ["MAX_TERMS", "Evaluator", "context", "value_of"]
