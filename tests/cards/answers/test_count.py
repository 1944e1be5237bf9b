"""Counts and years of notes, which are exact where a measured number has a tolerance."""

import time
from typing import Any

import pytest

from cards.answers.count import is_counted
from cards.card import HIDDEN, Card, Kind

COUNTED = [
    ("Q: How many legs has an insect?\nA: 6", 6),
    ("Q: How many legs has an insect?\nA: 6.", 6),
    ("Q: An octopus has how many hearts?\nA: 3", 3),
    ("Q: What is the number of planets?\nA: 8", 8),
    ("Q: What is the total number of keys?\nA: 88", 88),
    ("Q: In which year did Rome fall?\nA: 476", 476),
    ("Q: In what year was it printed?\nA: 1687", 1687),
    ("Q: When was the paper on attention published?\nA: 2017", 2017),
    ("C: A cube has [12] edges.", 12),
    ("C: The wall fell in [1989].", 1989),
    ("C: It was written in the year [1843].", 1843),
    ("C: It held from [1815] on.", 1815),
    ("C: He was born on 3 June [1912].", 1912),
    ("C: It has [3] hidden layers.", 3),
    ("Q: How many of them are primes?\nA: 5", 5),
    ("Q: How many cells has it?\nA: 1,000", 1000),
    ("Q: What is the birth year of Gauss?\nA: 1777", 1777),
]


@pytest.mark.parametrize("off", [0.4, -0.4, 0.5, 1])
@pytest.mark.parametrize(("text", "number"), COUNTED)
def test_a_count_or_a_year_is_no_fraction(graded: Any, text: str, number: int, off: float) -> None:
    assert graded(text, f"{number + off:g}").verdict == "different"


@pytest.mark.parametrize("typed", ["{}", "{}.0", " {} ", "{}/1", "{}."])
@pytest.mark.parametrize(("text", "number"), COUNTED)
def test_a_count_may_be_written_in_its_ways(
    graded: Any, text: str, number: int, typed: str
) -> None:
    assert graded(text, typed.format(number)).right


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Q: How many legs has an insect?\nA: 6", "six"),
        ("Q: How many legs has a centipede?\nA: about 30", "31"),
        ("Q: How many kilometres are a marathon?\nA: 42", "42.2"),
        ("Q: How many million parameters has BERT?\nA: 110", "109.6"),
        ("Q: How many times faster is it?\nA: 8", "8.3"),
        ("Q: How many children are born per woman on average?\nA: 2", "2.3"),
        ("Q: What is the ratio?\nA: 4", "4.2"),
        ("Q: What is the error, with the number of samples 100?\nA: 5", "5.1"),
        ("Q: What is the mean when it converges?\nA: 3", "3.1"),
        ("C: The ratio is [4].", "4.2"),
        ("C: It has a mean of [150].", "150.2"),
        ("C: It weighs [12] long tons.", "12.3"),
        ("C: The price rose by [3] points.", "3.2"),
        ("C: It takes [12] hours.", "12.3"),
        ("C: The loss fell in [10] to a half.", "10.2"),
    ],
)
def test_a_measured_number_keeps_its_tolerance(graded: Any, text: str, typed: str) -> None:
    assert graded(text, typed).right


@pytest.mark.parametrize("sign", [HIDDEN, f"in {HIDDEN} ", "how many ", " ", "in ", "year ", "s"])
def test_hostile_questions_are_read_in_time(sign: str) -> None:
    prompt = sign * (100_000 // len(sign))
    card = Card("id", "id", "d", None, (), Kind.BASIC, prompt, "4", "n.md", 1)
    started = time.process_time()
    is_counted(card, "1900")
    assert time.process_time() - started < 5
