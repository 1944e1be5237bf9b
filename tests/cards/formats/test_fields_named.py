"""What a question names: the subject of its sentence, and the field that a heading gives it."""

import pytest

from cards.formats import outline
from cards.formats.outline.meanings import is_deed
from cards.formats.outline.subjects import tells
from cards.formats.outline.wording import own_clause


def asked(text: str) -> dict[str, str]:
    """Return the prompts of a note with their answers."""
    return {card.prompt: card.answer for card in outline.read("note.md", text).cards}


def test_a_sentence_with_a_verb_before_a_formula_is_no_name():
    note = "# Pricing\n\nThe tenant solves: $$\\max_{q} \\; u(q) - r q$$\n"
    note += "\nThe tenant's surplus is: $$s(q) = u(q) - r q$$\n"
    prompts = list(asked(note))
    assert not [prompt for prompt in prompts if "solves" in prompt]
    assert "What is the tenant's surplus (Pricing)? \\(s(q) = \\;?\\)" in prompts


def test_a_verb_before_an_adjective_is_no_name_of_a_formula():
    note = "# Signals\n\nA gate clips negative inputs to 0: $$g(x) = \\max(x, 0) + b$$\n"
    assert not [prompt for prompt in asked(note) if prompt.startswith("What ")]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("a word, and the decoder reads it aloud", "a word"),
        ("weights and the input is the picture", "weights"),
        ("the keys and the values of a map", "the keys and the values of a map"),
        ("that prices rise and the demand is lower", "that prices rise and the demand is lower"),
        ("the bus and the disk that is read", "the bus and the disk that is read"),
        ("the more heat is lost and the ice is thinner",) * 2,
    ],
)
def test_what_is_told_ends_where_another_subject_begins(told: str, kept: str):
    assert own_clause(told) == kept


def test_an_answer_ends_where_another_subject_begins():
    note = "# Codecs\n\nAn encoder maps a sound to a code and a decoder turns it into a sound.\n"
    assert asked(note) == {"What does an encoder map?": "A sound to a code"}


@pytest.mark.parametrize(
    "heading",
    [
        "Define a queue of jobs",
        "We can wake up late though",
        "Adds bounds checks to pointers",
        "Described only by its length",
        "Around the lake",
    ],
)
def test_a_heading_that_tells_or_bids_is_no_field(heading: str):
    note = f"# Locks\n\n## {heading}\n\n- **Weir**: a low wall that holds the water back\n"
    assert list(asked(note)) == ["What is “Weir” in Locks?"]


def test_a_heading_that_names_is_a_field():
    named = ("Set theory", "Limits of series", "I/O ports", "Speed in fluids", "Recall and hits")
    for heading in named:
        note = f"# Sums\n\n## {heading}\n\n- **Weir**: a low wall that holds the water back\n"
        assert list(asked(note)) == [f"What is “Weir” in {heading}?"]


def test_letters_that_look_like_a_pronoun_tell_nothing():
    assert tells("It sleeps at night")
    assert not tells("IT audits")


def test_a_tag_is_no_field():
    note = "# Locks\n\n- #hydrology\n    - **Weir**: a low wall that holds the water back\n"
    assert list(asked(note)) == ["What is “Weir” in Locks?"]


def test_the_sign_of_a_heading_in_a_list_is_no_part_of_the_field():
    note = "# Rivers\n\n1. ###Banks\n    - **Levee**: a wall of earth that the river has made\n"
    assert list(asked(note)) == ["What is “Levee” in Banks?"]


def test_the_name_of_a_block_is_no_part_of_an_answer():
    note = "# Parity\n\n- **Even weight**: the number of ones is a multiple of two ^9d3f0a\n"
    note += "- **Odd part**: a factor of the number that has no two in it\n"
    assert not [told for told in asked(note).values() if "^" in told]


def test_a_power_at_the_end_of_a_line_is_no_name_of_a_block():
    note = "# Areas\n\n- **Square**: a shape whose sides are equal, of area a ^2\n"
    assert [told for told in asked(note).values() if told.endswith("^2")]


def test_a_letter_of_a_formula_is_not_asked_what_it_does():
    note = "# Labour\n\n- $\\delta$ controls how much the workers dislike work.\n"
    note += "- `nice` sets the share of the processor that a program gets.\n"
    assert list(asked(note)) == ["What does `nice` do in Labour?"]


def test_a_plural_in_quotes_has_no_singular_verb():
    note = "# Engines\n\n- **Knock sensors**: a device of the engine that hears the metal ring\n"
    note += "- **Spark plug**: a device that lights the fuel in the cylinder\n"
    prompts = list(asked(note))
    assert prompts == [
        "What is meant by “Knock sensors” in Engines?",
        "What is “Spark plug” in Engines?",
    ]


def test_a_term_gets_the_article_of_its_kind():
    note = "# Genes\n\nSilent allele is an allele that shows only where it stands twice.\n"
    assert list(asked(note)) == ["What is a Silent allele?"]


def test_a_thing_is_no_person():
    note = (
        "# Fits\n\nUnbiased estimator means little. An Indicator is a number that tells a state.\n"
    )
    assert not [prompt for prompt in asked(note) if prompt.startswith("Who ")]


def test_letters_are_asked_once_however_they_are_spelt_out():
    note = (
        "# Tuning\n\nLow-rank update (LRU) is old.\n\n## Later\n\nLow Rank Update (LRU) is new.\n"
    )
    assert list(asked(note)) == ["What does LRU stand for?"]


def test_what_something_lets_one_do_is_not_its_name_again():
    note = "# Maps\n\n- Projections help you project a globe onto a sheet of paper.\n"
    assert asked(note) == {}


def test_an_attribute_is_asked_of_its_subject():
    note = "# Scurvy\n\n- **Diagnosis**: low vitamin C in the blood of the patient\n"
    note += "- **Pathogenesis**: collagen is not made for want of vitamin C\n"
    assert list(asked(note)) == ["How is Scurvy diagnosed?", "What is the pathogenesis of Scurvy?"]


def test_the_kind_of_a_statement_in_short_is_no_part_of_its_name():
    note = "# Orbits\n\n## Thm. Orbit-counting Theorem\n\nIf $G$ acts on $X$, then "
    note += "$|X/G|$ is the mean of the numbers of fixed points for all $g$.\n"
    assert list(asked(note)) == ["What does the Orbit-counting Theorem say?"]


def test_a_plural_before_a_place_is_no_deed():
    assert not is_deed("Processes within a system can share memory")
    assert not is_deed("Arrows to the shared sign in the plan")
    assert is_deed("Processes the orders of the shop each night")


MOUTH = "- **Mouth**: a place where the water leaves the lake for the sea\n"


@pytest.mark.parametrize(
    ("path", "title", "field"),
    [
        ("n3.md", "title: Ship canals\n", "Ship canals"),
        ("KlUjwISNTuoz0nrv3hrFc.md", "", ""),
        ("b1a2c3d4-55aa-4e1f-9c2b.md", "", ""),
        ("n3.md", "title: 2023\n", ""),
        ("n3.md", "title: [a, b]\n", ""),
        ("KielCanal.md", "", "Kiel Canal"),
    ],
)
def test_a_term_is_of_the_field_that_its_note_is_called_by(path: str, title: str, field: str):
    note = outline.read(path, f"---\n{title}tags: [water]\n---\n\n{MOUTH}")
    prompts = [card.prompt for card in note.cards]
    assert prompts == ([f"What is “Mouth” in {field}?"] if field else ["What is “Mouth”?"])


def test_a_name_that_its_note_writes_in_one_word_is_not_taken_apart():
    note = outline.read("KielCanal.md", f"{MOUTH}- The KielCanal opened in 1895\n")
    assert note.cards[0].prompt == "What is “Mouth” in KielCanal?"


def test_a_title_leaves_the_deck_alone():
    note = outline.read("n3.md", f"---\ntitle: Ship canals\n---\n\n{MOUTH}")
    assert [card.deck for card in note.cards] == ["n3"]
