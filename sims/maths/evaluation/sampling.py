"""Do two expressions agree? Values at many points, to 30 digits and then to 90.

At 30 digits rounding can hide in cancellation, so agreement and disagreement are both looked at
again at 90: a difference that shrinks with the precision is rounding, one that stays is real.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sims.maths.evaluation.domains import Point, Sampler
from sims.maths.evaluation.evaluator import Evaluator, context
from sims.maths.evaluation.matrix import Matrix, TooLargeError, UndefinedError
from sims.maths.evaluation.symbols import Symbols
from sims.maths.limits import Budget
from sims.maths.syntax.tree import Big, Constant, Node

ENOUGH = 4  # good points before two expressions count as equal
POINTS = 24
HOPELESS = 4  # points too hard to compute, with none that was not, before giving up
FIRST, SECOND = 30, 90
CLOSE = 18  # agreeing digits without which 90 digits call two values different
NOISE = 6  # digits that rounding may cost before agreement is looked at again

MISSING: Any = object()


@dataclass
class Agreement:
    """What the points said. ``witness`` is the nicest point of disagreement, in words."""

    status: str  # equal, equal-where-defined, different, undecided
    witness: str = ""
    good: int = 0
    one_sided: int = 0
    hopeless: bool = False  # the values exist but are beyond what is computed here


def bind(ctx: Any, point: Point) -> dict[str, Any]:
    """Return the values of a point at the context's precision."""
    return {name: _bound(ctx, raw) for name, raw in point.values.items()}


def _bound(ctx: Any, raw: Any) -> Any:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, tuple):
        return ctx.mpc(_exactly(ctx, raw[0]), _exactly(ctx, raw[1]))
    if isinstance(raw, list) and raw and isinstance(raw[0], list):
        return Matrix([_exactly(ctx, entry) for entry in row] for row in raw)
    if isinstance(raw, list):
        return Matrix.column(_exactly(ctx, entry) for entry in raw)
    return _exactly(ctx, raw)


def _exactly(ctx: Any, value: Fraction) -> Any:
    return ctx.mpf(value.numerator) / value.denominator


class Prober:
    """Evaluates trees at points of one comparison, under its budget."""

    def __init__(self, symbols: Symbols, seed: int, budget: Budget, *, real: bool = True) -> None:
        self.symbols = symbols
        self.seed = seed
        self.budget = budget
        self.real = real
        self.loose = False  # a list was written, which may be a row or a column

    def points(self, count: int = POINTS) -> Any:
        """Return the points of this comparison."""
        return Sampler(self.symbols, self.seed).points(count)

    def evaluator(self, point: Point, digits: int, branch: int = 1) -> Evaluator:
        """Return an evaluator at a point."""
        ctx = context(digits)
        values = bind(ctx, point)
        return Evaluator(
            ctx,
            values,
            self.budget,
            real=self.real,
            size=point.size,
            outcomes=self._outcomes(ctx, values),
            branch=branch,
        )

    def _outcomes(self, ctx: Any, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return three outcomes for the random names: one distribution, values near the point."""
        names = [name for name in self.symbols.names if self.symbols.domains[name] == "random"]
        if not names:
            return ()
        shares = [ctx.mpf(share) / 10 for share in (2, 3, 5)]
        shifts = (ctx.mpf(-1), ctx.mpf(1) / 3, ctx.mpf(2))
        return tuple(
            (share, {name: values[name] + shift * (at + 1) for at, name in enumerate(names)})
            for share, shift in zip(shares, shifts, strict=True)
        )

    def value(self, node: Node, point: Point, digits: int, branch: int = 1) -> tuple[Any, float]:
        """Return a value (MISSING where undefined) and its estimated error."""
        evaluator = self.evaluator(point, digits, branch)
        try:
            return evaluator.value(node), evaluator.error
        except TooLargeError:
            raise
        except UndefinedError:
            return MISSING, 0.0


def distance(ctx: Any, left: Any, right: Any, *, loose: bool = False) -> tuple[Any, Any]:
    """Return the largest difference of two values and their scale; shapes that differ are far.

    ``loose`` takes a row and a column with the same entries for the same vector.
    """
    if isinstance(left, bool) or isinstance(right, bool):
        return (ctx.mpf(0 if left is right else 1), ctx.mpf(1))
    if isinstance(left, Matrix) or isinstance(right, Matrix):
        return _matrix_distance(ctx, left, right, loose)
    if left == right:
        return ctx.mpf(0), abs(left)
    gap = abs(left - right)
    return (gap, max(abs(left), abs(right))) if ctx.isfinite(gap) else (ctx.mpf(1), ctx.mpf(1))


def _matrix_distance(ctx: Any, left: Any, right: Any, loose: bool) -> tuple[Any, Any]:
    if not (isinstance(left, Matrix) and isinstance(right, Matrix)):
        return ctx.mpf(1), ctx.mpf(1)
    if left.shape != right.shape:
        flipped = left.is_vector and right.is_vector and len(left) == len(right)
        if not (flipped and loose):
            return ctx.mpf(1), ctx.mpf(1)
    pairs = [distance(ctx, a, b) for a, b in zip(left, right, strict=True)]
    return max(gap for gap, _ in pairs), max(scale for _, scale in pairs)


def agreement(
    answer: Node, expected: Node, prober: Prober, *, branches: tuple[int, int] = (1, 1)
) -> Agreement:
    """Compare two expressions at the points of a comparison. Raises BudgetError."""
    result = Agreement("undecided")
    needed = ENOUGH if prober.symbols.domains else 1
    slow = any(
        isinstance(part, Big) and _is_slow(part)
        for side in (answer, expected)
        for part in side.walk()
    )
    hopeless = 0
    for number, point in enumerate(prober.points()):
        if slow and result.good > ENOUGH and not prober.symbols.indexed:
            break
        if number >= POINTS and result.good >= needed and not prober.symbols.indexed:
            break
        try:
            verdict, witness = _at(answer, expected, prober, point, branches)
        except TooLargeError:
            hopeless += 1
            if hopeless >= HOPELESS and not result.good:
                result.hopeless = True
                break
            continue
        if verdict == "different":
            return Agreement("different", witness, result.good, result.one_sided)
        result.good += verdict == "same"
        result.one_sided += verdict == "one-sided"
        if verdict == "one-sided" and not result.witness:
            result.witness = witness
    if result.good >= needed:
        result.status = "equal-where-defined" if result.one_sided else "equal"
    return result


def _is_slow(node: Big) -> bool:
    return node.kind == "int" or node.high == Constant("inf")


def _at(
    answer: Node, expected: Node, prober: Prober, point: Point, branches: tuple[int, int]
) -> tuple[str, str]:
    """Return what one point says: same, different, one-sided, neither."""
    left, error = prober.value(answer, point, FIRST, branches[0])
    right, other = prober.value(expected, point, FIRST, branches[1])
    if left is MISSING and right is MISSING:
        return "neither", ""
    if left is MISSING or right is MISSING:
        side = "your answer" if left is MISSING else "the expected answer"
        return "one-sided", f"{where(point)}{side} is not defined"
    ctx = context(FIRST)
    gap, scale = distance(ctx, left, right, loose=prober.loose)
    if error or other:
        slack = max(1000 * max(error, other), 1e-14)
        if gap <= slack * max(1, scale):
            return "same", ""
        return ("different" if gap > 1e-6 * max(1, scale) else "neither"), _words(
            point, left, right
        )
    return _again(answer, expected, prober, point, branches, (left, right, gap))


def _again(
    answer: Node,
    expected: Node,
    prober: Prober,
    point: Point,
    branches: tuple[int, int],
    first: tuple[Any, Any, Any],
) -> tuple[str, str]:
    """Look at a point again to 90 digits, and at doubt to 180."""
    gap, before = first[2], FIRST
    for digits in (SECOND, 2 * SECOND):
        left, _ = prober.value(answer, point, digits, branches[0])
        right, _ = prober.value(expected, point, digits, branches[1])
        if left is MISSING or right is MISSING:
            return "neither", ""
        ctx = context(digits)
        now, scale = distance(ctx, left, right, loose=prober.loose)
        if now <= ctx.mpf(10) ** (NOISE - digits) * scale:
            return "same", ""
        if now <= gap * ctx.mpf(10) ** ((before - digits) * 2 // 3) and gap < 1e-10:
            return "same", ""  # it shrinks as the precision grows: rounding around 0
        if now > ctx.mpf(10) ** -CLOSE * scale or digits > SECOND:
            return "different", _words(point, left, right)
        gap, before = now, digits
    return "neither", ""


def where(point: Point) -> str:
    """Return the point in words: ``at x = -2: ``."""
    parts = [f"{name} = {shown(raw)}" for name, raw in point.values.items()]
    return f"at {', '.join(parts)}: " if parts else ""


def shown(value: Any) -> str:
    """Return a sample or computed value in a few characters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"{shown(value[0])} + {shown(value[1])} i"
    if isinstance(value, list):
        return "[" + ", ".join(shown(entry) for entry in value) + "]"
    if isinstance(value, Matrix):
        rows = ["[" + ", ".join(shown(entry) for entry in row) + "]" for row in value.rows]
        return "[" + ", ".join(rows) + "]" if value.shape[1] > 1 else shown([*value])
    if isinstance(value, Fraction):
        if value.denominator in (1, 2, 3, 4, 5):
            return str(value)
        return f"{float(value):.4g}"
    if hasattr(value, "_mpc_"):
        return f"{shown(value.real)} + {shown(value.imag)} i"
    return _decimal(value)


def _decimal(value: Any) -> str:
    if not hasattr(value, "_mpf_"):
        return str(value)
    whole = context(FIRST).nint(value) if abs(value) < 10**12 else value
    if whole == value and abs(value) < 10**12:
        return str(int(value))
    from mpmath import nstr

    return str(nstr(value, 6))


def _words(point: Point, left: Any, right: Any) -> str:
    """Return two values that differ, with as many figures as it takes to see that."""
    words = [shown(left), shown(right)]
    if hasattr(left, "_mpf_") and hasattr(right, "_mpf_"):
        from mpmath import nstr

        for figures in (6, 20):
            if nstr(left, figures) != nstr(right, figures):
                words = words if figures == 6 else [nstr(left, figures), nstr(right, figures)]
                break
        else:
            gap = nstr(abs(left - right), 3)
            return f"{where(point)}both are about {words[0]}, but {gap} apart"
    return f"{where(point)}{words[0]} against {words[1]}"
