"""Where several borders of statements meet: around it lies every region that they part.

Along lines through a few points a sliver between two curves, or a corner far out, is missed; both
end in points at which two or three of the compared sides are equal at once.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from sims.maths.evaluation.evaluator import context
from sims.maths.evaluation.lines import DIGITS, Line
from sims.maths.evaluation.prober import MISSING
from sims.maths.syntax.tree import Node, free_names

STEPS = 60  # of Newton's method: a far start is halved with each, then the digits double
MOST = 24  # meetings looked for
NEAR = "1e-6"  # how far from a meeting its surroundings are looked at, relative to their size
STEP = "1e-12"  # of a difference quotient


def around_vertices(
    differences: Sequence[Node], names: Sequence[str], line: Line
) -> Iterator[dict[str, Any]]:
    """Yield values of the names around points where two or three differences vanish at once."""
    looked = 0
    for count in (2, 3):
        for chosen in itertools.combinations(differences, count):
            held = set().union(*map(free_names, chosen)) & set(names)
            for free in itertools.combinations(sorted(held), count):
                looked += 1
                if looked > MOST:
                    return
                yield from _around(chosen, free, line)


def _around(
    functions: Sequence[Node], names: Sequence[str], line: Line
) -> Iterator[dict[str, Any]]:
    """Yield the points beside one meeting at which the functions have each pair of signs."""
    ctx = context(DIGITS)
    at = [line.start(name) for name in names]
    for _ in range(STEPS):
        values = _values(functions, names, at, line)
        slopes = _slopes(functions, names, at, values, line)
        step = _solved(slopes, values)
        if step is None:
            return
        at = [x - change for x, change in zip(at, step, strict=True)]
        if max(map(abs, step)) <= ctx.mpf(10) ** -20 * (1 + max(map(abs, at))):
            break
    else:
        return
    values = _values(functions, names, at, line)
    slopes = _slopes(functions, names, at, values, line)
    size = ctx.mpf(NEAR) * (1 + max(map(abs, at)))
    for signs in itertools.product((1, -1), repeat=len(functions)):
        moves = [sign * size for sign in signs]
        step = _solved(slopes, moves)
        if step is not None:
            yield {n: x + s for n, x, s in zip(names, at, step, strict=True)}


def _values(
    functions: Sequence[Node], names: Sequence[str], at: list[Any], line: Line
) -> list[Any] | None:
    found = [line.value_at(node, dict(zip(names, at, strict=True))) for node in functions]
    return None if any(v is MISSING or not hasattr(v, "_mpf_") for v in found) else found


def _slopes(
    functions: Sequence[Node], names: Sequence[str], at: list[Any], values: Any, line: Line
) -> list[list[Any]] | None:
    """Return the slope of each function along each name, as rows of functions."""
    if values is None:
        return None
    ctx = context(DIGITS)
    columns = []
    for place in range(len(names)):
        h = ctx.mpf(STEP) * (1 + abs(at[place]))
        moved = _values(functions, names, [*at[:place], at[place] + h, *at[place + 1 :]], line)
        if moved is None:
            return None
        columns.append([(b - a) / h for a, b in zip(values, moved, strict=True)])
    return [list(row) for row in zip(*columns, strict=True)]


def _solved(rows: list[list[Any]] | None, right: list[Any] | None) -> list[Any] | None:
    """Return the solution of a small linear system, None where there is not one."""
    if rows is None or right is None:
        return None
    size = len(right)
    table = [[*row, value] for row, value in zip(rows, right, strict=True)]
    for k in range(size):
        pivot = max(range(k, size), key=lambda r: abs(table[r][k]))
        if abs(table[pivot][k]) <= 1e-9 * max(1e-9, max(map(abs, table[pivot][:size]))):
            return None
        table[k], table[pivot] = table[pivot], table[k]
        for r in range(size):
            if r != k:
                factor = table[r][k] / table[k][k]
                table[r] = [a - factor * b for a, b in zip(table[r], table[k], strict=True)]
    return [table[k][size] / table[k][k] for k in range(size)]
