"""Questions about what a note marks as a name, and what each line is told to belong to."""

import pytest

from cards.formats import outline
from cards.formats.outline.definitions import has_main_verb
from cards.formats.outline.named import deed_of, told_of


@pytest.mark.parametrize(
    ("name", "sentence", "prompt"),
    [
        ("Short-run growth", "Short-run growth is the rise of output", "What is Short-run growth?"),
        ("The Process", "A process is a running program in memory", "What is a process?"),
        ("Stems", "The stem is the part of a word that bears meaning", "What is the stem?"),
        ("demand", "Demand means the quantity that people will buy", "What is Demand?"),
    ],
)
def test_a_marked_name_need_not_be_a_rare_word(name, sentence, prompt):
    found = told_of(name, sentence)
    assert found is not None
    assert found[0] == prompt


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Ethernet", "Ethernet is connectionless, so no connection is set up"),
        ("table", "The table is built dynamically and automatically"),
        ("Rocks", "Rocks are further influenced by various processes"),
        ("Security", "Security is important in every layer of the network"),
        ("Process", "The scheduler is a part of the operating system"),
    ],
)
def test_what_tells_how_a_thing_is_asks_nothing(name, sentence):
    assert told_of(name, sentence) is None


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("A person who hires a contractor is not liable", True),
        ("An order granting a judgment is reviewable", True),
        ("A technique that maps the addresses used each time it is run", False),
        ("A state in which threads are blocked because each is waiting", False),
        ("A rule that is learned and is kept", False),
        ("The process of recording the use of a system to ensure it is used well", False),
        ("The rate at which producers store energy", False),
    ],
)
def test_a_sentence_has_one_verb_more_than_its_clauses_need(phrase, sentence):
    assert has_main_verb(phrase) is sentence


def test_a_term_is_placed_by_the_item_above_it_rather_than_by_a_far_heading(asked):
    note = "# The Mind\n\n- Short-term memory\n  - Lasts twenty seconds at most, without help\n"
    note += "    - Rehearsal - The process of repeating information to keep it\n"
    assert "What is “Rehearsal” in Short-term memory?" in asked(note)


def test_a_heading_far_above_places_nothing(asked):
    filler = "".join(f"- Some of these are the {n}th that was read in it\n" for n in range(70))
    note = f"# Research Methods\n\n{filler}- Actor-observer effect\n  - The tendency to "
    note += "attribute one's own shortcomings to situational factors\n"
    assert [q for q in asked(note, everything=True) if "Actor" in q and "Research" not in q]


def test_a_list_says_what_it_is_about(asked):
    note = "# Saurischian Dinosaurs\n\n- Divided into three suborders:\n"
    note += "  - Staurikosauria\n  - Theropoda\n  - **Sauropodomorpha**\n"
    answer = asked(note)["(Saurischian Dinosaurs) Divided into three suborders: which three?"]
    assert answer.endswith("- Sauropodomorpha")


@pytest.mark.parametrize(
    ("line", "prompt", "answer"),
    [
        ("Thin smears: used to identify the species", "What are Thin smears used for in", "To "),
        (
            "Ascites: due to portal hypertension of the liver",
            "What is Ascites caused by in",
            "Port",
        ),
        ("Serology: Detects antibodies to antigens", "What does Serology do?", "Detects"),
        ("650 CE: built a shrine on the island", "In which year (Tiwanaku): built a shr", "650"),
        ("1309: France moved the pope to Avignon", "In which year: France moved", "1309"),
    ],
)
def test_the_words_of_an_answer_choose_the_question(asked, line, prompt, answer):
    found = asked(f"# Tiwanaku\n\n- {line}\n", everything=True)
    assert any(q.startswith(prompt) and a.startswith(answer) for q, a in found.items()), found


def test_terms_in_bold_before_a_dash_need_no_empty_line_between_them(asked):
    note = "# Risk\n\n**Expected risk** - The average population risk over all training sets.\n"
    note += "**Excess model** - The prediction that the average of all trained models makes.\n"
    found = asked(note, everything=True)
    assert [q for q in found if "Expected risk" in q]
    assert [q for q in found if "Excess model" in q]


@pytest.mark.parametrize(
    ("question", "asks"),
    [("How do we avoid race conditions?", True), ("Which editor should you use for code?", False)],
)
def test_a_question_for_advice_is_not_asked(asked, question, asks):
    note = f"# Threads\n\n## {question}\n\nThe counter is tested and set in one atomic step.\n"
    assert (question in asked(note)) is asks


def test_a_list_of_pictures_is_no_answer(asked):
    note = "# Fourier series\n\n- Two periods to integrate over:\n  - ![[a.png]]\n  - ![[b.png]]\n"
    assert not asked(note, everything=True)


@pytest.mark.parametrize(
    ("line", "prompt", "answer"),
    [
        (
            "In the context of ocean shipping, particularly on long routes, **slow steaming** "
            "refers to a way of sailing that saves fuel.",
            "What is slow steaming in ocean shipping?",
            "A way of sailing that saves fuel",
        ),
        (
            "“Draught” means the depth of water that a ship needs.",
            "What is Draught?",
            "The depth of water that a ship needs",
        ),
        (
            "A **bollard** is often used to hold a ship at the quay.",
            "What is a bollard used for?",
            "To hold a ship at the quay",
        ),
    ],
)
def test_a_name_is_asked_by_what_its_sentence_tells(line: str, prompt: str, answer: str):
    (card,) = outline.read("n.md", f"# Canals\n\n{line}\n").cards
    assert (card.prompt, card.answer) == (prompt, answer)


def test_a_name_is_asked_by_its_deed():
    said = "A lock gate shuts the upper reach off from the lower one"
    told = ("What does a lock gate do?", "Shuts the upper reach off from the lower one")
    assert deed_of("lock gate", said) == told


@pytest.mark.parametrize(
    "line",
    [
        "**Relay** cells carry data from end to end of a circuit.",
        "A **lock gate** seems the weakest part of any canal there is.",
        "A **lock gate** holds back what we have seen above it.",
    ],
)
def test_what_is_no_deed_of_a_name_is_not_asked(line: str):
    cards = outline.read("n.md", f"# Canals\n\n{line}\n").cards
    assert not [card for card in cards if card.prompt.endswith(" do?")]


def test_what_several_things_do_is_asked_by_their_plain_verb():
    sentence = "Constraints limit the possible uses of a system"
    told = "Limit the possible uses of a system"
    assert deed_of("Constraints", sentence) == ("What do Constraints do?", told)
    assert deed_of("Constraints", "Constraints relay cells carry the uses of a system") is None
