"""Lipschitz constants against closed forms."""

import pytest

from sims.run import Run
from sims.topics.lipschitz.figures import Cone, cone
from sims.topics.lipschitz.model import product_bound, relu_network, steepest


@pytest.mark.parametrize(
    ("name", "constant", "at"),
    [("sigmoid", 0.25, 0.0), ("tanh", 1.0, 0.0), ("gelu", 1.12890, 2**0.5)],
)
def test_steepest_slopes(name: str, constant: float, at: float) -> None:
    slope, where = steepest(name)
    assert slope == pytest.approx(constant, abs=1e-5)
    assert abs(where) == pytest.approx(at, abs=1e-6)


def test_a_cone_below_the_least_constant_is_entered() -> None:
    *_, wide = cone(Cone(frequency=2, slope=1, constant=3.0), Run())
    *_, narrow = cone(Cone(frequency=2, slope=1, constant=1.5), Run())
    assert wide.outputs["least_constant"] == 3.0
    assert wide.outputs["violating_pairs"] == 0
    assert narrow.outputs["violating_pairs"] > 0


def test_the_product_bound_of_one_layer_is_its_spectral_norm() -> None:
    layers = relu_network(Run(), depth=1)
    assert product_bound(layers) == pytest.approx(float(layers[0][0].norm()))
