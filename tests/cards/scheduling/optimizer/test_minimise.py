"""The least between bounds: known answers, and scipy's."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from cards.scheduling.optimizer.minimise import minimise

WIDE = np.full(2, 10.0)


def rosenbrock(x: Any) -> tuple[float, Any]:
    steep = x[1] - x[0] ** 2
    slope = np.array([-400 * x[0] * steep - 2 * (1 - x[0]), 200 * steep])
    return 100 * steep**2 + (1 - x[0]) ** 2, slope


def test_along_a_bent_valley() -> None:
    found = minimise(rosenbrock, np.array([-1.2, 1.0]), -WIDE, WIDE, steps=60, fall=1e-15)
    assert found == pytest.approx([1, 1], abs=1e-6)


def test_at_a_bound() -> None:
    high = np.array([0.5, 10.0])
    found = minimise(rosenbrock, np.array([-1.2, 1.0]), -WIDE, high, steps=60, fall=1e-15)
    assert found[0] == 0.5
    assert found[1] == pytest.approx(0.25, abs=1e-6)


def test_what_falls_for_ever_ends_in_a_corner() -> None:
    slope = np.array([1.0, -2.0])
    found = minimise(lambda x: (float(slope @ x), slope), np.zeros(2), -WIDE, WIDE, steps=60)
    assert found.tolist() == [-10, 10]


def test_a_start_beyond_the_bounds_is_moved_between_them() -> None:
    asked: list[Any] = []

    def bowl(x: Any) -> tuple[float, Any]:
        asked.append(x)
        return float(x @ x), 2 * x

    found = minimise(bowl, np.array([30.0, -30.0]), -WIDE, WIDE, steps=60)
    assert np.abs(asked).max() <= 10
    assert found == pytest.approx([0, 0], abs=1e-3)


@pytest.mark.parametrize("seed", range(8))
def test_it_ends_where_scipy_does(seed: int) -> None:
    dice = np.random.default_rng(seed)
    mix = dice.normal(size=(21, 21)) * np.geomspace(0.1, 10, 21)
    target = dice.normal(size=21)

    def convex(x: Any) -> tuple[float, Any]:
        miss = mix @ (x - target)
        return float(miss @ miss / 2), mix.T @ miss

    low, high = np.full(21, -0.7), np.full(21, 0.9)
    bounds = list(zip(low, high, strict=True))
    found = minimise(convex, np.zeros(21), low, high, steps=500, fall=1e-14)
    peer = minimize(convex, np.zeros(21), jac=True, bounds=bounds, options={"ftol": 1e-14})
    assert 0 < ((found == low) | (found == high)).sum() < 21
    assert convex(found)[0] == pytest.approx(peer.fun, rel=1e-6)
