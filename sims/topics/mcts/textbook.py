"""UCT as the textbook has it (Browne et al. 2012, algorithm 2), one tree and one iteration.

A node is the tuple of the moves that lead to it from the root. A claim holds the batched trees
(`sims.topics.mcts.model`) to this, choice by choice.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Node = tuple[int, ...]


@dataclass
class Tree:
    """Visits of each node, and rewards, 0 to 1, summed for the player who moved into it."""

    visits: dict[Node, int] = field(default_factory=lambda: defaultdict(int))
    wins: dict[Node, float] = field(default_factory=lambda: defaultdict(float))

    def score(self, node: Node, exploration: float) -> float:
        """Return the mean reward and what may be missed: 2 C_p sqrt(2 ln n / n_j)."""
        n, above = self.visits[node], self.visits[node[:-1]]
        return self.wins[node] / n + 2 * exploration * math.sqrt(2 * math.log(above) / n)


def iteration(
    tree: Tree,
    moves: Callable[[Node], Sequence[int]],
    choose: Callable[[Node, Sequence[int]], int],
    playout: Callable[[Node], float],
    exploration: float,
) -> None:
    """Select, expand, simulate and back up once.

    `moves` is empty where the game is over. `choose` takes one of the moves that are as good.
    `playout` returns the reward of the player who moved first at the root.
    """
    node: Node = ()
    while allowed := moves(node):
        untried = [m for m in allowed if not tree.visits[*node, m]]
        if untried:
            node = (*node, choose(node, untried))
            break
        scores = {m: tree.score((*node, m), exploration) for m in allowed}
        best = [m for m, score in scores.items() if score >= max(scores.values()) - 1e-12]
        node = (*node, choose(node, best))
    reward = playout(node)
    for depth in range(len(node) + 1):
        tree.visits[node[:depth]] += 1
        tree.wins[node[:depth]] += reward if depth % 2 else 1 - reward
