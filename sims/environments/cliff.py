"""Cliff walking. Source: Sutton and Barto 2018, "Reinforcement learning", example 6.6."""

from functools import cache

from sims.environments.table import Outcomes, Table, from_outcomes

UP, RIGHT, DOWN, LEFT = range(4)
ARROWS = ("↑", "→", "↓", "←")
MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))


@cache
def cliff_walking(height: int = 4, width: int = 12, fall: float = -100.0) -> Table:
    """Return the cliff as a table; states are row * width + column, row 0 at the top.

    Start and goal are the bottom corners and the cliff lies between them. A step costs 1; a step
    into the cliff costs ``-fall`` and leads back to the start, and the episode goes on.
    """
    start, goal = (height - 1) * width, height * width - 1

    def outcomes(state: int, action: int) -> Outcomes:
        if state == goal:
            return [(1.0, goal, 0.0, True)]
        row = min(max(state // width + MOVES[action][0], 0), height - 1)
        column = min(max(state % width + MOVES[action][1], 0), width - 1)
        following = row * width + column
        if start < following < goal:
            return [(1.0, start, fall, False)]
        return [(1.0, following, -1.0, following == goal)]

    return from_outcomes(outcomes, height * width, 4, start=start, shape=(height, width))
