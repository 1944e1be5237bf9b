"""The cliff's policies and their exact values, and learners under fixed behaviours."""

from functools import cache
from typing import TYPE_CHECKING, Any

from sims.lazy import np, torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments.cliff import cliff_walking
from sims.rl.environments.garnet import random_mdps
from sims.rl.finite_mdp import FiniteMDP
from sims.rl.temporal_difference import Target, evaluate, learn
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

topic = Topic("q-learning-sarsa")


@cache
def online_return(
    target: Target,
    epsilon: float,
    count: int,
    offset: int,
    seed: int,
    device: str,
    *,
    early: int = 400,
    late: int = 100,
) -> "NDArray[np.float64]":
    """Return the mean return on the cliff of `late` episodes after `early` ones, (count,)."""
    generator = Run(seed, device).generator(f"cliff {offset}")
    *_, last = learn(
        cliff_walking(device=device),
        target,
        seeds=count,
        episodes=early + late,
        generator=generator,
        epsilon=epsilon,
    )
    means: NDArray[np.float64] = last.returns[:, early:].mean(1).cpu().numpy()
    return means


def edge_walk(cliff: FiniteMDP, epsilon: float) -> "Tensor":
    """Return the policy that is epsilon-greedy in Q*, ties split evenly: the path on the edge."""
    q = dp.action_values(cliff, dp.policy_iteration(cliff, 1.0).v, 1.0).round(decimals=9)
    best = (q == q.amax(1, keepdim=True)).double()
    return dp.soften(cliff, best / best.sum(1, keepdim=True), epsilon)


def best_exploring(cliff: FiniteMDP, epsilon: float) -> "Tensor":
    """Return the best of the policies that must explore with epsilon."""
    return dp.policy_iteration(cliff, 1.0, epsilon=epsilon).policy


def start_value(cliff: FiniteMDP, policy: "Tensor") -> float:
    """Return the exact value of the start under a policy."""
    return float(dp.evaluate(cliff, policy, 1.0) @ cliff.start)


def behaviours(process: FiniteMDP) -> "Tensor":
    """Return two very different fixed behaviours, (2, S, A): uniform, and mostly action 0."""
    uniform = dp.uniform_policy(process)
    first = torch.zeros_like(uniform)
    first[:, 0] = 1.0
    return torch.stack([uniform, dp.soften(process, first, 0.6)])


GAMMA = 0.5


def one_process(
    run: Run,
    stream: str,
    states: int,
    *,
    actions: int = 2,
    outcomes: int = 3,
    rewards: tuple[float, float] = (0.0, 1.0),
) -> FiniteMDP:
    """Return one random process, each action of each state with so many `outcomes`."""
    generator = run.generator(stream)
    one = random_mdps(1, states, actions, generator, branching=outcomes, rewards=rewards)
    return FiniteMDP(one.P.squeeze(0), one.R.squeeze(0), one.terminal, one.start, one.allowed)


@cache
def learned(
    target: Target,
    count: int,
    offset: int,
    seed: int,
    device: str,
    *,
    states: int = 6,
    steps: int = 20_000,
) -> Any:
    """Return the process and Q of `count` learners of each behaviour, (2, count, S, A)."""
    run = Run(seed, device)
    process = one_process(run, "process", states)
    policies = behaviours(process).unsqueeze(1).expand(-1, count, -1, -1)
    generator = run.generator(f"fixed behaviour {offset}")
    q = evaluate(
        process, target, policies.flatten(0, 1), steps=steps, generator=generator, gamma=GAMMA
    )
    return process, q.view(policies.shape)


def learning_error(target: Target, goal: str, count: int, offset: int, run: Run) -> Any:
    """Return each seed's largest error, over both behaviours, against the asserted values.

    The values, by linear solve, are `own` (of the behaviour) or `best` (Q*). Shape (count,).
    """
    process, q = learned(target, count, offset, run.seed, run.device)
    followed = behaviours(process)
    if goal == "best":
        followed = dp.policy_iteration(process, GAMMA).policy.expand_as(followed)
    values = [dp.evaluate(process, policy, GAMMA) for policy in followed]
    known = torch.stack([dp.action_values(process, v, GAMMA) for v in values])
    return (q - known.unsqueeze(1)).abs().amax((0, 2, 3)).cpu().numpy()
