"""A growing tree, the rate of right moves, the score of two children, UCB1's regret."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sims.curves import sampled
from sims.lazy import torch
from sims.rl.environments.tic_tac_toe import MARKS, TicTacToe, choices, tic_tac_toe
from sims.run import Run
from sims.simulation import Frame, Grid, Series, parameter
from sims.topics.mcts.model import (
    chosen,
    flat_choice,
    grow,
    plant,
    topic,
    ucb1_bound,
    ucb1_counts,
    uct_score,
)

OPENINGS = {
    "empty": (0,) * 9,
    "corner": (1, *[0] * 8),
    "opposite corners": (1, 0, 0, 0, -1, 0, 0, 0, 1),
    "must block": (1, 0, 0, 0, -1, 0, 1, 0, 0),
}


@dataclass(frozen=True)
class Search:
    """One position, searched by many trees; the picture is their average."""

    position: str = parameter("must block", says="where the search begins", choices=tuple(OPENINGS))
    iterations: int = parameter(400, 20, 3000, "iterations")
    exploration: float = parameter(0.7, 0.0, 2.0, "exploration constant C_p", step=0.05)
    trees: int = parameter(50, 1, 500, "trees grown beside each other")


@topic.simulation("tree", Search, says="Visits of each move as the search tree grows")
def tree(parameters: Search, run: Run) -> Iterator[Frame]:
    """Show the share of visits and the mean reward of each move at the root."""
    game = tic_tac_toe(run.device)
    board = OPENINGS[parameters.position]
    start = torch.full((parameters.trees,), game.boards.index(board), device=run.device)
    trees = plant(game, start, parameters.iterations + 1)
    generator = run.generator("trees")

    def marked(values: list[float], form: str) -> list[list[str]]:
        cells = zip(board, values, strict=True)
        texts = [MARKS[piece].replace("·", format(value, form)) for piece, value in cells]
        return [texts[row : row + 3] for row in (0, 3, 6)]

    best: list[float] = []
    done = 0
    for part in range(1, 11):
        upto = parameters.iterations * part // 10
        grow(trees, upto - done, generator, exploration=parameters.exploration)
        done = upto
        visits = trees.root_visits() / done
        share, mean = visits.mean(0), trees.root_means().mean(0)
        right = game.optimal[start[0]]
        best.append(float(share[right].sum()))
        rate = float(game.optimal[start, chosen(trees)].double().mean())
        yield Frame(
            progress=part / 10,
            series=(
                Series(
                    "visits of optimal moves",
                    [parameters.iterations * (i + 1) / 10 for i in range(part)],
                    list(best),
                ),
            ),
            grids=(
                Grid("share of visits", share.view(3, 3).tolist(), marked(share.tolist(), ".0%")),
                Grid("mean reward", mean.view(3, 3).tolist(), marked(mean.tolist(), ".2f")),
            ),
            outputs={
                "optimal_share": best[-1],
                "largest_share": float(share.max()),
                "least_share": float(share[game.allowed[start[0]]].min()),
                "rate": rate,
            },
            says=f"{done} iterations: {100 * best[-1]:.0f} % of the visits go to optimal moves; "
            f"{100 * rate:.0f} % of the trees choose one",
            x_label="iterations",
            y_label="share of visits",
        )


@dataclass(frozen=True)
class Budget:
    """Positions with at least 5 empty cells whose moves differ in value."""

    positions: int = parameter(80, 10, 400, "positions")
    budget: int = parameter(400, 25, 1000, "most playouts for a position")


@topic.simulation("rate", Budget, says="Optimal moves by UCT and by flat Monte Carlo")
def rate(parameters: Budget, run: Run) -> Iterator[Frame]:
    """Let trees grow, and at each budget give flat Monte Carlo as many playouts."""
    game = tic_tac_toe(run.device)
    every_choice = choices(game)
    order = torch.from_numpy(run.rng("positions").permutation(len(every_choice)))
    drawn = every_choice[order.to(every_choice.device)[: parameters.positions]]
    trees = plant(game, drawn, parameters.budget + 1)
    limit = float(game.optimal[drawn, _limit(game, drawn)].double().mean())
    rates: dict[str, list[float]] = {"UCT": [], "flat Monte Carlo": []}
    hits: dict[str, list[torch.Tensor]] = {name: [] for name in rates}
    budgets: list[float] = []
    done = 0
    while done < parameters.budget:
        upto = min(parameters.budget, max(25, 2 * done))
        grow(trees, upto - done, run.generator(f"trees {upto}"))
        done = upto
        flat = flat_choice(game, drawn, done, run.generator(f"flat {upto}"))
        for name, move in (("UCT", chosen(trees)), ("flat Monte Carlo", flat)):
            hits[name].append(game.optimal[drawn, move].double())
            rates[name].append(float(hits[name][-1].mean()))
        budgets.append(float(done))
        yield Frame(
            progress=done / parameters.budget,
            series=(
                *(sampled(name, budgets, found) for name, found in hits.items()),
                Series("flat, without end", [25.0, float(parameters.budget)], [limit, limit]),
            ),
            outputs={
                "uct": rates["UCT"][-1],
                "flat": rates["flat Monte Carlo"][-1],
                "limit": limit,
            },
            says=f"{done} playouts: UCT {rates['UCT'][-1]:.2f}, "
            f"flat {rates['flat Monte Carlo'][-1]:.2f}",
            x_label="playouts",
            y_label="rate of optimal moves",
        )


def _limit(game: TicTacToe, drawn: "torch.Tensor") -> "torch.Tensor":
    """Return the move that infinitely many playouts prefer, the first of equals."""
    return game.move_values(game.random_value)[drawn].argmax(-1)


@dataclass(frozen=True)
class Children:
    """Two children of a node that has been visited as often as both together."""

    m: float = parameter(0.6, 0.0, 1.0, "mean reward of the first child", step=0.05)
    n: int = parameter(20, 1, 1000, "visits of the first child")
    k: float = parameter(0.5, 0.0, 1.0, "mean reward of the second child", step=0.05)
    s: int = parameter(5, 1, 1000, "visits of the second child")
    exploration: float = parameter(0.7, 0.0, 2.0, "exploration constant C_p", step=0.05)


@topic.simulation("score", Children, says="The UCT score of two children, and which is selected")
def score(parameters: Children, run: Run) -> Iterator[Frame]:
    """Draw both scores against the visits of the second child."""

    def scores(second: int) -> tuple[float, float]:
        parent = parameters.n + second
        rows = ((parameters.m, parameters.n), (parameters.k, second))
        first, other = (
            uct_score(mean, visits, parent, parameters.exploration, math.log, math.sqrt)
            for mean, visits in rows
        )
        return first, other

    here = scores(parameters.s)
    most = max(2 * parameters.s, 40)
    along = [max(1, most * i // 40) for i in range(1, 41)]
    x = [float(n) for n in along]
    yield Frame(
        series=(
            Series("first child", x, [scores(n)[0] for n in along]),
            Series("second child", x, [scores(n)[1] for n in along]),
            Series("now", [float(parameters.s)] * 2, list(here), style="scatter"),
        ),
        outputs={
            "score_1": here[0],
            "score_2": here[1],
            "difference": here[0] - here[1],
            "selected": 1.0 if here[0] >= here[1] else 2.0,
        },
        says=f"scores {here[0]:.3f} and {here[1]:.3f}",
        x_label="visits of the second child",
        y_label="mean + exploration",
    )


@dataclass(frozen=True)
class Regret:
    """Bernoulli arms; the best pays 0.5 + gap/2, the others 0.5 - gap/2."""

    arms: int = parameter(5, 2, 20, "arms")
    gap: float = parameter(0.4, 0.05, 1.0, "gap between the best arm and the others", step=0.05)
    plays: int = parameter(2000, 50, 5000, "plays")
    seeds: int = parameter(100, 2, 1000, "bandits")


@topic.simulation(
    "regret",
    Regret,
    units={"plays": "radius_plays", "of reward": "regret bound uniform"},
    says="UCB1's regret under its bound",
)
def regret(parameters: Regret, run: Run) -> Iterator[Frame]:
    """Draw the mean regret over seeds beside the bound and playing at random."""
    arms, gap, plays = parameters.arms, parameters.gap, parameters.plays
    means = torch.full((parameters.seeds, arms), 0.5 - gap / 2, device=run.device).double()
    means[:, 0] += gap
    lost = gap * ucb1_counts(means, plays, run.generator("plays"))[:, 1:].sum(1)
    at = torch.linspace(0, plays, 41).round().long()
    low, high = lost.quantile(0.025, dim=0)[at], lost.quantile(0.975, dim=0)[at]
    x = at.double().tolist()
    bound = [ucb1_bound([gap] * (arms - 1), max(1, int(n))) for n in x]
    uniform = [gap * (arms - 1) / arms * n for n in x]
    yield Frame(
        series=(
            Series(
                "UCB1",
                x,
                lost.mean(0)[at].tolist(),
                low=low.tolist(),
                high=high.tolist(),
                band="95 % of the bandits",
            ),
            Series("bound", x, bound),
            Series("at random", x, uniform),
        ),
        outputs={
            "regret": float(lost[:, -1].mean()),
            "bound": bound[-1],
            "uniform": uniform[-1],
            "radius_plays": 8 * math.log(plays) / gap**2,
        },
        says=f"regret {float(lost[:, -1].mean()):.1f} after {plays} plays; bound {bound[-1]:.0f}, "
        f"at random {uniform[-1]:.0f}",
        x_label="plays",
        y_label="regret",
    )
