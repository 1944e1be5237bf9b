"""A square grid with wind: moves may be blown in a random direction; cells pay, and nothing ends.

Cells are numbered row by row from the top left. The reward of a step is that of the cell it
starts from. Made for questions of transfer: wind, walls and the meaning of the actions can change
while the rewards stay.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sims.lazy import torch
from sims.rl.environments.gridworld import moved
from sims.rl.finite_mdp import FiniteMDP

if TYPE_CHECKING:
    from torch import Tensor


def windy_grid(
    rewards: "Tensor",
    *,
    wind: float = 0.3,
    walls: Sequence[int] = (),
    order: Sequence[int] = (0, 1, 2, 3),
) -> FiniteMDP:
    """Return grids that pay `rewards`, shape (batch, side * side), as one batch of MDPs.

    With probability `wind` a step goes in one of the four directions at random. Action a moves
    in direction `order[a]` of left, down, right, up; fewer than four entries make an agent with
    fewer actions. A move into a wall or off the grid stays. Starts are uniform outside walls.
    """
    batch, states = rewards.shape
    side = round(states**0.5)
    blocked = set(walls)

    def reached(state: int, direction: int) -> int:
        after = moved(state, direction, side, side)
        return state if after in blocked else after

    table = torch.zeros(states, len(order), states, dtype=torch.float64)
    for state in range(states):
        for action, wanted in enumerate(order):
            table[state, action, reached(state, wanted)] += 1 - wind
            for direction in range(4):
                table[state, action, reached(state, direction)] += wind / 4
    table = table.to(rewards.device).expand(batch, -1, -1, -1)
    free = torch.tensor([s not in blocked for s in range(states)], device=rewards.device)
    return FiniteMDP(
        table,
        rewards.view(batch, states, 1, 1).expand_as(table),
        torch.zeros_like(free),
        free / free.sum().double(),
        torch.ones(table.shape[1:3], dtype=torch.bool, device=rewards.device),
    )
