"""A finite Markov decision process as a table of outcomes, and batched steps through it.

The table is Gymnasium's ``P[s][a] = [(probability, next, reward, done)]``, as arrays of shape
(states, actions, outcomes). Reference: Towers et al. 2024, "Gymnasium", section 3 (toy text).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sims.lazy import np, torch

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Generator, Tensor


@dataclass(frozen=True)
class Table:
    """Outcomes of every state and action: each of the four arrays is (states, actions, outcomes).

    ``probability`` sums to 1 over outcomes; ``done`` outcomes end the episode, and nothing is
    earned after them. ``start`` is the first state; ``shape`` is (rows, columns) of a grid.
    """

    probability: "NDArray[np.float64]"
    next: "NDArray[np.int64]"
    reward: "NDArray[np.float64]"
    done: "NDArray[np.bool_]"
    start: int = 0
    shape: tuple[int, int] | None = None

    @property
    def states(self) -> int:
        """How many states there are, ends included."""
        return int(self.probability.shape[0])

    @property
    def actions(self) -> int:
        """How many actions each state has."""
        return int(self.probability.shape[1])

    def transitions(self) -> "NDArray[np.float64]":
        """Return P(s' | s, a) of the outcomes that go on, shape (states, actions, states).

        Rows sum to less than 1 where an outcome may end the episode.
        """
        going_on = self.probability * ~self.done
        matrix: NDArray[np.float64] = np.zeros((self.states, self.actions, self.states))
        s, a, _ = np.indices(self.next.shape)
        np.add.at(matrix, (s, a, self.next), going_on)
        return matrix

    def rewards(self) -> "NDArray[np.float64]":
        """Return the expected reward of each state and action, shape (states, actions)."""
        expected: NDArray[np.float64] = (self.probability * self.reward).sum(-1)
        return expected

    def on(self, device: str = "cpu") -> "Walkers":
        """Return the table as tensors on a device, to step through in batches."""
        return Walkers(
            running_sums(torch.tensor(self.probability, device=device)),
            torch.tensor(self.next, device=device),
            torch.tensor(self.reward, device=device),
            torch.tensor(self.done, device=device),
        )


def running_sums(probability: "Tensor") -> "Tensor":
    """Return running sums over the last axis, rows of (..., n) as (rows, n); the last is 1."""
    sums = probability.cumsum(-1).flatten(0, -2)
    sums[:, -1] = 1.0
    return sums


def pick(sums: "Tensor", row: "Tensor", generator: "Generator | None") -> "Tensor":
    """Return a column for each ``row`` of running sums, with one uniform number each."""
    u = torch.rand(row.shape, generator=generator, device=row.device, dtype=sums.dtype)
    return (sums.index_select(0, row) <= u[:, None]).sum(-1)


@dataclass(frozen=True)
class Walkers:
    """A table on a device. ``sums`` holds the running sums of the outcomes' probabilities."""

    sums: "Tensor"
    next: "Tensor"
    reward: "Tensor"
    done: "Tensor"

    def step(
        self, state: "Tensor", action: "Tensor", generator: "Generator | None" = None
    ) -> "tuple[Tensor, Tensor, Tensor]":
        """Return next state, reward and done for states and actions of shape (walkers,).

        Draws one uniform number for each, unless every outcome is certain.
        """
        at = state * self.next.shape[1] + action
        outcomes = self.next.shape[-1]
        if outcomes > 1:
            at = at * outcomes + pick(self.sums, at, generator)
        return self.next.take(at), self.reward.take(at), self.done.take(at)


Outcomes = list[tuple[float, int, float, bool]]


def from_outcomes(
    outcomes: Callable[[int, int], Outcomes], states: int, actions: int, **options: Any
) -> Table:
    """Return the table of ``outcomes(state, action) -> [(probability, next, reward, done)]``.

    ``options`` are the start and shape of :class:`Table`.
    """
    rows = [[outcomes(s, a) for a in range(actions)] for s in range(states)]
    widest = max(len(cell) for row in rows for cell in row)
    size = (states, actions, widest)
    probability, reward = np.zeros(size), np.zeros(size)
    following, done = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
    for s, row in enumerate(rows):
        for a, cell in enumerate(row):
            for k, outcome in enumerate(cell):
                probability[s, a, k], following[s, a, k], reward[s, a, k], done[s, a, k] = outcome
    return Table(probability, following, reward, done, **options)
