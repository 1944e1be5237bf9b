from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.scheduling.day import day_date, day_of, day_start, study_day

ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC")]
instants = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))


def test_a_day_begins_at_four_in_the_morning() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2026, 3, 1, 23, 0, tzinfo=berlin)
    night = datetime(2026, 3, 2, 3, 59, tzinfo=berlin)
    morning = datetime(2026, 3, 2, 4, 0, tzinfo=berlin)
    assert study_day(evening) == study_day(night) == study_day(morning) - 1
    assert day_date(study_day(night)).isoformat() == "2026-03-01"


def test_the_hours_of_summer_time_belong_to_their_date() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for date in ((2026, 3, 29), (2026, 10, 25)):
        day = study_day(datetime(*date, 12, tzinfo=berlin))
        assert study_day(datetime(*date, 4, 0, tzinfo=berlin)) == day
        assert study_day(datetime(*date, 3, 59, tzinfo=berlin)) == day - 1


@given(instants, st.sampled_from(ZONES), st.integers(0, 23))
def test_start_of_a_day_is_its_first_instant(now: datetime, zone: ZoneInfo, hour: int) -> None:
    day = study_day(now.astimezone(zone), hour)
    start = day_start(day, zone, hour)
    # Where clocks are set forward over the hour itself, the day starts when they have been.
    assert abs(study_day(start.astimezone(zone), hour) - day) == 0
    assert now - timedelta(hours=26) < start <= now + timedelta(hours=1)


@given(instants, st.sampled_from(ZONES))
def test_the_log_gives_the_same_day_as_the_clock(now: datetime, zone: ZoneInfo) -> None:
    local = now.astimezone(zone)
    offset = local.utcoffset()
    assert offset is not None
    milliseconds = int(now.timestamp() * 1000)
    assert day_of(milliseconds, round(offset.total_seconds() / 60)) == study_day(local)


def test_an_instant_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        study_day(datetime(2026, 1, 1))
