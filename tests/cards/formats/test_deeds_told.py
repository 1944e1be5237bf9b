"""Answers that begin with a verb, and years in which something was done."""

import pytest

from cards.formats import outline
from cards.formats.outline.deeds import with_verb
from cards.formats.outline.facts import in_year
from cards.formats.outline.persons import of_person


@pytest.mark.parametrize(
    ("prompt", "answer", "asked", "told"),
    [
        ("What is meant by “Sluice” in Mills?", "Lets the water out of a pond",
         "What does Sluice do in Mills?", "Lets the water out of a pond"),
        ("What is “`halt`” in Gates?", "Stops the pump.", "What does `halt` do in Gates?",
         "Stops the pump."),
        ("What is meant by “Weir”?", "Holds the water back", "What does Weir do?",
         "Holds the water back"),
        ("What is meant by “Weirs”?", "Raises all levels", "What do Weirs do?",
         "Raises all levels"),
        ("What is Silting?", "Occurs when a pond is left alone", "When does Silting occur?",
         "When a pond is left alone"),
        ("What is meant by “Dredging”?", "Involves the removal of silt",
         "What does Dredging involve?", "The removal of silt"),
        ("What is meant by “Tulla's law”?", "States that straight rivers dig",
         "What does Tulla's law state?", "That straight rivers dig"),
        ("What does a leat carry?", "From the weir to the mill", "What does a leat do?",
         "Carries from the weir to the mill"),
        ("(Mills) What do leats pass?", "Over the road", "(Mills) What do leats do?",
         "Pass over the road"),
        ("What does a pond supply?", "Water to a mill", "What does a pond supply?",
         "Water to a mill"),
        ("What is meant by “Warping”?", "Trying to raise the fields by silt",
         "What does Warping try to do?", "Raise the fields by silt"),
        ("What is meant by “Head”?", "Refers to the height of the water above the wheel",
         "What is meant by “Head”?", "The height of the water above the wheel"),
    ],
)  # fmt: skip
def test_a_question_has_the_verb_of_its_answer(prompt: str, answer: str, asked: str, told: str):
    assert with_verb(prompt, answer) == (asked, told)


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("What are Bound states?", "States that hold a particle"),
        ("What does AWL stand for?", "Above water level"),
        ("What does ACL stand for?", "Across canal level"),
        ("What does a lock consist of?", "Up to three chambers"),
        ("What does a miller care about?", "With luck the rain"),
        ("What are weirs?", "Walls across the whole river"),
        ("What is a weir?", "A wall that holds the water back"),
        ("What is the aim of a weir?", "Raises the level"),
        ("What is the lock used for?", "Lifts a boat"),
        ("What is meant by “Draught”?", "Less a measure than a habit"),
        ("What is “$h$”?", "Has a head"),
        ("What is meant by “Ladder”?", "Sees the fish through"),
        ("Who is Tulla?", "Straightens the Rhine"),
        ("What is a mill?", "Works that the water drives"),
        ("", ""),
    ],
)
def test_a_noun_at_the_beginning_is_no_verb(prompt: str, answer: str):
    assert with_verb(prompt, answer) == (prompt, answer)


def test_a_long_answer_is_read():
    for answer in ("A" * 100_000, "As " * 50_000, "Refers to " * 10_000):
        assert with_verb("What is Mud?", answer) == ("What is Mud?", answer)
    prompt = "What is " + "the " * 50_000
    assert with_verb(prompt, "Holds the water") == (prompt, "Holds the water")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("1825: The Erie Canal was opened to boats",
         "In which year was the Erie Canal opened to boats?"),
        ("1817: The bends of the Rhine were cut by Tulla",
         "In which year were the bends of the Rhine cut by Tulla?"),
        ("1953: Zeeland, which was drained, was flooded by the North Sea",
         "In which year: Zeeland, which was drained, was flooded by the North Sea?"),
        ("1869: Ships sail through Suez for the first time",
         "In which year: Ships sail through Suez for the first time?"),
    ],
)  # fmt: skip
def test_a_year_is_asked_in_a_whole_sentence(text: str, asked: str):
    assert in_year(text) == (asked, text[:4])


@pytest.mark.parametrize(
    ("prompt", "answer", "asked", "told"),
    [
        ("What are Salmon weirs?", "Found in the lower reaches of the river",
         "What are Salmon weirs found in?", "The lower reaches of the river"),
        ("What is meant by “Canal speed” in Boats?", "Limited by the wash on the banks",
         "What is Canal speed limited by in Boats?", "The wash on the banks"),
        ("What is TWL?", "Stands for top water level", "What does TWL stand for?",
         "Top water level"),
        ("What do sluices do?", "Carries the water off", "What do sluices do?",
         "Carry the water off"),
        ("What do sluices do?", "Stones the boats", "What do sluices do?", "Stone the boats"),
        ("What do mills do?", "Catches the flood", "What do mills do?", "Catches the flood"),
        ("What is Puddle?", "Made of clay and sand", "What is Puddle made of?", "Clay and sand"),
        ("What is a siphon?", "Based on a difference of heads", "What is a siphon based on?",
         "A difference of heads"),
        ("What is a sill?", "Measured in order of depth", "What is a sill?",
         "Measured in order of depth"),
        ("What is a sill?", "Found in many", "What is a sill?", "Found in many"),
    ],
)  # fmt: skip
def test_a_question_has_the_participle_of_its_answer(prompt, answer, asked, told):
    assert with_verb(prompt, answer) == (asked, told)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Brindley", "An engineer of canals"),
        ("Thomas Telford", "A Scottish engineer, who built roads"),
        ("Perrine", "A fisherman on the Delaware"),
        ("Sabrina", "The goddess of the Severn"),
    ],
)
def test_a_person_is_asked_who_it_is(name: str, told: str):
    assert of_person(f"What is {name}?", told, ["# Canals", told]) == f"Who is {name}?"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Puddler", "A man of the clay works"),
        ("Navvy", "A workman of the canals"),
        ("Weir", "A wall of stones"),
        ("Brindley", "An engineer who builds canals"),
        ("Agenda", "The leading list of a meeting"),
    ],
)
def test_a_thing_or_a_role_is_asked_what_it_is(name: str, told: str):
    assert of_person(f"What is {name}?", told, ["one navvy digs"]) == f"What is {name}?"


def test_a_card_asks_who_a_person_is():
    note = "# Canals\n\nBrindley is an engineer of the first canals in the north of England.\n"
    assert [card.prompt for card in outline.read("note.md", note).cards] == ["Who is Brindley?"]
