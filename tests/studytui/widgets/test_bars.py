"""Column charts: their labels stand under the days they name."""

from datetime import date

from studytui.widgets.bars import last_days


def test_the_last_days_are_counted_back_from_today() -> None:
    counts = {"2026-03-01": 2, "2026-03-10": 4}
    rows = last_days("Reviews", counts, date(2026, 3, 10), 12).plain.splitlines()
    tallest, axis = rows[1], rows[-1]
    assert tallest.index("█") == axis.index("today")
    assert "−5" in axis
    assert "−10" in axis
    first = next(row for row in rows[1:-1] if "█" in row[: axis.index("today")])
    assert first.index("█") == axis.index("−10") + 2  # the column of nine days ago
