"""The cart and pole of Barto, Sutton & Anderson 1983, with Gymnasium's constants (CartPole-v1).

A force of 10 N left or right every 0.02 s, Euler steps, frictionless; the episode ends when the
cart is 2.4 m off the middle or the pole 12 degrees off the vertical. States are (x, speed, angle,
angular speed) in metres, radians and seconds, of shape (…, 4).
"""

import math
from typing import TYPE_CHECKING

from sims.lazy import torch

if TYPE_CHECKING:
    from torch import Generator, Tensor

GRAVITY, CART, POLE, HALF_LENGTH, FORCE, SECONDS = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02
FARTHEST, STEEPEST = 2.4, 12 * math.pi / 180
WARM_UP = 200
"""Steps after which random walkers are no longer all at the same point of an episode."""


def reset(shape: tuple[int, ...], generator: "Generator") -> "Tensor":
    """Draw start states, each entry uniform in [-0.05, 0.05], float64 of shape (…, 4)."""
    device = generator.device
    uniform = torch.rand((*shape, 4), generator=generator, device=device, dtype=torch.float64)
    return 0.1 * uniform - 0.05


def step(state: "Tensor", action: "Tensor") -> tuple["Tensor", "Tensor"]:
    """Push left (0) or right (1); return the next state (…, 4) and whether the episode is over."""
    x, speed, angle, turning = state.unbind(-1)
    force = FORCE * (2 * action - 1)
    total, moment = CART + POLE, POLE * HALF_LENGTH
    sine, cosine = angle.sin(), angle.cos()
    pushed = (force + moment * turning**2 * sine) / total
    turned = (GRAVITY * sine - cosine * pushed) / (HALF_LENGTH * (4 / 3 - POLE * cosine**2 / total))
    moved = pushed - moment * turned * cosine / total
    after = torch.stack(
        [
            x + SECONDS * speed,
            speed + SECONDS * moved,
            angle + SECONDS * turning,
            turning + SECONDS * turned,
        ],
        -1,
    )
    return after, (after[..., 0].abs() > FARTHEST) | (after[..., 2].abs() > STEEPEST)


def random_angles(shape: tuple[int, ...], steps: int, generator: "Generator") -> "Tensor":
    """Return the pole's angle at each step of random pushes, (…, steps), over many episodes.

    The first `WARM_UP` steps are dropped. By symmetry the mean is 0.
    """
    state = reset(shape, generator)
    angles = []
    for _ in range(WARM_UP + steps):
        action = torch.randint(2, shape, generator=generator, device=generator.device)
        state, over = step(state, action)
        _, _, angle, _ = state.unbind(-1)
        angles.append(angle)
        state = torch.where(over[..., None], reset(shape, generator), state)
    return torch.stack(angles[WARM_UP:], -1)
