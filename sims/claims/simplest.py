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
from sims.claims.markov import AnyProcess, Process, processes
from sims.claims.point import Point, admits, rounder
from sims.claims.reading import Reading
from sims.claims.special import definite, rank_of
from sims.claims.trial import Trial
from sims.claims.trial_points import TrialPoints
from sims.claims.values import known_functions, nice
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.tree import Constant, Definition, Node

MOST_ENTRIES = 4
"""Entries of arrays of which every small choice is a candidate."""
MOST_WHOLE = 400
"""Whole numbers below one that was found that are candidates."""
ROUND = {10: 3.5, 20: 4.0, 100: 4.5, 1000: 5.5}
"""Costs of denominators that a person writes as decimals."""
MOST_SECONDS, MOST_VISITS, MOST_POINTS = 2.0, 400_000, 1_500
"""What the search for it may take: visits end it long before time does."""


def simplified(points: TrialPoints, point: Point) -> Point:
    """Return a counterexample with the simplest values that still refute the claim."""
    sizes = {name: int(point.values[name]) for name in points.sizes}
    for _ in range(3):
        before = point
        for name in points.names:
            point = _simpler(points, point, name, sizes)
        if point == before:
            break
    return point if points.trial.slow else _of_least_cost(points, point)


def _simpler(points: TrialPoints, point: Point, name: str, sizes: Mapping[str, int]) -> Point:
    domain = points.reading.domains[name]
    choices = nice(domain, points.shape(domain, sizes), points.reading.ends.get(name))
    now = point.values[name]
    for value in itertools.chain(choices, rounder(now)):
        if value == now or (
            isinstance(value, Matrix) and isinstance(now, Matrix) and value.rows == now.rows
        ):
            return point
        if not admits(points.reading, name, value):
            continue
        moved = Point({**point.values, name: value}, point.functions)
        try:
            if points.trial.refutes(moved):
                return moved
        except (UndefinedError, MathsError):
            continue
    return point


def _of_least_cost(points: TrialPoints, point: Point) -> Point:
    """Return the counterexample of least cost among the candidates, as far as visits go."""
    quick = Trial(points.reading, Budget(MOST_SECONDS, MOST_VISITS))
    try:
        for sizes in sorted(points.shapes(), key=lambda one: sum(one.values())):
            point = _cheaper(points, point, sizes, quick)
    except BudgetError:
        pass
    return point


def _cheaper(points: TrialPoints, point: Point, sizes: Mapping[str, int], quick: Trial) -> Point:
    """Return a cheaper counterexample of some sizes, or the one there was."""
    choices: dict[str, list[tuple[float, Any]]] = {}
    for name in points.names:
        domain = points.reading.domains[name]
        try:
            shape = points.shape(domain, sizes)
        except UndefinedError:
            return point
        now = point.values[name]
        few = list(candidates(domain, shape, points.reading.ends.get(name), now))
        few += [now] if not isinstance(now, Matrix) or now.shape == (*shape, 1)[:2] else []
        few = [value for value in dict.fromkeys(few) if admits(points.reading, name, value)]
        choices[name] = sorted(
            ((_cost(points.reading, name, value), value) for value in few), key=lambda pair: pair[0]
        )
    for name, kind in points.reading.objects.items():
        if isinstance(kind, AnyProcess):
            some = processes(kind)
            choices[f"{name}\0"] = sorted(((cost(p), p) for p in some), key=lambda c: c[0])
    lists = {name: known_functions(d.kind, arity) for name, d, arity in points.functions}
    for name, some_functions in lists.items():
        choices[f"{name}("] = [(0.5 * k, one) for k, one in enumerate(some_functions)]
    fixed = {name: Fraction(size) for name, size in sizes.items()}

    def made(values: Mapping[str, Any]) -> Point:
        functions = {name: values[f"{name}("] for name in lists}
        kept = {name: value for name, value in values.items() if name[-1] != "("}
        return Point({**fixed, **kept}, functions)

    def refutes(values: Mapping[str, Any]) -> bool:
        try:
            return quick.refutes(made(values))
        except (UndefinedError, MathsError):
            return False

    found = cheapest(choices, _total_cost(points, point, lists), refutes, MOST_POINTS)
    return point if found is None else made(found)


def _cost(reading: Reading, name: str, value: Any) -> float:
    """Return the cost of a value; of a law's own parameter 0 and 1 are no fair one."""
    domain = reading.domains.get(name)
    given = reading.statement
    degenerate = (
        bool(given.draw)
        and name not in given.variables
        and domain is not None
        and domain.kind in ("nonnegative", "probability", "interval")
    )
    return cost(value, domain, degenerate=degenerate)


def _total_cost(points: TrialPoints, point: Point, lists: Mapping[str, list[Definition]]) -> float:
    total = sum(
        cost(value) if name.endswith("\0") else _cost(points.reading, name, value)
        for name, value in point.values.items()
        if name not in points.sizes
    )
    return total + sum(
        0.5 * one.index(point.functions[name]) if point.functions[name] in one else 9.0
        for name, one in lists.items()
    )


def cost(value: Any, domain: Domain | None = None, *, degenerate: bool = False) -> float:
    """Return how far a value is from simple; `degenerate` says that 0 and 1 are bare."""
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
