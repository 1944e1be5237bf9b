"""Sinusoid regression, a family of tasks (Finn, Abbeel & Levine 2017, section 5.1).

A task is y = A sin(x - phi); amplitude, phase and x are uniform on their ranges.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.lazy import np, torch

if TYPE_CHECKING:
    from torch import Generator, Tensor

REACH = 5.0
"""Inputs lie in [-REACH, REACH]."""


@dataclass(frozen=True, eq=False)
class Sinusoids:
    """Tasks; `amplitude` and `phase` (radians) are of shape (…,)."""

    amplitude: "Tensor"
    phase: "Tensor"

    def at(self, x: "Tensor") -> "Tensor":
        """Return y at inputs of shape (…, n, 1), same shape."""
        return self.amplitude[..., None, None] * torch.sin(x - self.phase[..., None, None])

    def sample(self, count: int, generator: "Generator") -> tuple["Tensor", "Tensor"]:
        """Draw `count` examples of each task: x and y of shape (…, count, 1)."""
        x = _uniform((*self.amplitude.shape, count, 1), (-REACH, REACH), generator)
        return x, self.at(x)


def draw(
    shape: tuple[int, ...],
    generator: "Generator",
    amplitude: tuple[float, float] = (0.1, 5.0),
    phase: tuple[float, float] = (0.0, math.pi),
) -> Sinusoids:
    """Draw tasks; the ranges are those of the paper unless given."""
    return Sinusoids(_uniform(shape, amplitude, generator), _uniform(shape, phase, generator))


def _uniform(
    shape: tuple[int, ...], interval: tuple[float, float], generator: "Generator"
) -> "Tensor":
    low, high = interval
    return low + (high - low) * torch.rand(shape, generator=generator, device=generator.device)


def zero_error(amplitude: tuple[float, float], phase: tuple[float, float]) -> float:
    """Return the exact mean squared error of always answering 0: E[A²] E[sin²(x - phi)]."""
    low, high = amplitude
    first, last = phase
    square = (low * low + low * high + high * high) / 3
    # sin² = (1 - cos 2(x - phi))/2, and E[sin 2x] = 0 on a symmetric range.
    inputs = math.sin(2 * REACH) / (2 * REACH)
    phases = math.cos(first + last) * float(np.sinc((last - first) / math.pi))
    return square * (1 - inputs * phases) / 2
