import os
from datetime import UTC, datetime, timedelta

import fsrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.scheduling.batch import fold, forgetting
from cards.scheduling.fsrs import DEFAULT_PARAMETERS, Rating, remember, retrievability

HISTORIES = 10_000 if os.environ.get("STUDYTUI_SOAK") == "1" else 500
OTHER = (
    0.1, 0.5, 1.5, 25.0, 7.2, 0.8, 2.4, 0.05, 1.2, 0.25, 1.2, 1.0, 0.15, 0.4, 1.2, 0.2, 3.0, 0.4,
    0.25, 0.2, 0.5,
)  # fmt: skip
"""Parameters far from the defaults, so that no term goes unnoticed."""

history = st.lists(
    st.tuples(st.sampled_from(list(Rating)), st.integers(-2, 300)), min_size=1, max_size=20
)


def random_log(cards: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return card, day and rating of mixed histories of 1 to 24 reviews, in order of time."""
    dice = np.random.default_rng(seed)
    card = np.repeat(np.arange(cards), dice.integers(1, 25, cards))
    gaps = dice.choice([0, 0, 1, 2, 7, 30, 365], len(card))
    day = 19_000 + np.cumsum(gaps) % 3_000
    order = np.argsort(day, kind="stable")
    rating = dice.choice([1, 2, 3, 4], len(card), p=[0.2, 0.1, 0.6, 0.1])
    return card[order], day[order], rating[order]


@pytest.mark.parametrize("parameters", [DEFAULT_PARAMETERS, OTHER])
def test_equal_to_py_fsrs_on_random_histories(parameters: tuple[float, ...]) -> None:
    card, day, rating = random_log(HISTORIES, seed=7)
    folded = fold(card, day, rating, parameters)
    scheduler = fsrs.Scheduler(parameters, enable_fuzzing=False)
    theirs = {int(c): fsrs.Card(card_id=int(c)) for c in np.unique(card)}
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    for c, on, rated in zip(card.tolist(), day.tolist(), rating.tolist(), strict=True):
        now = epoch + timedelta(days=on)
        theirs[c], _ = scheduler.review_card(theirs[c], fsrs.Rating(rated), now)
    stability = np.array([theirs[c].stability for c in folded.card.tolist()])
    difficulty = np.array([theirs[c].difficulty for c in folded.card.tolist()])
    np.testing.assert_allclose(folded.stability, stability, rtol=1e-9, atol=0)
    np.testing.assert_allclose(folded.difficulty, difficulty, rtol=1e-9, atol=0)


def test_memory_published_for_fsrs_6() -> None:
    gaps = np.cumsum([0, 0, 1, 3, 8, 21])
    folded = fold(np.zeros(6, int), gaps, np.array([1, 3, 3, 3, 3, 3]))
    assert folded.stability[0] == pytest.approx(53.62691, abs=1e-4)
    assert folded.difficulty[0] == pytest.approx(6.3574867, abs=1e-6)


@given(st.lists(history, min_size=1, max_size=6))
def test_equal_to_one_review_at_a_time(histories: list[list[tuple[Rating, int]]]) -> None:
    log: list[tuple[int, int, int, int]] = []
    expected = {}
    for number, reviews in enumerate(histories):
        stability = difficulty = None
        day = last = 20_000
        for place, (rating, gap) in enumerate(reviews):
            day = max(20_000, day + gap)
            elapsed = max(0, day - last)
            stability, difficulty = remember(stability, difficulty, elapsed, rating)
            last = max(last, day)
            log.append((place, number, day, int(rating)))
        expected[number] = stability, difficulty, last
    log.sort()  # cards mixed, each in its own order
    _, card, day, rating = (np.array(column) for column in zip(*log, strict=True))
    folded = fold(card, day, rating)
    for at, number in enumerate(folded.card.tolist()):
        assert folded.stability[at] == pytest.approx(expected[number][0], rel=1e-9)
        assert folded.difficulty[at] == pytest.approx(expected[number][1], rel=1e-9)
        assert folded.day[at] == expected[number][2]


def test_predictions_are_those_before_each_review() -> None:
    card, day, rating = np.array([5, 9, 5, 5]), np.array([1, 1, 3, 99]), np.array([3, 4, 3, 1])
    recall = fold(card, day, rating).recall
    assert np.isnan(recall[:2]).all()
    stability, _ = remember(None, None, 0, Rating.GOOD)
    assert recall[2] == pytest.approx(retrievability(stability, 2))
    assert recall[2] == pytest.approx(
        float(forgetting(np.array(stability), np.array(2), DEFAULT_PARAMETERS))
    )
    assert recall[3] < recall[2]


def test_an_empty_log_is_no_card() -> None:
    nothing = np.array([], dtype=int)
    folded = fold(nothing, nothing, nothing)
    assert len(folded.card) == len(folded.recall) == 0
