"""The article of what a question asks for, and where none is to stand."""

import pytest

from cards.formats import outline
from cards.formats.outline.articles import with_article


@pytest.mark.parametrize(
    ("bare", "whole"),
    [
        ("What is Modem?", "What is a modem?"),
        ("What does Half Adder do?", "What does a Half Adder do?"),
        ("What does Adder add to?", "What does an adder add to?"),
        ("What is spring balancer used for?", "What is a spring balancer used for?"),
        ("What is Rooted Tree in Forestry?", "What is a Rooted Tree in Forestry?"),
        ("What is Gini coefficient?", "What is the Gini coefficient?"),
        ("What is membrane?", "What is a membrane?"),
        ("What does Cell Membrane contain?", "What does the Cell Membrane contain?"),
        ("What is Network Switch (NS)?", "What is a Network Switch (NS)?"),
        ("(Plumbing) What does valve regulate?", "(Plumbing) What does a valve regulate?"),
        ("What does Income approach do?", "What does the Income approach do?"),
        ("What is discharge rate?", "What is the discharge rate?"),
        ("What can valve be thought of as?", "What can a valve be thought of as?"),
        ("What is Tidal Gate called in Kent?", "What is a Tidal Gate called in Kent?"),
        ("Where is stack located?", "Where is a stack located?"),
    ],
)
def test_a_thing_of_which_there_are_many_is_asked_with_its_article(bare: str, whole: str):
    assert with_article(bare) == whole


@pytest.mark.parametrize(
    ("name", "article"),
    [
        ("LSTM Encoder", "an"),
        ("UDP Packet", "a"),
        ("RAM Module", "a"),
        ("nMOS Transistor", "an"),
        ("unit vector", "a"),
        ("unimodal sequence pattern", "a"),
        ("used valve", "a"),
        ("hourly timestamp", "an"),
        ("input vector", "an"),
        ("European Router", "a"),
        ("Unary Operator", "a"),
        ("unnamed pipe vector", "an"),
    ],
)
def test_the_article_is_that_of_the_sound(name: str, article: str):
    assert with_article(f"What is {name}?") == f"What is {article} {name}?"


@pytest.mark.parametrize(
    "prompt",
    [
        "What is a modem?",
        "What is the longest vector?",
        "What is this router?",
        "What is Entropy?",
        "What is Deutsche Bank?",
        "What is meant by “Modem”?",
        "What is “Modem”?",
        "What are Modems?",
        "What is Ohm's resistor?",
        "What is Routing in a graph?",
        "What is $x$ tree?",
        "Which router?",
        "What does hashing map?",
        "What is Tree of nodes?",
        "What does each node do?",
        "What is",
        "",
    ],
)
def test_no_article_stands_where_none_is_missing_or_known(prompt: str):
    assert with_article(prompt) == prompt


def test_a_card_asks_with_the_article():
    note = "# Networks\n\n## Modem\n\nA device that turns bits into sounds and sounds into bits.\n"
    assert [card.prompt for card in outline.read("note.md", note).cards] == ["What is a modem?"]


@pytest.mark.parametrize("text", ["What is " + "a" * 100_000, "What does " + "tree " * 20_000 + "?",
                                  "(" * 100_000, "What is x (" + "A" * 100_000])  # fmt: skip
def test_a_long_prompt_is_left_as_it_is(text: str):
    assert with_article(text) == text
