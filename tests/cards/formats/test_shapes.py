"""What shapes of notes ask: rows of tables, callouts, names over their text, patterns, formulas."""

import pytest

from cards.formats import outline
from cards.formats.outline.patterns import PATTERNS, asked


def cards(text, everything=False):
    """Return the prompts and answers of a note; of `everything` where the judge is not meant."""
    note = outline.read("n.md", text, everything=everything)
    return {card.prompt: card.answer for card in note.cards}


@pytest.mark.parametrize(
    ("sentence", "name", "prompt", "answer"),
    [
        (
            "A semiconductor that was doped with other atoms is called an extrinsic material",
            "a description, then its name",
            "What is extrinsic material?",
            "A semiconductor that was doped with other atoms",
        ),
        (
            "A Taylor series whose centre is zero is a Maclaurin series",
            "a special case, then its name",
            "What is Maclaurin series?",
            "A Taylor series whose centre is zero",
        ),
        (
            "Chips have a feature called interrupts, which lets a pin call a function",
            "a kind of thing called so",
            "What are interrupts?",
            "A feature which lets a pin call a function",
        ),
        (
            "It's called the common-emitter configuration because the emitter is shared by both",
            "why it is called so",
            "Why is the common-emitter configuration called so?",
            "The emitter is shared by both",
        ),
        (
            "A graph is bipartite if its vertices can be coloured in two colours",
            "when it is so",
            "When is a graph bipartite?",
            "Its vertices can be coloured in two colours",
        ),
        (
            "The area of a hexagon is six times that of a triangle",
            "a quantity of something",
            "What is the area of a hexagon?",
            "Six times that of a triangle",
        ),
        (
            "Inheritance allows us to make classes out of others",
            "what lets somebody do something",
            "What does Inheritance allow you to do?",
            "Make classes out of others",
        ),
        (
            "Unlike Kafka, NiFi uses clusters without a leader",
            "unlike another",
            "How does NiFi differ from Kafka?",
            "It uses clusters without a leader",
        ),
        (
            "The bigger the band gap, the higher the energy of the light",
            "the more, the more",
            "The bigger the band gap: what follows?",
            "The higher the energy of the light",
        ),
    ],
)
def test_a_sentence_of_a_known_shape_asks_one_question(sentence, name, prompt, answer):
    found = asked(sentence)
    assert found is not None
    assert (found[0].name, *found[1:]) == (name, prompt, answer)


@pytest.mark.parametrize(
    "sentence",
    [
        "The arrow is connected to the line of the left panel",
        "It is called so because nobody knows it",
        "Carries commands from and returns status to the processor",
        "Understanding stacks is essential for the exam of next week",
        "The result is useful for this",
    ],
)
def test_a_sentence_about_nothing_by_name_asks_nothing(sentence):
    assert asked(sentence) is None


def test_patterns_have_names_of_their_own():
    assert len({pattern.name for pattern in PATTERNS}) == len(PATTERNS)


def test_a_table_asks_what_a_row_has_in_each_column():
    note = (
        "# Syscalls\n\n| Argument | Register |\n|---|---|\n| **arg1** | rdi |\n| **arg2** | rsi |"
        "\n\n"
        "| Feature | TCP | UDP |\n|---|---|---|\n| Handshake | three segments | none at all |\n"
        "| Header size | 20 bytes | 8 bytes |\n\n| Day | Room |\n|---|---|\n| 1 | a |\n"
    )
    found = cards(note, everything=True)
    assert found["(Syscalls) What is the register of arg1?"] == "rdi"
    assert found["(Syscalls) What is the handshake of TCP?"] == "three segments"
    assert found["(Syscalls) What is the header size of UDP?"] == "8 bytes"
    assert not any("Room" in prompt for prompt in found)


def test_a_callout_is_an_item_and_an_example_in_one_stays_a_quotation():
    note = (
        "# Orbits\n\n> [!IMPORTANT] Vis-Viva Equation\n>\n> $$v^2 = \\mu (2/r - 1/a)$$\n\n"
        "> [!example] Vega\n> A star is a sphere of gas that shines.\n"
    )
    assert cards(note) == {
        r"What is the Vis-Viva equation (Orbits)? \(v^2 = \;?\)": r"\(\mu (2/r - 1/a)\)"
    }


def test_a_name_over_its_only_explanation_is_asked_by_it():
    note = (
        "# Social engineering\n\n1. **Baiting**:\n   - Entices victims with free software that "
        "harms\n"
        "2. **Pretexting**:\n   - Inventing scenarios to gain trust and private data\n"
    )
    found = cards(note, everything=True)
    assert len([one for one in found if "Baiting" in one or "Pretexting" in one]) == 2


@pytest.mark.parametrize(
    ("line", "prompt", "answer"),
    [
        ("- Area of a circle: $\\pi r^2$", "What is the area of a circle?", r"\(\pi r^2\)"),
        (
            "The inert mass fraction is given by $$\\delta = \\frac{M_i}{M_0} \\tag{3}$$",
            r"What is the inert mass fraction (Rocketry)? \(\delta = \;?\)",
            r"\(\frac{M_i}{M_0}\)",
        ),
        (
            "- Final mass:\n  - $$\\begin{align} E &= 1 \\\\ \\implies& \\boxed{M_f = M_0 - M_p}"
            "\\end{align}$$",
            r"What is the final mass (Rocketry)? \(M_f = \;?\)",
            r"\(M_0 - M_p\)",
        ),
    ],
)
def test_a_formula_is_asked_by_the_name_before_it(line, prompt, answer):
    assert cards(f"# Rocketry\n\n{line}\n").get(prompt) == answer


def test_a_heading_that_names_the_sorts_of_something_asks_for_the_list():
    note = "# War\n\n## Causes of the Great War\n- Alliances\n- Rivalry at sea\n- Sarajevo\n"
    assert cards(note) == {
        "What are the causes of the Great War? (three answers)": "- Alliances\n- Rivalry at sea\n"
        "- Sarajevo"
    }


@pytest.mark.parametrize(
    ("head", "ends"),
    [
        ("Capital", "What is the capital of Standard ACL?"),
        ("Filters on", "Standard ACL: Filters on?"),
        ("Cannot do", "Standard ACL: Cannot do?"),
        ("Keys used", "Standard ACL: Keys used?"),
        ("Remove", "Standard ACL: Remove?"),
    ],
)
def test_a_column_that_names_no_quality_is_asked_as_it_stands(head, ends):
    note = "# Access lists\n\nThe lists of the routers in the network of the school are these.\n\n"
    note += f"| List | {head} |\n|---|---|\n| Standard ACL | the first answer |\n"
    note += "| Extended ACL | another one |\n"
    prompts = [card.prompt for card in outline.read("acl.md", note, everything=True).cards]
    assert any(prompt.endswith(ends) for prompt in prompts), prompts


def test_two_lists_side_by_side_ask_nothing_of_a_row():
    note = "# Lists\n\nWhat is good and what is bad about a linked list is this.\n\n"
    note += "| Advantages | Disadvantages |\n|---|---|\n| No shifting | More pointers |\n"
    note += "| Grows at will | No random access |\n"
    assert not [
        card for card in outline.read("l.md", note, everything=True).cards if "shift" in card.prompt
    ]


@pytest.mark.parametrize("heading", ["Course Content", "Grading scheme", "Final Deliverables"])
def test_how_a_course_is_run_is_not_asked(heading):
    lines = "\n- **Kernel**: the program that controls every other program of a computer\n"
    assert "What is “Kernel”?" in cards(f"# Systems\n\n## Parts\n{lines}")
    assert not cards(f"# Systems\n\n## {heading}\n{lines}")


@pytest.mark.parametrize(
    "text",
    [
        "# Trojans\nHarmful mail hides in software. They are spread through user interaction.",
        "# Moods\n- Shallow affect (a lack of feeling) in many of the patients",
        "# Categories\n- A in ob(C) <==> A in ob(D) for all of the objects",
        "# Fields\n$$ x &= a + b \\\\ $$",
        "# Words\n| Document | Beans |\n|---|---|\n| first | twelve of them |\n| last | five |\n",
        "# Shoes\n| Size | Frequency |\n|---|---|\n| too thick | 53 |\n| too thin | 12 |",
        "# Ego\n- The ego functions are also crucial for the development of a person",
        "# Ego\nGrades are used to turn this morality into numbers for a college.",
    ],
)
def test_what_cannot_stand_alone_is_not_asked(text):
    assert not cards(text)


def test_a_table_of_letters_asks_for_units_alone():
    table = (
        "# Charge\n| Symbol | Quantity | Unit |\n|---|---|---|\n| $I$ | Electric current | A |\n"
    )
    assert cards(table + "| $U$ | Electric potential | volt |\n") == {
        "In what unit is Electric current measured?": "A",
        "In what unit is Electric potential measured?": "volt",
    }


FACTS = "# Metals\n\nWhat the metals of the course are like, and what each of them is for.\n\n"


@pytest.mark.parametrize(
    ("table", "prompt"),
    [
        (
            "| Metal | Hardness |\n|---|---|\n| Gallium | Low |\n| Osmium | Very high |\n",
            "hardness",
        ),
        (
            "| Metal | Hardness |\n|---|---|\n| Gallium | softest |\n| Osmium | harder |\n",
            "hardness",
        ),
        (
            "| Feature | Noble | Osmium |\n|---|---|---|\n| Ore | river sand | ultramafic rock |\n",
            "Noble",
        ),
        (
            "| Metal | Bends |\n|---|---|\n| Gallium | in the hand |\n| Osmium | at no heat |\n",
            "Bends",
        ),
        ("| Metal | Price |\n|---|---|\n| Gallium | $220 |\n| Osmium | $13000 |\n", "price"),
        (
            "| Metal | Meaning |\n|---|---|\n| Gallium | alloys |\n| Osmium | pen nibs |\n",
            "Gallium",
        ),
        (
            "| Metal | Meaning |\n|---|---|\n| Valuable | what people pay for |\n| B | c d e |\n",
            "Val",
        ),
        ("| Metal | Symbol |\n|---|---|\n| Gallium | Gallium |\n| Osmium | Os |\n", "Gallium"),
        ("| Metal | Type | Use |\n|---|---|---|\n| ore_id | int | key of an ore |\n", "ore"),
    ],
)
def test_a_cell_that_tells_nothing_by_itself_is_not_proposed(table, prompt):
    assert not [asks for asks in cards(FACTS + table) if prompt in asks]


@pytest.mark.parametrize(
    ("table", "prompt", "answer"),
    [
        (
            "| Metal | Use case |\n|---|---|\n| Gallium | low-melting alloys |\n| Tin | solder |\n",
            "(Metals) What is the use case of Gallium?",
            "low-melting alloys",
        ),
        (
            "| Chemist | Years |\n|---|---|\n| Smithson Tennant | 1761-1815 |\n| A | b |\n",
            "When did Smithson Tennant live?",
            "1761-1815",
        ),
        (
            "| Metal | Discovered |\n|---|---|\n| Gallium | 1875 |\n| Osmium | 1803 |\n",
            "(Metals) In which year was Gallium discovered?",
            "1875",
        ),
        (
            "| Metal | Uses |\n|---|---|\n| Osmium | pen nibs<br>contacts |\n| A | b |\n",
            "(Metals) What are the uses of Osmium?",
            "pen nibs; contacts",
        ),
        (
            "| Property | Value |\n|---|---|\n| Melting point | 29.8 °C |\n| Hue | silver |\n",
            "What is the melting point of Gallium?",
            "29.8 °C",
        ),
    ],
)
def test_a_cell_is_asked_in_words_that_fit_what_it_tells(table, prompt, answer):
    note = FACTS.replace("# Metals", "# Gallium") if "Property" in table else FACTS
    assert cards(note + table).get(prompt) == answer


@pytest.mark.parametrize(("title", "asks"), [("Stages of a voyage", True), ("Harbour life", False)])
def test_parts_are_asked_of_a_title_that_says_what_they_are(title, asks):
    parts = "".join(f"## {part}\n\n- {part} takes two days\n\n" for part in ("Loading", "Sailing"))
    asked = {"What are the two stages of a voyage?", f"What are the two parts of “{title}”?"}
    assert bool(asked & set(cards(f"# {title}\n\n{parts}"))) is asks


def test_a_list_to_which_anybody_could_add_is_not_asked():
    points = "- fishing off the coast\n- carrying grain to towns\n"
    note = f"# Ketch\n\n## Applications of a ketch\n{points}\n## Causes of a leak\n{points}"
    assert "What are the causes of a leak? (two answers)" in cards(note, everything=True)
    assert not any("applications" in prompt for prompt in cards(note))


@pytest.mark.parametrize(
    ("lead", "asks"), [("There are two types:", False), ("There are two types of ketch rig:", True)]
)
def test_a_list_of_nothing_that_has_a_name_is_not_asked(lead, asks):
    note = f"# Ketch rigs\n\n## Sails of a ketch\n\n{lead}\n\n- Gaff rig\n- Bermuda rig\n"
    asked = cards(note, everything=asks)
    assert ("What are the two types of ketch rig?" in asked) is asks
    assert not any("two types?" in prompt for prompt in asked)


def test_a_table_of_words_in_two_languages_asks_for_each_word():
    note = "# Words\n\n| English | Spanish word | Notes |\n|---|---|---|\n| Room | Habitación | |\n"
    note += "| Please | Por favor | said first |\n"
    assert cards(note) == {
        "What is “Room” in Spanish?": "Habitación",
        "What is “Please” in Spanish?": "Por favor",
    }


def test_what_follows_from_a_condition_is_asked_with_it():
    note = (
        "# Powers\n\nIf $y = e^x$ then $\\frac{dy}{dx} = e^x$.\n\nSo $\\frac{dy}{dx} = 2x + 3$.\n"
    )
    prompts = list(cards(note, everything=True))
    assert prompts == ["If $y = e^x$ then: \\(\\frac{dy}{dx} = \\;?\\)"]


def test_a_row_may_have_fewer_cells_than_its_table():
    text = (
        "# Buffers\n\n| Mode | Description | |\n|---|---|---|\n"
        "| Line buffered | A stream that is sent on when a line of it ends |\n"
        "| Unbuffered | A stream of which each sign is sent on at once | |\n"
    )
    asked = {card.prompt: card.answer for card in outline.read("n.md", text).cards}
    assert list(asked.values()) == [
        "A stream that is sent on when a line of it ends",
        "A stream of which each sign is sent on at once",
    ]
