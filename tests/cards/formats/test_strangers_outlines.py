"""What outlines by other hands have that a rule once read wrongly, and what is proposed of them."""

import pytest

from cards.card import Kind
from cards.formats.outline import read
from cards.formats.outline.language import is_english, uncertain, unsaid
from cards.formats.outline.meanings import is_deed
from cards.formats.outline.proposal import Proposal
from cards.formats.outline.subjects import is_subject
from cards.formats.outline.worth import why_not


def asked(text, everything=False):
    """Return the prompts and answers of a note; of `everything` where the judge is not meant."""
    return {card.prompt: card.answer for card in read("Ions.md", text, everything=everything).cards}


def test_bullets_indented_by_tabs_are_bullets_of_their_own():
    note = (
        "# Acids and bases\n- Electrolyte (salt): a substance that ionises in an aqueous solution\n"
        "\t- Strong\n\t\t- fully ionised in water\n"
    )
    assert asked(note) == asked(note.replace("\t", "    "))
    assert list(asked(note).values()) == ["A substance that ionises in an aqueous solution"]


def test_what_the_converter_says_of_a_picture_is_no_text():
    note = '# Cables\n![](a.png){width="6.2in"\nheight="1in"}\n\nA host is a device of a network.\n'
    assert not any("width" in prompt for prompt in asked(note))


def test_a_sentence_that_names_nothing_is_asked_under_its_heading():
    note = "# Minoan demise\n- Society mysteriously disappeared around 1400 B.C.\n"
    assert all(prompt.startswith("(Minoan demise) Society") for prompt in asked(note))


def test_a_date_is_not_what_a_section_is_about():
    assert not is_subject("Thursday, May 12, 2016")
    assert not is_subject("12 May")
    assert is_subject("May’s theorem")


def test_terse_notes_are_english_and_others_are_not():
    terse = "Urethra: carries urine out of bladder. Renal veins: blood out of kidney, the return. "
    assert is_english(terse * 5)
    assert not is_english("Die Niere filtert das Blut und bildet den Harn, der in die Blase. " * 5)


@pytest.mark.parametrize(
    ("prompt", "answer", "kind", "says"),
    [
        ("What is meant by “discovered Troy”?", "Excavation by layers", Kind.BASIC, "sentence"),
        ("What is meant by “Ba tells parable”?", "Better to have loved", Kind.BASIC, "sentence"),
        ("What is meant by “Built around the Nile”?", "A state of kings", Kind.BASIC, "sentence"),
        ("What is meant by “usually ephemeral”?", "Gone quickly from use", Kind.BASIC, "sentence"),
        ("What is Abbot Sugar?", "Abbot Sugar wanted a new church", Kind.BASIC, "speaks of"),
        ("What are Odors?", "Among animals a signal of danger", Kind.BASIC, "says something"),
        ("The reason for Kant was: why?", "Duty counts for more", Kind.BASIC, "piece"),
        ("Located at the Louvre in […]", "Paris", Kind.CLOZE, "line above"),
        ("What is “Inyenzi”?", "<<<<<<< HEAD a pest", Kind.BASIC, "markup"),
    ],
)
def test_what_is_no_question_is_left_out_with_its_reason(prompt, answer, kind, says):
    assert says in why_not(Proposal.of(prompt, answer, kind, ("Notes",)))


@pytest.mark.parametrize(
    ("term", "answer"),
    [
        ("supervised learning", "Learning from examples with their answers"),
        ("Linked list", "A list whose items point to the next one"),
        ("Markov chain", "A sequence of states in which a Markov chain’s next one depends on one"),
        ("Screened subnet", "The subnet behind a firewall"),
    ],
)
def test_terms_that_look_like_deeds_stay(term, answer):
    assert not why_not(Proposal.of(f"What is “{term}”?", answer, Kind.BASIC, ("Notes",)))


def test_terms_on_lines_of_their_own_are_asked_one_by_one():
    note = (
        "# Rules\n**Sine rule:** a/sin A = b/sin B\n**Cosine rule:** a² = b² + c² − 2bc cos A\n\n"
        "**Gene:** section of DNA that codes for a protein (one gene → one protein)\n"
    )
    told = list(asked(note, everything=True).values())
    assert told[:2] == ["a/sin A = b/sin B", "a² = b² + c² − 2bc cos A"]
    assert any("“Gene”" in prompt for prompt in asked(note))


def test_what_is_the_last_or_says_that_something_is_so_is_asked():
    note = (
        "# Rome\n- The last western emperor was Romulus Augustus\n"
        "- A negative elasticity indicates that two commodities are complements\n"
    )
    assert asked(note, everything=True) == {
        "Which was the last western emperor?": "Romulus Augustus",
        "What does a negative elasticity indicate?": "That two commodities are complements",
    }


def test_a_quotation_in_a_bullet_is_its_text():
    note = "# Booms\n* Energy:\n  * > Synergy is the quality of a whole that exceeds its parts\n"
    assert list(asked(note, everything=True)) == ["What is Synergy?"]


def test_a_plural_before_a_verb_is_no_deed():
    assert is_deed("Groups items of one kind under their shared features")
    assert not is_deed("Groups tend to make better decisions than individuals")
    assert not is_deed("Results will depend on the number of the samples drawn")


@pytest.mark.parametrize("term", ["Exemple", "Par exemple", "Beispiel", "Esempio", "Story 1"])
def test_a_label_of_another_language_that_names_nothing_is_not_asked(term):
    told = "Un ensemble de règles que les équipes suivent ensemble"
    assert uncertain(term, told, named=True)
    assert not uncertain("Charte", told, named=True)
    assert uncertain("Charte", "Un numéro doit être validé par une règle", named=True)


@pytest.mark.parametrize(
    ("term", "line", "kept"),
    [
        ("参数共享 (卷积)", "- 参数共享: 同一层的神经元权重相同.", True),
        ("Проверка", "- Проверка — верификатор байткода.", True),
        ("性质 (定义)", "**性质:** 任意两个区组的交集大小相同", False),
        ("C. 偶尔运动", "- C. 偶尔运动（每月几次） → **偏弱**", False),
        ("A. 强", "A. 强: 想到就做", False),
        ("global (变量)", "- global", False),
    ],
)
def test_a_term_of_a_language_not_known_stands_beside_what_explains_it(term, line, kept):
    assert bool(unsaid(term, line)) is not kept


def test_a_drawing_is_no_note():
    text = "# Text Elements\n\n- **Sluice**: a gate that holds the water of a pond back ^ab12cd\n"
    drawn = read("n.md", f"---\n\nexcalidraw-plugin: parsed\n---\n{text}")
    assert (drawn.cards, [one.reason for one in drawn.left_out]) == ((), ["it is a drawing"])
    assert len(read("n.md", f"---\ntags: [excalidraw]\n---\n{text}").cards) == 1
