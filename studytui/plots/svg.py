"""A frame as an SVG picture: the same axes, legend, bands and colours as on the screen.

All text is escaped: names of series and labels may be a stranger's.
"""

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from sims.simulation import Frame, Grid, Series
from studytui.plots.axes import Scale, labels, ticked
from studytui.plots.heatmap import Colour, heatmap, ink
from studytui.plots.plot import COLOURS, across, bar_step, heights

WIDE, HIGH = 760, 440
"""Pixels of a picture with one plot."""
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 50, 60
CELL = 15
"""Pixels to a place of the scale, so that ticks are as far apart as they are round."""

DASHES = ("", "8 5", "2 4", "12 4", "5 5")
INK, QUIET, PAPER = "#24292f", "#6e7781", "#ffffff"


def svg(frame: Frame, title: str = "") -> str:
    """Return a frame as an SVG document: its plot, below it its grids."""
    drawn = [series for series in frame.series if series.x]
    parts: list[str] = []
    y = 24.0
    if title:
        parts.append(_text(LEFT, y, title, size=15, weight="bold"))
    if drawn:
        parts += _plot(frame, drawn)
        y = float(HIGH)
    for grid in frame.grids:
        rows, y = _grid(grid, y + 30)
        parts += rows
    height = max(y + 20, 80)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDE} {height:.0f}" font-family="sans-serif">'
    )
    ground = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    return "\n".join([head, ground, *parts, "</svg>"]) + "\n"


def _plot(frame: Frame, drawn: Sequence[Series]) -> Iterator[str]:
    """Yield axes, bands, curves and legend."""
    bars = any(series.style == "bar" for series in drawn)
    wide, high = (WIDE - LEFT - RIGHT) // CELL, (HIGH - TOP - BOTTOM) // CELL
    x_scale, x_ticks = ticked(across(drawn), wide, CELL, 5)
    y_scale, y_ticks = ticked(heights(drawn), high, CELL, 2, zero=bars)
    foot = HIGH - BOTTOM
    for tick, name in zip(y_ticks, labels(y_ticks), strict=True):
        y = foot - y_scale.place(tick)
        yield f'<path d="M{LEFT} {y}H{WIDE - RIGHT}" stroke="#d8dee4"/>'
        yield _text(LEFT - 8, y + 4, name, anchor="end", fill=QUIET)
    for tick, name in zip(x_ticks, labels(x_ticks), strict=True):
        x = LEFT + x_scale.place(tick)
        yield f'<path d="M{x} {foot}v5" stroke="{QUIET}"/>'
        yield _text(x, foot + 18, name, anchor="middle", fill=QUIET)
    yield f'<path d="M{LEFT} {TOP}V{foot}H{WIDE - RIGHT}" stroke="{QUIET}" fill="none"/>'
    if frame.x_label:
        yield _text((LEFT + WIDE - RIGHT) / 2, foot + 40, frame.x_label, anchor="middle")
    if frame.y_label:
        middle = (TOP + foot) / 2
        turn = f' transform="rotate(-90 18 {middle})"'
        yield _text(18, middle, frame.y_label, anchor="middle", more=turn)
    for number, series in enumerate(drawn):
        yield from _band(series, COLOURS[number % 6], x_scale, y_scale)
    for number, series in enumerate(drawn):
        yield from _series(series, number, drawn, x_scale, y_scale)
    yield from _legend(drawn)


def _at(x: float, y: float, x_scale: Scale, y_scale: Scale) -> tuple[float, float]:
    return LEFT + _exact(x_scale, x), HIGH - BOTTOM - _exact(y_scale, y)


def _exact(scale: Scale, value: float) -> float:
    """Return where a value stands, between places too."""
    share = (value - scale.low) / (scale.high - scale.low)
    return max(-1.0, min(2.0, share)) * (scale.size - 1)


def _points(series: Series, ys: Sequence[float], x: Scale, y: Scale) -> list[tuple[float, float]]:
    return [
        _at(a, b, x, y)
        for a, b in zip(series.x, ys, strict=False)
        if math.isfinite(a) and math.isfinite(b)
    ]


def _band(series: Series, colour: str, x: Scale, y: Scale) -> Iterator[str]:
    if series.low is None or series.high is None:
        return
    low, high = _points(series, series.low, x, y), _points(series, series.high, x, y)
    if series.style == "line":
        outline = " ".join(f"{a:.1f},{b:.1f}" for a, b in [*high, *reversed(low)])
        yield f'<polygon points="{outline}" fill="{colour}" fill-opacity="0.25"/>'
    else:
        for (a, bottom), (_, top) in zip(low, high, strict=False):
            yield f'<path d="M{a:.1f} {top:.1f}V{bottom:.1f}" stroke="{colour}"/>'


def _series(
    series: Series, number: int, drawn: Sequence[Series], x: Scale, y: Scale
) -> Iterator[str]:
    colour = COLOURS[number % 6]
    if series.style == "bar":
        siblings = [one for one in drawn if one.style == "bar"]
        step = bar_step(series) * 0.8
        for a, b in zip(series.x, series.y, strict=False):
            if math.isfinite(a) and math.isfinite(b):
                start = a - step / 2 + step * siblings.index(series) / len(siblings)
                left, top = _at(start, max(b, 0.0), x, y)
                right, foot = _at(start + step / len(siblings), min(b, 0.0), x, y)
                yield (
                    f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
                    f'height="{foot - top:.1f}" fill="{colour}"/>'
                )
        return
    if series.style == "scatter":
        for a, b in _points(series, series.y, x, y):
            yield f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{colour}"/>'
        return
    dash = f' stroke-dasharray="{DASHES[number % 5]}"' if DASHES[number % 5] else ""
    run: list[str] = []
    for a, b in [*zip(series.x, series.y, strict=False), (math.nan, math.nan)]:
        if math.isfinite(a) and math.isfinite(b):
            left, top = _at(a, b, x, y)
            run.append(f"{left:.1f},{top:.1f}")
        elif run:
            stroke = f'fill="none" stroke="{colour}" stroke-width="2"{dash}'
            yield f'<polyline points="{" ".join(run)}" {stroke}/>'
            run = []


def _legend(drawn: Sequence[Series]) -> Iterator[str]:
    x, y = float(LEFT), TOP - 12.0
    for number, series in enumerate(drawn):
        name = series.name + (f" (band: {series.band})" if series.band else "")
        yield f'<rect x="{x}" y="{y - 8}" width="18" height="5" fill="{COLOURS[number % 6]}"/>'
        yield _text(x + 24, y, name)
        x += 44 + 6.6 * len(name)


def _grid(grid: Grid, top: float) -> tuple[list[str], float]:
    """Return a grid as coloured cells, and where it ends."""
    cells = heatmap(grid, 80)
    columns = max((len(row) for row in cells.cells), default=0)
    wide = min(60.0, (WIDE - LEFT - RIGHT) / max(1, columns))
    high = min(28.0, wide)
    parts = [_text(LEFT, top, grid.name, weight="bold")]
    for n, row in enumerate(cells.cells):
        for m, cell in enumerate(row):
            x, y = LEFT + m * wide, top + 10 + n * high
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" '
                f'fill="{_hex(cell.colour)}"/>'
            )
            if text := cell.text.strip():
                middle = (x + wide / 2, y + high / 2 + 4)
                fill = _hex(ink(cell.colour))
                parts.append(_text(*middle, text, anchor="middle", fill=fill, size=11))
    return parts, top + 10 + len(cells.cells) * high


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: int = 12,
    anchor: str = "start",
    fill: str = INK,
    weight: str = "normal",
    more: str = "",
) -> str:
    """Return a text; characters that XML does not allow are left out."""
    allowed = "".join(c for c in text if c.isprintable())
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{fill}" font-weight="{weight}"{more}>{escape(allowed)}</text>'
    )
