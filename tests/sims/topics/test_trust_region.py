"""The pieces of a trust-region step against autograd, the Fisher matrix and known figures."""

import math

import pytest
import torch

from sims.rl import dynamic_programming as dp
from sims.run import Run
from sims.topics.trust_region import topic
from sims.topics.trust_region.model import (
    GAMMA,
    constrained_problem,
    divergence,
    expected_sum,
    fisher,
    lagrangian_optimum,
    limit_at,
    mean_divergence,
    natural_gradient,
    optimum,
    penalty,
    performance,
    policy_gradient,
    problems,
    surrogate,
    trust_region_step,
    visits,
)


def outputs(name: str, **settings: object) -> dict[str, float]:
    simulation = topic.simulations[f"trust-region.{name}"]
    frames = list(simulation.run(simulation.read(settings), Run()))
    return dict(frames[-1].outputs)


def test_the_policy_gradient_and_the_surrogates_slope_are_autograds() -> None:
    mdps, theta = problems(Run(), 10)
    old = dp.softmax_policy(theta)
    for value in (
        lambda policy: performance(mdps, policy),
        lambda policy: surrogate(mdps, old, policy),
    ):
        leaf = theta.clone().requires_grad_()
        gradient = torch.autograd.grad(value(dp.softmax_policy(leaf)).sum(), leaf)[0]
        assert torch.allclose(gradient, policy_gradient(mdps, theta), atol=1e-10)


def test_the_fisher_matrix_is_the_curvature_of_the_mean_divergence() -> None:
    mdps, theta = problems(Run(), 1)
    old = dp.softmax_policy(theta)

    def moved(preferences: torch.Tensor) -> torch.Tensor:
        new = dp.softmax_policy(preferences.view_as(theta))
        return mean_divergence(mdps, old, new).sum()

    curvature = torch.autograd.functional.hessian(moved, theta.flatten())
    assert torch.allclose(curvature, fisher(old, visits(mdps, old))[0], atol=1e-10)


def test_the_natural_gradient_solves_the_fisher_system() -> None:
    mdps, theta = problems(Run(), 10)
    policy = dp.softmax_policy(theta)
    matrix = fisher(policy, visits(mdps, policy))
    back = matrix @ natural_gradient(mdps, theta).flatten(1).unsqueeze(-1)
    assert torch.allclose(back.squeeze(-1), policy_gradient(mdps, theta).flatten(1), atol=1e-10)


def test_a_step_stays_within_delta_improves_and_obeys_the_lower_bound() -> None:
    mdps, theta = problems(Run(3), 50)
    old = dp.softmax_policy(theta)
    largest = (dp.action_values(mdps, dp.evaluate(mdps, old, GAMMA), GAMMA)).sub(
        dp.evaluate(mdps, old, GAMMA).unsqueeze(-1)
    )
    for delta in (0.001, 0.05):
        new = dp.softmax_policy(trust_region_step(mdps, theta, delta))
        assert (mean_divergence(mdps, old, new) <= delta).all()
        assert (mean_divergence(mdps, old, new) > 0.2 * delta).all()
        assert (performance(mdps, new) > performance(mdps, old)).all()
        limit = penalty(largest.abs().amax((1, 2)), GAMMA) * divergence(old, new).amax(-1)
        assert (performance(mdps, new) >= surrogate(mdps, old, new) - limit).all()


def test_divergences_of_the_known_pair() -> None:
    found = outputs("divergence", p=0.9, q=0.5)
    assert found["kl"] == pytest.approx(0.368, abs=5e-4)
    assert found["reverse"] == pytest.approx(0.511, abs=5e-4)
    assert found["penalty"] == pytest.approx(4 * 0.9 / 0.01)
    assert found["kl"] == pytest.approx(math.log(1.8) * 0.9 + math.log(0.2) * 0.1)


def test_a_policy_that_never_takes_an_action_has_a_divergence() -> None:
    sure, even = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.5, 0.5]])
    assert divergence(sure, even).item() == pytest.approx(math.log(2))
    assert divergence(even, sure).item() == math.inf


def test_duality_and_the_linear_programme_agree_on_a_binding_limit() -> None:
    mdp, costs = constrained_problem(Run(), 1)
    limit = limit_at(mdp, costs, 0.3)
    best = dp.occupancy_programme(mdp, GAMMA, [costs], [limit])
    assert best.costs[0] == pytest.approx(limit)
    assert lagrangian_optimum(mdp, costs, limit) == pytest.approx(best.reward, abs=1e-7)
    assert best.reward < optimum(mdp)[0] - 1e-3
    assert expected_sum(mdp, best.policy, costs) == pytest.approx(limit)


@pytest.mark.parametrize(("limit", "p"), [(0.0, 0.0), (2.5, 0.25), (10.0, 1.0), (40.0, 1.0)])
def test_the_mixture_is_the_limit_over_the_discounted_cost(limit: float, p: float) -> None:
    found = outputs("constrained", limit=limit)
    assert found["p"] == pytest.approx(p, abs=1e-9)
    assert found["return"] == pytest.approx(10 * p, abs=1e-9)
