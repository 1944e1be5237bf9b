"""Continuous states and actions: controllers of the linear-quadratic regulator.

A Gaussian actor u ~ N(-k x, s²) with a quadratic critic, a table over five bins and five actions,
and the exact action values with five actions to choose from; all judged by the same rollouts.
"""

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from sims.lazy import torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.lqr import LQR
from sims.rl.finite_mdp import FiniteMDP
from sims.run import Run

if TYPE_CHECKING:
    from torch import Tensor

Controller = Callable[["Tensor"], "Tensor"]
"""Turns states, shape (seeds, copies), into actions of the same shape."""
ACTIONS = (-2.0, -1.0, 0.0, 1.0, 2.0)
BINS = 5
SPREAD = 0.3
COPIES, EPISODE, EPISODES = 64, 10, 200
SAMPLES = 20_000
"""Transitions that a table is made of."""
JUDGES, HORIZON = 500, 60
"""Rollouts of each seed that judge a controller, and their steps."""


def gaussian_actor_critic(
    lqr: LQR, seeds: int, episodes: int, run: Run, actor_step: float = 0.02
) -> Iterator[tuple["Tensor", "Tensor", "Tensor"]]:
    """Yield (k, w0, w1), each (seeds,), after each episode of 10 steps in 64 copies a seed.

    k is the actor's gain. The critic is w0 + w1 x², learned by TD(0); the actor follows the TD
    error times its score.
    """
    generator = run.generator("regulator")
    shape = (seeds, COPIES)
    gain, w0, w1 = torch.zeros(3, seeds, 1, device=run.device, dtype=torch.float64)
    for _ in range(episodes):
        x = torch.randn(shape, generator=generator, device=run.device).double()
        for _ in range(EPISODE):
            noise = torch.randn(shape, generator=generator, device=run.device).double()
            u = -gain * x + SPREAD * noise
            after, reward = lqr.step(x, u, generator)
            error = reward + lqr.gamma * (w0 + w1 * after**2) - (w0 + w1 * x**2)
            score = -noise * x / SPREAD
            w0 = w0 + 0.1 * error.mean(1, keepdim=True)
            w1 = w1 + 0.1 * (error * x**2).mean(1, keepdim=True)
            gain = gain + actor_step * (error * score).mean(1, keepdim=True)
            x = after
        yield gain.flatten(), w0.flatten(), w1.flatten()


def bin_of(x: "Tensor") -> "Tensor":
    """Return which of five bins holds each state: of width 0.8, but open at both ends."""
    inner = torch.tensor((-1.2, -0.4, 0.4, 1.2), dtype=x.dtype, device=x.device)
    return torch.bucketize(x, inner, right=True)


def tabulated(lqr: LQR, seeds: int, run: Run) -> FiniteMDP:
    """Return the regulator on five bins and five actions, one table a seed.

    Each is the means of 20,000 transitions from x ~ N(0, 1.5²) under random actions.
    """
    generator = run.generator("table")
    x = 1.5 * torch.randn((seeds, SAMPLES), generator=generator, device=run.device).double()
    actions = torch.tensor(ACTIONS, dtype=torch.float64, device=run.device)
    choice = torch.randint(len(ACTIONS), x.shape, generator=generator, device=run.device)
    after, reward = lqr.step(x, actions[choice], generator)
    shape = (BINS, len(ACTIONS), BINS)
    cell = (bin_of(x) * len(ACTIONS) + choice) * BINS + bin_of(after)
    zero = torch.zeros(seeds, math.prod(shape), dtype=torch.float64, device=run.device)
    counts = zero.scatter_add(1, cell, torch.ones_like(x)).view(seeds, *shape)
    gained = zero.scatter_add(1, cell, reward).view(seeds, *shape)
    return FiniteMDP(
        P=counts / counts.sum(-1, keepdim=True),
        R=gained / counts.clamp_min(1.0),
        terminal=torch.zeros(BINS, dtype=torch.bool, device=run.device),
        start=torch.full((BINS,), 1 / BINS, dtype=torch.float64, device=run.device),
        allowed=torch.ones(BINS, len(ACTIONS), dtype=torch.bool, device=run.device),
    )


def tabular_controller(lqr: LQR, seeds: int, run: Run) -> Controller:
    """Return the greedy controller of the table, on which tabular Q-learning settles."""
    policy = dp.value_iteration(tabulated(lqr, seeds, run), lqr.gamma).policy
    chosen = policy @ torch.tensor(ACTIONS, dtype=policy.dtype, device=run.device)
    return lambda state: chosen.gather(1, bin_of(state))


def five_action_controller(lqr: LQR) -> Controller:
    """Return the controller that takes the best of five actions by the exact action values."""
    p = lqr.riccati()

    def act(x: "Tensor") -> "Tensor":
        u = torch.tensor(ACTIONS, dtype=x.dtype, device=x.device)
        cost = lqr.r * u**2 + lqr.gamma * p * (lqr.a * x[..., None] + lqr.b * u) ** 2
        return u[cost.argmin(-1)]

    return act


def linear_controller(gain: "Tensor") -> Controller:
    """Return u = -k x for gains of shape (seeds,)."""
    return lambda x: -gain[:, None] * x


def rollout_cost(lqr: LQR, act: Controller, seeds: int, run: Run) -> "Tensor":
    """Return the mean discounted cost of 60 steps from x ~ N(0, 1), the same noise for all."""
    generator = run.generator("judging")
    x = torch.randn((seeds, JUDGES), generator=generator, device=run.device, dtype=torch.float64)
    cost = torch.zeros_like(x)
    for t in range(HORIZON):
        x, reward = lqr.step(x, act(x), generator)
        cost -= lqr.gamma**t * reward
    return cost.mean(1)


@lru_cache(maxsize=16)
def excess_cost(name: str, seeds: int, offset: int, seed: int, device: str) -> "Tensor":
    """Return a controller's cost over that of the best linear one, less 1, shape (seeds,)."""
    run = Run(seed * 1000 + offset, device)
    lqr = LQR()
    best = torch.full((seeds,), lqr.best_gain(), dtype=torch.float64, device=device)
    if name == "gaussian actor":
        *_, (gain, _, _) = gaussian_actor_critic(lqr, seeds, EPISODES, run)
        act = linear_controller(gain)
    elif name == "table":
        act = tabular_controller(lqr, seeds, run)
    elif name == "five actions":
        act = five_action_controller(lqr)
    else:
        act = linear_controller(best)
    cost = rollout_cost(lqr, act, seeds, run)
    return (cost / rollout_cost(lqr, linear_controller(best), seeds, run) - 1).cpu()
