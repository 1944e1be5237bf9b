"""Scores, bounds and the root's means again, from definitions and from the log of a search."""

import math

from sims.claims import agree, require
from sims.lazy import torch
from sims.rl.environments.tic_tac_toe import tic_tac_toe
from sims.run import Run
from sims.topics.mcts.model import (
    chosen,
    flat_choice,
    flat_means,
    grow,
    plant,
    topic,
    ucb1_bound,
    ucb1_counts,
)


@topic.second_route
def scores(run: Run) -> None:
    """Write UCT's score and Auer's bound out."""
    found = topic.outputs("score", run, m=0.6, n=20, k=0.5, s=5, exploration=0.7)
    one, two = (m + 2 * 0.7 * (2 * math.log(25) / n) ** 0.5 for m, n in ((0.6, 20), (0.5, 5)))
    agree([found["score_1"], found["score_2"]], [one, two], says="UCT's scores")
    agree(found["selected"], 1 + (two > one), says="the selected child")
    bound = 4 * (8 * math.log(2000) / 0.4 + (1 + math.pi**2 / 3) * 0.4)
    agree(ucb1_bound([0.4] * 4, 2000), bound, says="Auer's bound")


@topic.second_route
def root(run: Run) -> None:
    """Read the root's visits and means off the log of the search."""
    game = tic_tac_toe()
    position = torch.nonzero(~game.over)[[0, 40, 200], 0]
    trees = plant(game, position, 82)
    grow(trees, 80, run.generator("trees"), keep_log=True)
    for tree in range(3):
        mover = float(game.mover[position[tree]])
        visits, wins = [0] * 9, [0.0] * 9
        children = trees.child[tree, 0].tolist()
        for path, outcome in trees.log:
            move = children.index(int(path[tree, 1]))
            visits[move] += 1
            wins[move] += (1 + mover * float(outcome[tree])) / 2
        means = [w / n if n else 0.0 for w, n in zip(wins, visits, strict=True)]
        agree(trees.root_visits()[tree], visits, says="the root's visits")
        agree(trees.root_means()[tree], means, says="the root's means")


@topic.second_route
def flat(run: Run) -> None:
    """Average playouts move by move, by the values of random play that the rules give."""
    game = tic_tac_toe()
    position = torch.nonzero(~game.over)[[0, 40, 200, 900], 0]
    means, _ = flat_means(game, position, 4000, run.generator("playouts"))
    known = game.move_values(game.random_value)[position]
    allowed = game.allowed[position]
    agree(means[allowed], known[allowed], says="flat means", tolerance=0.15)
    picked = flat_choice(game, position, 4000, run.generator("playouts"))
    agree(picked, means.argmax(1), says="the flat choice")


@topic.second_route
def certain_arms(run: Run) -> None:
    """Play arms that pay always or never: UCB1 by mean + sqrt(2 ln t / n), arm by arm."""
    pays = [0.0, 1.0, 0.0]
    found = ucb1_counts(torch.tensor([pays]).double(), 60, run.generator("certain arms"))[0]
    played = [1, 1, 1]
    for t in range(3, 60):
        values = [w + (2 * math.log(t) / n) ** 0.5 for w, n in zip(pays, played, strict=True)]
        played[values.index(max(values))] += 1
        agree(found[:, t + 1], played, says="how often UCB1 has played each arm")


@topic.second_route
def losses(run: Run) -> None:
    """Write out what playing at random loses, and the plays after which a radius is small."""
    found = topic.outputs("regret", run, arms=4, gap=0.5, plays=300, seeds=20)
    agree(found["uniform"], 300 * 0.75 * 0.5, says="what playing at random loses")
    agree(found["radius_plays"], 8 * math.log(300) / 0.25, says="plays until the radius is small")
    agree(found["bound"], 3 * (8 * math.log(300) / 0.5 + (1 + math.pi**2 / 3) * 0.5), says="Auer's")
    require(0 < found["regret"] < found["uniform"], says="UCB1 loses less than playing at random")


@topic.second_route
def pictured(run: Run) -> None:
    """Count the root's visits of the picture's trees in their logs."""
    found = topic.outputs("tree", run, position="must block", iterations=40, trees=4)
    game = tic_tac_toe()
    start = game.boards.index((1, 0, 0, 0, -1, 0, 1, 0, 0))
    trees = plant(game, torch.full((4,), start), 41)
    generator = run.generator("trees")
    for _ in range(10):
        grow(trees, 4, generator, exploration=0.7, keep_log=True)
    shares, right = [0.0] * 9, 0
    for number in range(4):
        children, visits = trees.child[number, 0].tolist(), [0] * 9
        for path, _ in trees.log:
            visits[children.index(int(path[number, 1]))] += 1
        shares = [share + n / 160 for share, n in zip(shares, visits, strict=True)]
        means = trees.root_wins()[number].tolist()
        best = max(range(9), key=lambda m, n=visits, w=means: (n[m], w[m]))  # type: ignore[misc]
        right += best == 3  # the cell between X's two
    open_ = [share for move, share in enumerate(shares) if game.allowed[start, move]]
    agree(found["optimal_share"], shares[3], says="visits of the move that blocks")
    agree([found["largest_share"], found["least_share"]], [max(open_), min(open_)], says="visits")
    agree(found["rate"], right / 4, says="trees that block")


@topic.second_route
def rates(run: Run) -> None:
    """Look the moves up one by one: UCT's, those of flat playouts, and those of endless ones."""
    found = topic.outputs("rate", run, positions=10, budget=25)
    game = tic_tac_toe()
    empty = (torch.tensor(game.boards) == 0).sum(1)
    differ = (game.allowed & ~game.optimal).any(1) & (empty >= 5) & ~game.over
    each = torch.nonzero(differ)[:, 0]
    at = each[run.rng("positions").permutation(len(each))[:10]]
    trees = plant(game, at, 26)
    grow(trees, 25, run.generator("trees 25"))
    endless = game.move_values(game.random_value)[at].argmax(1)
    flat = flat_choice(game, at, 25, run.generator("flat 25"))
    for name, moves in (("uct", chosen(trees)), ("flat", flat), ("limit", endless)):
        pairs = zip(at.tolist(), moves.tolist(), strict=True)
        right = sum(bool(game.optimal[position, move]) for position, move in pairs)
        agree(found[name], right / 10, says=f"the rate of optimal moves, {name}")


@topic.second_route
def robust_child(run: Run) -> None:
    """Take the most visited of three children, the one with more wins of two as visited."""
    trees = plant(tic_tac_toe(), torch.zeros(1, dtype=torch.long), 4)
    trees.child[0, 0, :3] = torch.tensor([1, 2, 3])
    trees.visits[0, 1:] = torch.tensor([5.0, 5.0, 4.0])
    trees.wins[0, 1:] = torch.tensor([1.0, 2.0, 4.0])
    agree(chosen(trees), [1], says="the child that is chosen")
