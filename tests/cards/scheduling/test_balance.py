from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.scheduling.balance import balanced
from cards.scheduling.fuzz import band, fraction, fuzzed

fractions = st.floats(0, 1, exclude_max=True)
LIMIT = 36_500


@given(st.integers(1, LIMIT), fractions, st.dictionaries(st.integers(0, 60), st.integers(0, 500)))
def test_the_day_lies_in_the_band(interval: int, place: float, loads: dict[int, int]) -> None:
    low, high = band(interval)
    assert low <= balanced(interval, place, LIMIT, lambda day: loads.get(day, 0)) <= high


@given(st.integers(1, 400), fractions)
def test_equal_days_are_plain_fuzz(interval: int, place: float) -> None:
    assert balanced(interval, place, LIMIT, lambda day: 3) == fuzzed(interval, place, LIMIT)


def test_lighter_days_are_chosen_more_often() -> None:
    def spread_of(balance: bool) -> float:
        loads: Counter[int] = Counter()
        for card in range(2_000):
            place = fraction(f"card {card}")
            interval = 8 + card % 40
            load = loads.__getitem__ if balance else (lambda day: 0)
            loads[balanced(interval, place, LIMIT, load)] += 1
        middle = [loads[day] for day in range(12, 44)]
        mean = sum(middle) / len(middle)
        return sum((count - mean) ** 2 for count in middle) / len(middle)

    assert spread_of(balance=True) < spread_of(balance=False) / 2


def test_easy_days_take_their_share_or_nothing() -> None:
    free_sundays = (1, 1, 1, 1, 1, 0.5, 0)
    days = [
        balanced(30, fraction(str(n)), LIMIT, lambda day: 0, weekday=2, easy_days=free_sundays)
        for n in range(3_000)
    ]
    weekdays = Counter((2 + day) % 7 for day in days)
    assert weekdays[6] == 0
    low, high = band(30)
    saturdays = sum((2 + day) % 7 == 5 for day in range(low, high + 1))
    others = sum((2 + day) % 7 < 5 for day in range(low, high + 1))
    expected = 0.5 * saturdays / (0.5 * saturdays + others)
    assert abs(weekdays[5] / len(days) - expected) < 0.03


@pytest.mark.parametrize("share", [0.75, 0.5, 0.2, 0.1, 0.0])
def test_a_year_of_balancing_gives_each_weekday_its_share(share: float) -> None:
    """Thirty cards a day whose bands hold a week or more come out within 0.03 of the usual load."""
    easy_days = (1, 1, 1, 1, 1, share, 1)
    loads: Counter[int] = Counter()
    for today in range(365):
        for card in range(30):
            days = balanced(
                20 + (today * 30 + card) * 7 % 71,
                fraction(f"{today} {card}"),
                LIMIT,
                lambda ahead, today=today: loads[today + ahead],  # type: ignore[misc]
                weekday=today % 7,
                easy_days=easy_days,
            )
            loads[today + days] += 1
    weekdays: Counter[int] = Counter()
    for day in range(90, 90 + 7 * 39):  # whole weeks, as full as they become
        weekdays[day % 7] += loads[day]
    usual = sum(weekdays[day] for day in range(7) if day != 5) / 6
    assert abs(weekdays[5] / usual - share) < 0.03


def test_when_every_day_is_to_be_free_the_card_still_comes() -> None:
    assert balanced(30, 0.4, LIMIT, lambda day: 0, easy_days=(0,) * 7) == fuzzed(30, 0.4)
