"""Both updates as the textbook has them (Sutton & Barto 2018, sections 6.4 and 6.5), from 0.

Experience is what was lived through, one (S, A, R, S', A', whether S' ends the episode) a step.
Claims hold the batched learners of `sims.rl.temporal_difference` to these.
"""

from collections import defaultdict
from collections.abc import Iterable

Experience = Iterable[tuple[int, int, float, int, int, bool]]
Table = dict[tuple[int, int], float]


def sarsa(experience: Experience, alpha: float, gamma: float) -> Table:
    """Learn the value of what is done: the target takes the action that comes next."""
    q: Table = defaultdict(float)
    for s, a, r, s_, a_, end in experience:
        target = r if end else r + gamma * q[s_, a_]
        q[s, a] += alpha * (target - q[s, a])
    return q


def q_learning(experience: Experience, alpha: float, gamma: float, actions: int) -> Table:
    """Learn the value of the best: the target takes the largest value, whatever comes next."""
    q: Table = defaultdict(float)
    for s, a, r, s_, _, end in experience:
        target = r if end else r + gamma * max(q[s_, b] for b in range(actions))
        q[s, a] += alpha * (target - q[s, a])
    return q
