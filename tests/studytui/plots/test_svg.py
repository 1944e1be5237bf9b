"""Plots as SVG: documents that any reader can read, whatever the names in them."""

import math
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sims.simulation import Frame, Grid, Series
from studytui.plots.svg import svg

FLOATS = st.floats(allow_nan=True, allow_infinity=True)


@settings(max_examples=15)
@given(
    st.lists(st.tuples(FLOATS, FLOATS), max_size=6),
    st.sampled_from(["line", "scatter", "bar"]),
    st.text(max_size=12),
)
def test_any_frame_is_well_formed(points, style, name) -> None:
    x, y = [a for a, _ in points], [b for _, b in points]
    frame = Frame(
        1.0,
        (Series(name, x, y, style, low=y, high=y, band=name or "b"),),
        (Grid(name, [[1.0, math.nan]], [[name]]),),
        x_label=name,
        y_label=name,
    )
    ElementTree.fromstring(svg(frame, name))


def test_names_are_text_and_values_stand_where_they_belong() -> None:
    line = Series("<script>alert(1)</script>", [0.0, 1.0], [0.0, 10.0])
    text = svg(Frame(1.0, (line,), x_label="a & b"), "title")
    assert "<script>" not in text
    assert "a &amp; b" in text
    root = ElementTree.fromstring(text)
    (curve,) = root.iter("{http://www.w3.org/2000/svg}polyline")
    (x0, y0), (x1, y1) = (map(float, point.split(",")) for point in curve.get("points").split())
    assert x0 < x1
    assert y0 > y1


@pytest.mark.parametrize("style", ["scatter", "bar"])
def test_points_and_bars_are_shapes(style) -> None:
    text = svg(Frame(1.0, (Series("s", [1.0, 2.0, 3.0], [1.0, 2.0, 3.0], style),)))
    assert text.count("<circle" if style == "scatter" else "<rect") >= 3
