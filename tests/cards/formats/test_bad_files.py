import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cards.formats import fingerprint, read, source
from cards.formats.anki.archive import Archive, PackageError
from cards.formats.archive import is_archive
from cards.formats.folders import EXCLUDED, TAKEN_WHOLE, notes_in
from cards.formats.page import OBSIDIAN_SR
from cards.text.clean import clean, clean_line, clean_path


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"Q: a\nA: \x00\x01\x02", 2, "not text"),
        (b"Q: a\nA: b\n\nQ: caf\xe9\nA: x", 4, "not UTF-8"),
        ("Q: a\nA: b".encode("utf-16")[:-1], 1, "UTF-16"),
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


@pytest.mark.parametrize("name", ["a\x1b[31mred", "two\nlines", "a\tb", "left\u200e", "nul\0"])
def test_a_path_that_a_terminal_would_obey_is_refused(tmp_path, name):
    note = read(tmp_path / name / "note.md")
    (problem,) = note.problems
    assert (note.whole, problem.line, clean_path(note.path)) == (False, 1, note.path)
    assert str(problem).isprintable()
    assert "control characters" in problem.message
    assert fingerprint(tmp_path / name / "note.md") is None


@pytest.mark.parametrize(
    ("name", "deck"),
    [
        ("my  notes.md", "my notes"),
        ("notes .md", "notes"),
        ("my\u00a0notes.md", "my notes"),
        (" .md", "notes"),
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        "Q: a\nA: b\n",
        "Trees\nHeaps\nTrees\n- A tree is a graph without cycles.\nHeaps\n- A heap is a tree.\n",
    ],
)
def test_a_deck_named_after_its_file_is_on_one_line(tmp_path, name, deck, text):
    path = tmp_path / name
    path.write_text(text)
    assert {card.deck for card in read(path).cards} == {deck}


def test_escapes_in_yaml_are_cleaned_like_all_else(tmp_path):
    path = tmp_path / "note.md"
    check = '```check\nanswer: 1\nhint: "a\\e[31m"\ntags: ["\\u202ea\\tb"]\n```\n'
    path.write_text(f'---\ntags: ["a\\e[31m b"]\n---\nQ: a\nA: b\n{check}')
    (card,) = read(path).cards
    assert card.check.hint == "a[31m"
    assert all(tag.isprintable() for tag in card.tags)


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


def test_what_follows_reading_never_ends_an_import(tmp_path, monkeypatch):
    def fail(_):
        raise ValueError("too many values to unpack")

    monkeypatch.setattr("cards.answers.inferred.inferred", fail)
    path = tmp_path / "note.md"
    path.write_text("Q: What is it?\nA: $x^2$\n")
    note = read(path)
    assert len(note.cards) == 1
    assert [(problem.line, problem.severity) for problem in note.problems] == [(1, "warning")]
    assert note.whole


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: Path(path).symlink_to("/dev/zero")])
@pytest.mark.parametrize(
    "name", [EXCLUDED, TAKEN_WHOLE, "README.md", OBSIDIAN_SR, "x.apkg", "x.json"]
)
def test_nothing_beside_notes_is_waited_for(
    tmp_path: Path, make: Callable[[Path], None], name: str
) -> None:
    """A pipe there never ends, and neither does a device."""
    (tmp_path / "note.md").write_text("Q: One?\nA: 1\n")
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    make(tmp_path / name)
    assert list(notes_in(tmp_path)) == [tmp_path / "note.md"]
    assert len(read(tmp_path / "note.md").cards) == 1
    assert not is_archive(tmp_path / name)
    with pytest.raises(PackageError):
        Archive(tmp_path / name)
