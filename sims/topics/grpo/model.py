"""Advantages of a group, what an estimator does on average, the clipped surrogate, k1 to k3.

Formulas take lists of numbers, symbols or tensors alike, so that the proof and the enumeration
run the same code.
"""

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from sims.lazy import sympy, torch
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Generator, Tensor

topic = Topic("grpo")

Advantage = Callable[[Sequence[Any]], list[Any]]
"""The advantages of a group, from its rewards."""

TIES = 1e-12
"""Rewards with a standard deviation below this count as equal."""


# --- Advantages --------------------------------------------------------------------------------


def centred(rewards: Sequence[Any]) -> list[Any]:
    """Return each reward less the average of the group, itself included."""
    mean = sum(rewards[1:], rewards[0]) / len(rewards)
    return [reward - mean for reward in rewards]


def leave_one_out(rewards: Sequence[Any]) -> list[Any]:
    """Return each reward less the average of the others (RLOO; Kool et al. 2019)."""
    total = sum(rewards[1:], rewards[0])
    return [reward - (total - reward) / (len(rewards) - 1) for reward in rewards]


def normalised(rewards: Sequence[Any], lost: int = 0) -> list[Any]:
    """Return (r - mean) / std, and 0 for all if the rewards are equal.

    The variance divides by G - ``lost``: 0 is the population's, 1 the sample's.
    """
    gaps = centred(rewards)
    squares = [gap**2 for gap in gaps]
    variance = sum(squares[1:], squares[0]) / (len(gaps) - lost)
    if isinstance(variance, torch.Tensor):
        spread = variance.sqrt()
        tied = spread < TIES
        return [torch.where(tied, 0.0, gap / spread.clamp_min(TIES)) for gap in gaps]
    return [gap / sympy.sqrt(variance) if variance else gap for gap in gaps]


def expected_spread(right: Any, size: int, root: Callable[[int, int], Any]) -> Any:
    """Return the mean population std of binary rewards that are 1 with probability ``right``.

    ``root(k, G)`` gives sqrt(k (G - k)) / G, as a number or as a symbol.
    """
    terms = [
        math.comb(size, k) * right**k * (1 - right) ** (size - k) * root(k, size)
        for k in range(1, size)
    ]
    return sum(terms[1:], terms[0])


# --- Means over all groups ---------------------------------------------------------------------


def mean_weights(chance: "Tensor", rewards: "Tensor", advantage: Advantage, size: int) -> "Tensor":
    """Return the expected weight of each output's score in the group's step, shape (batch, N).

    The step is the mean over a group of ``size`` outputs of advantage times score. ``chance`` and
    ``rewards`` have shape (batch, N); all N^size groups are listed.
    """
    outputs = torch.arange(chance.shape[-1], device=chance.device)
    groups = torch.cartesian_prod(*[outputs] * size)
    values = torch.stack(advantage(list(rewards[:, groups].unbind(-1))), -1)
    weights = chance[:, groups].prod(-1, keepdim=True) * values / size
    return torch.zeros_like(chance).index_add_(1, groups.flatten(), weights.flatten(1))


def mean_weights_symbolic(
    chance: Sequence[Any], rewards: Sequence[Any], advantage: Advantage, size: int
) -> list[Any]:
    """Return :func:`mean_weights` of one problem given by symbols, as a list of N expressions."""
    weights: list[Any] = [sympy.Integer(0)] * len(chance)
    for group in product(range(len(chance)), repeat=size):
        values = advantage([rewards[i] for i in group])
        together = sympy.Mul(*(chance[i] for i in group)) / size
        for i, value in zip(group, values, strict=True):
            weights[i] += together * value
    return weights


def bandit_scores(policy: "Tensor") -> "Tensor":
    """Return the gradient of log pi(a) in the preferences for each arm a, shape (batch, K, K)."""
    arms = torch.eye(policy.shape[-1], dtype=policy.dtype, device=policy.device)
    return arms - policy.unsqueeze(-2)


def bandit_gradient(policy: "Tensor", rewards: "Tensor") -> "Tensor":
    """Return the gradient of the expected reward in the preferences, shape (batch, K)."""
    return policy * (rewards - (policy * rewards).sum(-1, keepdim=True))


def bandits(
    count: int, arms: int, generator: "Generator", scale: float = 1.0
) -> "tuple[Tensor, Tensor]":
    """Draw softmax policies and rewards uniform in [0, 1], each of shape (count, arms)."""
    shape, device = (count, arms), generator.device
    theta = torch.randn(shape, generator=generator, device=device, dtype=torch.float64)
    rewards = torch.rand(shape, generator=generator, device=device, dtype=torch.float64)
    return torch.softmax(scale * theta, -1), rewards


def train_bandit(
    rewards: "Tensor", steps: int, size: int, rate: float, generator: "Generator"
) -> "Tensor":
    """Return the policies after GRPO steps on bandits, shape (batch, K), from uniform ones.

    Each step draws a group of ``size`` arms and moves the preferences along normalised advantage
    times score. No value is learned.
    """
    theta = torch.zeros_like(rewards)
    for _ in range(steps):
        policy = torch.softmax(theta, -1)
        arms = torch.multinomial(policy, size, replacement=True, generator=generator)
        drawn = rewards.gather(-1, arms)
        values = torch.stack(normalised(list(drawn.unbind(-1))), -1)
        theta = theta.scatter_add(-1, arms, rate * values / size)
        theta = theta - rate * values.mean(-1, keepdim=True) * policy
    return torch.softmax(theta, -1)


# --- The objective -----------------------------------------------------------------------------


def clipped_surrogate(ratio: Any, advantage: Any, epsilon: Any, least: Any, most: Any) -> Any:
    """Return min(r A, clip(r, 1 - eps, 1 + eps) A); ``least`` and ``most`` compare two values."""
    held = most(least(ratio, 1 + epsilon), 1 - epsilon)
    return least(ratio * advantage, held * advantage)


def k1(ratio: Any, log: Any) -> Any:
    """Return -log r, with r = reference probability over policy probability."""
    return -log(ratio)


def k2(ratio: Any, log: Any) -> Any:
    """Return (log r)² / 2."""
    return log(ratio) ** 2 / 2


def k3(ratio: Any, log: Any) -> Any:
    """Return r - 1 - log r, the estimator in GRPO's objective (Shao et al. 2024, equation 4)."""
    return ratio - 1 - log(ratio)
