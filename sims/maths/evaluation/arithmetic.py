"""Numbers, vectors and matrices under sums, products and powers, in mpmath, under one budget.

Numbers are real unless the text uses `i` or a symbol declared complex: a step that leaves the
reals then has no value. Vectors and matrices are `sims.maths.evaluation.matrix.Matrix`.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from sims.maths.errors import MathsError
from sims.maths.evaluation import functions
from sims.maths.evaluation.branches import LIVE, Seen, record_sign
from sims.maths.evaluation.matrix import Matrix, PoleError, UndefinedError
from sims.maths.evaluation.symbols import symbol_key
from sims.maths.limits import Budget
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import (
    TWO,
    Add,
    Call,
    Constant,
    Divide,
    Index,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Unary,
    free_names,
)

Value = Any
TINY_BITS = 40
CANCELS = 10**10  # so many times as large as their sum are parts that cancel
_contexts = threading.local()


def context(digits: int) -> Any:
    """Return this thread's own mpmath context, set to a number of decimal digits."""
    ctx = getattr(_contexts, "ctx", None)
    if ctx is None:
        from mpmath.ctx_mp import MPContext

        ctx = _contexts.ctx = MPContext()
    ctx.dps = digits
    return ctx


DOTS = Constant("...")
UNCLEAR_DOTS = "what the dots stand for is not clear: write sum(x_i, i, 1, n) or prod(k, k, 1, n)"


class Arithmetic:
    """Evaluates numbers, names, sums, products and powers with fixed values of the names.

    What else a language has is evaluated by `handlers`, which an heir fills: a handler for each
    kind of node. `size` is the length of vectors and the range of indices without bounds;
    `outcomes` are the (probability, values) pairs over which `E[…]` is taken. `laws` are
    functions that are probabilities of what their arguments name; each has shares of its own,
    drawn from `seed`.
    """

    handlers: ClassVar[Mapping[type[Node], Callable[[Any, Any], Value]]] = {}

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
        self.noise = ctx.mpf(0)  # the rounding of sums far smaller than what they add up
        self.lost = 0  # bits that a logarithm of what is nearly 1 cost
        self.finer = 0  # digits of integrals beyond the usual ones
        self.error = 0.0  # the largest estimated error of an integral or infinite sum
        self.cost = max(1, ctx.dps // 60)
        self.tiny = ctx.mpf(10) ** (4 - ctx.dps)

    def value(self, node: Node) -> Value:
        """Return the value. Raises UndefinedError, BudgetError or MathsError."""
        self.budget.spend(self.cost)
        try:
            result = self.handlers[type(node)](self, node)
        except KeyError:
            if node == DOTS:
                raise MathsError(UNCLEAR_DOTS) from None
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
        raise NotImplementedError

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
        largest = max(abs(value) for value in values)
        if abs(total) * CANCELS < largest:
            self.noise = max(self.noise, self.tiny * largest)
        if total != 0 and abs(total) <= self.tiny * largest:
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
            return left.scaled(right)
        if isinstance(right, Matrix):
            return right.map(lambda entry: left * entry)
        return left * right

    def _divide(self, node: Divide) -> Value:
        top = self.value(node.numerator)
        try:
            bottom = self.value(node.denominator)
        except PoleError:
            return self._over_pole(node, top)
        if id(node) in self.seen:
            record_sign(self.seen[id(node)], bottom)
        if isinstance(bottom, Matrix):
            raise UndefinedError("a number cannot be divided by a vector")
        if bottom == 0:
            raise UndefinedError("division by zero")
        return top.map(lambda entry: entry / bottom) if isinstance(top, Matrix) else top / bottom

    def _over_pole(self, node: Divide, top: Value) -> Value:
        """Return 0 for a number over factorials of which one has a pole; the others are not 0.

        So `n!/(k! (n-k)!)` is the binomial coefficient outside its triangle too.
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
        if id(node) in self.seen:
            record_sign(self.seen[id(node)], base)
        self.tiny_argument(exponent)
        if self.odd_roots and hasattr(base, "_mpf_") and base < 0 and not free_names(node.exponent):
            return functions.odd_power(self.ctx, base, exponent)
        return functions.power(self.ctx, base, exponent)

    def tiny_argument(self, x: Value) -> None:
        """Note an argument so small that the function's value hides it: `cos(1e-30)`."""
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
