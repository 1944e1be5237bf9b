"""The field that a question says: of sorts, of a program's keys, and in what letters."""

import pytest

from cards.formats import outline
from cards.formats.outline.adjectives import without_article
from cards.formats.outline.faults.grammar import fault_of
from cards.formats.outline.fields import with_field
from cards.formats.outline.subjects import field_of
from cards.formats.outline.wording import Masked


def asked(text: str) -> list[str]:
    """Return the prompts of a note."""
    return [card.prompt for card in outline.read("note.md", text).cards]


def test_a_key_without_a_heading_has_no_field():
    assert with_field("What does `cc` do?", ()) == "What does `cc` do?"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("INTRODUCTION TO FLOOD CONTROL II", "flood control"),
        ("Introduction to Hydrology", "Hydrology"),
        ("A short primer on Weirs", "Weirs"),
        ("THE ROUTING OF SMTP", "the routing of SMTP"),
        ("GNSS", "GNSS"),
        ("Canal Act II", "Canal Act II"),
        ("Overview of 3", "Overview of 3"),
        ("", ""),
    ],
)
def test_a_field_is_said_without_how_it_is_told(heading: str, field: str):
    assert field_of(heading) == field


def test_a_term_below_its_own_sorts_has_no_farther_field():
    note = "# Insurance\n\n## Types of Flood\n\n"
    note += "- Flash flood: a flood that rises within hours of the rain that causes it\n"
    assert asked(note) == ["What is “Flash flood”?"]
    assert asked(note.replace("Types of Flood", "Kinds of rain")) == [
        "What is “Flash flood” in Insurance?"
    ]


def test_a_key_is_one_of_its_program():
    headings = ("Commands", "Cursor movement")
    assert with_field("What does `gg` do?", headings, "Helix") == "What does `gg` do in Helix?"
    assert with_field("What does `gg` do?", ("Helix", "Jumps over words"), "") == (
        "What does `gg` do in Helix?"
    )
    assert with_field("What does `gg` do?", ("Keys of editors", "Cursor jumps"), "") == (
        "What does `gg` do in Cursor jumps?"
    )


@pytest.mark.parametrize("heading", ["Terminologies", "Gates continued", "Article IV"])
def test_no_field_is_one_of_headings_that_only_gather(heading: str):
    note = f"# Locks\n\n## {heading}\n\n- **Weir**: a low wall that holds the water back\n"
    assert asked(note) == ["What is “Weir” in Locks?"]


def test_sorts_that_a_title_names_last_are_asked_for_as_sorts():
    note = "# Lock Gate Types\n\n## Mitre gate\n\nx\n\n## Sector gate\n\ny\n"
    assert "What are the two types of Lock Gate?" in asked(note)


@pytest.mark.parametrize("label", ["Figure", "Defined", "E-mail", "Instructor"])
def test_what_is_no_term_is_not_asked_for(label: str):
    assert not asked(f"# Locks\n\n**{label}**: a low wall that holds the water of a lock back.\n")


def test_one_side_of_a_thing_is_asked_of_it():
    note = "# Canals\n\n## Mitre gates\n\n"
    note += "- Disadvantage: the two leaves press on the hollow quoins of the walls\n"
    assert asked(note) == ["What is the disadvantage of Mitre gates?"]


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("What is the radial (Circular motion)? \\(a = \\;?\\)",
         "Radial (Circular motion): \\(a = \\;?\\)"),
        ("What is the thin rod (Standard $I$ values)? \\(I = \\;?\\)",
         "Thin rod (Standard $I$ values): \\(I = \\;?\\)"),
    ],
)  # fmt: skip
def test_a_formula_of_an_adjective_is_asked_by_its_label(prompt: str, said: str):
    assert without_article(prompt) == said


@pytest.mark.parametrize(
    "prompt",
    [
        "What is the integral (Sums)? \\(S = \\;?\\)",
        "What is the speed (Waves)? \\(c = \\;?\\)",
        "What is the wave speed (Waves)? \\(c = \\;?\\)",
        "What is the radial part? \\(c = \\;?\\)",
        "What is the radial (Waves)?",
        "What is the " + "(" * 100_000,
        "What is the " + "a" * 100_000 + " (b)? \\(",
    ],
)
def test_a_formula_of_a_noun_is_asked_as_before(prompt: str):
    assert without_article(prompt) == prompt


@pytest.mark.parametrize(
    "name",
    ["remember the discharge", "formally", "take the root", "units", "very useful trick",
     "wide channel minimizes losses", "expect"],
)  # fmt: skip
def test_what_names_no_quantity_is_no_formula(name: str):
    asked_for = Masked(f"What is the {name} (Channels)? \\(Q = \\;?\\)").text
    assert fault_of(asked_for, "x")


@pytest.mark.parametrize("name", ["discharge", "mean velocity", "weir equation", "early runoff"])
def test_a_quantity_is_asked_for(name: str):
    asked_for = Masked(f"What is the {name} (Channels)? \\(Q = \\;?\\)").text
    assert not fault_of(asked_for, "x")


def test_the_one_thing_of_a_field_is_asked_with_it():
    said = with_field("What is the tailrace?", ("Breastwheels",), "")
    assert said == "What is the tailrace in Breastwheels?"
    above = ("Breastwheels", "Tailraces and leats", "The tailrace")
    assert with_field("What is the tailrace?", above, "") == said
    assert with_field("What is the Louvre?", above, "") == "What is the Louvre?"
    assert with_field("What is the moon?", ("Tidal mills",), "") == "What is the moon?"
    assert with_field("What is a tailrace?", ("Breastwheels",), "") == "What is a tailrace?"


@pytest.mark.parametrize(
    "prompt", ["What is $W$ forms a subgroup of $G$?", "What is more the water wheel?"]
)
def test_a_sentence_is_no_name(prompt: str):
    assert fault_of(Masked(prompt).text, "A wheel of oak")


def test_many_things_after_a_bracket_are_many():
    note = "# Mills\n\n- **(Old) Wheels**: drives the stones of a mill by a shaft of oak\n"
    assert not [one for one in asked(note) if one.startswith("What does")]
