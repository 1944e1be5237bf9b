from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.formats import outline, read
from cards.formats.cloze import sentence
from cards.formats.outline import titles
from cards.formats.outline.formulas import sides
from cards.formats.outline.sections import cut
from cards.formats.outline.wording import Masked, acronyms, sentences
from cards.formats.topics import slugify, topic_of
from cards.text.spans import maths_spans

NOTE = Path(__file__).parents[1] / "notes" / "outline.txt"


@pytest.fixture(scope="module")
def sample():
    return read(NOTE)


@pytest.fixture(scope="module")
def asked(sample):
    return {card.prompt: card for card in sample.cards}


def test_sections_come_from_the_titles_stages_and_the_missing_heading():
    found, missing = cut(NOTE.read_text().split("\n"))
    assert [section.headings for section in found] == [
        ("Hash tables",),
        ("Stages of a build",),
        ("Stages of a build", "Compiling (the slow part)"),
        ("Stages of a build", "Linking"),
        ("Bloom filter (BF)",),
        ("Softmax",),
        ("Binary Search",),
    ]
    assert [section.headings[0] for section in found if section.guessed] == ["Bloom filter (BF)"]
    assert missing == []


def test_every_topic_gets_cards_and_the_missing_heading_is_reported(sample):
    topics = {card.topic for card in sample.cards}
    assert topics == {
        "hash-tables",
        "stages-of-a-build",
        "bloom-filter-bf",
        "softmax",
        "binary-search",
    }
    assert [(p.line, p.severity) for p in sample.problems] == [(25, "note")]
    assert "Bloom filter" in sample.problems[0].message


@pytest.mark.parametrize(
    ("prompt", "answer", "line"),
    [
        ("What is a hash table?", "An array whose places are chosen by a hash function", 7),
        ("What are the two ways of handling collisions?", "chaining and open addressing", 8),
        (
            "What is “Load factor” in Hash tables?",
            "The number of entries divided by the number of places",
            9,
        ),
        ("Why does growing the array lead to rehashing?", "Every place depends on the size", 10),
        ("What are the two stages of a build?", None, 14),
        ("What is the objective of Compiling?", "Turn source text into object code.", 17),
        ("What does Compiling add?", "Machine code for one file at a time.", 18),
        ("Why does Compiling go first?", "The linker needs object files.", 19),
        ("What is the cost of Linking?", "Memory for the whole program at once.", 23),
        ("What is Softmax called in PyTorch?", "`torch.nn.Softmax`", 31),
        ("scores → […] → positive numbers → [normalisation] → weights", "exponential", 35),
        (
            "The search has three steps which repeat: which three?",
            "- Probe\n- Compare\n- Halve",
            38,
        ),
    ],
)
def test_what_the_sample_asks(asked, prompt, answer, line):
    assert prompt in asked, sorted(asked)
    card = asked[prompt]
    assert card.line == line
    if answer is not None:
        assert card.answer == answer


def test_formulas_are_asked_by_their_right_hand_side(asked):
    formula = [card for card in asked.values() if "frac" in card.answer]
    assert len(formula) == 1
    assert formula[0].answer == r"\(\frac{e^{z_i}}{\sum_j e^{z_j}}\)"
    assert r"\(p_i = \;?\)" in formula[0].prompt


def test_lists_of_titles_references_and_empty_bullets_make_no_card(sample):
    lines = NOTE.read_text().split("\n")
    for card in sample.cards:
        assert card.line > 5
        assert lines[card.line - 1].strip() not in ("", "-", "References")
    assert not [card for card in sample.cards if "algorithms" in card.prompt + card.answer]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Actor Critic Methods", "Actor-critic methods"),
        ("Some Long Name (SLN)", "SLN"),
        ("One shot imitation learning", "One shot learning"),
        ("A versus B", "A v B"),
        ("Gini Coeficient", "Gini coefficient"),
    ],
)
def test_titles_that_differ_from_the_list_are_recognised(line, title):
    assert titles.best(line, ["Something else", title]) == 1


def test_other_titles_are_not():
    assert titles.best("Inverse reinforcement learning", ["Meta learning"]) is None
    assert not titles.looks_like_title("and so the sentence goes on")


def test_continued_lines_belong_to_their_bullet():
    found, _ = cut(["Title", "- one goes", "on here", "- A formula", r"\[a", r"- b\]", "- two"])
    assert [item.text for item in found[0].items] == [
        "one goes\non here",
        "A formula\n\\[a\n- b\\]",
        "two",
    ]


def test_formulas_and_code_are_masked_as_they_are_set():
    assert Masked("``a`b`` and `c\nd`").originals == ["``a`b``", "`c\nd`"]
    assert Masked("``a` or `b").originals == ["` or `"]
    assert Masked(r"\$5 is $x$").originals == ["$x$"]


def test_hash_headings_work_too():
    found, _ = cut(["# Title", "- one", "## Below", "- two"])
    assert [section.headings for section in found] == [("Title",), ("Title", "Below")]
    found, _ = cut(["# Title ##", "- one", "#", "- two", "## ##", "- three"])
    assert [section.headings for section in found] == [("Title",)]


def test_slugs():
    assert slugify("Théorie des jeux: ∇f") == "theorie-des-jeux-f"
    assert topic_of([(1, "Deep learning"), (2, "GRPO"), (3, "Loss")], "x") == "grpo"
    assert topic_of([(1, "Biology"), (2, "Cells"), (3, "Walls")], "x") == "cells"
    assert topic_of([], "My file") == "my-file"
    assert topic_of([(1, "!?")], "??") == "notes"


def test_words():
    assert acronyms("Supervised Fine-Tuning (SFT)") == [("SFT", "Supervised Fine-Tuning")]
    assert acronyms("DPO (Direct Preference Optimization)")[0][0] == "DPO"
    assert acronyms("a bracket (THE words)") == []
    assert sentences("It is e.g. Box. Then (so. It is) C. D") == [
        "It is e.g. Box.",
        "Then (so. It is) C. D",
    ]
    masked = Masked(r"a \(x. Y\) and `b. C`")
    assert masked.whole(masked.text) == r"a \(x. Y\) and `b. C`"


@pytest.mark.parametrize(
    ("formula", "left"),
    [
        (r"\(a = b + c\)", "a"),
        (r"\[|f(x) - f(y)| \leq K |x - y|\]", "|f(x) - f(y)|"),
        (r"\(\begin{align*}J &= abc\end{align*}\)", "J"),
        (r"\(\sum_{i=1} x = y_1\)", None),
        (r"\(x\)", None),
    ],
)
def test_sides(formula, left):
    found = sides(formula)
    assert (found[0] if found else None) == left


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("a [b] c [d]", ["b", "d"]),
        (r"\(x[1]\) $y[2]$ `z[3]` [w]", ["w"]),
        ("[link](http://a.b/(c)) ![image](x.png) [^1] [[wiki]] [w]", ["w"]),
        ("- [x] done and - [ ] not", []),
        ("[a [b] c]", ["a [b] c"]),
        ("[$x$ and `]`]", ["$x$ and `]`"]),
        ("open [a\n\nb] end", []),
        (r"$5 [a] and $6", ["a"]),
        ("one ` [a]\n\nother ` [b]", ["a", "b"]),  # code ends with its paragraph
        ("```\n[a]\n\n[b]\n```\n[c]", ["c"]),
        ("~~~\n[a]\n\n[b]\n~~~\n[c] ~~~ [d]", ["c", "d"]),
        (r"\[not\] [a] \` [b] `", ["a", "b"]),
    ],
)
def test_clozes(text, answers):
    assert [gap.answer for gap in sentence(text)[1]] == answers


@given(st.text(alphabet="[]a`$\\() \n!", max_size=60))
def test_clozes_of_any_text_put_together_again_give_the_sentence(text):
    whole, gaps = sentence(text)
    for gap in gaps:
        before, after = gap.prompt.split("[…]")
        assert whole.startswith(before)
        assert whole.endswith(after)
        assert whole[len(before) : len(whole) - len(after)].strip() == gap.answer


@given(
    st.lists(
        st.sampled_from(
            [
                "- a is the b of c",
                "-",
                "Title",
                "Title two",
                "References",
                "",
                "  - x: y",
                "- \\(a = bc\\)",
                "\\[",
                "x => y",
                "* because of d, e leads to f",
                "- two things: a and b",
                "```",
                "1. g",
            ]
        ),
        max_size=25,
    )
)
def test_no_outline_breaks_the_reader(lines):
    sound("\n".join(lines))


_SAID = (
    "is are because since which of the a it This “ ” \" ' ( ) [ ] : ; . , ! ? = => -> - two parts "
    "Kinds instead called leads to example What it Aa (AA) AAA e.g. $x$ `c` \\(y=z\\) \\ $ ` | * "
    "** > # … – in.a in 5% 3 a-b c's https://x.y see For"
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["", "- ", "  - ", "* ", "1. ", "# ", "> ", "| ", "- [ ] ", "[^1]: ", "<b> "]
            ),
            st.lists(st.sampled_from(_SAID.split()), max_size=9).map(" ".join),
        ).map("".join),
        max_size=9,
    )
)
def test_no_prose_breaks_the_reader(lines):
    sound("\n".join(lines))


@pytest.mark.parametrize(
    "text",
    [
        "- some of it =>",
        "=> the other part",
        "- a chain -> of -> ",
        "“” is a kind of sign",
        "- : : .;",
    ],
)
def test_what_says_nothing_asks_nothing(text):
    assert not sound(f"Title\n{text}").cards


def sound(text):
    """Return the note of an outline, whose cards can all be asked."""
    note = outline.read("o.txt", text)
    for card in note.cards:
        assert 1 <= card.line <= len(text.splitlines())
        assert card.prompt.strip()
        assert card.answer.strip()
    assert len({card.id for card in note.cards}) == len(note.cards)
    return note


_FORMULA = st.sampled_from(["$a$", "$b + c$", r"\(\frac{x}{y} = z^2\)", "$$E = mc^2$$", "`f(x)`"])
_WORDS_OF_PARTS = "There are two main parts of the loss: is a because leads to => . Cost :"
_ITEM = st.tuples(
    st.sampled_from(["", "- ", "  - ", "    - ", "1. ", "# "]),
    st.lists(st.one_of(_FORMULA, st.sampled_from(_WORDS_OF_PARTS.split())), max_size=8).map(
        " ".join
    ),
).map("".join)


@given(st.lists(_ITEM, max_size=10))
def test_every_formula_of_a_card_stands_in_the_lines_that_it_came_from(lines):
    for card in outline.read("o.txt", "\n".join(lines)).cards:
        under = "".join("".join(lines[card.line - 1 :]).split())
        above = "".join("".join(lines[: card.line - 1]).split())
        for side, source in ((card.prompt, above + under), (card.answer, under)):
            for span in maths_spans(side):
                formula = "".join(span.content.replace(r"\;?", "").split())
                assert formula in source, (formula, card)


def test_a_list_of_formulas_under_a_parent_with_one_is_told_with_its_own():
    note = outline.read(
        "o.txt",
        "# T\n- The model $M$ of $N$. There are two main parts of the loss:\n"
        "  - $a$ of it: the first\n  - $b + c$ and $d$: the second",
        everything=True,
    )
    assert ("- $a$ of it\n- $b + c$ and $d$") in [card.answer for card in note.cards]


@pytest.mark.parametrize("reader", ["outline", "native"])
def test_a_mistake_of_ours_is_a_problem_of_the_line(monkeypatch, tmp_path, reader):
    def fail(*_):
        raise IndexError("list index out of range")

    path = tmp_path / "note.md"
    if reader == "outline":
        monkeypatch.setattr("cards.formats.outline.shapes.questions", fail)
        path.write_text("# T\n\n- one is a thing\n- two")
    else:
        monkeypatch.setattr("cards.formats.native.build", fail)
        path.write_text("# T\n\nQ: a\nA: b\nmore\n")
    note = read(path)
    assert not note.whole
    assert note.problems[0].line == 3
    assert "IndexError" in note.problems[0].message
