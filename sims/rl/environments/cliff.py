"""Cliff walking. Source: Sutton and Barto 2018, "Reinforcement learning", example 6.6.

Actions are up, right, down, left, as in Gymnasium's CliffWalking-v1.
"""

from collections.abc import Iterator
from functools import cache

from sims.rl.finite_mdp import FiniteMDP, tabulate

ARROWS = ("↑", "→", "↓", "←")
MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))


@cache
def cliff_walking(
    height: int = 4, width: int = 12, fall: float = -100.0, device: str = "cpu"
) -> FiniteMDP:
    """Return the cliff as a table; states are row * width + column, row 0 at the top.

    Start and goal are the bottom corners and the cliff lies between them. A step costs 1; a step
    into the cliff costs `-fall` and leads back to the start, and the episode goes on.
    """
    start, goal = (height - 1) * width, height * width - 1

    def outcomes(state: int, action: int) -> Iterator[tuple[float, int, float]]:
        row = min(max(state // width + MOVES[action][0], 0), height - 1)
        column = min(max(state % width + MOVES[action][1], 0), width - 1)
        after = row * width + column
        yield (1.0, start, fall) if start < after < goal else (1.0, after, -1.0)

    return tabulate(height * width, 4, outcomes, terminal=(goal,), start=start, device=device)
