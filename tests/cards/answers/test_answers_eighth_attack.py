"""An eighth attack: words beside a point, turned words, signs in prose, another name."""

import pytest

from cards.answers.key_points import key_points, said
from cards.answers.text import grade_text

UNBIASED = "The estimate is unbiased."
ADDED = [
    (UNBIASED, "The estimate is unbiased only for large samples."),
    (UNBIASED, "The estimate could be unbiased."),
    (UNBIASED, "The estimate can be unbiased."),
    (UNBIASED, "The estimate is asymptotically unbiased."),
    (UNBIASED, "The estimate was unbiased until it was clipped."),
    (UNBIASED, "If the sample is large the estimate is unbiased."),
    (UNBIASED, "The estimate is sometimes unbiased."),
    (UNBIASED, "The estimate is unbiased? No."),
    (UNBIASED, "Another estimate is unbiased."),
    ("The critic scores the action.", "The critic's rival scores the action."),
    ("The critic scores the action.", "The actor, not the critic, scores the action."),
    ("Adam", "Adam SGD Adagrad"),
    ("Adam", "Adam, SGD"),
    ("Adam", "Adam/SGD"),
    ("Adam", "Adam; SGD"),
    (
        "Dropout reduces overfitting in training.",
        "Dropout somewhat reduces overfitting in training.",
    ),
    ("Dropout reduces overfitting in training.", "Dropout weakly reduces overfitting in training."),
    ("left", "left/right"),
    ("It increases.", "It increases, then decreases."),
    ("twelve", "twelve hundred"),
    ("a dozen", "a dozen dozen"),
    ("half", "half of half"),
    ("the third", "one third"),
    ("more than 5", "more than 5 thousand"),
]
SIGNS = [
    ("It divides by n-1.", "It divides by n+1."),
    ("It divides by n-1.", "It divides by n/1."),
    ("Its charge makes it Ca2+", "Its charge makes it Ca2"),
    ("It freezes at -5 degrees.", "It freezes at 5 degrees."),
    ("It is written in C++", "It is written in C"),
    ("It tests a != b", "It tests a = b"),
    ("It sorts in O(n log n)", "It sorts in O(n + log n)"),
]
ORDERS = [
    ("The winner, then the loser.", "The loser, then the winner."),
    ("An encoder followed by a decoder.", "A decoder followed by an encoder."),
    ("Mean rather than median.", "Median rather than mean."),
    ("It is cheaper than PPO.", "PPO is cheaper than it."),
    ("convex → continuous", "continuous → convex"),
    ("one in five", "five in one"),
    ("keys to values", "values to keys"),
    ("a sum of products", "a product of sums"),
]
TOLD = [
    ("It divides by n-1.", "It divides by n − 1."),
    ("It is cheaper than PPO.", "it's cheaper than PPO"),
    ("Left and right", "right and left"),
    ("The loss falls slowly", "so here the loss falls slowly"),
    ("TCP is reliable", "TCP, not UDP, is reliable"),
    ("The learning rate falls after each epoch", "the learning rate of SGD falls after each epoch"),
]


@pytest.mark.parametrize(("point", "typed"), [*ADDED, *SIGNS, *ORDERS])
def test_what_says_more_or_says_it_otherwise_earns_no_tick(point: str, typed: str) -> None:
    assert said(point, point)
    assert not all(one.found for one in key_points(point, typed))
    assert not grade_text(point, typed).right


@pytest.mark.parametrize(("point", "typed"), TOLD)
def test_what_says_the_same_earns_a_tick(point: str, typed: str) -> None:
    assert all(one.found for one in key_points(point, typed))


def test_words_of_the_question_cost_no_tick() -> None:
    typed = "In a network with dropout the units are dropped."
    assert not said("Units are dropped.", typed)
    assert said("Units are dropped.", typed, "What happens in a network with dropout?")


def test_words_of_the_other_points_cost_no_tick() -> None:
    found = key_points(
        "Weights are positive; they add up to unity", "positive weights, up to unity"
    )
    assert found[0].found


@pytest.mark.parametrize("typed", ["5 to 3", "5 to 3'", "3' to 5'"])
def test_the_ends_of_a_strand_keep_their_marks(typed: str) -> None:
    assert not grade_text("5' to 3'", typed).right
    assert grade_text("5' to 3'", "from 5′ to 3′").verdict != "different"
    assert grade_text("5' to 3'", "5′ to 3′").right


@pytest.mark.parametrize(
    ("wanted", "typed"), [("Nielsen", "Nielson"), ("hydrolase", "hydrolyse"), ("Hansen", "Hanson")]
)
def test_another_name_or_class_is_no_typo(wanted: str, typed: str) -> None:
    assert grade_text(wanted, typed).verdict == "undecided"


@pytest.mark.parametrize("sign", ["?", ",", "-", "'", "A ", ", not", "of ", "one ", "? ", "v. "])
def test_long_answers_of_one_sign_are_read_quickly(sign: str) -> None:
    said("It is convex.", sign * (4_000 // len(sign)))
