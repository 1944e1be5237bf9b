"""Every trajectory of a short finite MDP: expectations over them are sums, not samples.

Time runs from 0 to T - 1; a trajectory is s_0, a_0, s_1, …, s_T. Policies are softmax tables with
one preference theta[s, a], so the score is d log pi(a | s) / d theta[s, b] = 1[a = b] - pi(b | s).
Source: Sutton & Barto 2018, sections 13.2 to 13.4.
"""

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from sims.lazy import torch
from sims.rl import dynamic_programming as dp

if TYPE_CHECKING:
    from torch import Tensor

    from sims.rl.finite_mdp import FiniteMDP


@dataclass(frozen=True, eq=False)
class Trajectories:
    """All N = S (A S)^T of them: `states` is (N, T + 1), `actions` (N, T), int64."""

    states: "Tensor"
    actions: "Tensor"

    @property
    def horizon(self) -> int:
        """The number of steps, T."""
        return self.actions.shape[-1]

    def log_probabilities(self, mdp: "FiniteMDP", policy: "Tensor") -> "Tensor":
        """Return log p of each trajectory, -inf where it cannot happen, shape (…, N)."""
        before, after = self.states[:, :-1], self.states[:, 1:]
        moves = mdp.P[..., before, self.actions, after].log().sum(-1)
        choices = policy[..., before, self.actions].log().sum(-1)
        return mdp.start[self.states[:, 0]].log() + moves + choices

    def rewards(self, mdp: "FiniteMDP") -> "Tensor":
        """Return the reward of each step, shape (…, N, T)."""
        return mdp.R[..., self.states[:, :-1], self.actions, self.states[:, 1:]]

    def scores(self, policy: "Tensor") -> "Tensor":
        """Return the gradient of each log pi(a_t | s_t), shape (…, N, T, S, A)."""
        states, actions = policy.shape[-2:]
        here = torch.nn.functional.one_hot(self.states[:, :-1], states).to(policy.dtype)
        taken = torch.nn.functional.one_hot(self.actions, actions).to(policy.dtype)
        gap = taken.unsqueeze(-2) - policy[..., None, None, :, :]
        return here.unsqueeze(-1) * gap


def every(states: int, actions: int, horizon: int, device: str = "cpu") -> Trajectories:
    """Return all trajectories of `horizon` steps."""
    rows = product(range(states), *[range(actions), range(states)] * horizon)
    table = torch.tensor(list(rows), device=device)
    return Trajectories(table[:, ::2], table[:, 1::2])


def objective(mdp: "FiniteMDP", policy: "Tensor", horizon: int) -> "Tensor":
    """Return J, the expected sum of rewards over `horizon` steps, by backward recursion, (…)."""
    v = torch.zeros(mdp.P.shape[:-2], dtype=mdp.P.dtype, device=mdp.P.device)
    for _ in range(horizon):
        v = dp.expectation_backup(mdp, policy, v, 1.0)
    return (mdp.start * v).sum(-1)


def exact_gradient(mdp: "FiniteMDP", theta: "Tensor", horizon: int) -> "Tensor":
    """Return dJ / d theta by differentiating the backward recursion, shape of `theta`."""
    theta = theta.detach().requires_grad_()
    total = objective(mdp, dp.softmax_policy(theta), horizon).sum()
    gradient: Tensor = torch.autograd.grad(total, theta)[0]
    return gradient


def values_to_go(mdp: "FiniteMDP", policy: "Tensor", horizon: int) -> "Tensor":
    """Return V_t(s) for t = 0 .. T - 1, the expected rewards still to come, shape (T, …, S)."""
    v = torch.zeros(mdp.P.shape[:-2], dtype=mdp.P.dtype, device=mdp.P.device)
    values = []
    for _ in range(horizon):
        v = dp.expectation_backup(mdp, policy, v, 1.0)
        values.append(v)
    return torch.stack(values[::-1])
