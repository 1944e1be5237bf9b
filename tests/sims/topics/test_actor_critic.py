"""Learners against exact values: advantages by hand, equal methods, the regulator, the networks."""

import pytest
import torch

from sims.rl.environments.lqr import LQR
from sims.run import Run
from sims.topics.actor_critic import topic
from sims.topics.actor_critic.model import (
    METHODS,
    ONE_STEP,
    Setting,
    checks_needed,
    draw_mdps,
    learning_curves,
)
from sims.topics.actor_critic.networks import best_value, build, corridor
from sims.topics.actor_critic.regulator import (
    bin_of,
    five_action_controller,
    linear_controller,
    rollout_cost,
)


def outputs(name: str, **settings: object) -> dict[str, float]:
    simulation = topic.simulations[f"actor-critic.{name}"]
    frames = list(simulation.run(simulation.read(settings), Run()))
    return dict(frames[-1].outputs)


def test_lambda_1_gives_the_return_less_the_value_and_lambda_0_the_td_error() -> None:
    one = outputs("advantages", lam=1.0, gamma=0.5)
    assert one["advantage_0"] == pytest.approx(1 + 0.25 * 2 + 0.125 * 1 - 1)
    zero = outputs("advantages", lam=0.0)
    assert all(zero[f"advantage_{t}"] == zero[f"delta_{t}"] for t in range(4))
    assert outputs("advantages", lam=0.5, gamma=0.8)["advantage_2"] == pytest.approx(
        (2 + 0.8 * 0.5 - 1) + 0.4 * (1 - 0.5)
    )


def test_in_one_step_episodes_actor_critic_is_reinforce_with_a_baseline() -> None:
    mdps = draw_mdps(ONE_STEP, 8, torch.Generator().manual_seed(1))
    alpha = torch.full((8,), 0.4, dtype=torch.float64)
    curves = [
        learning_curves(name, mdps, alpha, ONE_STEP, torch.Generator().manual_seed(2))
        for name in ("baseline", "actor-critic", "reinforce")
    ]
    assert torch.equal(curves[0], curves[1])
    assert not torch.equal(curves[0], curves[2])


@pytest.mark.parametrize("method", METHODS)
def test_every_method_learns(method: str) -> None:
    setting = Setting(states=3, horizon=5, steps=600, check=50)
    mdps = draw_mdps(setting, 20, torch.Generator().manual_seed(3))
    alpha = torch.full((20,), 0.2, dtype=torch.float64)
    generator = torch.Generator().manual_seed(4)
    curve = learning_curves(method, mdps, alpha, setting, generator).mean(0)
    assert float(curve[-1]) > 0.25
    assert float(curve[-1]) > float(curve[0])


def test_checks_needed_counts_from_one_and_never_is_one_beyond_so_many_lengths() -> None:
    curve = torch.tensor([[0.0, 0.6, 0.4], [0.7, 0.0, 0.0], [0.1, 0.2, 0.3]])
    assert checks_needed(curve, 1).tolist() == [2, 1, 4]
    assert checks_needed(curve, 10).tolist() == [2, 1, 31]


def test_rollouts_agree_with_the_closed_form_cost() -> None:
    lqr = LQR()
    for gain in (0.5, lqr.best_gain()):
        gains = torch.full((40,), gain, dtype=torch.float64)
        cost = rollout_cost(lqr, linear_controller(gains), 40, Run())
        error = float(cost.std()) / 40**0.5
        assert lqr.cost(gain) == pytest.approx(float(cost.mean()), abs=4 * error + 0.01)


def test_five_actions_are_the_nearest_ones_to_the_best() -> None:
    x = torch.tensor([[-3.0, -1.0, -0.4, 0.0, 0.6, 2.0]], dtype=torch.float64)
    wanted = -LQR().best_gain() * x
    nearest = wanted.round().clamp(-2, 2)
    assert torch.equal(five_action_controller(LQR())(x), nearest)
    assert bin_of(x).tolist() == [[0, 1, 2, 2, 3, 4]]


def test_the_actor_finds_the_gain_of_the_riccati_equation() -> None:
    found = outputs("regulator", episodes=100, seeds=10)
    assert found["gain"] == pytest.approx(found["best_gain"], rel=0.05)


@pytest.mark.parametrize(("name", "shared"), [("separate", False), ("shared trunk", True)])
def test_architectures_have_the_parts_they_are_named_for(name: str, shared: bool) -> None:
    weights, model = build(name, 2, Run())
    assert len(weights) == (4 if shared else 6)
    log_policy, values = model()
    assert torch.allclose(log_policy.exp().sum(-1), torch.ones(1, dtype=torch.float64))
    values.sum().backward()
    trunk_of_the_actor = weights[0].grad
    assert (trunk_of_the_actor is not None) == shared


def test_the_corridor_is_left_in_six_steps() -> None:
    mdp = corridor("cpu")
    assert mdp.P[5, 1, 6] == 1
    assert best_value() == pytest.approx(-(1 - 0.95**6) / 0.05)
