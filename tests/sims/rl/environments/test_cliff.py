"""The cliff against Gymnasium's, step by step, and learners against exact values."""

import numpy as np
import pytest
import torch

from sims.rl import dynamic_programming as dp
from sims.rl.environments.cliff import cliff_walking
from sims.rl.temporal_difference import (
    expected_sarsa,
    explore,
    learn,
    q_learning,
    sarsa,
    walk_returns,
)


def test_10000_transitions_agree_with_gymnasium() -> None:
    gymnasium = pytest.importorskip("gymnasium")
    environment = gymnasium.make("CliffWalking-v1").unwrapped
    rng = np.random.default_rng(1)
    states, actions = rng.integers(0, 37, 10_000), rng.integers(0, 4, 10_000)
    cliff = cliff_walking()
    after, reward, done = cliff.step(
        torch.tensor(states), torch.tensor(actions), torch.Generator().manual_seed(0)
    )
    environment.reset(seed=0)
    for index, (state, action) in enumerate(zip(states, actions, strict=True)):
        environment.s = int(state)
        following, gained, terminated, _, _ = environment.step(int(action))
        assert (int(after[index]), float(reward[index]), bool(done[index])) == (
            following,
            gained,
            terminated,
        )


def test_best_values_of_the_cliff() -> None:
    cliff = cliff_walking()
    assert float(dp.policy_iteration(cliff, 1.0).v @ cliff.start) == pytest.approx(-13.0)


def test_walks_agree_with_the_linear_solve() -> None:
    cliff = cliff_walking(3, 4)
    policy = dp.uniform_policy(cliff)
    walked = walk_returns(cliff, policy, 3000, torch.Generator().manual_seed(2))
    exact = float(dp.evaluate(cliff, policy, 1.0) @ cliff.start)
    assert abs(float(walked.mean()) - exact) < 5 * float(walked.std()) / 3000**0.5


def test_targets_of_the_three_methods() -> None:
    q = torch.tensor([[1.0, 3.0, 2.0, 0.0]], dtype=torch.float64)
    action = torch.tensor([2])
    assert sarsa(q, action, 0.4).item() == 2.0
    assert q_learning(q, action, 0.4).item() == 3.0
    assert expected_sarsa(q, action, 0.4).item() == pytest.approx(0.6 * 3.0 + 0.4 * 1.5)


def test_exploring_takes_the_best_action_as_often_as_it_should() -> None:
    q = torch.tensor([[0.0, 1.0, 0.0, 0.0]], dtype=torch.float64).repeat(20_000, 1)
    order = torch.zeros_like(q)
    generator = torch.Generator().manual_seed(0)
    taken = explore(q, 0.2, order, generator)
    counts = torch.bincount(taken, minlength=4) / len(q)
    assert counts.tolist() == pytest.approx([0.05, 0.85, 0.05, 0.05], abs=0.01)
    assert (explore(q, 0.0, order, generator) == 1).all()


def test_a_greedy_q_learner_finds_the_best_path_and_counts_its_episodes() -> None:
    cliff = cliff_walking(3, 4)
    learning = learn(
        cliff,
        q_learning,
        seeds=5,
        episodes=60,
        generator=torch.Generator().manual_seed(0),
        epsilon=0.1,
        every=200,
    )
    frames = [int(state.episode.min()) for state in learning]
    assert frames == sorted(frames)
    assert frames[-1] == 60
    *_, last = learn(
        cliff, q_learning, seeds=5, episodes=60, generator=torch.Generator().manual_seed(0)
    )
    assert last.returns.isfinite().all()
    start = int(cliff.start.argmax())
    exact = float(dp.policy_iteration(cliff, 1.0).v[start])
    assert last.q[:, start].amax(-1).tolist() == pytest.approx([exact] * 5, abs=1e-3)
