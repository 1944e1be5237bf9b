"""A first import, read by one process or two, note by note, does what one of whole notes does."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from math import inf

import pytest

from cards.formats import distinct, read, second_reader
from cards.note import Note, Progress
from cards.packed import unpacked
from db.store import Store
from studytui.cli import main
from studytui.sessions.auditing import with_badges

NOTES = {
    "a gini.md": "# Gini\n\nQ: What does a Gini coefficient of 1 mean?\n"
    "A: Perfect concentration in a single individual.\n\nC: A coefficient of 0 is [equality].\n",
    "b twice.md": "---\ntags: one, two\n---\nQ: The same?\nA: Yes.\n\nQ: Half of 3?\nA: 1.5\n",
    "c again.md": "# C\n\nQ: The same?\nA: Yes.\n\nC: A [gap] here, and [two].\n",
    "d checked.md": "Q: Twice $x$?\n```check\nid: twice\nanswer: 2*x\ntags: [sum]\n```\n",
    "e wrong.md": "Q: No answer here?\n\nQ: Unclosed\nA: fence\n```check\nanswer: 1\n",
    "f empty.md": "Nothing to learn.\n",
    "g outline.txt": "Gini\n- A Gini coefficient of 0 is perfect equality\n",
    "h deck.md": '---\nname = "Hash"\n---\n\nQ: One?\nA: Two.\n\nC: Of [three].\n',
}


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in NOTES.items():
        (folder / name).write_text(text)
    return folder


def imported(folder, home, monkeypatch, capsys, much):
    """Import a folder into an empty store; what it holds, what was printed, and the exit code."""
    monkeypatch.setenv("STUDYTUI_HOME", str(home))
    monkeypatch.setattr("studytui.commands.import_._interactive", lambda: False)
    monkeypatch.setattr(second_reader, "MUCH", much)
    code = 0
    try:
        main(["import", str(folder)])
    except SystemExit as end:
        code = end.code or 0
    return held(home / "studytui.db"), capsys.readouterr(), code


def held(path):
    """Return the rows of a store without what depends on the moment."""
    store = sqlite3.connect(path)
    columns = "id, note_id, section, file, line, kind, digest, body, tags, missing, indexed"
    found = [
        store.execute(f"SELECT key, {columns} FROM cards ORDER BY key").fetchall(),
        store.execute("SELECT * FROM schedule ORDER BY key").fetchall(),
        store.execute("SELECT id, deck, topic, title FROM sections ORDER BY id").fetchall(),
        store.execute("SELECT path, digest, cards FROM files ORDER BY path").fetchall(),
        store.execute("SELECT kind, card, payload FROM events ORDER BY id").fetchall(),
    ]
    store.close()
    return found


@pytest.fixture
def two_processors(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def test_two_processes_do_what_one_does(notes, tmp_path, monkeypatch, capsys, two_processors):
    one = imported(notes, tmp_path / "one", monkeypatch, capsys, 1 << 60)
    two = imported(notes, tmp_path / "two", monkeypatch, capsys, 0)
    assert one == two
    assert len(one[0][0]) == 9
    assert "teaches what is refuted" in one[1].out
    assert ".md:3: refuted: " in one[1].out
    assert "the same as" in one[1].err


def test_note_by_note_is_as_all_at_once(notes, tmp_path, monkeypatch, capsys):
    one = imported(notes, tmp_path / "one", monkeypatch, capsys, 1 << 60)
    store = Store.open(tmp_path / "all.db")
    paths = sorted(notes.iterdir())
    files = {path: digest for path, digest, _ in one[0][3]}
    store.import_notes(with_badges(distinct(read(path) for path in paths)), digests=files)
    store.close()
    assert held(tmp_path / "all.db") == one[0]


def test_a_first_import_that_fails_changes_nothing(notes, tmp_path):
    def failing():
        yield read(notes / "a gini.md")
        raise RuntimeError

    store = Store.open(tmp_path / "store.db")
    before = held(tmp_path / "store.db"), indexes(tmp_path / "store.db")
    with pytest.raises(RuntimeError):
        store.import_first(failing())
    assert (held(tmp_path / "store.db"), indexes(tmp_path / "store.db")) == before
    assert store.import_first([read(notes / "a gini.md")]).files[0].new == 2
    assert indexes(tmp_path / "store.db") == before[1]
    assert store.diagnose() == []
    store.close()


def test_cards_that_came_before_the_first_import_are_known(notes, tmp_path):
    store = Store.open(tmp_path / "store.db")
    note = read(notes / "a gini.md")
    store.import_notes([note])
    (report,) = store.import_first([replace(note, cards=note.cards[:1])]).files
    assert (report.unchanged, report.removed) == (1, 1)
    store.close()


def journal(path):
    """Return how a store that nobody has open keeps its journal."""
    with closing(sqlite3.connect(path)) as store:
        return store.execute("PRAGMA journal_mode").fetchone()[0]


def test_a_first_import_writes_straight_to_the_file(notes, tmp_path):
    def spied():
        for name in ("a gini.md", "b twice.md"):
            assert not (tmp_path / "store.db-wal").exists()
            yield read(notes / name)

    store = Store.open(tmp_path / "store.db")
    assert [file.new for file in store.import_first(spied()).files] == [2, 2]
    assert journal(tmp_path / "store.db") == "wal"
    store.suspend(store.cards()[0].card.id)
    store.close()
    assert journal(tmp_path / "store.db") == "wal"


def test_a_first_import_keeps_the_log_where_another_program_has_the_store_open(notes, tmp_path):
    path = tmp_path / "store.db"
    store, other = Store.open(path), Store.open(path)
    assert other.cards() == []
    assert store.import_first([read(notes / "a gini.md")]).files[0].new == 2
    assert len(other.cards()) == 2
    assert journal(path) == "wal"
    store.close()
    other.close()


def test_a_first_import_that_is_killed_changes_nothing(notes, tmp_path):
    """What lies on the disk in the middle of it is copied, and opened as after a kill."""
    path, left = tmp_path / "store.db", tmp_path / "left"

    def copied():
        yield read(notes / "a gini.md")
        yield Note(path="other", cards=(), problems=())
        left.mkdir()
        for file in tmp_path.glob("store.db*"):
            shutil.copy(file, left)

    store = Store.open(path)
    store.import_notes([])
    before = held(path)
    store.import_first(copied())
    assert (left / "store.db-journal").exists()
    store.close()
    Store.open(left / "store.db").close()
    assert held(left / "store.db") == before
    assert journal(left / "store.db") == "wal"


def indexes(path):
    """Return what makes the indexes of a store."""
    store = sqlite3.connect(path)
    found = store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'").fetchall()
    store.close()
    return sorted(found)


def test_notes_with_schedules_of_their_own_stand_among_others(tmp_path):
    """They cannot be packed; the rows of those after them go on from theirs."""
    notes = []
    for name in "abcde":
        path = tmp_path / f"{name}.md"
        cards = f"Q: Of {name}?\nA: Yes.\n\n# Sums\n\nQ: {name}\nA: 1"
        path.write_text(f"---\ndeck: One\n---\n# {name * 3}\n\n{cards}")
        note = read(path)
        brought = (Progress(note.cards[0].id, 20_000, 5),) if name in "bd" else ()
        notes.append(replace(note, progress=brought))
    store = Store.open(tmp_path / "store.db")
    assert [file.new for file in store.import_first(notes).files] == [2] * 5
    store.close()
    cards, schedule, sections, _, _ = held(tmp_path / "store.db")
    assert [row[0] for row in cards] == [row[0] for row in schedule] == list(range(1, 11))
    assert [row[2] for row in sections] == ["aaa", "sums", "bbb", "ccc", "ddd", "eee"]


def test_a_second_process_that_ends_loses_no_note(notes, monkeypatch):
    paths = sorted(notes.iterdir())
    started = second_reader._started
    monkeypatch.setattr(second_reader, "_started", lambda opened: _Broken(started(opened)))
    assert [unpacked(one) for one in second_reader.each(paths)] == as_packed(paths)


@pytest.mark.parametrize(
    ("within", "kept", "received"),
    [
        pytest.param(inf, 14, 1, id="what waits behind a long note is read here"),
        pytest.param(0.05, 2, 6, id="the last notes are left to it once it has given one"),
    ],
)
def test_a_slow_second_process(notes, monkeypatch, within, kept, received):
    paths = sorted(notes.iterdir())
    started = second_reader._started
    slow = []
    monkeypatch.setattr(second_reader, "_KEPT", kept)
    monkeypatch.setattr(
        second_reader,
        "_started",
        lambda opened: slow.append(_Slow(started(opened), within)) or slow[0],
    )
    assert [unpacked(one) for one in second_reader.each(paths)] == as_packed(paths)
    assert slow[0].received == received


def as_packed(paths):
    """Return notes without what they left out, which is not told of a first import."""
    return [replace(read(path), left_out=()) for path in paths]


class _Broken:
    """A way to a process that gives two notes and then no more."""

    def __init__(self, here):
        self.here, self.left = here, 2
        self.send, self.poll = here.send, lambda _seconds: True

    def recv_bytes(self):
        if not self.left:
            raise EOFError
        self.left -= 1
        return self.here.recv_bytes()


class _Slow:
    """A way to a process that has something ready only `within` so many seconds of waiting."""

    def __init__(self, here, within):
        self.here, self.received = here, 0
        self.send = here.send
        self.poll = lambda seconds: seconds is None or seconds >= within

    def recv_bytes(self):
        self.received += 1
        return self.here.recv_bytes()


def test_who_stops_early_leaves_no_process(notes, monkeypatch):
    started = []

    class Popen(subprocess.Popen):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Popen)
    each = second_reader.each(sorted(notes.iterdir()))
    next(each)
    each.close()
    (child,) = started
    assert child.returncode is not None


def test_no_process_can_be_started(notes, monkeypatch):
    paths = sorted(notes.iterdir())

    def refuse(*_arguments, **_named):
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert [unpacked(one) for one in second_reader.each(paths)] == as_packed(paths)
