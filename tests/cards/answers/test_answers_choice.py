"""Choices: options, picks, partial credit, distractors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.answers.choice import distractors, name_of, picks
from cards.answers.grade import grade
from cards.variants.choices import right_options
from cards.variants.draw import Variant, draw


def test_options_hold_the_answer_the_choices_and_the_misconceptions_once(make_card):
    card = make_card(
        kind="choice",
        answer="softmax",
        choices=("relu", "sigmoid", "softmax"),
        misconceptions=(("argmax", "It has no gradient."), ("relu", "It does not sum to 1.")),
    )
    assert sorted(draw(card, 4).choices) == ["argmax", "relu", "sigmoid", "softmax"]
    assert draw(card, 4).choices == draw(card, 4).choices
    assert len({draw(card, seed).choices for seed in range(30)}) > 5


def test_misconception_answers_in_its_own_words(make_card):
    card = make_card(
        kind="choice", answer="softmax", choices=("relu", "tanh"), misconceptions=(("relu", "No."),)
    )
    graded = grade(card, draw(card), "relu")
    assert (graded.verdict, graded.outcome, graded.message) == ("different", "misconception", "No.")
    assert graded.misconception == "relu"
    assert grade(card, draw(card), "tanh").outcome == "wrong-option"
    assert grade(card, draw(card), "Softmax").right


SHOWN = ("four", "2", "p*(1 - q)", "p*1 - q")


@pytest.mark.parametrize(
    ("typed", "picked"),
    [
        ("four", ("four",)),
        ("a", ("four",)),
        ("A)", ("four",)),
        ("1", ("four",)),
        ("2", ("2",)),
        ("p*1-q", ("p*1 - q",)),
        ("p*(1-q)", ("p*(1 - q)",)),
        ("four; 2", ("four", "2")),
        ("d, a", ("four", "p*1 - q")),
        ("a c", ("four", "p*(1 - q)")),
        ("five", ()),
        ("a, five", ()),
        ("9", ()),
        ("", ()),
    ],
)
def test_picks(typed, picked):
    assert picks(typed, SHOWN) == picked


def test_the_name_of_an_option_picks_it_whatever_the_others_are_called():
    for shown in (SHOWN, ("4", "3", "2", "1"), ("12", "b", "7")):
        for number, option in enumerate(shown, 1):
            assert picks(name_of(number, shown), shown) == (option,)


def test_where_several_are_right_digits_need_no_space(make_card):
    card = make_card(kind="choice", answer="a; c", choices=("b", "d"))
    variant = draw(card)
    numbers = [str(variant.choices.index(right) + 1) for right in "ac"]
    assert grade(card, variant, "".join(numbers)).right
    assert grade(card, variant, "19").message == (
        "Give the numbers, 1 to 4, of all that are right, such as 1 3."
    )
    one = make_card(kind="choice", answer="a", choices=("b", "c", "d"))
    assert grade(one, draw(one), "12").message == "Pick one of the 4 options by its text or number."
    assert picks("12", [str(number) for number in range(1, 13)], undivided=True) == ("12",)


def test_several_right_options_are_counted_one_by_one(make_card):
    card = make_card(kind="choice", answer="x", choices=("a1", "b1", "c1", "d1"))
    several = make_card(kind="choice", choices=("c1", "d1", "e1"), **{"answer": "a1; b1"})
    assert right_options(card, {}) == ("x",)
    assert right_options(several, {}) == ("a1", "b1")
    variant = draw(several)
    assert grade(several, variant, "b1; a1").verdict == "equal"
    half = grade(several, variant, "a1")
    assert (half.verdict, half.score, half.outcome) == ("different", 0.5, "partly-right")
    assert grade(several, variant, "a1; c1").score == 0.0
    assert grade(several, variant, "a1; b1; c1").score == 0.5


def test_a_pick_that_is_no_option_costs_nothing(make_card):
    card = make_card(kind="choice", answer="softmax", choices=("relu", "tanh"))
    graded = grade(card, draw(card), "gelu")
    assert graded.verdict == "invalid"
    assert "3 options" in graded.message


@given(st.lists(st.sampled_from(["x", "y", "x + y", "y + x", "2*x", "x + x", "z", "x^2"])))
def test_distractors_never_equal_the_answer_or_each_other(candidates):
    chosen = distractors("2*x", candidates, {}, 3)
    forms = {"y + x": "x + y", "x + x": "2*x"}
    plain = [forms.get(one, one) for one in chosen]
    assert "2*x" not in plain
    assert len(set(plain)) == len(plain) <= 3


def test_words_count_as_the_same_when_they_differ_in_a_letter():
    assert distractors("learning rate", ["learning rates", "batch size"], {}, 3) == ("batch size",)


def test_a_variant_without_options_is_unreadable_not_wrong(make_card):
    card = make_card(kind="choice", answer="x1", choices=("y1", "z1"))
    assert grade(card, Variant(), "x1").verdict == "invalid"
