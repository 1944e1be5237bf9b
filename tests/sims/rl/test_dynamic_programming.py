"""Solvers against published values and against each other."""

import itertools

import pytest
import torch

from sims.rl import dynamic_programming as dp
from sims.rl.environments.frozen_lake import STEP_LIMITS, frozen_lake
from sims.rl.environments.gambler import gambler
from sims.rl.environments.garnet import random_mdps
from sims.rl.environments.gridworld import corners, teleports
from sims.rl.environments.lqr import LQR
from sims.rl.environments.short_corridor import EXIT, short_corridor


def test_random_policy_on_the_4x4_grid_is_figure_4_1() -> None:
    mdp = corners()
    v = dp.evaluate(mdp, dp.uniform_policy(mdp), 1.0)
    book = [0, -14, -20, -22, -14, -18, -20, -20, -20, -20, -18, -14, -22, -20, -14, 0]
    assert v.tolist() == pytest.approx(book, abs=1e-9)


def test_5x5_grid_has_the_values_of_examples_3_5_and_3_8() -> None:
    mdp = teleports()
    random = dp.evaluate(mdp, dp.uniform_policy(mdp), 0.9)
    assert random[:5].tolist() == pytest.approx([3.3, 8.8, 4.4, 5.3, 1.5], abs=0.05)
    best = dp.policy_iteration(mdp, 0.9).v
    assert best[:5].tolist() == pytest.approx([22.0, 24.4, 22.0, 19.4, 17.5], abs=0.05)


@pytest.mark.parametrize("heads", [0.25, 0.4])
def test_gambler_values_are_the_closed_form_of_bold_play(heads: float) -> None:
    v = dp.value_iteration(gambler(heads), 1.0).v
    expected = [heads**2, heads, heads + (1 - heads) * heads]
    assert v[[25, 50, 75]].tolist() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("size", "gamma", "value"), [(4, 0.99, 0.5420), (4, 0.9, 0.0689), (8, 0.99, 0.4146)]
)
def test_frozen_lake_value_by_both_iterations(size: int, gamma: float, value: float) -> None:
    mdp = frozen_lake(size)
    by_values = dp.value_iteration(mdp, gamma)
    by_policies = dp.policy_iteration(mdp, gamma)
    assert float(by_policies.v[0]) == pytest.approx(value, abs=5e-5)
    assert torch.allclose(by_values.v, by_policies.v, atol=1e-9)
    assert by_policies.rounds < by_values.rounds


def test_frozen_lake_within_its_step_limit() -> None:
    ceiling = dp.finite_horizon(frozen_lake(4), STEP_LIMITS[4])[-1][0]
    assert float(ceiling) == pytest.approx(0.7442, abs=5e-5)
    assert float(dp.value_iteration(frozen_lake(4), 1.0).v[0]) == pytest.approx(14 / 17, abs=1e-8)


def test_policy_iteration_is_best_of_all_deterministic_policies() -> None:
    mdps = random_mdps(20, 3, 2, torch.Generator().manual_seed(3))
    best = dp.policy_iteration(mdps, 0.8).v
    choices = torch.eye(2, dtype=torch.float64)
    policies = [choices[list(c)] for c in itertools.product(range(2), repeat=3)]
    every = torch.stack([dp.evaluate(mdps, p.expand(20, 3, 2), 0.8) for p in policies])
    assert torch.allclose(best, every.max(0).values, atol=1e-9)


def test_epsilon_soft_iteration_beats_other_soft_policies() -> None:
    mdp = frozen_lake(4)
    soft = dp.policy_iteration(mdp, 0.9, epsilon=0.2)
    assert float(soft.policy[0].min()) == pytest.approx(0.05)
    softened = dp.soften(mdp, dp.policy_iteration(mdp, 0.9).policy, 0.2)
    assert (soft.v >= dp.evaluate(mdp, softened, 0.9) - 1e-9).all()


def test_occupancy_prices_the_policy() -> None:
    for mdp, gamma in ((frozen_lake(4), 0.95), (short_corridor(), 1.0)):
        policy = dp.uniform_policy(mdp)
        measure = dp.occupancy(mdp, policy, gamma)
        value = (mdp.start * dp.evaluate(mdp, policy, gamma)).sum()
        assert float((measure * mdp.expected_reward).sum()) == pytest.approx(float(value))


def test_the_linear_programme_finds_the_optimum_and_respects_a_cost() -> None:
    mdps = random_mdps(1, 4, 3, torch.Generator().manual_seed(9))
    mdp = type(mdps)(mdps.P[0], mdps.R[0], mdps.terminal, mdps.start, mdps.allowed)
    free = dp.occupancy_programme(mdp, 0.9)
    value = (mdp.start * dp.policy_iteration(mdp, 0.9).v).sum()
    assert free.reward == pytest.approx(float(value), abs=1e-8)
    costs = torch.rand(4, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    spent = float((free.occupancy * costs).sum())
    kept = dp.occupancy_programme(mdp, 0.9, [costs], [0.8 * spent])
    assert kept.costs[0] <= 0.8 * spent + 1e-9
    assert kept.reward < free.reward
    again = dp.occupancy(mdp, kept.policy, 0.9)
    assert torch.allclose(again, kept.occupancy, atol=1e-8)
    with pytest.raises(ValueError, match="no policy satisfies"):
        dp.occupancy_programme(mdp, 0.9, [costs], [0.0])


def test_the_programme_knows_terminal_states_and_forbidden_actions() -> None:
    lake = dp.occupancy_programme(frozen_lake(4), 0.99)
    assert lake.reward == pytest.approx(0.5420, abs=5e-5)
    assert dp.occupancy_programme(gambler(0.4, 20), 1.0).reward == pytest.approx(0.4, abs=1e-8)


def test_short_corridor_optimum_is_example_13_1() -> None:
    mdp = short_corridor()
    right = torch.tensor([1 - 2**0.5 / 2, 2 - 2**0.5, 0.9], dtype=torch.float64)
    policy = torch.stack([1 - right, right], -1).unsqueeze(1).expand(3, EXIT + 1, 2)
    values = torch.stack([dp.evaluate(mdp, p, 1.0) for p in policy])
    assert float(values[1, 0]) == pytest.approx(-(6 + 4 * 2**0.5))
    assert values[:, 0].argmax() == 1


def test_the_regulators_best_gain_has_the_least_cost() -> None:
    lqr = LQR()
    gains = torch.linspace(0.1, 2.5, 2401).tolist()
    cheapest = min(gains, key=lqr.cost)
    assert lqr.best_gain() == pytest.approx(cheapest, abs=1e-3)
    generator = torch.Generator().manual_seed(4)
    x = torch.ones(20_000, dtype=torch.float64)
    total = torch.zeros_like(x)
    for t in range(120):
        u = -lqr.best_gain() * x
        u = u + 0.3 * torch.randn(x.shape, generator=generator, dtype=x.dtype)
        x, reward = lqr.step(x, u, generator)
        total -= lqr.gamma**t * reward
    error = float(total.std()) / 20_000**0.5
    assert lqr.cost(lqr.best_gain(), 0.3) == pytest.approx(float(total.mean()), abs=4 * error)
