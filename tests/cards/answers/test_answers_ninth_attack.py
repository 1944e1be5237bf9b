"""A ninth attack: how far a power goes, blanks in numbers, units in another case."""

import pytest

from cards.answers.case import grade_case
from cards.answers.text import grade_text

SPREAD = [
    ("$2^{n+1}$", "2^n+1"),
    ("$x^{2y}$", "x^2y"),
    ("$e^{-x}y$", "e^{-xy}"),
    (r"$\sqrt{2x}$", r"\sqrt{2}x"),
    ("$a_{n}^{2k}$", "a_n^2k"),
    ("$x_{1}2$", "x_{12}"),
    ("$x^{10}$", "x^1 0"),
    ("12", "1 2"),
    ("1234", "12 34"),
    ("10 ms", "10 MS"),
    ("10 ms", "10 mS"),
]
SAME = [
    ("$2^{n+1}$", "2^{n + 1}"),
    ("$x^{2}y$", "x^2 y"),
    (r"$\frac{1}{2} m v^{2}$", r"\frac{1}{2}mv^2"),
    (r"$\left( a + b \right)\, c$", "(a+b)c"),
    ("1234", "1 234"),
    ("10 ms", "10ms"),
]
GROUPS = [
    ("It has n^(k+1) nodes", "It has n^k+1 nodes"),
    ("It is (n-1)/2.", "It is n-1/2."),
    ("It is n - (k + 1).", "It is n - k + 1."),
    ("It takes 5 ms.", "It takes 5 MS."),
]


@pytest.mark.parametrize(("wanted", "typed"), SPREAD)
def test_braces_and_blanks_that_say_something_are_read(graded, wanted, typed):
    assert not graded(f"Q: What is it?\nA: {wanted}", typed).right


@pytest.mark.parametrize(("wanted", "typed"), SAME)
def test_needless_braces_and_blanks_say_nothing(graded, wanted, typed):
    assert graded(f"Q: What is it?\nA: {wanted}", typed).right


@pytest.mark.parametrize(("wanted", "typed"), GROUPS)
def test_brackets_at_operators_and_units_count_in_sentences(wanted, typed):
    assert grade_text(wanted, wanted.replace("It", "it").strip(".")).right
    assert not grade_text(wanted, typed).right
    assert not all(point.found for point in grade_text(wanted, typed).points)


@pytest.mark.parametrize(
    ("wanted", "typed"),
    [("5/2", "2½"), ("-5/2", "-2 ½"), ("51/4", "12¾"), ("5/2*x", "2½x"), ("x/2", "½x")],
)
def test_a_part_behind_a_whole_number_is_added_to_it(wanted, typed):
    assert grade_case({"teacher": wanted, "student": typed})["verdict"] == "equal"


@pytest.mark.parametrize(("wanted", "typed"), [("1", "2½"), ("x", "x2½"), ("3/2", "3 ½")])
def test_a_part_is_not_multiplied_with_a_whole_number(wanted, typed):
    assert grade_case({"teacher": wanted, "student": typed})["verdict"] != "equal"


def test_a_plural_in_ys_has_the_same_stem():
    assert [point.found for point in grade_text("The kidneys", "kidney").points] == [True]
    assert [point.found for point in grade_text("The kidneys", "kids").points] == [False]


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        ("45°", "equal"),
        (r"45^\circ", "equal"),
        ("45", "equal"),
        ("π/4 rad", "equal"),
        ("46°", "different"),
        ("π/2 rad", "different"),
    ],
)
def test_an_angle_in_degrees_may_bear_their_sign(typed, verdict):
    row = {"teacher": "45", "student": typed, "unit": "deg"}
    assert grade_case(row)["verdict"] == verdict
