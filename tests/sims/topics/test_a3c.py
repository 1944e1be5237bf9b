"""Cart and pole against Gymnasium; advantages, batches and updates against closed forms."""

import gymnasium
import numpy as np
import pytest
import torch

from sims.rl.environments import cart_pole
from sims.run import Run
from sims.topics.a3c.claims import n_step
from sims.topics.a3c.figures import serial_share
from sims.topics.a3c.model import autocorrelation, batch_information, merged, worth
from sims.topics.a3c.workers import (
    ACTIONS,
    ACTOR_RATE,
    SIZE,
    STATES,
    advantages,
    best_value,
    segment,
    start_value,
    training,
)


def test_10_000_pushes_of_the_cart_are_gymnasiums() -> None:
    world = gymnasium.make("CartPole-v1").unwrapped
    rng = np.random.default_rng(0)
    states = rng.uniform(-1, 1, (10_000, 4)) * [2.4, 3, 0.21, 3]
    actions = rng.integers(0, 2, 10_000)
    after, over = cart_pole.step(torch.tensor(states), torch.tensor(actions))
    for index in range(10_000):
        world.state = states[index]
        world.steps_beyond_terminated = None
        _, _, ended, _, _ = world.step(int(actions[index]))
        assert np.allclose(after[index].numpy(), world.state, rtol=0, atol=1e-12)
        assert bool(over[index]) == ended
    assert 0 < int(over.sum()) < 10_000


def test_random_pushes_lean_to_neither_side() -> None:
    angles = cart_pole.random_angles((400,), 300, Run().generator("angles"))
    means = angles.mean(1)
    assert abs(float(means.mean())) < 4 * float(means.std()) / 400**0.5


def test_merging_keeps_each_workers_order() -> None:
    streams = np.arange(60.0).reshape(3, 20)
    arrived = merged(streams, "exponential", np.random.default_rng(1))
    for own in streams:
        kept = [value for value in arrived if value in own]
        assert kept == own[: len(kept)].tolist()
    turns = merged(streams, "constant", np.random.default_rng(1))
    assert turns[:6].tolist() == [0, 20, 40, 1, 21, 41]


def test_a_batch_of_an_autoregressive_stream_is_worth_what_the_formula_says() -> None:
    rng, r = np.random.default_rng(2), 0.8
    streams = np.empty((20, 4, 4000))
    streams[..., 0] = rng.normal(size=(20, 4))
    for t in range(1, 4000):
        noise = rng.normal(size=(20, 4))
        streams[..., t] = r * streams[..., t - 1] + (1 - r * r) ** 0.5 * noise
    assert float(autocorrelation(streams).mean()) == pytest.approx(r, abs=0.01)
    for workers in (1, 2, 4):
        found = batch_information(streams[:, :workers], 40).mean()
        assert float(found) == pytest.approx(worth(40, workers, r), rel=0.1)
    assert worth(40, 1, 0.0) == worth(40, 8, 0.0) == 40


def test_advantages_are_n_step_ones_and_by_hand() -> None:
    rewards, values = np.array([1.0, 0.0, 2.0]), np.array([0.5, 1.0, -1.0])
    found = advantages(rewards, values, 4.0, 0.5)
    assert found.tolist() == [1 + 0.5 - 0.5 + 0.5, 0 + 1 + 1 - 1, 2 + 2 + 1]
    for k in range(3):
        assert found[k] == pytest.approx(n_step(list(rewards[k:]), [*values[k:], 4.0], 0.5))


def test_an_update_is_the_gradient_of_the_log_policy_times_the_advantage() -> None:
    parameters = np.random.default_rng(3).normal(size=SIZE)
    parameters[STATES * ACTIONS :] = 0  # so that the critic's update shows the advantage
    # Beside the goal, moving right (2) ends the segment with a reward of 1.
    beside = STATES - 2
    for seed in range(100):
        update, after = segment(parameters, beside, np.random.default_rng(seed))
        critic = update[STATES * ACTIONS :]
        if after == 0 and np.count_nonzero(critic) == 1 and critic[beside] == 0.2:
            break
    theta = torch.tensor(parameters[: STATES * ACTIONS], requires_grad=True)
    torch.log_softmax(theta.view(STATES, ACTIONS), -1)[beside, 2].backward()  # type: ignore[no-untyped-call]
    assert theta.grad is not None
    assert update[: STATES * ACTIONS] == pytest.approx(ACTOR_RATE * theta.grad.numpy())


def test_workers_learn_on_the_simulated_clock() -> None:
    *_, (_, parameters) = training(4, 200, np.random.default_rng(0))
    assert start_value(np.zeros(SIZE)) < 0.2 * best_value() < start_value(parameters)
    assert start_value(parameters) < best_value() == pytest.approx(0.9**5)


def test_amdahl_through_a_measured_point() -> None:
    share = serial_share(16, 12.5)
    assert 1 / (share + (1 - share) / 16) == pytest.approx(12.5)
