"""REINFORCE as the textbook has it (Sutton & Barto 2018, section 13.3), for a softmax table.

Claims hold the estimates of all trajectories at once (`sims.topics.policy_gradients.model`)
to this.
"""

import math
from collections.abc import Sequence


def softmax(preferences: Sequence[float]) -> list[float]:
    """Return pi(. | s) from the preferences in s."""
    weights = [math.exp(x) for x in preferences]
    return [w / sum(weights) for w in weights]


def reinforce(
    theta: Sequence[Sequence[float]], path: Sequence[tuple[int, int, float]]
) -> list[list[float]]:
    """Return one trajectory's estimate of grad J: sum over t of G_t grad log pi(a_t | s_t).

    `path` lists (s, a, r); G_t is the sum of the rewards from t on.
    """
    step = [[0.0] * len(row) for row in theta]
    for t, (s, a, _) in enumerate(path):
        to_go = sum(r for _, _, r in path[t:])
        for b, chance in enumerate(softmax(theta[s])):
            step[s][b] += to_go * ((a == b) - chance)
    return step
