"""What random playouts know, what the tree adds, and what backpropagation does."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from sims.claim import Case
from sims.decide import enumeration, every, statement
from sims.environments.tic_tac_toe import choices, tic_tac_toe
from sims.evidence import Evidence, Kind, Level, Verdict
from sims.lazy import torch
from sims.run import Run
from sims.statistics import experiment
from sims.topics.mcts.model import (
    EXPLORATION,
    Trees,
    chosen,
    flat_choice,
    grow,
    plant,
    select_move,
    topic,
    ucb1_bound,
    ucb1_counts,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

PLAYOUTS = 2000
BUDGET = 1000
ON_TIC_TAC_TOE = (
    "tic-tac-toe positions with 5 empty cells or more whose moves differ in value",
    "values by enumeration of all 5478 positions",
)


def positions(run: Run, count: int, offset: int = 0) -> "Tensor":
    """Return that many of the 895 positions with a choice, in an order set by the seed."""
    every_choice = choices(tic_tac_toe(run.device))
    order = torch.from_numpy(run.rng("positions").permutation(len(every_choice)))
    return every_choice[order.to(every_choice.device)[offset : offset + count]]


@topic.claim(
    "14.1",
    says="a true value of an action may be evaluated using random simulation",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.CONDITIONAL,
    rule="values: the mean of 2000 playouts lies within 5 standard errors of the asserted value "
    "for every move of 60 seeded positions; choices: in the limit every best move is among the "
    "asserted best, in each of the 895 positions",
    source="Browne et al. 2012, section 1: approximated",
    right="the value under random play, and that only approximately. Under best play the choice "
    "in the limit of infinitely many playouts can be wrong in 110 of 895 positions, and in 70 of "
    "them however ties fall",
    assumptions=ON_TIC_TAC_TOE,
    inside=Case(("value", "random"), "playouts give the value under random play"),
    outside=Case(("value", "best"), "playouts give the value under best play"),
    mutant=Case(("choice", "best"), "with enough playouts, the choice is optimal"),
    control=Case(("choice", "random"), "with enough playouts, the choice is best for random play"),
)
def playouts_estimate(asserted: tuple[str, str], run: Run) -> Evidence:
    """Compare playouts, or their limit by enumeration, with the tables."""
    what, play = asserted
    game = tic_tac_toe(run.device)
    table = game.value if play == "best" else game.random_value
    if what == "value":
        drawn = positions(run, 60)
        may = game.allowed[drawn]
        reached = game.after[drawn][may]
        outcome = game.playout(
            reached.unsqueeze(-1).expand(-1, PLAYOUTS), run.generator("playouts")
        )
        error = outcome.std(-1) / PLAYOUTS**0.5
        wrong = (outcome.mean(-1) - table[reached]).abs() > 5 * error + 1e-9
        return enumeration(len(reached), int(wrong.sum()), f"mean of playouts against {play} play")
    drawn = choices(game)
    limit = game.move_values(game.random_value)[drawn]
    wanted = game.move_values(table)[drawn]
    first, right = (x >= x.max(-1, keepdim=True).values - 1e-9 for x in (limit, wanted))
    wrong = (first & ~right).any(-1)
    return enumeration(len(drawn), int(wrong.sum()), f"choice in the limit against {play} play")


@topic.claim(
    "14.1.1",
    says="Of 895 positions with a choice, playouts without end prefer a wrong move in 110",
    kind=Kind.NUMERIC,
    level=Level.IDENTITY,
    expected=Verdict.HOLDS,
    rule="both counts equal those of the enumeration; moves within 1e-9 of the best mean count as "
    "preferred, and one that loses value under best play is wrong",
    source="enumeration of tic-tac-toe here",
    asserted=Case(("random", 895, 110), "by the means of playouts: 110 of 895"),
    mutant=Case(("random", 895, 0), "by the means of playouts: none of 895"),
    control=Case(("best", 895, 0), "by the values of best play: none of 895"),
)
def wrong_in_the_limit(asserted: tuple[str, int, int], run: Run) -> Evidence:
    """Count positions, and those in which a preferred move gives value away."""
    play, count, wrong = asserted
    game = tic_tac_toe(run.device)
    drawn = choices(game)
    table = game.value if play == "best" else game.random_value
    means = game.move_values(table)[drawn]
    preferred = means >= means.max(-1, keepdim=True).values - 1e-9
    found = int((preferred & ~game.optimal[drawn]).any(-1).sum())
    says = f"{found} of {len(drawn)} positions, by {play} play"
    return statement((len(drawn), found) == (count, wrong), says, float(found))


# --- Best first --------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _right_moves(method: str, count: int, offset: int, seed: int, device: str) -> "NDArray[Any]":
    """Return 1.0 where a method with 1000 playouts chooses an optimal move, shape (count,)."""
    run = Run(seed, device)
    game, drawn = tic_tac_toe(device), positions(run, count, offset)
    generator = run.generator(f"{method} {offset}")
    if method == "flat":
        move = flat_choice(game, drawn, BUDGET, generator)
    elif method == "minimax":
        move = game.move_values(game.value)[drawn].argmax(-1)
    else:
        trees = plant(game, drawn, BUDGET + 1)
        evenly = method == "even tree"
        grow(trees, BUDGET, generator, exploration=float("inf") if evenly else EXPLORATION)
        move = chosen(trees)
    right: NDArray[Any] = game.optimal[drawn, move].double().cpu().numpy()
    return right


@topic.claim(
    "14.2",
    says="these values maybe used to efficiently adjust the policy towards a best-first strategy",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.HOLDS,
    rule="with 1000 playouts a position, the rate of optimal moves is at least 0.05 above that of "
    "flat Monte Carlo, and the difference above 0 on a 95 % interval: 300 positions, paired",
    source="Kocsis & Szepesvari 2006; Browne et al. 2012, section 3",
    assumptions=ON_TIC_TAC_TOE,
    asserted=Case("UCT", "UCT chooses better than playouts shared evenly among the moves"),
    mutant=Case("even tree", "a tree whose nodes are all visited evenly does"),
    control=Case("minimax", "choosing by the values of best play does"),
)
def best_first(asserted: str, run: Run) -> Evidence:
    """Pair a method with flat Monte Carlo on the same positions."""

    def sample(count: int, offset: int) -> "NDArray[Any]":
        better, flat = (
            _right_moves(method, count, offset, run.seed, run.device)
            for method in (asserted, "flat")
        )
        difference: NDArray[Any] = better - flat
        return difference

    says = f"rate of optimal moves, {asserted} less flat Monte Carlo"
    difference = experiment(sample, margin=0.0, says=says, first=300, rounds=1)
    mean = difference.statistic or 0.0
    return every([difference, statement(mean >= 0.05, f"difference {mean:.3f}, at least 0.05")])


@topic.claim(
    "14.2.1",
    says="UCB1, the tree policy at each node, loses at most logarithmically",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.HOLDS,
    rule="the asserted bound less the regret, 5 Bernoulli arms with gap 0.4, after 200 and after "
    "2000 plays: above 0 on a 97.5 % interval, 100 seeds, twice at most",
    source="Auer, Cesa-Bianchi & Fischer 2002, theorem 1",
    right="8 sum ln(n)/gap + (1 + pi^2/3) sum gap; the measured regret is several times smaller",
    assumptions=("rewards 0 and 1, independent plays",),
    asserted=Case(ucb1_bound, "the regret stays below Auer's bound"),
    mutant=Case(lambda gaps, plays: ucb1_bound(gaps, 1), "it stays below the bound without ln n"),
    control=Case(
        lambda gaps, plays: max(gaps) * plays, "it stays below the worst that can be lost"
    ),
)
def regret_is_logarithmic(asserted: Callable[[list[float], int], float], run: Run) -> Evidence:
    """Play the bandit and compare its regret with the bound."""

    def sample(plays: int, count: int, offset: int) -> "NDArray[Any]":
        means = torch.full((count, 5), 0.3, dtype=torch.float64, device=run.device)
        means[:, 0] = 0.7
        counts = ucb1_counts(means, plays, run.generator(f"plays {offset}"))[:, :, -1]
        lost = 0.4 * counts[:, 1:].sum(-1)
        room: NDArray[Any] = (asserted([0.4] * 4, plays) - lost).cpu().numpy()
        return room

    return every(
        experiment(partial(sample, plays), margin=0.0, says=f"room after {plays} plays", first=100)
        for plays in (200, 2000)
    )


for number, says, verdict, source, right in (
    (
        "14.3",
        "till a computational budget - time or memory is exhausted",
        Verdict.HOLDS,
        "Browne et al. 2012, section 3: a time, memory or iteration constraint",
        "the budget may also be a number of iterations",
    ),
    (
        "14.4",
        "four parts which are applied per iteration",
        Verdict.HOLDS,
        "Browne et al. 2012, section 3.1: selection, expansion, simulation, backpropagation",
        "",
    ),
    (
        "14.5",
        "descending down the root node till an expandable non-terminal node",
        Verdict.HOLDS,
        "Browne et al. 2012, section 3.1: expandable means not terminal, with unvisited children",
        "",
    ),
    (
        "14.6",
        "adding child nodes towards the tree",
        Verdict.HOLDS,
        "Browne et al. 2012, section 3.1: one or more child nodes",
        "",
    ),
    (
        "14.7",
        "simulate the default policy from the new node(s) to produce an output",
        Verdict.HOLDS,
        "Browne et al. 2012, section 3.1: an outcome; Silver et al. 2017 use a value network",
        "",
    ),
    (
        "14.9",
        "Selection + Expansion => Tree policy; Simluation => Default policy",
        Verdict.HOLDS,
        "Browne et al. 2012, section 3.1",
        "",
    ),
):
    topic.documented(number, says=says, verdict=verdict, source=source, right=right)


# --- Backpropagation ---------------------------------------------------------------------------


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


@topic.claim(
    "14.8",
    says="the simulation result is 'backed up' through the selected nodes",
    kind=Kind.STRUCTURAL,
    level=Level.SIMULATOR,
    expected=Verdict.HOLDS,
    rule="visits and summed rewards of every node of 100 trees after 300 iterations equal what the "
    "log of selected paths and outcomes gives if each outcome is added to the asserted nodes, to "
    "1e-9; a win counts for the player who moved into the node",
    source="Browne et al. 2012, section 3.1 and algorithm 1",
    right="all of them, from the new node to the root; in a game of two with the sign of each "
    "node's player",
    assumptions=ON_TIC_TAC_TOE,
    asserted=Case("path", "through all selected nodes and the new one"),
    mutant=Case("end", "to the new node only"),
    control=Case("ancestors", "to the new node and all its ancestors by the parent links"),
)
def backed_up(asserted: str, run: Run) -> Evidence:
    """Rebuild all statistics from the log and compare."""
    trees = _logged(run.seed, run.device)
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


@topic.claim(
    "14.10",
    says="The backpropagatin step informs future tree policy decision",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.HOLDS,
    rule="20 wins, or else 20 losses, are backed up through one move of trees that are otherwise "
    "the same; share of the next 50 decisions at the root for that move, after wins less after "
    "losses: above 0.05 on a 97.5 % interval, 100 positions, twice at most",
    source="Browne et al. 2012, section 3.1",
    right="it informs the tree policy only: the default policy plays on at random as before",
    assumptions=(*ON_TIC_TAC_TOE, "100 iterations first; a random move is fed"),
    asserted=Case("tree policy", "the tree policy's decisions depend on what was backed up"),
    mutant=Case("default policy", "the default policy's decisions depend on it"),
    control=Case("greedy", "choosing the best mean reward depends on it"),
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
    """Return a copy in which 20 more outcomes have been backed up through the root's ``move``."""
    changed = trees.copy()
    each = torch.arange(len(move), device=move.device)
    node = trees.child[each, 0, move]
    changed.visits[each, node] += FED
    changed.wins[each, node] += FED * won
    changed.visits[:, 0] += FED
    changed.wins[:, 0] += FED * (not won)
    return changed


def _share(policy: str, trees: Trees, move: "Tensor", generator: "torch.Generator") -> "Tensor":
    """Return the share of ``move`` in the next 50 decisions of a policy at the root, (trees,)."""
    root = trees.position[:, 0]
    if policy == "tree policy":
        before = trees.root_visits()
        grow(trees, WATCHED, generator)
        fresh = (trees.root_visits() - before).gather(-1, move.unsqueeze(-1))
        return fresh[:, 0] / WATCHED
    total = torch.zeros_like(trees.visits[:, 0])
    for _ in range(WATCHED):
        if policy == "default policy":
            decided = trees.game.random_move(root, generator)
        else:
            noise = 1e-7 * torch.rand(
                (len(move), 9), generator=generator, device=move.device, dtype=torch.float64
            )
            decided = select_move(trees, torch.zeros_like(move), 0.0, noise)
        total += decided == move
    return total / WATCHED
