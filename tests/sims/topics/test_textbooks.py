"""The plain algorithms, on cases that are quick by hand; claims hold the batched ones to them."""

import pytest

from sims.topics.a3c.textbook import segment
from sims.topics.async_sgd_hogwild.textbook import at_once
from sims.topics.grpo.textbook import step
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


def test_a_thread_of_a3c_bootstraps_only_where_it_is_cut_off() -> None:
    theta, values = [[0.0] * 4 for _ in range(16)], [0.0] * 15 + [9.0]
    d_theta, d_values, there = segment(
        theta, values, 14, lambda: 0.6
    )  # to the right, onto the goal
    assert there == 0
    assert d_values[14] == 0.2
    assert d_theta[14] == [-0.125, -0.125, 0.375, -0.125]
    values[3] = 2.0
    _, d_values, there = segment(theta, values, 3, lambda: 0.6)  # against the wall, five times
    assert there == 3
    ahead = [2 * 0.9**k for k in range(1, 6)]
    assert d_values[3] == pytest.approx(0.2 * sum(r - 2.0 for r in ahead))


def test_grpo_pushes_what_is_better_than_the_group() -> None:
    assert step([0.0, 0.0], [0, 1], [1.0, 0.0]) == [0.5, -0.5]
    assert step([0.0, 0.0], [0, 0], [1.0, 0.0]) == [0.0, 0.0]


def test_the_last_worker_to_write_a_coordinate_stays() -> None:
    examples = [([0], [1.0], 4.0), ([0, 1], [1.0, 1.0], 2.0)]
    assert at_once([0.0, 0.0], examples) == [1.0, 1.0]
    assert at_once([0.0, 0.0], examples[::-1]) == [4.0, 1.0]
