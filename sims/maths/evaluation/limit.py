"""Limits, from values nearer and nearer to where the variable goes.

They must settle: from one scale to the next they change far less than before, and from both
sides, or at even and odd numbers, they are the same. What settles slowly (`1/log(n)`) is not
computed.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sims.maths.evaluation.matrix import Matrix, TooLargeError, UndefinedError
from sims.maths.syntax.tree import Big

if TYPE_CHECKING:
    from sims.maths.evaluation.arithmetic import Arithmetic

FIRST, NEAR = 8, 22  # powers of ten of the first two scales; the third is twice the second
SETTLED = 1e-4  # the share of the change before it that a change may be
LEAST = 1e-9  # relative, to which the last values must agree
COUNTED = frozenset("nmkNMKT")  # letters that run over whole numbers where they go to infinity
SHARE = "1.3717"  # of a scale, so that no point lies on a lattice
NOT_COMPUTED = "this limit cannot be computed here"


def limit(evaluator: "Arithmetic", node: Big, at: Callable[[Any], Any]) -> Any:
    """Return the limit of a body, `at` values of its variable; its error is kept.

    Raises TooLargeError where the values do not settle, UndefinedError where both sides differ.
    """
    if node.low is None or node.where is not None:
        raise TooLargeError(NOT_COMPUTED)
    ctx = evaluator.ctx
    target = evaluator.number(node.low)
    if hasattr(target, "_mpc_"):
        raise TooLargeError(NOT_COMPUTED)
    near = NEAR + evaluator.finer
    outer = ctx.dps, evaluator.cost, evaluator.tiny, evaluator.bits
    ctx.dps = 12 * near + 50
    evaluator.cost, evaluator.tiny = ctx.dps // 30, ctx.mpf(10) ** (4 - ctx.dps)
    try:
        runs = [
            [_number(at(point)) for point in points]
            for points in _approaches(ctx, node.variable, target, (FIRST, near, 2 * near))
            if _is_defined(at, points[-1])
        ]
        found = [_settled(ctx, run) for run in runs]
    finally:
        ctx.dps, evaluator.cost, evaluator.tiny, evaluator.bits = outer
    if not found:
        raise UndefinedError("this has no value near its limit")
    values, doubts = [value for value, _ in found], [doubt for _, doubt in found]
    scale = max(map(abs, values))
    if scale and max(values) - min(values) > max(*doubts, 0) + LEAST * scale:
        raise UndefinedError("the limits from both sides differ")
    doubt = max(max(doubts), max(values) - min(values))
    if scale and doubt > LEAST * scale:
        raise TooLargeError(NOT_COMPUTED)
    least = 10.0 ** -(NEAR + evaluator.finer)
    evaluator.error = max(evaluator.error, float(doubt / scale) if scale else 0.0, least)
    return +values[0]


def _approaches(ctx: Any, name: str, target: Any, powers: tuple[int, ...]) -> list[list[Any]]:
    """Return points nearer and nearer: on both sides, or even and odd, or off every lattice."""
    scales = [ctx.mpf(10) ** power for power in powers]
    if ctx.isinf(target):
        sign = 1 if target > 0 else -1
        if name in COUNTED:
            return [[sign * (scale + k) for scale in scales] for k in (3, 4)]
        return [[sign * scale * share for scale in scales] for share in (1, ctx.mpf(SHARE))]
    return [[target + sign * ctx.mpf(SHARE) / scale for scale in scales] for sign in (1, -1)]


def _is_defined(at: Callable[[Any], Any], point: Any) -> bool:
    try:
        at(point)
    except TooLargeError:
        raise
    except UndefinedError:
        return False
    return True


def _number(value: Any) -> Any:
    if isinstance(value, Matrix) or not hasattr(value, "_mpf_"):
        raise TooLargeError(NOT_COMPUTED)
    return value


def _settled(ctx: Any, run: list[Any]) -> tuple[Any, Any]:
    """Return the value to which three values settle and how doubtful it is; 0 where they vanish."""
    first, second, third = run
    if not all(map(ctx.isfinite, run)):
        raise TooLargeError(NOT_COMPUTED)
    before, after = abs(second - first), abs(third - second)
    if after > SETTLED * before:
        raise TooLargeError(NOT_COMPUTED)
    sizes = [abs(value) for value in run]
    if sizes[2] <= SETTLED * sizes[1] and sizes[1] <= SETTLED * sizes[0]:
        return ctx.mpf(0), ctx.mpf(0)
    return third, after
