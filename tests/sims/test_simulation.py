"""What the outputs of a simulation look like to a person: digits, errors and units."""

import pytest

from sims import registry
from sims.curves import sampled
from sims.simulation import Series, in_digits


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.336692, "0.3367"), (100.832, "100.8"), (-1520.18, "−1,520"), (640.0, "640"), (0.0, "0"),
     (2.5e-7, "2.5e-07"), (float("inf"), "inf"), (1.0, "1"), (12.345, "12.35"), (0.4, "0.4")],
)  # fmt: skip
def test_numbers_have_four_figures(value: float, text: str) -> None:
    assert in_digits(value) == text


def test_an_error_leaves_two_of_its_own_figures() -> None:
    assert in_digits(0.336692, 0.00309176) == "0.3367"
    assert in_digits(-26.5, 1.24) == "−26.5"
    assert in_digits(1200.04, 31.0) == "1,200"


def test_outputs_stand_beside_their_errors_and_units() -> None:
    cliff = registry.simulation("q-learning-sarsa.cliff")
    outputs = {"sarsa": -26.4321, "sarsa_standard_error": 1.2345, "exact_edge": -50.8}
    assert cliff.shown(outputs) == {
        "sarsa": "−26.4 ± 1.2 an episode",
        "exact_edge": "−50.8 an episode",
    }
    sent = registry.simulation("gpu-communication.staging").shown({"direct": 1.28})
    assert sent == {"direct": "1.28 ms"}


def test_a_sampled_curve_has_the_interval_of_its_means() -> None:
    curve = sampled("runs", [1.0, 2.0], [[1.0, 3.0], [2.0, 2.0, 2.0]], "bar")
    assert curve.y == [2.0, 2.0]
    t = 12.7062  # Student's, 97.5 %, for two runs
    assert curve.low == pytest.approx([2 - t, 2.0])
    assert curve.high == pytest.approx([2 + t, 2.0])
    assert (curve.style, curve.band) == ("bar", "95 % interval of the mean")


def test_a_band_has_its_lower_end_below() -> None:
    assert Series("f", [0.0], [1.0], low=[0.5], high=[1.5], band="all runs").high == [1.5]
    with pytest.raises(ValueError, match="upside down"):
        Series("f", [0.0], [1.0], low=[1.5], high=[0.5], band="all runs")
