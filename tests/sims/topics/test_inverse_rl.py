"""Rewards recovered from experts, shaping, and the windy grid by hand."""

from itertools import islice

import pytest
import torch

from sims.rl import dynamic_programming as dp
from sims.rl.environments.windy_grid import windy_grid
from sims.run import Run
from sims.topics.inverse_rl import topic
from sims.topics.inverse_rl.model import (
    GAMMA,
    WALLS,
    cell_rewards,
    folded_reward,
    matching_steps,
    planned,
    potentials,
    scores,
    soft_policy,
    soft_values,
    state_reward,
    state_visits,
    transferred,
)


def outputs(name: str, **settings: object) -> dict[str, float]:
    simulation = topic.simulations[f"inverse-rl.{name}"]
    frames = list(simulation.run(simulation.read(settings), Run()))
    return dict(frames[-1].outputs)


def table(rewards: torch.Tensor, actions: int = 4) -> torch.Tensor:
    return rewards.unsqueeze(-1).expand(-1, -1, actions)


def test_wind_walls_and_agents_by_hand() -> None:
    rewards = torch.arange(25.0).double().expand(2, 25)
    grid = windy_grid(rewards, wind=0.4, walls=(1,))
    assert torch.allclose(grid.P.sum(-1), torch.ones(2, 25, 4).double())
    assert float(grid.P[0, 0, 2, 0]) == pytest.approx(0.9)  # right is a wall; down with 0.1
    assert float(grid.P[0, 0, 1, 5]) == pytest.approx(0.7)
    assert float(grid.start[1]) == 0.0
    assert float(grid.start.sum()) == pytest.approx(1.0)
    assert float(grid.expected_reward[0, 7, 3]) == 7.0
    turned = windy_grid(rewards, wind=0.0, order=(1, 2))
    assert turned.actions == 2
    assert float(turned.P[0, 0, 0, 5]) == 1.0


def test_the_soft_optimum_satisfies_its_equations_and_beats_other_policies() -> None:
    rewards = cell_rewards(Run(), 3)
    grid = windy_grid(rewards)
    v, policy = soft_values(grid, table(rewards)), soft_policy(grid, table(rewards))
    entropy = -(policy * policy.log()).sum(-1)
    moves, _ = dp.under(grid, policy)
    backed = rewards + entropy + GAMMA * (moves @ v.unsqueeze(-1)).squeeze(-1)
    assert torch.allclose(backed, v)


def test_the_reward_comes_back_exactly_and_the_gradient_finds_the_same() -> None:
    rewards = cell_rewards(Run(2), 2)
    grid = windy_grid(rewards)
    expert = soft_policy(grid, table(rewards))
    found = state_reward(grid, expert)
    assert torch.allclose(found, rewards - rewards.mean(-1, keepdim=True), atol=1e-10)
    steps = matching_steps(grid, state_visits(grid, expert), 0.3)
    learned, gap = next(islice(steps, 200, None))
    assert float(gap.abs().max()) < 0.02
    assert float(torch.corrcoef(torch.stack([learned[0], found[0]]))[0, 1]) > 0.99


def test_a_folded_reward_explains_the_expert_equally_well() -> None:
    rewards = cell_rewards(Run(), 4)
    grid = windy_grid(rewards)
    folded = folded_reward(grid, table(rewards), potentials(Run(), 4))
    plain = soft_policy(grid, table(rewards))
    assert torch.allclose(soft_policy(grid, folded), plain, atol=1e-12)
    assert torch.allclose(soft_policy(grid, plain.log()), plain, atol=1e-12)


def test_scores_are_one_for_the_optimum_and_zero_at_random() -> None:
    rewards = cell_rewards(Run(), 3)
    grid = windy_grid(rewards, walls=WALLS)
    assert scores(grid, planned(grid, table(rewards))).tolist() == pytest.approx([1.0] * 3)
    random = dp.uniform_policy(grid).expand(3, -1, -1)
    assert scores(grid, random).tolist() == pytest.approx([0.0] * 3)


def test_only_state_rewards_pass_the_wall() -> None:
    rewards, shapes = cell_rewards(Run(), 3), potentials(Run(), 3)
    change: dict[str, object] = {"walls": WALLS}
    world = windy_grid(rewards, walls=WALLS)
    state, cloned = (
        scores(world, transferred(method, rewards, change, shapes))
        for method in ("state reward", "cloned policy")
    )
    assert state.tolist() == pytest.approx([1.0] * 3)
    assert float(cloned.max()) < 0.6


def test_figures_by_hand() -> None:
    assert outputs("visits", p=0.0)["a"] == pytest.approx(10)
    found = outputs("visits", p=0.4, q=0.2)
    assert found["a"] == pytest.approx((1 - 0.9 * 0.8) / (0.1 * (1 - 0.9 * 0.4)))
    assert found["a"] + found["b"] == pytest.approx(10)
    shaped = outputs("shaping", f=3.0)
    assert shaped["q_shaped"] == pytest.approx(shaped["q"] - 3)
    assert outputs("maxent", steps=10)["exact_error"] < 1e-10
