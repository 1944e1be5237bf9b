"""Overlap, locks and timelines against small cases that can be counted."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.run import Run
from sims.topics.async_sgd_hogwild.model import (
    RATES,
    best_rate,
    locked_throughput,
    overlap,
    time_to_target,
    times_to_target,
)


@given(st.integers(1, 7), st.data())
def test_overlap_counts_pairs(d: int, data: st.DataObject) -> None:
    s = data.draw(st.integers(1, d))
    subsets = list(combinations(range(d), s))
    met = sum(bool(set(a) & set(b)) for a in subsets for b in subsets)
    assert overlap(d, s) == pytest.approx(met / len(subsets) ** 2)


def test_overlap_of_ten_in_a_thousand() -> None:
    assert overlap(1000, 10) == pytest.approx(0.096, abs=5e-4)


def test_a_lock_alone_and_a_saturated_lock() -> None:
    assert locked_throughput(1, 0.25) == pytest.approx(1 / 1.25)
    assert locked_throughput(200, 0.25) == pytest.approx(4.0, rel=1e-3)


def test_two_workers_before_a_lock_by_hand() -> None:
    # With one worker the queue holds c/(1 + c); the second finds that in front of it.
    c = 0.5
    response = c * (1 + c / (1 + c))
    assert locked_throughput(2, c) == pytest.approx(2 / (1 + response))


def test_a_straggler_hurts_those_who_wait() -> None:
    slow, fast = (
        time_to_target(kind, "constant+straggler", 4, 5, Run(), "test")
        for kind in ("synchronous", "asynchronous")
    )
    assert (slow > fast).all()


def test_a_speed_up_is_that_of_the_mean_loss() -> None:
    # One run's first passage is early where its noise happens to help.
    setting = ("asynchronous", "exponential", 8)
    alone = time_to_target(*setting, 40, Run(), "test", runs=1)
    mean = time_to_target(*setting, 1, Run(), "test", runs=40)
    assert alone.mean() < float(mean[0])


def test_one_rate_serves_all_seeds() -> None:
    # The best rate of each seed by itself would be luck with that seed's noise.
    setting = ("asynchronous", "exponential", 8)
    judged = times_to_target(*setting, 10, Run(), "test", 0.3, 4)
    chosen = best_rate(*setting, Run(), 0.3)
    taken = time_to_target(*setting, 10, Run(), "test", runs=4)
    assert taken.tolist() == judged[:, chosen].tolist()
    assert judged.shape == (10, len(RATES))
    assert (judged[:, chosen] > judged.min(1)).any()
