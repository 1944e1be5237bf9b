"""Answers of one statement, and questions that say of what field their thing is."""

import pytest

from cards.formats.outline.fields import with_field
from cards.formats.outline.wording import first_statement


@pytest.mark.parametrize(
    ("told", "first"),
    [
        (
            "a measure of how much water a leat carries, weirs are measured by their height",
            "a measure of how much water a leat carries",
        ),
        (
            "a channel that leads water to a mill; the tail race is what leads it off",
            "a channel that leads water to a mill",
        ),
        (
            "a kind of mill where the wheel lies flat in the water, is used in the hills",
            "a kind of mill where the wheel lies flat in the water",
        ),
        ("a region which, considered by itself, is connected", ""),
        ("a set of parts that weirs, leats and mills have in common", ""),
        ("a river whose bed, in summer, is dry", ""),
        ("a mill that grinds corn, wheat and rye", ""),
    ],
)
def test_what_a_comma_joins_is_another_statement(told: str, first: str):
    assert first_statement(told) == (first or told)


def test_a_definition_ends_before_the_next_statement(asked):
    text = (
        "# Mills\n\nA leat is a channel that leads water to a mill, "
        "weirs are walls across the river.\n"
    )
    assert asked(text)["What is a leat?"] == "A channel that leads water to a mill"


def test_the_foremost_of_something_is_asked_for(asked):
    text = "# Silicosis\n\nRadiography is the gold standard for the diagnosis of silicosis.\n"
    found = asked(text, everything=True)
    assert found["What is the gold standard for the diagnosis of silicosis?"] == "Radiography"


@pytest.mark.parametrize(
    ("prompt", "headings", "wanted"),
    [
        (
            "What does Target define?",
            ("Adapter pattern",),
            "(Adapter pattern) What does Target define?",
        ),
        (
            "What is the most accurate test?",
            ("Giardiasis",),
            "(Giardiasis) What is the most accurate test?",
        ),
        (
            "What is the most accurate test of silicosis?",
            ("Giardiasis",),
            "What is the most accurate test of silicosis?",
        ),
        ("What do Box plots tell?", ("Spikiness",), "What do Box plots tell?"),
        ("What does a target stand for?", ("Archery",), "What does a target stand for?"),
    ],
)
def test_a_thing_of_many_fields_has_its_field(prompt: str, headings: tuple[str, ...], wanted: str):
    assert with_field(prompt, headings) == wanted


def test_an_explanation_is_of_its_heading(asked):
    text = (
        "# Statistics\n\n## Interquartile range\n\n"
        "**Explanation:** The spread of the middle half of the data.\n"
    )
    assert "The spread of the middle half of the data." in asked(text).values()
    assert not any("Explanation" in prompt for prompt in asked(text))


@pytest.mark.parametrize(
    "line",
    [
        "- **Sluice**: A gate that, as mentioned above, holds the water of a pond",
        "- **Mistake**: Taking the head of a mill for the height of its weir",
        "- **Usable**: Provides a miller with a steady flow of water",
        "- **Steel mill**: Safer due to its closed rollers and belts",
        "- Weiss et al. [2019] show that weirs of stone last for centuries.",
        "- What other weirs does the river Tyne have?",
    ],
)
def test_what_is_no_meaning_is_not_asked_for(asked, line: str):
    assert not asked(f"# Watermills\n\n{line}\n")


def test_a_list_of_named_points_is_told_by_their_names(asked):
    text = (
        "# Overshot wheels\n\n## Advantages\n\n- Head: they use a high fall of water\n"
        "- Speed: they turn slowly, so that little wears\n- Ice: they run in winter as well\n"
    )
    found = asked(text, everything=True)
    assert "- Head\n- Speed\n- Ice" in found.values()


@pytest.mark.parametrize("name", ["Kubernetes", "Kerberos", "Postgres", "Naive Bayes"])
def test_a_name_that_ends_in_s_is_one(asked, name: str):
    text = f"# {name}\n\n{name} is a system that runs on many machines at once.\n"
    assert f"What is {name}?" in asked(text)


@pytest.mark.parametrize("size", [100_000])
def test_a_long_splice_is_cut_in_time(size: int):
    assert first_statement("aa, " * (size // 4)) == "aa, " * (size // 4)
    assert first_statement("that aa, " * (size // 9)).startswith("that")
