"""Finite Markov decision processes as tables, with a sampler that steps many of them at once.

The tables are exact, so a solver (`sims.rl.dynamic_programming`) and a learner see the same
environment: one by P and R, the other by samples. Source of the notation: Sutton & Barto 2018,
chapter 3.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sims.lazy import torch

if TYPE_CHECKING:
    from torch import Generator, Tensor

Outcomes = Iterable[tuple[float, int, float]]
"""What one action can lead to: (probability, next state, reward) each."""


@dataclass(frozen=True, eq=False)
class FiniteMDP:
    """States 0 .. S-1 and actions 0 .. A-1; a leading batch dimension holds many MDPs at once.

    Terminal states lead to themselves with reward 0. All tables are float64 or bool, on one device.
    """

    P: "Tensor"
    """Transition probabilities P[s, a, s'], shape (S, A, S) or (batch, S, A, S); rows sum to 1."""
    R: "Tensor"
    """Rewards R[s, a, s'] of those transitions, same shape."""
    terminal: "Tensor"
    """Whether a state ends the episode, bool, shape (S,)."""
    start: "Tensor"
    """Probability of starting in each state, shape (S,)."""
    allowed: "Tensor"
    """Whether action a may be taken in s, bool, shape (S, A)."""

    @property
    def states(self) -> int:
        """The number of states, S."""
        return len(self.allowed)

    @property
    def actions(self) -> int:
        """The number of actions, A."""
        _, actions = self.allowed.shape
        return actions

    @property
    def device(self) -> str:
        """Where the tables are."""
        return str(self.P.device)

    @cached_property
    def expected_reward(self) -> "Tensor":
        """Expected reward r(s, a), shape (…, S, A)."""
        return (self.P * self.R).sum(-1)

    @cached_property
    def live(self) -> "Tensor":
        """1.0 for states that go on and 0.0 for terminal ones, shape (S,)."""
        return (~self.terminal).to(self.P.dtype)

    @cached_property
    def _successors(self) -> tuple["Tensor", "Tensor", "Tensor"]:
        """Cumulative probability, state and reward of the successors of each row, (rows, K).

        K is the largest number of successors of any (s, a); sampling costs K, not S.
        """
        rows = self.P.reshape(-1, self.states)
        k = int(rows.count_nonzero(1).max())
        probability, successor = rows.topk(k, dim=1)
        bounds = probability.cumsum(1)
        bounds[:, -1] = 1.0
        rewards = self.R.reshape(rows.shape).gather(1, successor)
        return bounds, successor, rewards

    def to(self, device: str) -> "FiniteMDP":
        """Return the same MDP with its tables on `device`."""
        tables = (self.P, self.R, self.terminal, self.start, self.allowed)
        return FiniteMDP(*(table.to(device) for table in tables))

    @cached_property
    def _only_start(self) -> int | None:
        """The state in which every episode starts, None where that is drawn."""
        return int(self.start.argmax()) if int(self.start.count_nonzero()) == 1 else None

    def reset(self, shape: tuple[int, ...], generator: "Generator") -> "Tensor":
        """Draw start states, int64 of `shape`."""
        if self._only_start is not None:
            return torch.full(shape, self._only_start, device=self.device)
        uniform = torch.rand(shape, generator=generator, device=self.device, dtype=torch.float64)
        return torch.searchsorted(self.start.cumsum(0)[:-1], uniform)

    def step(
        self, state: "Tensor", action: "Tensor", generator: "Generator"
    ) -> tuple["Tensor", "Tensor", "Tensor"]:
        """Sample one transition for each element of `state` and `action` (int64, same shape).

        With a batch of MDPs the leading dimension of `state` is that batch. Returns next state
        (int64), reward (float64) and whether it is terminal (bool).
        """
        bounds, successors, rewards = self._successors
        row = state * self.actions + action
        if self.P.dim() == 4:
            batch = torch.arange(self.P.shape[0], device=state.device)
            row = row + (batch * self.states * self.actions).view(-1, *[1] * (state.dim() - 1))
        if bounds.shape[1] == 1:
            which = row
        else:
            uniform = torch.rand(
                (*row.shape, 1), generator=generator, device=state.device, dtype=torch.float64
            )
            nth = torch.searchsorted(bounds[row], uniform, right=True).squeeze(-1)
            which = row * bounds.shape[1] + nth
        shape, which = which.shape, which.reshape(-1)
        after = successors.view(-1).index_select(0, which)  # twice as fast as torch.take
        gained, ends = rewards.view(-1).index_select(0, which), self.terminal.index_select(0, after)
        return after.view(shape), gained.view(shape), ends.view(shape)


def tabulate(
    states: int,
    actions: int,
    outcomes: Callable[[int, int], Outcomes],
    *,
    terminal: Iterable[int] = (),
    start: int | None = 0,
    allowed: Callable[[int, int], bool] | None = None,
    device: str = "cpu",
) -> FiniteMDP:
    """Write an MDP's tables from `outcomes(s, a)`, which is not asked for terminal states.

    `start` is one state, or None for uniform over the states that are not terminal. Actions that
    are not `allowed` stay where they are. Raises ValueError if the probabilities of a row do not
    sum to 1, or if one transition would have two rewards.
    """
    ends = set(terminal)
    probability = torch.zeros(states, actions, states, dtype=torch.float64)
    reward = torch.zeros_like(probability)
    may = torch.ones(states, actions, dtype=torch.bool)
    for s in range(states):
        for a in range(actions):
            may[s, a] = s in ends or allowed is None or allowed(s, a)
            row = outcomes(s, a) if s not in ends and may[s, a] else [(1.0, s, 0.0)]
            _write_row(probability[s, a], reward[s, a], row, f"state {s}, action {a}")
    live = torch.tensor([s not in ends for s in range(states)])
    begin = live / live.sum() if start is None else torch.eye(states)[start]
    tables = FiniteMDP(probability, reward, ~live, begin.double(), may)
    return tables.to(device)


def _write_row(probability: Any, reward: Any, row: Outcomes, where: str) -> None:
    """Add up one row of outcomes."""
    for chance, after, gained in row:
        if probability[after] > 0 and reward[after] != gained:
            raise ValueError(f"{where}: two rewards for one transition to {after}")
        probability[after] += chance
        reward[after] = gained
    if abs(float(probability.sum()) - 1) > 1e-12:
        raise ValueError(f"{where}: probabilities sum to {float(probability.sum())}")
