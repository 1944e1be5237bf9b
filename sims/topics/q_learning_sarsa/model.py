"""The cliff's policies and their exact values, and learners under fixed behaviours."""

from functools import cache
from typing import TYPE_CHECKING, Any

from sims import dynamic_programming as dp
from sims.environments.cliff import cliff_walking
from sims.environments.finite import FiniteMDP
from sims.environments.garnet import random_mdps
from sims.environments.temporal_difference import Target, evaluate, learn
from sims.lazy import np, torch
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

topic = Topic("q-learning-sarsa")


@cache
def online_return(
    target: Target, epsilon: float, count: int, offset: int, seed: int, device: str
) -> "NDArray[np.float64]":
    """Return the mean return of episodes 401 to 500 of each learner on the cliff, (count,)."""
    generator = Run(seed, device).generator(f"cliff {offset}")
    cliff = cliff_walking(device=device)
    learning = learn(cliff, target, seeds=count, episodes=500, generator=generator, epsilon=epsilon)
    *_, last = learning
    late: NDArray[np.float64] = last.returns[:, -100:].mean(-1).cpu().numpy()
    return late


def edge_walk(cliff: FiniteMDP, epsilon: float) -> "Tensor":
    """Return the policy that is epsilon-greedy in Q*, ties split evenly: the path on the edge."""
    q = dp.action_values(cliff, dp.policy_iteration(cliff, 1.0).v, 1.0)
    best = (q >= q.amax(-1, keepdim=True) - dp.TIES).double()
    return dp.soften(cliff, best / best.sum(-1, keepdim=True), epsilon)


def best_exploring(cliff: FiniteMDP, epsilon: float) -> "Tensor":
    """Return the best of the policies that must explore with epsilon."""
    return dp.policy_iteration(cliff, 1.0, epsilon=epsilon).policy


def start_value(cliff: FiniteMDP, policy: "Tensor") -> float:
    """Return the exact value of the start under a policy."""
    return float(dp.evaluate(cliff, policy, 1.0) @ cliff.start)


def behaviours(process: FiniteMDP) -> "Tensor":
    """Return two very different fixed behaviours, (2, S, A): uniform, and mostly action 0."""
    uniform = dp.uniform_policy(process)
    skewed = torch.full_like(uniform, 0.3 / (process.actions - 1))
    skewed[:, 0] = 0.7
    return torch.stack([uniform, skewed])


GAMMA = 0.5


def one_process(run: Run, stream: str, states: int) -> FiniteMDP:
    """Return one random process of two actions, each with 3 outcomes and rewards in (0, 1)."""
    many = random_mdps(1, states, 2, run.generator(stream), branching=3, rewards=(0.0, 1.0))
    return FiniteMDP(many.P[0], many.R[0], many.terminal, many.start, many.allowed)


@cache
def learned(target: Target, count: int, offset: int, seed: int, device: str) -> Any:
    """Return the process and Q of ``count`` learners of each behaviour, (2, count, 6, 2)."""
    run = Run(seed, device)
    process = one_process(run, "process", 6)
    policies = behaviours(process).repeat_interleave(count, 0)
    generator = run.generator(f"fixed behaviour {offset}")
    q = evaluate(process, target, policies, steps=20_000, generator=generator, gamma=GAMMA)
    return process, q.view(2, count, process.states, process.actions)


def learning_error(target: Target, goal: str, count: int, offset: int, run: Run) -> Any:
    """Return each seed's largest error, over both behaviours, against the asserted values.

    The values, by linear solve, are ``own`` (of the behaviour) or ``best`` (Q*). Shape (count,).
    """
    process, q = learned(target, count, offset, run.seed, run.device)
    followed = behaviours(process)
    if goal == "best":
        followed = dp.policy_iteration(process, GAMMA).policy.expand_as(followed)
    values = [dp.evaluate(process, policy, GAMMA) for policy in followed]
    known = torch.stack([dp.action_values(process, v, GAMMA) for v in values])
    return (q - known[:, None]).abs().amax((0, 2, 3)).cpu().numpy()
