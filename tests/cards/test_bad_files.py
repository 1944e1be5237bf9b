import os

import pytest

from cards.clean import clean, clean_line
from cards.formats import read, source


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"Q: a\nA: \x00\x01\x02", 2, "not text"),
        (b"Q: a\nA: b\n\nQ: caf\xe9\nA: x", 4, "not UTF-8"),
        ("Q: a\nA: b".encode("utf-16"), 1, "UTF-16"),
        (b"\x89PNG\r\n\x1a\n\x00", 3, "not text"),
    ],
)
def test_what_is_not_text_is_said_with_its_line(tmp_path, data, line, says):
    path = tmp_path / "note.md"
    path.write_bytes(data)
    note = read(path)
    assert note.cards == ()
    assert [(p.file, p.line, p.severity) for p in note.problems] == [(str(path), line, "error")]
    assert says in note.problems[0].message
    assert not note.whole


def test_a_huge_file_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "huge.md"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)  # sparse: takes no space
    monkeypatch.setattr(type(path), "open", None)
    assert "200 MiB" in read(path).problems[0].message


def test_folders_missing_files_and_pipes_are_refused(tmp_path):
    assert "folder" in read(tmp_path).problems[0].message
    assert "no such file" in read(tmp_path / "none.md").problems[0].message
    os.mkfifo(tmp_path / "pipe.md")
    assert "ordinary file" in read(tmp_path / "pipe.md").problems[0].message
    assert "cannot be opened" in read(tmp_path / "nul\0.md").problems[0].message


def test_a_note_without_cards_says_how_to_write_one(tmp_path):
    path = tmp_path / "prose.md"
    path.write_text("Just prose.\n")
    problem = read(path).problems[0]
    assert (problem.severity, read(path).whole) == ("note", True)
    assert "Q:" in problem.message


def test_cards_are_clean_and_lines_are_those_of_the_file(tmp_path):
    path = tmp_path / "note.md"
    path.write_bytes("\ufeffx\r\nQ: a\u202eb\x1b[31m\u2028c\r\nA:\td\n".encode())
    card = read(path).cards[0]
    assert (card.prompt, card.answer, card.line) == ("ab[31m c", "d", 2)


def test_cleaning_keeps_text_and_drops_what_moves_the_cursor():
    assert clean("a\tb\nc — é 漢 👩‍🔬") == "a   b\nc — é 漢 👩‍🔬"
    assert clean("\x07\x9b\u2066\u200f\ud800x\U000e0041") == "x"
    assert clean("a\r\nb\rc\x0bd") == "a\nb\nc d"
    assert clean_line(" a\n b ") == "a b"


def test_the_limit_is_below_what_was_refused():
    assert source.LARGEST < 200 * 2**20
