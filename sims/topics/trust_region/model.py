"""Surrogate, divergence, Fisher matrix and one trust-region step, in batches of MDPs."""

from typing import TYPE_CHECKING, Any

from sims.lazy import scipy, torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.garnet import random_mdps
from sims.rl.finite_mdp import FiniteMDP
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Tensor

topic = Topic("trust-region")

STATES, ACTIONS = 5, 3
GAMMA = 0.9
DELTA = 0.01


def problems(run: Run, count: int) -> "tuple[FiniteMDP, Tensor]":
    """Draw MDPs, and N(0, 1) preferences, shape (count, S, A)."""
    generator = run.generator("problems")
    mdps = random_mdps(count, STATES, ACTIONS, generator)
    shape = (count, STATES, ACTIONS)
    theta = torch.randn(shape, generator=generator, device=run.device, dtype=torch.float64)
    return mdps, theta


def performance(mdps: FiniteMDP, policy: "Tensor") -> "Tensor":
    """Return J, the exact discounted return from the start distribution, shape (count,)."""
    return dp.evaluate(mdps, policy, GAMMA) @ mdps.start


def advantages(mdps: FiniteMDP, policy: "Tensor") -> "Tensor":
    """Return A(s, a) = Q(s, a) - V(s), exactly, shape (count, S, A)."""
    v = dp.evaluate(mdps, policy, GAMMA)
    return dp.action_values(mdps, v, GAMMA) - v[..., None]


def visits(mdps: FiniteMDP, policy: "Tensor") -> "Tensor":
    """Return the discounted share of time in each state, summing to 1, shape (count, S)."""
    return (1 - GAMMA) * dp.occupancy(mdps, policy, GAMMA).sum(-1)


def surrogate(mdps: FiniteMDP, old: "Tensor", new: "Tensor") -> "Tensor":
    """Return L(new): J(old) plus the old advantages under the new actions and the old visits."""
    gained = (new * advantages(mdps, old)).sum(-1)
    return performance(mdps, old) + (visits(mdps, old) * gained).sum(1) / (1 - GAMMA)


def divergence(old: "Tensor", new: "Tensor") -> "Tensor":
    """Return KL(old || new) in each state, in nats, shape (count, S); 0 log 0 is 0."""
    return (torch.xlogy(old, old) - torch.xlogy(old, new)).sum(-1)


def mean_divergence(mdps: FiniteMDP, old: "Tensor", new: "Tensor") -> "Tensor":
    """Return the KL divergence averaged over the old policy's visits, shape (count,)."""
    return (visits(mdps, old) * divergence(old, new)).sum(1)


def penalty(largest_advantage: Any, gamma: Any) -> Any:
    """Return C = 4 max|A| gamma / (1 - gamma)² of the bound J >= L - C max KL."""
    return 4 * largest_advantage * gamma / (1 - gamma) ** 2


def policy_gradient(mdps: FiniteMDP, theta: "Tensor") -> "Tensor":
    """Return dJ / d theta by the policy gradient theorem, shape (count, S, A)."""
    policy = dp.softmax_policy(theta)
    weights = visits(mdps, policy).unsqueeze(-1) / (1 - GAMMA)
    return weights * policy * advantages(mdps, policy)


def natural_gradient(mdps: FiniteMDP, theta: "Tensor") -> "Tensor":
    """Return F^-1 dJ / d theta, shape (count, S, A): for a softmax table, A(s, a) / (1 - gamma).

    It is unique up to a constant in each state, which changes no policy (Kakade 2002).
    """
    scaled: Tensor = advantages(mdps, dp.softmax_policy(theta)) / (1 - GAMMA)
    return scaled


def fisher(policy: "Tensor", weights: "Tensor") -> "Tensor":
    """Return the Fisher matrix of the softmax table, averaged over states, (count, SA, SA)."""
    count, states, actions = policy.shape
    block = torch.diag_embed(policy) - torch.einsum("nsa,nsb->nsab", policy, policy)
    whole = torch.einsum("ns,st,nsab->nsatb", weights, torch.eye(states).to(policy), block)
    flat: Tensor = whole.reshape(count, states * actions, states * actions)
    return flat


def trust_region_step(mdps: FiniteMDP, theta: "Tensor", delta: float) -> "Tensor":
    """Return new preferences: the natural gradient, as far as mean KL <= `delta` allows.

    The first guess meets the constraint to second order; it is halved until the exact divergence
    is within `delta` (Schulman et al. 2015, appendix C). They halve until the surrogate has risen
    as well: with a softmax table it always has, since the new policy is in proportion to
    pi exp(c A), under which the old advantages A have a larger mean the larger c.
    """
    old = dp.softmax_policy(theta)
    direction = natural_gradient(mdps, theta)
    slope = (policy_gradient(mdps, theta) * direction).flatten(1).sum(1)
    length = (2 * delta / slope.clamp_min(1e-300)).sqrt()
    while True:
        tried = theta + length.view(-1, 1, 1) * direction
        far = mean_divergence(mdps, old, dp.softmax_policy(tried)) > delta
        if not far.any():
            return tried
        length = torch.where(far, length / 2, length)


def constrained_problem(run: Run, number: int) -> "tuple[FiniteMDP, Tensor]":
    """Draw one MDP of 3 states and 3 actions with costs in [0, 1], shape (S, A)."""
    generator = run.generator(f"costs {number}")
    drawn = random_mdps(1, 3, 3, generator, rewards=(0.0, 1.0))
    costs = torch.rand((3, 3), generator=generator, device=run.device, dtype=torch.float64)
    mdp = FiniteMDP(drawn.P[0], drawn.R[0], drawn.terminal, drawn.start, drawn.allowed)
    return mdp, costs


def expected_sum(mdp: FiniteMDP, policy: "Tensor", table: "Tensor") -> float:
    """Return the expected discounted sum of `table` (s, a) under one policy."""
    return float((dp.occupancy(mdp, policy, GAMMA) * table).sum())


def with_rewards(mdp: FiniteMDP, table: "Tensor", allowed: "Tensor | None" = None) -> FiniteMDP:
    """Return the MDP paying table[s, a] instead, with other actions allowed if given."""
    rewards = table.unsqueeze(-1).expand_as(mdp.P)
    may = mdp.allowed if allowed is None else allowed
    return FiniteMDP(mdp.P, rewards, mdp.terminal, mdp.start, may)


def optimum(mdp: FiniteMDP) -> "tuple[float, Tensor]":
    """Return the best discounted return and a policy that earns it."""
    best = dp.policy_iteration(mdp, GAMMA)
    return float(mdp.start @ best.v), best.policy


def limit_at(mdp: FiniteMDP, costs: "Tensor", fraction: float) -> float:
    """Return the limit that far from the least possible cost (0) to that of the optimum (1)."""
    least = -optimum(with_rewards(mdp, -costs))[0]
    free = expected_sum(mdp, optimum(mdp)[1], costs)
    return least + fraction * (free - least)


def lagrangian_optimum(mdp: FiniteMDP, costs: "Tensor", limit: float) -> float:
    """Return the constrained optimum by duality: min over m >= 0 of max_pi R - m (C - limit).

    The dual is convex in the price m of a unit of cost, with policy iteration inside.
    """

    def dual(price: float) -> float:
        priced = with_rewards(mdp, mdp.expected_reward - price * costs)
        return optimum(priced)[0] + price * limit

    exact = {"xatol": 1e-10}
    return float(scipy.optimize.minimize_scalar(dual, bounds=(0.0, 100.0), options=exact).fun)
