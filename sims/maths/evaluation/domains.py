"""The points to try for some symbols: each from its domain, the nicest first."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sims.maths.errors import MathsError
from sims.maths.evaluation.symbols import MATRICES, VECTORS, Symbols
from sims.maths.syntax.tree import Collection, Constant, Interval, Node

GRID = tuple(map(Fraction, ("2", "3", "1", "1/2", "-1", "-2", "0")))
POSITIVE = tuple(map(Fraction, ("2", "1", "3", "1/2", "3/2", "5")))
SHARES = tuple(map(Fraction, ("1/2", "1/4", "1/3", "3/4", "1/5", "2/3")))
SIZES = (2, 3, 4)
Raw = Any  # Fraction, bool, complex pair, or (nested) lists of Fractions


@dataclass(frozen=True)
class Point:
    """Exact values of the symbols at one point; ``size`` is the length of its vectors."""

    values: Mapping[str, Raw]
    size: int = 3
    outcomes: int = 0


class Sampler:
    """Draws points for some symbols; the same seed and symbols give the same points."""

    def __init__(self, symbols: Symbols, seed: int) -> None:
        self.symbols = symbols
        self.draw = random.Random(seed)  # noqa: S311 - sample points, not secrets

    def points(self, count: int = 24) -> Iterator[Point]:
        """Yield the points: a small grid first, then random ones, then a wider search."""
        if self.symbols.indexed:
            yield from self._indexed()
            return
        names = self.symbols.names
        booleans = [name for name in names if self.symbols.domains[name] == "boolean"]
        if booleans and len(booleans) == len(names):
            for truths in itertools.product((True, False), repeat=min(len(booleans), 8)):
                yield Point(dict(zip(booleans, truths, strict=False)))
            return
        if not names:
            yield Point({})
            return
        for number in range(3 * count):
            yield self._point(names, number, 3)

    def _indexed(self) -> Iterator[Point]:
        names = self.symbols.names
        indices = [name for name in names if self.symbols.domains[name] == "index"]
        for size in SIZES:
            places = list(itertools.product(range(1, size + 1), repeat=len(indices)))
            if len(places) > 16:
                places = self.draw.sample(places, 16)
            for number, place in enumerate(places if len(places) > 2 else places * 4):
                point = self._point(names, number + (size > 2) * 9, size)
                chosen = dict(zip(indices, map(Fraction, place), strict=True))
                yield Point({**point.values, **chosen}, size)

    def _point(self, names: Sequence[str], number: int, size: int) -> Point:
        values = {
            name: self._value(self.symbols.domains[name], number, place, size)
            for place, name in enumerate(names)
        }
        return Point(values, size)

    def _value(self, domain: str, number: int, place: int, size: int) -> Raw:
        if domain == "size":
            return Fraction(size)
        if domain in VECTORS:
            entries = [self._entry(domain, number) for _ in range(size)]
            return [x / sum(entries) for x in entries] if domain == "simplex" else entries
        if domain in MATRICES:
            return self._matrix(domain, number, size)
        if domain == "boolean":
            return self.draw.random() < 0.5
        if domain == "complex":
            return (self._real(number, place), self._real(number + 8, place + 1))
        if domain.startswith("in "):
            return self._inside(domain, number)
        return self._scalar(domain, number, place)

    def _entry(self, domain: str, number: int) -> Fraction:
        if domain == "vector":
            value = Fraction(self.draw.randint(-3000, 3000), 1000)
            return Fraction(round(value * 2), 2) if number < 3 else value
        return Fraction(self.draw.randint(1, 9 if number < 3 else 997))

    def _matrix(self, domain: str, number: int, size: int) -> list[list[Fraction]]:
        rows = [[self._entry("vector", number) for _ in range(size)] for _ in range(size)]
        if domain == "symmetric matrix":
            return [[rows[min(i, j)][max(i, j)] for j in range(size)] for i in range(size)]
        return rows

    def _scalar(self, domain: str, number: int, place: int) -> Fraction:
        if domain == "integer":
            return Fraction(GRID[number % 7].numerator if number < 7 else self.draw.randint(-5, 9))
        if domain in ("natural", "index"):
            return Fraction(
                1 + (number + 2 * place) % 7 if number < 7 else self.draw.randint(0, 12)
            )
        if domain == "probability":
            return self._chosen(SHARES, number, place, 0, 1)
        if domain in ("positive", "nonnegative"):
            return self._chosen(POSITIVE, number, place, 0, 2 if number % 2 else 6)
        if domain == "negative":
            return -self._chosen(POSITIVE, number, place, 0, 2 if number % 2 else 6)
        value = self._real(number, place)
        return value if value or domain != "nonzero" else Fraction(1)

    def _chosen(
        self, grid: Sequence[Fraction], number: int, place: int, low: int, high: int
    ) -> Fraction:
        if number < len(grid):
            return grid[(number * (2 * place + 1) + place) % len(grid)]
        return low + Fraction(self.draw.randint(1, 9973), 9974) * (high - low)

    def _real(self, number: int, place: int) -> Fraction:
        grid = [
            *GRID,
            *self.symbols.breaks,
            *(value + Fraction(1, 2) for value in self.symbols.breaks),
        ]
        grid += [-value for value in self.symbols.breaks]
        if number < min(len(grid), 16):
            return grid[(number * (2 * place + 1) + place) % len(grid)]
        size = (2, 6, -2, -6)[(number + place * self.draw.randint(0, 3)) % 4]
        if number > 24:
            size = (1, 20, -1, -20, 6, -6, 100, -100)[self.draw.randint(0, 7)]
        return Fraction(self.draw.randint(1, 9973), 9974) * size

    def _inside(self, domain: str, number: int) -> Fraction:
        low, high, ends = interval_of(domain)
        if ends is not None:
            return ends[number % len(ends)]
        if number < 3:
            return low + (high - low) * SHARES[number]
        return low + (high - low) * Fraction(self.draw.randint(1, 9973), 9974)


def interval_of(domain: str) -> tuple[Fraction, Fraction, list[Fraction] | None]:
    """Return the ends of ``in (a, b)`` (a width of 6 where one is infinite) or the set's items."""
    from sims.maths.evaluation.evaluator import value_of
    from sims.maths.syntax.parser import parse_text

    node = parse_text(domain[3:], {})
    if isinstance(node, Collection) and node.kind == "set" and node.items:
        return Fraction(0), Fraction(0), [_exact(value_of(item, {})) for item in node.items]
    ends = node.items if isinstance(node, Collection) and len(node.items) == 2 else ()
    if isinstance(node, Interval):
        ends = (node.low, node.high)
    if len(ends) != 2:
        raise MathsError(f"the domain '{domain}' is not an interval or a set")
    low = None if _infinite(ends[0]) else _exact(value_of(ends[0], {}))
    high = None if _infinite(ends[1]) else _exact(value_of(ends[1], {}))
    if low is None:
        low = (high if high is not None else Fraction(3)) - 6
    return low, high if high is not None else low + 6, None


def _infinite(node: Node) -> bool:
    return any(part == Constant("inf") for part in node.walk())


def _exact(value: Any) -> Fraction:
    return Fraction(str(value))
