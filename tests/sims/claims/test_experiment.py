"""Intervals cover what they say, and an experiment at its margin rarely decides falsely."""

import os
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from sims.claims.evidence import Verdict
from sims.claims.experiment import BOOTSTRAP_FROM, effect_size, experiment, mean_interval

REPETITIONS = 2000
SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]


def normal(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    return rng.normal(1.0, 2.0, n)


def exponential(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    return rng.exponential(1.0, n)


def coverage(draw: Draw, n: int, repetitions: int) -> float:
    """Return how often the 95 % interval holds the true mean, which is 1."""
    rng = np.random.default_rng(n)
    hits = 0
    for _ in range(repetitions):
        low, high = mean_interval(draw(rng, n))
        hits += low <= 1.0 <= high
    return hits / repetitions


@pytest.mark.parametrize("n", [10, 20, 40])
def test_coverage_of_normal_differences_below_50_pairs(n: int) -> None:
    assert n < BOOTSTRAP_FROM
    assert 0.93 <= coverage(normal, n, REPETITIONS) <= 0.97


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="2,000 bootstraps a size: make soak")
@pytest.mark.parametrize("n", [50, 100])
def test_coverage_of_normal_differences_by_bootstrap(n: int) -> None:
    assert 0.93 <= coverage(normal, n, REPETITIONS) <= 0.97


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="2,000 bootstraps a size: make soak")
@pytest.mark.parametrize("n", [50, 100])
def test_coverage_of_exponential_differences_by_bootstrap_is_reported(
    n: int, record_property: Callable[[str, object], None]
) -> None:
    covered = coverage(exponential, n, REPETITIONS)
    record_property(f"coverage of exponential differences, n = {n}", covered)
    print(f"exponential differences, n = {n}: {covered:.3f}")
    assert 0.9 <= covered <= 0.97


@pytest.mark.parametrize("n", [10, 20, 40])
def test_coverage_of_exponential_differences_is_reported(
    n: int, record_property: Callable[[str, object], None]
) -> None:
    covered = coverage(exponential, n, REPETITIONS)
    record_property(f"coverage of exponential differences, n = {n}", covered)
    print(f"exponential differences, n = {n}: {covered:.3f}")
    assert 0.85 <= covered <= 0.97  # t is known to cover less for skewed differences


def false_decisions(sign: float, first: int) -> float:
    """Return how often an experiment decides although the truth is its margin."""
    rng = np.random.default_rng(3)
    decided = sum(
        experiment(
            lambda count, offset: sign * rng.normal(0.0, 1.0, count) + 0.5,
            margin=0.5,
            says="",
            first=first,
        ).verdict
        is not Verdict.UNDECIDED
        for _ in range(REPETITIONS)
    )
    return decided / REPETITIONS


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_false_decisions_at_the_margin(sign: float) -> None:
    assert false_decisions(sign, 20) <= 0.05


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="4,000 bootstraps: make soak")
def test_false_decisions_at_the_margin_by_bootstrap() -> None:
    assert false_decisions(1.0, 50) <= 0.05


def test_rounds_double_the_seeds_and_stop_at_a_decision() -> None:
    asked: list[tuple[int, int]] = []
    rng = np.random.default_rng(0)

    def sample(count: int, offset: int) -> NDArray[np.float64]:
        asked.append((count, offset))
        return rng.normal(0.0, 1.0, count)

    undecided = experiment(sample, margin=0.0, says="difference", first=10, rounds=3)
    assert asked[: len(asked)] == [(10, 0), (10, 10), (20, 20)][: len(asked)]
    assert undecided.seeds == sum(count for count, _ in asked)
    asked.clear()
    clear = experiment(lambda c, o: sample(c, o) + 9.0, margin=1.0, says="difference")
    assert clear.verdict is Verdict.HOLDS
    assert f"effect size {clear.figures['effect_size']:.2g}" in clear.says
    assert asked == [(20, 0)]
    below = experiment(lambda c, o: sample(c, o) - 9.0, margin=1.0, says="difference")
    assert below.verdict is Verdict.FAILS


def test_degenerate_differences() -> None:
    assert mean_interval([2.0, 2.0, 2.0]) == (2.0, 2.0)
    assert effect_size([2.0, 2.0]) == float("inf")
    assert effect_size([0.0, 0.0]) == 0.0
    with pytest.raises(ValueError, match="two"):
        mean_interval([1.0])
    with pytest.raises(ValueError, match="finite"):
        mean_interval([1.0, float("nan")])
