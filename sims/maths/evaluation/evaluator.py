"""The value of a tree of the whole language at a point."""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from sims.maths.errors import MathsError
from sims.maths.evaluation import application, series, truth
from sims.maths.evaluation.arithmetic import Arithmetic, Value, context
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.limits import MAX_TERMS, Budget, BudgetError
from sims.maths.syntax.tree import (
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
)

MOST_DIGITS = 700


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


class Evaluator(Arithmetic):
    """Evaluates trees with fixed values of the names."""

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
Evaluator.handlers = EVALUATE

__all__ = ["MAX_TERMS", "Evaluator", "context", "value_of"]
