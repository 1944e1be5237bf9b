"""A3C's streams and advantages; the cart and pole step by step against Gymnasium's."""

import gymnasium
import numpy as np
import pytest
import torch

from sims.environments import cart_pole
from sims.topics.a3c.model import (
    asynchronous_bandit,
    autocorrelation,
    batch_information,
    merged,
    n_step_advantage,
    worth,
)


def test_cart_pole_moves_as_gymnasiums() -> None:
    environment = gymnasium.make("CartPole-v1").unwrapped
    rng = np.random.default_rng(0)
    environment.reset(seed=0)
    for _ in range(10_000):
        action = int(rng.integers(2))
        before = torch.tensor(np.asarray(environment.state, dtype=float))
        after, over = cart_pole.step(before, torch.tensor(action))
        _, _, terminated, _, _ = environment.step(action)
        assert after.tolist() == pytest.approx(list(map(float, environment.state)), abs=1e-12)
        assert bool(over) == terminated
        if terminated:
            environment.reset()


def test_two_step_advantage_by_hand() -> None:
    assert n_step_advantage([1.0, 2.0], [3.0, 0.0, 4.0], 0.5) == 1 + 1 + 1 - 3


def test_independent_samples_are_worth_themselves() -> None:
    assert worth(64, 1, 0.0) == 64
    noise = np.random.default_rng(0).normal(size=(4, 8, 6400))
    assert batch_information(noise, 64) == pytest.approx(np.full(4, 64), rel=0.2)
    assert abs(autocorrelation(noise)).max() < 0.05


def test_a_single_stream_arrives_as_it_is() -> None:
    stream = np.arange(12.0)[None]
    assert merged(stream, "exponential", np.random.default_rng(0)).tolist() == stream[0].tolist()


def test_updates_add_up_exactly() -> None:
    shared, updates = asynchronous_bandit(4, 50, np.random.default_rng(1))
    assert np.array_equal(shared, sum(updates))
