"""Tabular temporal-difference control, batched over seeds.

Source: Sutton and Barto 2018, sections 6.4 to 6.6. Every seed is one row of a tensor; all rows
take their steps together, each in its own episode.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.environments.finite import FiniteMDP
from sims.lazy import torch

if TYPE_CHECKING:
    from torch import Generator, Tensor

Target = Callable[["Tensor", "Tensor", float], "Tensor"]
"""Value of the next state from its row of Q, shape (seeds, actions), the action that is taken
next, shape (seeds,), and epsilon."""


def sarsa(q: "Tensor", action: "Tensor", epsilon: float) -> "Tensor":
    """Return the value of the action that is really taken next."""
    return q.gather(1, action[:, None])[:, 0]


def q_learning(q: "Tensor", action: "Tensor", epsilon: float) -> "Tensor":
    """Return the largest value, whatever is taken next."""
    return q.amax(1)


def expected_sarsa(q: "Tensor", action: "Tensor", epsilon: float) -> "Tensor":
    """Return the mean value over what the epsilon-greedy policy may take next."""
    return (1 - epsilon) * q.amax(1) + epsilon * q.mean(1)


def explore(q: "Tensor", epsilon: float, order: "Tensor", generator: "Generator") -> "Tensor":
    """Return an epsilon-greedy action for each row of q; ``order`` (like q, tiny) breaks ties."""
    best = (q + order).argmax(1)
    if epsilon == 0:
        return best
    u = torch.rand(q.shape[:1], generator=generator, device=q.device, dtype=q.dtype)
    return torch.where(u < epsilon, (u * (q.shape[1] / epsilon)).long(), best)


def running_sums(policy: "Tensor") -> "Tensor":
    """Return running sums of action probabilities, (..., A) as (rows, A); the last is 1."""
    sums = policy.cumsum(-1).flatten(0, -2)
    sums[:, -1] = 1.0
    return sums


def pick(sums: "Tensor", row: "Tensor", generator: "Generator") -> "Tensor":
    """Return an action for each ``row`` of running sums, with one uniform number each."""
    u = torch.rand(row.shape, generator=generator, device=row.device, dtype=sums.dtype)
    return torch.searchsorted(sums.index_select(0, row), u[:, None], right=True)[:, 0]


def walk_returns(mdp: FiniteMDP, policy: "Tensor", walks: int, generator: "Generator") -> "Tensor":
    """Return the undiscounted return of walks from the start to the end, shape (walks,)."""
    state = mdp.reset((walks,), generator)
    going = ~mdp.terminal[state]
    total = torch.zeros(walks, dtype=torch.float64, device=mdp.device)
    sums = running_sums(policy)
    while going.any():
        state, reward, done = mdp.step(state, pick(sums, state, generator), generator)
        total += going * reward
        going &= ~done
    return total


@dataclass
class Learning:
    """Where a batch of learners stands. ``q`` is (seeds, states, actions).

    ``returns`` is (seeds, episodes), NaN for episodes to come; ``episode`` counts finished ones.
    """

    q: "Tensor"
    returns: "Tensor"
    episode: "Tensor"
    steps: int = 0


def learn(
    mdp: FiniteMDP,
    target: Target,
    *,
    seeds: int,
    episodes: int,
    generator: "Generator",
    alpha: float = 0.5,
    epsilon: float = 0.1,
    gamma: float = 1.0,
    every: int = 1000,
) -> Iterator[Learning]:
    """Learn Q from 0 with an epsilon-greedy policy; yield each ``every`` steps and at the end.

    A seed stops learning when its episodes are over; the run ends when all have. Values closer
    than 1e-9 count as ties, which each seed breaks by a random order of the actions of its own.
    """
    device, states, actions = generator.device, mdp.states, mdp.actions
    first = torch.arange(seeds, device=device) * states  # the row of each seed's state 0
    q = torch.zeros(seeds * states, actions, dtype=torch.float64, device=device)
    returns = torch.full((seeds, episodes), torch.nan, dtype=torch.float64, device=device)
    episode = torch.zeros(seeds, dtype=torch.long, device=device)
    learning = Learning(q.view(seeds, states, actions), returns, episode)
    order = 1e-9 * torch.rand(seeds, actions, generator=generator, dtype=q.dtype, device=device)
    state = mdp.reset((seeds,), generator)
    action = explore(q.index_select(0, first + state), epsilon, order, generator)
    total = torch.zeros(seeds, dtype=torch.float64, device=device)
    while True:
        following, reward, done = mdp.step(state, action, generator)
        ahead = q.index_select(0, first + following)
        chosen = explore(ahead, epsilon, order, generator)
        value = torch.where(done, 0.0, target(ahead, chosen, epsilon))
        at = (first + state) * actions + action
        error = reward + gamma * value - q.view(-1).index_select(0, at)
        q.view(-1).index_add_(0, at, (episode < episodes) * error, alpha=alpha)
        total += reward
        learning.steps += 1
        if done.any():
            ended = (done & (episode < episodes)).nonzero()[:, 0]
            returns[ended, episode[ended]] = total[ended]
            episode[ended] += 1
            total[done] = 0.0
            following = torch.where(done, mdp.reset((seeds,), generator), following)
            again = explore(q.index_select(0, first + following), epsilon, order, generator)
            chosen = torch.where(done, again, chosen)
        state, action = following, chosen
        if learning.steps % every == 0:
            over = bool((episode >= episodes).all())
            yield learning
            if over:
                return


def evaluate(
    mdp: FiniteMDP,
    target: Target,
    behaviour: "Tensor",
    *,
    steps: int,
    generator: "Generator",
    gamma: float,
    power: float = 0.85,
) -> "Tensor":
    """Return Q, shape (seeds, states, actions), learned while following fixed behaviours.

    ``behaviour`` has the same shape, one policy a seed. The step size at the n-th visit is
    n^-power (power in (1/2, 1]: Robbins and Monro 1951). For processes without an end.
    """
    device, (seeds, states, actions) = generator.device, behaviour.shape
    sums = running_sums(behaviour)
    first = torch.arange(seeds, device=device) * states
    q = torch.zeros_like(sums)
    visits = torch.zeros_like(q).view(-1)
    one = torch.ones(seeds, dtype=q.dtype, device=device)
    state = mdp.reset((seeds,), generator)
    action = pick(sums, first + state, generator)
    for _ in range(steps):
        following, reward, _done = mdp.step(state, action, generator)
        row = first + following
        chosen = pick(sums, row, generator)
        value = target(q.index_select(0, row), chosen, 0.0)
        at = (first + state) * actions + action
        visits.index_add_(0, at, one)
        error = reward + gamma * value - q.view(-1).take(at)
        q.view(-1).index_add_(0, at, visits.take(at) ** -power * error)
        state, action = following, chosen
    return q.view(seeds, states, actions)
