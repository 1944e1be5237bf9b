"""Points to try for symbols: grids for the corners, reals off every lattice, values far out.

Everything a point holds is exact (fractions, or lists of them), so that the evaluator can make it
at whatever precision it works in. A simplex is positive weights divided by their sum there.
"""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import isqrt
from typing import Any

from sims.maths.evaluation.branches import STEPPED
from sims.maths.evaluation.domains import ends_of, inside
from sims.maths.evaluation.matrix import MOST_ENTRIES
from sims.maths.evaluation.symbols import INTEGERS, MATRICES, VECTORS, Symbols
from sims.maths.syntax.tree import Call, Node, Number, Power

GRID = tuple(map(Fraction, ("2", "3", "1", "1/2", "-1", "-2", "0")))
POSITIVE = tuple(map(Fraction, ("2", "1", "3", "1/2", "3/2", "5")))
SHARES = tuple(map(Fraction, ("1/2", "1/4", "1/3", "3/4", "1/5", "2/3")))
WHOLE = (2, 3, 1, 0, -1, 5, -2, 7, 4, 12, 30, 64, 97, 211, -17, -100, 1009)
RELATED = ((6, 6, 6), (12, 18, 30), (4, 12, 36), (9, 3, 27), (10, 4, 25), (8, 7, 9))
BESIDE = (10**4, -(10**6), 10**9, -(10**12), 10**15, -(10**18), 10**22, -(10**26))
TIMES = ((1, 2, 3), (2, 1, 1), (3, 5, 2), (4, 2, 6), (1, 1, 1))
MOST_SHARED = 4  # constants whose multiples whole numbers are tried at
MOST_PAIRED = 5  # constants near which two symbols are at once
SIZES = (2, 3, 5)
LARGEST_SIZE = 24
PRIME = 2**61 - 1  # denominators of random reals: no lattice of a formula meets them
FAR: tuple[Fraction | int, ...] = (10**3, 10**6, Fraction(1, 10**3), 20, Fraction(1, 10**6), 300)
WIDE: tuple[Fraction | int, ...] = (10, 10**4, 10**9, 10**12, Fraction(1, 10**9))
ROUND = tuple(number - k for number in (1000, 2**14, 10**5, 2**20) for k in (1, 0))
FIXED = (*INTEGERS, "boolean", "event", "name")
MOST_BOOLEANS = 8
CORNERS, GENERIC, MOST_JOINED = 8, 8, 27
JOINED = (Fraction(-1), Fraction(2), Fraction(1, 2))
CUT = (Fraction(-1), Fraction(-2), Fraction(-7, 3))
Raw = Any  # Fraction, bool, complex pair, or (nested) lists of Fractions
Shapes = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Point:
    """Exact values of the symbols at one point; `size` is the length of its vectors.

    A `special` point has values on grids or constants, where a difference may be that of one
    point alone; `shaped` says that matrices are not square in it.
    """

    values: Mapping[str, Raw]
    size: int = 3
    special: bool = False
    shaped: bool = False
    seed: int = 0


@dataclass
class Sampler:
    """Draws points for some symbols; the same seed and symbols give the same points."""

    symbols: Symbols
    seed: int
    breaks: Sequence[Fraction] = ()
    shapes: Sequence[Shapes] = ()
    draw: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)  # noqa: S311 - sample points, not secrets

    def points(self) -> Iterator[Point]:
        """Yield the points: corners, generic ones, constants' both sides, far ones, more."""
        names = self.symbols.names
        booleans = [name for name in names if self.symbols.domains[name] == "boolean"]
        if booleans and len(booleans) == len(names):
            yield from self._truths(booleans)
        elif not names:
            yield Point({}, special=True)
        elif self.symbols.indexed:
            yield from self._indexed()
        else:
            for number in range(CORNERS):
                yield self._point(number, special=True)
            if len(names) > 1 and any(map(_has_power, self.symbols.nodes)):
                yield from self._joined()
            yield from self._related()
            yield from self._on_the_cut()
            for number in range(GENERIC):
                yield self._point(100 + number)
            yield from self.around_constants()
            yield from self._around_steps()
            yield from self.far(FAR)

    def _truths(self, names: Sequence[str]) -> Iterator[Point]:
        """Yield every case of a few truth values; of many, one apart from the others, and some."""
        if len(names) <= MOST_BOOLEANS:
            for truths in itertools.product((True, False), repeat=len(names)):
                yield Point(dict(zip(names, truths, strict=True)))
            return
        for all_others in (True, False):
            for apart in names:
                yield Point({name: (name == apart) != all_others for name in names})
        for _ in range(2**MOST_BOOLEANS):
            yield Point({name: self.draw.random() < 0.5 for name in names})

    def _joined(self) -> Iterator[Point]:
        """Yield points with -1, 2 and 1/2 together, where rules for powers part."""
        names = [name for name in self.symbols.names if self.symbols.domains[name] == "real"]
        every = list(itertools.product(JOINED, repeat=min(len(names), 6)))
        for values in every if len(every) <= MOST_JOINED else self.draw.sample(every, MOST_JOINED):
            base = self._point(0, special=True)
            yield replace(base, values={**base.values, **dict(zip(names, values, strict=False))})

    def _related(self) -> Iterator[Point]:
        """Yield points at which whole numbers are equal, multiples or have a common factor."""
        names = [name for name in self.symbols.names if self.symbols.domains[name] in INTEGERS]
        shared = [int(x) for x in self.breaks if x.denominator == 1 and x > 1][:MOST_SHARED]
        multiples = [tuple(c * k for k in times) for c in shared for times in TIMES]
        for values in (*RELATED, *multiples) if len(names) > 1 else ():
            base = self._point(0, special=True)
            chosen = dict(zip(names, map(Fraction, itertools.cycle(values)), strict=False))
            yield replace(base, values={**base.values, **chosen})

    def _on_the_cut(self) -> Iterator[Point]:
        """Yield points with a complex number below 0, where roots and logarithms jump."""
        for name in self.symbols.names:
            for value in CUT if self.symbols.domains[name] == "complex" else ():
                base = self._point(0, special=True)
                yield replace(base, values={**base.values, name: (value, Fraction(0))})

    def more(self) -> Iterator[Point]:
        """Yield generic points without end of a wide choice of sizes."""
        for number in itertools.count(200):
            yield self._point(number, scale=Fraction(self.draw.choice((1, 3, 10, 30, 100))))

    def far(self, scales: Sequence[Any]) -> Iterator[Point]:
        """Yield points far out and near zero: all symbols together, then each on its own."""
        for number, scale in enumerate(scales):
            yield self._point(300 + number, scale=Fraction(scale))
            if scale > 1 and "real" in self.symbols.domains.values():
                yield self._point(302 + number, scale=Fraction(scale))  # of the other sign
        names = self.symbols.names
        if len(names) > 1:
            for number, scale in enumerate(scales[:4]):
                name = names[number % len(names)]
                yield self._point(320 + number, scale=Fraction(scale), only=name)

    def around_constants(self) -> Iterator[Point]:
        """Yield points below, at, above and beyond each constant of the expressions."""
        for name in self.symbols.names:
            for constant in self.breaks:
                for number, near in enumerate(_around(constant, self.draw)):
                    for fitted in self._fitted(name, near):
                        base = self._point(400 + number)
                        yield replace(base, values={**base.values, name: fitted}, special=True)

    def around_pairs(self) -> Iterator[Point]:
        """Yield points at which two symbols lie near two constants at once."""
        for pair in itertools.combinations(self.symbols.names[:3], 2):
            for constants in itertools.product(self.breaks[:MOST_PAIRED], repeat=2):
                away = [self._unit() / 2 for _ in constants]
                for signs in itertools.product((1, -1), repeat=2):
                    near = [c + s * x for c, s, x in zip(constants, signs, away, strict=True)]
                    fitted = [self._fitted(*each) for each in zip(pair, near, strict=True)]
                    if all(fitted):
                        chosen = {name: one[0] for name, one in zip(pair, fitted, strict=True)}
                        base = self._point(400)
                        yield replace(base, values={**base.values, **chosen})

    def _around_steps(self) -> Iterator[Point]:
        """Yield whole numbers on both sides of round ones, where something goes in steps."""
        if not any(isinstance(part, Call) and part.function in STEPPED
                   for node in self.symbols.nodes for part in node.walk()):  # fmt: skip
            return
        for name in self.symbols.names:
            if self.symbols.domains[name] in INTEGERS:
                for value in ROUND:
                    base = self._point(400)
                    yield replace(base, values={**base.values, name: Fraction(value)})

    def _fitted(self, name: str, value: Fraction) -> list[Raw]:
        """Return a value in the domain of a symbol that is or holds a number, or nothing."""
        domain = self.symbols.domains[name]
        if domain in INTEGERS:
            whole = Fraction(round(value))
            return [whole] if whole >= 0 or domain == "integer" else []
        if domain in ("vector", "positive vector", "random vector"):
            if value <= 0 and domain == "positive vector":
                return []
            return [[value * (1 + self._unit() / 1000) for _ in range(3)]]
        return (
            [value]
            if domain not in (*FIXED, *VECTORS, *MATRICES, "complex") and inside(domain, value)
            else []
        )

    def _indexed(self) -> Iterator[Point]:
        indices = [n for n in self.symbols.names if self.symbols.domains[n] == "index"]
        square = any(self.symbols.domains[name] in MATRICES for name in self.symbols.names)
        largest = isqrt(MOST_ENTRIES) if square else LARGEST_SIZE
        beyond = [min(int(x) + 1, largest) for x in self.breaks if 5 <= x <= largest]
        for size in dict.fromkeys((*SIZES, 7, *beyond[:2], max(beyond, default=7))):
            places = list(itertools.product(range(1, size + 1), repeat=len(indices)))
            most = {2: 8, 3: 9}.get(size, 3)
            if len(places) > most:
                places = [(size,) * len(indices), *self.draw.sample(places, most - 1)]
            again = max(1, (4 if size < 5 else 2) // len(places))
            for number, place in enumerate(places * again):
                point = self._point(number + (0 if size == 2 else 100), size=size)
                chosen = dict(zip(indices, map(Fraction, place), strict=True))
                yield replace(point, values={**point.values, **chosen})
        yield from self._scaled(indices)
        for shapes in self.shapes:
            for number in range(2):
                yield replace(self._point(100 + number, shapes=shapes), shaped=True)

    def _scaled(self, indices: Sequence[str]) -> Iterator[Point]:
        """Yield points of vectors and matrices far out, near constants, and singular ones."""
        for number, scale in enumerate(FAR[:5]):
            point = self._point(300 + number, scale=Fraction(scale))
            chosen = {name: Fraction(self.draw.randint(1, 3)) for name in indices}
            yield replace(point, values={**point.values, **chosen})
        if any(self.symbols.domains[name] in MATRICES for name in self.symbols.names):
            for number in range(2):
                yield replace(self._point(500 + number), special=True)
        names = [n for n in self.symbols.names if self.symbols.domains[n] not in FIXED]
        for name in names:
            for constant in self.breaks:
                for number, near in enumerate(_around(constant, self.draw)):
                    for fitted in self._fitted(name, near):
                        base = self._point(400 + number)
                        chosen = {index: Fraction(self.draw.randint(1, 3)) for index in indices}
                        yield replace(base, values={**base.values, **chosen, name: fitted})

    def _point(
        self,
        number: int,
        *,
        size: int = 3,
        scale: Fraction | None = None,
        only: str | None = None,
        special: bool = False,
        shapes: Shapes | None = None,
    ) -> Point:
        """Return a point; a `number` below 100 is a corner, from 500 on matrices are singular."""
        values = {}
        for place, name in enumerate(self.symbols.names):
            factor = scale if only is None or only == name else None
            domain = self.symbols.domains[name]
            shape = (shapes or {}).get(name, (size, size))
            values[name] = self._value(domain, number, place, size, factor, shape)
        return Point(values, size, special, seed=self.draw.getrandbits(32))

    def _value(
        self,
        domain: str,
        number: int,
        place: int,
        size: int,
        scale: Fraction | None,
        shape: tuple[int, int],
    ) -> Raw:
        if domain == "size":
            return Fraction(size)
        if domain == "event":
            return True
        if domain in VECTORS:
            entries = [self._entry(domain, number, scale) for _ in range(shape[0])]
            return [x / sum(entries) for x in entries] if domain == "simplex" else entries
        if domain in MATRICES:
            return self._matrix(domain, number, shape, scale)
        if domain == "boolean":
            return self.draw.random() < 0.5
        if domain == "complex":
            return (self._real(number, place, scale), self._real(number + 8, place + 1, scale))
        if domain in ("integer", "natural", "index"):
            return self._integer(domain, number, place, scale)
        low, high, items = ends_of(domain)
        if items is not None:
            return items[number % len(items)]
        if low is None and high is None:
            value = self._real(number, place, scale)
            return value if value or domain != "nonzero" else Fraction(1)
        return self._between(low, high, number, place, scale)

    def _unit(self) -> Fraction:
        """Return a random real in (0, 1) on no lattice."""
        return Fraction(self.draw.randint(1, PRIME - 1), PRIME)

    def _entry(self, domain: str, number: int, scale: Fraction | None) -> Fraction:
        value = self._unit() * 6 - 3 if domain in ("vector", "random vector") else self._unit()
        if number < 3:
            value = (
                Fraction(round(value * 2), 2)
                if domain == "vector"
                else Fraction(self.draw.randint(1, 9))
            )
        return value if scale is None or domain == "simplex" else value * scale

    def _matrix(
        self, domain: str, number: int, shape: tuple[int, int], scale: Fraction | None
    ) -> list[list[Fraction]]:
        height, width = shape
        rows = [[self._entry("vector", number, scale) for _ in range(width)] for _ in range(height)]
        if domain == "symmetric matrix":
            return [[rows[min(i, j)][max(i, j)] for j in range(width)] for i in range(height)]
        if number >= 500 and height > 1:
            factor = 0 if number % 2 else 2
            rows[-1] = [factor * entry for entry in rows[0]]
        return rows

    def _integer(self, domain: str, number: int, place: int, scale: Fraction | None) -> Fraction:
        if scale is not None and scale > 1:
            return Fraction(self.draw.randint(1, int(scale)) + int(scale))
        if number < 100:
            value = WHOLE[(number * (2 * place + 1) + place) % 7]
            return Fraction(abs(value) if domain != "integer" else value)
        value = self.draw.choice(WHOLE) if number % 2 else self.draw.randint(-20, 120)
        return Fraction(value if domain == "integer" else abs(value))

    def _real(self, number: int, place: int, scale: Fraction | None) -> Fraction:
        if number < 100:
            if number >= 5:
                return GRID[self.draw.randrange(len(GRID))]
            return GRID[(number * (2 * place + 1) + place) % len(GRID)]
        sign = 1 if (number + place * self.draw.randint(0, 3)) % 4 < 2 else -1
        size = scale if scale is not None else (2 if number % 2 else 6)
        return self._unit() * size * sign

    def _between(
        self,
        low: Fraction | None,
        high: Fraction | None,
        number: int,
        place: int,
        scale: Fraction | None,
    ) -> Fraction:
        if low is not None and high is not None:
            share = SHARES[(number * (2 * place + 1) + place) % len(SHARES)]
            if number >= 100:
                share = self._unit()
            if scale is not None:
                share = share * min(scale, 1 / Fraction(scale))
                share = share if number % 2 else 1 - share
            return low + (high - low) * share
        step = POSITIVE[(number * (2 * place + 1) + place) % len(POSITIVE)]
        if number >= 100:
            step = self._unit() * (scale if scale is not None else 2 if number % 2 else 6)
        return low + step if low is not None else (high or Fraction(0)) - step

    def beside(self, point: Point, number: int) -> Point | None:
        """Return a point close by, with every real moved a little, or None if none can be."""
        values, moved = {}, False
        size = Fraction(1, BESIDE[number % len(BESIDE)])
        for name, value in point.values.items():
            domain = self.symbols.domains[name]
            if domain in FIXED:
                values[name] = value
                continue
            shifted = self._moved(value, size)
            if not isinstance(value, list | tuple) and not inside(domain, shifted):
                shifted = self._moved(value, -size)
            if domain == "simplex":
                shifted = [entry / sum(shifted) for entry in shifted]
            if domain == "symmetric matrix":
                shifted = [
                    [shifted[min(i, j)][max(i, j)] for j in range(len(shifted))]
                    for i in range(len(shifted))
                ]
            values[name], moved = shifted, True
        return replace(point, values=values, special=False) if moved else None

    def _moved(self, value: Raw, size: Fraction) -> Raw:
        if isinstance(value, list):
            return [self._moved(entry, size) for entry in value]
        if isinstance(value, tuple):
            return tuple(self._moved(part, size) for part in value)
        return value + size * self._unit() * max(abs(value), Fraction(1, 10))


def _has_power(node: Node) -> bool:
    """Return whether something stands to a power that is no numeral."""
    return any(isinstance(p, Power) and not isinstance(p.exponent, Number) for p in node.walk())


def _around(value: Fraction, draw: random.Random) -> Iterator[Fraction]:
    """Yield a constant, numbers on both of its sides, and one well beyond it."""
    near = Fraction(draw.randint(1, PRIME - 1), PRIME) / 50
    step = abs(value) or Fraction(1)
    yield value
    yield value + step * near
    yield value - step * near
    yield value + step * (1 + near) if value >= 0 else value - step * (1 + near)
