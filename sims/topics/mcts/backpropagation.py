"""What backpropagation updates, and whose decisions it informs."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sims.claims import Case, Evidence, Kind, Verdict, enumeration, experiment, require
from sims.lazy import torch
from sims.rl.environments.tic_tac_toe import tic_tac_toe
from sims.run import Run
from sims.topics.mcts import textbook
from sims.topics.mcts.claims import ON_TIC_TAC_TOE, positions
from sims.topics.mcts.model import EXPLORATION, Trees, grow, plant, select_move, topic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor


@lru_cache(maxsize=4)
def _logged(seed: int, device: str) -> Trees:
    """Return 100 trees of 300 iterations with the log of each iteration."""
    run = Run(seed, device)
    trees = plant(tic_tac_toe(device), positions(run, 100), 301)
    grow(trees, 300, run.generator("logged"), keep_log=True)
    return trees


def _credited(trees: Trees, path: "Tensor", asserted: str) -> "Tensor":
    """Return the nodes said to be updated after one iteration, -1 for none, (trees, anything)."""
    last = (path >= 0).sum(-1, keepdim=True) - 1
    end = path.gather(-1, last)
    if asserted == "path":
        return path
    if asserted == "end":
        return end
    above = [end]
    for _ in range(9):
        node = above[-1]
        above.append(torch.where(node > 0, trees.parent.gather(-1, node.clamp_min(0)), -1))
    return torch.cat(above, -1)


def _check_visits(trees: Trees) -> None:
    """Raise ArithmeticError unless visits flow through the tree as a recursive search makes them.

    Nodes at which a game is over stand apart: they are visited again and have no children.
    """
    below = torch.zeros_like(trees.visits)
    at = trees.parent.clamp_min(0)
    below.scatter_add_(-1, at, torch.where(trees.parent >= 0, trees.visits, 0.0))
    own = torch.ones_like(below)
    own[:, 0] = 0
    held = torch.arange(below.shape[-1], device=below.device) < trees.nodes.unsqueeze(-1)
    open_ = held & ~trees.game.over[trees.position]
    flows = not ((trees.visits != below + own) & open_).any()
    require(flows, says="a node's visits are not those of its children and its own")


@lru_cache(maxsize=4)
def _check_textbook(seed: int, device: str) -> None:
    """Raise ArithmeticError unless three trees grew as the textbook's: every choice, every sum."""
    trees = _logged(seed, device)
    after, mover = trees.game.after.tolist(), trees.game.mover.tolist()
    over, children = trees.game.over.tolist(), trees.child.tolist()
    for number in range(3):
        root, tree = int(trees.position[number, 0]), textbook.Tree()
        numbered: dict[textbook.Node, int] = {(): 0}

        def moves(node: textbook.Node, root: int = root) -> list[int]:
            at = root
            for move in node:
                at = after[at][move]
            return [] if over[at] else [m for m in range(9) if after[at][m] >= 0]

        for path, outcome in trees.log:
            nodes = [n for n in path[number].tolist() if n >= 0]
            taken = [children[number][n].index(m) for n, m in pairwise(nodes)]
            numbered |= {tuple(taken[:depth]): n for depth, n in enumerate(nodes)}
            reward = (1 + mover[root] * float(outcome[number])) / 2

            def choose(node: textbook.Node, best: Sequence[int], taken: list[int] = taken) -> int:
                require(
                    taken[len(node)] in best, says="a move is chosen that the textbook does not"
                )
                return taken[len(node)]

            def playout(
                node: textbook.Node, taken: list[int] = taken, won: float = reward
            ) -> float:
                require(len(node) == len(taken), says="an iteration ends at another node")
                return won

            textbook.iteration(tree, moves, choose, playout, EXPLORATION)
        for node, n in numbered.items():
            same = tree.visits[node] == float(trees.visits[number, n])
            same &= abs(tree.wins[node] - float(trees.wins[number, n])) <= 1e-9
            require(same, says="a node holds other sums than the textbook's")


@topic.agrees(
    "14.8",
    says="the simulation result is 'backed up' through the selected nodes",
    kind=Kind.STRUCTURAL,
    scope="every node of 100 trees",
    expected=Verdict.AGREES,
    rule="visits and summed rewards of every node of 100 trees after 300 iterations equal what the "
    "log of selected paths and outcomes gives if each outcome is added to the asserted nodes, to "
    "1e-9; a win counts for the player who moved into the node; void unless trees grow as the "
    "textbook's, choice by choice, and every node's "
    "visits are "
    "its children's and, below the root, the one that made it",
    source="Browne et al. 2012, section 3.1 and algorithm 1",
    right="all of them, from the new node to the root; in a game of two with the sign of each "
    "node's player",
    assumptions=ON_TIC_TAC_TOE,
    asserted=Case("path", "through all selected nodes and the new one"),
    mutant=Case("end", "to the new node only"),
    control=Case("ancestors", "to the new node and all its ancestors by the parent links"),
    simulation="tree",
    derivation="mean",
)
def backed_up(asserted: str, run: Run) -> Evidence:
    """Rebuild all statistics from the log and compare."""
    trees = _logged(run.seed, run.device)
    _check_visits(trees)
    _check_textbook(run.seed, run.device)
    visits, wins = torch.zeros_like(trees.visits), torch.zeros_like(trees.wins)
    moved_in = -trees.game.mover[trees.position]
    for path, outcome in trees.log:
        nodes = _credited(trees, path, asserted)
        counted = (nodes >= 0).double()
        at = nodes.clamp_min(0)
        visits.scatter_add_(-1, at, counted)
        reward = (1 + moved_in.gather(-1, at) * outcome.unsqueeze(-1)) / 2
        wins.scatter_add_(-1, at, counted * reward)
    held = torch.arange(visits.shape[-1], device=visits.device) < trees.nodes.unsqueeze(-1)
    differ = ((visits - trees.visits).abs() > 1e-9) | ((wins - trees.wins).abs() > 1e-9)
    return enumeration(int(held.sum()), int((differ & held).sum()), f"statistics, by {asserted}")


FED, WATCHED = 20, 50


@topic.simulated(
    "14.10",
    says="The backpropagatin step informs future tree policy decision",
    rule="20 wins, or else 20 losses, are backed up through one move of trees that are otherwise "
    "the same; share of the next 50 decisions at the root for that move, after wins less after "
    "losses: above 0.05 on a 97.5 % interval, 100 positions, twice at most",
    source="Browne et al. 2012, section 3.1",
    right="it informs the tree policy only: the default policy plays on at random as before",
    assumptions=(*ON_TIC_TAC_TOE, "100 iterations first; a random move is fed"),
    asserted=Case("tree policy", "the tree policy's decisions depend on what was backed up"),
    mutant=Case("default policy", "the default policy's decisions depend on it, too"),
    control=Case("greedy", "choosing the best mean reward depends on it"),
    simulation="tree",
)
def informs_decisions(asserted: str, run: Run) -> Evidence:
    """Intervene on the statistics of one move and watch the asserted policy."""

    def sample(count: int, offset: int) -> "NDArray[Any]":
        game, drawn = tic_tac_toe(run.device), positions(run, count, offset)
        trees = plant(game, drawn, 100 + WATCHED + 1)
        grow(trees, 100, run.generator(f"before {offset}"))
        fed = game.random_move(drawn, run.generator(f"fed {offset}"))
        shares = []
        for won in (True, False):
            changed = _feed(trees, fed, won)
            generator = run.generator(f"after {offset} {won}")
            shares.append(_share(asserted, changed, fed, generator))
        difference: NDArray[Any] = (shares[0] - shares[1]).cpu().numpy()
        return difference

    says = f"share of the fed move in the decisions of the {asserted}, wins less losses"
    return experiment(sample, margin=0.05, says=says, first=100)


def _feed(trees: Trees, move: "Tensor", won: bool) -> Trees:
    """Return a copy in which 20 more outcomes have been backed up through the root's `move`."""
    changed = trees.copy()
    each = torch.arange(len(move), device=move.device)
    node = trees.child[each, 0, move]
    changed.visits[each, node] += FED
    changed.wins[each, node] += FED * won
    changed.visits[:, 0] += FED
    changed.wins[:, 0] += FED * (not won)
    return changed


def _share(policy: str, trees: Trees, move: "Tensor", generator: "torch.Generator") -> "Tensor":
    """Return the share of `move` in the next 50 decisions of a policy at the root, (trees,)."""
    root = trees.position[:, 0]
    if policy == "tree policy":
        before = trees.root_visits()
        grow(trees, WATCHED, generator, keep_log=True)
        fresh = (trees.root_visits() - before).gather(-1, move.unsqueeze(-1))
        node = trees.child[:, 0].gather(-1, move.unsqueeze(-1))
        logged = torch.stack([path[:, 1:2] == node for path, _ in trees.log]).sum(0)
        require(bool((fresh == logged).all()), says="visits are not the decisions of the log")
        return fresh[:, 0] / WATCHED
    total = torch.zeros_like(trees.visits[:, 0])
    for _ in range(WATCHED):
        if policy == "default policy":
            decided = trees.game.random_move(root, generator)
        else:
            decided = select_move(trees, torch.zeros_like(move), 0.0, generator)
        total += decided == move
    return total / WATCHED
