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
POLISH = 3  # further steps of Newton's method for a point near a meeting
MOST_CENTRES, LEVEL_STEPS = 6, 8
BETWEEN = "1e-9"  # of second difference quotients
STEP = "1e-12"  # of a difference quotient


def around_vertices(
    differences: Sequence[Node], names: Sequence[str], line: Line, known: set[Any]
) -> Iterator[dict[str, Any]]:
    """Yield values of the names around points where two or three differences vanish at once.

    Those of `known` meetings, found from other starts, are left out, and new ones added.
    """
    for count in (3, 2):
        looked = 0
        for chosen in itertools.combinations(differences, count):
            held = set().union(*map(free_names, chosen)) & set(names)
            for free in itertools.combinations(sorted(held), count):
                looked += 1
                if looked > MOST:
                    break
                yield from _around(chosen, free, line, known)


def around_centres(
    differences: Sequence[Node], names: Sequence[str], line: Line
) -> Iterator[dict[str, Any]]:
    """Yield points at and around where one difference is level, as in the middle of a disc."""
    ctx = context(DIGITS)
    h = ctx.mpf(BETWEEN)
    for node in differences[:MOST_CENTRES]:
        free = sorted(free_names(node) & {*names})
        at = [line.start(name) for name in free]
        for _ in range(LEVEL_STEPS if len(free) > 1 else 0):
            slopes = _gradient(node, free, at, h, line)
            rows = [_gradient(node, free, moved, h, line) for moved in _each_moved(at, h)]
            if slopes is None or None in rows:
                break
            bends = [[(b - a) / h for a, b in zip(slopes, row or (), strict=True)] for row in rows]
            step = _solved(bends, slopes)
            if step is None:
                break
            at = [x - change for x, change in zip(at, step, strict=True)]
            size = ctx.mpf(NEAR) * (1 + max(map(abs, at)))
            if max(map(abs, step)) <= size:
                for signs in itertools.product((0, 1, -1), repeat=len(free)):
                    moved = [x + sign * size for x, sign in zip(at, signs, strict=True)]
                    yield dict(zip(free, moved, strict=True))
                break


def _each_moved(at: list[Any], h: Any) -> list[list[Any]]:
    return [[*at[:place], at[place] + h, *at[place + 1 :]] for place in range(len(at))]


def _gradient(
    node: Node, names: Sequence[str], at: list[Any], h: Any, line: Line
) -> list[Any] | None:
    values = _values([node], names, at, line)
    moved = [_values([node], names, each, line) for each in _each_moved(at, h)]
    if values is None or None in moved:
        return None
    return [(each[0] - values[0]) / h for each in moved if each is not None]


def _around(
    functions: Sequence[Node], names: Sequence[str], line: Line, known: set[Any]
) -> Iterator[dict[str, Any]]:
    """Yield one meeting and points beside it at which the functions have each choice of signs.

    Where the sign is 0 the point lies on the border itself, where an equation may hold.
    """
    ctx = context(DIGITS)
    straight = (*map(id, functions), *names)
    if straight in known:
        return
    at = [line.start(name) for name in names]
    for count in range(STEPS):  # noqa: B007 - how many it took is read below
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
    if len(names) == len(line.point.values):  # nothing is fixed that another start could change
        meeting = (names, tuple(ctx.nstr(x, 15) for x in at))
        if meeting in known:
            return
        known.update((meeting, straight) if count < 2 else (meeting,))
    slopes = _slopes(functions, names, at, _values(functions, names, at, line), line)
    size = ctx.mpf(NEAR) * (1 + max(map(abs, at)))
    for signs in itertools.product((0, 1, -1), repeat=len(functions)):
        found = _moved(functions, names, at, slopes, [sign * size for sign in signs], line)
        if found is not None:
            yield dict(zip(names, found, strict=True))


def _moved(
    functions: Sequence[Node],
    names: Sequence[str],
    at: list[Any],
    slopes: list[list[Any]] | None,
    aims: list[Any],
    line: Line,
) -> list[Any] | None:
    """Return the point near a meeting at which the functions have these values."""
    near = context(DIGITS).mpf(10) ** (8 - DIGITS) * (1 + max(map(abs, at)))
    for _ in range(POLISH):
        values = _values(functions, names, at, line)
        if values is None:
            return None
        gaps = [aim - value for aim, value in zip(aims, values, strict=True)]
        step = _solved(slopes, gaps) if max(map(abs, gaps)) > near else [0] * len(at)
        if step is None:
            return None
        at = [x + change for x, change in zip(at, step, strict=True)]
        if not any(step):
            break
    return at


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
