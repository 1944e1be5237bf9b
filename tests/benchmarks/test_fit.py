"""Our fit of FSRS's parameters beside fsrs-rs: seconds, and log loss on reviews neither has seen.

Both fit the earliest 80 % of a log and are scored on the latest 20 % by one judge. Logs are made
up, and one is a real learner's, where it is at hand (see STUDYTUI_SHARED).
"""

import csv
import importlib.util
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch  # noqa: F401  (what starting the child takes is not counted)

from cards.scheduling.batch import fold, lay_out
from cards.scheduling.fsrs import DEFAULT_PARAMETERS
from cards.scheduling.optimizer.fit import TRAINING_SHARE, fit
from cards.scheduling.optimizer.metrics import Log, history

SHARED = Path(os.environ.get("STUDYTUI_SHARED", Path(__file__).parents[3] / "shared"))
REAL = SHARED / "measure" / "real_review_log.csv"
REACH = {20_000: 2.0, 200_000: 10.0, 1_000_000: 40.0}
"""Reviews → seconds."""
CLOSE = 0.001


@pytest.fixture(autouse=True)
def _asked(request: pytest.FixtureRequest) -> None:
    if not any("benchmarks" in str(word) for word in request.config.invocation_params.args):
        pytest.skip("a benchmark: run `make bench`")


@pytest.mark.parametrize("reviews", REACH)
def test_made_up_log(reviews: int) -> None:
    most = 10 * int(os.environ.get("STUDYTUI_BENCH_CARDS", "100000"))
    if reviews > most:
        pytest.skip(f"this run stops at {most:,} reviews")
    compare(f"{reviews:,} made up", made_up(reviews), REACH[reviews])


def test_real_log() -> None:
    if not REAL.exists():
        pytest.skip(f"no {REAL.name}: set STUDYTUI_SHARED to the folder that holds measure/")
    with REAL.open(newline="", encoding="utf-8") as file:
        rows = sorted(
            (datetime.fromisoformat(row["review_time"]), int(row["card_id"]), row["review_rating"])
            for row in csv.DictReader(file)
        )
    _, card = np.unique([card for _, card, _ in rows], return_inverse=True)
    rating = np.array([int(rating) for _, _, rating in rows])
    seconds = np.array([int(when.timestamp()) for when, _, _ in rows])
    for name, days in (("study days", study_days(seconds)), ("spans", spans(card, seconds))):
        compare(f"{len(rows):,} real, {name}", Log(card, days, rating), REACH[20_000])


def study_days(seconds: np.ndarray) -> np.ndarray:
    """Return days that begin in the learner's night: at the hour with the fewest reviews.

    The log is in UTC and says nothing of the learner's zone.
    """
    hours = np.bincount(seconds // 3600 % 24, minlength=24)
    return (seconds // 3600 - int(hours.argmin())) // 24


def spans(card: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Return days of which a card's next is as many later as whole spans of 24 hours went by."""
    last: dict[int, tuple[int, int]] = {}
    days = []
    for one, at in zip(card.tolist(), seconds.tolist(), strict=True):
        then, day = last.get(one, (at, 0))
        day += (at - then) // 86_400
        last[one] = at, day
        days.append(day)
    return np.array(days)


def made_up(reviews: int) -> Log:
    """Return the log of the collection that the other benchmarks measure on."""
    path = Path(__file__).with_name("collection.py")
    spec = importlib.util.spec_from_file_location("bench_collection", path)
    assert spec is not None
    assert spec.loader is not None
    collection = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = collection
    spec.loader.exec_module(collection)
    log = collection.log(reviews // 10, reviews, 20_000)
    return Log(log.card, log.day, log.rating)


def compare(name: str, log: Log, seconds: float) -> None:
    """Print both fits and assert that ours does not predict worse."""
    started = time.perf_counter()
    ours = fit(log)
    ours_took = time.perf_counter() - started
    print(f"\n{name}: log loss {ours.before.log_loss:.4f} before", end="")
    print(f"; ours {ours_took:.2f} s (reach {seconds:g} s), {ours.after.log_loss:.4f}", end="")
    peer = pytest.importorskip("fsrs_rs_python", reason="fsrs-rs-python is not installed")
    started = time.perf_counter()
    parameters = theirs(peer, log)
    took = time.perf_counter() - started
    mine, other = losses(log, ours.parameters), losses(log, parameters)
    behind = mine - other
    within = 1.96 * behind.std() / np.sqrt(len(behind))
    missed = "" if behind.mean() <= CLOSE else "  missed"
    print(f"; fsrs-rs {took:.2f} s, {other.mean():.4f}", end="")
    print(f", difference {behind.mean():+.4f} ± {within:.4f} (reach {CLOSE}){missed}")
    assert mine.mean() == pytest.approx(ours.after.log_loss, abs=1e-6)
    assert behind.mean() - within <= CLOSE  # worse, beyond what these few reviews leave open


def losses(log: Log, parameters: tuple[float, ...]) -> np.ndarray:
    """Return the log loss of each scored review of the latest part."""
    layout = lay_out(log.card)
    late = np.arange(len(log)) >= int(TRAINING_SHARE * len(log))
    used = late & history(log, layout).scored
    recall = fold(log.card, log.day, log.rating, parameters, layout).recall[used]
    return -np.log(np.where(log.rating[used] > 1, recall, 1 - recall))


def theirs(peer: Any, log: Log) -> tuple[float, ...]:
    """Return what fsrs-rs fits to the earliest part of a log, its items made as it asks."""
    cut = int(TRAINING_SHARE * len(log))
    past: dict[int, tuple[int, list[object]]] = {}
    items, ids = [], []
    columns = (column[:cut].tolist() for column in (log.card, log.day, log.rating))
    for card, day, rating in zip(*columns, strict=True):
        last, reviews = past.get(card, (day, []))
        gap = max(0, day - last)
        reviews = [*reviews, peer.FSRSReview(rating, gap)]
        past[card] = day, reviews
        if gap and len(reviews) > 1:
            items.append(peer.FSRSItem(reviews))
            ids.append(card)
    found = peer.FSRS([]).compute_parameters(items, card_ids=ids)
    return tuple(found or DEFAULT_PARAMETERS)
