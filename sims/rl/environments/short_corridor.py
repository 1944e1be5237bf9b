"""The short corridor (Sutton & Barto 2018, Example 13.1): three cells that look alike.

-1 a step from the left end to the exit on the right; in the middle cell left and right are
exchanged. A policy that cannot tell the cells apart does best with P(right) = 2 - sqrt 2.
"""

from collections.abc import Iterator

from sims.rl.finite_mdp import FiniteMDP, tabulate

LEFT, RIGHT = 0, 1
EXIT = 3


def short_corridor(slip: float = 0.0, device: str = "cpu") -> FiniteMDP:
    """Return the table; with probability `slip`, in [0, 1), the other action is carried out."""

    def reached(cell: int, action: int) -> int:
        right = (action == RIGHT) != (cell == 1)
        return cell + 1 if right else max(cell - 1, 0)

    def outcomes(cell: int, action: int) -> Iterator[tuple[float, int, float]]:
        yield 1 - slip, reached(cell, action), -1.0
        yield slip, reached(cell, 1 - action), -1.0

    return tabulate(4, 2, outcomes, terminal=(EXIT,), device=device)
