from typing import Any

import numpy as np
import pytest

from cards.scheduling.fsrs import DEFAULT_PARAMETERS
from cards.scheduling.simulator import Habits, habits_of, simulate, workload_task

FEW = (0.75, 0.85, 0.9, 0.97)


def test_more_retention_costs_more_and_keeps_more() -> None:
    found = simulate(400, 250, habits=Habits(new_per_day=5), retentions=FEW)
    minutes, known = found.minutes.mean(axis=1), found.known[:, -1]
    assert (np.diff(minutes) > 0).all()
    assert (np.diff(known) > 0).all()
    assert (known <= 400).all()


def test_a_learner_does_not_depend_on_the_others() -> None:
    together = simulate(120, 90, retentions=FEW, seed=4)
    alone = simulate(120, 90, retentions=FEW[2:3], seed=4)
    np.testing.assert_array_equal(alone.reviews[0], together.reviews[2])
    np.testing.assert_allclose(alone.known[0], together.known[2], rtol=1e-12)


def test_limits_hold() -> None:
    limited = Habits(new_per_day=10, reviews_per_day=15)
    found = simulate(300, 60, habits=limited, retentions=(0.97,))
    # Every answer may be a lapse that is answered once more.
    assert found.reviews.max() <= 2 * (10 + 15)
    free = simulate(300, 60, habits=Habits(new_per_day=10), retentions=(0.97,))
    assert free.reviews.max() > 2 * (10 + 15)


def test_recall_at_review_is_the_desired_retention(monkeypatch: pytest.MonkeyPatch) -> None:
    from cards.scheduling import simulator as workload

    seen: list[Any] = []
    forgetting = workload.forgetting

    def watched(s: Any, elapsed: Any, w: Any) -> Any:
        recall = forgetting(s, elapsed, w)
        if recall.ndim == 1:
            seen.append(recall)
        return recall

    monkeypatch.setattr(workload, "forgetting", watched)
    simulate(300, 200, habits=Habits(new_per_day=10, reviews_per_day=9999), retentions=(0.85,))
    recall = np.concatenate(seen)
    assert len(recall) > 500
    # Intervals are whole days, at least one: short ones are early.
    assert 0.84 < recall.mean() < 0.90


def test_habits_come_from_the_log_and_from_usual_ones_without_it() -> None:
    nothing = np.array([], dtype=int)
    empty = habits_of(nothing, nothing, nothing.astype(float), 7, 70)
    assert empty.new_per_day == 7
    assert empty.first == pytest.approx(Habits().first)
    assert empty.seconds == pytest.approx(Habits().seconds)
    rating = np.array([3] * 900 + [2] * 100 + [1] * 50)
    log = habits_of(rating, np.full(1050, 2), np.full(1050, 4.0), 7, 70)
    assert log.recalled == pytest.approx((0.1, 0.9, 0.0), abs=0.01)
    assert log.seconds[2] == pytest.approx(4.0, abs=0.05)
    assert sum(log.recalled) == pytest.approx(1)


def test_the_task_reads_a_log(tmp_path: Any) -> None:
    path = tmp_path / "log.npz"
    np.savez(path, rating=np.array([3, 3]), state=np.array([0, 2]), seconds=np.array([9.0, 5.0]))
    arguments = {"log": str(path), "parameters": list(DEFAULT_PARAMETERS), "cards": 50, "days": 16}
    sent: list[dict[str, Any]] = []
    found = workload_task(arguments | {"new_per_day": 5, "reviews_per_day": 50}, sent.append)
    assert len(found["retention"]) == len(found["minutes_per_day"]) == len(found["known"])
    assert [message["progress"] for message in sent] == [0.5, 1.0]
