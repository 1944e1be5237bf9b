"""Hostile texts leave as native notes, tables, and notes for others, and come back as they were."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.card import HIDDEN, Card, Kind
from cards.formats import hashcards, leaving, native, obsidian, tables
from cards.formats.anki.writing import Schedule
from cards.formats.native_text import files_of, same
from cards.formats.page import Page
from cards.identity import identify
from cards.text.clean import clean

NEW = Schedule("new", 0, None, None, 0, None, None, 0, 0, False, 0, (), 0)
KNOWN = Schedule("review", 20500, None, 20400, 0, 88.5, 4.5, 7, 1, False, 0, (), 0)
PIECES = (
    "a", "word", "two words", "Q: ", "A:", "C: x", "\n", "\n\n", "\n?\n", "??", "?", "::", ":::",
    ";;", "|", "||", "{{c1::a}}", "{{a}}", "{1:b}", "==h==", "**b**", "$", "$x$", "$$", "\\(",
    "\\)", "\\[x\\]", "\\", "[", "]", "[x]", "[…]", "[x](y)", "![](p.png)", "![[p.png]]", "\t",
    "\"", "'", ",", ";", "- ", "+", "* ", "1. ", "> ", "---", "\n---\n", "- - -", "===", "```",
    "\n```\n", "\n~~~\n", "`", "``", "<b>", "</b>", "<br>", "<!--", "-->",
    "<!--SR:!2024-01-01,1,250-->", "&amp;", "#", "# ", "#card", "#flashcards", "^abc",
    " ^id1", "%%", "@", "=1+1", "\u202e", "\u200f", "\u200d", "\u2028", "\ufeff", "\x00", "\x1f",
    "\r\n", "\r", "é", "é", "日本", "👩\u200d🔬", "\u00a0", "\U000e0041", "  ", " ", "...", "id:",
    "check", "\n```check\nanswer: 1\n```\n", "%", "~", "_", "^", "/", "//", "(", ")", "true",
    "None", "1e5", "=", "0",
)  # fmt: skip
TEXTS = (
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3), min_size=1, max_size=7)
    .map("".join)
    .map(lambda text: clean(text).strip())
    .filter(bool)
)
DECKS = st.lists(
    st.sampled_from(["a", "B c", "é", "a/b", "#1", "x: y", "'q'", '"', "1", "-", "\\"]),
    min_size=1,
    max_size=3,
).map("::".join)
TAGS = st.lists(st.sampled_from(["x", "y::z", "a-b", "é", "1"]), unique=True, max_size=2)


@st.composite
def families(draw):
    """One card, one with its reverse, or the clozes of a sentence."""
    deck, tags = draw(DECKS), tuple(draw(TAGS))

    def made(kind, prompt, answer, family):
        sides = (answer, prompt) if kind == Kind.REVERSED else (prompt, answer)
        id = identify(kind.value, *sides)
        return Card(id, family, deck, "t", (), kind, prompt, answer, "/n.md", 1, None, (), tags)

    which = draw(st.sampled_from(["basic", "both", "cloze"]))
    if which == "cloze":
        texts = [draw(TEXTS) for _ in range(2 * draw(st.integers(1, 2)) + 1)]
        family = identify("cloze", "".join(texts))
        sides = [
            ("".join([*texts[:at], HIDDEN, *texts[at + 1 :]]), texts[at])
            for at in range(1, len(texts), 2)
        ]
        return [made(Kind.CLOZE, *side, family) for side in sides]
    front, back = draw(TEXTS), draw(TEXTS)
    family = identify("basic", front, back)
    cards = [made(Kind.BASIC, front, back, family)]
    return [*cards, made(Kind.REVERSED, back, front, family)] if which == "both" else cards


FOUND = st.lists(families(), min_size=1, max_size=3).map(
    lambda found: list({card.id: card for cards in found for card in cards}.values())
)


def schedules(cards):
    return {card.id: KNOWN if at % 2 else NEW for at, card in enumerate(cards)}


@given(FOUND)
def test_native_notes_come_back(cards):
    files, lost = files_of(cards)
    assert not lost
    read = {card.id: card for file in files for card in native.read(file.path, file.text).cards}
    assert read.keys() == {card.id for card in cards}
    for card in cards:
        assert same(card, read[card.id])
        assert read[card.id].deck == card.deck
        assert read[card.id].tags == card.tags


@given(FOUND)
def test_a_table_comes_back(tmp_path_factory, cards):
    path = tmp_path_factory.getbasetemp() / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(leaving.COLUMNS)
        writer.writerows(leaving.row(card, NEW) for card in cards)
    read = tables.read(Page.of(str(path), clean(path.read_text(encoding="utf-8")))).cards
    assert [said(card) for card in read] == [said(card) for card in cards]


def said(card):
    return card.id, card.kind, card.prompt, card.answer, card.deck, card.tags


@given(FOUND)
@pytest.mark.parametrize(
    ("write", "reader"),
    [(leaving.hashcards_files, hashcards), (leaving.obsidian_files, obsidian)],
    ids=["hashcards", "obsidian"],
)
def test_notes_for_others_come_back(write, reader, cards):
    files, lost = write(cards, schedules(cards))
    gone = {card.id for card in lost}
    assert sum(len(file.cards) for file in files) == len(cards) - len(gone)
    for file in files:
        read = reader.read(Page.of("/none/n.md", file.text)).cards
        assert [plain(card) for card in read] == [plain(card) for card in file.cards]


def plain(card):
    """Return the sides of a card without what notes for others have to write otherwise."""
    return _plain(card.prompt), _plain(card.answer)


def _plain(side):
    side = side.replace("<br>", "").replace("<!-- SR", "<!--SR").replace("\\^", "^")
    side = side.replace(":&#58;", "::").replace("- - -", "---")
    lines = [line.strip().removeprefix("\\").strip() for line in side.split("\n")]
    while lines and (not lines[-1] or set(lines[-1]) in ({"`"}, {"~"})):
        lines.pop()  # what closes code
    return lines


COMMENTS = (
    "<!-- a -->",
    "b\n<!-- a -->",
    "b\n <!-- a\nc -->",
    "<!---->",
    "b\n<!---->c",
    "<!--",
    "b\n-->",
)


@pytest.mark.parametrize("text", COMMENTS)
def test_a_comment_in_a_side_comes_back_from_each_format(tmp_path, text):
    cards = [basic(text, "x"), basic("y", text), basic(f"z {HIDDEN} {text}", "w", Kind.CLOZE)]
    (file,), _ = files_of(cards)
    assert said_of(native.read(file.path, file.text).cards) == said_of(cards)
    (file,), _ = leaving.hashcards_files(cards, schedules(cards))
    assert said_of(hashcards.read(Page.of("/none/n.md", file.text)).cards) == said_of(cards)
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as table:
        csv.writer(table).writerows([leaving.COLUMNS, *(leaving.row(card, NEW) for card in cards)])
    assert said_of(tables.read(Page.of(str(path), path.read_text("utf-8"))).cards) == said_of(cards)
    (file,), lost = leaving.obsidian_files(cards, schedules(cards))
    assert not lost
    read = obsidian.read(Page.of("/none/n.md", file.text)).cards
    assert [card.id for card in read] == [card.id for card in cards]  # a space before it is none


def said_of(cards):
    return [(card.prompt, card.answer) for card in cards]


HOSTILE = (
    "```two words", "```a```check\nb\n```", "#tagged", "a ^id1", "<!--SR:!2024-01-01,1,250-->",
    "```", "```\n?\n```", "```\nQ: x\n---\n```", "\\[x\\]", "```:::", "a[x]", "==a==",
    "~~~\n```", "?\n\n??", ">", "a\n>",
)  # fmt: skip


def basic(prompt, answer, kind=Kind.BASIC):
    id = identify(kind.value, prompt, answer)
    return Card(id, id, "d", "t", (), kind, prompt, answer, "/n.md", 1)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("write", "reader"),
    [(leaving.hashcards_files, hashcards), (leaving.obsidian_files, obsidian)],
    ids=["hashcards", "obsidian"],
)
def test_each_hostile_text_comes_back_from_notes_for_others(write, reader, text):
    asked = [basic(text, "a"), basic("b", text), basic(f"c {HIDDEN} c", text, Kind.CLOZE)]
    last = basic("last", "one")
    files, lost = write([*asked, last], schedules([*asked, last]))
    assert not lost
    (read,) = [reader.read(Page.of("/none/n.md", file.text)).cards for file in files]
    assert [plain(card) for card in read] == [plain(card) for card in [*asked, last]]


@pytest.mark.parametrize("text", HOSTILE)
def test_each_hostile_text_comes_back_from_native_notes(text):
    cards = [basic(text, "a"), basic("b", text), basic(f"c {HIDDEN} c", text, Kind.CLOZE)]
    (file,), lost = files_of(cards)
    assert not lost
    read = {card.id: card for card in native.read(file.path, file.text).cards}
    assert all(same(card, read[card.id]) for card in cards)


def test_a_reverse_without_its_question_is_a_question_under_its_id():
    reverse = basic("back", "front", Kind.REVERSED)
    (file,), lost = files_of([reverse])
    assert not lost
    (read,) = native.read(file.path, file.text).cards
    assert (read.id, read.prompt, read.answer) == (reverse.id, "back", "front")
