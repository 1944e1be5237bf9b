"""UCT on tic-tac-toe, with many trees in the same tensors; flat Monte Carlo; UCB1 on bandits."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sims.environments.tic_tac_toe import TicTacToe
from sims.lazy import torch
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Generator, Tensor

topic = Topic("mcts")

EXPLORATION = 1 / math.sqrt(2)
"""The constant C_p of Kocsis & Szepesvari 2006, for rewards in [0, 1]."""


def uct_score(mean: Any, visits: Any, parent: Any, exploration: Any, log: Any, root: Any) -> Any:
    """Return mean + 2 C_p sqrt(2 ln(parent's visits) / visits) (Browne et al. 2012, section 3.3).

    ``mean`` is a mean reward in [0, 1]; all may be numbers or tensors.
    """
    return mean + 2 * exploration * root(2 * log(parent) / visits)


@dataclass
class Trees:
    """A batch of search trees; node 0 is the root, and ``size`` nodes can be held.

    ``wins`` sums the rewards, 0 to 1, for the player who moved into the node.
    """

    game: TicTacToe
    position: "Tensor"
    """The position at each node, int64, shape (trees, size)."""
    child: "Tensor"
    """The node after each move, 0 where there is none yet, int64, shape (trees, size, 9)."""
    parent: "Tensor"
    visits: "Tensor"
    wins: "Tensor"
    nodes: "Tensor"
    """How many nodes each tree has, shape (trees,)."""
    log: "list[tuple[Tensor, Tensor]]" = field(default_factory=list)
    """For each iteration the selected nodes, (trees, 10) with -1 after the last, and outcomes."""

    def copy(self) -> "Trees":
        """Return trees that can grow apart from these; the game is shared, the log is not."""
        return Trees(
            self.game,
            self.position.clone(),
            self.child.clone(),
            self.parent.clone(),
            self.visits.clone(),
            self.wins.clone(),
            self.nodes.clone(),
        )

    def root_visits(self) -> "Tensor":
        """Return the visits of the root's moves, shape (trees, 9)."""
        return self._at_root(self.visits)

    def root_means(self) -> "Tensor":
        """Return the mean reward of the root's moves, 0 where never tried, shape (trees, 9)."""
        return self._at_root(self.wins) / self.root_visits().clamp_min(1)

    def _at_root(self, table: "Tensor") -> "Tensor":
        node = self.child[:, 0]
        return table.gather(-1, node) * (node > 0)


def plant(game: TicTacToe, positions: "Tensor", size: int) -> Trees:
    """Return trees that hold only their root, at ``positions``, shape (trees,)."""
    shape = (len(positions), size)
    whole = torch.zeros(shape, dtype=torch.long, device=positions.device)
    position = whole.clone()
    position[:, 0] = positions
    return Trees(
        game,
        position,
        whole.unsqueeze(-1).repeat(1, 1, 9),
        whole.clone() - 1,
        whole.double(),
        whole.double(),
        torch.ones_like(positions),
    )


def select_move(trees: Trees, node: "Tensor", exploration: float, noise: "Tensor") -> "Tensor":
    """Return the tree policy's move at each tree's ``node``, shape (trees,).

    Untried moves come first; then the best UCT score, or the least visited if ``exploration`` is
    infinite. ``noise``, shape (trees, 9), below 1e-6, breaks ties.
    """
    each = torch.arange(len(node), device=node.device)
    after = trees.child[each, node]
    tried = after > 0
    visits = trees.visits.gather(-1, after).clamp_min(1)
    if math.isinf(exploration):
        score = -visits
    else:
        mean = trees.wins.gather(-1, after) / visits
        parent = trees.visits[each, node].clamp_min(1).unsqueeze(-1)
        score = uct_score(mean, visits, parent, exploration, torch.log, torch.sqrt)
    score = torch.where(tried, score + noise, 1e9 + noise * 1e9)
    return score.masked_fill(~trees.game.allowed[trees.position[each, node]], -torch.inf).argmax(-1)


def grow(
    trees: Trees,
    iterations: int,
    generator: "Generator",
    *,
    exploration: float = EXPLORATION,
    keep_log: bool = False,
) -> None:
    """Run iterations of selection, expansion, simulation and backpropagation in every tree.

    Raises ValueError if the trees have no room for that many more nodes.
    """
    if int(trees.nodes.max()) + iterations > trees.position.shape[1]:
        raise ValueError("the trees have no room for so many iterations")
    each = torch.arange(len(trees.nodes), device=trees.nodes.device)
    shape = (len(each), 9)
    for _ in range(iterations):
        node = torch.zeros_like(each)
        going = ~trees.game.over[trees.position[:, 0]]
        path = [node]
        while bool(going.any()):
            noise = 1e-7 * torch.rand(
                shape, generator=generator, device=each.device, dtype=torch.float64
            )
            move = select_move(trees, node, exploration, noise)
            onward = trees.child[each, node, move]
            fresh = going & (onward == 0)
            onward = _expand(trees, each, node, move, fresh, onward)
            node = torch.where(going, onward, node)
            path.append(torch.where(going, node, -1))
            going = going & ~fresh & ~trees.game.over[trees.position[each, node]]
        outcome = trees.game.playout(trees.position[each, node], generator)
        _back_up(trees, each, node, outcome)
        if keep_log:
            padded = path + [torch.full_like(node, -1)] * (10 - len(path))
            trees.log.append((torch.stack(padded, -1), outcome))


def _expand(
    trees: Trees,
    each: "Tensor",
    node: "Tensor",
    move: "Tensor",
    fresh: "Tensor",
    onward: "Tensor",
) -> "Tensor":
    """Add a node where ``fresh`` and return each tree's next node."""
    at = each[fresh]
    new = trees.nodes[at]
    trees.child[at, node[fresh], move[fresh]] = new
    trees.parent[at, new] = node[fresh]
    trees.position[at, new] = trees.game.after[trees.position[at, node[fresh]], move[fresh]]
    trees.nodes[at] += 1
    return onward.masked_scatter(fresh, new)


def _back_up(trees: Trees, each: "Tensor", node: "Tensor", outcome: "Tensor") -> None:
    """Add the outcome, for X, to the node and all its ancestors, each for who moved into it."""
    while bool((node >= 0).any()):
        live = node >= 0
        at, here = each[live], node[live]
        moved_in = -trees.game.mover[trees.position[at, here]]
        trees.visits[at, here] += 1
        trees.wins[at, here] += (1 + moved_in * outcome[live]) / 2
        node = torch.where(live, trees.parent.gather(-1, node.clamp_min(0).unsqueeze(-1))[:, 0], -1)


def chosen(trees: Trees) -> "Tensor":
    """Return the most visited move at each root (the robust child), ties by the mean, (trees,)."""
    return (trees.root_visits() + trees.root_means() / 2).argmax(-1)


def flat_choice(
    game: TicTacToe, positions: "Tensor", playouts: int, generator: "Generator"
) -> "Tensor":
    """Return the move with the best mean when playouts are shared evenly among moves, (trees,)."""
    free = game.allowed[positions].sum(-1)
    most = int((playouts + int(free.min()) - 1) // int(free.min()))
    onward = game.after[positions].clamp_min(0)
    each = onward.unsqueeze(-1).expand(-1, -1, most)
    outcome = game.playout(each, generator)
    number = torch.arange(most, device=positions.device)
    share = (number < (playouts / free).view(-1, 1, 1)).double()
    mean = (outcome * share).sum(-1) / share.sum(-1)
    mean = mean * game.mover[positions].unsqueeze(-1)
    return mean.masked_fill(~game.allowed[positions], -torch.inf).argmax(-1)


# --- Bandits -----------------------------------------------------------------------------------


def ucb1_bound(gaps: list[float], plays: int) -> float:
    """Return Auer's bound on UCB1's expected regret for the gaps of the worse arms, all > 0.

    8 sum ln(n) / gap + (1 + pi²/3) sum gap (Auer et al. 2002, theorem 1), rewards in [0, 1].
    """
    logarithmic = 8 * math.log(plays) * sum(1 / gap for gap in gaps)
    return logarithmic + (1 + math.pi**2 / 3) * sum(gaps)


def ucb1_counts(means: "Tensor", plays: int, generator: "Generator") -> "Tensor":
    """Return how often UCB1 has played each Bernoulli arm, shape (seeds, arms, plays + 1)."""
    counts, wins = torch.zeros_like(means), torch.zeros_like(means)
    history = [counts.clone()]
    for play in range(plays):
        if play < means.shape[-1]:
            arm = torch.full_like(means[:, :1], play).long()
        else:
            radius = (2 * math.log(play) / counts).sqrt()
            arm = (wins / counts + radius).argmax(-1, keepdim=True)
        uniform = torch.rand(
            arm.shape, generator=generator, device=means.device, dtype=torch.float64
        )
        wins.scatter_add_(-1, arm, (uniform < means.gather(-1, arm)).double())
        counts.scatter_add_(-1, arm, torch.ones_like(uniform))
        history.append(counts.clone())
    return torch.stack(history, -1)
