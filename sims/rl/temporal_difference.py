"""Tabular temporal-difference control, batched over seeds.

Source: Sutton and Barto 2018, sections 6.4 to 6.6. Every seed is one row of a tensor; all rows
take their steps together, each in its own episode.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.lazy import torch
from sims.rl.finite_mdp import FiniteMDP

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
    """Return an epsilon-greedy action for each row of q; `order` (like q, tiny) breaks ties."""
    best = (q + order).max(1).indices
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
    """Return an action for each `row` of running sums, with one uniform number each."""
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
    """Where a batch of learners stands. `q` is (seeds, states, actions).

    `returns` is (seeds, episodes), NaN for episodes to come; `episode` counts finished ones.
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
    """Learn Q from 0 with an epsilon-greedy policy; yield each `every` steps and at the end.

    A seed stops learning when its episodes are over; the run ends when all have. Values closer
    than 1e-9 count as ties, which each seed breaks by a random order of the actions of its own.
    """
    device, states, actions = generator.device, mdp.states, mdp.actions
    first = torch.arange(seeds, device=device) * states  # the row of each seed's state 0
    q = torch.zeros(seeds * states, actions, dtype=torch.float64, device=device)
    # One more column than episodes, in which a seed that is through goes on without learning.
    columns = episodes + 1
    returns = torch.full((seeds, columns), torch.nan, dtype=torch.float64, device=device)
    total = torch.zeros(seeds, dtype=torch.float64, device=device)
    slot = torch.arange(seeds, device=device) * columns
    last = slot + episodes
    order = 1e-9 * torch.rand(seeds, actions, generator=generator, dtype=q.dtype, device=device)
    state = mdp.reset((seeds,), generator)
    action = explore(q.index_select(0, first + state), epsilon, order, generator)
    steps = 0
    while True:
        following, reward, done = mdp.step(state, action, generator)
        # What follows an end has no value, so its row can be that of the next episode's start.
        following = torch.where(done, mdp.reset((seeds,), generator), following)
        ahead = q.index_select(0, first + following)
        chosen = explore(ahead, epsilon, order, generator)
        value = torch.where(done, 0.0, target(ahead, chosen, epsilon))
        at = (first + state) * actions + action
        error = reward + gamma * value - q.view(-1).index_select(0, at)
        q.view(-1).index_add_(0, at, torch.where(slot < last, error, 0.0), alpha=alpha)
        total += reward
        ended = done.nonzero()[:, 0]
        if len(ended):
            places = slot.index_select(0, ended)
            returns.view(-1).index_copy_(0, places, total.index_select(0, ended))
            total.masked_fill_(done, 0.0)
            slot = torch.minimum(slot + done, last)
        state, action = following, chosen
        steps += 1
        if steps % every == 0:
            yield Learning(
                q.view(seeds, states, actions), returns[:, :episodes], slot % columns, steps
            )
            if (slot == last).all():
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

    `behaviour` has the same shape, one policy a seed. The step size at the n-th visit is
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
