"""Wrong answers that tempt: a slip away, written alike, and never given away by their place."""

from collections import Counter
from decimal import Decimal
from difflib import SequenceMatcher

import pytest

from cards.answers.grade import grade
from cards.answers.recast import as_choice
from cards.answers.wrong import among, formulas, numbers, texts, unlikeness
from cards.variants.draw import draw, fill
from cards.variants.generator import Generator
from sims.maths import parse, to_text
from sims.maths.syntax.tree import free_names

FORMULAS = ["p*(1 - p)", "a^2/(b + 1)", "log(x) - y", "n*(n - 1)/2", "sum(x_i^2, i, 1, n)/n"]


@pytest.mark.parametrize("text", FORMULAS)
def test_slips_have_the_names_of_the_right_formula_and_its_size(text):
    right = parse(text)
    made = formulas(right, Generator(1))
    assert len(made) >= 3
    assert right not in made
    assert len(set(made)) == len(made)
    assert {frozenset(free_names(one)) for one in made} == {frozenset(free_names(right))}


@pytest.mark.parametrize("right", ["0.1353", "15000", "3", "1", "0.5", "97", "-4", "0", "6.02"])
def test_numbers_are_written_alike_and_no_place_among_them_is_the_right_ones(right):
    places: Counter[int] = Counter()
    for seed in range(200):
        wrong = numbers(right, (), 3, Generator(seed))
        assert len({*wrong, right}) == 4
        if Decimal(right) > 0:
            assert all(Decimal(one) >= 0 for one in wrong)
        if 0 < Decimal(right) < 1:
            assert all(Decimal(one) < 1 for one in wrong)
        assert all(("." in one) == ("." in right) for one in wrong) or right == "0"
        places[sorted([*wrong, right], key=Decimal).index(right)] += 1
    assert max(places.values()) < 160


def test_words_are_turned_round_and_their_number_moved():
    assert texts("The variance increases", 3, Generator(1)) == ["The variance decreases"]
    assert texts("Smooth and convex", 3, Generator(1)) == ["Smooth and concave"]
    moved = texts("about 1,500 tokens", 3, Generator(1))
    assert len(moved) == 3
    assert all(one.startswith("about ") and one.endswith(" tokens") for one in moved)
    assert texts("a hash table", 3, Generator(1)) == []


def test_what_looks_otherwise_is_further_away():
    assert unlikeness("a small step", "a large step") < unlikeness("a small step", "$x^2$, 3 times")
    assert unlikeness("Yes: it is", "No: it is not") < unlikeness("Yes: it is", "It is not so.")


def test_options_of_a_formula_are_slips_that_the_grader_refuses(make_card):
    card = make_card("The share of?", kind="symbol", answer="a^2/(b + 1)")
    for seed in range(5):
        choice = as_choice(card, draw(card, seed), [], Generator(seed))
        assert choice is not None
        options = fill(choice, {}, seed).choices
        assert len(options) == 4
        rights = [grade(card, draw(card, seed), option).right for option in options]
        assert rights.count(True) == 1


def test_options_of_a_number_come_with_its_unit(make_card):
    card = make_card("How long?", kind="number", answer="12 m", unit="m")
    choice = as_choice(card, draw(card, 1), [], Generator(1))
    assert choice is not None
    assert all(option.endswith(" m") for option in choice.check.choices)


def test_a_full_stop_gives_nothing_away(make_card):
    card = make_card("What is a batch?", "some rows at once.", kind="basic")
    others = [
        make_card(f"{name}?", f"the {name} itself", id=name) for name in ("adam", "loss", "norm")
    ]
    choice = as_choice(card, draw(card), others, Generator(1))
    assert choice is not None
    assert not any(option.endswith(".") for option in choice.check.choices)
    assert grade(choice, fill(choice, {}, 0), "some rows at once").right


def test_the_right_formula_is_not_the_one_that_the_others_resemble() -> None:
    """Who knows nothing and takes what most resembles all others is right about as by chance."""
    right, taken = "2*a*b/(c + d)^2", 0
    for seed in range(40):
        generator = Generator(seed)
        pool = [to_text(one) for one in formulas(parse(right), generator)[:7]]
        shown = [to_text(parse(right)), *among(to_text(parse(right)), pool, 3, generator)]
        alike = [sum(SequenceMatcher(None, a, b).ratio() for b in shown) for a in shown]
        taken += alike.index(max(alike)) == 0
    assert 3 <= taken <= 20
