"""Both algorithms as the textbook has them (Sutton & Barto 2018, sections 13.3 and 13.5).

Tables are lists that the updates change: preferences `theta[s][a]` and values `v[s]`. A path
lists (s, a, r, s'). A claim holds the batched learners to these.
"""

import math
from collections.abc import Sequence

Path = Sequence[tuple[int, int, float, int]]


def lean(theta: list[list[float]], s: int, a: int, much: float) -> None:
    """Move the preferences in s by `much` times the gradient of log pi(a | s)."""
    weights = [math.exp(x) for x in theta[s]]
    for b, weight in enumerate(weights):
        theta[s][b] += much * ((a == b) - weight / sum(weights))


def reinforce(theta: list[list[float]], path: Path, alpha: float, gamma: float) -> None:
    """Learn from one episode: every action counts by the discounted rewards that followed."""
    for t, (s, a, _, _) in enumerate(path):
        earned = sum(gamma**k * r for k, (_, _, r, _) in enumerate(path[t:]))
        lean(theta, s, a, alpha * earned)


def actor_critic(
    theta: list[list[float]], v: list[float], path: Path, alpha: float, beta: float, gamma: float
) -> None:
    """Learn from each step at once: the critic's error tells the actor how good its action was."""
    for s, a, r, after in path:
        error = r + gamma * v[after] - v[s]
        v[s] += beta * error
        lean(theta, s, a, alpha * error)
