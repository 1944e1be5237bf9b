"""How a judge weighs what can be seen of a proposed card."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.card import Kind
from cards.formats import outline, read
from cards.formats.folders import looked_at
from cards.formats.outline.judge import ARGUABLE, WEIGHTS, Manner, Seen, Surroundings, doubt, signs
from cards.formats.outline.proposal import Proposal

_OPENINGS = ["What is ", "What is meant by “", "What does ", "Why is ", "Give an example of this: "]
TEXTS = st.text(alphabet="abehorstTX ’“”()[…]?:.,;=$\\`3", max_size=60)


def seen(prompt, answer, kind=Kind.BASIC, around=None, under="", headings=("T",)):
    return Seen(Proposal.of(prompt, answer, kind, headings, under), around or Surroundings())


@given(
    opening=st.sampled_from(["", *_OPENINGS]),
    prompt=TEXTS,
    answer=TEXTS,
    kind=st.sampled_from([Kind.BASIC, Kind.CLOZE, Kind.ORDER]),
    left=st.integers(0, 50),
    through=st.integers(0, 50),
)
def test_whatever_is_seen_has_a_weight_and_a_strength(opening, prompt, answer, kind, left, through):
    around = Surroundings.of((left, through), (left, through), through)
    one = seen(f"{opening}{prompt}", answer, kind, around)
    found = signs(one)
    assert found.keys() <= WEIGHTS.keys()
    assert all(-1 <= value <= 2 for value in found.values())
    reason = doubt(one)
    assert not reason or reason.removeprefix("readers keep few such cards: ") in found


def test_every_weight_is_used():
    cards = [
        ("What does BGP stand for?", "Border Gateway Protocol", Kind.BASIC),
        ("What is “Sort The Long List Well” in Lists (of it)?", "2 + 3 = 5, etc, a/b", Kind.BASIC),
        ("What is meant by “Set of parts”?", "The most common group that we use!", Kind.BASIC),
        ("What is “problem 2”?", "Sorts `a` by `b`", Kind.BASIC),
        ("What do trees do?", "Sort the keys 3, 4, 5", Kind.BASIC),
        ("What does xyz define?", "The direction of 3", Kind.BASIC),
        ("Why is a trie quick?", "Its depth is small", Kind.BASIC),
        ("Give an example of this: it swims.", "Trout, eel, cod, ide", Kind.BASIC),
        ("There are sorts: which two?", "- a\n- b", Kind.BASIC),
        (r"Resistance is \(R = \;?\)", r"\(\frac{V}{I}\)", Kind.BASIC),
        ("In which year: war?", "1492", Kind.BASIC),
        ("What is Sort of Keys?", "“quick”, b, c", Kind.BASIC),
        ("Note: Sorting may be called […].", "Quick Partition of Long Lists", Kind.CLOZE),
        ("Running is used by […]", "cats", Kind.CLOZE),
        ("Cats need […]", "education", Kind.CLOZE),
        ("What is a list?", "What `list()` makes", Kind.BASIC),
        ("What is meant by “kernel” in Maps?", "What maps to zero", Kind.BASIC),
    ]  # fmt: skip
    around = Surroundings(0.9, 0.9, 2)
    used = {name for one in cards for name in signs(seen(*one, around, "A long line above it"))}
    cell = Proposal.of("What is the aspect of B?", "Small", Kind.BASIC, ("T",), "Meaning", True)
    used |= signs(Seen(cell, Surroundings())).keys()
    line = "    | `a` | see above |"
    written = replace(
        seen(
            "What is the purpose of `a`?", "Useful as shown above", around=Surroundings(), under=""
        ),
        line=line,
        fault="its answer says the term again",
        settled=True,
    )
    manner = Manner.of("`a/b.c` of v2, 2026-01-02, et al.")
    step = seen("What is “`a`” in The end: it?", "A thing", headings=("Limitations",))
    used |= signs(replace(written, around=Surroundings(manner=manner))).keys()
    used |= signs(replace(step, line="1. `a`: a thing")).keys()
    assert set(WEIGHTS) - used <= {"its term begins with a verb", "its term is in bold"}
    for line, term in [("A **trie** is a tree.", "a trie"), ("- __Trie:__ a tree", "“Trie”")]:
        one = replace(seen(f"What is {term}?", "A tree of letters"), line=line)
        assert "its term is in bold" in signs(one)
        assert "its term is in bold" not in signs(replace(one, line=line.replace("rie", "ree")))
    assert "its term begins with a verb" in signs(seen("What is “sort keys”?", "A thing"))


def test_a_formula_in_an_answer_counts_for_nothing_and_code_against_it():
    told = signs(seen("What is enthalpy?", "Internal energy and work, $H = U + pV$"))
    assert "its answer has code" not in told
    assert "its answer has code" in signs(seen("What is a list?", "What `list()` makes"))


ROWS = "| Metal | {} |\n|---|---|\n| Tin | {} |\n| Lead | heavy and soft at once |\n"


@pytest.mark.parametrize(
    ("head", "told", "fact"),
    [
        ("Symbol", "the letters Sn", True),
        ("Length", "232 metres", True),
        ("Features", "bends by hand", False),
    ],
)
def test_a_cell_is_asked_for_a_fact_a_number_or_a_meaning_and_less_for_how_it_compares(
    head, told, fact
):
    poor = "".join(f"- It is so, {word}.\n" for word in ("they say", "we think", "you know"))
    note = outline.read("n.md", f"# Metals\n\n{ROWS.format(head, told)}\n{poor}")
    assert any(card.answer == told for card in note.cards)
    cell = Proposal.of(
        f"What is the {head.lower()} of Tin?", told, Kind.BASIC, ("T",), "Meaning", True
    )
    sign = "it asks how a thing of a table is beside others"
    assert (sign in signs(Seen(cell, Surroundings()))) == (not fact)


def test_what_stands_only_above_an_answer_and_is_no_kind_of_thing_counts_against_it():
    above, sign = seen("What is Ohm?", "Volts by amperes"), "its name stands only above its answer"
    assert sign in signs(replace(above, line="Volts by amperes"))
    assert sign not in signs(replace(above, line="**Ohm** - volts by amperes"))
    assert sign not in signs(seen("What is an ohm?", "A volt by an ampere"))


def test_a_sentence_that_leads_to_a_formula_counts_for_it():
    led, fragment = r"The resistance is \(R = \;?\)", r"Resistance: \(R = \;?\)"
    sign = "a sentence leads to its formula"
    assert sign in signs(seen(led, r"\(V / I\)"))
    assert sign not in signs(seen(fragment, r"\(V / I\)"))


def test_a_term_in_bold_that_a_sentence_explains_is_kept():
    line = "- **Enthalpy** is internal energy plus pressure times volume, $H = U + pV$."
    note = outline.read("n.md", f"# Heat\n\n{line}\n- See Callen.\n")
    assert [card.prompt for card in note.cards] == ["What is Enthalpy?"]


def test_a_card_among_many_that_are_none_is_left_out_and_among_good_ones_kept():
    card = "What is a page table?", "A table that maps the pages of a process to frames"
    good, poor = Surroundings.of((0, 20), (0, 5), 2), Surroundings.of((40, 2), (8, 0), 0)
    assert doubt(seen(*card, around=good)) == ""
    assert "little in its note is worth a card" in signs(seen(*card, around=poor))
    loose = "What is meant by “Result”?", "It was 3"
    assert doubt(seen(*loose, around=poor)).startswith("readers keep few such cards: ")


def test_the_reason_stands_beside_the_line_and_all_can_be_taken():
    text = "# Trees\n\n- Depth: the longest way down of 7 edges, etc.\n"
    (left,) = outline.read("n.md", text).left_out
    assert (left.line, left.reason) == (
        3,
        "readers keep few such cards: its answer has figures in it",
    )
    assert len(outline.read("n.md", text, everything=True).cards) == 1


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("# Exam\n\n## ii\n\nThe distance that people travel to a service.\n", "What is ii?"),
        ("# Sets\n\n- Generic strategy: A generic greedy strategy of choice\n", "Generic strategy"),
        ("# Speed\n\nNear-linear speedup: enables nearly linear speedups of it\n", "speedup do"),
        ('# T\n\n| Key | Meaning |\n|---|---|\n| jti | "253c84e2", |\n', "jti"),
        ("# Movies\n\n- What are the names of film stars?\n  - What are the titles of films\n",
         "film"),
        ("# Concentration\n\n- Concentration = 0.0025 / 6000\n", "Concentration"),
        ("# Modular arithmetic\n\n## Bring-together\n\nWe follow these steps:\n\n"
         "1. Pick a number k\n2. Compute a power\n3. Send both numbers\n", "in order"),
        ("# Trees\n\nAs a **systems engineer**, you may use these to parse files.\n", "you may"),
    ],
)  # fmt: skip
def test_what_other_peoples_notes_wrongly_gave_is_left_out(text, prompt):
    assert not any(prompt in card.prompt for card in outline.read("n.md", text).cards)


def test_a_drawing_of_excalidraw_is_no_note(tmp_path):
    (tmp_path / "a.excalidraw.md").write_text("# Text\n\nA tree is a graph without cycles.\n")
    assert [why for _, why in looked_at(tmp_path)] == ["it is a drawing"]


def test_prose_in_which_a_line_begins_as_a_question_is_read(tmp_path):
    path = tmp_path / "n.md"
    path.write_text(
        "# Hashing\n\nA hash table is an array whose places are chosen by a hash function.\n\n"
        "```text\nQ: left open\n```\n"
    )
    assert "What is a hash table?" in [card.prompt for card in read(path).cards]
    assert not any("table" in card.prompt for card in read(path, format="native").cards)


def test_what_stands_above_the_first_heading_is_read_under_any_name():
    text = "A **graph** is a collection of nodes and the edges between them.\n\n# Next\n\nRest.\n"
    note = outline.read("Introducing Graphs.md", text)
    assert [card.prompt for card in note.cards] == ["What is a graph?"]


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("# Reinforcement\n\n- Process in which a behaviour is strengthened by what follows\n",
         "What is Reinforcement?"),
        ("# Flutter\n\nThe `Visibility` widget is used to show or hide a child widget.\n",
         "What is the `Visibility` widget used for?"),
        ("# Nodes\n\n**Replication** is copying data to prevent loss and ensure availability.\n",
         "What is Replication in Nodes?"),
    ],
)  # fmt: skip
def test_a_meaning_is_asked_however_it_begins(text, prompt):
    cards = outline.read("n.md", text, everything=True).cards
    assert prompt in [card.prompt for card in cards]


def test_marks_of_an_outliner_are_no_text():
    text = (
        "# Shapes\n\n- ## Prime Knot\n  collapsed:: true\n"
        "  - A knot that is no sum of two knots\n- TODO draw it\n- id:: 64-2f\n"
    )
    note = outline.read("n.md", text, everything=True)
    assert [card.prompt for card in note.cards] == ["What is Prime Knot?"]


def test_what_the_note_itself_asks_is_kept_whatever_is_around_it():
    noise = "".join(f"- Result {n}: it was {n}\n" for n in range(12))
    own = "Q1. What is osmosis?\nAns: Water moving through\n"
    note = outline.read("n.md", f"# Cells\n\n{noise}{own}")
    assert [card.prompt for card in note.cards] == ["What is osmosis?"]


def test_an_article_is_no_small_word_of_a_term():
    told = signs(seen("What is a hash table?", "An array with a place for each key"))
    assert "its term has small words in it" not in told


@pytest.mark.parametrize(
    "text",
    [
        "# Care\n\nCommitment is a therapy (and Commitment Therapy (ACT)).\n",
        "# Kidney\n\n- Maintains acid-base balance: produces a hormone that makes blood cells\n",
    ],
)
def test_a_piece_of_a_sentence_is_no_name(text):
    prompts = [card.prompt for card in outline.read("n.md", text).cards]
    assert not any("ACT" in prompt or "Maintains" in prompt for prompt in prompts)


def test_a_rule_that_is_arguable_speaks_against_a_card_and_another_ends_it():
    good = seen("What does BGP stand for?", "Border Gateway Protocol")
    poor = seen("What is meant by “Result”?", "It was 3")
    for fault in ARGUABLE:
        assert doubt(replace(good, fault=fault.replace("…", "BGP"))) == ""
        assert doubt(replace(poor, fault=fault)) == fault
        assert doubt(replace(good, fault=fault, settled=True)) == fault
    assert (
        doubt(replace(good, fault="it is code, a path or a date")) == "it is code, a path or a date"
    )


@pytest.mark.parametrize(
    ("heading", "kept"), [("Locks", True), ("3. Limitations", False), ("Open questions", False)]
)
def test_below_a_heading_that_gathers_less_is_worth_a_card(heading, kept):
    note = f"# Canals\n\n## {heading}\n\n- **Sluice**: a gate that holds the water back\n"
    assert bool(outline.read("n.md", note).cards) == kept


def test_the_files_of_a_program_are_no_study_notes():
    rows = "".join(f"| `src/part{n}.ts` | The part of number {n} |\n" for n in range(9))
    note = f"# Layout\n\n| File | Purpose |\n|---|---|\n{rows}"
    assert outline.read("n.md", note).cards == ()
