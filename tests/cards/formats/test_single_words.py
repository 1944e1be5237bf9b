"""The field of a single everyday word, said behind it, and forms of formulas and conditions."""

import pytest

from cards.card import HIDDEN
from cards.formats import outline
from cards.formats.outline.faults import hidden
from cards.formats.outline.fields import with_field
from cards.formats.outline.subjects import is_field


def asked(text: str, path: str = "note.md") -> dict[str, str]:
    """Return the prompts of a note with their answers."""
    return {card.prompt: card.answer for card in outline.read(path, text).cards}


def test_an_everyday_word_is_asked_with_its_field():
    headings = ("Rivers", "Erosion of banks")
    assert with_field("What is a bar?", headings) == "What is a bar in Erosion of banks?"
    assert with_field("What are “bars”?", headings) == "What are “bars” in Erosion of banks?"
    assert with_field("What is a bar?", ("The Thames Barrier",)) == "What is a bar?"
    assert with_field("What are locks?", ("Locks of the Thames",)) == "What are locks?"
    assert with_field("What is a lock?", ("The Thames Barrier",)) == (
        "What is a lock in the Thames Barrier?"
    )


@pytest.mark.parametrize(
    "prompt",
    [
        "What is hepatitis?",
        "What is a sand bar?",
        "What is DNA?",
        "What does a bar do?",
        "What is a bar in a court?",
        "What is erosion?",
    ],
)
def test_what_means_one_thing_is_asked_without_its_field(prompt: str):
    assert with_field(prompt, ("Erosion of banks",)) == prompt


def test_a_short_key_is_asked_with_its_program():
    assert with_field("What does `cc` do?", ("Commands", "Vim")) == "What does `cc` do in Vim?"
    assert with_field("What does `git` do?", ("Git",)) == "What does `git` do?"
    assert with_field("What does `puppet-resource` do?", ("Vim",)) == (
        "What does `puppet-resource` do?"
    )


@pytest.mark.parametrize(
    "prompt",
    [
        "What does the gate hold back?",
        "What does `open()` return?",
        "What is the gate driven by?",
        "What happens as the level falls?",
        "The higher the level: what follows?",
    ],
)
def test_the_field_stands_before_a_thing_that_only_its_heading_tells_from_others(prompt: str):
    assert with_field(prompt, ("Rivers", "Thames Barrier")) == f"(Thames Barrier) {prompt}"
    assert with_field(prompt, ("Examples",)) == prompt
    assert with_field(prompt, (), "thames-notes") == prompt


@pytest.mark.parametrize(
    "prompt",
    [
        "What does the Bosporus join?",
        "What does TCP stand for?",
        "What does the barrier hold back?",
        "What happens as a barrier rises?",
        "What is the barrier driven by?",
    ],
)
def test_a_thing_that_is_named_needs_no_field(prompt: str):
    assert with_field(prompt, ("Rivers", "Thames Barrier")) == prompt


def test_a_heading_of_several_subjects_is_no_field():
    assert not is_field("Introduction, banks, weirs; bars and locks")
    assert is_field("Weirs and locks")


@pytest.mark.parametrize(
    ("prompt", "quoted"),
    [
        ("What is lock gate?", "What is “lock gate”?"),
        ("What is lock filling?", "What is lock filling?"),
        ("What is a lock gate?", "What is a lock gate?"),
        ("What is lock gate used for?", "What is lock gate used for?"),
        ("What is Lock gate?", "What is Lock gate?"),
        ("What is “lock gate”?", "What is “lock gate”?"),
    ],
)
def test_a_term_without_its_article_is_set_in_quotes(prompt: str, quoted: str):
    assert with_field(prompt, ()) == quoted


def test_what_is_bound_to_a_thing_does_nothing():
    note = "# Scopes\n\nArrow functions bind to the lexical scope, which is that around them.\n"
    assert not [prompt for prompt in asked(note) if prompt.endswith("bind to do?")]


@pytest.mark.parametrize(
    "heading", ["Examples", "Drawing a map", "Banks and bars", "`bar`", "Lecture 3", "We erode"]
)
def test_a_heading_that_names_no_field_stands_behind_no_word(heading: str):
    assert with_field("What is a bar?", (heading,)) == "What is a bar?"


def test_the_name_of_a_file_is_the_field_of_several_first_headings():
    note = "# Terminology\n\n- **Fault**: a state of a part that makes an error\n\n"
    note += "# Measures\n\n- **Uptime**: the share of the year in which it works\n"
    prompts = list(asked(note, "W3N1 - Hydraulic presses.md"))
    assert prompts[0] == "What is “Fault” in Hydraulic presses?"


def test_a_formula_that_is_defined_is_no_name():
    note = "# Growth\n\n$f$\n\nDefined as: $$\\exists C > 0. f(n) \\leq C g(n) + 1$$\n"
    assert not [prompt for prompt in asked(note) if "defined" in prompt.lower()]


def test_names_in_the_plural_have_their_article_before_a_formula():
    note = "# Areas\n\nThe units of an integral: $$U = (u_f + 1) \\cdot u_x$$\n"
    assert list(asked(note)) == ["What are the units of an integral? \\(U = \\;?\\)"]


def test_a_condition_may_be_a_formula_alone():
    note = (
        "# Graphs\n\n- A map $f: N \\to N$ is called regular if $\\forall x \\exists y f(x) = y$\n"
    )
    assert list(asked(note)) == ["When is a map $f: N \\to N$ regular?"]


def test_what_a_thing_is_made_of_is_not_what_it_is():
    note = "# Leaves\n\n## Phloem\n\nMade of living cells that carry sugar.\n"
    assert asked(note) == {}


def test_what_a_thing_is_made_of_is_asked_so():
    note = "# Pages\n\nCSS is made up of a set of rules, each of which says how a part looks.\n"
    note += "\nA cell wall consists of sugar chains.\n"
    assert "What does CSS consist of?" in asked(note)


def test_what_else_a_thing_does_is_no_part_of_it():
    note = "# Engines\n\nThe carburettor is made up of jets, a float and is bolted to the head.\n"
    assert all("bolted" not in told for told in asked(note).values())


def test_two_nouns_before_a_verb_are_no_deed():
    note = "# Prices\n\nTariff controls have opposing effects on the quantities supplied.\n"
    assert not [prompt for prompt in asked(note) if "control?" in prompt]


def test_most_of_something_is_not_the_foremost():
    note = "# Limits of connectivity\n\n- Most data is from animal brains of one age\n"
    assert not [prompt for prompt in asked(note) if prompt.startswith("Which ")]


def test_a_count_with_a_verb_announces_no_parts():
    note = "# Satisfiability\n\nThe four actors become Boolean variables: a, b, c, d\n"
    assert asked(note) == {}


def test_a_heading_that_weighs_or_judges_is_no_field():
    for heading in ("Important but rather weak", "Eventually perfect"):
        note = f"# Parsers\n\n## {heading}\n\n- **SLR**: a kind of parser without lookahead\n"
        assert list(asked(note)) == ["What is “SLR” in Parsers?"]


def test_how_something_works_is_asked_so():
    note = "# Solvers\n\nIterative solvers work by refining a guess until it settles.\n"
    assert asked(note) == {"How do Iterative solvers work?": "By refining a guess until it settles"}


def test_a_condition_is_no_kind():
    note = "# Words\n\nA palindrome is a word if it reads the same from both ends of it.\n"
    assert not [prompt for prompt in asked(note) if prompt.startswith("What is ")]


def test_the_diagnosis_is_that_of_the_heading():
    note = "# Bleeds\n\n## Subdural hematoma\n\n"
    note += "- Diagnosis is made by a noncontrast CT scan of the head.\n"
    note += "- Treatment is based on the size of the bleed and on its age.\n"
    prompts = set(asked(note))
    assert "What is the diagnosis of Subdural hematoma made by?" in prompts
    named = note.replace("Diagnosis is", "Diagnosis of a bleed is")
    assert not [prompt for prompt in asked(named) if "diagnosis of Subdural" in prompt]


def test_what_seems_has_no_subject():
    note = "# Cortex\n\n- Seems like the cortex is a collection of tools for other parts.\n"
    assert asked(note) == {}


def test_whoever_is_helped_is_not_hidden():
    told = "developers and stakeholders"
    assert hidden.fault_of(f"UML models help {HIDDEN} understand the requirements", told)


def test_an_acknowledgment_is_not_asked():
    note = "# Levees\n\n## Acknowledgment\n\nThanks to Ada for pointing out errors of the text.\n"
    assert asked(note) == {}
