"""What the readers of sentences and formulas make of awkward lines."""

import pytest

from cards.formats.outline import read
from cards.formats.outline.facts import who
from cards.formats.outline.formulas import first_of
from cards.formats.outline.meanings import told_below
from cards.formats.outline.patterns import asked
from cards.formats.outline.statements import question


def cards(text: str) -> dict[str, str]:
    note = read("note.md", text, everything=True)
    return {card.prompt: card.answer for card in note.cards}


@pytest.mark.parametrize(
    ("right", "first"),
    [
        (r"a + b,\quad c = d + e", "a + b"),
        (r"a + b~~~~\text{or}~~~~c", "a + b"),
        (r"\left\{x \quad y\right\} + z", r"\left\{x \quad y\right\} + z"),
        (r"\begin{cases} x \quad y \end{cases}", r"\begin{cases} x \quad y \end{cases}"),
        ("a" * 2000 + r"\quad b", "a" * 2000 + r"\quad b"),
    ],
)
def test_a_right_hand_side_ends_before_a_second_statement(right, first):
    assert first_of(right) == first


def test_the_answer_of_a_formula_holds_one_statement():
    text = "# Potentials\n\n## Scalar potential\n\n"
    text += "$$E = -\\nabla \\phi,\\quad B = \\nabla \\times A$$\n"
    found = cards(text)
    assert [answer for prompt, answer in found.items() if "E = " in prompt] == [r"\(-\nabla \phi\)"]


def test_formulas_of_another_typesetting_are_not_asked():
    assert not cards('# Arrow category\n\n- Objects: $$op("obj")(C) = {f in A dots B}$$\n')


def test_a_formula_says_what_it_is_of_where_its_sentence_does_not():
    text = "# Uniform distribution\n\nThe probability density is: $$f(x) = \\frac{1}{b-a}$$\n"
    assert any("niform distribution" in prompt for prompt in cards(text))


def test_a_proof_asks_for_no_formula():
    text = (
        "# Fejér's theorem\n\n## _Proof:_\n\nRecall that for a power series we have\n"
        "$$a_n = \\frac{1}{2\\pi} \\int g(x) e^{-inx} dx$$\n"
    )
    assert not any("a_n" in prompt for prompt in cards(text))


def test_a_count_in_a_title_is_that_of_its_parts():
    text = "# The four types of organic acids\n\n## Fatty acids\n\nx\n\n## Amino acids\n\ny\n"
    assert not any("types of" in prompt for prompt in cards(text))


def test_sorts_are_asked_by_their_name():
    text = "# Types of alloys\n\n## Ferrous alloys\n\nx\n\n## Cast alloys\n\ny\n"
    assert "What are the two types of alloys?" in cards(text)


def test_what_differs_by_its_number_alone_is_not_asked_for():
    text = "# Laws of planetary motion\n\n## First law of planetary motion\n\nx\n\n"
    text += "## Second law of planetary motion\n\ny\n"
    assert not any("laws" in prompt.lower() for prompt in cards(text))


@pytest.mark.parametrize(
    "sentence",
    [
        "The form drag coefficient increases with increasing wake size",
        "A simple consequence holds if the antecedent is never true",
        "Regularizes the model and reduces the need for dropout layers",
        "The bakery falls under state law and is governed by the Bread Act",
        "Freedom of choice is usually assumed to be a good thing for people",
        "The tone activates the auditory pathway and a shock activates the pain pathway",
        "The architects of the charter were realistic enough to allow force",
        "The balance of power on the sea is much different from that on land",
    ],
)
def test_what_is_no_object_or_name_answers_nothing(sentence):
    assert asked(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "prompt", "answer"),
    [
        (
            "Ohm's law states that current is proportional to voltage",
            "What does Ohm's law state?",
            "That current is proportional to voltage",
        ),
        (
            "Spinlocks are designed to protect short critical sections",
            "What are Spinlocks designed to do?",
            "Protect short critical sections",
        ),
        (
            "The determinant of a rotation is always 1",
            "What is the determinant of a rotation?",
            "Always 1",
        ),
        (
            "Catalase and peroxidase are designed to break down peroxides",
            "What are Catalase and peroxidase designed to do?",
            "Break down peroxides",
        ),
        (
            "The climax of the opera was a duel of two brothers",
            "What was the climax of the opera?",
            "A duel of two brothers",
        ),
    ],
)
def test_a_question_has_the_form_of_its_sentence(sentence, prompt, answer):
    found = asked(sentence)
    assert found is not None
    assert found[1:] == (prompt, answer)


@pytest.mark.parametrize(
    "sentence",
    [
        "User personas and empathy map help teams understand their users better",
        "Nominal GDP measures the present value and real GDP measures it at constant prices",
        "True effectiveness is a function of not just what is produced by a company",
        "Laws mean nothing unless there is a central power that enforces them",
    ],
)
def test_a_sentence_with_two_statements_is_not_cut_to_one(sentence):
    assert question(sentence) is None


def test_who_did_it_is_a_name():
    assert who("Poorly designed code is naturally difficult to change later") is None
    assert who("The full agent demonstrated superhuman play on the Atari games") is None


@pytest.mark.parametrize(
    "text",
    [
        "Realist politics posits that states must keep all power",
        "A positive elasticity indicates that two commodities are substitutes",
        "Looking farther out from the plane, it appears that the disk turns into a halo.",
        "Recall that p-values are the probability of a statistic at least as extreme.",
    ],
)
def test_a_statement_below_a_heading_tells_not_what_it_is(text):
    assert told_below("Cross-price elasticity", text) is None


def test_what_a_thing_does_is_not_what_it_is():
    told = told_below("Narrow-line region", "Extends to about 1000 pc, outside of the engine.")
    assert told is None or not told[0].startswith("What is ")


def test_a_complexity_below_its_name_is_that_of_the_algorithm():
    text = "# Fast Fourier transform\n\nTime complexity:\n$$O(\\frac{n}{2} \\log_2 n)$$\n"
    assert "What is the time complexity of Fast Fourier transform?" in cards(text)


@pytest.mark.parametrize(
    "lead",
    ["The condition number becomes", "In the failure example:", "The linear term goes, leaving"],
)
def test_a_step_of_a_derivation_leads_up_to_no_question(lead):
    text = f"# Ridge regression of rank one\n\n{lead} $$k = \\frac{{a + b}}{{c + b}}$$\n"
    assert not any(lead[:12] in prompt for prompt in cards(text))


def test_a_long_side_is_read_in_linear_time():
    assert isinstance(cards("# T\n\n$$E = " + "\\quad a = b + c " * 6000 + "$$\n"), dict)
