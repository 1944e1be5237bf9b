"""Fitting: the gradient by a second route, and a learner whose parameters are known."""

from typing import Any

import numpy as np
import pytest

from cards.scheduling.arrays import NUMPY, best_for, tensors
from cards.scheduling.fit import SPREAD, Fit, fit, fit_task
from cards.scheduling.fold import fold, forgetting, lay_out
from cards.scheduling.fsrs import DEFAULT_PARAMETERS
from cards.scheduling.gradient import Objective, Part
from cards.scheduling.quality import Log, Quality, history, measure

TRUE = (
    0.1, 0.5, 1.5, 25.0, 7.2, 0.8, 2.4, 0.05, 1.2, 0.25, 1.2, 1.0, 0.15, 0.4, 1.2, 0.2, 3.0, 0.4,
    0.25, 0.2, 0.5,
)  # fmt: skip


def simulated(cards: int, days: int, seed: int) -> Log:
    """Return the log of a learner with the TRUE memory, scheduled by the defaults at 90 %."""
    from cards.scheduling.fold import first, next_difficulty, next_stability

    dice = np.random.default_rng(seed)
    columns: list[tuple[Any, Any, Any]] = []
    due = dice.integers(0, days // 2, cards)
    seen = np.zeros(cards, dtype=bool)
    last = np.zeros(cards, dtype=np.int64)
    true, planned = (np.ones((2, cards)) for _ in range(2))
    for day in range(days):
        now = np.flatnonzero(due == day)
        elapsed = day - last[now]
        recall = np.where(seen[now], forgetting(true[0, now], elapsed, TRUE), 0.75)
        rating = np.where(dice.random(len(now)) < recall, dice.choice([2, 3, 3, 3, 4], len(now)), 1)
        for state, w in ((true, TRUE), (planned, DEFAULT_PARAMETERS)):
            s, d = state[:, now]
            predicted = forgetting(s, elapsed, w)
            new_s, new_d = first(rating, w)
            old_s = next_stability(s, d, predicted, elapsed, rating, w)
            old_d = next_difficulty(d, rating, w)
            state[0, now] = np.where(seen[now], old_s, new_s)
            state[1, now] = np.where(seen[now], old_d, new_d)
        wait = np.maximum(1, np.round(planned[0, now] * dice.uniform(0.9, 1.1, len(now))))
        columns.append((now, np.full(len(now), day), rating))
        seen[now], last[now] = True, day
        due[now] = day + wait.astype(np.int64)
    card, day, rating = (np.concatenate(column) for column in zip(*columns, strict=True))
    return Log(card, day, rating)


def with_same_day_reviews(log: Log, seed: int) -> Log:
    """Return a log in which some reviews are followed by another on the same day."""
    dice = np.random.default_rng(seed)
    times = dice.choice([1, 2], len(log))
    rating = np.repeat(log.rating, times)
    rating[1:][dice.random(len(rating) - 1) < 0.1] = 3
    return Log(np.repeat(log.card, times), np.repeat(log.day, times), rating)


@pytest.fixture(scope="module")
def log() -> Log:
    return simulated(400, 500, seed=3)


@pytest.fixture(scope="module")
def fitted(log: Log) -> tuple[Fit, list[float]]:
    seen: list[float] = []
    return fit(log, progress=lambda done, says: seen.append(done)), seen


def objective(log: Log) -> Objective:
    past = history(log, lay_out(log.card))
    return Objective(log, past, past.scored * np.linspace(0.25, 1, len(log)))


def test_the_loss_is_that_of_the_fold(log: Log) -> None:
    log = with_same_day_reviews(log, 1)
    layout = lay_out(log.card)
    past = history(log, layout)
    weight = past.scored * np.linspace(0.25, 1, len(log))
    recall = fold(log.card, log.day, log.rating, TRUE).recall[past.scored]
    recalled = log.rating[past.scored] > 1
    each = -np.log(np.where(recalled, recall, 1 - recall))
    expected = float((weight[past.scored] * each).sum() / weight.sum())
    loss, _ = objective(log)(np.array(TRUE))
    assert loss == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("parameters", [DEFAULT_PARAMETERS, TRUE])
def test_the_gradient_is_the_slope_of_the_loss(parameters: tuple[float, ...]) -> None:
    log = with_same_day_reviews(simulated(150, 300, seed=5), 2)
    found = objective(log)
    # Away from the bounds, where the loss has a slope on one side only.
    at = np.array(parameters) + 0.01 * np.array(SPREAD).clip(max=1)
    _, gradient = found(at)
    for number in range(21):
        step = np.zeros(21)
        step[number] = 1e-5 * max(1.0, at[number])
        slope = (found(at + step)[0] - found(at - step)[0]) / (2 * step[number])
        assert gradient[number] == pytest.approx(slope, rel=2e-4, abs=1e-7), f"w[{number}]"


def test_tensors_give_what_arrays_do(log: Log) -> None:
    log = with_same_day_reviews(log, 1)
    past = history(log, lay_out(log.card))
    weight = past.scored * np.linspace(0.25, 1, len(log))
    here = Objective(log, past, weight)(np.array(TRUE))
    there = Objective(log, past, weight, tensors("cpu"))(np.array(TRUE))
    assert there[0] == pytest.approx(here[0], rel=1e-12)
    assert there[1] == pytest.approx(here[1], rel=1e-9, abs=1e-12)


def test_a_fit_with_tensors_ends_where_one_with_arrays_does(
    log: Log, fitted: tuple[Fit, list[float]]
) -> None:
    found = fit(log, arrays=tensors("cpu"))
    # Rounding makes them end apart, along the valley; they predict alike.
    assert found.after.log_loss == pytest.approx(fitted[0].after.log_loss, abs=2e-4)
    assert found.better


def test_all_tensors_are_on_the_device() -> None:
    # "meta" computes nothing, but refuses a tensor that is elsewhere, as a GPU does.
    log = with_same_day_reviews(simulated(150, 300, seed=5), 2)
    layout = lay_out(log.card)
    arrays = tensors("meta")
    part = Part(log, history(log, layout), np.ones(len(log)), layout, arrays)
    gradient = arrays.zeros(21)
    assert part.add(list(TRUE), gradient).device.type == gradient.device.type == "meta"


@pytest.mark.parametrize("device", ["cpu", "mps", ""])
def test_numpy_is_for_what_is_not_a_gpu_with_double_precision(device: str) -> None:
    assert best_for(device) is NUMPY


def test_a_fit_comes_close_to_the_learner(log: Log, fitted: tuple[Fit, list[float]]) -> None:
    found, seen = fitted
    order = np.arange(len(log))
    layout = lay_out(log.card)
    floor = measure(log, TRUE, layout, history(log, layout), order >= int(0.8 * len(log)))
    assert found.better
    assert found.before.reviews == found.after.reviews == floor.reviews > 400
    # At least half of what there is to win between the defaults and the truth.
    assert found.after.log_loss < (found.before.log_loss + floor.log_loss) / 2
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_with_little_data_the_fit_stays_near_the_defaults() -> None:
    small = fit(simulated(25, 120, seed=9))
    away = np.abs(np.array(small.parameters) - DEFAULT_PARAMETERS) / SPREAD
    assert away.max() < 1.5


def test_too_short_a_log_is_said_so() -> None:
    with pytest.raises(ValueError, match="it takes 64"):
        fit(simulated(5, 30, seed=1))


def test_the_task_reads_a_file_and_gives_the_same_again(
    log: Log, fitted: tuple[Fit, list[float]], tmp_path: Any
) -> None:
    path = tmp_path / "log.npz"
    np.savez(path, card=log.card, day=log.day, rating=log.rating)
    sent: list[dict[str, Any]] = []
    arguments = {"log": str(path), "parameters": list(DEFAULT_PARAMETERS), "device": "cpu"}
    result = fit_task(arguments, sent.append)
    assert result == fitted[0].to_dict()
    assert all(set(message) == {"progress", "says"} for message in sent)


def test_quality_of_predictions() -> None:
    # Two cards, one gap each: predictions of 0.9 for both, one recalled.
    log = Log(np.array([1, 2, 1, 2]), np.array([0, 0, 3, 3]), np.array([3, 3, 3, 1]))
    layout = lay_out(log.card)
    past = history(log, layout)
    assert past.scored.tolist() == [False, False, True, True]
    quality = measure(log, DEFAULT_PARAMETERS, layout, past, np.ones(4, bool))
    recall = fold(log.card, log.day, log.rating).recall[2]
    assert quality == Quality(
        pytest.approx(-(np.log(recall) + np.log(1 - recall)) / 2),
        pytest.approx(abs(recall - 0.5)),
        pytest.approx(0.5),
        2,
    )
