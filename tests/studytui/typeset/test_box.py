"""Boxes stand on one baseline, whatever is put beside or under them."""

from hypothesis import given
from hypothesis import strategies as st

from studytui.typeset.box import Box, beside, blank, extend, stack, text, widen

BOXES = st.builds(
    lambda width, height, at: Box(("x" * width,) * height, at % height),
    st.integers(0, 6),
    st.integers(1, 5),
    st.integers(0, 4),
)


def test_boxes_beside_each_other_share_a_baseline() -> None:
    fraction = stack([text("a"), text("───"), text("b")], on=1)
    assert beside(text("x = "), fraction).rows == ("     a ", "x = ───", "     b ")


def test_combining_marks_take_no_room() -> None:
    assert text("θ̂").width == 1
    assert widen(text("θ̂"), 3).rows == (" θ̂ ",)


@given(st.lists(BOXES, min_size=1, max_size=5))
def test_width_adds_up_and_rows_are_even(boxes: list[Box]) -> None:
    row = beside(*boxes)
    assert row.width == sum(box.width for box in boxes)
    assert row.baseline == max(box.baseline for box in boxes)
    assert len({len(line) for line in row.rows}) == 1


@given(st.lists(BOXES, min_size=1, max_size=5), st.integers(0, 4))
def test_height_adds_up(boxes: list[Box], on: int) -> None:
    on %= len(boxes)
    column = stack(boxes, on)
    assert column.height == sum(box.height for box in boxes)
    assert column.rows[column.baseline].strip() == boxes[on].rows[boxes[on].baseline]


def test_extending_keeps_the_baseline_row() -> None:
    box = extend(text("x"), 2, 1)
    assert box.rows[box.baseline] == "x"
    assert (box.baseline, box.depth) == (2, 1)
    assert blank(3, 2).rows == ("   ", "   ")
