"""Random Markov decision processes, for statements about all of them.

Source: Bhatnagar et al. 2009, "Natural actor-critic algorithms", section 6 (Garnet problems).
"""

from typing import TYPE_CHECKING

from sims.environments.table import Table
from sims.lazy import np

if TYPE_CHECKING:
    from numpy.random import Generator


def random_mdp(rng: "Generator", states: int = 6, actions: int = 2, branching: int = 3) -> Table:
    """Return a continuing table: each state and action leads to ``branching`` random states.

    Probabilities are uniform on the simplex, rewards uniform in [0, 1].
    """
    size = (states, actions, branching)
    return Table(
        rng.dirichlet(np.ones(branching), size=size[:2]),
        rng.integers(states, size=size),
        rng.uniform(size=size),
        np.zeros(size, dtype=bool),
    )
