"""Maximum likelihood and KL divergence against closed forms."""

import math

import mpmath
import pytest

from sims.run import Run
from sims.topics.mle_kl import model
from sims.topics.mle_kl.figures import Frequencies, Modes, family, two_modes


def test_divergence_of_two_coins() -> None:
    p, q = [0.5, 0.5], [0.25, 0.75]
    expected = 0.5 * math.log(2) + 0.5 * math.log(2 / 3)
    assert float(model.forward_kl(p, q)) == pytest.approx(expected)
    assert float(model.reverse_kl(q, p)) == pytest.approx(expected)
    assert float(model.cross_entropy(p, q) - model.entropy(p)) == pytest.approx(expected)


def test_the_closed_form_of_the_tilt_has_the_mean_it_was_asked_for() -> None:
    for m in ("-0.6", "0", "0.35"):
        p = model.tilted(model.tilt_of_mean(mpmath.mpf(m)))
        assert float(p[0] - p[2]) == pytest.approx(float(m), abs=1e-12)


def test_the_smallest_place_of_a_parabola_and_of_a_slope() -> None:
    assert float(model.smallest(lambda x: (x - 2) ** 2, mpmath.mpf(0), mpmath.mpf(5))) == 2
    assert float(model.smallest(lambda x: x, mpmath.mpf(0), mpmath.mpf(5))) == 0
    assert float(model.smallest(lambda x: -x, mpmath.mpf(0), mpmath.mpf(5))) == 5


def test_probability_of_a_sequence() -> None:
    assert model.joint(0.3, (1, 0, 1), 0) == pytest.approx(0.3 * 0.7 * 0.3)
    assert model.joint(0.3, (1, 1), 0.5) == pytest.approx(0.3 * (0.5 + 0.5 * 0.3))


def test_the_forward_fit_has_the_moments_of_the_mixture() -> None:
    *_, last = two_modes(Modes(distance=6.0, weight=0.6), Run(seed=3))
    assert last.outputs["forward_mean"] == pytest.approx(0.6, abs=1e-3)
    assert last.outputs["forward_deviation"] ** 2 == pytest.approx(1 + 36 * 0.24, abs=1e-2)
    assert abs(last.outputs["reverse_mean"]) == pytest.approx(3, abs=0.05)
    assert last.outputs["reverse_deviation"] == pytest.approx(1, abs=0.05)
    assert 0 < last.outputs["reverse_right"] < 1


def test_the_two_fits_of_the_family() -> None:
    (frame,) = family(Frequencies(first=0.5, second=0.8), Run())
    assert frame.outputs["forward_t"] == pytest.approx(0.6402, abs=1e-3)
    assert frame.outputs["reverse_t"] == pytest.approx(0.6742, abs=1e-3)
