"""Questions about numbers that notes tell: how much, how many, in which year."""

import pytest

from cards.answers.inferred import inferred
from cards.card import Kind
from cards.formats import outline


def asked(line, title="Facts of the field"):
    note = outline.read("n.md", f"# {title}\n\n- {line}\n")
    return {card.prompt: inferred(card) for card in note.cards}


@pytest.mark.parametrize(
    ("line", "prompt", "answer"),
    [
        (
            "The boiling point of ethanol is 78 °C.",
            "What is the boiling point of ethanol?",
            "78 °C",
        ),
        ("Size of an IPv4 address: 32 bits", "What is the size of an IPv4 address?", "32 bits"),
        ("Planck's constant is $6.6 \\times 10^{-34}$.", "What is Planck's constant?", "6.6e-34"),
        (
            "The fern genome has 1,260 chromosomes.",
            "How many chromosomes does the fern genome",
            "1260",
        ),
        (
            "The Treaty of Utrecht was signed in 1713.",
            "In which year was the Treaty of Utrecht",
            "1713",
        ),
        ("The Battle of Mohács took place in 1526.", "In which year did the Battle of Moh", "1526"),
    ],
)
def test_a_number_is_asked_with_what_it_is_of(line, prompt, answer):
    found = {q: card for q, card in asked(line).items() if q.startswith(prompt)}
    card = next(iter(found.values()))
    assert card.kind is Kind.NUMBER
    assert card.check.answer == answer


@pytest.mark.parametrize(
    "line",
    [
        "The mean of this sample is 3.2",
        "Korea and China: 1294",
        "The TCP handshake: 1 RTT",
        "The page of the definition is 12",
        "Our rate of return was 7%",
        "The web wasn't popular until browsers were released in 1993",
        "The size of the buffer is 12-14",
    ],
)
def test_a_number_of_nothing_that_is_named_is_not_asked(line):
    assert not [card for card in asked(line).values() if card.kind is Kind.NUMBER]


def test_numbers_of_worked_examples_are_left_out():
    note = "# Heat\n\n## Example\n\n- The boiling point of the solution is 101 °C.\n"
    assert not outline.read("n.md", note).cards
