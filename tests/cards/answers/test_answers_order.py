"""Orders: how they are typed, and how partial credit grows."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.answers.grade import grade
from cards.answers.order import grade_order
from cards.variants.draw import draw

STEPS = ("forward pass", "loss", "backward pass", "update")


@pytest.mark.parametrize(
    "typed",
    [
        "forward pass; loss; backward pass; update",
        "Forward pass\nLoss\nbackward pass\nupdate\n",
        "forward pass, loss, backward pass, update",
        "2 4 1 3",
        "2, 4, 1, 3",
        "b d a c",
        "bdac",
        "2413",
    ],
)
def test_ways_to_type_an_order(typed):
    shown = ("backward pass", "forward pass", "update", "loss")
    assert grade_order(STEPS, shown, typed).verdict == "equal"


@pytest.mark.parametrize(
    "typed", ["1 2 3", "1 1 2 3", "1 2 3 5", "forward pass; loss", "x", "0123"]
)
def test_each_item_is_needed_once(typed):
    graded = grade_order(STEPS, STEPS, typed)
    assert graded.verdict == "invalid"
    assert "each of the 4 items once" in graded.message


def test_partial_credit_is_the_longest_run():
    graded = grade_order(STEPS, STEPS, "2 1 3 4")
    assert (graded.verdict, graded.score) == ("different", 0.75)
    assert graded.message == "3 of 4 items are in order."


def test_only_the_right_order_is_right():
    marks = ["1", "2", "3", "4"]
    right = [
        p for p in itertools.permutations(marks) if grade_order(STEPS, STEPS, "".join(p)).right
    ]
    assert right == [tuple(marks)]


@given(st.integers(0, 10**6))
def test_the_right_order_is_never_shown(make_card, seed):
    card = make_card(kind="order", order=STEPS)
    shown = draw(card, seed).choices
    assert sorted(shown) == sorted(STEPS)
    assert shown != STEPS


def test_grade_of_an_order_card(make_card):
    card = make_card(kind="order", order=STEPS)
    assert grade(card, draw(card, 1), "; ".join(STEPS)).right
