"""Cards leave as notes of other programs and as tables: what one cannot hold is named."""

import csv
import re
from unicodedata import normalize

import pytest

from cards.card import Card, Kind
from cards.formats import leaving, read
from cards.formats.anki.writing import Schedule
from cards.formats.native_text import files_of

NEW = Schedule("new", 0, None, None, 0, None, None, 0, 0, False, 0, (), 0)
DECKS = [
    "CON", "con", "a", "A", "a.md::b", "é", "e\u0301", "x" * 300, "..", "a/b", "a\\b", "a:b",
    "nul.txt", "prn::x", " ", "a.", "\u202ea", ".git", "a\tb", "日" * 100, "a*?b", "a::..::b", "::",
    "ß", "ss", "K", "\u212a",
]  # fmt: skip
DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def card(name: str, prompt: str, answer: str, deck: str = "d", kind: Kind = Kind.BASIC) -> Card:
    return Card(name, name, deck, "", (), kind, prompt, answer, "/n.md", 1, None, (), ())


def exported(write, cards):
    return write(cards, {one.id: NEW for one in cards})


def test_hashcards_takes_doubles_for_one_so_the_second_is_named_as_lost():
    twice = [card("1", "q", "a"), card("2", "q", "a", "other"), card("3", "r", "a")]
    files, lost = exported(leaving.hashcards_files, twice)
    assert [one.id for one in lost] == ["2"]
    assert sum(len(file.cards) for file in files) == 2
    assert not exported(leaving.obsidian_files, twice)[1]


@pytest.mark.parametrize(
    ("deck", "there"),
    [
        ("flashcards::seas::north", "flashcards::seas::north"),
        ("flashcards", "flashcards"),
        ("seas", "flashcards::seas"),
        ("flashcardsX::seas", "flashcards::flashcardsX::seas"),
    ],
)
def test_a_deck_of_an_obsidian_vault_goes_back_under_its_own_tag(tmp_path, deck, there):
    files, _ = exported(leaving.obsidian_files, [card("1", "q", "a", deck)])
    path = tmp_path / "n.md"
    path.write_text(files[0].text, encoding="utf-8")
    assert [one.deck for one in read(path, format="obsidian").cards] == [there]


@pytest.mark.parametrize("before", ["[b] and ", "\\[x\\] and ", "$a_[1]$ and ", "![p](p.png) and "])
def test_a_cloze_with_brackets_asks_the_same_in_hashcards(tmp_path, before):
    cloze = card("1", f"{before}[…] end", "gap", kind=Kind.CLOZE)
    (file,), lost = exported(leaving.hashcards_files, [cloze])
    path = tmp_path / "n.md"
    path.write_text(file.text, encoding="utf-8")
    assert not lost
    assert [(one.prompt, one.answer) for one in read(path).cards] == [(cloze.prompt, "gap")]


@pytest.mark.parametrize("write", [leaving.hashcards_files, leaving.obsidian_files, None])
def test_names_of_decks_are_names_of_files_everywhere(write):
    cards = [card(f"{at}", f"q{at}", "a", deck) for at, deck in enumerate(DECKS)]
    files, lost = exported(write, cards) if write else files_of(cards)
    paths = [normalize("NFKD", file.path).casefold() for file in files]
    assert not lost
    assert len(set(paths)) == len(files) == len(cards)
    folders = {path.rpartition("/")[0] for path in paths}
    assert not folders & set(paths)
    for part in (part for path in paths for part in path.split("/")):
        assert not DEVICE.fullmatch(part)
        assert not re.search(r'[<>:"\\|?*\x00-\x1f]|^\.|^ |[. ]$', part)


def test_a_table_holds_no_formula_and_comes_back_as_it_was(tmp_path):
    texts = ["=1+1", "+1", "-2.5", "-x", "@SUM(A1)", "'=a", "'quoted", "- item", "plain"]
    cards = [card(f"c{at}", text, f"{text} a") for at, text in enumerate(texts)]
    path = tmp_path / "cards.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(leaving.COLUMNS)
        writer.writerows(leaving.row(one, NEW) for one in cards)
    with path.open(newline="", encoding="utf-8") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert not [one for one in cells if re.match(r"[=@]|[+-](?!\d+(\.\d+)?$)", one)]
    assert [(one.id, one.prompt, one.answer) for one in read(path).cards] == [
        (one.id, one.prompt, one.answer) for one in cards
    ]
