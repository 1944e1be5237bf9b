"""The plain algorithms, on cases that are quick by hand; claims hold the batched ones to them."""

import pytest

from sims.topics.mcts.textbook import Tree, iteration
from sims.topics.policy_gradients.textbook import reinforce
from sims.topics.policy_value_iteration.textbook import policy_iteration, value_iteration
from sims.topics.q_learning_sarsa.textbook import q_learning, sarsa

LIVED = [(0, 0, 1.0, 1, 1, False), (1, 1, 2.0, 0, 0, False), (0, 0, 4.0, 1, 0, True)]


def test_sarsa_follows_what_is_taken_and_q_learning_what_is_best() -> None:
    assert sarsa(LIVED, 0.5, 1.0)[1, 1] == 0.5 * (2 + 0.5)
    assert sarsa(LIVED, 0.5, 1.0)[0, 0] == 0.5 + 0.5 * (4 - 0.5)
    lived = [(1, 0, 8.0, 0, 0, True), (0, 0, 1.0, 1, 1, False)]
    assert sarsa(lived, 0.5, 1.0)[0, 0] == 0.5
    assert q_learning(lived, 0.5, 1.0, 2)[0, 0] == 0.5 * (1 + 4)


def test_iteration_on_two_states() -> None:
    outcomes = [[[(1.0, 0, 1.0)], [(0.5, 1, 0.0), (0.5, 0, 0.0)]], [[(1.0, 1, 3.0)]]]
    assert value_iteration(outcomes, 0.5, 2) == [1.5, 4.5]
    assert value_iteration(outcomes, 0.5, 60) == pytest.approx([2, 6])
    assert policy_iteration(outcomes, 0.5, 60) == [0, 0]
    assert policy_iteration(outcomes, 0.9, 400) == [1, 0]


def test_reinforce_weighs_scores_by_the_rewards_to_come() -> None:
    assert reinforce([[0.0, 0.0]], [(0, 1, 5.0), (0, 0, 2.0)]) == [[-2.5, 2.5]]


def test_uct_tries_every_move_and_then_the_best() -> None:
    tree = Tree()
    for _ in range(40):
        iteration(
            tree,
            lambda node: [] if node else [0, 1],
            lambda _, best: best[0],
            lambda node: float(node == (1,)),
            0.1,
        )
    assert tree.visits[()] == tree.visits[0,] + tree.visits[1,] == 40
    assert tree.wins[1,] == tree.visits[1,] > 35
