"""Functions of whole vectors and matrices, and of integers: softmax, KL, norms, delta."""

import math
from collections.abc import Sequence
from typing import Any

from sims.maths.evaluation.functions import Function, Value, entries_of, exp, log, power, whole
from sims.maths.evaluation.matrix import Matrix, UndefinedError


def delta(ctx: Any, i: Value, j: Value) -> Value:
    """Return Kronecker's delta."""
    return ctx.mpf(1 if whole(ctx, i - j) == 0 else 0)


def _gcd(ctx: Any, *numbers: Value) -> Value:
    return ctx.mpf(math.gcd(*(_whole(ctx, n) for n in numbers)))


def _lcm(ctx: Any, *numbers: Value) -> Value:
    return ctx.mpf(math.lcm(*(_whole(ctx, n) for n in numbers)))


def _whole(ctx: Any, x: Value) -> int:
    n = whole(ctx, x)
    if n is None:
        raise UndefinedError("this needs an integer")
    return n


def xlogy(ctx: Any, x: Value, y: Value) -> Value:
    """Return x log y with 0 log 0 = 0."""
    return ctx.mpf(0) if x == 0 else x * log(ctx, y)


def _like(x: Value, entries: Sequence[Value]) -> Value:
    if not isinstance(x, Matrix):
        return entries[0]
    width = x.shape[1]
    return Matrix(entries[at : at + width] for at in range(0, len(entries), width))


def softmax(ctx: Any, z: Value, temperature: Value = 1) -> Value:
    """Return the softmax of a vector, at a temperature."""
    weights = [exp(ctx, x / temperature) for x in entries_of(z)]
    total = sum(weights)
    return _like(z, [weight / total for weight in weights])


def _mean(ctx: Any, x: Value) -> Value:
    return sum(entries_of(x)) / len(entries_of(x))


def _variance(ctx: Any, x: Value) -> Value:
    mean = _mean(ctx, x)
    return sum((entry - mean) ** 2 for entry in entries_of(x)) / len(entries_of(x))


def _divergence(ctx: Any, p: Value, q: Value) -> Value:
    pairs = zip(entries_of(p), entries_of(q), strict=False)
    return sum(xlogy(ctx, a, a / b) for a, b in pairs)


def _crossentropy(ctx: Any, p: Value, q: Value) -> Value:
    return -sum(xlogy(ctx, a, b) for a, b in zip(entries_of(p), entries_of(q), strict=False))


def _dot(ctx: Any, a: Value, b: Value) -> Value:
    if len(entries_of(a)) != len(entries_of(b)):
        raise UndefinedError("the sizes differ")
    return sum(x * y for x, y in zip(entries_of(a), entries_of(b), strict=True))


def _norm(ctx: Any, x: Value, order: Value = 2) -> Value:
    if ctx.isinf(order):
        return max(abs(entry) for entry in entries_of(x))
    total = sum(abs(entry) ** order for entry in entries_of(x))
    return ctx.sqrt(total) if order == 2 else power(ctx, total, 1 / ctx.mpf(order))


def _square(x: Value) -> Matrix:
    return x if isinstance(x, Matrix) else Matrix([[x]])


def _cross(ctx: Any, a: Value, b: Value) -> Value:
    (x, y, z), (u, v, w) = (entries_of(a) + [0] * 3)[:3], (entries_of(b) + [0] * 3)[:3]
    return Matrix.column([y * w - z * v, z * u - x * w, x * v - y * u])


def _diagonal(ctx: Any, x: Value) -> Matrix:
    """Return the diagonal of a matrix, or the matrix with a vector as its diagonal."""
    if isinstance(x, Matrix) and not x.is_vector:
        return Matrix.column(x.rows[k][k] for k in range(min(x.shape)))
    entries = entries_of(x)
    return Matrix(
        [entry if row == column else ctx.mpf(0) for column in range(len(entries))]
        for row, entry in enumerate(entries)
    )


WHOLE: dict[str, Function] = {
    "delta": delta,
    "gcd": _gcd,
    "lcm": _lcm,
    "softmax": softmax,
    "logsumexp": lambda ctx, z: ctx.log(sum(exp(ctx, x) for x in entries_of(z))),
    "total": lambda ctx, x: sum(entries_of(x)),
    "mean": _mean,
    "var": _variance,
    "std": lambda ctx, x: ctx.sqrt(_variance(ctx, x)),
    "size": lambda ctx, x: ctx.mpf(len(entries_of(x))),
    "KL": _divergence,
    "entropy": lambda ctx, p: _crossentropy(ctx, p, p),
    "crossentropy": _crossentropy,
    "dot": _dot,
    "cross": _cross,
    "norm": _norm,
    "trace": lambda ctx, a: sum(_square(a).rows[k][k] for k in range(min(_square(a).shape))),
    "det": lambda ctx, a: _square(a).determinant(),
    "inv": lambda ctx, a: _square(a).inverse(),
    "outer": lambda ctx, a, b: Matrix([x * y for y in entries_of(b)] for x in entries_of(a)),
    "hadamard": lambda ctx, a, b: _square(a).zip(_square(b), lambda x, y: x * y),
    "diag": _diagonal,
}
