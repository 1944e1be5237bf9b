"""A seventh attack: theorems, per cent, the question repeated, another thing in its place."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.answers.case import grade_case
from cards.answers.grade import grade
from cards.answers.key_points import said
from cards.formats import read
from cards.variants.draw import draw

POSITIVE = dict.fromkeys("ab", "positive")
THEOREMS = {
    "(a + b)/2 >= sqrt(a*b)": POSITIVE,
    "|a + b| <= |a| + |b|": {},
    "sin(2a) = 2 sin(a) cos(a)": {},
    "P(A | B) = P(B | A) P(A)/P(B)": {},
    "e^(i a) = cos(a) + i sin(a)": {},
    "0 <= a <= 1": {"a": "probability"},
    "not (A and B) iff not A or not B": dict.fromkeys("AB", "boolean"),
}

TRIVIAL = {
    "P(A | B) = P(B | A) P(A)/P(B)": "P(A | B) = P(A | B)",
    "not (A and B) iff not A or not B": "A iff A",
}


@pytest.mark.parametrize("typed", ["{0} = {0}", "{0}^2 + 1 > 0"])
@pytest.mark.parametrize("theorem", THEOREMS)
def test_no_other_statement_that_always_holds_is_a_theorem(theorem: str, typed: str) -> None:
    variables = THEOREMS[theorem]
    typed = TRIVIAL.get(theorem, typed.format("a"))
    found = grade_case({"teacher": theorem, "student": typed, "variables": variables})
    assert found["verdict"] in ("undecided", "different")


@pytest.mark.parametrize(
    ("theorem", "typed"),
    [
        ("(a + b)/2 >= sqrt(a*b)", "2 sqrt(ab) <= b + a"),
        ("(a + b)/2 >= sqrt(a*b)", "(a + b)/2 - √(ab) ≥ 0"),
        ("|a + b| <= |a| + |b|", "|b| + |a| ≥ |a + b|"),
        ("sin(2a) = 2 sin(a) cos(a)", "2 cos a sin a = sin 2a"),
        ("P(A | B) = P(B | A) P(A)/P(B)", "P(A|B) = P(A) P(B|A) / P(B)"),
        ("0 <= a <= 1", "a <= 1 and a >= 0"),
    ],
)
def test_a_theorem_may_be_written_in_other_ways(theorem: str, typed: str) -> None:
    row = {"teacher": theorem, "student": typed, "variables": THEOREMS[theorem]}
    assert grade_case(row)["verdict"] == "equal"


@pytest.mark.parametrize("typed", ["|x| < 2", "x^2 < 4", "x > -2 and x < 2"])
def test_what_holds_somewhere_is_told_by_where_it_holds(typed: str) -> None:
    assert grade_case({"teacher": "-2 < x < 2", "student": typed})["verdict"] == "equal"


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        ("2, 3, 5 and 7", "equal"),
        ("7, 2, 3 and 5", "equal"),
        ("2, 3, 5 and 9", "different"),
        ("2, 3 and 5", "different"),
        ("2, 3, 5 or 7", "different"),
    ],
)
def test_an_and_may_join_the_last_items_of_a_list(typed: str, verdict: str) -> None:
    assert grade_case({"teacher": "{2, 3, 5, 7}", "student": typed})["verdict"] == verdict


@settings(max_examples=8)
@given(share=st.integers(2, 98))
def test_a_percentage_of_a_note_is_asked_in_per_cent(share: int, tmp_path_factory) -> None:
    note = tmp_path_factory.mktemp("percent") / "note.md"
    note.write_text(f"Q: What percentage of air is oxygen?\nA: {share} %\n", encoding="utf-8")
    card = read(note).cards[0]
    right = (f"{share}", f"{share}.0%", f"{share} per cent", f"{share / 100}")
    wrong = (f"{share / 100}%", f"{100 * share}%", f"-{share}%", f"{share + 1}")
    assert all(grade(card, draw(card), typed).right for typed in right)
    assert not any(grade(card, draw(card), typed).right for typed in wrong)


@pytest.mark.parametrize(
    ("typed", "right"),
    [("100 °C", True), ("373.15 K", True), ("212 °F", True), ("100", True), ("100 K", False)],
)
def test_a_question_may_name_the_scale_of_a_temperature(
    graded: Any, typed: str, right: bool
) -> None:
    question = "What is the boiling point of water in degrees Celsius?"
    assert graded(f"Q: {question}\nA: 100", typed).right is right


@pytest.mark.parametrize("typed", ["3 KiB", "3KiB", "3  KiB"])
def test_what_the_question_says_answers_nothing(graded: Any, typed: str) -> None:
    assert not graded("Q: How many bytes are in 3 KiB?\nA: 3072", typed).right


@pytest.mark.parametrize(
    ("typed", "right"), [("42.195", True), ("42195 m", True), ("42195", False), ("42.195 m", False)]
)
def test_a_unit_that_question_and_answer_name_need_not_be_typed(
    graded: Any, typed: str, right: bool
) -> None:
    assert graded("Q: How long is a marathon in km?\nA: 42.195 km", typed).right is right


def test_a_word_is_no_unit_that_the_answer_does_not_have(graded: Any) -> None:
    assert not graded("Q: How far is it in at most one hour?\nA: 42.195 km", "42.195").right


def test_another_unit_than_the_question_has_is_converted(graded: Any) -> None:
    assert graded("Q: How many bytes are in 3 KiB?\nA: 3072", "24576 bits").right


@pytest.mark.parametrize(
    ("point", "typed"),
    [
        ("No, TCP is not connectionless", "TCP is connectionless"),
        ("No, TCP is not connectionless", "Yes, TCP is not connectionless"),
        ("The mitochondrion", "the mitochondrion or the nucleus"),
        ("The mitochondrion", "everything but the mitochondrion"),
        ("The mitochondrion", "all except the mitochondrion"),
        ("Goethe", "Goethe's rival"),
        ("Carbon dioxide", "carbon dioxide's opposite"),
        ("Goethe", "Goethe and Schiller"),
        ("14 July 1789", "14 July 1789 BC"),
    ],
)
def test_a_word_that_turns_a_point_earns_no_tick(point: str, typed: str) -> None:
    assert not said(point, typed)


@pytest.mark.parametrize(
    ("point", "typed"),
    [
        ("No, TCP is not connectionless", "It is TCP that is not connectionless"),
        ("No, TCP is not connectionless", "No: TCP is not connectionless"),
        ("The mitochondrion", "It is the mitochondrion of the cell"),
        ("Goethe", "Johann Wolfgang von Goethe"),
        ("Averaging", "They average"),
        ("Averages", "the average of the losses"),
    ],
)
def test_what_stands_around_a_point_costs_no_tick(point: str, typed: str) -> None:
    assert said(point, typed)
