"""Days as columns: the days of the range, past or to come, as many to a column as it takes."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from textual.content import Content

from studytui.plots import bars
from studytui.words import counted

Figures = dict[str, Any]
_LEAST = 30
"""Days that a chart of everything spans at least."""
_MOST = 60
"""Columns at most, in a wide window."""
_BESIDE = 10
"""Cells beside the columns: the scale, and a label that begins under the last of them."""
_WIDEST = 6
"""Cells of a column at most, where there are few."""
_WEEK = 7
_SIZES = (1, _WEEK, 30, 91, 365)
"""Days to a column: a day, a week, and about a month, a quarter and a year."""


def past(title: str, amounts: Mapping[str, float], figures: Figures, width: int) -> Content:
    """Return a chart of the days of the range up to today; `amounts` is by ISO date."""
    return _chart(f"{title} in the last", amounts, figures, -1, width)


def ahead(title: str, amounts: Mapping[str, float], figures: Figures, width: int) -> Content:
    """Return a chart of as many days as the range has, from today on."""
    return _chart(f"{title} in the next", amounts, figures, +1, width)


def _chart(
    title: str, amounts: Mapping[str, float], figures: Figures, way: int, width: int
) -> Content:
    """Return a chart of days counted from today, backwards where `way` is −1."""
    most = max(1, min(_MOST, width - _BESIDE))
    today = date.fromisoformat(figures["study_day"])
    away = {way * (date.fromisoformat(day) - today).days: many for day, many in amounts.items()}
    days: int = figures["range_days"] or max([_LEAST, *(n + 1 for n in away)])
    size = next((size for size in _SIZES if days <= size * most), -(-days // most))
    values = [0.0] * -(-days // size)
    for n, many in away.items():
        if 0 <= n < days:
            values[n // size] += many
    firsts = [today + timedelta(way * size * at) for at in range(len(values))]
    if way < 0:
        values.reverse()
        firsts = [day - timedelta(size - 1) for day in reversed(firsts)]
    cells = max(1, min(_WIDEST, (width - _BESIDE) // len(values)))
    labels = _apart(_names(firsts, size, today), cells)
    each = f", {size} days a column" if size > 1 else ""
    heading = f"{title} {counted(days, 'day')}{each}"
    if figures["range_days"] and not any(values):
        return Content.styled(heading, "bold") + Content("\nnothing in these days")
    return bars.chart(heading, [round(value) for value in values], labels, cells)


def _names(firsts: Sequence[date], size: int, today: date) -> list[str]:
    """Return what stands under columns, by their first days: days from today, months or years.

    A month or a year is named where it begins.
    """
    if size == 1:
        away = [(day - today).days for day in firsts]
        named = [f"{n:+}".replace("-", "−") if n % 5 == 0 else "" for n in away]
        return ["today" if n == 0 else name for n, name in zip(away, named, strict=True)]
    ends = [(day - timedelta(1), day + timedelta(size - 1)) for day in firsts]
    if size == _WEEK:
        return [f"{last:%b}" if last.month != before.month else "" for before, last in ends]
    return [str(last.year) if last.year != before.year else "" for before, last in ends]


def _apart(labels: Sequence[str], width: int) -> list[str]:
    """Return labels without those that would touch the one before."""
    free, kept = 0, []
    for place, label in enumerate(labels):
        fits = place * width >= free
        kept.append(label if fits else "")
        if label and fits:
            free = place * width + len(label) + 1
    return kept
