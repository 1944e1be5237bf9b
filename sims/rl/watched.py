"""An environment that writes down what happens in it, for those who check a learner's updates."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sims.rl.finite_mdp import FiniteMDP

if TYPE_CHECKING:
    from torch import Generator, Tensor


@dataclass(frozen=True, eq=False)
class Watched(FiniteMDP):
    """An MDP that keeps what one learner lives through: (s, a, r, s', whether s' is an end)."""

    lived: list[tuple[int, int, float, int, bool]] = field(default_factory=list)

    def step(
        self, state: "Tensor", action: "Tensor", generator: "Generator"
    ) -> "tuple[Tensor, Tensor, Tensor]":
        """Take the step, and write it down; there must be one learner only."""
        after, reward, done = super().step(state, action, generator)
        self.lived.append((int(state), int(action), float(reward), int(after), bool(done)))
        return after, reward, done


def watched(mdp: FiniteMDP) -> Watched:
    """Return the same MDP, with nothing lived through yet."""
    return Watched(mdp.P, mdp.R, mdp.terminal, mdp.start, mdp.allowed)
