"""Random problems, the best of all policies by enumeration, and backups as functions."""

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from sims.lazy import sympy, torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.garnet import random_mdps
from sims.rl.finite_mdp import FiniteMDP
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Tensor

topic = Topic("policy-value-iteration")

GAMMA = 0.8
EXACT = 1e-10


def problems(run: Run, count: int = 200, states: int = 4, actions: int = 3) -> FiniteMDP:
    """Return seeded random MDPs, one batch."""
    return random_mdps(count, states, actions, run.generator("problems"))


@cache
def _every_policy(states: int, actions: int) -> "Tensor":
    """Return all deterministic policies, shape (A^S, S, A)."""
    choices = torch.eye(actions, dtype=torch.float64)
    return torch.stack([choices[list(c)] for c in product(range(actions), repeat=states)])


def best_of_all(mdps: FiniteMDP, gamma: float) -> "Tensor":
    """Return v* by evaluating every deterministic policy and taking the best, shape (batch, S)."""
    every = _every_policy(mdps.states, mdps.actions).to(mdps.device)
    values = [dp.evaluate(mdps, policy.expand(mdps.P.shape[:-1]), gamma) for policy in every]
    return torch.stack(values).max(0).values


def worst_gap(left: "Tensor", right: "Tensor") -> "Tensor":
    """Return the largest absolute difference over states, shape (batch,)."""
    return (left - right).abs().max(-1).values


def backup(
    mdps: FiniteMDP, policy: "Tensor", v: "Tensor", choose: Callable[[Any, Any], Any]
) -> "Tensor":
    """Return one sweep in which `choose(q, pi)` turns action values into a state's value.

    `q` and `pi` are lists over actions of tensors of shape (batch, S).
    """
    q = dp.action_values(mdps, v, GAMMA)
    value: Tensor = choose(list(q.unbind(-1)), list(policy.unbind(-1)))
    return value


def expectation(q: Any, pi: Any) -> Any:
    """Weigh the action values by the policy."""
    return sum(p * value for p, value in zip(pi, q, strict=True))


def maximum(q: Any, pi: Any) -> Any:
    """Take the largest action value, whatever the policy."""
    if not hasattr(q[0], "shape"):
        return sympy.Max(*q)
    return torch.stack(q).max(0).values


def random_policies(run: Run, mdps: FiniteMDP) -> "Tensor":
    """Return one random deterministic policy for each MDP, shape (batch, S, A)."""
    shape = mdps.P.shape[:2]
    chosen = torch.randint(
        mdps.actions, shape, generator=run.generator("policies"), device=run.device
    )
    return torch.nn.functional.one_hot(chosen, mdps.actions).double()
