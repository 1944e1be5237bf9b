"""Lists in answers: where their order says something, and where it does not."""

import time
from typing import Any

import pytest

from cards.answers.listing import is_ordered, items
from cards.card import HIDDEN


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Q: What are its median and its range, respectively?\nA: 4 and 9", "9 and 4"),
        ("Q: What are the median and the mode?\nA: 4, 9", "9, 4"),
        ("Q: How many layers and heads has it?\nA: 12, 16", "16 and 12"),
        ("Q: What are its mean, median and mode?\nA: 1, 2, 3", "1, 3, 2"),
        ("Q: Who painted Guernica and who the Sunflowers?\nA: Picasso, van Gogh",
         "van Gogh, Picasso"),
        ("Q: Which net is trained and which is frozen?\nA: student and teacher",
         "teacher and student"),
        ("Q: In which order are they run?\nA: fetch, decode", "decode, fetch"),
        ("Q: What are the phases of it?\nA: ascent, hover, descent", "hover, ascent, descent"),
        ("Q: What ranks highest, listed in descending order?\nA: gold, silver", "silver, gold"),
        ("Q: What are the coordinates?\nA: 3, 4", "4, 3"),
        ("Q: What shape has it?\nA: 3, 4", "4, 3"),
        ("C: They are the [public, private] keys, respectively.", "private, public"),
        ("Q: What is its width × height?\nA: 3 and 4", "4 and 3"),
        ("Q: How many wheels has a car, how many a bike?\nA: 4, 2", "2, 4"),
        ("C: The point lies at [3, 4].", "4, 3"),
        ("C: Mean and variance are [0 and 2].", "2 and 0"),
        ("C: The [former and latter] part.", "latter and former"),
        ("C: The [input, output] are x and y.", "output, input"),
    ],
)  # fmt: skip
def test_order_that_says_something_is_not_passed_over(graded: Any, text: str, typed: str) -> None:
    found = graded(text, typed)
    assert found.verdict == "undecided"
    assert not any(point.found for point in found.points)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Q: What are the parts of a VAE?\nA: encoder and decoder", "decoder and encoder"),
        ("Q: What are the eigenvalues?\nA: 2, 3", "3, 2"),
        ("Q: Which primes lie between 4 and 8?\nA: 5, 7", "7 and 5"),
        ("Q: What are pros and cons of it?\nA: speed, cost, size", "cost, speed, size"),
        ("Q: What is done in order to win?\nA: attack and defend", "defend and attack"),
        ("Q: Which two differ by an order of magnitude?\nA: ants and mice", "mice and ants"),
        ("C: A VAE has [an encoder and a decoder] and is trained.", "a decoder and an encoder"),
        ("C: The colours are [red, green, and blue].", "blue, red, green"),
        ("Q: Which sizes fit?\nA: small, large", "large, small"),
        ("Q: What are mean and mode?\nA: 4, 9", "4, 9"),
        ("Q: What are mean and mode?\nA: 4, 9", "4 and 9"),
    ],
)
def test_a_list_may_come_in_any_other_order(graded: Any, text: str, typed: str) -> None:
    assert graded(text, typed).right


@pytest.mark.parametrize(
    "sign",
    ["and ", ", ", "first ", "between a and ", "both ", HIDDEN, ". ", "in order ", "1,", " "],
)
def test_hostile_text_is_read_in_time(sign: str) -> None:
    text = sign * (100_000 // len(sign))
    started = time.process_time()
    items(text)
    is_ordered("a, b", text)
    is_ordered(text, "a, b")
    assert time.process_time() - started < 5
