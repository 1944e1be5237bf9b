"""Tic-tac-toe's known counts, UCT's bookkeeping and its score, UCB1 under its bound."""

import math

import pytest
import torch

from sims.rl.environments.tic_tac_toe import choices, tic_tac_toe, winner
from sims.run import Run
from sims.topics.mcts import topic
from sims.topics.mcts.claims import positions
from sims.topics.mcts.model import (
    EXPLORATION,
    chosen,
    flat_choice,
    grow,
    plant,
    select_move,
    ucb1_bound,
    ucb1_counts,
    uct_score,
)


def outputs(name: str, **settings: object) -> dict[str, float]:
    simulation = topic.simulations[f"mcts.{name}"]
    frames = list(simulation.run(simulation.read(settings), Run()))
    return dict(frames[-1].outputs)


def test_the_known_counts_of_tic_tac_toe() -> None:
    game = tic_tac_toe()
    assert len(game.boards) == 5478
    ends = [game.boards[i] for i in game.over.nonzero()[:, 0].tolist()]
    outcomes = [winner(board) for board in ends]
    assert (len(ends), outcomes.count(1), outcomes.count(-1)) == (958, 626, 316)
    assert float(game.value[0]) == 0.0
    assert len(choices(game)) == 895


def test_values_by_hand() -> None:
    game = tic_tac_toe()
    nearly = game.boards.index((1, 1, 0, -1, -1, 0, 0, 0, 0))
    assert float(game.value[nearly]) == 1.0
    assert bool(game.optimal[nearly, 2])
    assert not bool(game.optimal[nearly, 0])
    one_left = game.boards.index((1, -1, 1, 1, -1, -1, -1, 1, 0))
    assert float(game.random_value[one_left]) == 1.0 * winner((1, -1, 1, 1, -1, -1, -1, 1, 1))


def test_playouts_average_to_the_random_value_and_moves_are_allowed() -> None:
    game = tic_tac_toe()
    outcome = game.playout(torch.zeros(40_000, dtype=torch.long), torch.Generator().manual_seed(1))
    error = float(outcome.std()) / 200
    assert float(outcome.mean()) == pytest.approx(float(game.random_value[0]), abs=4 * error)
    drawn = positions(Run(), 200)
    move = game.random_move(drawn, torch.Generator().manual_seed(2))
    assert bool(game.allowed[drawn, move].all())


def test_a_tree_counts_every_iteration_once() -> None:
    trees = plant(tic_tac_toe(), positions(Run(), 20), 121)
    grow(trees, 120, torch.Generator().manual_seed(3))
    assert trees.visits[:, 0].tolist() == [120] * 20
    assert trees.root_visits().sum(-1).tolist() == [120] * 20
    assert bool((trees.wins <= trees.visits).all())
    with pytest.raises(ValueError, match="no room"):
        grow(trees, 2, torch.Generator())


def test_the_tree_policy_tries_all_moves_then_takes_the_best_score() -> None:
    game = tic_tac_toe()
    trees = plant(game, torch.zeros(1, dtype=torch.long), 60)
    grow(trees, 9, torch.Generator().manual_seed(4))
    assert trees.root_visits().tolist() == [[1.0] * 9]
    grow(trees, 50, torch.Generator().manual_seed(5))
    move = select_move(trees, torch.zeros(1, dtype=torch.long), EXPLORATION, torch.Generator())
    means, visits = trees.root_means()[0].tolist(), trees.root_visits()[0].tolist()
    scores = [
        mean + 2 * EXPLORATION * math.sqrt(2 * math.log(59) / n)
        for mean, n in zip(means, visits, strict=True)
    ]
    assert int(move) == max(range(9), key=scores.__getitem__)
    assert uct_score(0.5, 4, 10, 1.0, math.log, math.sqrt) == pytest.approx(
        0.5 + 2 * math.sqrt(math.log(10) / 2)
    )


def test_searches_find_the_only_move() -> None:
    game = tic_tac_toe()
    board = game.boards.index((1, 0, 0, 0, -1, 0, 1, 0, 0))
    assert game.optimal[board].nonzero()[:, 0].tolist() == [3]
    start = torch.full((20,), board)
    trees = plant(game, start, 301)
    grow(trees, 300, torch.Generator().manual_seed(6))
    assert chosen(trees).tolist() == [3] * 20
    assert flat_choice(game, start, 600, torch.Generator().manual_seed(7)).tolist() == [3] * 20


def test_ucb1_stays_under_its_bound_and_plays_every_arm() -> None:
    assert ucb1_bound([0.4] * 4, 2000) == pytest.approx(615, abs=0.5)
    means = torch.tensor([0.7, 0.3, 0.3]).double().expand(50, 3)
    counts = ucb1_counts(means, 500, torch.Generator().manual_seed(8))
    assert counts[:, :, -1].sum(-1).tolist() == [500] * 50
    assert bool((counts[:, :, 3] == 1).all())
    lost = 0.4 * float(counts[:, 1:, -1].sum(-1).mean())
    assert 5 < lost < ucb1_bound([0.4] * 2, 500)
    assert outputs("regret", plays=2000, seeds=20)["uniform"] == pytest.approx(640)
