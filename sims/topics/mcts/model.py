"""UCT on tic-tac-toe, with many trees in the same tensors; flat Monte Carlo; UCB1 on bandits."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sims.lazy import torch
from sims.rl.environments.tic_tac_toe import TicTacToe
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Generator, Tensor

topic = Topic("mcts")

EXPLORATION = 1 / math.sqrt(2)
"""The constant C_p of Kocsis & Szepesvari 2006, for rewards in [0, 1]."""


def uct_score(mean: Any, visits: Any, parent: Any, exploration: Any, log: Any, root: Any) -> Any:
    """Return mean + 2 C_p sqrt(2 ln(parent's visits) / visits) (Browne et al. 2012, section 3.3).

    `mean` is a mean reward in [0, 1]; all may be numbers or tensors.
    """
    return mean + 2 * exploration * root(2 * log(parent) / visits)


@dataclass
class Trees:
    """A batch of search trees; node 0 is the root, and `size` nodes can be held.

    `wins` sums the rewards, 0 to 1, for the player who moved into the node.
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
    """For each iteration the selected nodes, (trees, depth), -1 after the last, and outcomes."""

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
        return (self.root_wins() / self.root_visits()).nan_to_num()

    def root_wins(self) -> "Tensor":
        """Return the summed rewards of the root's moves, shape (trees, 9)."""
        return self._at_root(self.wins)

    def _at_root(self, table: "Tensor") -> "Tensor":
        node = self.child[:, 0]
        return table.gather(1, node) * (node > 0)


def plant(game: TicTacToe, positions: "Tensor", size: int) -> Trees:
    """Return trees that hold only their root, at `positions`, shape (trees,)."""
    shape = (len(positions), size)
    whole = torch.zeros(shape, dtype=torch.long, device=positions.device)
    position = whole.clone()
    position[:, 0] = positions
    return Trees(
        game,
        position,
        whole.unsqueeze(-1).repeat(1, 1, 9),
        torch.full_like(whole, -1),
        whole.double(),
        whole.double(),
        torch.ones_like(positions),
    )


def select_move(
    trees: Trees, node: "Tensor", exploration: float, generator: "Generator"
) -> "Tensor":
    """Return the tree policy's move at each tree's `node`, shape (trees,), ties at random.

    Untried moves come first; then the best UCT score.
    """
    each = torch.arange(len(node), device=node.device)
    after = trees.child[each, node]
    visits = trees.visits.gather(1, after)
    mean = trees.wins.gather(1, after) / visits
    parent = trees.visits[each, node].unsqueeze(1)
    score = uct_score(mean, visits, parent, exploration, torch.log, torch.sqrt)
    allowed = trees.game.allowed[trees.position[each, node]]
    score = torch.where(after > 0, score, torch.inf).masked_fill(~allowed, -torch.inf)
    best = score == score.amax(1, keepdim=True)
    noise = torch.rand(best.shape, generator=generator, device=best.device, dtype=score.dtype)
    return (noise * best).argmax(1)


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
    for _ in range(iterations):
        node = torch.zeros_like(each)
        going = ~trees.game.over[trees.position[:, 0]]
        path = [node]
        while bool(going.any()):
            move = select_move(trees, node, exploration, generator)
            onward = trees.child[each, node, move]
            fresh = going & (onward == 0)
            onward = _expand(trees, each, node, move, fresh, onward)
            node = torch.where(going, onward, node)
            path.append(torch.where(going, node, -1))
            going = going & ~fresh & ~trees.game.over[trees.position[each, node]]
        outcome = trees.game.playout(trees.position[each, node], generator)
        _back_up(trees, each, node, outcome)
        if keep_log:
            trees.log.append((torch.stack(path, 1), outcome))


def _expand(
    trees: Trees, each: "Tensor", node: "Tensor", move: "Tensor", fresh: "Tensor", onward: "Tensor"
) -> "Tensor":
    """Add a node where `fresh` and return each tree's next node."""
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
        node = torch.where(live, trees.parent[each, node], -1)


def chosen(trees: Trees) -> "Tensor":
    """Return the most visited move at each root (the robust child), ties by wins, (trees,)."""
    visits = trees.root_visits()
    most = visits == visits.amax(1, keepdim=True)
    return torch.where(most, trees.root_wins(), -torch.inf).argmax(1)


def flat_means(
    game: TicTacToe, positions: "Tensor", playouts: int, generator: "Generator"
) -> "tuple[Tensor, Tensor]":
    """Return each move's mean outcome for its mover, and how many playouts it rests on.

    Both have shape (positions, 9); `playouts` are shared evenly among the allowed moves of a
    position, rounded up, and moves that are not allowed have mean -inf.
    """
    allowed = game.allowed[positions].unsqueeze(2)
    share = playouts / allowed.sum(1, keepdim=True)
    number = torch.arange(math.ceil(float(share.max())), device=positions.device)
    counted = allowed & (number < share)
    reached = game.after[positions].unsqueeze(2).expand_as(counted)
    outcome = game.playout(reached, generator) * counted
    counts = counted.sum(2)
    means = outcome.sum(2) / counts * game.mover[positions].unsqueeze(1)
    return torch.where(counts > 0, means, -torch.inf), counts


def flat_choice(
    game: TicTacToe, positions: "Tensor", playouts: int, generator: "Generator"
) -> "Tensor":
    """Return the move with the best mean when playouts are shared evenly, shape (positions,)."""
    return flat_means(game, positions, playouts, generator)[0].argmax(1)


# --- Bandits -----------------------------------------------------------------------------------


def ucb1_bound(gaps: list[float], plays: int) -> float:
    """Return Auer's bound on UCB1's expected regret for the gaps of the worse arms, all > 0.

    An arm is played 8 ln(n) / gap² + 1 + pi²/3 times at most on average (Auer et al. 2002,
    theorem 1), rewards in [0, 1].
    """
    return sum(gap * (8 * math.log(plays) / gap**2 + 1 + math.pi**2 / 3) for gap in gaps)


def ucb1_counts(means: "Tensor", plays: int, generator: "Generator") -> "Tensor":
    """Return how often UCB1 has played each Bernoulli arm, shape (seeds, arms, plays + 1).

    Each arm is played once; then UCB1 is the UCT score with C_p = 1/2.
    """
    seeds, arms = means.shape
    counts, wins = torch.zeros_like(means), torch.zeros_like(means)
    history = [counts.clone()]
    for play in range(plays):
        if play < arms:
            arm = torch.full((seeds,), play, device=means.device)
        else:
            score = uct_score(wins / counts, counts, play, 0.5, math.log, torch.sqrt)
            arm = score.argmax(1)
        chosen_arm = torch.nn.functional.one_hot(arm, arms)
        wins += chosen_arm * torch.bernoulli(means, generator=generator)
        counts += chosen_arm
        history.append(counts.clone())
    return torch.stack(history, 2)
