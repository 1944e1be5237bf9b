"""Parts that a line announces are asked for in a question, where it has a noun for them."""

import pytest

from cards.formats import outline
from cards.formats.outline.faults.answer import fault_of
from cards.formats.outline.parts import in_a_question
from cards.formats.outline.subjects import is_field
from cards.formats.outline.terms import fault_of as no_term


@pytest.mark.parametrize(
    ("announced", "asked"),
    [
        ("Three types of lock gates: which three?", "What are the three types of lock gates?"),
        ("(Gates) Two kinds of hinge: which two?", "(Gates) What are the two kinds of hinge?"),
        ("There are two parts of a weir: which two?", "What are the two parts of a weir?"),
        (
            "Causes of silting include: which two?",
            "What do causes of silting include? (two answers)",
        ),
        ("The oldest canals are: which four?", "What are the oldest canals? (four answers)"),
        ("Thames locks include: which two?", "What do Thames locks include? (two answers)"),
    ],
)
def test_an_announcement_becomes_a_question(announced: str, asked: str):
    assert in_a_question(announced) == asked


@pytest.mark.parametrize(
    "prompt",
    [
        "A lock consists of two parts: which two?",
        "Three things that a weir does: which three?",
        "Two boats: which three?",
        "The gates, which are closed, are: which two?",
        "If a gate leaks, causes include: which two?",
        "What is a weir?",
        "(" * 100_000,
        "The " + "a" * 100_000 + " are: which two?",
        "two " * 25_000 + ": which two?",
        "",
    ],
)
def test_what_has_a_verb_of_its_own_stays(prompt: str):
    assert in_a_question(prompt) == prompt


def test_parts_are_asked_of_a_note():
    note = "# Canal locks\n\nThe kinds of lock gates include:\n\n- Mitre gate\n- Sector gate\n"
    prompts = [card.prompt for card in outline.read("note.md", note, everything=True).cards]
    assert "What do the kinds of lock gates include? (two answers)" in prompts


def test_a_share_does_not_say_what_a_term_means():
    assert fault_of("What is meant by “Leakage” in Canals?", "5-10 %, more in dry summers")
    assert fault_of("What is meant by “Leakage”?", "~20% of the inflow")
    assert not fault_of("What is meant by “Leakage”?", "Water that 20 % of the locks lose")
    assert not fault_of("What is the share of leakage?", "5 %")


def test_an_adjective_alone_is_no_field():
    assert not is_field("Hydrological")
    assert not is_field("Experimental")
    assert is_field("Chemical")
    assert is_field("Hydrological cycle")


def test_what_contrasts_is_no_term():
    assert no_term("Deep but narrow", "A channel that lets boats pass with their keels")
    assert not no_term("But", "A measure of butter that was sold by canal")
