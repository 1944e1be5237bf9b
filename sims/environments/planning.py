"""Exact values of tables: linear solves and policy iteration.

Source: Sutton and Barto 2018, chapters 3 and 4. A policy is an array of action probabilities,
shape (states, actions); values with discount 1 need a policy that surely ends the episode.
"""

from typing import TYPE_CHECKING

from sims.environments.table import Table
from sims.lazy import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TIE = 1e-9


def state_values(table: Table, policy: "Array", gamma: float = 1.0) -> "Array":
    """Return V of a policy, shape (states,), by solving V = R + gamma P V."""
    moves = np.einsum("sa,sat->st", policy, table.transitions())
    earned = (policy * table.rewards()).sum(-1)
    solved: Array = np.linalg.solve(np.eye(table.states) - gamma * moves, earned)
    return solved


def action_values(table: Table, policy: "Array", gamma: float = 1.0) -> "Array":
    """Return Q of a policy, shape (states, actions)."""
    ahead: Array = table.transitions() @ state_values(table, policy, gamma)
    return table.rewards() + gamma * ahead


def epsilon_greedy(q: "Array", epsilon: float) -> "Array":
    """Return the policy that is greedy in ``q`` (ties split evenly) but random with epsilon."""
    best = q >= q.max(-1, keepdims=True) - TIE
    policy: Array = (1 - epsilon) * best / best.sum(-1, keepdims=True) + epsilon / q.shape[-1]
    return policy


def best_policy(table: Table, gamma: float = 1.0, epsilon: float = 0.0) -> "Array":
    """Return the best policy among those that explore with ``epsilon``, by policy iteration.

    Stops when no state's value improves: values, not policies, because ties are common.
    """
    policy = np.full((table.states, table.actions), 1 / table.actions)
    values = state_values(table, policy, gamma)
    while True:
        policy = epsilon_greedy(action_values(table, policy, gamma), epsilon)
        improved = state_values(table, policy, gamma)
        if not (improved > values + TIE).any():
            return policy
        values = improved


def optimal_action_values(table: Table, gamma: float = 1.0) -> "Array":
    """Return Q*, shape (states, actions)."""
    return action_values(table, best_policy(table, gamma), gamma)
