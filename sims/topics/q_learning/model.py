"""The learner in batches of seeds, the two-state example of maximisation bias, and the testbed."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sims.lazy import scipy, torch
from sims.rl.environments import bandit
from sims.rl.finite_mdp import FiniteMDP
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Generator, Tensor

topic = Topic("q-learning")


def epsilon_greedy(q: "Tensor", epsilon: float) -> "Tensor":
    """Return the probabilities of actions for values `q`, both (seeds, A); ties share evenly."""
    best = (q == q.amax(1, keepdim=True)).to(q.dtype)
    return (1 - epsilon) * best / best.sum(1, keepdim=True) + epsilon / q.shape[1]


def draw(policy: "Tensor", generator: "Generator") -> "Tensor":
    """Draw one action for each row of weights, shape (seeds, A); returns (seeds,)."""
    return torch.multinomial(policy, 1, generator=generator).squeeze(1)


class Learner:
    """Tabular Q-learning in `seeds` independent copies."""

    def __init__(
        self, mdp: FiniteMDP, seeds: int, gamma: float, decay: float, initial: float = 0.0
    ) -> None:
        """Start every value at `initial`; a pair's n-th update has step size n^-decay."""
        shape = (seeds, mdp.states, mdp.actions)
        self.q = torch.full(shape, initial, dtype=torch.float64, device=mdp.device)
        self._updates = torch.zeros_like(self.q)
        self._copy = torch.arange(seeds, device=mdp.device)
        self._gamma, self._decay = gamma, decay

    def values(self, state: "Tensor") -> "Tensor":
        """Return the action values of one state in each copy, shape (seeds, A)."""
        return self.q[self._copy, state]

    def update(
        self, state: "Tensor", action: "Tensor", reward: "Tensor", after: "Tensor", end: "Tensor"
    ) -> None:
        """Learn from one transition in each copy, all of shape (seeds,).

        Nothing is bootstrapped from a terminal state, `end`.
        """
        at = (self._copy, state, action)
        self._updates[at] += 1
        target = reward + self._gamma * self.values(after).amax(1) * ~end
        self.q[at] += (target - self.q[at]) * self._updates[at] ** -self._decay


Transition = tuple["Tensor", "Tensor", "Tensor", "Tensor", "Tensor"]


def interact(
    mdp: FiniteMDP,
    learner: Learner,
    steps: int,
    epsilon: float,
    run: Run,
    *,
    tried: "Tensor | None" = None,
) -> Iterator[Transition]:
    """Yield transitions of an epsilon-greedy learner that starts again after each end.

    Only the pairs marked in `tried`, bool of shape (S, A), are ever tried; None: all of them.
    """
    tried = mdp.allowed if tried is None else tried
    generator = run.generator("interaction")
    shape = (len(learner.q),)
    state = mdp.reset(shape, generator)
    for _ in range(steps):
        policy = epsilon_greedy(learner.values(state), epsilon)
        action = draw(policy * tried[state], generator)
        after, reward, end = mdp.step(state, action, generator)
        yield state, action, reward, after, end
        state = torch.where(end, mdp.reset(shape, generator), after) if end.any() else after


def biased_choice(
    runs: int,
    episodes: int,
    generator: "Generator",
    *,
    double: bool,
    arms: int = 10,
    mean: float = -0.1,
    alpha: float = 0.1,
    epsilon: float = 0.1,
) -> "Tensor":
    """Return whether each episode of Example 6.7 starts left, bool of shape (runs, episodes).

    From A, right ends with 0; left leads with 0 to B, where each of `arms` actions ends with a
    reward N(mean, 1); gamma is 1. With `double`, two estimates are kept: one chooses the
    maximising action, the other values it.
    """
    device = generator.device
    tables = 2 if double else 1
    every = torch.arange(runs, device=device)
    q_a = torch.zeros(tables, runs, 2, dtype=torch.float64, device=device)
    q_b = torch.zeros(tables, runs, arms, dtype=torch.float64, device=device)
    worth = torch.full((runs, arms), mean, dtype=torch.float64, device=device)
    lefts = []
    for _ in range(episodes):
        side = draw(epsilon_greedy(q_a.sum(0), epsilon), generator)
        left = side == 0
        arm = draw(epsilon_greedy(q_b.sum(0), epsilon), generator)
        reward = bandit.pull(worth, arm, generator)
        one = torch.randint(tables, (runs,), generator=generator, device=device)
        other = tables - 1 - one
        target = left * q_b[other, every, q_b[one, every].argmax(1)]
        q_a[one, every, side] += alpha * (target - q_a[one, every, side])
        q_b[one, every, arm] += alpha * left * (reward - q_b[one, every, arm])
        lefts.append(left)
    return torch.stack(lefts, 1)


def largest_of_normals(count: int, mean: float = 0.0, spread: float = 1.0) -> float:
    """Return E[max of `count` independent N(mean, spread²)] by quadrature of its density."""

    def integrand(x: float) -> float:
        density = math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
        return float(x * count * density * scipy.special.ndtr(x) ** (count - 1))

    return mean + spread * float(scipy.integrate.quad(integrand, -12, 12, limit=200)[0])


def play(
    values: "Tensor", epsilon: float, steps: int, generator: "Generator"
) -> tuple["Tensor", "Tensor"]:
    """Return reward and arm at each step of epsilon-greedy with sample averages, (runs, steps).

    `values` are the arms' true means, shape (runs, arms); rewards are N(mean, 1). An arm that
    was not pulled yet counts as 0.
    """
    total, pulls = torch.zeros_like(values), torch.zeros_like(values)
    rewards, arms = [], []
    for _ in range(steps):
        arm = draw(epsilon_greedy((total / pulls).nan_to_num(), epsilon), generator)
        reward = bandit.pull(values, arm, generator)
        chosen = torch.nn.functional.one_hot(arm, values.shape[1])
        total += chosen * reward.unsqueeze(1)
        pulls += chosen
        rewards.append(reward)
        arms.append(arm)
    return torch.stack(rewards, 1), torch.stack(arms, 1)
