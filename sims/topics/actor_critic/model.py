"""REINFORCE and actor-critic on random MDPs, judged by the exact value of the policy."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from sims.lazy import torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.garnet import random_mdps
from sims.rl.finite_mdp import FiniteMDP
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Generator, Tensor

topic = Topic("actor-critic")

GAMMA = 0.9
STEP_SIZES = (0.0125, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8)
PILOTS = 60
NEVER = {"slower": 1, "faster": 10}
"""Lengths that a curve which never gets there counts as having needed, against the claim."""
CRITIC_STEP = 0.2
METHODS = ("reinforce", "baseline", "actor-critic", "exact critic")


@dataclass(frozen=True)
class Setting:
    """How many states the MDPs have and how many steps an episode has; actions are always 4."""

    states: int = 10
    horizon: int = 30
    steps: int = 6000
    check: int = 30


LONG = Setting()
ONE_STEP = Setting(states=1, horizon=1, steps=300, check=3)


def draw_mdps(setting: Setting, count: int, generator: "Generator") -> FiniteMDP:
    """Draw MDPs in which each action has one or two successors and rewards lie in [0, 1]."""
    branching = min(2, setting.states)
    return random_mdps(count, setting.states, 4, generator, branching=branching, rewards=(0.0, 1.0))


def discount(setting: Setting) -> float:
    """Return gamma: 0 for one-step episodes, where nothing follows."""
    return GAMMA if setting.horizon > 1 else 0.0


class Actor:
    """A batch of softmax policies that learn, one copy for each MDP and step size."""

    def __init__(self, method: str, mdps: FiniteMDP, alpha: "Tensor", setting: Setting) -> None:
        """`alpha` holds the actors' step sizes, shape (copies,)."""
        copies = len(alpha)
        self.method, self.mdps, self.setting = method, mdps, setting
        self.theta = torch.zeros(copies, mdps.states, 4, dtype=torch.float64, device=alpha.device)
        self.v = torch.zeros_like(self.theta[..., 0])
        self._alpha, self._copy = alpha, torch.arange(copies, device=alpha.device)
        self._gamma = discount(setting)

    def value(self) -> "Tensor":
        """Return the exact value of each policy from a random state, shape (copies,)."""
        v = dp.evaluate(self.mdps, dp.softmax_policy(self.theta), self._gamma)
        return v.mean(1)

    def episode(self, generator: "Generator") -> None:
        """Play one episode in every copy and learn: at its end, or at every step."""
        state = self.mdps.reset(self._copy.shape, generator)
        past: list[tuple[Tensor, Tensor, Tensor]] = []
        if self.method == "exact critic":
            self.v = dp.evaluate(self.mdps, dp.softmax_policy(self.theta), self._gamma)
        for _ in range(self.setting.horizon):
            policy = torch.softmax(self.theta[self._copy, state], 1)
            action = torch.multinomial(policy, 1, generator=generator).squeeze(1)
            after, reward, _ = self.mdps.step(state, action, generator)
            if self.method in ("reinforce", "baseline"):
                past.append((state, action, reward))
            else:
                error = reward + self._gamma * self.v[self._copy, after] - self.v[self._copy, state]
                if self.method == "actor-critic":
                    self.v[self._copy, state] += CRITIC_STEP * error
                self._reinforce(state, action, error)
            state = after
        to_go = torch.zeros_like(self._alpha)
        earned = []
        for _, _, reward in reversed(past):
            to_go = reward + self._gamma * to_go
            earned.append(to_go)
        for (state, action, _), credit in zip(past, reversed(earned), strict=True):
            if self.method == "baseline":
                credit = credit - self.v[self._copy, state]
                self.v[self._copy, state] += CRITIC_STEP * credit
            self._reinforce(state, action, credit)

    def _reinforce(self, state: "Tensor", action: "Tensor", credit: "Tensor") -> None:
        """Move the preferences of `state` along the score of `action`, times `credit`."""
        policy = torch.softmax(self.theta[self._copy, state], 1)
        score = torch.nn.functional.one_hot(action, 4) - policy
        self.theta[self._copy, state] += (self._alpha * credit).unsqueeze(1) * score


def learning_curves(
    method: str, mdps: FiniteMDP, alpha: "Tensor", setting: Setting, generator: "Generator"
) -> "Tensor":
    """Return how far each copy has come, shape (copies, checks).

    0 is the uniform policy's exact value and 1 the optimum's.
    """
    actor = Actor(method, mdps, alpha, setting)
    first = actor.value()
    best = dp.policy_iteration(mdps, discount(setting)).v.mean(1)
    curve = []
    for step in range(setting.horizon, setting.steps + 1, setting.horizon):
        actor.episode(generator)
        if step % setting.check == 0:
            curve.append((actor.value() - first) / (best - first))
    return torch.stack(curve, 1)


def repeated(mdps: FiniteMDP, times: int) -> FiniteMDP:
    """Return a batch with every MDP `times` in a row."""
    tables = (mdps.P.repeat_interleave(times, 0), mdps.R.repeat_interleave(times, 0))
    return FiniteMDP(*tables, mdps.terminal, mdps.start, mdps.allowed)


@lru_cache(maxsize=16)
def pilot_curves(method: str, setting: Setting, seed: int, device: str) -> "Tensor":
    """Return learning curves on 60 pilot MDPs, half as long, shape (pilots * sizes, checks)."""
    run = Run(seed, device)
    mdps = repeated(draw_mdps(setting, PILOTS, run.generator("pilot")), len(STEP_SIZES))
    alpha = torch.tensor(STEP_SIZES * PILOTS, dtype=torch.float64, device=device)
    short = replace(setting, steps=setting.steps // 2)
    return learning_curves(method, mdps, alpha, short, run.generator("pilot episodes"))


def best_step_size(method: str, role: str, setting: Setting, seed: int, device: str) -> float:
    """Return the step size with the least mean log of the checks needed by the pilots."""
    needed = checks_needed(pilot_curves(method, setting, seed, device), NEVER[role])
    means = needed.log().view(PILOTS, len(STEP_SIZES)).mean(0)
    return STEP_SIZES[int(means.argmin())]


@lru_cache(maxsize=16)
def curves(
    method: str, size: float, setting: Setting, count: int, offset: int, seed: int, device: str
) -> "Tensor":
    """Return learning curves on `count` fresh MDPs at a step size."""
    run = Run(seed, device)
    mdps = draw_mdps(setting, count, run.generator(f"problems {offset}"))
    alpha = torch.full((count,), size, dtype=torch.float64, device=device)
    return learning_curves(method, mdps, alpha, setting, run.generator(f"episodes {offset}"))


def arrived(curve: "Tensor") -> "Tensor":
    """Return at which checks a curve is half way or more."""
    return curve >= 0.5


def checks_needed(curve: "Tensor", lengths: int) -> "Tensor":
    """Return the number of the first check at which a curve is half way, shape (copies,).

    A curve that never is counts as one check more than `lengths` times its length.
    """
    there, never = arrived(curve), lengths * curve.shape[1] + 1
    return torch.where(there.any(1), there.int().argmax(1) + 1, never).double()
