"""The two gridworlds of Sutton & Barto 2018, Examples 4.1 (4x4) and 3.5 (5x5), and a plain room.

States are numbered row by row from the top left; actions are left, down, right, up. A move off
the grid stays where it is.
"""

from collections.abc import Iterator

from sims.rl.finite_mdp import FiniteMDP, tabulate

LEFT, DOWN, RIGHT, UP = range(4)
ARROWS = ("←", "↓", "→", "↑")
_MOVES = {LEFT: (0, -1), DOWN: (1, 0), RIGHT: (0, 1), UP: (-1, 0)}


def moved(state: int, action: int, rows: int, columns: int) -> int:
    """Return the cell that `action` leads to, or the same cell at the edge."""
    row, column = divmod(state, columns)
    down, right = _MOVES[action]
    row, column = row + down, column + right
    if 0 <= row < rows and 0 <= column < columns:
        return row * columns + column
    return state


def corners(size: int = 4, device: str = "cpu") -> FiniteMDP:
    """Return Example 4.1: -1 a step until the top left or bottom right corner; start anywhere."""

    def outcomes(state: int, action: int) -> Iterator[tuple[float, int, float]]:
        yield 1.0, moved(state, action, size, size), -1.0

    ends = (0, size * size - 1)
    return tabulate(size * size, 4, outcomes, terminal=ends, start=None, device=device)


def teleports(device: str = "cpu") -> FiniteMDP:
    """Return Example 3.5: A -> A' pays 10, B -> B' pays 5, bumping into the edge costs 1.

    The task goes on for ever, so it needs a discount (0.9 in the book).
    """
    jumps = {1: (21, 10.0), 3: (13, 5.0)}

    def outcomes(state: int, action: int) -> Iterator[tuple[float, int, float]]:
        if state in jumps:
            after, reward = jumps[state]
            yield 1.0, after, reward
        else:
            after = moved(state, action, 5, 5)
            yield 1.0, after, -1.0 if after == state else 0.0

    return tabulate(25, 4, outcomes, start=None, device=device)


def room(size: int, goal: int, *, turned: int = 0, device: str = "cpu") -> FiniteMDP:
    """Return an empty room: 1 on reaching `goal`, else 0; start in cell 0, the top left.

    Each action is carried out as the one `turned` quarter turns further on.
    """

    def outcomes(state: int, action: int) -> Iterator[tuple[float, int, float]]:
        after = moved(state, (action + turned) % 4, size, size)
        yield 1.0, after, float(after == goal)

    return tabulate(size * size, 4, outcomes, terminal=(goal,), device=device)
