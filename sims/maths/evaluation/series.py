"""Sums, products, integrals and derivatives at a point; each step is charged to the budget."""

from typing import TYPE_CHECKING, Any

from sims.maths.evaluation.differentiate import differentiated
from sims.maths.evaluation.matrix import Matrix, TooLargeError, UndefinedError
from sims.maths.evaluation.symbols import symbol_key
from sims.maths.limits import MAX_TERMS
from sims.maths.syntax.tree import Big, Constant, Derivative, Index, Name, Node

if TYPE_CHECKING:
    from sims.maths.evaluation.evaluator import Evaluator

QUIET_TERMS = 6  # so many negligible terms in a row end an infinite sum


def folded(evaluator: "Evaluator", node: Big) -> Any:
    """Return a sum, product, maximum or minimum over a range of integers."""
    first = 1 if node.low is None else evaluator.integer(node.low)
    if node.high is not None and _infinite(node.high):
        return _endless(evaluator, node, first)
    last = size_of(evaluator, node) if node.high is None else evaluator.integer(node.high)
    if node.kind in ("sum", "prod") and last < first - 1:
        raise UndefinedError("this range is empty")
    if last - first >= MAX_TERMS:
        raise TooLargeError(f"this has more than {MAX_TERMS:,} terms to add up")
    evaluator.budget.spend_terms(max(0, last - first + 1))
    values = [_at(evaluator, node, k) for k in range(first, last + 1)]
    if node.kind in ("max", "min"):
        if not values:
            raise UndefinedError("this range is empty")
        return max(values) if node.kind == "max" else min(values)
    total: Any = evaluator.ctx.mpf(0 if node.kind == "sum" else 1)
    for value in values:
        if node.kind == "prod":
            total = evaluator._times(total, value)
        elif isinstance(value, Matrix):
            total = evaluator._plus(total, value)
        else:
            total += value
    return total


def _infinite(node: Node) -> bool:
    return node == Constant("inf")


def size_of(evaluator: "Evaluator", node: Big) -> int:
    """Return how far an index without bounds runs: the size of a vector it stands on."""
    for part in node.body.walk():
        if isinstance(part, Index) and Name(node.variable) in part.indices:
            base = evaluator.values.get(part.base.name) if isinstance(part.base, Name) else None
            if isinstance(base, Matrix):
                axis = part.indices.index(Name(node.variable))
                return len(base) if base.is_vector else base.shape[min(axis, 1)]
    return evaluator.size


def _at(evaluator: "Evaluator", node: Big, value: Any) -> Any:
    """Return the body with the bound variable at a value."""
    values = evaluator.values
    evaluator.values = {**values, node.variable: evaluator.ctx.convert(value)}
    try:
        return evaluator.value(node.body)
    finally:
        evaluator.values = values


def _endless(evaluator: "Evaluator", node: Big, first: int) -> Any:
    """Return an infinite sum or product that converges fast. Raises UndefinedError otherwise."""
    ctx = evaluator.ctx
    total, neutral = (ctx.mpf(0), 0) if node.kind == "sum" else (ctx.mpf(1), 1)
    if node.kind not in ("sum", "prod"):
        raise UndefinedError("this has no value")
    quiet, small = 0, ctx.mpf(10) ** (-ctx.dps)
    for k in range(first, first + 400):
        evaluator.budget.spend_terms(1)
        term = _at(evaluator, node, k)
        total = total + term if node.kind == "sum" else total * term
        quiet = quiet + 1 if abs(term - neutral) <= small * max(1, abs(total)) else 0
        if quiet >= QUIET_TERMS and k - first >= 24:
            return total
    raise TooLargeError("this infinite sum cannot be computed here")


def integral(evaluator: "Evaluator", node: Big) -> Any:
    """Return a definite integral by quadrature; its error estimate is kept on the evaluator."""
    if node.low is None or node.high is None:
        raise UndefinedError("an antiderivative has no value without its bounds")
    ends = [evaluator.number(node.low), evaluator.number(node.high)]
    if any(hasattr(end, "_mpc_") for end in ends):
        raise UndefinedError("the bounds of an integral are real")
    ctx, digits = evaluator.ctx, evaluator.ctx.dps
    if digits > 40:
        raise TooLargeError("an integral is computed to 30 digits")
    ctx.in_tail = True
    try:
        value, error = ctx.quad(lambda t: _at(evaluator, node, t), ends, error=True)
    finally:
        ctx.in_tail = False
    if not error <= ctx.mpf(10) ** -10 * max(1, abs(value)):
        raise TooLargeError("this integral cannot be computed here")
    evaluator.error = max(evaluator.error, float(error), 1e-16)
    return value


def derivative(evaluator: "Evaluator", node: Derivative) -> Any:
    """Return a derivative: by rule where there is one, else by differences."""
    body: Node | None = node.body
    if isinstance(node.variable, Name) and node.variable.name in evaluator.values:
        for _ in range(node.order):
            inner = body
            if isinstance(inner, Derivative) and isinstance(inner.variable, Name):
                inner = _by_rule(inner)
            body = None if inner is None else differentiated(inner, node.variable.name)
        if body is not None:
            return evaluator.value(body)
    return _by_differences(evaluator, node)


def _by_rule(node: Node) -> Node | None:
    """Return nested derivatives carried out, or None."""
    if not (isinstance(node, Derivative) and isinstance(node.variable, Name)):
        return node
    body = _by_rule(node.body)
    for _ in range(node.order):
        body = None if body is None else differentiated(body, node.variable.name)
    return body


def _by_differences(evaluator: "Evaluator", node: Derivative) -> Any:
    """Return a derivative by central differences at more than twice the digits.

    With step h = 10^-(d/2 + 3) the truncation error is near h^2 and cancellation costs d/2
    digits, so d digits are right for a body that is smooth here. Raises UndefinedError at a
    corner or jump, seen by the two sides differing.
    """
    put, point = _place(evaluator, node.variable)
    ctx, digits = evaluator.ctx, evaluator.ctx.dps
    ctx.dps = (2 * digits + 12) if node.order == 1 else (node.order + 1) * digits + 20
    outer_cost, outer_tiny = evaluator.cost, evaluator.tiny
    evaluator.tiny = ctx.mpf(10) ** (4 - ctx.dps)
    evaluator.cost = max(1, ctx.dps // 30)
    step = ctx.mpf(10) ** -(digits // 2 + 3)

    def at(shift: Any) -> Any:
        put(point + shift)
        return evaluator.value(node.body)

    try:
        center = at(0)
        total: Any = 0
        for place, weight in _stencil(node.order):
            value = at(place * step)
            if not isinstance(value, Matrix):
                total += weight * value
            else:
                value = evaluator._times(weight, value)
                total = evaluator._plus(total, value)
        result = evaluator._times(total, 1 / (2 * step) ** node.order)
        if node.order == 1 and not isinstance(center, Matrix):
            side = (at(step) - center) / step
            if abs(side - result) > ctx.mpf("1e-4") * max(1, abs(result), abs(side)):
                raise UndefinedError("there is a corner or jump here")
    finally:
        put(point)
        ctx.dps = digits
        evaluator.cost, evaluator.tiny = outer_cost, outer_tiny
    return result.map(lambda entry: +entry) if isinstance(result, Matrix) else +result


def _stencil(order: int) -> list[tuple[int, int]]:
    """Return the nodes and weights of the central difference of an order, in steps of 2h."""
    weights = [1]
    for _ in range(order):
        weights = [a - b for a, b in zip([0, *weights], [*weights, 0], strict=True)]
    return [(2 * k - order, weight) for k, weight in enumerate(weights)]


def _place(evaluator: "Evaluator", variable: Node) -> tuple[Any, Any]:
    """Return a setter for the variable of a derivative, and its value."""
    key = symbol_key(variable, evaluator.values)
    outer = evaluator.values
    if key is not None:
        if key not in outer:
            raise UndefinedError("this derivative is by a name without a value")

        def put(value: Any) -> None:
            evaluator.values = {**outer, key: value}

        return put, outer[key]
    if not (isinstance(variable, Index) and isinstance(variable.base, Name)):
        raise UndefinedError("this derivative is by something that is not a name")
    name, base = variable.base.name, outer[variable.base.name]
    at = [evaluator.integer(index) - 1 for index in variable.indices]
    row, column = (
        (at[0], at[1]) if len(at) == 2 else (at[0], 0) if base.shape[1] == 1 else (0, at[0])
    )
    if not (0 <= row < base.shape[0] and 0 <= column < base.shape[1]):
        raise UndefinedError("this index is out of range")

    def put_entry(value: Any) -> None:
        rows = [list(entries) for entries in base.rows]
        rows[row][column] = value
        evaluator.values = {**outer, name: Matrix(rows)}

    return put_entry, base.rows[row][column]
