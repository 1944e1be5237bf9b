"""What a sentence tells of a thing, asked by its verb, and statements behind their kind."""

import pytest

from cards.formats import outline
from cards.formats.outline.wording import bold_in


@pytest.mark.parametrize(
    ("line", "prompt", "answer"),
    [
        (
            "**Def.** A **leat** is a channel that leads water to a mill.",
            "What is a leat?",
            "A channel that leads water to a mill",
        ),
        (
            "**Definition 2.1.** A **tail race** is a channel that leads water off.",
            "What is a tail race?",
            "A channel that leads water off",
        ),
        (
            "*Remark:* A sluice is a gate that holds the water of a pond.",
            "What is a sluice?",
            "A gate that holds the water of a pond",
        ),
        (
            "Essentially, a stage is a length of river that lies between two weirs.",
            "What is a stage in Watermills?",
            "A length of river that lies between two weirs",
        ),
        (
            "- shares are lengths of a river that have been given a name",
            "What are shares in Watermills?",
            "Lengths of a river that have been given a name",
        ),
        (
            "An `enum` is a structure that names the values of a variable.",
            "What is an `enum`?",
            "A structure that names the values of a variable",
        ),
        (
            "- Millwrights are responsible for carefully setting the stones of a mill.",
            "What are Millwrights responsible for?",
            "Setting the stones of a mill",
        ),
        (
            "- Osteocalcin is secreted by osteoblasts.",
            "What is Osteocalcin secreted by?",
            "Osteoblasts",
        ),
        (
            "Silicosis is associated with quartz dust.",
            "What is Silicosis associated with?",
            "Quartz dust",
        ),
        (
            "Weirs $V$ and $W$ are said to be **aligned** if there exists a map $T: V \\to W$.",
            "When are Weirs $V$ and $W$ aligned?",
            "There exists a map $T: V \\to W$",
        ),
        (
            "We refer to $(1 - 1/r)$ as the **convergence ratio**.",
            "What is the convergence ratio?",
            "$(1 - 1/r)$",
        ),
        (
            "Silicosis is diagnosed with a radiograph of the chest.",
            "How is Silicosis diagnosed?",
            "With a radiograph of the chest",
        ),
        (
            "Millstones are dressed by cutting furrows into their faces.",
            "How are Millstones dressed?",
            "By cutting furrows into their faces",
        ),
        (
            "Siltation can be reduced by planting trees above the pond.",
            "How can Siltation be reduced?",
            "By planting trees above the pond",
        ),
        (
            "Semaphores are used when two threads share one resource.",
            "When are Semaphores used?",
            "When two threads share one resource",
        ),
        (
            "- Use the Wilcoxon test when the differences are not normal",
            "When should the Wilcoxon test be used?",
            "When the differences are not normal",
        ),
        (
            "A breastshot wheel differs from an overshot wheel in that the water enters lower.",
            "How does a breastshot wheel differ from an overshot wheel?",
            "In that the water enters lower",
        ),
        (
            "Redundancy means the ability of a system to go on when a part fails.",
            "What does Redundancy mean?",
            "The ability of a system to go on when a part fails",
        ),
        (
            "Azelastine, an antihistamine for the nose, is a drug with few interactions.",
            "What is Azelastine?",
            "An antihistamine for the nose",
        ),
        (
            "The strategy pattern (also called the policy pattern) is a design pattern that "
            "selects an algorithm at run time.",
            "What is the strategy pattern in Watermills?",
            "A design pattern that selects an algorithm at run time",
        ),
        (
            "To prevent siltation, use a settling pond above the weir.",
            "What is done to prevent siltation?",
            "Use a settling pond above the weir",
        ),
        (
            "Common risk factors for silicosis include mining, quarrying and sandblasting.",
            "What are the risk factors for silicosis?",
            "Mining, quarrying and sandblasting",
        ),
    ],
)
def test_a_sentence_is_asked_by_its_verb(asked, line: str, prompt: str, answer: str):
    found = asked(f"# Watermills\n\nThey are old.\n\n{line}\n", everything=True)
    assert found.get(prompt) == answer


@pytest.mark.parametrize(
    "line",
    [
        "**Def.** A **leat** is a channel that leads water to a mill.",
        "**Thm.** Any leat of a mill has a source.",
        "**Lemma 1.** If some leat has a source, then it has a mill.",
    ],
)
def test_the_kind_of_a_statement_is_no_term(asked, line: str):
    prompts = asked(f"# Watermills\n\n{line}\n", everything=True)
    assert not any(kind in prompt for kind in ("Def", "Thm", "Lemma") for prompt in prompts)


@pytest.mark.parametrize(
    "line",
    [
        "Whenever the pond is equal to the weir, the sluice stays shut.",
        "Different stones can be joined by using iron clamps.",
        "Many leats can be repaired by the miller of the place.",
        "It is treated with corticosteroids by most doctors.",
        "The reason is a lack of water that lasts all summer.",
        "An example is a mill that stands below a weir.",
        "Siltation means the pond is shallow and dry.",
    ],
)
def test_what_names_nothing_is_not_asked_for(asked, line: str):
    assert not asked(f"# Watermills\n\nThe history of mills.\n\n{line}\n")


def test_what_is_marked_with_a_pen_is_a_term(asked):
    line = '<mark style="background: #FFB86CA6;">leat</mark> - a channel that leads to a mill'
    assert "What is “leat” in Watermills?" in asked(f"# Watermills\n\n- {line}\n")


def test_a_list_is_told_before_the_question_of_its_heading(asked):
    text = "# Silicosis\n\nRisk factors for silicosis include mining and quarrying.\n"
    assert "What are the risk factors for silicosis?" in asked(text)


@pytest.mark.parametrize("sign", ["A ", "Aa is ", "Aa can be ", "To avoid ", "Def. ", "==a== "])
def test_one_sign_repeated_is_read(sign: str):
    lines = [sign * (3_900 // len(sign))] * 25  # where a line took its square, these take minutes
    assert outline.read("n.md", "# Watermills\n\n" + "\n\n".join(lines)).path == "n.md"


def test_a_term_that_is_also_a_kind_of_statement_is_asked_for(asked):
    text = "# Words\n\n- **Lemma**: The form of a word under which a dictionary lists it\n"
    assert any("Lemma" in prompt for prompt in asked(text, everything=True))


def test_a_comparison_is_not_marked_with_a_pen():
    assert bold_in("Weirs hold if a == 12 and b == 30 of them stand") == []
    assert bold_in("Weirs hold ==the water== of a pond") == ["the water"]
    assert bold_in('A <mark style="x">leat</mark> and <mark> a') == ["leat"]


@pytest.mark.parametrize(
    ("line", "prompt", "answer"),
    [
        (
            "To reverse the signal $x(t)$ in time, we replace $t$ with $-t$.",
            "How does one reverse the signal $x(t)$ in time?",
            "Replace $t$ with $-t$",
        ),
        (
            "Siphons can carry water uphill since the air presses on the pond that they empty.",
            "Why can Siphons carry water uphill?",
            "The air presses on the pond that they empty",
        ),
        (
            "- **Root servers**: provide the addresses of the servers below them",
            "What do Root servers do?",
            "Provide the addresses of the servers below them",
        ),
        (
            "- Rank = the number of axes of a tensor",
            "What is “Rank”?",
            "The number of axes of a tensor",
        ),
        (
            "> A sluice is any gate that holds the water of a mill pond back.",
            "What is a sluice?",
            "Any gate that holds the water of a mill pond back",
        ),
    ],
)
def test_a_line_is_asked_in_its_own_form(line: str, prompt: str, answer: str):
    cards = outline.read("n.md", f"# Notes\n\n{line}\n", everything=True).cards
    assert (prompt, answer) in [(card.prompt, card.answer) for card in cards]


@pytest.mark.parametrize(
    "quoted",
    [
        "> The sea is a mirror that shows us what we are.\n> — Charles Baudelaire",
        "> “The sea is a desert of waves.”",
        "> My boat is a place that I go to when it rains.",
    ],
)
def test_somebodys_words_stay_a_quotation(quoted: str):
    assert outline.read("n.md", f"# Sea\n\n{quoted}\n", everything=True).cards == ()


@pytest.mark.parametrize(
    "line",
    [
        "- **Set alarms**: get notified when a metric is too high",
        "- **Connection failures**: use heartbeats to detect them in time",
        "- To know more, we need some kind of corpus of texts.",
    ],
)
def test_an_instruction_is_no_deed(line: str):
    cards = outline.read("n.md", f"# Canals\n\n{line}\n", everything=True).cards
    assert not [card for card in cards if card.prompt.startswith(("What do ", "How does one"))]
