"""GRPO's step as the paper writes it (Shao et al. 2024, algorithm 1), for outputs of one token.

Plain Python, at the old policy and without the KL term. Nothing of the topic is decided unless the
batched step of `sims.topics.grpo.model` is this one.
"""

import math
from collections.abc import Sequence


def step(theta: Sequence[float], group: Sequence[int], rewards: Sequence[float]) -> list[float]:
    """Return the ascent direction of preferences `theta` for a drawn `group` of outputs."""
    weights = [math.exp(x) for x in theta]
    pi = [w / sum(weights) for w in weights]
    earned = [rewards[o] for o in group]
    mean = sum(earned) / len(group)
    std = math.sqrt(sum((r - mean) ** 2 for r in earned) / len(group))
    direction = [0.0] * len(theta)
    for o, r in zip(group, earned, strict=True):
        A = (r - mean) / std if std > 1e-12 else 0.0
        for k in range(len(theta)):  # the slope of pi/pi_old at the old policy
            direction[k] += A * ((k == o) - pi[k]) / len(group)
    return direction
