"""Sums, products, integrals and derivatives at a point; each step is charged to the budget."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sims.maths.evaluation import functions
from sims.maths.evaluation.branches import STEPPED
from sims.maths.evaluation.breaks import bends, constants
from sims.maths.evaluation.differentiate import differentiated
from sims.maths.evaluation.limit import limit
from sims.maths.evaluation.matrix import Matrix, TooLargeError, UndefinedError
from sims.maths.evaluation.symbols import symbol_key
from sims.maths.limits import MAX_TERMS
from sims.maths.syntax.tree import (
    Big,
    Call,
    Collection,
    Constant,
    Derivative,
    Index,
    Name,
    Node,
    Relation,
)
from sims.maths.syntax.vocabulary import FUNCTIONS

if TYPE_CHECKING:
    from sims.maths.evaluation.arithmetic import Arithmetic

FOLDED = ("sum", "prod", "max", "min")
QUIET_TERMS = 6  # so many negligible terms in a row end an infinite sum
LEAST_TERMS, MOST_ENDLESS = 24, 600
SHRINK = 0.99  # the share of the one before it that a term of a dying sum may be
QUADRATURE = 20  # digits of an integral
COST = 2  # steps that a node of a quadrature counts as
MORE_DIGITS = 7  # odd: digits by which the second run differs
AGREEING = 10  # digits to which both runs must agree
LEAST_ERROR = 1e-19  # relative, below which no integral is trusted
MOST_SMALL = 60  # decimal digits that a tiny integral may lie below 1
MOST_CUTS = 4


def folded(evaluator: "Arithmetic", node: Big) -> Any:
    """Return a sum, product, maximum or minimum over a range of integers."""
    if node.kind == "lim":
        if any(isinstance(p, Call) and p.function not in FUNCTIONS for p in node.body.walk()):
            raise TooLargeError("a function nothing is known of may jump at its limit")
        return limit(evaluator, node, lambda value: _at(evaluator, node, value))
    if node.kind not in FOLDED:
        raise TooLargeError(f"{node.kind} is not computed from values")
    if node.low is None and (values := _values_of(evaluator, node.variable)):
        return _collected(evaluator, node, [_at(evaluator, node, value) for value in values])
    first = 1 if node.low is None else evaluator.integer(node.low)
    if node.high is not None and _infinite(node.high):
        return _endless(evaluator, node, first)
    last = size_of(evaluator, node) if node.high is None else evaluator.integer(node.high)
    if node.kind in ("sum", "prod") and last < first - 1:
        raise UndefinedError("this range is empty")
    if last - first >= MAX_TERMS:
        raise TooLargeError(f"this has more than {MAX_TERMS:,} terms to add up")
    evaluator.budget.spend_terms(max(0, last - first + 1))
    chosen = [k for k in range(first, last + 1) if _meets(evaluator, node, k)]
    return _collected(evaluator, node, [_at(evaluator, node, k) for k in chosen])


def _values_of(evaluator: "Arithmetic", name: str) -> list[Any]:
    """Return the values that a random name takes, which a sum without bounds runs over."""
    return list(dict.fromkeys(values[name] for _, values in evaluator.outcomes if name in values))


def _collected(evaluator: "Arithmetic", node: Big, values: list[Any]) -> Any:
    """Return the sum, product, largest or smallest of values."""
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


def _meets(evaluator: "Arithmetic", node: Big, k: int) -> bool:
    """Return whether an index meets the condition of a sum, such as `i != j`."""
    if node.where is None:
        return True
    if not isinstance(node.where, Relation) or node.where.signs == ("in",):
        raise TooLargeError("a sum over a set is not computed")
    values = evaluator.values
    evaluator.values = {**values, node.variable: evaluator.ctx.convert(k)}
    try:
        return evaluator.truth(node.where)
    finally:
        evaluator.values = values


def _infinite(node: Node) -> bool:
    return node == Constant("inf")


def size_of(evaluator: "Arithmetic", node: Big) -> int:
    """Return how far an index without bounds runs: the size of a vector it stands on."""
    for part in node.body.walk():
        if isinstance(part, Index) and Name(node.variable) in part.indices:
            if isinstance(part.base, Collection) and part.base.kind == "list":
                return len(part.base.items)
            base = evaluator.values.get(part.base.name) if isinstance(part.base, Name) else None
            if isinstance(base, Matrix):
                axis = part.indices.index(Name(node.variable))
                return len(base) if base.is_vector else base.shape[min(axis, 1)]
    return evaluator.size


def _at(evaluator: "Arithmetic", node: Big, value: Any) -> Any:
    """Return the body with the bound variable at a value."""
    values = evaluator.values
    evaluator.values = {**values, node.variable: evaluator.ctx.convert(value)}
    try:
        return evaluator.value(node.body)
    finally:
        evaluator.values = values


def _endless(evaluator: "Arithmetic", node: Big, first: int) -> Any:
    """Return an infinite sum or product whose terms die out fast. Raises TooLargeError otherwise.

    It ends where the terms shrink from one to the next and are too small to matter, beyond every
    constant of a body that bends; half as many terms again must change nothing.
    """
    if node.kind not in ("sum", "prod") or node.where is not None:
        raise TooLargeError("this is not computed without an end")
    if any(isinstance(part, Call) and part.function in STEPPED for part in node.body.walk()):
        raise TooLargeError("where this steps for the last time is not known")
    values = constants((node.body,), evaluator) if bends(node.body) else []
    least = LEAST_TERMS + max((int(abs(value)) for value in values), default=0)
    if least > MOST_ENDLESS:
        raise TooLargeError("this infinite sum cannot be computed here")
    terms = _Terms(evaluator, node)
    for count in range(MOST_ENDLESS):
        bits = evaluator.bits
        terms.take(first + count)
        if count > QUIET_TERMS:
            evaluator.bits = bits  # later terms are small, and so are the parts of them
        if count >= least and terms.quiet():
            total = +terms.total
            for more in range(count + 1, count + count // 2 + LEAST_TERMS):
                terms.take(first + more)
            evaluator.bits = bits
            if terms.quiet() and terms.is_noise(terms.total - total, total):
                return terms.total
            break
    raise TooLargeError("this infinite sum cannot be computed here")


class _Terms:
    """The terms of an infinite sum, or what the factors of an infinite product differ from 1."""

    def __init__(self, evaluator: "Arithmetic", node: Big) -> None:
        self.evaluator = evaluator
        self.node = node
        self.total = evaluator.ctx.mpf(0 if node.kind == "sum" else 1)
        self.last: list[Any] = []  # the sizes of the last terms

    def take(self, k: int) -> None:
        """Add, or multiply by, the term of an index."""
        self.evaluator.budget.spend_terms(1)
        term = _at(self.evaluator, self.node, k)
        if isinstance(term, Matrix):
            raise UndefinedError("an infinite sum of vectors is not computed here")
        is_sum = self.node.kind == "sum"
        self.total = self.total + term if is_sum else self.total * term
        self.last = [*self.last, abs(term if is_sum else term - 1)][-QUIET_TERMS:]

    def is_noise(self, term: Any, total: Any) -> bool:
        """Return whether a number is lost beside a total in all digits."""
        ctx = self.evaluator.ctx
        return bool(abs(term) <= ctx.mpf(10) ** -ctx.dps * abs(total))

    def quiet(self) -> bool:
        """Return whether the last terms shrink, each to a share of the one before, to nothing."""
        if not all(self.is_noise(size, self.total) for size in self.last):
            return False
        sizes = [size for size in self.last if size]
        return all(after <= SHRINK * before for before, after in pairwise(sizes))


def integral(evaluator: "Arithmetic", node: Big) -> Any:
    """Return a definite integral by quadrature; its relative error is kept on the evaluator.

    Two runs, cut at other places and with other digits (which move where an endless range or a
    pole is cut off), must agree. Raises TooLargeError where they do not: it diverges, or is rough.
    """
    if node.low is None or node.high is None:
        raise UndefinedError("an antiderivative has no value without its bounds")
    ends = [evaluator.ctx.convert(evaluator.number(end)) for end in (node.low, node.high)]
    if any(hasattr(end, "_mpc_") for end in ends):
        raise UndefinedError("the bounds of an integral are real")
    if ends[0] == ends[1]:
        return evaluator.ctx.mpf(0)
    sign = 1
    if ends[0] > ends[1]:
        ends, sign = ends[::-1], -1
    ctx, digits, cost, bits = evaluator.ctx, evaluator.ctx.dps, evaluator.cost, evaluator.bits
    evaluator.cost = COST
    try:
        pieces = _pieces(ctx, ends, constants((node.body,), evaluator)[:MOST_CUTS])
        first = _quadrature(evaluator, node, pieces, 0)
        size = functions.magnitude(sum(value for value, _ in first))
        small = max(0, -int((size or 0) * 0.30103))  # digits that a tiny value needs besides
        if small > MOST_SMALL:
            raise TooLargeError("this integral cannot be computed here")
        if small > MORE_DIGITS:
            small += small % 2
            first = _quadrature(evaluator, node, pieces, small)
        second = _quadrature(evaluator, node, pieces, small - small % 2 + MORE_DIGITS)
        evaluator.bits = bits
        for middle in _middles(ctx, pieces):
            _at(evaluator, node, middle)  # notes how far apart the parts of the body lie
    finally:
        ctx.dps, evaluator.cost = digits, cost
    scale = max(abs(part) for part, _ in second)
    gap = max(abs(a - b) for (a, _), (b, _) in zip(first, second, strict=True))
    doubt = max(gap, *(error for _, error in (*first, *second)))
    if doubt > ctx.mpf(10) ** -AGREEING * scale:
        raise TooLargeError("this integral cannot be computed here")
    value = sum(part for part, _ in second)
    relative = float(gap / abs(value)) if value else 0.0
    evaluator.error = max(evaluator.error, relative, LEAST_ERROR * 10.0**-evaluator.finer)
    return sign * value


def _middles(ctx: Any, pieces: list[Any]) -> list[Any]:
    """Return a point inside each piece, not near its ends."""
    share = ctx.mpf("0.57")
    return [
        high - 1 if ctx.isinf(low) else low + 1 if ctx.isinf(high) else low + (high - low) * share
        for low, high in pairwise(pieces)
    ]


def _pieces(ctx: Any, ends: list[Any], cuts: list[Any]) -> list[Any]:
    """Return the ends of the pieces: at 0 and the constants of the body, and one more."""
    low, high = ends
    inside = {ctx.mpf(0), *(ctx.mpf(cut.numerator) / cut.denominator for cut in cuts)}
    points = sorted(point for point in inside if low < point < high)
    if ctx.isinf(low) or ctx.isinf(high):
        points = points or [high - 1 if ctx.isinf(low) else low + 1]
    elif not points:
        points = [low + (high - low) * ctx.mpf("0.4142")]
    return [low, *points, high]


def _quadrature(evaluator: "Arithmetic", node: Big, pieces: list[Any], more: int) -> list[Any]:
    """Return the integral over each piece and its error, with so many digits more than usual.

    With an odd number of them each piece is cut in two, so that no node is the same.
    """
    ctx = evaluator.ctx
    ctx.dps = QUADRATURE + evaluator.finer + more
    ctx.in_tail = True
    found = []
    try:
        for low, high in pairwise(pieces):
            cut = [low, *_middles(ctx, [low, high]), high] if more % 2 else [low, high]
            value, error = ctx.quad(lambda t: _at(evaluator, node, t), cut, error=True)
            if isinstance(value, Matrix) or not ctx.isfinite(value):
                raise TooLargeError("this integral cannot be computed here")
            found.append((value, error))
    except TooLargeError:
        raise
    except UndefinedError:
        raise TooLargeError("this integral cannot be computed here") from None
    finally:
        ctx.in_tail = False
    return found


def derivative(evaluator: "Arithmetic", node: Derivative) -> Any:
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


def _by_differences(evaluator: "Arithmetic", node: Derivative) -> Any:
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


def _place(evaluator: "Arithmetic", variable: Node) -> tuple[Any, Any]:
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
