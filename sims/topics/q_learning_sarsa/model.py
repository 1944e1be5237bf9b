"""The cliff's policies and their exact values, and learners under fixed behaviours."""

from functools import cache
from typing import TYPE_CHECKING, Any

from sims.environments import planning
from sims.environments.cliff import cliff_walking
from sims.environments.random_mdp import random_mdp
from sims.environments.table import Table
from sims.environments.temporal_difference import Target, evaluate, learn
from sims.lazy import np, torch
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from numpy.typing import NDArray


topic = Topic("q-learning-sarsa")


@cache
def online_return(
    target: Target, epsilon: float, count: int, offset: int, seed: int, device: str
) -> "NDArray[np.float64]":
    """Return the mean return of episodes 401 to 500 of each learner on the cliff, (count,)."""
    generator = Run(seed, device).generator(f"cliff {offset}")
    learning = learn(
        cliff_walking(), target, seeds=count, episodes=500, generator=generator, epsilon=epsilon
    )
    *_, last = learning
    late: NDArray[np.float64] = last.returns[:, -100:].mean(-1).cpu().numpy()
    return late


def edge_walk(table: Table, epsilon: float) -> "NDArray[np.float64]":
    """Return the policy that is epsilon-greedy in Q*: on the cliff, the path along the edge."""
    return planning.epsilon_greedy(planning.optimal_action_values(table), epsilon)


def best_exploring(table: Table, epsilon: float) -> "NDArray[np.float64]":
    """Return the best of the policies that must explore with epsilon."""
    return planning.best_policy(table, epsilon=epsilon)


def start_value(table: Table, policy: "NDArray[np.float64]") -> float:
    """Return the exact V(start) of a policy."""
    return float(planning.state_values(table, policy)[table.start])


def behaviours(table: Table) -> "NDArray[np.float64]":
    """Return two very different fixed behaviours: uniform, and mostly the first action."""
    uniform = np.full((table.states, table.actions), 1 / table.actions)
    skewed = np.full_like(uniform, 0.3 / (table.actions - 1))
    skewed[:, 0] = 0.7
    return np.stack([uniform, skewed])


GAMMA = 0.5


@cache
def learned(target: Target, count: int, offset: int, seed: int, device: str) -> Any:
    """Return the process and Q of ``count`` learners of each behaviour, (2, count, 6, 2)."""
    run = Run(seed, device)
    table = random_mdp(run.rng("process"))
    policies = torch.tensor(behaviours(table), device=device).repeat_interleave(count, 0)
    generator = run.generator(f"fixed behaviour {offset}")
    q = evaluate(table, target, policies, steps=40_000, generator=generator, gamma=GAMMA)
    return table, q.cpu().numpy().reshape(2, count, table.states, table.actions)


def learning_error(target: Target, goal: str, count: int, offset: int, run: Run) -> Any:
    """Return each seed's largest error, over both behaviours, against the asserted values.

    The values, by linear solve, are ``own`` (of the behaviour) or ``best`` (Q*). Shape (count,).
    """
    table, q = learned(target, count, offset, run.seed, run.device)
    best = planning.optimal_action_values(table, GAMMA)
    own = [planning.action_values(table, policy, GAMMA) for policy in behaviours(table)]
    known = np.stack(own if goal == "own" else [best, best])
    return np.abs(q - known[:, None]).max((0, 2, 3))
