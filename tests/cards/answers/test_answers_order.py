"""Orders: how they are typed, and how partial credit grows."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.answers.grade import grade
from cards.answers.order import grade_order, longest_common_subsequence
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


@given(st.permutations(range(7)), st.integers(0, 6))
def test_moving_an_item_to_its_place_never_costs_credit(order, item):
    """Taking an item out and putting it back after all smaller ones of a kept run is no worse."""
    wanted = list(range(7))
    before = longest_common_subsequence(order, wanted)
    rest = [other for other in order if other != item]
    best = max(
        longest_common_subsequence([*rest[:place], item, *rest[place:]], wanted)
        for place in range(7)
    )
    assert before <= best <= before + 1


@given(st.lists(st.integers(0, 3), max_size=8), st.lists(st.integers(0, 3), max_size=8))
def test_longest_common_subsequence_against_all_subsequences(left, right):
    def contains(sequence, part):
        rest = iter(sequence)
        return all(item in rest for item in part)

    best = max(
        size
        for size in range(len(left) + 1)
        for part in itertools.combinations(left, size)
        if contains(right, part)
    )
    assert longest_common_subsequence(left, right) == best
    assert longest_common_subsequence(right, left) == best


@given(st.integers(0, 10**6))
def test_the_right_order_is_never_shown(make_card, seed):
    card = make_card(kind="order", order=STEPS)
    shown = draw(card, seed).choices
    assert sorted(shown) == sorted(STEPS)
    assert shown != STEPS


def test_grade_of_an_order_card(make_card):
    card = make_card(kind="order", order=STEPS)
    assert grade(card, draw(card, 1), "; ".join(STEPS)).right
