"""Fitting: the gradient by a second route, and a learner whose parameters are known."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from cards.scheduling.batch import fold, forgetting, lay_out
from cards.scheduling.fsrs import DEFAULT_PARAMETERS
from cards.scheduling.optimizer import device
from cards.scheduling.optimizer.device import device_for, works
from cards.scheduling.optimizer.fit import SPREAD, Fit, fit, fit_task
from cards.scheduling.optimizer.gradient import Objective, Part
from cards.scheduling.optimizer.metrics import Log, Quality, gaps, history, measure
from sims.lazy import torch

TRUE = (
    0.1, 0.5, 1.5, 25.0, 7.2, 0.8, 2.4, 0.05, 1.2, 0.25, 1.2, 1.0, 0.15, 0.4, 1.2, 0.2, 3.0, 0.4,
    0.25, 0.2, 0.5,
)  # fmt: skip

LAPSES_BOUNDED = (*TRUE[:17], 0.9, 0.9, *TRUE[19:])
"""With these many lapses leave as much stability as they may, and many less."""


def simulated(cards: int, days: int, seed: int) -> Log:
    """Return the log of a learner with the TRUE memory, scheduled by the defaults at 90 %."""
    from cards.scheduling.batch import first, next_difficulty, next_stability

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


def test_the_loss_is_that_of_the_fold(log: Log) -> None:
    log = with_same_day_reviews(log, 1)
    past = history(log, lay_out(log.card))
    weight = past.scored * (0.25 + 0.75 * np.linspace(0, 1, len(log)) ** 3)
    recall = fold(log.card, log.day, log.rating, TRUE).recall[past.scored]
    recalled = log.rating[past.scored] > 1
    each = -np.log(np.where(recalled, recall, 1 - recall))
    expected = float((weight[past.scored] * each).sum() / weight.sum())
    objective = Objective(log)
    loss, _ = objective(np.array(TRUE))
    assert loss == pytest.approx(expected, rel=1e-12)
    assert objective.scored == past.scored.sum()


def test_the_loss_does_not_depend_on_what_is_taken_together(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = with_same_day_reviews(log, 1)
    loss, gradient = Objective(log)(np.array(TRUE))
    before = measure(log, TRUE, 1000)
    monkeypatch.setattr("cards.scheduling.optimizer.metrics.GROUP", 900)
    monkeypatch.setattr("cards.scheduling.optimizer.gradient.GROUP", 900)
    monkeypatch.setattr("cards.scheduling.optimizer.gradient.TOGETHER", 200)
    in_parts = Objective(log)(np.array(TRUE))
    assert in_parts[0] == pytest.approx(loss, rel=1e-12)
    assert in_parts[1] == pytest.approx(gradient, rel=1e-9, abs=1e-12)
    assert measure(log, TRUE, 1000).to_dict() == pytest.approx(before.to_dict(), rel=1e-12)


@pytest.mark.parametrize("parameters", [DEFAULT_PARAMETERS, TRUE, LAPSES_BOUNDED])
def test_the_gradient_is_the_slope_of_the_loss(parameters: tuple[float, ...]) -> None:
    log = with_same_day_reviews(simulated(150, 300, seed=5), 2)
    found = Objective(log)
    # Away from the bounds, where the loss has a slope on one side only.
    at = np.array(parameters) + 0.01 * np.array(SPREAD).clip(max=1)
    _, gradient = found(at)
    for number in range(21):
        step = np.zeros(21)
        step[number] = 1e-5 * max(1.0, at[number])
        slope = (found(at + step)[0] - found(at - step)[0]) / (2 * step[number])
        assert gradient[number] == pytest.approx(slope, rel=2e-4, abs=1e-7), f"w[{number}]"


def test_all_tensors_are_on_the_device() -> None:
    # "meta" computes nothing, but refuses a tensor that is elsewhere, as a GPU does.
    log = with_same_day_reviews(simulated(150, 300, seed=5), 2)
    layout = lay_out(log.card)
    place = np.arange(len(log))
    part = Part(log.rating, gaps(log, layout), place, len(log), layout, "meta")
    assert len(part.lapsed) > 0
    assert len(part.same_day) > 0
    with torch.inference_mode():
        assert part.loss_and_gradient(TRUE).device.type == "meta"
        assert part.weight().device.type == "meta"


def test_a_device_works_that_computes_in_double_precision() -> None:
    assert works("cpu")
    assert not works("meta")
    assert not works("nowhere")


@pytest.mark.parametrize(
    ("working", "named", "chosen"),
    [
        ({"cuda", "cpu"}, "", "cuda"),
        ({"xpu", "cpu"}, "", "xpu"),
        ({"cpu"}, "", "cpu"),
        ({"cuda", "cpu"}, "cpu", "cpu"),
        ({"cuda", "cuda:1", "cpu"}, "cuda:1", "cuda:1"),
        ({"cpu"}, "mps", "cpu"),
    ],
)
def test_a_gpu_is_found_where_none_is_named(
    working: set[str], named: str, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "works", working.__contains__)
    assert device_for(named) == chosen


def test_a_gpu_that_fails_does_not_lose_the_fit_unless_it_was_named(
    log: Log, fitted: tuple[Fit, list[float]], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # "meta" takes all tensors and fails when a number is asked for.
    monkeypatch.setattr(device, "GPUS", ("meta",))
    monkeypatch.setattr(device, "works", lambda name: True)
    sent: list[dict[str, Any]] = []
    result = fit_task(arguments(log, tmp_path, ""), sent.append)
    assert result == fitted[0].to_dict()
    assert result["device"] == "cpu"
    assert sent[0]["says"].startswith("meta failed")
    with pytest.raises(RuntimeError):
        fit_task(arguments(log, tmp_path, "meta"), sent.append)


def arguments(log: Log, folder: Any, name: str) -> dict[str, Any]:
    """Return what the task is given, the log written to a file."""
    path = folder / "log.npz"
    np.savez(path, card=log.card, day=log.day, rating=log.rating)
    return {"log": str(path), "parameters": list(DEFAULT_PARAMETERS), "device": name}


def test_fitting_imports_torch_late_and_scipy_never() -> None:
    module = "cards.scheduling.optimizer.fit"
    code = f"import sys, {module}; print(sorted({{'torch', 'scipy'}} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_fit_comes_close_to_the_learner(log: Log, fitted: tuple[Fit, list[float]]) -> None:
    found, seen = fitted
    floor = measure(log, TRUE, int(0.8 * len(log)))
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
    sent: list[dict[str, Any]] = []
    result = fit_task(arguments(log, tmp_path, "cpu"), sent.append)
    assert result == fitted[0].to_dict()
    assert all(set(message) == {"progress", "says"} for message in sent)


def test_quality_of_predictions() -> None:
    # Two cards, one gap each: predictions of 0.9 for both, one recalled.
    log = Log(np.array([1, 2, 1, 2]), np.array([0, 0, 3, 3]), np.array([3, 3, 3, 1]))
    past = history(log, lay_out(log.card))
    assert past.scored.tolist() == [False, False, True, True]
    quality = measure(log, DEFAULT_PARAMETERS)
    recall = fold(log.card, log.day, log.rating).recall[2]
    assert quality == Quality(
        pytest.approx(-(np.log(recall) + np.log(1 - recall)) / 2),
        pytest.approx(abs(recall - 0.5)),
        pytest.approx(0.5),
        2,
    )
