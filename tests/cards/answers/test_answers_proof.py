"""Putting a proof in order: the written order, others that follow, and the first wrong line."""

import re
from itertools import permutations

import pytest

from cards.answers.grade import grade
from cards.answers.proof import posed
from cards.checking.check import check_card
from cards.variants.draw import draw, fill
from cards.variants.generator import Generator
from cards.variants.proof_lines import is_proof, lines_of
from sims.maths import tex_of

SQUARES = (
    "(a + b)^2 - (a - b)^2",
    "= a^2 + 2*a*b + b^2 - (a - b)^2",
    "= a^2 + 2*a*b + b^2 - a^2 + 2*a*b - b^2",
    "= 4*a*b",
    "<= 4*a*b + 1",
)


@pytest.fixture
def squares(make_card):
    return make_card("Why?", "So.", kind="order", derive=SQUARES, choices=("$= 2 a b$",))


def numbers(card, variant, order):
    """Return the numbers of lines, given by their places in the proof from 1."""
    lines = lines_of(card)
    return " ".join(str(variant.choices.index(lines[n - 1]) + 1) for n in order)


def test_the_card_shows_its_first_line_and_the_others_shuffled(squares):
    variant = draw(squares, 3)
    assert is_proof(squares)
    assert "The proof starts from $" in variant.prompt
    assert set(variant.choices) == {*lines_of(squares), "$= 2 a b$"}
    assert variant.choices != lines_of(squares)


def test_of_all_orders_only_those_count_in_which_each_line_follows(squares):
    variant = draw(squares, 3)
    right = [
        order
        for order in permutations(range(1, 5))
        if grade(squares, variant, numbers(squares, variant, order)).right
    ]
    assert right == [(1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ((1, 2, 3), "4 lines lead to the end"),
        ((3, 1, 2, 4), "your line 1"),
        ((1, 2, 4, 3), "your line 4"),
        ((4, 1, 2, 3), "your line 2"),
    ],
)
def test_the_first_wrong_line_is_named(squares, order, says):
    variant = draw(squares, 3)
    graded = grade(squares, variant, numbers(squares, variant, order))
    assert graded.verdict == "different"
    assert says in graded.message


def test_a_line_that_does_not_belong_is_named(squares):
    variant = draw(squares, 3)
    typed = f"{variant.choices.index('$= 2 a b$') + 1} {numbers(squares, variant, (1, 2))}"
    assert "does not belong" in grade(squares, variant, typed).message


@pytest.mark.parametrize("typed", ["", "x y z", "1 1 2", "9", "0", "1 2 3 4 5 6", "first"])
def test_what_names_no_lines_is_asked_again(squares, typed):
    assert grade(squares, draw(squares, 3), typed).verdict == "invalid"


def test_two_steps_of_one_size_may_change_places(make_card):
    lines = ("a + b + c", "= b + a + c", "= a + c + b", "= c + a + b")
    card = make_card("Why?", "So.", kind="order", hint="h", derive=lines)
    variant = draw(card, 1)
    graded = grade(card, variant, numbers(card, variant, (2, 1, 3)))
    assert graded.right
    assert "Another order" in graded.message


def test_a_derivation_is_posed_with_lines_that_do_not_belong(make_card):
    card = make_card("q", kind="symbol", answer="x", derivation="gini.pareto")
    proof = posed(card, Generator(3))
    assert proof is not None
    variant = fill(proof, {}, 5)
    assert len(variant.choices) == len(proof.check.order) + 2
    order = " ".join(str(variant.choices.index(line) + 1) for line in proof.check.order)
    assert grade(proof, variant, order).right
    wrong = variant.choices.index(proof.check.choices[0]) + 1
    assert "does not belong" in grade(proof, variant, f"{wrong} {order[0]}").message


def test_no_line_gives_away_that_a_letter_was_put_in_elsewhere(make_card):
    card = make_card("What is the mean?", "So.", derivation="pareto.mean")
    lines = [posed(card, Generator(seed)).check.choices for seed in range(4)]
    assert any(lines)
    assert not any(re.search(r"(?<![\d.])1 x", line) for of_seed in lines for line in of_seed)


def test_a_fence_is_posed_too_and_a_short_one_is_not(make_card):
    card = make_card("Why?", "So.", derive=SQUARES)
    proof = posed(card, Generator(1))
    assert proof is not None
    assert proof.check.choices
    assert f"$= {tex_of('4*a*b')}$" in proof.check.order
    assert posed(make_card("q", "a", derive=("a + a", "2*a")), Generator(1)) is None
    assert posed(make_card("q", "a"), Generator(1)) is None
    wrong = ("a + a", "3*a", "2*a")  # nobody is to be told that this is in order
    assert posed(make_card("q", "a", derive=wrong), Generator(1)) is None


def test_the_tests_of_a_deck_try_the_order(squares):
    assert not check_card(squares).problems
