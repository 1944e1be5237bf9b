"""Exposure bias against closed forms."""

import pytest

from sims.run import Run
from sims.topics.exposure_bias import (
    off_distribution_steps,
    prefix_distribution,
    sampled_costs,
    total_variation,
)


def test_prefixes_of_a_chain_by_hand() -> None:
    prefixes = prefix_distribution([0.25, 0.75], [[0.5, 0.5], [0.2, 0.8]], 2)
    assert prefixes.tolist() == pytest.approx([0.125, 0.125, 0.15, 0.6])


def test_total_variation_of_disjoint_distributions_is_1() -> None:
    assert total_variation([1, 0], [0, 1]) == 1


@pytest.mark.parametrize(("error", "horizon"), [(0.01, 10), (0.1, 50)])
def test_cost_without_recovery_is_the_closed_form(error: float, horizon: int) -> None:
    closed = horizon - (1 - error) * (1 - (1 - error) ** horizon) / error
    assert off_distribution_steps(error, 0.0, horizon) == pytest.approx(closed)


def test_sampled_costs_agree_with_the_exact_ones() -> None:
    sampled = sampled_costs(0.05, 0.5, [10, 40], 8, Run(), "test")
    exact = [off_distribution_steps(0.05, 0.5, t) for t in (10, 40)]
    assert sampled.mean(0) == pytest.approx(exact, rel=0.02)
