"""Variants: the same seed is the same draw for ever, and every draw is allowed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.variants import draw as variants
from cards.variants.draw import VariantError, combinations, draw, fill, problem_of, put_in
from cards.variants.variant import plain, revealed

WIDE = {"a": "0.5..2 step 0.01", "b": "0.1..2 step 0.01", "T": "[0.5, 1, 2]"}
SMALL = {"n": "int 2..9", "k": "[1, 2, 3]"}

PINNED_WIDE = [
    {"a": "1.78", "b": "1.57", "T": "0.5"},
    {"a": "1.08", "b": "0.38", "T": "0.5"},
    {"a": "1.47", "b": "0.57", "T": "0.5"},
]
PINNED_SMALL = [{"n": "3", "k": "3"}, {"n": "6", "k": "2"}, {"n": "7", "k": "2"}]


@pytest.fixture(scope="session")
def wide(make_card):
    return make_card(
        "Scores $\\var{a}$ and $\\var{b}$, temperature {T}?",
        kind="number",
        given=WIDE,
        require="a > b",
        answer="exp(a/T)/(exp(a/T) + exp(b/T))",
        tolerance="1%",
    )


@pytest.fixture(scope="session")
def small(make_card):
    return make_card("{n} over {k}?", kind="number", given=SMALL, answer="binomial(n, k)")


def test_draws_are_pinned(wide, small):
    """These may never change: people have seen them, and a paper's seed promises them."""
    assert [dict(draw(wide, seed).values) for seed in (0, 1, 2**40)] == PINNED_WIDE
    assert [dict(draw(small, seed).values) for seed in (0, 1, 2)] == PINNED_SMALL


@given(st.integers(0, 2**63 - 1))
def test_every_draw_is_allowed(wide, seed):
    variant = draw(wide, seed)
    a, b, t = (Decimal(variant.values[name]) for name in "abT")
    assert a > b
    assert Decimal("0.5") <= a <= 2
    assert Decimal("0.1") <= b <= 2
    assert t in (Decimal("0.5"), 1, 2)
    assert draw(wide, seed) == variant
    assert fill(wide, variant.values, seed) == variant


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_the_same_variant_does_not_come_twice_running(small, wide, first, second):
    for card in (small, wide):
        before = draw(card, first).values
        assert draw(card, second, before).values != before


def test_the_only_variant_comes_again(make_card):
    card = make_card("{n}?", kind="number", given={"n": "3"}, answer="n^2")
    only = draw(card, 1)
    assert draw(card, 2, only.values).values == only.values == {"n": "3"}


def test_texts_carry_the_values(make_card):
    card = make_card(
        "With $p = \\var{p}$, what is {q} squared, and {x}?",
        "It is {q} times {q}.",
        kind="number",
        given={"p": "0.1", "q": "= 1 - p"},
        answer="q^2",
    )
    variant = draw(card)
    assert variant.prompt == "With $p = {0.1}$, what is 0.9 squared, and {x}?"
    assert variant.answer.startswith("It is 0.9 times 0.9.\n\n$")
    assert variant.answer.endswith("= 0.81$")
    assert variant.expected == "(1 - 0.1)^2"
    assert variant.to_dict() == {"seed": 0, "values": {"p": "0.1", "q": "0.9"}}


def test_derived_values_are_computed_exactly_and_shown_short(make_card):
    card = make_card("{q}?", kind="number", given={"n": "3", "q": "= 1/n"}, answer="3*q")
    assert draw(card).values["q"] == "0.333333333333"
    assert draw(card).expected == "3*(1/3)"


def test_a_bound_name_is_not_a_parameter(make_card):
    card = make_card("?", kind="number", given={"k": "7", "n": "4"}, answer="sum(k, k, 1, n)")
    assert draw(card).expected == "sum(k, k, 1, 4)"


def test_a_card_without_parameters_has_one_variant(make_card):
    card = make_card("Why {x}?", "Because.")
    assert draw(card, 5).prompt == "Why {x}?"
    assert draw(card, 5).answer == "Because."
    assert list(variants.representative(card)) == [draw(card)]


def test_combinations_are_listed_and_the_rest_is_sampled(small, wide):
    assert len(combinations(small)) == 24
    assert [v.seed for v in variants.representative(small)] == list(range(24))
    assert len(list(variants.representative(wide))) == 50
    with pytest.raises(VariantError, match="too many"):
        combinations(wide)


def test_review_keeps_old_values_when_the_note_changes(make_card):
    old = make_card("{n}?", kind="number", given={"n": "[1, 2]"}, answer="n")
    new = make_card("{n} now?", kind="number", given={"n": "[8, 9]"}, answer="n")
    assert fill(new, draw(old).values).prompt in ("1 now?", "2 now?")


def test_misconceptions_get_the_values_too(small):
    values = draw(small).values
    assert put_in(small, values, "n*k") == f"{values['n']}*{values['k']}"


@pytest.mark.parametrize(
    ("check", "says"),
    [
        ({"given": {"a": "1..2 step 0.7x"}}, "not a number"),
        ({"given": {"a": "int 1..5"}, "require": "a > 9"}, "satisfy require: a > 9"),
        ({"given": {"a": "1..900 step 1"}, "require": "a = 0"}, "100 draws of given did not"),
        ({"given": {"a": "int 1..5"}, "require": "a > b"}, "require: b has no value"),
        ({"given": {"a": "int 1..5"}, "require": "a +"}, "require: "),
        ({"given": {"a": "int 1..5"}, "require": "a + 1"}, "neither true nor false"),
        ({"given": {"a": "3", "b": "= 1/(a - 3)"}}, "no values of given give every one a value"),
        ({"given": {"a": "int 1..5", "b": "= 2*c"}}, "given b: c is not given above it"),
        ({"given": {"a": "int 1..5", "b": "= 2*c", "c": "= a"}}, "given b: c is not given above"),
        ({"given": {"a": "int 1..5", "b": "= 2*"}}, "given b: "),
        ({"given": {"a": "int 1..5"}, "answer": "a +* 2"}, "answer: "),
    ],
)
def test_import_says_what_is_wrong(make_card, check, says):
    problem = problem_of(make_card("{a}?", kind="number", **check))
    assert problem is not None
    assert says in problem


def test_import_finds_nothing_wrong_with_a_sound_card(wide, small, make_card):
    assert problem_of(wide) is problem_of(small) is problem_of(make_card("?", "plain")) is None
    assert problem_of(make_card("?", kind="number", given={"b": "= 2*c", "c": "3"})) is None


def test_values_that_leave_a_derived_one_undefined_are_not_drawn(make_card):
    card = make_card("?", kind="number", given={"a": "int 1..5", "b": "= 1/(a - 3)"}, answer="b")
    assert [v["a"] for v in combinations(card)] == ["1", "2", "4", "5"]


def test_a_seed_without_luck_falls_back_on_one_that_import_tried(make_card, monkeypatch):
    """One in 900 values is allowed, so most seeds need more than a few draws."""
    card = make_card("{a}?", kind="number", given={"a": "1..900 step 1"}, require="a < 30")
    lucky = [seed for seed in range(50) if _draws(card, seed)]
    assert 40 <= len(lucky) <= 50
    monkeypatch.setattr(variants, "SEEDS", 1)
    for seed in range(1, 200):
        assert int(draw(card, seed).values["a"]) < 30


def _draws(card, seed):
    try:
        return draw(card, seed)
    except VariantError:
        return None


@pytest.mark.parametrize("where", ["require", "given", "answer"])
def test_a_deck_cannot_make_a_draw_take_long(make_card, calls, where):
    endless = "sum(sum(sum(sin(i*j*k), i, 1, 2000), j, 1, 2000), k, 1, 2000)"
    check = {"given": {"n": "1..900 step 1"}, "answer": "n"}
    if where == "given":
        check["given"]["m"] = f"= n + {endless}"
    else:
        check[where] = f"n > {endless}" if where == "require" else endless
    problem, made = calls(lambda: problem_of(make_card("{n}?", kind="number", **check)))
    assert made < 5_000_000
    assert problem is None if where == "answer" else problem is not None


def test_a_card_without_a_check_needs_no_drawing(make_card):
    card = replace(make_card("What is {T}?", "Heat"), check=None)
    assert plain(card, 3) == draw(card, 3)


def test_a_cloze_is_revealed_with_the_values_and_what_was_worked_out(make_card):
    card = make_card(
        "With {T} tosses all are *heads* in […].",
        "one case of some",
        kind="cloze",
        given={"T": "[3]"},
        answer="1/2^T",
    )
    sentence = "With 3 tosses all are *heads* in **one case of some**."
    variant = draw(card)
    assert revealed(card, variant) == f"{sentence}\n\n$\\frac{{1}}{{2^{{3}}}} = 0.125$"
    simulated = replace(variant, answer=f"{variant.answer}\n\nComputed: 0.13")
    assert revealed(card, simulated).endswith("= 0.125$\n\nComputed: 0.13")
    assert "in one case of some." in revealed(card, variant, mark="")
    bare = replace(card, answer="1/2^T")
    assert revealed(bare, draw(bare)) == sentence.replace(
        "one case of some", "$\\frac{1}{2^{3}} = 0.125$"
    )


def test_any_other_card_is_revealed_by_its_answer(make_card):
    card = make_card("It hides […].", "**This**.")
    assert revealed(card, plain(card)) == "**This**."
