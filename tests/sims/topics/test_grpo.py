"""GRPO's estimators against enumeration and known figures, the token task against sampling."""

import math

import pytest
import torch

from sims.rl.environments.sums import Sums
from sims.run import Run
from sims.topics.grpo import topic
from sims.topics.grpo.model import (
    bandit_gradient,
    bandits,
    centred,
    expected_spread,
    k1,
    k3,
    leave_one_out,
    mean_weights,
    normalised,
    train_bandit,
)
from sims.topics.grpo.systems import finish_times, generation_share


def outputs(name: str, **settings: object) -> dict[str, float]:
    simulation = topic.simulations[f"grpo.{name}"]
    frames = list(simulation.run(simulation.read(settings), Run()))
    return dict(frames[-1].outputs)


def test_answers_are_listed_once_with_probabilities_that_add_up() -> None:
    for task in (Sums(), Sums(digits=3, longest=4, target=6), Sums(fixed=True)):
        theta = torch.randn((3, *task.shape), generator=torch.Generator().manual_seed(1)).double()
        chance = task.log_probabilities(theta, task.every()).sum(-1).exp()
        assert torch.allclose(chance.sum(-1), torch.ones(3).double())
        assert len(task.every().tokens.unique(dim=0)) == len(task.every().tokens)


def test_sampled_answers_come_as_often_as_listed() -> None:
    task = Sums(target=2)
    theta = torch.randn((2, *task.shape), generator=torch.Generator().manual_seed(2)).double()
    drawn = task.sample(theta, 20_000, torch.Generator().manual_seed(3))
    assert bool((drawn.sums <= task.digits * task.longest).all())
    exact = task.log_probabilities(theta, task.every()).sum(-1).exp()
    for i in range(2):
        for tokens, chance in zip(task.every().tokens, exact[i].tolist(), strict=True):
            share = float((drawn.tokens[i] == tokens).all(-1).double().mean())
            assert share == pytest.approx(chance, abs=4 * math.sqrt(chance / 20_000) + 1e-9)
    written = task.log_probabilities(theta, drawn)
    assert written.shape == drawn.tokens.shape
    assert bool((written[drawn.mask == 0] == 0).all())


def test_advantages_by_hand() -> None:
    assert centred([1.0, 0.0, 0.0, 0.0]) == [0.75, -0.25, -0.25, -0.25]
    assert leave_one_out([1.0, 0.0, 0.0]) == [1.0, -0.5, -0.5]
    tensors = [torch.tensor(x).double() for x in (1.0, 0.0, 0.0, 0.0)]
    assert [float(a) for a in normalised(tensors)] == pytest.approx([3**0.5] + [-(3**-0.5)] * 3)
    assert [float(a) for a in normalised(tensors[1:])] == [0.0] * 3


@pytest.mark.parametrize(("right", "factor"), [(0.05, 2.47), (0.5, 1.86), (0.9, 2.33)])
def test_factors_of_the_division_at_eight_outputs(right: float, factor: float) -> None:
    spread = expected_spread(right, 8, lambda k, size: math.sqrt(k * (size - k)) / size)
    assert spread / (right * (1 - right)) == pytest.approx(factor, abs=0.005)


def test_the_listed_mean_is_the_mean_of_sampled_groups() -> None:
    policy, rewards = bandits(1, 3, torch.Generator().manual_seed(4))
    weights = mean_weights(policy, rewards, normalised, 3)[0]
    groups = torch.multinomial(
        policy[0], 3 * 40_000, True, generator=torch.Generator().manual_seed(5)
    ).view(-1, 3)
    values = torch.stack(normalised(list(rewards[0][groups].unbind(-1))), -1) / 3
    for arm in range(3):
        each = (values * (groups == arm)).sum(-1)
        error = float(each.std()) / 200
        assert float(each.mean()) == pytest.approx(float(weights[arm]), abs=4 * error)


def test_the_gradient_is_autograds() -> None:
    theta = torch.randn((4, 3), generator=torch.Generator().manual_seed(6)).double()
    theta.requires_grad_()
    rewards = torch.tensor([0.2, 0.9, 0.4]).double().expand(4, 3)
    policy = torch.softmax(theta, -1)
    exact = torch.autograd.grad((policy * rewards).sum(), theta)[0]
    assert torch.allclose(bandit_gradient(policy.detach(), rewards), exact)


def test_bandits_learn_and_constant_rewards_move_nothing() -> None:
    assert outputs("bandit")["least"] > 0.95
    same = torch.full((3, 5), 0.3, dtype=torch.float64)
    policy = train_bandit(same, 50, 8, 0.5, torch.Generator().manual_seed(7))
    assert torch.allclose(policy, torch.full_like(policy, 0.2))


@pytest.mark.parametrize(
    ("shift", "k1_noise", "k2_noise", "k3_noise", "bias"),
    [(0.1, 20, 1.42, 1.42, 0.0025), (1.0, 2, 1.73, 1.70, 0.25)],
)
def test_noise_of_the_estimators_is_schulmans_table(
    shift: float, k1_noise: float, k2_noise: float, k3_noise: float, bias: float
) -> None:
    found = outputs("estimators", shift=shift)
    assert found["noise_k1"] == pytest.approx(k1_noise)
    assert found["noise_k2"] == pytest.approx(k2_noise, abs=0.006)
    assert found["noise_k3"] == pytest.approx(k3_noise, abs=0.006)
    assert found["bias_k2"] == pytest.approx(bias)


def test_the_closed_form_noise_is_that_of_samples() -> None:
    z = torch.randn(200_000, generator=torch.Generator().manual_seed(8)).double()
    ratio = (0.5 * z - 0.125).exp()
    found = outputs("estimators", shift=0.5)
    for name, k in (("k1", k1), ("k3", k3)):
        drawn = k(ratio, torch.log)
        assert float(drawn.mean()) == pytest.approx(0.125, abs=0.005)
        assert float(drawn.std()) / 0.125 == pytest.approx(found[f"noise_{name}"], rel=0.02)


def test_known_figures_of_the_group() -> None:
    assert outputs("advantages")["no_signal"] == pytest.approx(0.430, abs=5e-4)
    assert outputs("advantages", chance=0.5)["no_signal"] == pytest.approx(0.0078, abs=5e-5)
    assert outputs("clip", ratio=1.3, advantage=1.0) == {"value": pytest.approx(1.2), "slope": 0}
    assert outputs("clip", ratio=1.3, advantage=-1.0)["slope"] == -1
    assert outputs("clip", ratio=0.7, advantage=-1.0)["slope"] == 0


def test_costs_by_hand() -> None:
    assert generation_share((0, 100, 10_000)) == pytest.approx(0.25)
    done, behind = finish_times(2.0, 3.0, 4, 1)
    assert done == [5.0, 8.0, 11.0, 14.0]
    assert behind == [0, 1, 1, 1]
    assert finish_times(2.0, 3.0, 3, 0) == ([5.0, 10.0, 15.0], [0, 0, 0])
