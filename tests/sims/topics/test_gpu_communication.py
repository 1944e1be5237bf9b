"""Transfers and orders of calls against cases that can be followed by hand."""

import pytest

from sims.topics.gpu_communication.model import flat_time, hierarchical_time, stuck, transfer_time


@pytest.mark.parametrize(
    ("orders", "hangs"),
    [
        ([["A", "B"], ["A", "B"]], False),
        ([["A", "B"], ["B", "A"]], True),
        ([["A"], ["A", "B"], ["B"]], False),
        ([["A", "C"], ["B", "A"], ["C", "B"]], True),
        ([["A", "A"], ["A"]], True),
    ],
)
def test_who_waits_for_whom(orders: list[list[str]], hangs: bool) -> None:
    assert stuck(orders) is hangs


def test_calls_in_flight_only_need_equal_counts() -> None:
    assert not stuck([["A", "B"], ["B", "A"]], blocking=False)
    assert stuck([["A", "A"], ["A"]], blocking=False)


def test_one_node_or_one_gpu_a_node_leaves_one_phase() -> None:
    assert hierarchical_time(8, 1, 1e9, 1e11, 1e10) == pytest.approx(2 * 7 / 8 * 1e-2)
    assert hierarchical_time(1, 4, 1e9, 1e11, 1e10) == flat_time(1, 4, 1e9, 1e10)


def test_a_pipeline_fills_once() -> None:
    assert transfer_time(True, 100.0, 10.0, 5.0, 4) == pytest.approx(10.0)
    assert transfer_time(False, 100.0, 10.0, 10.0, 4) == pytest.approx(2.5 * 3 + 3 * 2.5)
