"""Facts of history, places, makers and comparisons, asked so that one answer is right."""

import pytest

from cards.formats import outline


@pytest.mark.parametrize(
    ("line", "prompt", "answer"),
    [
        ("Uffizi: located in the old town of Florence", "Where is Uffizi located?", "In the old"),
        ("Polonium: discovered in 1898 by Marie Curie", "Who discovered Polonium?", "Marie Curie"),
        (
            "The Linnean Society was founded by James Smith in 1788.",
            "Who founded the Linnean Society?",
            "James Smith",
        ),
        (
            "Neutralism was influenced by the work of Sewall Wright on drift.",
            "What was Neutralism influenced by?",
            "The work of Sewall Wright on drift",
        ),
        (
            "When the stack grows beyond its last page, an overflow occurs.",
            "When does an overflow occur?",
            "When the stack grows beyond its last page",
        ),
        (
            "**Chondrites** are stony meteorites in which small round grains are set",
            "What are Chondrites?",
            "Stony meteorites in which small round grains are set",
        ),
        (
            "Stratigraphy is a simple way of comparing the ages of layers of rock.",
            "What is Stratigraphy?",
            "A simple way of comparing the ages of layers of rock",
        ),
        (
            "In metaethics, the theory that moral claims have no truth values is called "
            "**expressivism**.",
            "What is expressivism in metaethics?",
            "The theory that moral claims have no truth values",
        ),
        (
            "The Crips were founded in Los Angeles in 1969.",
            "In which year were the Crips founded in Los Angeles?",
            "1969",
        ),
        (
            "In 1988, the Street Terrorism Act was passed in California.",
            "In which year was the Street Terrorism Act passed in California?",
            "1988",
        ),
        (
            "Americans became more aware of gangs in the 1960s.",
            "In which decade did Americans become more aware of gangs?",
            "1960s",
        ),
        (
            "All Phoenician alphabets are based on the script of Byblos.",
            "What are all Phoenician alphabets based on?",
            "The script of Byblos",
        ),
    ],
)
def test_a_fact_is_asked_by_what_it_tells(asked, line, prompt, answer):
    found = asked(f"# Notes on stones\n\n- {line}\n", everything=True)
    assert prompt in found
    assert found[prompt].startswith(answer)


@pytest.mark.parametrize(
    "line",
    [
        "1948: only electronic computer in Europe, one of three in the world",
        "1961: OKs the landing at the bay",
        "4200 BCE: cores suggest a decline in forest cover and more charcoal",
        "1971: Cheap but working idea was tried: the ALOHA protocol",
        "Hurrians: Believed to come from the highlands of Anatolia",
        "Brain volume increases four times between birth and adolescence.",
        "Unix systems provide a number of mechanisms for signals.",
        "The result seen in the previous section is called the Nyquist rate.",
    ],
)
def test_what_cannot_be_told_from_the_question_is_not_asked(asked, line):
    assert not [p for p in asked(f"# Dates\n\n- {line}\n") if "stand for" not in p]


@pytest.mark.parametrize(
    ("line", "prompt", "answer"),
    [
        (
            "The abbeys of the valley were burnt by the army because they were seen as rich",
            "Why were the abbeys of the valley burnt by the army?",
            "They were seen as rich",
        ),
        (
            "Because the guild kept its prices fixed, smuggling was common in Bruges",
            "Why was smuggling common in Bruges?",
            "The guild kept its prices fixed",
        ),
        (
            "The Eddystone light was the first lighthouse built on a rock at sea",
            "What was the first lighthouse built on a rock at sea?",
            "The Eddystone light",
        ),
        (
            "Harriet Quimby was the first woman to fly over the Channel",
            "Who was the first woman to fly over the Channel?",
            "Harriet Quimby",
        ),
        (
            "Bank runs are caused by rumours of insolvency, and they spread through a city",
            "What are Bank runs caused by?",
            "Rumours of insolvency",
        ),
    ],
)
def test_reasons_and_firsts_are_asked_in_the_time_of_their_sentence(asked, line, prompt, answer):
    found = asked(f"# Trade and war\n\nSome first words.\n\n- {line}\n", everything=True)
    assert found[prompt] == answer


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("The Hanse was a league of merchant towns in the north.", "What was the Hanse?"),
        ("Emmy Noether was a mathematician who tied laws to symmetries.", "Who was Emmy Noether?"),
        ("Thales is a philosopher of Miletus who foretold an eclipse.", "Who is Thales?"),
        ("An economist is a person who studies markets.", "What is an economist?"),
    ],
)
def test_names_of_the_past_and_of_people_are_asked_as_such(asked, line, prompt):
    found = asked(f"# Past\n\nSome first words.\n\n- {line}\n", everything=True)
    assert list(found)[-1] == prompt


@pytest.mark.parametrize(
    "line",
    [
        "The result was a disaster for the people of the land.",
        "It was a disaster for the people of the land.",
        "Typhus was the cause of most deaths in the mills.",
    ],
)
def test_what_something_once_was_is_asked_only_of_a_name(asked, line):
    assert asked(f"# Past\n\nSome first words.\n\n- {line}\n") == {}


def test_a_term_after_a_word_for_a_role_is_asked_for(asked):
    line = "- Network Address: Identifies the subnet in routing tables\n"
    assert "What does Network Address do?" in asked(f"# Subnets\n\n{line}", everything=True)


def test_general_words_of_a_heading_are_asked_with_what_the_note_is_about():
    text = "# Trenching\n\n## Open areas\n\n- Digging down evenly across a whole field\n"
    found = outline.read("n.md", text, everything=True).cards
    assert [one.prompt for one in found] == ["What is meant by “Open areas” in Trenching?"]


def test_a_definition_below_several_names_is_no_meaning_of_them_all(asked):
    text = "# Places\n\n- Utopia / heterotopia\n  - Heterotopia is a space with rules of its own\n"
    assert asked(text) == {"What is Heterotopia?": "A space with rules of its own"}


def test_a_method_is_told_by_what_it_uses(asked):
    text = "# Survey\n\n## LIDAR\n\n- Using lasers to make maps of the ground\n"
    assert asked(text) == {"What is LIDAR?": "Using lasers to make maps of the ground"}


def test_a_headline_is_asked_of_the_one_whom_the_heading_names(asked):
    found = asked("# Harold Macmillan\n\n- 1962: OKs the purchase of Polaris missiles\n")
    assert found == {
        "In which year (Harold Macmillan): OKs the purchase of Polaris missiles?": "1962"
    }


def test_what_is_foremost_is_asked_of_the_things_above_it(asked):
    found = asked(
        "# Minerals\n\n- **Zeolites**\n  - Most common is clinoptilolite\n  - Soft and pale\n"
    )
    assert found == {"Which of the Zeolites is the most common?": "Clinoptilolite"}


def test_a_table_of_two_things_asks_what_each_has(asked):
    table = "|   | UDP | TCP |\n|---|---|---|\n| Header length: | 8 bytes | 20 to 60 bytes |\n"
    more = "| Delivery order: | as they come | as they were sent |\n"
    found = asked(f"# UDP vs TCP\n\n{table}{more}")
    assert found["What is the header length of TCP?"] == "20 to 60 bytes"


def test_a_heading_that_only_lists_is_not_what_a_word_is_a_term_in(asked):
    found = asked(
        "# Irrigation\n\n## Sites and places\n\n"
        "- **Alluvial fan**: A cone of gravel that a river leaves where it comes out of hills\n"
    )
    assert list(found) == ["What is “Alluvial fan” in Irrigation?"]


def test_a_list_with_lists_in_it_counts_its_own_items(asked):
    text = (
        "# Sharding\n\n## Advantages of sharding\n\n- Faster queries\n  - Less is scanned.\n"
        "- Growth by machines\n  - Each holds a share.\n"
    )
    found = asked(text, everything=True)
    assert found["What are the advantages of sharding? (two answers)"] == (
        "- Faster queries\n- Growth by machines"
    )


def test_a_heading_that_begins_like_a_part_is_a_name(asked):
    text = "# Databases\n\n## Partitioning\n\nThe process of cutting a table into shares.\n"
    assert asked(text) == {"What is Partitioning?": "The process of cutting a table into shares."}


def test_an_adjective_takes_the_noun_of_a_heading_that_compares(asked):
    found = asked(
        "# Databases\n\n## Synchronous vs. asynchronous replication\n\n"
        "- **Synchronous**: A write is told done when all copies have it\n"
        "- **Asynchronous**: A write is told done before the copies have it\n"
    )
    assert "What is “Synchronous replication”?" in found


def test_what_a_thing_does_to_things_of_a_sort_is_asked():
    text = "# Radar\n\nSome words.\n\nPulse compression detects blurred echoes of far ships.\n"
    found = {one.prompt: one.answer for one in outline.read("n.md", text, everything=True).cards}
    assert found["What does Pulse compression detect?"] == "Blurred echoes of far ships"
