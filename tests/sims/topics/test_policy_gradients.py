"""Exact estimators against sampled ones, the corridor against its linear solve, the plateau."""

import pytest
import torch

from sims.rl import dynamic_programming as dp
from sims.rl import trajectories
from sims.rl.environments.short_corridor import short_corridor
from sims.run import Run
from sims.topics.policy_gradients import topic
from sims.topics.policy_gradients.figures import corridor_optimum, corridor_value, reinforce_episode
from sims.topics.policy_gradients.model import estimators, problems


def outputs(name: str, **settings: object) -> dict[str, float]:
    simulation = topic.simulations[f"policy-gradients.{name}"]
    frames = list(simulation.run(simulation.read(settings), Run()))
    return dict(frames[-1].outputs)


def test_every_trajectory_is_there_once_and_probabilities_add_up() -> None:
    drawn = problems(Run(), 5)
    rows = torch.cat([drawn.paths.states, drawn.paths.actions], 1)
    assert len(rows) == len(rows.unique(dim=0)) == 3 * 6**3
    assert torch.allclose(drawn.chance.sum(-1), torch.ones(5).double())


def test_the_objective_is_the_mean_return_and_its_gradient_a_finite_difference() -> None:
    drawn = problems(Run(), 4)
    objective = trajectories.objective(drawn.mdps, drawn.policy, 3)
    returns = (drawn.chance * drawn.rewards.sum(-1)).sum(-1)
    assert torch.allclose(objective, returns)
    moved = drawn.theta.clone()
    moved[:, 1, 0] += 1e-5
    slope = (trajectories.objective(drawn.mdps, torch.softmax(moved, -1), 3) - objective) / 1e-5
    assert slope.tolist() == pytest.approx(drawn.gradient[:, 2].tolist(), abs=1e-5)


def test_every_named_estimator_is_unbiased_and_the_best_baselines_are_best() -> None:
    drawn = problems(Run(1), 30)
    named = estimators(drawn)
    for name, estimates in named.items():
        assert torch.allclose(drawn.mean(estimates), drawn.gradient, atol=1e-10), name
    spread = {name: drawn.variance(e) for name, e in named.items()}
    assert (spread["best constant baseline"] <= spread["reward to go"] + 1e-12).all()
    assert (spread["best constant baseline"] <= spread["mean return as baseline"] + 1e-12).all()
    assert (spread["best state baseline"] <= spread["best constant baseline"] + 1e-12).all()
    assert (spread["best state baseline"] <= spread["state values as baseline"] + 1e-12).all()


def test_the_derived_baseline_takes_all_variance_from_two_actions_and_leaves_the_mean() -> None:
    solved = topic.derivations["policy-gradients.best-baseline"].steps()[-1].value.rhs
    p = torch.tensor([0.2, 0.8]).double()
    score, rewards = torch.tensor([0.8, -0.2]).double(), torch.tensor([1.0, -0.5]).double()
    assert float(p @ score) == pytest.approx(0)  # as any score's mean
    known = {"g1": 0.8, "g2": 0.2, "r1": 1.0, "r2": -0.5}
    b = float(solved.subs({symbol: known[symbol.name] for symbol in solved.free_symbols}))
    estimates = (rewards - b) * score
    assert estimates.tolist() == pytest.approx([float(p @ (rewards * score))] * 2)


@pytest.mark.parametrize("slip", [0.0, 0.2])
def test_corridor_formula_is_the_linear_solve(slip: float) -> None:
    for p in (0.3, 0.586, 0.8):
        policy = torch.tensor([[1 - p, p]]).double().expand(4, 2)
        exact = dp.evaluate(short_corridor(slip), policy, 1.0)[0]
        assert corridor_value(p, slip) == pytest.approx(float(exact))


def test_corridor_optimum_is_example_13_1() -> None:
    assert corridor_optimum() == pytest.approx(2 - 2**0.5)
    assert corridor_value(corridor_optimum()) == pytest.approx(-(6 + 4 * 2**0.5))
    grid = [i / 1000 for i in range(50, 950)]
    best = max(grid, key=lambda p: corridor_value(p, 0.2))
    assert corridor_optimum(0.2) == pytest.approx(best, abs=1e-3)


def test_reinforce_estimates_the_gradient_of_the_corridor() -> None:
    theta = torch.full((20_000,), -0.5, dtype=torch.float64, requires_grad=True)
    p = torch.sigmoid(theta)
    ((2 * p - 4) / (p * (1 - p))).sum().backward()
    generator = torch.Generator().manual_seed(3)
    for baseline in (0.0, -13.0):
        fixed = torch.full_like(theta, baseline).detach()
        step, returns = reinforce_episode(theta.detach(), fixed, generator)
        error = float(step.std()) / 20_000**0.5
        assert float(step.mean()) == pytest.approx(float(theta.grad[0]), abs=4 * error)
        spread = float(returns.std()) / 20_000**0.5
        value = corridor_value(float(p[0].detach()))
        assert float(returns.mean()) == pytest.approx(value, abs=4 * spread)


def test_the_expected_step_can_lower_the_probability_of_the_best_arm() -> None:
    found = outputs("plateau")
    assert found["lowest_best"] < 0.1 - 0.02
    assert found["final_best"] > 0.9
    assert found["gradient_1"] == pytest.approx(0.1 * (1 - 0.1 - 0.45))
