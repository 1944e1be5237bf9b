"""The learner in batches of seeds, the two-state example of maximisation bias, and the testbed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sims.environments import bandit
from sims.environments.finite import FiniteMDP
from sims.lazy import scipy, torch
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Generator, Tensor

topic = Topic("q-learning")


def epsilon_greedy(q: "Tensor", epsilon: float, generator: "Generator") -> "Tensor":
    """Choose actions for values ``q``, shape (seeds, A): greedy, ties at random, or uniform."""
    noise = torch.rand(q.shape, generator=generator, device=q.device, dtype=q.dtype)
    best = (noise + 2.0 * (q >= q.max(-1, keepdim=True).values)).argmax(-1)
    explore = torch.rand(best.shape, generator=generator, device=q.device) < epsilon
    return torch.where(explore, noise.argmax(-1), best)


class Learner:
    """Tabular Q-learning in ``seeds`` independent copies."""

    def __init__(
        self, mdp: FiniteMDP, seeds: int, gamma: float, decay: float, initial: float = 0.0
    ) -> None:
        """Start every value at ``initial``; a pair's n-th update has step size n^-decay."""
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

        Nothing is bootstrapped from a terminal state, ``end``.
        """
        at = (self._copy, state, action)
        self._updates[at] += 1
        target = reward + self._gamma * self.values(after).max(-1).values * ~end
        self.q[at] += (target - self.q[at]) * self._updates[at] ** -self._decay


Transition = tuple["Tensor", "Tensor", "Tensor", "Tensor", "Tensor"]


def interact(
    mdp: FiniteMDP, learner: Learner, steps: int, epsilon: float, run: Run, *, covering: bool = True
) -> Iterator[Transition]:
    """Yield transitions of an epsilon-greedy learner that starts again after each end.

    Unless ``covering``, action 1 is never tried in state 0.
    """
    generator = run.generator("interaction")
    shape = (len(learner.q),)
    state = mdp.reset(shape, generator)
    for _ in range(steps):
        action = epsilon_greedy(learner.values(state), epsilon, generator)
        if not covering:
            action = torch.where((state == 0) & (action == 1), 0, action)
        after, reward, end = mdp.step(state, action, generator)
        yield state, action, reward, after, end
        state = torch.where(end, mdp.reset(shape, generator), after) if end.any() else after


def biased_choice(
    runs: int, episodes: int, generator: "Generator", *, double: bool, arms: int = 10
) -> "Tensor":
    """Return whether each episode of Example 6.7 starts left, bool of shape (runs, episodes).

    From A, right ends with 0; left leads with 0 to B, where each of ``arms`` actions ends with a
    reward N(-0.1, 1). alpha = epsilon = 0.1, gamma = 1. With ``double``, two estimates are kept:
    one chooses the maximising action, the other values it.
    """
    device = generator.device
    tables = 2 if double else 1
    every = torch.arange(runs, device=device)
    q_a = torch.zeros(tables, runs, 2, dtype=torch.float64, device=device)
    q_b = torch.zeros(tables, runs, arms, dtype=torch.float64, device=device)
    lefts = torch.zeros(runs, episodes, dtype=torch.bool, device=device)
    for episode in range(episodes):
        left = epsilon_greedy(q_a.sum(0), 0.1, generator) == 0
        arm = epsilon_greedy(q_b.sum(0), 0.1, generator)
        noise = torch.randn(runs, generator=generator, device=device, dtype=torch.float64)
        one = torch.randint(tables, (runs,), generator=generator, device=device)
        other = (one + 1) % tables
        bootstrap = q_b[other, every, q_b[one, every].argmax(-1)]
        side = (~left).long()
        target = torch.where(left, bootstrap, 0.0)
        q_a[one, every, side] += 0.1 * (target - q_a[one, every, side])
        step = 0.1 * (noise - 0.1 - q_b[one, every, arm])
        q_b[one, every, arm] += torch.where(left, step, 0.0)
        lefts[:, episode] = left
    return lefts


def largest_of_normals(count: int, mean: float = 0.0, spread: float = 1.0) -> float:
    """Return E[max of ``count`` independent N(mean, spread²)] by quadrature of its density."""
    normal = scipy.stats.norm

    def integrand(x: float) -> float:
        return float(x * count * normal.pdf(x) * normal.cdf(x) ** (count - 1))

    return mean + spread * float(scipy.integrate.quad(integrand, -12, 12, limit=200)[0])


def play(values: "Tensor", epsilon: float, steps: int, generator: "Generator") -> "Tensor":
    """Return the reward at each step of epsilon-greedy with sample averages, (runs, steps).

    ``values`` are the arms' true means, shape (runs, arms); rewards are N(mean, 1).
    """
    q, counts = torch.zeros_like(values), torch.zeros_like(values)
    rewards = torch.zeros(len(values), steps, dtype=values.dtype, device=values.device)
    for step in range(steps):
        arm = epsilon_greedy(q, epsilon, generator).unsqueeze(-1)
        reward = bandit.pull(values, arm.squeeze(-1), generator)
        counts.scatter_add_(-1, arm, torch.ones_like(arm, dtype=values.dtype))
        error = reward.unsqueeze(-1) - q.gather(-1, arm)
        q.scatter_add_(-1, arm, error / counts.gather(-1, arm))
        rewards[:, step] = reward
    return rewards
