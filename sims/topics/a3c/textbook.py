"""A3C's thread as its authors wrote it (Mnih et al. 2016, algorithm S3), in plain Python.

A room of 4 by 4 cells; the goal in the last one pays 1 and ends the episode. A claim is decided
only while the workers of `sims.topics.a3c.workers` do the same.
"""

import math
from collections.abc import Callable

SIDE, GAMMA, STEPS, ACTOR_RATE, CRITIC_RATE = 4, 0.9, 5, 0.5, 0.2
GOAL = SIDE * SIDE - 1
Table = list[list[float]]


def softmax(preferences: list[float]) -> list[float]:
    """Return pi(a | s)."""
    weights = [math.exp(x) for x in preferences]
    return [w / sum(weights) for w in weights]


def move(s: int, a: int) -> int:
    """Go left, down, right or up, or stay where a wall is."""
    row, column = divmod(s, SIDE)
    row += (0, 1, 0, -1)[a]
    column += (-1, 0, 1, 0)[a]
    return row * SIDE + column if 0 <= row < SIDE and 0 <= column < SIDE else s


def segment(
    theta: Table, V: list[float], s: int, uniform: Callable[[], float]
) -> tuple[Table, list[float], int]:
    """Return (d theta, d V, next state) of up to five steps from `s`, read-only parameters."""
    lived: list[tuple[int, int, float]] = []
    while len(lived) < STEPS and s != GOAL:
        u, a, pi = uniform(), 0, softmax(theta[s])
        while a < len(pi) - 1 and u > sum(pi[: a + 1]):
            a += 1
        s_ = move(s, a)
        lived.append((s, a, float(s_ == GOAL)))
        s = s_
    R = 0.0 if s == GOAL else V[s]
    d_theta, d_V = [[0.0] * len(row) for row in theta], [0.0] * len(V)
    for s_t, a_t, r_t in reversed(lived):
        R = r_t + GAMMA * R
        for a, p in enumerate(softmax(theta[s_t])):
            d_theta[s_t][a] += ACTOR_RATE * ((a == a_t) - p) * (R - V[s_t])
        d_V[s_t] += CRITIC_RATE * (R - V[s_t])
    return d_theta, d_V, 0 if s == GOAL else s
