"""Small MDPs with every trajectory, estimators of the gradient, and a two-step problem in symbols.

An estimator is named by the weight that each score gets: `weight(rewards, t)` for the score at
time t, where `rewards` lists the T rewards of the trajectory.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from sims.lazy import sympy, torch
from sims.rl import dynamic_programming as dp
from sims.rl import trajectories
from sims.rl.environments.garnet import random_mdps
from sims.rl.finite_mdp import FiniteMDP
from sims.rl.trajectories import Trajectories
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Tensor

topic = Topic("policy-gradients")

STATES, ACTIONS, HORIZON = 3, 2, 3
Weight = Callable[[Sequence[Any], int], Any]


def total(rewards: Sequence[Any], t: int) -> Any:
    """Weigh every score by the whole return."""
    return sum(rewards)


def to_go(rewards: Sequence[Any], t: int) -> Any:
    """Weigh each score by the rewards from its time on."""
    return sum(rewards[t:])


@dataclass(frozen=True, eq=False)
class Problems:
    """A batch of MDPs with random softmax policies and all their trajectories."""

    mdps: FiniteMDP
    theta: "Tensor"
    paths: Trajectories

    @cached_property
    def policy(self) -> "Tensor":
        """The policies, shape (batch, S, A)."""
        return dp.softmax_policy(self.theta)

    @cached_property
    def chance(self) -> "Tensor":
        """The probability of each trajectory, shape (batch, N)."""
        return self.paths.log_probabilities(self.mdps, self.policy).exp()

    @cached_property
    def scores(self) -> "Tensor":
        """The score of each step, as a vector over theta, shape (batch, N, T, S * A)."""
        return self.paths.scores(self.policy).flatten(-2)

    @cached_property
    def rewards(self) -> "Tensor":
        """The reward of each step, shape (batch, N, T)."""
        return self.paths.rewards(self.mdps)

    @cached_property
    def gradient(self) -> "Tensor":
        """The exact gradient of J, by autograd through the recursion, shape (batch, S * A)."""
        return trajectories.exact_gradient(self.mdps, self.theta, HORIZON).flatten(-2)

    @cached_property
    def values(self) -> "Tensor":
        """V_t(s_t) along each trajectory, shape (batch, N, T)."""
        table = trajectories.values_to_go(self.mdps, self.policy, HORIZON)
        along = [table[t][:, self.paths.states[:, t]] for t in range(HORIZON)]
        return torch.stack(along, -1)

    def estimate(self, weights: "Tensor") -> "Tensor":
        """Return sum_t weight_t score_t of each trajectory; weights (batch, N, T) -> (…, S * A)."""
        return (weights.unsqueeze(-1) * self.scores).sum(-2)

    def weighted(self, weight: Weight) -> "Tensor":
        """Return the weights that `weight` gives each step, shape (batch, N, T)."""
        steps = list(self.rewards.unbind(-1))
        return torch.stack([weight(steps, t) for t in range(HORIZON)], -1)

    def mean(self, estimates: "Tensor") -> "Tensor":
        """Return the expectation over trajectories, shape (batch, S * A)."""
        return (self.chance.unsqueeze(-1) * estimates).sum(1)

    def variance(self, estimates: "Tensor") -> "Tensor":
        """Return the total variance: the sum of the variances of all components, (batch,)."""
        gap = estimates - self.mean(estimates).unsqueeze(1)
        return (self.chance * (gap**2).sum(-1)).sum(-1)

    def best_baseline(self, estimates: "Tensor", features: "Tensor") -> "Tensor":
        """Return the estimates less the combination of `features` that leaves least variance.

        Features are (batch, N, F, S * A), each of mean zero: a score where a baseline is 1.
        """
        weighted = self.chance[..., None, None] * features
        gram = torch.einsum("bnfk,bngk->bfg", weighted, features)
        side = torch.einsum("bnfk,bnk->bf", weighted, estimates)
        best = torch.linalg.pinv(gram, hermitian=True) @ side.unsqueeze(-1)
        return estimates - torch.einsum("bnfk,bf->bnk", features, best.squeeze(-1))


def problems(run: Run, count: int, stream: str = "problems") -> Problems:
    """Draw `count` MDPs with rewards in [0, 1] and policies with N(0, 1) preferences."""
    generator = run.generator(stream)
    mdps = random_mdps(count, STATES, ACTIONS, generator, rewards=(0.0, 1.0))
    theta = torch.randn(
        (count, STATES, ACTIONS), generator=generator, device=run.device, dtype=torch.float64
    )
    return Problems(mdps, theta, trajectories.every(STATES, ACTIONS, HORIZON, run.device))


def estimators(drawn: Problems) -> "dict[str, Tensor]":
    """Return the estimates of each trajectory by name, each of shape (batch, N, S * A)."""
    returns = drawn.weighted(to_go)
    plain = drawn.estimate(returns)
    ones = torch.ones_like(returns)
    here = torch.nn.functional.one_hot(drawn.paths.states[:, :-1], STATES).double()
    every = torch.einsum("nts,bntk->bntsk", here, drawn.scores).flatten(2, 3)
    average = trajectories.objective(drawn.mdps, drawn.policy, HORIZON)[:, None, None]
    return {
        "full return": drawn.estimate(drawn.weighted(total)),
        "reward to go": plain,
        "mean return as baseline": drawn.estimate(returns - average),
        "best constant baseline": drawn.best_baseline(plain, drawn.estimate(ones).unsqueeze(2)),
        "state values as baseline": drawn.estimate(returns - drawn.values),
        "best state baseline": drawn.best_baseline(plain, every),
    }


def two_step_bias(weight: Weight) -> Any:
    """Return E[sum_t weight_t score_t] - grad J in symbols, for a problem of two steps.

    Both choices are between two actions: the first with probability p, the second with q, whose
    reward may depend on the first. The policy's preferences are log odds: dp/dx = p (1 - p).
    """
    p, q = sympy.symbols("p q", positive=True)
    first = sympy.symbols("u0:2")
    second = [sympy.symbols(f"w{a}_0:2") for a in range(2)]
    expected = sympy.zeros(2, 1)
    objective = 0
    for a, b in product(range(2), repeat=2):
        chance = (p if a else 1 - p) * (q if b else 1 - q)
        rewards = (first[a], second[a][b])
        scores = (a - p, b - q)
        objective += chance * sum(rewards)
        for t in range(2):
            expected[t] += chance * weight(rewards, t) * scores[t]
    exact = sympy.Matrix(
        [p * (1 - p) * sympy.diff(objective, p), q * (1 - q) * sympy.diff(objective, q)]
    )
    return (expected - exact).applyfunc(sympy.expand)
