from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import fsrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.scheduling.batch import forgetting
from cards.scheduling.day import study_day
from cards.scheduling.fsrs import (
    DEFAULT_PARAMETERS,
    Rating,
    State,
    previews,
    remember,
    retrievability,
    review,
    wait,
)
from cards.scheduling.fuzz import fuzzed
from cards.scheduling.options import Options

PLAIN = Options(fuzz=False)
BERLIN = ZoneInfo("Europe/Berlin")
ratings = st.sampled_from(list(Rating))


def at_noon(day: int) -> datetime:
    return datetime(1970, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)


def test_intervals_published_for_fsrs_6() -> None:
    # py-fsrs 6.3, tests/test_basic.py
    memory, now = None, at_noon(20_000)
    intervals = []
    for letter in "GGGGGGAAGGGGG":
        memory = review(memory, Rating.GOOD if letter == "G" else Rating.AGAIN, now, options=PLAIN)
        intervals.append(memory.due_day - memory.day)
        now = memory.due_at or at_noon(memory.due_day)
    assert intervals == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_memory_published_for_fsrs_6() -> None:
    # fsrs-rs src/inference.rs and py-fsrs tests/test_basic.py
    stability = difficulty = None
    for rating, gap in zip("AGGGGG", (0, 0, 1, 3, 8, 21), strict=True):
        stability, difficulty = remember(
            stability, difficulty, gap, Rating.AGAIN if rating == "A" else Rating.GOOD
        )
    assert stability == pytest.approx(53.62691, abs=1e-4)
    assert difficulty == pytest.approx(6.3574867, abs=1e-6)


def test_the_forgetting_curve_published_for_fsrs_6() -> None:
    # fsrs-rs src/inference.rs: intervals of stability 1 for desired retentions of 0.1, 0.2, …, 0.9
    published = (3_116_766, 34_793, 2_508, 387, 90, 27, 9, 3, 1)
    one = np.ones(2)
    for tenths, days in enumerate(published, 1):
        ends = np.array([days - 0.5, days + 0.5])
        later, sooner = forgetting(one, ends, DEFAULT_PARAMETERS)[::-1]
        # They are computed in single precision there.
        assert later * (1 - 1e-6) <= tenths / 10 <= sooner * (1 + 1e-6)


def test_recall_is_90_percent_after_the_stability() -> None:
    assert retrievability(10.0, 0) == 1.0
    assert retrievability(10.0, 10) == pytest.approx(0.9)
    assert retrievability(10.0, -3) == 1.0


@given(st.lists(st.tuples(ratings, st.integers(0, 400)), min_size=1, max_size=30))
def test_memory_equals_py_fsrs_fed_with_the_same_days(history: list[tuple[Rating, int]]) -> None:
    scheduler = fsrs.Scheduler(enable_fuzzing=False)
    theirs, memory, day = fsrs.Card(card_id=1), None, 20_000
    for rating, gap in history:
        day += gap
        theirs, _ = scheduler.review_card(theirs, fsrs.Rating(rating), at_noon(day))
        memory = review(memory, rating, at_noon(day), options=PLAIN)
        assert memory.stability == pytest.approx(theirs.stability, rel=1e-12)
        assert memory.difficulty == pytest.approx(theirs.difficulty, rel=1e-12)
        assert memory.state.value == theirs.state.value
        assert memory.step == theirs.step
        if memory.state is State.REVIEW:
            assert memory.due_day - memory.day == (theirs.due - at_noon(day)).days
        else:
            assert memory.due_at == theirs.due


@given(
    st.lists(st.tuples(ratings, st.integers(0, 90)), max_size=12), st.floats(0, 1, exclude_max=True)
)
def test_the_buttons_do_what_they_show_and_are_in_order(
    history: list[tuple[Rating, int]], fraction: float
) -> None:
    memory, day = None, 20_000
    for rating, gap in history:
        day += gap
        memory = review(memory, rating, at_noon(day), spread=lambda days: fuzzed(days, fraction))
    now = at_noon(day + 5)
    shown = previews(memory, now, spread=lambda days: fuzzed(days, fraction))
    waits = [wait(shown[rating], now) for rating in (Rating.HARD, Rating.GOOD, Rating.EASY)]
    assert waits == sorted(waits)
    for rating, result in shown.items():
        assert review(memory, rating, now, spread=lambda days: fuzzed(days, fraction)) == result


def test_evening_and_next_morning_are_two_days() -> None:
    evening = datetime(2026, 5, 1, 22, 0, tzinfo=BERLIN)
    morning = datetime(2026, 5, 2, 8, 0, tzinfo=BERLIN)
    memory = review(None, Rating.EASY, evening)
    same_day = review(memory, Rating.GOOD, evening + timedelta(hours=5))
    next_day = review(memory, Rating.GOOD, morning)
    assert next_day.day == memory.day + 1
    assert same_day.day == memory.day
    expected, _ = remember(memory.stability, memory.difficulty, 1, Rating.GOOD)
    assert next_day.stability == expected


def test_steps_are_minutes_from_now_and_may_cross_the_rollover() -> None:
    now = datetime(2026, 5, 2, 3, 55, tzinfo=BERLIN)
    memory = review(None, Rating.GOOD, now)
    assert memory.due_at == now + timedelta(minutes=10)
    assert memory.due_day == study_day(now) + 1
    assert wait(memory, now) == timedelta(minutes=10)


def test_a_journey_west_is_the_same_day() -> None:
    now = at_noon(20_000)
    memory = review(None, Rating.EASY, now)
    back = review(memory, Rating.GOOD, now - timedelta(days=1))
    assert back.day == memory.day
    assert back.due_day > memory.day


def test_a_clock_put_right_is_the_same_day_to_memory_and_now_to_the_schedule() -> None:
    now = at_noon(20_000)
    memory = review(None, Rating.EASY, now)
    same, right = (review(memory, Rating.GOOD, now - timedelta(days=days)) for days in (0, 300))
    assert (right.stability, right.difficulty) == (same.stability, same.difficulty)
    assert right.day == 20_000 - 300
    assert right.due_day - right.day == same.due_day - same.day


def test_options_are_checked() -> None:
    with pytest.raises(ValueError, match="desired_retention"):
        Options(desired_retention=0.5)
    with pytest.raises(ValueError, match="bounds"):
        review(None, Rating.GOOD, at_noon(1), parameters=(0.0,) * 21)
    assert len(DEFAULT_PARAMETERS) == 21
