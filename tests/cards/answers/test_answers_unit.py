"""Numbers in the unit that is asked for, per cent included, and answers in the form asked for."""

import pytest

from cards.answers.case import grade_case
from cards.answers.grade import grade
from cards.answers.kind import kind_of
from cards.card import Card, Check
from cards.variants.draw import draw


def graded(expected, typed, prompt="?", **check):
    made = Check(answer=expected, **check)
    card = Card("c", "c", "d", "", (), kind_of(made), prompt, "", "n.md", 1, made)
    return grade(card, draw(card), typed)


@pytest.mark.parametrize(
    ("prompt", "unit"),
    [("What is the recall, in per cent?", None), ("?", "%"), ("What percentage is idle?", None)],
)
def test_per_cent_may_be_typed_with_its_sign_and_a_share_is_asked_again(prompt, unit):
    for typed in ("62.6%", "62.6", "62.6 %"):
        assert graded("62.6", typed, prompt, unit=unit, tolerance="0.1").right, typed
    share = graded("62.6", "0.626", prompt, unit=unit, tolerance="0.1")
    assert (share.verdict, share.outcome) == ("invalid", "not-in-percent")
    assert graded("62.6", "6.26%", prompt, unit=unit, tolerance="0.1").verdict == "different"
    assert graded("62.6", "0.63%", prompt, unit=unit, tolerance="0.1").verdict == "different"


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [("12", "equal"), ("12 MB", "equal"), ("12000 kB", "equal"), ("12 GB", "different"),
     ("12 s", "different"), ("13", "different"), ("0.012 GB", "equal")],
)  # fmt: skip
def test_a_unit_may_be_left_out_or_converted_where_the_question_names_it(typed, verdict):
    assert graded("12", typed, unit="MB").verdict == verdict
    assert graded("12", typed, "How many MB is that?", tolerance="1%").verdict == verdict
    assert graded("12 MB", typed, "How many MB is that?").verdict == verdict


@pytest.mark.parametrize(
    ("expected", "typed", "right"),
    [("3 GB", "3050 MB", True), ("3 GB", "0.05 TB", False), ("3 GB", "0 TB", False),
     ("1.5 ms", "0.1 s", False), ("1.5 ms", "1550 us", True)],
)  # fmt: skip
def test_a_tolerance_is_in_the_unit_of_the_card(expected, typed, right):
    assert graded(expected, typed, tolerance="0.1").right is right


@pytest.mark.parametrize(
    ("form", "expected", "good", "bad"),
    [
        ("expanded", "x^2 - 1", "x^2 - 1", "(x - 1)(x + 1)"),
        ("factored", "x^2 - 1", "(x - 1)(x + 1)", "x^2 - 1"),
        ("lowest terms", "1/2", "1/2", "2/4"),
        ("single fraction", "a + 1/b", "(a*b + 1)/b", "a + 1/b"),
        ("completed square", "x^2 - 2x + 2", "(x - 1)^2 + 1", "x^2 - 2x + 2"),
        ("simplified", "2x", "2x", "x + x + 0"),
        ("as written", "x(x + 1)", "(1 + x)x", "x^2 + x"),
        ("decimal", "1/4", "0.25", "1/4"),
        ("fraction", "0.25", "1/4", "0.25"),
        ("scientific", "0.00025", "2.5e-4", "25e-5"),
        ("scientific", "0.00025", "2.5*10^-4", "0.00025"),
        ("solved for x", "2x + 1 = 7", "x = 3", "2x = 6"),
        ("solved for x", "a/2", "x = a/2", "a/2"),
    ],
)
def test_the_form_is_asked_for_and_its_lack_is_said(form, expected, good, bad):
    assert graded(expected, good, form=form).right
    found = graded(expected, bad, form=form)
    assert (found.verdict, found.outcome, found.score) == ("different", "wrong-form", 0.5)
    assert found.message.endswith(".")


def test_a_wrong_answer_in_the_right_form_is_wrong():
    found = graded("x^2 - 1", "(x - 1)(x + 2)", form="factored")
    assert (found.verdict, found.score) == ("different", 0.0)


def test_a_domain_that_is_lost_is_said_and_may_be_forgiven():
    found = graded("ln(abs(x))", "ln(x)")
    assert (found.outcome, found.score) == ("lost-domain", 0.5)
    assert "x = -" in found.witness
    assert graded("ln(abs(x))", "ln(x)", domain="common").right
    assert graded("ln(x)", "ln(abs(x))").right
    assert not graded("ln(x)", "ln(abs(x))", domain="strict").right


def test_a_case_is_graded_as_the_card_with_that_check():
    row = {"id": 1, "student": "y = 2x", "teacher": "x + x", "variables": {"x": "real"}}
    assert grade_case(row)["verdict"] == "equal"
    assert grade_case({**row, "test": "AlgEquiv"})["outcome"] == "wrong-kind"
    assert grade_case({**row, "student": r"\frac{4x}{2}"})["evidence_kind"] == "agrees"
    assert grade_case({**row, "variables": [1]})["verdict"] == "invalid"
    assert grade_case({})["verdict"] == "invalid"
    says = {"answer": "x", "says": "Twice that."}
    wrong = grade_case({**row, "student": "x", "misconceptions": [says]})
    assert (wrong["verdict"], wrong["message"]) == ("different", "Twice that.")
    other = grade_case({**row, "student": "c", "misconceptions": [{**says, "answer": "c"}]})
    assert (other["outcome"], other["message"]) == ("misconception", "Twice that.")


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [("2 min", "invalid"), ("2 minutes", "invalid"), ("120 s", "equal"), ("120", "equal"),
     ("2 h", "different")],
)  # fmt: skip
def test_what_the_question_says_is_no_answer_however_its_unit_is_written(typed, verdict):
    assert graded("120 s", typed, "How many seconds are in 2 minutes?").verdict == verdict
