"""The simplest counterexample: of the points that refute a claim, one of least cost.

What a person would give has small sizes, small whole numbers, few entries that are not zero, and
simple fractions. Each value has a cost; the candidates are tried in the order of their sums.
"""

import heapq
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sims.claims.domains import Domain, Ends
from sims.claims.markov import Process
from sims.claims.special import definite, rank_of
from sims.claims.values import nice
from sims.maths.evaluation.matrix import Matrix
from sims.maths.syntax.tree import Constant, Node

MOST_ENTRIES = 4
"""Entries of arrays of which every small choice is a candidate."""
MOST_WHOLE = 400
"""Whole numbers below one that was found that are candidates."""
ROUND = {10: 3.5, 20: 4.0, 100: 4.5, 1000: 5.5}
"""Costs of denominators that a person writes as decimals."""


def cost(value: Any, domain: Domain | None = None, *, degenerate: bool = False) -> float:
    """Return how far a value is from simple; ``degenerate`` says that 0 and 1 are bare."""
    if isinstance(value, bool):
        return 0.0
    if isinstance(value, Matrix):
        return _array(value, domain)
    if isinstance(value, Process):
        return _process(value)
    if isinstance(value, Node):
        if value == Constant("i"):
            return 1.2
        return 6.0 + 0.5 * sum(1 for _ in value.walk())
    if not isinstance(value, Fraction):
        return 20.0
    if degenerate and value == 0:
        return 1.5
    if degenerate and value == 1 and domain is not None and domain.kind != "nonnegative":
        return 2.6
    if domain is not None and domain.kind == "probability":
        ends = {Fraction(1, 2): 1.0, Fraction(0): 1.3, Fraction(1): 1.3}
        if value in ends:
            return ends[value]
    return number_cost(value)


def number_cost(value: Fraction) -> float:
    """Return the cost of a number: its size, its sign, and its denominator."""
    top, bottom = abs(value.numerator), value.denominator
    size = float(top) if top <= 4 else 4 + 1.5 * math.log2(top / 4)
    size -= 1.0 if top in (10, 100, 1000) else 0.0
    below = 0.0 if bottom == 1 else ROUND.get(bottom, 1.5 * math.log2(bottom))
    return size + below + (0.25 if value < 0 else 0.0)


def _array(value: Matrix, domain: Domain | None) -> float:
    rows, columns = value.shape
    size = 0.6 * (rows * columns - 1)
    entries = list(value)
    if domain is not None and domain.kind == "simplex":
        if len(set(entries)) == 1:
            return size + 0.5
        return size + 0.5 * sum(cost(entry) for entry in entries)
    if rows == columns > 1 and entries[0] and value.rows == _diagonal([entries[0]] * rows).rows:
        return size + cost(entries[0]) - 0.1
    early = sum(0.01 * k for k, entry in enumerate(entries) if entry)
    return size + early + sum(cost(entry) for entry in entries)


def _process(value: Process) -> float:
    steps = [step for moves in value.moves.values() for step in moves]
    away = sum(after != state for (state, _), moves in value.moves.items() for _, after, _ in moves)
    return sum(cost(reward) + cost(p) - 1 for p, _, reward in steps) + 0.3 * away


def _diagonal(entries: Sequence[Fraction]) -> Matrix:
    size = range(len(entries))
    return Matrix([entries[i] if i == j else Fraction(0) for j in size] for i in size)


def candidates(
    domain: Domain, shape: tuple[int, ...], ends: Ends | None, now: Any
) -> Iterator[Any]:
    """Yield the values that may be simpler than one that was found."""
    yield from nice(domain, shape, ends)
    if domain.is_array:
        yield from _small_arrays(domain.kind, shape)
    elif domain.is_integer and isinstance(now, Fraction):
        most = min(int(abs(now)), MOST_WHOLE)
        yield from (Fraction(n) for n in range(most + 1))
        yield from (Fraction(-n) for n in range(1, most + 1))
    elif isinstance(now, Fraction):
        yield from (Fraction(1, 20), Fraction(-1, 20), Fraction(2, 3), Fraction(3, 2))


def _small_arrays(kind: str, shape: tuple[int, ...]) -> Iterator[Matrix]:
    """Yield the arrays of a kind whose entries are 0, 1 and -1, of few entries."""
    rows, columns = shape if len(shape) == 2 else (shape[0], 1)
    if rows * columns > MOST_ENTRIES or kind in ("simplex", "unit", "orthogonal", "stochastic"):
        return
    values = {"vector": (0, 1, -1, 2), "positive vector": (1, 2)}.get(kind, (0, 1, -1))
    for entries in itertools.product(map(Fraction, values), repeat=rows * columns):
        array = Matrix(entries[k * columns : (k + 1) * columns] for k in range(rows))
        if len(shape) == 1 or _of_kind(array, kind):
            yield array


def _of_kind(matrix: Matrix, kind: str) -> bool:
    if kind == "matrix":
        return True
    if kind in ("psd", "positive definite"):
        return definite(matrix, strict=kind != "psd")
    if kind == "invertible":
        return rank_of(matrix) == matrix.shape[0]
    size = range(matrix.shape[0])
    if kind == "diagonal":
        return all(matrix.rows[i][j] == 0 for i in size for j in size if i != j)
    return kind == "symmetric" and matrix.rows == matrix.transpose().rows


def cheapest(
    choices: Mapping[str, Sequence[tuple[float, Any]]],
    below: float,
    refutes: Callable[[dict[str, Any]], bool],
    most: int,
) -> dict[str, Any] | None:
    """Return the values of least total cost under a bound that refute; choices are by cost."""
    names = list(choices)
    if not names or any(not choices[name] for name in names):
        return None
    start = (0,) * len(names)
    heap = [(sum(choices[name][0][0] for name in names), start)]
    seen = {start}
    for _ in range(most):
        if not heap:
            return None
        total, place = heapq.heappop(heap)
        if total >= below - 1e-9:
            return None
        values = {name: choices[name][k][1] for name, k in zip(names, place, strict=True)}
        if refutes(values):
            return values
        for at, name in enumerate(names):
            after = (*place[:at], place[at] + 1, *place[at + 1 :])
            if after[at] < len(choices[name]) and after not in seen:
                seen.add(after)
                step = choices[name][after[at]][0] - choices[name][place[at]][0]
                heapq.heappush(heap, (total + step, after))
    return None
