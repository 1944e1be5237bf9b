"""Long lines: where reading one took the square of its length, these would take minutes."""

import pytest

from cards.formats import native, outline, read
from cards.formats.cloze import sentence
from cards.formats.outline.wording import Masked
from cards.text.words import words

LONG = 100_000


@pytest.mark.parametrize("line", ["# a" + " " * LONG + "b", "# a" + " #" * LONG + "b"])
def test_a_long_heading_is_read(line):
    (card,) = native.read("note.md", f"{line}\nQ: a\nA: b").cards
    assert card.headings == (line[2:],)
    (card,) = outline.read(
        "note.md", f"{line}\n- Cache table: a table of what was looked up before", everything=True
    ).cards
    assert card.headings == (" ".join(line[2:].split()),)


@pytest.mark.parametrize("text", ["[", "[](", "![a](b ", "a [", "\n", "# "])
def test_words_of_long_text_are_found(text):
    assert len(words(text * LONG)) <= len(text) * LONG


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "[[",
        "[^",
        "![",
        "![a](",
        '{="',
        "_a ",
        "*a ",
        "a**b",
        "==a",
        "~~a",
        "~",
        "~~~a\n",
        "[<!--",
        "\\```",
    ],
)
def test_marks_of_long_text_are_taken_off(text):
    assert len(Masked(text * (LONG // 5)).text) <= len(text) * LONG


def test_an_outline_of_very_many_open_formulas_is_read(calls):
    whole, most = calls(lambda: outline.read("note.md", "$$\n" * 4_000))
    assert most < 120 * 4_000
    assert not whole.cards


@pytest.mark.parametrize("text", ["[a]", "[x] ", "- [x] ", "[a](b "])
def test_a_sentence_of_very_many_brackets_is_read(text):
    whole, clozes = sentence(text * (LONG // 2))
    assert len(whole) <= len(text) * LONG
    assert len(clozes) <= LONG


def test_an_outline_of_very_many_bullets_is_read():
    text = "Tables\n- Cost: a lot of memory for the tables\n" + "- a\n" * (LONG // 4)
    assert len(outline.read("note.md", text).cards) == 1


def test_a_note_of_very_many_open_fences_is_read():
    assert len(native.read("note.md", "Q: a\nA: ```\n" * (LONG // 4)).cards) == 1


@pytest.mark.parametrize("gaps", ["{{" * LONG, "}}" + "{{" * LONG, "{{" + "9" * 5_000 + "::a}}"])
def test_very_many_open_gaps_of_mochi_are_read(tmp_path, gaps):
    path = tmp_path / "note.md"
    path.write_text(f"---\ncard_id: a\n---\nq\n---\ncard_id: b\n---\n{gaps}\n")
    assert read(path).cards[0].id == "a"


def test_headings_of_org_very_deep_in_each_other_are_read(tmp_path):
    path = tmp_path / "note.org"
    path.write_text("".join(f"{'*' * depth} {depth} :drill:\nbody\n" for depth in range(1, 1_500)))
    assert len(read(path).cards) > 1


@pytest.mark.parametrize(
    ("format", "sign"), [("mochi", "\n"), ("mochi", "---\n"), ("obsidian", "?\n")]
)
def test_very_many_short_lines_of_other_programs_are_read(tmp_path, format, sign):
    path = tmp_path / "n.md"
    path.write_text("#flashcards\n\nC: " + sign * 300_000, encoding="utf-8")
    assert len(read(path, format=format).cards) <= 1


def test_a_very_long_cell_costs_no_other_row(tmp_path):
    path = tmp_path / "n.csv"
    path.write_text(f"a,{'x' * 2_000_000}\nc,d\n", encoding="utf-8")
    assert [card.prompt for card in read(path).cards] == ["c"]


def test_a_card_of_logseq_with_very_many_open_clozes_is_told(tmp_path):
    path = tmp_path / "note.md"
    path.write_text("- #card " + "{{cloze " * 50_000 + "\n", encoding="utf-8")
    assert not read(path).cards
