"""Soft-optimal experts, rewards that explain them, and what those are worth in a changed world.

Reward tables r(s, a) have shape (batch, S, A). A score of 0 is playing at random, 1 the optimum.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sims.lazy import torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.windy_grid import windy_grid
from sims.rl.finite_mdp import FiniteMDP
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Tensor

topic = Topic("inverse-rl")

SIDE, GAMMA = 5, 0.9
STATES = SIDE * SIDE
GOAL = STATES - 1


def cell_rewards(run: Run, count: int) -> "Tensor":
    """Draw rewards of the cells, 5 in the last corner and up to 1 elsewhere, (count, 25)."""
    shape = (count, STATES)
    drawn = torch.rand(
        shape, generator=run.generator("rewards"), device=run.device, dtype=torch.float64
    )
    drawn[:, GOAL] = 5.0
    return drawn


def paying(mdps: FiniteMDP, table: "Tensor") -> FiniteMDP:
    """Return the same worlds with rewards r(s, a), shape (batch, S, A)."""
    rewards = table.unsqueeze(-1).expand_as(mdps.P)
    return FiniteMDP(mdps.P, rewards, mdps.terminal, mdps.start, mdps.allowed)


def soft_values(
    mdps: FiniteMDP, table: "Tensor", start: "Tensor | None" = None, sweeps: int = 400
) -> "Tensor":
    """Return V of the soft optimum, V(s) = log sum_a exp(r(s, a) + gamma E V(s')), (batch, S)."""
    v = table.new_zeros(table.shape[:-1]) if start is None else start
    for _ in range(sweeps):
        v = torch.logsumexp(_soft_action_values(mdps, table, v), dim=-1)
    return v


def _soft_action_values(mdps: FiniteMDP, table: "Tensor", v: "Tensor") -> "Tensor":
    values: Tensor = table + GAMMA * (mdps.P @ v[:, None, :, None]).squeeze(-1)
    return values


def soft_policy(mdps: FiniteMDP, table: "Tensor", v: "Tensor | None" = None) -> "Tensor":
    """Return the policy of maximum causal entropy for rewards r(s, a) (Ziebart 2010)."""
    values = soft_values(mdps, table) if v is None else v
    return dp.softmax_policy(_soft_action_values(mdps, table, values))


# --- Rewards that explain a policy -------------------------------------------------------------


def state_reward(mdps: FiniteMDP, policy: "Tensor") -> "Tensor":
    """Return the reward of each state that explains a soft-optimal policy, shape (batch, S).

    log pi(a | s) = r(s) + gamma E V(s') - V(s) for all s and a: linear in r and V, solved by least
    squares. The solution has mean 0, because a constant more changes no policy.
    """
    batch, states, actions = policy.shape
    identity = torch.eye(states, dtype=policy.dtype, device=policy.device)
    own = identity.view(1, states, 1, states).expand(batch, -1, actions, -1)
    rows = torch.cat([own, GAMMA * mdps.P - own], -1).reshape(batch, states * actions, 2 * states)
    right = policy.log().reshape(batch, -1, 1)
    found: Tensor = (torch.linalg.pinv(rows) @ right).squeeze(-1)[:, :states]
    return found - found.mean(1, keepdim=True)


def matching_steps(
    mdps: FiniteMDP, visits: "Tensor", rate: float, sweeps: int = 25
) -> Iterator[tuple["Tensor", "Tensor"]]:
    """Yield state rewards and the gap in visits, (batch, S), of gradient steps, for ever.

    The gradient of the expert's likelihood is its visits less those of the soft optimum, for which
    each step takes `sweeps` more sweeps. As both sum to the same, rewards keep a mean of 0.
    """
    reward = torch.zeros_like(visits)
    v = torch.zeros_like(visits)
    while True:
        table = reward.unsqueeze(-1).expand(mdps.P.shape[:-1])
        v = soft_values(mdps, table, v, sweeps)
        gap = visits - state_visits(mdps, soft_policy(mdps, table, v))
        yield reward, gap
        reward = reward + rate * gap


def state_visits(mdps: FiniteMDP, policy: "Tensor") -> "Tensor":
    """Return the discounted visits of each state, summing to 1/(1 - gamma), shape (batch, S)."""
    return dp.occupancy(mdps, policy, GAMMA).sum(-1)


def folded_reward(mdps: FiniteMDP, table: "Tensor", potential: "Tensor") -> "Tensor":
    """Return r(s, a) + gamma E potential(s') - potential(s), the expectation by these dynamics.

    In these worlds that is shaping, and explains the expert as well as r does. `potential` has
    shape (batch, S). As a table of s and a it carries the dynamics with it.
    """
    ahead = (mdps.P @ potential[:, None, :, None]).squeeze(-1)
    return table + GAMMA * ahead - potential.unsqueeze(-1)


# --- What a reward or a policy is worth --------------------------------------------------------


def returns(mdps: FiniteMDP, policy: "Tensor") -> "Tensor":
    """Return the discounted return from the start, shape (batch,)."""
    return (mdps.start * dp.evaluate(mdps, policy, GAMMA)).sum(1)


def scores(mdps: FiniteMDP, policy: "Tensor") -> "Tensor":
    """Return the true return between playing at random (0) and the optimum (1), (batch,)."""
    random = returns(mdps, dp.uniform_policy(mdps).expand_as(policy))
    best = returns(mdps, dp.policy_iteration(mdps, GAMMA).policy)
    return (returns(mdps, policy) - random) / (best - random)


def planned(mdps: FiniteMDP, table: "Tensor") -> "Tensor":
    """Return the policy that is optimal in these worlds for rewards r(s, a)."""
    return dp.policy_iteration(paying(mdps, table), GAMMA).policy


WALLS = (8, 13, 18, 23)
"""A wall left of the last column, open at the top."""
WORLDS: dict[str, dict[str, object]] = {
    "more wind": {"wind": 0.6},
    "a wall": {"walls": WALLS},
    "permuted actions": {"order": (1, 2, 3, 0)},
}
AGENTS: dict[str, dict[str, object]] = {
    "permuted actions": {"order": (1, 2, 3, 0)},
    "no way left": {"order": (2, 1, 2, 3)},
    "an unsteady one": {"wind": 0.8, "order": (2, 3, 0, 1)},
}
METHODS = ("true reward", "state reward", "folded reward", "log policy", "cloned policy")


def transferred(
    method: str, rewards: "Tensor", change: dict[str, object], potential: "Tensor"
) -> "Tensor":
    """Return the policy that a method brings from the expert's world to a changed one.

    `rewards` are the cells' true rewards, seen only through the expert (but for the true
    reward); `potential`, shape (batch, S), shapes the folded reward.
    """
    old = windy_grid(rewards)
    truth = rewards.unsqueeze(-1).expand(old.P.shape[:-1])
    new = windy_grid(rewards, **change)  # type: ignore[arg-type]
    if method == "true reward":
        return planned(new, truth)
    expert = soft_policy(old, truth)
    if method == "cloned policy":
        return dp.greedy(old, expert)
    found = state_reward(old, expert).unsqueeze(-1).expand_as(truth)
    if method == "folded reward":
        found = folded_reward(old, found, potential)
    elif method == "log policy":
        found = expert.log()
    return planned(new, found)


def potentials(run: Run, count: int, spread: float = 5.0) -> "Tensor":
    """Draw potentials from N(0, spread²), shape (count, 25)."""
    shape = (count, STATES)
    generator = run.generator("potentials")
    drawn = torch.randn(shape, generator=generator, device=run.device, dtype=torch.float64)
    return spread * drawn
