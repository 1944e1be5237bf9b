"""What `given` may say, and what it answers to a slip of the pen."""

from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from cards.variants.given import GivenError, read_given


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.5..0.8 step 0.1", ["0.5", "0.6", "0.7", "0.8"]),
        ("0.90..1.00 step 0.05", ["0.90", "0.95", "1.00"]),
        ("-1..1 step 0.5", ["-1.0", "-0.5", "0.0", "0.5", "1.0"]),
        ("0..1 step 0.3", ["0.0", "0.3", "0.6", "0.9"]),
        ("int 2..5", ["2", "3", "4", "5"]),
        ("2 .. 5", ["2", "3", "4", "5"]),
        ("10..30 step 10", ["10", "20", "30"]),
        ("[0.5, 1, 2.00]", ["0.5", "1", "2.00"]),
        ("[(1, 2), (3, 4)]", ["(1, 2)", "(3, 4)"]),
        ("[relu, softmax]", ["relu", "softmax"]),
        ("3", ["3"]),
    ],
)
def test_values_are_shown_as_written(text, values):
    given = read_given({"a": text})
    assert list(given.choices["a"]) == values
    assert given.combinations == len(values)


def test_derived_values_are_kept_apart():
    given = read_given({"p": "[0.1, 0.2]", "q": "= 1 - p"})
    assert given.derived == {"q": "1 - p"}
    assert given.names == ("p", "q")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0.5..2", "needs a step"),
        ("2..1", "empty"),
        ("1..2 step 0", "empty"),
        ("1..2 step -1", "empty"),
        ("int 0.5..2", "whole numbers"),
        ("a..b", "not a number"),
        ("1..2 by 3", "low..high step size"),
        ("." * 100_000, "low..high step size"),
        ("1..١", "not a number"),
        ("1..1e99", "not a number"),
        ("0..10000000", "over 1,000,000"),
        ("[1, , 2]", "empty entry"),
        ("[1, 1]", "twice"),
        ("", "says nothing"),
    ],
)
def test_slips_are_named(text, says):
    with pytest.raises(GivenError, match=says):
        read_given({"a": text})


@pytest.mark.parametrize("name", ["2a", "a b", "pi", "", "_a", "exp", "sum", "α", "x_0"])
def test_names_that_mean_something_are_refused(name):
    with pytest.raises(GivenError, match="cannot name a parameter"):
        read_given({name: "1"})


@pytest.mark.parametrize("name", ["e", "i", "mean", "H", "batch"])
def test_other_names_are_free(name):
    assert read_given({name: "1"}).names == (name,)


@drawn(
    st.decimals(-100, 100, places=2, allow_nan=False),
    st.integers(1, 50),
    st.decimals("0.01", 9, places=2, allow_nan=False),
)
def test_ranges_are_exact(low, count, step):
    high = low + (count - 1) * step
    values = read_given({"a": f"{low}..{high} step {step}"}).choices["a"]
    assert [Decimal(value) for value in values] == [low + k * step for k in range(count)]


@drawn(st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_combinations_are_each_listed_once(sizes):
    given = read_given({"abcd"[k]: f"int 1..{size}" for k, size in enumerate(sizes)})
    listed = [tuple(given.combination(n).values()) for n in range(given.combinations)]
    assert len(set(listed)) == len(listed) == given.combinations
