"""One symbol running along the real line: where a statement may change, and what holds there."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from sims.maths.evaluation.domains import ends_of
from sims.maths.evaluation.evaluator import Evaluator, context, fraction_of
from sims.maths.evaluation.matrix import TooLargeError, UndefinedError
from sims.maths.evaluation.points import Point
from sims.maths.evaluation.prober import MISSING, Prober, bind
from sims.maths.evaluation.symbols import MATRICES, VECTORS
from sims.maths.evaluation.witness import shown
from sims.maths.syntax.tree import Node

DIGITS = 40
NOT_REAL = frozenset({"boolean", "function", "name", "complex", *VECTORS, *MATRICES})
EXACT, ROUGH = 1e-30, 1e-9  # how near two zeros are the same, found by signs and as dips
WHOLE = tuple(map(Fraction, (0, 1, -1, 2, -2, 3, -3, 4, 5, -5)))
HALVES = tuple(Fraction(n, 2) for n in range(-7, 8, 2))
BROKEN = tuple(Fraction(n, d) for d in (3, 4) for n in range(-2 * d, 2 * d) if n % d) + HALVES
FAR = tuple(map(Fraction, (-1000, -100, -40, -15, -9, -7, 7, 9, 15, 40, 100, 1000)))


def runs(domain: str) -> bool:
    """Return whether a symbol of a domain may run along the real line."""
    return domain not in NOT_REAL


class Line:
    """All symbols but one are fixed; the one runs along the real line (or its domain)."""

    def __init__(self, prober: Prober, point: Point, name: str) -> None:
        self.prober = prober
        self.point = point
        self.name = name
        self.domain = prober.symbols.domains[name]
        self._evaluator = prober.evaluator(point, DIGITS)

    def evaluator(self, value: Any) -> Evaluator:
        """Return the line's evaluator with the running symbol at a value."""
        context(DIGITS)
        self._evaluator.values[self.name] = value
        return self._evaluator

    def value(self, node: Node, value: Any) -> Any:
        """Return the value of an expression with the running symbol at a value."""
        try:
            return self.evaluator(value).number(node)
        except TooLargeError:
            return MISSING
        except UndefinedError:
            return MISSING

    def start(self, name: str) -> Any:
        """Return the value that a symbol has at the line's point."""
        return bind(context(DIGITS), self.point)[name]

    def value_at(self, node: Node, values: Mapping[str, Any]) -> Any:
        """Return the value of an expression with several symbols at other values."""
        evaluator = self.evaluator(self.start(self.name))
        before = evaluator.values
        evaluator.values = {**before, **values}
        try:
            return evaluator.number(node)
        except UndefinedError:
            return MISSING
        finally:
            evaluator.values = before

    def truth_at(self, node: Node, values: Mapping[str, Any]) -> bool:
        """Return whether a statement holds with several symbols at other values."""
        evaluator = self.evaluator(self.start(self.name))
        before = evaluator.values
        evaluator.values = {**before, **values}
        try:
            return evaluator.truth(node)
        except UndefinedError:
            return False
        finally:
            evaluator.values = before

    def truth(self, node: Node, value: Any) -> bool:
        """Return whether a statement holds; where it is undefined it does not."""
        try:
            return self.evaluator(value).truth(node)
        except UndefinedError:
            return False

    def where(self, value: Any, others: Mapping[str, Any] | None = None) -> str:
        """Return the point in words, with ``others`` at other values."""
        raws = {**self.point.values, **(others or {})}
        parts = [f"{key} = {shown(raw)}" for key, raw in raws.items() if key != self.name]
        return f"at {', '.join([f'{self.name} = {shown(_nice(value))}', *parts])}: "

    def telling_values(self, differences: list[Node]) -> list[Any]:
        """Return integers or, given differences, their roots, points between and a finer grid."""
        ctx = context(DIGITS)
        broken = BROKEN if len(self.prober.symbols.names) == 1 else HALVES
        rough = (*broken, *FAR, *self.prober.breaks) if differences else WHOLE
        grid = [ctx.mpf(x.numerator) / x.denominator for x in rough if self._inside(x)]
        if self.domain in ("integer", "natural", "index", "size"):
            return [x for x in grid if x == int(x)]
        if not differences:
            return grid
        found = {*grid, *(ctx.mpf(int(x)) for x in WHOLE if self._inside(x))}
        roots: set[Any] = set()
        dips: set[Any] = set()
        for difference in differences:
            crossing, touching = self._roots(difference, sorted(found))
            roots.update(crossing)
            dips.update(touching)
        ends = sorted(found | roots | dips)
        roots |= dips
        between = [
            (a + b) / 2
            for a, b in pairwise(ends)
            if b - a > (ROUGH if {a, b} & dips else EXACT * max(1, abs(b)))
        ]
        if ends:
            between += [ends[0] - 1 - abs(ends[0]), ends[-1] + 1 + abs(ends[-1])]
        near = sorted(roots, key=abs)
        return [x for x in [*near, *grid, *between] if self._inside(x)]

    def _inside(self, value: Any) -> bool:
        low, high, items = ends_of(self.domain)
        value = fraction_of(value)
        if items is not None:
            return value in items
        if self.domain == "natural":
            return bool(value >= 0)
        if low is not None and not (value > low or (self.domain == "nonnegative" and value == low)):
            return False
        return high is None or bool(value < high)

    def _roots(self, node: Node, grid: list[Any]) -> tuple[list[Any], list[Any]]:
        """Return the zeros of an expression: at changes of sign, and roughly where it only dips."""
        straight = self._low_degree(node)
        if straight is not None:
            return straight, []
        values = [(x, self.value(node, x)) for x in grid]
        values = [(x, y) for x, y in values if hasattr(y, "_mpf_") and context(DIGITS).isfinite(y)]
        roots, rough = [], []
        for (a, fa), (b, fb) in pairwise(values):
            if fa == 0 or fb == 0:
                continue
            if (fa < 0) != (fb < 0):
                roots.append(self._between(node, a, fa, b, fb))
        for (a, fa), (b, fb), (c, fc) in zip(values, values[1:], values[2:], strict=False):
            if 0 < abs(fb) <= min(abs(fa), abs(fc)) and (fa < 0) == (fb < 0) == (fc < 0):
                rough.append(self._touching(node, a, b, c))
        return [x for x in roots if x is not None], [x for x in rough if x is not None]

    def _low_degree(self, node: Node) -> list[Any] | None:
        """Return the exact zeros of what is a quadratic in the running symbol, else None."""
        ctx = context(DIGITS)
        values = [self.value(node, ctx.mpf(x)) for x in (0, 1, 2, 3, 7)]
        if not all(hasattr(value, "_mpf_") for value in values):
            return None
        c, second = values[0], (values[2] - 2 * values[1] + values[0]) / 2
        b = values[1] - c - second
        scale = max(abs(value) for value in values) * ctx.mpf(10) ** (8 - DIGITS)
        if any(
            abs((second * x + b) * x + c - y) > scale for x, y in ((3, values[3]), (7, values[4]))
        ):
            return None
        if abs(second) <= scale:
            return [-c / b] if abs(b) > scale else []
        square = b * b - 4 * second * c
        if square < -scale:
            return []
        root = ctx.sqrt(max(square, 0))
        return [(-b + root) / (2 * second), (-b - root) / (2 * second)]

    def _between(self, node: Node, a: Any, fa: Any, b: Any, fb: Any) -> Any:
        """Return the zero between two signs, or None at a jump (Illinois, then bisection)."""
        ctx = context(DIGITS)
        tolerance = ctx.mpf(10) ** (6 - DIGITS)
        for step in range(120):
            middle = (a * fb - b * fa) / (fb - fa) if step % 3 else (a + b) / 2
            value = self.value(node, middle)
            if value is MISSING:
                return None
            if value == 0 or abs(b - a) < tolerance * max(1, abs(b)):
                return self._snapped(node, middle)
            if (value < 0) == (fa < 0):
                a, fa = middle, value
            else:
                b, fb = middle, value
        return None

    def _touching(self, node: Node, a: Any, b: Any, c: Any) -> Any:
        """Return a double zero between neighbours, found as a minimum of the size, or None."""

        def size(x: Any) -> Any:
            value = self.value(node, x)
            return context(DIGITS).inf if value is MISSING else abs(value)

        smallest = _minimum(size, a, b, c)
        root = self._snapped(node, smallest)
        return root if size(root) < 1e-12 else None

    def _snapped(self, node: Node, root: Any) -> Any:
        """Return the simple fraction a root is, if it is one."""
        near = Fraction(str(context(DIGITS).nstr(root, 25))).limit_denominator(60)
        exact = context(DIGITS).mpf(near.numerator) / near.denominator
        if abs(exact - root) < 1e-7 and self.value(node, exact) == 0:
            return exact
        return root

    def complex_root(self, node: Node) -> Any:
        """Return a complex zero by the secant method from a fixed start, or None."""
        ctx = context(DIGITS)
        a, b = ctx.mpc("0.31", "0.42"), ctx.mpc("1.1", "-0.7")
        fa, fb = self.value(node, a), self.value(node, b)
        for _ in range(60):
            if fa is MISSING or fb is MISSING or fa == fb:
                return None
            a, b, fa = b, b - fb * (b - a) / (fb - fa), fb
            fb = self.value(node, b)
            if fb is not MISSING and abs(fb) < ctx.mpf(10) ** (8 - DIGITS):
                return b
        return None


def _minimum(size: Callable[[Any], Any], a: Any, b: Any, c: Any) -> Any:
    """Return the point of the smallest size by golden sections."""
    share = context(DIGITS).mpf("0.3819660112501051")
    lowest = size(b)
    for _ in range(50):
        left = (b - a) > (c - b)
        probe = b - share * (b - a) if left else b + share * (c - b)
        value = size(probe)
        if value < lowest:
            a, b, c = (a, probe, b) if left else (b, probe, c)
            lowest = value
        elif left:
            a = probe
        else:
            c = probe
    return b


def _nice(value: Any) -> Any:
    """Return a simple fraction a real value is, for showing it."""
    if not hasattr(value, "_mpf_"):
        return value
    ctx = context(DIGITS)
    near = Fraction(str(ctx.nstr(value, 20))).limit_denominator(5)
    return near if abs(value - ctx.mpf(near.numerator) / near.denominator) < 1e-15 else value
