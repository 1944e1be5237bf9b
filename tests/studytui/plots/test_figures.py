"""Plots and grids as text: axes, legends, marks, and values that are missing or extreme."""

import math
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from sims.simulation import Frame, Grid, Series
from studytui.plots.axes import labels, round_step, scale_of, ticked
from studytui.plots.figure import frame_text, grid_text
from studytui.plots.heatmap import (
    DIVERGING,
    MISSING,
    SEQUENTIAL,
    colour_of,
    heatmap,
    ink,
    number,
    spec_of,
)
from studytui.plots.plot import plot

LINE = Series("rising", [0.0, 1.0, 2.0], [0.0, 10.0, 20.0])
FLOATS = st.floats(allow_nan=True, allow_infinity=True)


def test_a_line_rises_between_labelled_axes() -> None:
    rows = frame_text(Frame(1.0, (LINE,), x_label="step", y_label="return"), 30, 10)
    assert rows[0] == "─── rising"
    assert rows[1] == "return"
    assert rows[-1].strip() == "step"
    assert rows[2].lstrip().startswith("20 ┤")
    assert len(rows) == 10
    tops = [next(i for i, row in enumerate(rows) if len(row) > column and ord(row[column]) > 0x2800)
            for column in (6, 15, 28)]  # fmt: skip
    assert tops == sorted(tops, reverse=True)


def test_series_differ_by_more_than_colour() -> None:
    lines = [Series(f"line {n}", [0.0, 1.0], [n, n]) for n in range(4)]
    legend = " ".join(line.plain for line in plot(Frame(1.0, tuple(lines)), 100, 12)[:1])
    marks = [part.rsplit("   ")[-1].strip() for part in legend.split(" line")][:-1]
    assert len(set(marks)) == 4


def test_bars_stand_on_zero_and_hang_below_it() -> None:
    rows = frame_text(Frame(1.0, (Series("b", [1.0, 2.0], [1.0, -1.0], "bar"),)), 30, 12)
    filled = [{i for i, c in enumerate(row[4:]) if c == "█"} for row in rows[1:-2]]
    left, right = filled[1], filled[-1]
    assert left
    assert right
    assert max(left) < min(right)


def test_points_and_intervals_are_drawn() -> None:
    points = Series("p", [0.0, 1.0], [0.0, 1.0], "scatter")
    assert sum(row.count("●") for row in frame_text(Frame(1.0, (points,)), 30, 8)[1:]) == 2
    band = Series("m", [0.0, 1.0], [0.0, 0.0], low=[-1.0, -1.0], high=[1.0, 1.0], band="all")
    dots = sum(
        0x2800 < ord(c) < 0x2900 for row in frame_text(Frame(1.0, (band,)), 30, 10) for c in row
    )
    assert dots > 60
    assert "m   band: all" in frame_text(Frame(1.0, (band,)), 30, 10)[0]
    other = Series("n", [0.0, 1.0], [0.0, 0.0], low=[-1.0, 0.0], high=[1.0, 0.0], band="half")
    legend = " ".join(frame_text(Frame(1.0, (band, other)), 80, 12)[:2])
    assert "m (band: all)" in legend
    assert "n (band: half)" in legend
    with pytest.raises(ValueError, match="say what the band of m is"):
        Series("m", [0.0], [0.0], low=[0.0], high=[1.0])


def test_gaps_are_left_where_values_are_missing() -> None:
    gap = Series("g", [0.0, 1.0, 2.0, 3.0], [1.0, math.nan, math.inf, 1.0])
    rows = frame_text(Frame(1.0, (gap,)), 40, 8)
    assert sum(0x2800 < ord(c) < 0x2900 for row in rows for c in row) == 2


def test_a_long_series_keeps_its_extremes() -> None:
    y = [0.0] * 50_000
    y[31_234] = 1.0
    rows = frame_text(Frame(1.0, (Series("spike", list(map(float, range(50_000))), y),)), 60, 10)
    assert any(0x2800 < ord(c) < 0x2900 for c in rows[1])


@given(
    st.lists(st.tuples(FLOATS, FLOATS), max_size=8),
    st.sampled_from(["line", "scatter", "bar"]),
    st.integers(0, 90),
    st.integers(0, 30),
)
@example(points=[(0.0, 0.0), (math.nan, 0.0)], style="bar", width=20, height=6)
def test_any_values_are_drawn_within_the_room(
    points: list[tuple[float, float]], style: str, width: int, height: int
) -> None:
    x, y = [a for a, _ in points], [b for _, b in points]
    frame = Frame(
        1.0, (Series("s", x, y, style, low=y, high=y, band="all"),), x_label="x", y_label="y"
    )
    lines = plot(frame, width, height)
    assert len(lines) <= max(1, height)
    assert all(line.cell_length <= max(width, 20) for line in lines)


@pytest.mark.parametrize(("rough", "step"), [(0.3, 0.5), (1.0, 1.0), (7.0, 10.0), (0.02, 0.02)])
def test_steps_are_round(rough: float, step: float) -> None:
    assert round_step(rough) == pytest.approx(step)


def test_ticks_lie_inside_and_labels_tell_them_apart() -> None:
    scale = scale_of([-0.3, 1.1], 40)
    ticks = scale.ticks(5)
    assert all(scale.low <= tick <= scale.high for tick in ticks)
    assert labels(ticks) == ["0.0", "0.5", "1.0"]
    assert labels([-1.0, 0.0]) == ["−1", "0"]


def test_a_grid_shows_its_marks_or_its_numbers() -> None:
    values = [[-1.0, 0.0], [0.5, math.nan]]
    assert grid_text(Grid("v", values, [["↑", "→"], ["·", "G"]])) == [
        "v: −1.00 to 0.50",
        " ↑   →",
        " ·   G",
    ]
    assert grid_text(Grid("v", values))[1:] == [" −1.00   0.00", "  0.50      ?"]


def test_a_large_grid_is_averaged_to_fit() -> None:
    big = Grid("big", [[float(i * j) for i in range(200)] for j in range(100)])
    shown = heatmap(big, 78)
    assert len(shown.cells) <= 40
    assert all(sum(cell_len(cell.text) for cell in row) <= 78 for row in shown.cells)
    assert len(set(grid_text(big)[1:])) > 3


def test_an_empty_grid_is_no_error() -> None:
    assert heatmap(Grid("none", []), 40).cells == ()


def test_colours_run_from_one_end_to_the_other() -> None:
    assert colour_of(-2.0, -2.0, 1.0) == DIVERGING[0]
    assert colour_of(0.0, -2.0, 1.0) == DIVERGING[2]
    assert colour_of(0.0, 0.0, 1.0) == SEQUENTIAL[0]
    assert colour_of(1.0, 0.0, 1.0) == SEQUENTIAL[-1]
    assert colour_of(math.nan, 0.0, 1.0) == MISSING
    assert ink((255, 255, 255)) == (0, 0, 0)
    assert ink((0, 0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("palette", [DIVERGING, SEQUENTIAL])
def test_text_on_every_colour_can_be_read(palette: tuple[tuple[int, int, int], ...]) -> None:
    def luminance(colour: tuple[int, ...]) -> float:
        linear = [
            c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for n in range(101):
        colour = (
            colour_of(n / 100, 0.0, 1.0) if palette is SEQUENTIAL else colour_of(n / 50 - 1, -1, 1)
        )
        pair = sorted((luminance(colour), luminance(ink(colour))))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5  # WCAG AA


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.0, 1.0, -12345.0], ["0", "1", "−12345"]),
        ([3.14159, -0.001], ["3.14", "0.00"]),
        ([0.0012, 0.0034], ["0.0012", "0.0034"]),
        ([1e9, 2.5e9], ["1.0e+09", "2.5e+09"]),
        ([250.5, 3.0], ["250", "3"]),
    ],
)
def test_numbers_of_a_grid_are_short_and_alike(values: list[float], texts: list[str]) -> None:
    assert [number(value, spec_of(values)) for value in values] == texts


def test_a_grid_with_too_few_marks_shows_those_it_has() -> None:
    values = [[1.0, 2.0], [3.0, 4.0]]
    assert grid_text(Grid("g", values, [["a"]]))[1:] == [" a", ""]


@given(
    st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=2, max_size=4),
    st.integers(6, 60),
    st.sampled_from([(4, 2), (2, 9)]),
)
def test_ticks_stand_the_same_number_of_cells_apart(values, cells, kind) -> None:
    dots, least = kind
    scale, ticks = ticked(values, cells, dots, least)
    assert all(0 <= scale.place(value) < cells * dots for value in values)
    if len(ticks) > 2:
        places = [scale.place(tick) // dots for tick in ticks]
        assert len({b - a for a, b in pairwise(places)}) == 1


def test_the_edge_of_a_band_is_drawn_in_quarters_of_a_cell() -> None:
    x = [float(n) for n in range(60)]
    band = Series("m", x, [0.0] * 60, low=[-n for n in x], high=x, band="all")
    drawn = "".join(line.plain for line in plot(Frame(1.0, (band,)), 60, 14))
    assert len({c for c in drawn if c in "▘▝▀▖▌▞▛▗▚▐▜▄▙▟"}) >= 4
    assert any("25%" in str(span.style) for line in plot(Frame(1.0, (band,)), 60, 14)
               for span in line.spans)  # fmt: skip
