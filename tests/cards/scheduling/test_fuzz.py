from hypothesis import given
from hypothesis import strategies as st

from cards.scheduling.fuzz import band, fraction, fuzzed

fractions = st.floats(0, 1, exclude_max=True)


def test_bands_are_those_of_anki() -> None:
    # rslib/src/scheduler/states/fuzz.rs: 1 day + 15 % of 2.5–7, 10 % of 7–20, 5 % above.
    assert band(1) == (1, 1)
    assert band(2) == (2, 2)
    assert band(3) == (2, 4)
    assert band(5) == (4, 6)
    assert band(10) == (8, 12)
    assert band(100) == (93, 107)


@given(st.integers(1, 36_500), fractions)
def test_a_fuzzed_interval_lies_in_its_band(interval: int, place: float) -> None:
    low, high = band(interval)
    assert low <= fuzzed(interval, place) <= high <= 36_500
    assert low >= min(interval, 2)


@given(st.integers(1, 30_000), st.integers(0, 1_000), fractions)
def test_a_longer_interval_stays_the_longer_one(interval: int, more: int, place: float) -> None:
    assert fuzzed(interval, place) <= fuzzed(interval + more, place)


def test_the_draw_depends_on_the_seed_alone_and_is_even() -> None:
    draws = [fraction(f"card:{n}") for n in range(2_000)]
    assert draws == [fraction(f"card:{n}") for n in range(2_000)]
    assert fraction("card:0") == 0.539734299220143
    assert 0.48 < sum(draws) / len(draws) < 0.52
    assert len(set(draws)) == len(draws)
