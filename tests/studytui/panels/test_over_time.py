"""Charts over days: they hold the days of the range, and labels stand under what they name."""

from datetime import date, timedelta
from typing import Any

import pytest

from studytui.panels import over_time as spans

TODAY = date(2026, 3, 10)


def figures(days: int | None) -> dict[str, Any]:
    return {"study_day": TODAY.isoformat(), "range_days": days}


def drawn(chart: Any) -> tuple[str, list[str], str]:
    """Return the title, the columns from left to right, and the axis, of a chart one cell wide."""
    title, *rows, axis = chart.plain.splitlines()
    rows = [row[6:].ljust(len(axis) - 6) for row in rows]
    return title, ["".join(cells) for cells in zip(*rows, strict=True)], axis[6:]


def on(*away: int) -> dict[str, float]:
    return {(TODAY + timedelta(n)).isoformat(): 1.0 for n in away}


def test_days_of_a_month_are_counted_back_from_today() -> None:
    counts = {"2026-03-01": 2.0, "2026-03-10": 4.0, "2026-01-01": 9.0}
    chart = spans.past("Reviews", counts, figures(30), 74).plain.splitlines()
    title, tallest, axis = chart[0], chart[1], chart[-1]
    assert title == "Reviews in the last 30 days"
    assert tallest.split()[0] == "4"  # what is older than the range is left out
    assert tallest.index("█") == axis.index("today") == 6 + 29 * 2
    assert axis.split() == ["−25", "−20", "−15", "−10", "−5", "today"]
    first = next(row for row in chart[1:-1] if "█" in row[: axis.index("today")])
    assert first.index("█") == axis.index("−10") + 2  # the column of nine days ago


def test_a_year_has_a_column_for_seven_days_and_the_names_of_months() -> None:
    title, columns, axis = drawn(spans.past("Reviews", on(0, -6, -7, -364, -365), figures(365), 74))
    assert title == "Reviews in the last 365 days, 7 days a column"
    assert columns[52].count("█") == 6  # today and six days ago
    assert columns[51].strip()
    assert [at for at, column in enumerate(columns) if column.strip()] == [0, 51, 52]
    assert axis.split()[:3] == ["Apr", "May", "Jun"]
    assert axis.index("Mar") == 52 - (TODAY - date(2026, 3, 1)).days // 7


def test_everything_fits_and_years_are_named_where_they_begin() -> None:
    title, columns, axis = drawn(spans.past("Reviews", on(0, -1499), figures(None), 74))
    assert title == "Reviews in the last 1500 days, 30 days a column"
    assert [at for at, column in enumerate(columns) if column.strip()] == [0, 49]
    assert axis.split() == ["2023", "2024", "2025", "2026"]
    assert axis.index("2026") == 49 - (TODAY - date(2026, 1, 1)).days // 30


@pytest.mark.parametrize("last", [0, 29, 30, 59, 60, 419, 420, 1799, 5459, 21_899, 36_500])
def test_what_comes_due_begins_today_and_always_fits(last: int) -> None:
    chart = spans.ahead("Due", on(0, last), figures(None), 74)
    title, columns, _ = drawn(chart)
    assert title.startswith(f"Due in the next {max(30, last + 1)} days")
    assert max(map(len, chart.plain.splitlines())) <= 70
    filled = [at for at, column in enumerate(columns) if column.strip()]
    assert filled[0] == 0
    wide = next(cell for cell in range(1, len(columns)) if cell not in filled)
    assert 1 <= wide <= 6
    assert len(filled) == (wide if last == 0 else 2 * wide)


def test_large_numbers_move_all_rows_alike() -> None:
    chart = spans.ahead("Due", {TODAY.isoformat(): 1_000_000.0}, figures(30), 74).plain.splitlines()
    assert {row.index("█") for row in chart[1:-1]} == {chart[-1].index("today")} == {8}


def test_labels_do_not_touch() -> None:
    axis = spans.ahead("Due", on(0, 20_000), figures(None), 74).plain.splitlines()[-1]
    years = [int(year) for year in axis.split()]
    assert years == list(range(years[0], years[-1] + 1, 5))


def test_days_ahead_begin_with_today() -> None:
    title, columns, axis = drawn(spans.ahead("Due", on(0, 5, 30), figures(30), 74))
    assert title == "Due in the next 30 days"
    assert axis.split() == ["today", "+5", "+10", "+15", "+20", "+25"]
    assert [at for at, column in enumerate(columns) if column.strip()] == [0, 1, 10, 11]
