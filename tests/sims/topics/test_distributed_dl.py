"""Collectives and timelines against their definitions; processes that end with their parent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims import asynchrony
from sims.topics.distributed_dl.model import (
    parameter_servers,
    ring_all_reduce,
    ring_time,
    server_time,
    tree_time,
)
from sims.worker import gloo as processes
from sims.worker.parent import WorkerError


@given(st.integers(2, 9), st.integers(1, 30), st.integers(0, 1000))
def test_a_ring_sums_whatever_the_sizes(ranks: int, size: int, seed: int) -> None:
    gradients = np.random.default_rng(seed).integers(-9, 10, (ranks, size)).astype(float)
    done = ring_all_reduce(gradients)
    assert (done.results == gradients.sum(0)).all()
    assert set(done.sent) == {2 * (ranks - 1) * -(-size // ranks)}


def test_servers_average_and_share_the_traffic() -> None:
    mean, traffic = parameter_servers(np.arange(12.0).reshape(3, 4), 2)
    assert mean.tolist() == [4.0, 5.0, 6.0, 7.0]
    assert traffic == [12, 12]


def test_times_of_eight_ranks_and_a_gigabyte() -> None:
    assert ring_time(8, 1e9, 0, 1e11) == pytest.approx(0.0175)
    assert server_time(8, 1e9, 0, 1e11) == pytest.approx(0.16)
    assert tree_time(64, 1e6, 5e-6, 1e11) < ring_time(64, 1e6, 5e-6, 1e11)
    assert tree_time(64, 1e7, 5e-6, 1e11) > ring_time(64, 1e7, 5e-6, 1e11)


def test_one_slow_worker_holds_up_the_others_only_when_they_wait() -> None:
    times = np.tile([1.0, 1.0, 4.5], (6, 1))
    waiting, free = asynchrony.synchronous(times), asynchrony.asynchronous(times)
    assert waiting.idle == pytest.approx(1 - 6.5 / 13.5)
    assert waiting.applied[-1] == 27
    assert np.bincount(free.worker[free.applied <= 4.5]).tolist() == [4, 4, 1]
    assert free.staleness[free.worker == 2][0] == 8
    assert free.idle == 0
    assert free.finished.tolist() == free.applied.tolist()
    assert set(waiting.staleness) == {0}


def test_order_of_updates_by_hand() -> None:
    order = asynchrony.Order((0, 1, 0, 0, 0, 1, 1, 1))
    assert order.lead == 3
    assert order.behind == 1 / 4
    assert asynchrony.Order((1, 0, 1, 0)).lead == 0
    assert asynchrony.Order((1, 0, 1, 0)).behind == 1


def test_one_who_applies_updates_one_by_one_makes_workers_wait_by_hand() -> None:
    line = asynchrony.asynchronous(np.array([[2.0, 2.5], [2.0, 2.5]]), applying=1.0)
    # Worker 1 is ready at 2.5 but the model takes worker 0's update until 3; and so on.
    assert line.worker.tolist() == [0, 1, 0]
    assert line.started.tolist() == [0, 0, 3]
    assert line.finished.tolist() == [2, 2.5, 5]
    assert line.applied.tolist() == [3, 4, 6]
    assert line.staleness.tolist() == [0, 1, 1]
    assert line.idle == pytest.approx((1 + 1.5 + 1) / 10)


@given(st.integers(1, 6), st.integers(1, 12), st.integers(0, 1000))
def test_workers_that_never_wait_keep_to_their_own_times(
    workers: int, steps: int, seed: int
) -> None:
    times = np.random.default_rng(seed).exponential(size=(steps, workers))
    line, ends = asynchrony.asynchronous(times), times.cumsum(0)
    assert line.finished.tolist() == sorted(ends[ends <= ends[-1].min()].tolist())
    for who in range(workers):
        own = np.flatnonzero(line.worker == who)
        others = np.diff(own, prepend=-1) - 1  # whoever applied meanwhile
        assert line.staleness[own].tolist() == others.tolist()
    rounds = asynchrony.synchronous(times)
    assert rounds.applied[-1] == pytest.approx(times.max(1).sum())
    assert rounds.idle == pytest.approx(1 - times.sum() / (workers * times.max(1).sum()))


@pytest.mark.parametrize(("delay", "limit"), [(0, 2.0), (1, 1.0), (2, 0.618034), (5, 0.284630)])
def test_delayed_descent_turns_at_its_known_limits(delay: int, limit: float) -> None:
    assert abs(asynchrony.delayed_roots(limit * 0.999, delay)).max() < 1
    assert abs(asynchrony.delayed_roots(limit * 1.001, delay)).max() > 1


def test_processes_report_what_went_wrong() -> None:
    with pytest.raises(WorkerError, match="nowhere"):
        processes.together("sims.nowhere:work", 1)
