"""Gaussian bandits in batches: the k-armed testbed of Sutton & Barto 2018, section 2.3."""

from typing import TYPE_CHECKING

from sims.lazy import torch

if TYPE_CHECKING:
    from torch import Generator, Tensor


def testbed(runs: int, arms: int, generator: "Generator") -> "Tensor":
    """Draw the true value of every arm from N(0, 1), shape (runs, arms), float64."""
    return torch.randn(
        (runs, arms), generator=generator, device=generator.device, dtype=torch.float64
    )


def pull(values: "Tensor", arm: "Tensor", generator: "Generator", noise: float = 1.0) -> "Tensor":
    """Return the reward N(value of the arm, noise²) of one pull in each run, shape (runs,).

    `values` has shape (runs, arms), `arm` shape (runs,).
    """
    mean = values.gather(1, arm.unsqueeze(1)).squeeze(1)
    return torch.normal(mean, noise, generator=generator)
