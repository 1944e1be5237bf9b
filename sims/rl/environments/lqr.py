"""The linear-quadratic regulator in one dimension: continuous states and actions, solved exactly.

x' = a x + b u + noise, cost q x² + r u² a step, discounted by gamma. The best policy is u = -K x
with K from the scalar Riccati equation. Source: Bertsekas 2017, section 3.1.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.lazy import torch

if TYPE_CHECKING:
    from torch import Generator, Tensor


@dataclass(frozen=True)
class LQR:
    """One regulator. `b`, `q` and `r` are positive, `gamma` is in (0, 1]."""

    a: float = 1.0
    b: float = 0.5
    q: float = 1.0
    r: float = 0.5
    noise: float = 0.2
    """Standard deviation of the noise added to the state."""
    gamma: float = 0.9

    def riccati(self) -> float:
        """Return P*, the positive root of the Riccati equation.

        P = q + gamma a² P - (gamma a b P)² / (r + gamma b² P).

            Multiplied out: gamma b² P² + (r - gamma a² r - gamma b² q) P - q r = 0.
        """
        square = self.gamma * self.b**2
        linear = self.r - self.gamma * self.a**2 * self.r - square * self.q
        root = math.sqrt(linear**2 + 4 * square * self.q * self.r)
        return (root - linear) / (2 * square)

    def best_gain(self) -> float:
        """Return K* of the best policy u = -K* x."""
        p = self.riccati()
        return self.gamma * self.a * self.b * p / (self.r + self.gamma * self.b**2 * p)

    def cost(self, gain: float, spread: float = 0.0, start: float = 1.0) -> float:
        """Return the expected discounted cost of u ~ N(-gain x, spread²) from E[x0²] = `start`.

        Infinite when gamma (a - b gain)² >= 1; needs gamma < 1.
        """
        closed = self.gamma * (self.a - self.b * gain) ** 2
        if closed >= 1:
            return math.inf
        p = (self.q + self.r * gain**2) / (1 - closed)
        each = self.r * spread**2 + self.gamma * p * ((self.b * spread) ** 2 + self.noise**2)
        return p * start + each / (1 - self.gamma)

    def step(self, x: "Tensor", u: "Tensor", generator: "Generator") -> tuple["Tensor", "Tensor"]:
        """Return the next state and the reward (minus the cost), each of the shape of `x`."""
        draw = torch.randn(x.shape, generator=generator, device=x.device, dtype=x.dtype)
        reward = -(self.q * x**2 + self.r * u**2)
        return self.a * x + self.b * u + self.noise * draw, reward
