"""Advantages of a group, the steps they make and their means, the clipped objective, k1 to k3.

Formulas take lists of numbers, symbols or tensors alike, so that the proof and the enumeration
run the same code.
"""

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from sims.lazy import sympy, torch
from sims.rl.environments.sums import Sums
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

    The variance divides by G - `lost`: 0 is the population's, 1 the sample's.
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
    """Return the mean population std of binary rewards that are 1 with probability `right`.

    `root(k, G)` gives sqrt(k (G - k)) / G, as a number or as a symbol.
    """
    terms = [
        math.comb(size, k) * right**k * (1 - right) ** (size - k) * root(k, size)
        for k in range(1, size)
    ]
    return sum(terms[1:], terms[0])


# --- Means over all groups ---------------------------------------------------------------------


def mean_weights(chance: "Tensor", rewards: "Tensor", advantage: Advantage, size: int) -> "Tensor":
    """Return the expected weight of each output's score in the group's step, shape (batch, N).

    The step is the mean over a group of `size` outputs of advantage times score. `chance` and
    `rewards` have shape (batch, N); all N^size groups are listed.
    """
    outputs = torch.arange(chance.shape[1], device=chance.device)
    groups = torch.cartesian_prod(*[outputs] * size)
    values = torch.stack(advantage(rewards[:, groups].unbind(2)), 2)
    weights = chance[:, groups].prod(2, keepdim=True) * values / size
    return torch.zeros_like(chance).index_add_(1, groups.flatten(), weights.flatten(1))


def mean_weights_symbolic(
    chance: Sequence[Any], rewards: Sequence[Any], advantage: Advantage, size: int
) -> list[Any]:
    """Return `mean_weights` of one problem given by symbols, as a list of N expressions."""
    weights: list[Any] = [sympy.Integer(0)] * len(chance)
    for group in product(range(len(chance)), repeat=size):
        values = advantage([rewards[i] for i in group])
        together = sympy.Mul(*(chance[i] for i in group)) / size
        for i, value in zip(group, values, strict=True):
            weights[i] += together * value
    return weights


def bandit_scores(policy: "Tensor") -> "Tensor":
    """Return the gradient of log pi(a) in the preferences for each arm a, shape (batch, K, K)."""
    return torch.diag_embed(torch.ones_like(policy)) - policy.unsqueeze(1)


def bandit_gradient(policy: "Tensor", rewards: "Tensor") -> "Tensor":
    """Return the gradient of the expected reward in the preferences, shape (batch, K)."""
    return policy * (rewards - (policy * rewards).sum(1, keepdim=True))


def bandits(count: int, arms: int, generator: "Generator") -> "tuple[Tensor, Tensor]":
    """Draw softmax policies and rewards uniform in [0, 1], each of shape (count, arms)."""
    shape, device = (count, arms), generator.device
    theta = torch.randn(shape, generator=generator, device=device, dtype=torch.float64)
    rewards = torch.rand(shape, generator=generator, device=device, dtype=torch.float64)
    return torch.softmax(theta, 1), rewards


# --- Steps on samples --------------------------------------------------------------------------


def bandit_step(policy: "Tensor", rewards: "Tensor", size: int, generator: "Generator") -> "Tensor":
    """Return the direction of one step on bandits, shape (batch, K): no value is learned.

    It is the mean over a group of `size` drawn arms of normalised advantage times score.
    """
    arms = torch.multinomial(policy, size, replacement=True, generator=generator)
    values = torch.stack(normalised(rewards.gather(1, arms).unbind(1)), 1)
    every = torch.arange(len(policy), device=policy.device).unsqueeze(1)
    return torch.einsum("bg,bgk->bk", values, bandit_scores(policy)[every, arms]) / size


def train_bandit(
    rewards: "Tensor", steps: int, size: int, rate: float, generator: "Generator"
) -> "Tensor":
    """Return the policies after GRPO steps on bandits, shape (batch, K), from uniform ones."""
    theta = torch.zeros_like(rewards)
    for _ in range(steps):
        theta = theta + rate * bandit_step(torch.softmax(theta, 1), rewards, size, generator)
    return torch.softmax(theta, 1)


def token_step(
    task: Sums, theta: "Tensor", size: int, *, divide: bool, generator: "Generator"
) -> "tuple[Tensor, Tensor]":
    """Return one step's direction for a batch of policies, and whether each group had a signal.

    `divide` divides advantages by the std and tokens by the length of their output (GRPO); else
    neither (Dr. GRPO), and every token counts 1/longest.
    """
    answers = task.sample(theta, size, generator)
    rewards = task.reward(answers).unbind(1)
    values = torch.stack(normalised(rewards) if divide else centred(rewards), 1)
    weight = values / (answers.lengths if divide else task.longest)
    leaf = theta.clone().requires_grad_()
    tokens = task.log_probabilities(leaf, answers).sum(2)
    step = torch.autograd.grad((weight * tokens).sum() / size, leaf)[0]
    return step, values.any(1)


# --- The objective -----------------------------------------------------------------------------


def clipped_surrogate(ratio: Any, advantage: Any, epsilon: Any, least: Any, most: Any) -> Any:
    """Return min(r A, clip(r, 1 - eps, 1 + eps) A); `least` and `most` compare two values."""
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


def expected_objective(
    task: Sums, old: "Tensor", theta: "Tensor", weight: Callable[[Any], Any], epsilon: float = 0.2
) -> "Tensor":
    """Return the notes' objective without its KL term, averaged over all groups of 2, (batch,).

    `weight` gives the weight of each token of an output of n tokens.
    """
    on = task.every(str(theta.device))
    before = task.log_probabilities(old, on)
    ratio = (task.log_probabilities(theta, on) - before).exp()
    chance, rewards = before.sum(2).exp(), task.reward(on)
    groups = torch.cartesian_prod(*[torch.arange(len(rewards), device=theta.device)] * 2)
    advantage = torch.stack(normalised(rewards[groups].unbind(1)), 1).unsqueeze(2)
    tokens = clipped_surrogate(ratio[:, groups], advantage, epsilon, _least, _most)
    outputs = (tokens * on.mask[groups]).sum(3) * weight(on.lengths.double())[groups]
    total: Tensor = (chance[:, groups].prod(2) * outputs.mean(2)).sum(1)
    return total


def _least(a: "Tensor", b: Any) -> "Tensor":
    return torch.minimum(a, torch.as_tensor(b, dtype=a.dtype, device=a.device))


def _most(a: "Tensor", b: Any) -> "Tensor":
    return torch.maximum(a, torch.as_tensor(b, dtype=a.dtype, device=a.device))
