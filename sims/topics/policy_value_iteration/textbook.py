"""Both algorithms as the textbook has them (Sutton & Barto 2018, sections 4.3 and 4.4).

`outcomes[s][a]` lists (probability, next state, reward); no state is terminal. Claims hold the
batched versions of `sims.rl.dynamic_programming` to these.
"""

from collections.abc import Sequence

Outcomes = Sequence[Sequence[Sequence[tuple[float, int, float]]]]


def worth(outcomes: Outcomes, v: Sequence[float], s: int, a: int, gamma: float) -> float:
    """Return q(s, a) = sum p (r + gamma v(s'))."""
    return sum(p * (r + gamma * v[after]) for p, after, r in outcomes[s][a])


def value_iteration(outcomes: Outcomes, gamma: float, sweeps: int) -> list[float]:
    """Return the values after so many sweeps v(s) <- max_a sum p (r + gamma v(s')), from 0."""
    v = [0.0] * len(outcomes)
    for _ in range(sweeps):
        v = [
            max(worth(outcomes, v, s, a, gamma) for a in range(len(outcomes[s])))
            for s in range(len(outcomes))
        ]
    return v


def policy_iteration(outcomes: Outcomes, gamma: float, sweeps: int) -> list[int]:
    """Return the policy that evaluating (by so many sweeps) and improving no longer change."""
    policy = [0] * len(outcomes)
    while True:
        v = [0.0] * len(outcomes)
        for _ in range(sweeps):
            v = [worth(outcomes, v, s, policy[s], gamma) for s in range(len(outcomes))]
        stable = True
        for s, actions in enumerate(outcomes):
            q = [worth(outcomes, v, s, a, gamma) for a in range(len(actions))]
            if max(q) > q[policy[s]] + 1e-9:
                policy[s], stable = q.index(max(q)), False
        if stable:
            return policy
