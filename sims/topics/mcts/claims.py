"""What random playouts know, and what the tree adds to them."""

import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from sims.claims import Case, Evidence, Verdict, enumeration, every, experiment, fact, require
from sims.lazy import scipy, torch
from sims.rl.environments.tic_tac_toe import TicTacToe, choices, tic_tac_toe
from sims.run import Run
from sims.topics.mcts.model import (
    EXPLORATION,
    chosen,
    flat_means,
    grow,
    plant,
    topic,
    ucb1_bound,
    ucb1_counts,
    uct_score,
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


@topic.simulated(
    "14.1",
    says="a true value of an action may be evaluated using random simulation",
    expected=Verdict.FAILS,
    rule="values: the mean of 2000 playouts lies within 5 standard errors of the asserted value "
    "for every move of 60 seeded positions; choices: in the limit every best move is among the "
    "asserted best, in each of the 895 positions",
    source="Browne et al. 2012, section 1: approximated",
    right="the value under random play, and that only approximately. Under best play the choice "
    "in the limit of infinitely many playouts can be wrong in 110 of 895 positions, and in 70 of "
    "them however ties fall",
    assumptions=ON_TIC_TAC_TOE,
    mutant=Case(("choice", "best"), "at least the choice is optimal with enough playouts"),
    control=Case(("value", "random"), "it is the value under random play"),
    asserted=Case(
        ("value", "best"), "the mean of random playouts is the value of a move under best play"
    ),
    simulation="rate",
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
        wrong = ~((outcome.mean(-1) - table[reached]).abs() <= 5 * error + 1e-9)
        return enumeration(len(reached), int(wrong.sum()), f"mean of playouts against {play} play")
    drawn = choices(game)
    limit = game.move_values(game.random_value)[drawn]
    wanted = game.move_values(table)[drawn]
    first, right = (x >= x.max(-1, keepdim=True).values - 1e-9 for x in (limit, wanted))
    wrong = (first & ~right).any(-1)
    return enumeration(len(drawn), int(wrong.sum()), f"choice in the limit against {play} play")


@topic.all_cases(
    "14.1.1",
    says="Of 895 positions with a choice, playouts without end prefer a wrong move in 110",
    rule="both counts equal those of the enumeration; moves within 1e-9 of the best mean count as "
    "preferred, and one that loses value under best play is wrong",
    source="enumeration of tic-tac-toe here",
    asserted=Case(("random", 895, 110), "by the means of playouts: 110 of 895"),
    mutant=Case(("random", 895, 0), "by the means of playouts: none of 895"),
    control=Case(("best", 895, 0), "by the values of best play: none of 895"),
    simulation="rate",
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
    return fact((len(drawn), found) == (count, wrong), says, float(found))


# --- Best first --------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _right_moves(method: str, count: int, offset: int, seed: int, device: str) -> "NDArray[Any]":
    """Return 1.0 where a method with 1000 playouts chooses an optimal move, shape (count,)."""
    run = Run(seed, device)
    game, drawn = tic_tac_toe(device), positions(run, count, offset)
    generator = run.generator(f"{method} {offset}")
    if method == "flat":
        move = _checked_means(game, drawn, BUDGET, generator).argmax(1)
        _checked_means(game, choices(game, 2), 20, generator)
    elif method == "minimax":
        move = game.move_values(game.value)[drawn].argmax(-1)
    else:
        trees = plant(game, drawn, BUDGET + 1)
        grow(trees, BUDGET, generator, exploration=1e6 if method == "even tree" else EXPLORATION)
        move = chosen(trees)
    right: NDArray[Any] = game.optimal[drawn, move].double().cpu().numpy()
    return right


def _checked_means(
    game: TicTacToe, drawn: "Tensor", playouts: int, generator: "torch.Generator"
) -> "Tensor":
    """Return flat Monte Carlo's means of the moves, shape (positions, 9).

    Raises ArithmeticError unless each move's playouts are its share and average to its value under
    random play: exactly, where that is a sure win or loss.
    """
    means, counts = flat_means(game, drawn, playouts, generator)
    allowed, value = game.allowed[drawn], game.move_values(game.random_value)[drawn]
    share = playouts / allowed.sum(1, keepdim=True)
    error = torch.where(value.abs() < 1, 6 / counts.sqrt(), 0.0)
    near = (means - value).abs() <= error
    require(
        bool((near | ~allowed).all()) and torch.equal(counts, (share.ceil() * allowed).long()),
        says="flat Monte Carlo's playouts are not what they should be",
    )
    return means


@topic.simulated(
    "14.2",
    says="these values maybe used to efficiently adjust the policy towards a best-first strategy",
    rule="with 1000 playouts a position, the rate of optimal moves is at least 0.05 above that of "
    "flat Monte Carlo, and the difference above 0 on a 95 % interval: 300 positions, paired; void "
    "unless flat means lie within 6/sqrt(n) of the values under random play, and on them for a "
    "sure win or loss",
    source="Kocsis & Szepesvari 2006; Browne et al. 2012, section 3",
    assumptions=ON_TIC_TAC_TOE,
    asserted=Case("UCT", "UCT chooses better than playouts shared evenly among the moves"),
    mutant=Case("even tree", "a tree whose nodes are all visited evenly does"),
    control=Case("minimax", "choosing by the values of best play does"),
    simulation="rate",
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
    return every([difference, fact(mean >= 0.05, f"difference {mean:.3f}, at least 0.05")])


def _check_bound() -> None:
    """Raise ArithmeticError unless the bound follows from the score, as in the theorem's proof.

    Beyond the plays after which the score's radius is half the gap, an arm is played by chance
    alone: 1 + 2 sum 1/t² times on average.
    """
    for gap, plays in ((0.4, 200), (0.1, 2000), (0.7, 50)):
        bound = ucb1_bound([gap], plays)
        needed = bound / gap - 1 - 2 * float(scipy.special.zeta(2))
        radius = uct_score(0.0, needed, plays, 0.5, math.log, math.sqrt)
        require(
            abs(radius - gap / 2) <= 1e-9 and abs(ucb1_bound([gap] * 4, plays) - 4 * bound) <= 1e-9,
            says="the bound is not that of UCB1's radius",
        )


@topic.simulated(
    "14.2.1",
    says="UCB1, the tree policy at each node, loses at most logarithmically",
    rule="the asserted bound less the regret, 5 Bernoulli arms with gap 0.4, after 200 and after "
    "2000 plays: above 0 on a 97.5 % interval, 100 seeds, twice at most; void unless the radius of "
    "the score is half the gap after the bound's 8 ln n / gap^2 plays",
    source="Auer, Cesa-Bianchi & Fischer 2002, theorem 1",
    right="8 sum ln(n)/gap + (1 + pi^2/3) sum gap; the measured regret is several times smaller",
    assumptions=("rewards 0 and 1, independent plays",),
    asserted=Case(ucb1_bound, "the regret stays below Auer's bound"),
    mutant=Case(lambda gaps, plays: ucb1_bound(gaps, 1), "it stays below the bound without ln n"),
    control=Case(
        lambda gaps, plays: max(gaps) * plays, "it stays below the worst that can be lost"
    ),
    simulation="regret",
    derivation="tail",
)
def regret_is_logarithmic(asserted: Callable[[list[float], int], float], run: Run) -> Evidence:
    """Play the bandit and compare its regret with the bound."""
    _check_bound()

    def sample(plays: int, count: int, offset: int) -> "NDArray[Any]":
        means = torch.full((count, 5), 0.3, dtype=torch.float64, device=run.device)
        means[:, 0] = 0.7
        counts = ucb1_counts(means, plays, run.generator(f"plays {offset}"))[:, :, -1]
        require(counts.sum(1) == plays, says="each play is of one arm")
        lost = 0.4 * counts[:, 1:].sum(-1)
        room: NDArray[Any] = (asserted([0.4] * 4, plays) - lost).cpu().numpy()
        return room

    return every(
        experiment(partial(sample, plays), margin=0.0, says=f"room after {plays} plays", first=100)
        for plays in (200, 2000)
    )


topic.documented(
    "14.3",
    "till a computational budget - time or memory is exhausted",
    "Browne et al. 2012, section 3: a time, memory or iteration constraint",
    right="the budget may also be a number of iterations",
)
topic.documented(
    "14.4",
    "four parts which are applied per iteration",
    "Browne et al. 2012, section 3.1: selection, expansion, simulation, backpropagation",
)
topic.documented(
    "14.5",
    "descending down the root node till an expandable non-terminal node",
    "Browne et al. 2012, section 3.1: expandable means not terminal, with unvisited children",
)
topic.documented(
    "14.6",
    "adding child nodes towards the tree",
    "Browne et al. 2012, section 3.1: one or more child nodes",
)
topic.documented(
    "14.7",
    "simulate the default policy from the new node(s) to produce an output",
    "Browne et al. 2012, section 3.1: an outcome; Silver et al. 2017 use a value network",
)
topic.documented(
    "14.9",
    "Selection + Expansion => Tree policy; Simluation => Default policy",
    "Browne et al. 2012, section 3.1",
)
