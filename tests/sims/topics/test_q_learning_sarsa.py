"""The cliff's policies against paths counted by hand, and both learners against exact values."""

import numpy as np
import pytest
import torch

from sims.rl import dynamic_programming as dp
from sims.rl.environments.cliff import cliff_walking
from sims.rl.temporal_difference import q_learning, sarsa
from sims.run import Run
from sims.topics.q_learning_sarsa.model import (
    GAMMA,
    behaviours,
    best_exploring,
    edge_walk,
    learned,
    one_process,
    online_return,
    start_value,
)


def test_without_exploring_the_edge_is_best_and_takes_13_steps() -> None:
    cliff = cliff_walking()
    assert start_value(cliff, edge_walk(cliff, 0.0)) == pytest.approx(-13)
    assert start_value(cliff, best_exploring(cliff, 0.0)) == pytest.approx(-13)


def test_exploring_on_the_edge_costs_more_than_the_way_round() -> None:
    cliff = cliff_walking()
    edge = start_value(cliff, edge_walk(cliff, 0.1))
    best = start_value(cliff, best_exploring(cliff, 0.1))
    assert edge < best < -17  # the way round the top row alone takes 17 steps


def test_returns_are_those_of_the_cliff() -> None:
    """Sutton & Barto 2018, example 6.6: at epsilon 0.1 SARSA collects more while it learns."""
    on_policy, off_policy = (
        online_return(target, 0.1, 20, 0, 0, "cpu").mean() for target in (sarsa, q_learning)
    )
    assert -35 < on_policy < -20
    assert -60 < off_policy < -35


def test_each_learner_nears_the_values_it_aims_at() -> None:
    process, q = learned(sarsa, 4, 0, 0, "cpu")
    for policy, found in zip(behaviours(process), q, strict=True):
        known = dp.action_values(process, dp.evaluate(process, policy, GAMMA), GAMMA)
        assert np.abs((found - known).numpy()).max() < 0.1


def test_a_process_is_drawn_from_its_stream() -> None:
    one, same, other = (one_process(Run(), stream, 5) for stream in ("a", "a", "b"))
    assert torch.equal(one.P, same.P)
    assert not torch.equal(one.P, other.P)
    assert one.P.sum(-1).numpy() == pytest.approx(np.ones((5, 2)))
