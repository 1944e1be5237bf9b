"""The Gini coefficient against values that can be worked out by hand."""

from fractions import Fraction

import pytest
import torch

from sims.run import Run
from sims.topics.gini import (
    Incomes,
    area_gini,
    bottom_share,
    cumulated,
    gini,
    lorenz,
    lorenz_curve,
    populations,
)


@pytest.mark.parametrize(
    ("incomes", "expected"),
    [
        ([1, 1, 1], Fraction(0)),
        ([0, 1], Fraction(1, 2)),
        ([0, 0, 0, 0, 7], Fraction(4, 5)),
        ([1, 2, 3, 4], Fraction(1, 4)),
    ],
)
def test_gini_of_small_populations(incomes: list[int], expected: Fraction) -> None:
    exact = [Fraction(x) for x in incomes]
    assert gini(exact) == expected
    assert area_gini(cumulated(sorted(exact))) == expected


def test_lorenz_of_a_batch_starts_at_0_and_ends_at_1() -> None:
    curves = lorenz(torch.tensor([[3.0, 1.0], [1.0, 1.0]]))
    assert curves.tolist() == [[0.0, 0.25, 1.0], [0.0, 0.5, 1.0]]


def test_pareto_sample_agrees_with_theory_within_its_error() -> None:
    *_, last = lorenz_curve(Incomes(a=3.0, people=2000, seeds=50), Run(seed=1))
    assert last.outputs["theory"] == pytest.approx(0.2)
    assert abs(last.outputs["gini"] - 0.2) < 5 * last.outputs["gini_standard_error"]


def test_the_curve_is_held_against_every_population_that_its_rule_names() -> None:
    cases = list(populations())
    assert {len(x) for x in cases} == {2, 3, 4, 5}
    assert bottom_share("least", Run()).seeds == len(cases)
