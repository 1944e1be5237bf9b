"""FrozenLake, as Gymnasium's FrozenLake-v1: reach the goal over ice that slips, past the holes.

Actions are left, down, right, up. Slippery ice moves in the wanted direction or one of the two
perpendicular ones, a third each. Reaching the goal pays 1; holes and the goal end the episode.
"""

from collections.abc import Iterator

from sims.rl.environments.gridworld import moved
from sims.rl.finite_mdp import FiniteMDP, tabulate

MAPS = {
    4: ("SFFF", "FHFH", "FFFH", "HFFG"),
    8: (
        "SFFFFFFF",
        "FFFFFFFF",
        "FFFHFFFF",
        "FFFFFHFF",
        "FFFHFFFF",
        "FHHFFFHF",
        "FHFFHFHF",
        "FFFHFFFG",
    ),
}
"""Start, frozen, hole and goal cells of the two named maps, by side length."""
STEP_LIMITS = {4: 100, 8: 200}
"""Steps after which Gymnasium cuts an episode off."""


def frozen_lake(size: int = 4, *, slippery: bool = True, device: str = "cpu") -> FiniteMDP:
    """Return the table of the map with `size` 4 or 8."""
    cells = "".join(MAPS[size])

    def outcomes(state: int, action: int) -> Iterator[tuple[float, int, float]]:
        turns = (-1, 0, 1) if slippery else (0,)
        for turn in turns:
            after = moved(state, (action + turn) % 4, size, size)
            yield 1 / len(turns), after, float(cells[after] == "G")

    ends = [state for state, cell in enumerate(cells) if cell in "GH"]
    return tabulate(size * size, 4, outcomes, terminal=ends, device=device)
