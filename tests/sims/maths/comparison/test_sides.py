"""An answer may be an equation that names what is asked for, where that is allowed."""

import pytest

from sims.maths import compare

EITHER = {"equations": "either"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("δ = r + γw − v", "r + gamma*w - v"),
        ("δ_t = r + γw − v", "r + gamma*w - v"),
        ("y := x^2", "x^2"),
        ("S = {1, 2}", "{2, 1}"),
        ("2(x + 1) = 2x + 2", "2x + 2"),
        ("y = 2(x + 1) = 2x + 2", "2x + 2"),
    ],
)
def test_a_name_or_a_step_before_the_answer_is_taken_off(answer, expected):
    assert compare(answer, expected, options=EITHER).verdict == "equal"


def test_what_a_name_is_said_to_be_can_be_wrong():
    found = compare("d = r - v", "r + v", options=EITHER)
    assert (found.verdict, found.read_as) == ("different", "d = r - v")
    assert "at r = " in found.witness


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("x = x + 1", "x + 1"),  # x is the expected answer's own
        ("y = y + 1", "x + 1"),
        ("g^2 = v + c", "sqrt(v + c)"),  # true, but not solved
        ("2x + 2 = 3x", "2x + 2"),
        ("x < 1", "x + 1"),
    ],
)
def test_any_other_statement_is_asked_again(answer, expected):
    found = compare(answer, expected, options=EITHER)
    assert (found.verdict, found.score) == ("invalid", 0.0)


def test_numbers_may_be_named_and_worked_out():
    assert compare("x = 1.28", "1.28", tolerance="0", options=EITHER).right
    assert compare("x = 6*3 + 2 = 20", "20", tolerance="0", options=EITHER).right
    wrong = compare("x = 1.3", "1.28", tolerance="0", options=EITHER)
    assert (wrong.verdict, wrong.accepted) == ("different", "1.28 to 1.28")
    mixed = compare("1 + 1 = 3", "2", tolerance="0", options=EITHER)
    assert (mixed.verdict, mixed.accepted) == ("invalid", "")


def test_an_equation_that_is_asked_for_stays_one():
    assert compare("y = 2x", "2y = 4x", options=EITHER).right
    assert compare("y = 3x", "2y = 4x", options=EITHER).verdict == "different"


def test_unasked_an_equation_is_no_expression():
    assert compare("y = x", "x").outcome == "wrong-kind"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("1/3 ≈ 0.33", "equal"), ("x = 1/3 ≈ 0.333", "equal"), ("1/3 ≈ 0.34", "invalid")],
)
def test_a_decimal_after_about_is_held_to_its_digits(answer: str, verdict: str) -> None:
    assert compare(answer, "1/3", options={"equations": "either"}).verdict == verdict
