"""Softmax against values that can be worked out by hand."""

import math

import mpmath
import pytest

from sims.run import Run
from sims.topics.softmax import model
from sims.topics.softmax.figures import Scores, Target, cooling, feasible, sensitivity


def test_weights_of_two_scores() -> None:
    assert [float(w) for w in model.softmax([math.log(3), 0.0])] == pytest.approx([0.75, 0.25])
    assert [float(w) for w in model.softmax([2.0, 0.0], 2.0)] == pytest.approx(
        [1 / (1 + math.exp(-1)), 1 / (1 + math.e)]
    )


@pytest.mark.parametrize(
    ("scores", "weights"),
    [([2.0, 0.0], [1.0, 0.0]), ([0.5, 0.0], [0.75, 0.25]), ([1.0, 1.0, -3.0], [0.5, 0.5, 0.0])],
)
def test_sparsemax(scores: list[float], weights: list[float]) -> None:
    assert model.sparsemax(scores) == pytest.approx(weights)


def test_a_tilt_meets_its_target_and_none_reaches_the_best_score() -> None:
    scores = [mpmath.mpf(x) for x in (1, 2, 4)]
    tilt = model.tilt_for(scores, mpmath.mpf(2), model.exponential_family)
    assert tilt < 0  # below the plain mean of 7/3
    weights = model.exponential_family(scores, tilt)
    assert float(model.mean(scores, weights)) == pytest.approx(2)
    assert model.tilt_for(scores, mpmath.mpf(4), model.exponential_family) is None


def test_entropy_of_a_fair_coin_and_of_a_sure_thing() -> None:
    assert float(model.entropy([0.5, 0.5])) == pytest.approx(math.log(2))
    assert float(model.entropy([1.0, 0.0])) == 0.0


def test_figures() -> None:
    *_, last = cooling(Scores(a=0.0, b=0.0, c=0.0, T=1.0), Run())
    assert last.outputs["entropy"] == pytest.approx(math.log(3))
    assert last.outputs["slope"] == 0.0
    (frame,) = sensitivity(Scores(a=0.0, b=0.0, c=-10.0, T=1.0), Run())
    assert frame.outputs["j11"] == pytest.approx(0.25, abs=1e-3)
    assert frame.outputs["lipschitz"] == pytest.approx(0.5, abs=1e-3)
    (frame,) = feasible(Target(a=1.0, b=2.0, c=3.0, position=0.5), Run())
    assert frame.outputs["tilt"] == pytest.approx(0.0, abs=1e-9)
