"""A frame's curves, points and bars as rows of text: on the screen, and on a plain terminal.

Series differ by more than colour: lines by their dashes, points by their shape, bars by their
filling. Colours are those of Okabe and Ito (2008), which colour-blind people can tell apart,
with grey in place of their yellow, which cannot be seen on white.

One renderer for both, of our own: textual-plot brings numpy into the app's process, has no interval
bands, and feeds labels through markup.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from rich.cells import cell_len
from textual.content import Content

from sims.simulation import Frame, Series
from studytui.plots.axes import Scale, labels, scale_of, ticked
from studytui.plots.canvas import Canvas, fitted

COLOURS = ("#3a90d2", "#c07a00", "#009e73", "#d2433f", "#b8609a", "#808080")
"""The colours of series: on both themes, and on white, at least 3 : 1 (WCAG 2.1, 1.4.11)."""

DASHES = ((1, 0), (5, 3), (1, 2), (8, 2), (3, 3))
SAMPLES = ("───", "╶╴╶", "···", "╌╌╌", "╴ ╶")
"""The dashes, and how the legend shows them: five, so that with six colours 30 lines differ."""

POINTS = "●○▲×■+"
FILLINGS = "█▓▒░▚▞"
_EIGHTHS = " ▁▂▃▄▅▆▇"

LEAST = (20, 6)
"""Columns and rows under which a plot is not drawn."""


def plot(frame: Frame, width: int, height: int, *, plain: bool = False) -> list[Content]:
    """Return the plot of a frame's series in `height` rows of at most `width` cells.

    Where it is `plain`, without colours, bands are sparse dots.
    """
    drawn = [series for series in frame.series if series.x]
    if not drawn or width < LEAST[0] or height < LEAST[1]:
        return [Content(fitted("nothing to draw" if not drawn else "too small to draw", width))]
    legend = _legend(drawn, width)[: max(1, height // 4)]
    body = height - len(legend) - 2 - bool(frame.x_label) - bool(frame.y_label)
    bars = any(series.style == "bar" for series in drawn)
    y_scale, y_ticks = ticked(heights(drawn), body, 4, 2, zero=bars)
    y_labels = labels(y_ticks)
    margin = max(map(cell_len, y_labels))
    columns = max(4, width - margin - 2)
    x_values = across(drawn)
    x_scale, x_ticks = ticked(x_values, columns, 2, _apart(x_values))
    canvas = Canvas(columns, body)
    for number, series in enumerate(drawn):
        if series.low is not None and series.high is not None:
            _band(canvas, series, COLOURS[number % 6], x_scale, y_scale, plain=plain)
    for number, series in enumerate(drawn):
        _draw(canvas, series, number, drawn, x_scale, y_scale)
    rows = [*legend]
    if frame.y_label:
        rows.append(Content.styled(fitted(frame.y_label, width), "italic"))
    named = {
        body - 1 - y_scale.place(t) // 4: text for t, text in zip(y_ticks, y_labels, strict=True)
    }
    for number, line in enumerate(canvas.lines()):
        name = named.get(number, "")
        tick = "┤" if name else "│"
        rows.append(Content.styled(f"{name.rjust(margin)} {tick}", "dim") + line)
    rows.extend(_x_axis(frame, drawn, x_scale, x_ticks, margin, columns))
    return rows


def heights(drawn: Sequence[Series]) -> list[float]:
    """Return all that the vertical axis must hold, intervals included."""
    return [v for s in drawn for part in (s.y, s.low or [], s.high or []) for v in part]


def across(drawn: Sequence[Series]) -> list[float]:
    """Return all that the horizontal axis must hold, bars at the ends whole."""
    values = [x for series in drawn for x in series.x]
    for series in drawn:
        if series.style == "bar":
            half = bar_step(series) / 2
            values += [min(series.x) - half, max(series.x) + half]
    return values


def _apart(values: Sequence[float]) -> int:
    """Return the cells that two ticks must lie apart for their labels not to meet."""
    scale = scale_of(values, 2)
    longest = max(map(cell_len, labels(scale.ticks(6))))
    return max(9, longest + 3)


def bar_step(series: Series) -> float:
    """Return the distance between neighbouring bars."""
    places = sorted({x for x in series.x if math.isfinite(x)})
    gaps = [b - a for a, b in pairwise(places)]
    return min(gaps, default=1.0)


def _legend(drawn: Sequence[Series], width: int) -> list[Content]:
    """Return the names of the series after their marks, and what their bands are.

    A band that all have alike is named once, at the end. As few rows are taken as they fit in.
    """
    rows: list[Content] = []
    bands = {series.band for series in drawn if series.band}
    entries = []
    for number, series in enumerate(drawn):
        mark = {"scatter": f" {POINTS[number % 6]} ", "bar": FILLINGS[number % 6] * 3}.get(
            series.style, SAMPLES[number % 5]
        )
        text = series.name
        if series.band and len(bands) > 1:
            text += f" (band: {series.band})"
        name = fitted(text, max(4, width - 6))
        entries.append(Content.styled(mark, COLOURS[number % 6]) + Content(f" {name}   "))
    if len(bands) == 1:
        entries.append(Content(fitted(f"band: {bands.pop()}", max(4, width - 3)) + "   "))
    for entry in entries:
        if rows and rows[-1].cell_length + entry.cell_length <= width + 3:
            rows[-1] += entry
        else:
            rows.append(entry)
    return [row.rstrip() for row in rows]


def _draw(
    canvas: Canvas,
    series: Series,
    number: int,
    drawn: Sequence[Series],
    x_scale: Scale,
    y_scale: Scale,
) -> None:
    """Draw one series over the bands of all."""
    style = COLOURS[number % 6]
    bottom = canvas.height - 1
    if series.style == "bar":
        siblings = [s for s in drawn if s.style == "bar"]
        _bars(canvas, series, number, (siblings.index(series), len(siblings)), x_scale, y_scale)
        return
    previous: tuple[int, int] | None = None
    travelled = 0
    for x, y in _thinned(series, canvas.width):
        if not (math.isfinite(x) and math.isfinite(y)):
            previous = None
            continue
        point = (x_scale.place(x), bottom - y_scale.place(y))
        if series.style == "scatter":
            canvas.character(point[0] // 2, point[1] // 4, POINTS[number % 6], style)
            continue
        start = previous or point
        travelled = canvas.line(start, point, style, DASHES[number % 5], travelled) - 1
        previous = point


def _thinned(series: Series, width: int) -> list[tuple[float, float]]:
    """Return the points of a series; of a very long one the extremes of each short stretch."""
    points = list(zip(series.x, series.y, strict=False))
    stretch = len(points) // (4 * width)
    if stretch < 2 or series.style != "line":
        return points
    kept: list[tuple[float, float]] = []
    for start in range(0, len(points), 2 * stretch):
        part = points[start : start + 2 * stretch]
        ends = sorted({part.index(min(part, key=_height)), part.index(max(part, key=_height))})
        kept.extend(part[index] for index in ends)
    return kept


def _height(point: tuple[float, float]) -> float:
    return point[1]


def _band(
    canvas: Canvas, series: Series, style: str, x_scale: Scale, y_scale: Scale, *, plain: bool
) -> None:
    """Draw an interval: for a line a tinted ground, sparse dots where plain, else strokes."""
    bottom = canvas.height - 1
    low, high = series.low or [], series.high or []
    ends = [
        (x_scale.place(x), bottom - y_scale.place(b), bottom - y_scale.place(a))
        for x, a, b in zip(series.x, low, high, strict=False)
        if all(map(math.isfinite, (x, a, b)))
    ]
    if series.style != "line":
        for x, top, foot in ends:
            for y in range(top, foot + 1):
                canvas.dot(x, y, f"{style} 60%")
        return
    for left, right in zip(ends, ends[1:] or ends, strict=False):
        for x in range(left[0], max(right[0], left[0] + 1)):
            share = (x - left[0]) / max(1, right[0] - left[0])
            top = round(left[1] + share * (right[1] - left[1]))
            foot = round(left[2] + share * (right[2] - left[2]))
            if not plain:
                for y in range(top, foot + 1):
                    canvas.ground(x, y, f"{style} 25%")
            elif x % 2 == 0:
                for y in range(top + (top + x // 2) % 2, foot, 2):
                    canvas.dot(x, y, f"{style} 60%")


def _bars(
    canvas: Canvas,
    series: Series,
    number: int,
    group: tuple[int, int],
    x_scale: Scale,
    y_scale: Scale,
) -> None:
    """Draw bars from zero; several series of bars stand side by side."""
    place, count = group
    step = bar_step(series) * 0.8
    zero = y_scale.place(0.0)
    for x, y in zip(series.x, series.y, strict=False):
        if not (math.isfinite(x) and math.isfinite(y)):
            continue
        left = x_scale.place(x - step / 2 + step * place / count) // 2
        right = max(left + 1, x_scale.place(x - step / 2 + step * (place + 1) / count) // 2)
        top, foot = max(y_scale.place(y), zero), min(y_scale.place(y), zero)
        for row in range(foot // 4, top // 4 + 1):
            filled = min(4, top + 1 - 4 * row) if y >= 0 else 4
            whole = filled >= 4 or y < 0
            mark = FILLINGS[number % 6] if whole else _EIGHTHS[2 * filled]
            for column in range(left, right):
                canvas.character(column, canvas.rows - 1 - row, mark, COLOURS[number % 6])


def _x_axis(
    frame: Frame,
    drawn: Sequence[Series],
    x_scale: Scale,
    ticks: list[float],
    margin: int,
    columns: int,
) -> list[Content]:
    """Return the axis with its ticks, their labels, and its name."""
    places = {x for s in drawn if s.style == "bar" for x in s.x}
    bars = sorted(x for x in places if x_scale.low <= x <= x_scale.high)  # no NaN
    if bars and len(bars) <= columns // 6:
        ticks = bars
    axis, row = ["─"] * columns, [" "] * (columns + 1)
    free = 0
    for tick, name in zip(ticks, labels(ticks), strict=True):
        column = max(0, min(columns - 1, x_scale.place(tick) // 2))
        start = max(0, min(column - len(name) // 2, columns - len(name)))
        if start < free:
            continue
        axis[column] = "┬"
        row[start : start + len(name)] = name
        free = start + len(name) + 1
    indent = " " * (margin + 2)
    rows = [
        Content.styled(" " * (margin + 1) + "└" + "".join(axis), "dim"),
        Content.styled(indent + "".join(row).rstrip(), "dim"),
    ]
    if frame.x_label:
        name = fitted(frame.x_label, columns)
        rows.append(
            Content.styled(indent + " " * ((columns - cell_len(name)) // 2) + name, "italic")
        )
    return rows
