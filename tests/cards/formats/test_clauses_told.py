"""What a clause tells: what something is called under a condition, and how it differs."""

import pytest

from cards.formats import outline


def asked(text):
    return {card.prompt: card.answer for card in outline.read("n.md", text).cards}


@pytest.mark.parametrize(
    ("line", "prompt", "answer"),
    [
        (
            "If the water of a lake turns over twice in a year, the lake is called dimictic.",
            "If the water of a lake turns over twice in a year, what is the lake called?",
            "Dimictic",
        ),
        (
            "When magma cools within the crust of the earth, the rock is known as plutonic rock.",
            "When magma cools within the crust of the earth, what is the rock called?",
            "Plutonic rock",
        ),
    ],
)
def test_a_name_under_a_condition_is_asked_for_under_it(line, prompt, answer):
    assert asked(f"# Geology\n\n{line}\n") == {prompt: answer}


@pytest.mark.parametrize(
    ("line", "prompt", "answer"),
    [
        (
            "Unlike sandstone, basalt has tiny crystals of olivine and pyroxene.",
            "How does basalt differ from sandstone?",
            "It has tiny crystals of olivine and pyroxene",
        ),
        (
            "Unlike glaciers, icebergs are carried along by the currents of an ocean.",
            "How do icebergs differ from glaciers?",
            "They are carried along by the currents of an ocean",
        ),
    ],
)
def test_how_things_differ_is_told_in_a_sentence(line, prompt, answer):
    assert asked(f"# Geology\n\n{line}\n") == {prompt: answer}


def test_a_word_that_says_what_a_line_is_does_not_belong_to_its_term():
    line = "**DEFINITION** Subduction is the movement of one plate of the crust below another."
    assert list(asked(f"# Geology\n\n{line}\n")) == ["What is Subduction?"]


@pytest.mark.parametrize(
    "line",
    [
        "A drawback is that because the drill is wider than the core, the layers of it mix.",
        "## Basalt → a rock\n\n- Uses the surface of the earth as a place to cool",
    ],
)
def test_what_is_no_name_is_asked_for_by_none(line):
    assert asked(f"# Geology\n\n{line}\n") == {}


@pytest.mark.parametrize("opening", ["Historically, a", "Sometimes a", "Instead of digging, a"])
def test_a_sentence_below_a_name_that_tells_when_or_how_often_does_not_say_what_it_is(opening):
    text = f"# Geology\n\n## Seismic survey\n\n{opening} crew sets off a charge and listens.\n"
    assert "What is Seismic survey?" not in asked(text)
