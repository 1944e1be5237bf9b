"""The expert of the one-shot toy, and what its imitators learn."""

import numpy as np
import pytest

from sims.topics.one_shot_imitation import (
    STEPS,
    STRIDE,
    Imitator,
    demonstration,
    expert,
    goals,
    reached,
)


def test_the_expert_walks_straight_and_stops() -> None:
    walk = demonstration(np.zeros((1, 2)), np.array([[0.3, 0.4]]))
    assert walk.shape == (STEPS, 1, 2)
    assert np.linalg.norm(walk[1, 0]) == pytest.approx(STRIDE)
    assert walk[-1, 0] == pytest.approx([0.3, 0.4])
    assert expert(walk[-1], np.array([[0.3, 0.4]])) == pytest.approx(np.zeros((1, 2)))


def test_goals_lie_in_their_disc() -> None:
    assert np.linalg.norm(goals(500, 2.0, np.random.default_rng(0)), axis=1).max() <= 2


def test_an_imitator_of_a_constant_move_makes_it() -> None:
    rng = np.random.default_rng(0)
    seen = rng.normal(size=(300, 2))
    imitator = Imitator(seen, np.full((300, 2), 0.1), rng)
    assert imitator.move(seen[:5]) == pytest.approx(np.full((5, 2), 0.1), abs=0.01)


def test_many_tasks_make_one_demonstration_enough() -> None:
    assert reached(140, 1.0, "one demonstration", 5) > reached(1, 1.0, "one demonstration", 5)
