"""One symbol running along the real line: where a statement may change, and what holds there."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from sims.maths.evaluation.domains import ends_of, ends_within, inside
from sims.maths.evaluation.evaluator import Evaluator, context, fraction_of
from sims.maths.evaluation.matrix import TooLargeError, UndefinedError
from sims.maths.evaluation.points import Point
from sims.maths.evaluation.prober import MISSING, Prober, bind
from sims.maths.evaluation.symbols import INTEGERS
from sims.maths.evaluation.witness import shown
from sims.maths.syntax.tree import Add, Divide, Mul, Name, Node, Number, Power, Unary, free_names

DIGITS = 40
SHARES = tuple(Fraction(k, 7) for k in range(1, 7))
OUTMOST = tuple(Fraction(sign * 10**power) for sign in (-1, 1) for power in (20, 32, 60, 120))
"""Only roots are looked for so far out: digits do not tell what holds there."""

EXACT, ROUGH = 1e-30, 1e-9  # how near two zeros are the same, found by signs and as dips
WHOLE = tuple(map(Fraction, (0, 1, -1, 2, -2, 3, -3, 4, 5, -5)))
HALVES = tuple(Fraction(n, 2) for n in range(-7, 8, 2))
BROKEN = tuple(Fraction(n, d) for d in (3, 4) for n in range(-2 * d, 2 * d) if n % d) + HALVES
OUT = (7, 9, 15, 40, 100, 1000, 10**5, 10**9, 10**14)
FARTHEST = OUT[-1]
FEW = tuple(Fraction(sign * size) for sign in (-1, 1) for size in (7, 15, 100, *OUT[5:]))
FAR = tuple(Fraction(sign * size) for sign in (-1, 1) for size in OUT)


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

    def truth_at(self, node: Node, values: Mapping[str, Any]) -> bool | None:
        """Return whether a statement holds with several symbols at other values."""
        evaluator = self.evaluator(self.start(self.name))
        before = evaluator.values
        evaluator.values = {**before, **values}
        try:
            return evaluator.truth(node)
        except TooLargeError:
            return None
        except UndefinedError:
            return False
        finally:
            evaluator.values = before

    def truth(self, node: Node, value: Any) -> bool | None:
        """Return whether a statement holds, as it does not where it is undefined.

        None where a value is too large to compute.
        """
        try:
            return self.evaluator(value).truth(node)
        except TooLargeError:
            return None
        except UndefinedError:
            return False

    def where(self, value: Any, others: Mapping[str, Any] | None = None) -> str:
        """Return the point in words, with `others` at other values."""
        raws = {**self.point.values, **(others or {})}
        parts = [f"{key} = {shown(raw)}" for key, raw in raws.items() if key != self.name]
        return f"at {', '.join([f'{self.name} = {shown(_nice(value))}', *parts])}: "

    def telling_values(self, differences: list[Node]) -> list[Any]:
        """Return integers or, given differences, their roots, points between and a finer grid."""
        ctx = context(DIGITS)
        alone = len(self.prober.symbols.names) == 1
        broken, far = (BROKEN, FAR) if alone else (HALVES, FEW)
        ends = ends_within(self.domain)
        rough = (*broken, *far, *self.prober.breaks, *ends) if differences else WHOLE
        grid = [ctx.mpf(x.numerator) / x.denominator for x in rough if self.holds(x)]
        if self.domain in INTEGERS:
            return self._whole(grid, differences)
        if not differences:
            return grid
        straight = [self._low_degree(difference) for difference in differences]
        if None not in straight:  # the statement changes at these roots alone
            kept = (*self.prober.breaks, *ends, *self._within())
            breaks = [ctx.mpf(x.numerator) / x.denominator for x in kept]
            roots = {x for each in straight for x in each or ()}
            return self._at_and_between(roots, set(), [x for x in breaks if self.holds(x)], [])
        found = {*grid, *(ctx.mpf(int(x)) for x in (*WHOLE, *OUTMOST) if self.holds(x))}
        roots, dips = set[Any](), set[Any]()
        for difference in differences:
            crossing, touching = self._roots(difference, sorted(found))
            roots.update(crossing)
            dips.update(touching)
        near = sorted(x for x in found if abs(x) <= FARTHEST)
        return self._at_and_between(roots, dips, grid, near)

    def _within(self) -> list[Fraction]:
        """Return some fractions between the ends of a domain that has two."""
        low, high, items = ends_of(self.domain)
        if low is None or high is None:
            return items or []
        return [low + (high - low) * share for share in SHARES]

    def _at_and_between(
        self, roots: set[Any], dips: set[Any], grid: list[Any], found: list[Any]
    ) -> list[Any]:
        """Return roots, a grid, and points between neighbours of these and of what was found."""
        marks = sorted({*found, *grid} | roots | dips)
        ends = roots | dips if len(self.prober.symbols.names) > 1 else {*marks}
        between = [
            (a + b) / 2
            for a, b in pairwise(marks)
            if (a in ends or b in ends)
            and b - a > (ROUGH if {a, b} & dips else EXACT * max(1, abs(b)))
        ]
        if marks:
            between += [marks[0] - 1 - abs(marks[0]), marks[-1] + 1 + abs(marks[-1])]
        near = sorted(roots | dips, key=abs)
        return [x for x in [*near, *grid, *between] if self.holds(x)]

    def around_roots(self, differences: list[Node]) -> tuple[list[Any], list[Any]]:
        """Return the roots of the differences, and points between neighbours among them.

        So a strip between two borders is met that is too narrow for a grid.
        """
        ctx = context(DIGITS)
        grid = [ctx.mpf(x.numerator) / x.denominator for x in (*WHOLE, *HALVES, *FAR)]
        found = sorted(x for x in grid if self.holds(x) or self.domain in INTEGERS)
        if self.domain in INTEGERS:
            return self._whole(found, differences), []
        pairs = [self._roots(difference, found) for difference in differences]
        roots = sorted({x for pair in pairs for each in pair for x in each})
        between = [(a + b) / 2 for a, b in pairwise(roots) if b - a > EXACT * max(1, abs(b))]
        return [x for x in roots if self.holds(x)], [x for x in between if self.holds(x)]

    def _whole(self, grid: list[Any], differences: list[Node]) -> list[Any]:
        """Return the whole numbers of a grid, and those on both sides of each root."""
        ctx = context(DIGITS)
        found = sorted({ctx.nint(x) for x in grid})
        for difference in differences:
            for root in self._roots(difference, found)[0]:
                found += [ctx.floor(root), ctx.ceil(root), ctx.floor(root) - 1, ctx.ceil(root) + 1]
        return [x for x in dict.fromkeys(found) if self.holds(x)]

    def holds(self, value: Any, name: str = "") -> bool:
        """Return whether a number lies in the domain of the running symbol, or of another."""
        domain = self.prober.symbols.domains[name] if name else self.domain
        value = fraction_of(value)
        if domain in INTEGERS:
            return bool(value.denominator == 1 and (domain == "integer" or value >= 0))
        return inside(domain, value) or value in ends_within(domain)

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
            flat = max(abs(fa), abs(fc)) - abs(fb) <= abs(fb) * EXACT  # as far as digits tell
            lowest = not flat and 0 < abs(fb) <= min(abs(fa), abs(fc))
            if lowest and (fa < 0) == (fb < 0) == (fc < 0):
                rough.append(self._touching(node, a, b, c))
        return [x for x in roots if x is not None], [x for x in rough if x is not None]

    def _low_degree(self, node: Node) -> list[Any] | None:
        """Return the exact zeros of what is a quadratic in the running symbol, else None."""
        degree = _degree(node, self.name)
        if degree is None or degree > 2:
            return None
        values = [self.value(node, context(DIGITS).mpf(x)) for x in (0, 1, -1)]
        if not all(hasattr(value, "_mpf_") for value in values):
            return None
        ctx = context(DIGITS)
        c, second = values[0], (values[1] + values[2]) / 2 - values[0]
        b = (values[1] - values[2]) / 2
        noise = max(abs(value) for value in values) * ctx.mpf(10) ** (8 - DIGITS)
        if degree < 2 or abs(second) <= noise:
            if degree == 2 and c:  # lost beside a large constant
                return None
            return [-c / b] if abs(b) > noise else [] if degree == 0 or b == 0 else None
        square = b * b - 4 * second * c
        if square < -noise * max(1, abs(second)):
            return []
        root = ctx.sqrt(max(square, 0))
        return [(-b + root) / (2 * second), (-b - root) / (2 * second)]

    def _between(self, node: Node, a: Any, fa: Any, b: Any, fb: Any) -> Any:
        """Return the zero between two signs, or None at a jump (Illinois, then bisection)."""
        ctx = context(DIGITS)
        tolerance = ctx.mpf(10) ** (6 - DIGITS)
        for step in range(120):
            middle = (a * fb - b * fa) / (fb - fa) if step % 3 else _middle(ctx, a, b)
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


def _degree(node: Node, name: str) -> int | None:
    """Return the degree of a polynomial in a name as it is written, None for what is none."""
    if name not in free_names(node):
        return 0
    if isinstance(node, Name):
        return 1
    degrees = [_degree(child, name) for child in node.children]
    if None in degrees:
        return None
    known = [degree or 0 for degree in degrees]
    if isinstance(node, Add):
        return max(known)
    if isinstance(node, Mul):
        return sum(known)
    if isinstance(node, Unary) and node.sign in ("-", "+", "%"):
        return known[0]
    if isinstance(node, Divide) and known[1] == 0:
        return known[0]
    power = node.exponent if isinstance(node, Power) else None
    if isinstance(power, Number) and power.value.denominator == 1 and power.value >= 0:
        return known[0] * int(power.value)
    return None


def _middle(ctx: Any, a: Any, b: Any) -> Any:
    """Return a point halfway between two, in size where they are of very different sizes."""
    small, large = sorted((abs(a), abs(b)))
    if a * b > 0 and large > 100 * small:
        return ctx.sign(a) * ctx.sqrt(small * large)
    return (a + b) / 2


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
