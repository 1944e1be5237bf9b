"""Reaching a goal in the plane: a family of tasks with an expert, for imitation.

A state is a position, an action the displacement; the expert walks straight to the goal, at most
0.25 a step, and stops there. All tensors are float32 of shape (…, 2).
"""

import math
from typing import TYPE_CHECKING

from sims.lazy import torch

if TYPE_CHECKING:
    from torch import Generator, Tensor

PACE, NEAR, STEPS = 0.25, 0.2, 24
"""Longest step; how close counts as there; steps of a demonstration."""


def expert(position: "Tensor", goal: "Tensor") -> "Tensor":
    """Return the expert's action, at most `PACE` long."""
    gap = goal - position
    action: Tensor = gap * (PACE / gap.norm(dim=-1, keepdim=True).clamp_min(PACE))
    return action


def demonstration(start: "Tensor", goal: "Tensor") -> "Tensor":
    """Return the expert's positions, (…, STEPS + 1, 2)."""
    path = [start]
    for _ in range(STEPS):
        path.append(path[-1] + expert(path[-1], goal))
    return torch.stack(path, -2)


def goals(
    shape: tuple[int, ...], generator: "Generator", ring: tuple[float, float] = (0.0, 1.0)
) -> "Tensor":
    """Draw goals in any direction, at a distance from the middle uniform in `ring`."""
    low, high = ring
    draws = torch.rand((2, *shape), generator=generator, device=generator.device)
    radius, angle = low + (high - low) * draws[0], 2 * math.pi * draws[1]
    return radius[..., None] * torch.stack([angle.cos(), angle.sin()], -1)


def starts(shape: tuple[int, ...], generator: "Generator") -> "Tensor":
    """Draw start positions, normal around the middle with deviation 0.5."""
    return 0.5 * torch.randn((*shape, 2), generator=generator, device=generator.device)


def reached(position: "Tensor", goal: "Tensor") -> "Tensor":
    """Return whether positions are at their goals, bool of shape (…)."""
    there: Tensor = (position - goal).norm(dim=-1) < NEAR
    return there
