from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.card import Card, Kind
from cards.formats import distinct, native, read

NOTES = Path(__file__).parents[1] / "notes"


def parsed(text):
    return native.read("deck.md", text)


def asked(text):
    return [(card.prompt, card.answer) for card in parsed(text).cards]


def messages(text):
    return [(problem.line, problem.message) for problem in parsed(text).problems]


@pytest.fixture(scope="module")
def sample():
    return read(NOTES / "native.md")


def test_every_card_of_the_sample_is_read_with_kind_topic_and_line(sample):
    assert not sample.problems
    found = [(c.line, c.kind.value, c.topic, c.headings) for c in sample.cards]
    assert found == [
        (10, "symbol", "softmax", ("Softmax",)),
        (19, "number", "softmax", ("Softmax",)),
        (28, "cloze", "softmax", ("Softmax", "Shapes")),
        (28, "cloze", "softmax", ("Softmax", "Shapes")),
        (30, "basic", "softmax", ("Softmax", "Shapes")),
        (45, "basic", "elsewhere", ("Elsewhere",)),
        (45, "reversed", "elsewhere", ("Elsewhere",)),
        (52, "choice", "elsewhere", ("Elsewhere",)),
        (58, "basic", "elsewhere", ("Elsewhere",)),
    ]
    assert {c.deck for c in sample.cards} == {"Small deck"}
    assert all("sample" in c.tags for c in sample.cards)


@pytest.mark.parametrize("line", ["TARGET DECK: A::B", "TARGET DECK\nA::B"])
def test_obsidian_to_anki_names_the_deck(line):
    (card,) = parsed(f"# Title\n{line}\n\nQ: a\nA: b\n<!--ID: 1748147348097-->\n").cards
    assert (card.deck, card.answer) == ("A::B", "b")
    (card,) = parsed(f"---\ndeck: C\n---\n{line}\n\nQ: a\nA: b\n").cards
    assert card.deck == "C"


def test_an_empty_comment_makes_a_line_mean_nothing():
    lines = ["# a", "---", "<!-- b -->", "Q: c", "```check", "====", "<!---->x"]
    text = "\n".join(f"<!---->{line}" for line in lines)
    (card,) = parsed(f"Q: {text}\nA: {text}\n").cards
    assert card.prompt == card.answer == "\n".join(lines)


def test_siblings_share_a_family_and_nothing_else_does(sample):
    families = [c.family for c in sample.cards]
    assert families[2] == families[3]
    assert families[5] == families[6]
    assert len(set(families)) == len(families) - 2
    assert len({c.id for c in sample.cards}) == len(sample.cards)


def test_prompts_and_answers_are_as_written(sample):
    cards = sample.cards
    assert cards[0].answer == r"$p_i(\delta_{ij} - p_j)$"
    assert cards[0].check.misconceptions[0].answer == "p_i*(1 - p_j)"
    assert cards[1].answer == "`a + b`"
    assert cards[2].prompt.startswith("Softmax turns scores into […] that sum to 1, as $x[0]$")
    assert cards[3].answer == "sum to 1"
    assert cards[4].prompt.endswith("---\n```")
    assert cards[4].answer == "Nothing.\n\nIt has two paragraphs."
    assert (cards[5].id, cards[6].id) == ("hmm", "hmm.reversed")
    assert cards[6].prompt == "hidden Markov model"
    assert cards[8].derive == ("x^2 - 1", "(x - 1)*(x + 1)")


def test_cards_survive_json(sample):
    assert [Card.from_dict(card.to_dict()) for card in sample.cards] == list(sample.cards)


def test_the_deck_is_the_option_then_the_front_matter_then_the_file_name():
    text = "---\ndeck: Front\n---\nQ: a\nA: b"
    assert native.read("x/name.md", text, "Option").cards[0].deck == "Option"
    assert native.read("x/name.md", text).cards[0].deck == "Front"
    assert native.read("x/name.md", "Q: a\nA: b").cards[0].deck == "name"


def test_a_card_ends_at_a_marker_a_heading_a_rule_and_after_its_fence():
    assert asked("Q: a\nA: b\nQ: c\nA: d") == [("a", "b"), ("c", "d")]
    assert asked("Q: a\nA: b\n# H\nprose") == [("a", "b")]
    assert asked("Q: a\nA: b\n---\nprose") == [("a", "b")]
    assert asked("Q: a\nA: b\n```check\nid: x\n```\nprose") == [("a", "b")]
    assert asked("Q: a\nA: b\nTitle\n=====\nprose") == [("a", "b")]


@pytest.mark.parametrize(
    "title", ["Q-learning", "Actor-critic", "CNNs", "“Attention”", "-1 as a reward", "#2",
              "`torch`", "<b>Bold</b>", " Indented", "~0.5", "1. First"],
)  # fmt: skip
def test_a_line_of_equals_signs_makes_a_title_of_the_line_above(title):
    first, second = parsed(f"# Before\nQ: a\nA: b\n\n{title}\n====\n\nQ: c\nA: d").cards
    assert (first.answer, first.headings) == ("b", ("Before",))
    assert (second.answer, second.headings) == ("d", (title.strip(),))


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("# a b", "a b"),
        ("   ###### a", "a"),
        ("#  a  ## ", "a"),
        ("# a#", "a#"),
        ("# a # b", "a # b"),
        ("## ##", None),
        ("#", None),
    ],
)
def test_headings_are_read_without_the_signs_that_close_them(line, title):
    (card,) = parsed(f"{line}\nQ: a\nA: b").cards
    assert card.headings == ((title,) if title else ())


@pytest.mark.parametrize("line", ["    # a", "####### a", "#a", "\\# a"])
def test_what_looks_like_a_heading_is_text(line):
    (card,) = parsed(f"Q: a\nA: b\n{line}").cards
    assert card.answer == f"b\n{line}"


@pytest.mark.parametrize("last", ["- item", "* item", "+ item", "> quoted", "    code"])
def test_a_bullet_a_quote_or_code_is_no_title(last):
    (card,) = parsed(f"# Before\nQ: a\nA: b\n{last}\n====").cards
    assert (card.answer, card.headings) == (f"b\n{last}\n====", ("Before",))


def test_markers_count_only_at_column_0_and_outside_code_and_comments():
    assert asked(" Q: a\n A: b") == []
    assert asked("~~~\nQ: a\nA: b\n~~~") == []
    assert asked("````\n```\nQ: a\n````\nQ: c\nA: d") == [("c", "d")]
    assert asked("<!--\nQ: a\nA: b\n-->\nQ: c\nA: d") == [("c", "d")]
    assert asked("  <!--\nQ: a\nA: b\n  -->\nQ: c\nA: d") == [("c", "d")]


@pytest.mark.parametrize(("ticks", "below"), [("```", ""), ("```python", "\n"), ("~~~", "\n\n")])
def test_a_fence_may_open_on_the_line_of_its_marker(ticks, below):
    code = f"{ticks}{below}\nQ: no card\nx = 1\n\n{ticks[:3]}"
    assert asked(f"Q: a\nA: {code}\n\nQ: {code}\nA: b\n\nQ: c\nA: d") == [
        ("a", code),
        (code, "b"),
        ("c", "d"),
    ]


def test_ticks_that_open_no_fence_are_text():
    text = "Q: a\nA: ``` opens one\n```check\nhint: x\n```\nQ: b\nA: ```\n"
    assert asked(text) == [("a", "``` opens one"), ("b", "```")]


def test_what_is_required_as_a_mapping_costs_no_cards():
    note = native.read("n.md", "---\ntags: [a]\nrequires: {softmax: yes}\n---\nQ: Why?\nA: So.\n")
    (problem,) = note.problems
    assert (problem.line, problem.severity) == (3, "warning")
    assert [card.tags for card in note.cards] == [("a",)]


def test_rules_at_the_top_are_not_front_matter():
    assert asked("---\nQ: a\nA: b\n---\n") == [("a", "b")]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("A: alone", 1, "no question"),
        ("Q: a\n\nQ: b\nA: c", 1, "no answer"),
        ("Q: a\nA:\n", 1, "no answer"),
        ("Q:\nA: b", 1, "no question"),
        ("Q: a\nA: b\nA: c", 3, "has its answer already"),
        ("C: nothing hidden", 1, "hides nothing"),
        ("C: [a]\nA: b", 2, "in brackets"),
        ("C: hides [ ] nothing, [ok]\nC: []", 2, "hides nothing"),
        ("```check\nanswer: 3\n```", 1, "follows no card"),
        ("Q: a\nA: b\n```python\nx = 1", 3, "never closed"),
        ("Q: a\nA: b\n```check\nanswer: 3", 3, "never closed"),
        ("Q: a\nA: b\n```check\nanwser: 3\n```", 4, "did you mean `answer`"),
        ("Q: a\nA: b\n```check\nid: x\nhint: [\n```", 6, "not YAML"),
        ("Q: a\nA: b\n```check\nhint: *a\n```", 4, "quotes"),
        ("Q: a\nA: b\n```check\nid: x\n```\n```check\nid: y\n```", 6, "two check fences"),
        ("Q: a\nA: b\n```derive\nx\n```", 3, "2 to 200 steps"),
        ("Q: a\nA: b\n```derive\n(((\nx\n```", 1, "step 1 of the derivation, (((, cannot be read"),
        ("Q: a\nA: b\n```derive\nx\n<= foo\n```", 1, "step 2 of the derivation, foo, cannot"),
        ("Q: a\nA: b\n```derive\nx^2\n<= x^2 + 1\n\n>= x^2 - 1\n```", 7, "a chain goes one way"),
        ("Q: a\nA: b\n```derive\nx\n>= x - 1\n= x - 1\n<= x\n```", 7, "a chain goes one way"),
        ("C: [a]\n```derive\nx\n= (x\n```", 1, "step 2 of the derivation, (x, cannot be read"),
        ("---\ndeck: [\n---\nQ: a\nA: b", 3, "front matter"),
        ("---\ndeck: [a]\n---\nQ: a\nA: b", 2, "one value"),
        ("C: [a] and [b]\n```check\nanswer: 3\n```", 1, "one bracket"),
        ("Q: " + "x" * 20_001 + "\nA: b", 1, "longer than"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, line, says):
    found = messages(text)
    assert [where for where, message in found if says in message] == [line]
    assert not parsed(text).whole


def test_a_bad_card_leaves_the_others():
    note = parsed("Q: a\nA: b\n\nA: alone\n\nQ: c\nA: d")
    assert len(note.cards) == 2
    assert not note.whole


def test_the_same_card_twice_is_one_card_and_a_warning():
    note = parsed("Q: a\nA: b\nQ: a\nA:  b")
    assert len(note.cards) == 1
    assert note.whole
    assert note.problems[0].severity == "warning"


def test_the_same_card_in_two_notes_is_one_card_and_a_warning():
    first, second = distinct([native.read("1.md", "Q: a\nA: b"), native.read("2.md", "Q: a\nA: b")])
    assert (len(first.cards), len(second.cards)) == (1, 0)
    assert "1.md:1" in second.problems[0].message


@pytest.mark.parametrize(
    ("check", "kind"),
    [
        ("answer: 42", Kind.NUMBER),
        ("answer: x + 1", Kind.SYMBOL),
        ("answer: x + 1\ntolerance: 1%", Kind.NUMBER),
        ("given: {x: 1..3}\nanswer: x", Kind.NUMBER),
        ("choices: [a, b]", Kind.CHOICE),
        ("order: [a, b]", Kind.ORDER),
        ("simulation: softmax.jacobian\noutput: norm", Kind.NUMBER),
        ("simulation: softmax.jacobian", Kind.BASIC),
        ("answer: 42\nkind: symbol", Kind.SYMBOL),
    ],
)
def test_the_check_says_how_a_card_is_asked(check, kind):
    assert parsed(f"Q: a\nA: b\n```check\n{check}\n```").cards[0].kind is kind


def test_what_would_be_shown_wrong_is_warned_of():
    text = 'Q: Add $\\var{a}$.\nA: b\n```check\nkind: basic\nhint: "$\\frac12$"\n```'
    assert [(p.line, p.severity) for p in parsed(text).problems] == [(5, "warning"), (1, "warning")]
    assert r"add a to `given`" in messages(text)[1][1]
    assert len(parsed(text).cards) == 1


ADDRESS = "[p]: https://example.org/p.pdf"


@pytest.mark.parametrize(
    ("sentence", "below", "answers"),
    [
        ("See [the paper][p] about [softmax].", ADDRESS, ["softmax"]),
        ("See [the paper][p] about [softmax].", "# Other\n\n" + ADDRESS, ["softmax"]),
        ("See [P][] and [ p ] about [softmax].", ADDRESS + ' "Its title"', ["softmax"]),
        ("See [p][softmax].", ADDRESS, ["softmax"]),
        ("See [p](p.md) and ![p][q] and [softmax].", ADDRESS, ["softmax"]),
        ("See [p] about [softmax].", "[p]: <p.md>\n[q]: ../q.md", ["softmax"]),
        ("See [the paper][p] about [softmax].", "[q]: q.md", ["the paper", "p", "softmax"]),
        ("It has [bias].", "[bias]: systematic error", ["bias"]),
        ("It has [bias].", "[bias]: systematic.", ["bias"]),
    ],
)
def test_links_by_label_are_no_clozes(sentence, below, answers):
    found = [card.answer for card in parsed(f"C: {sentence}\n# End\n{below}\n").cards]
    assert found == answers


def test_an_address_under_the_sentence_is_no_cloze():
    assert [card.answer for card in parsed(f"C: See [p] about [x].\n\n{ADDRESS}").cards] == ["x"]


@given(st.text(alphabet="QAC: \n#-`[]$\\x", max_size=80))
def test_no_text_breaks_the_reader(text):
    note = parsed(text)
    lines = text.split("\n")
    for card in note.cards:
        assert lines[card.line - 1][:2] in ("Q:", "C:")
        assert card.prompt
        assert card.answer
    for problem in note.problems:
        assert 1 <= problem.line <= len(lines)


def test_a_card_whose_variants_cannot_be_drawn_is_an_error_at_import():
    note = parsed(
        "Q: What is {a} and {b}?\n```check\ngiven: {a: 1..3 step 1, b: 1..3 step 1}\n"
        "require: a > b + 5\nanswer: a + b\n```\n\nQ: Another?\nA: yes\n"
    )
    assert [card.prompt for card in note.cards] == ["Another?"]
    (problem,) = note.problems
    assert (problem.line, problem.severity) == (1, "error")
    assert "a > b + 5" in problem.message
