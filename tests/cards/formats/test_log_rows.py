"""The review log of a collection is the same whichever process reads it."""

import sqlite3

import numpy as np
import pytest

from cards.formats.anki import log_rows
from cards.formats.anki.collection import Collection
from cards.formats.anki.log_rows import LogRows

ROWS = [(at, at % 7 - 3, 4, -(2**63), 2**63 - 1, at * at, None) for at in range(10_000, 0, -1)]


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "collection"
    with sqlite3.connect(path) as db:
        db.executescript(
            "CREATE TABLE notes (id); CREATE TABLE cards (id); CREATE TABLE col (crt, conf, models,"
            " decks, dconf); INSERT INTO col VALUES (0, '', '', '', ''); CREATE TABLE revlog (id, "
            "cid, ease, ivl, factor, time, type);"
        )
        db.executemany("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?)", ROWS)
    db.close()
    return path


@pytest.fixture
def started(monkeypatch):
    """Return the processes that are started, as each log is now large enough."""
    found = []

    class Popen(log_rows.subprocess.Popen):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            found.append(self)

    monkeypatch.setattr(log_rows, "LARGE", 0)
    monkeypatch.setattr(log_rows.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(log_rows.subprocess, "Popen", Popen)
    return found


def read(database):
    with Collection(database) as collection:
        rows = LogRows(database, collection)
        try:
            blocks = list(rows.blocks())
        finally:
            rows.close()
    assert [len(block) for block in blocks] == [4096, 4096, 1808]
    return np.concatenate(blocks).tolist()


EXPECTED = [[number or 0 for number in row] for row in reversed(ROWS)]


def test_one_process_reads_the_log(database):
    assert read(database) == EXPECTED
    assert not database.with_name("reviews").exists()


def test_a_second_process_reads_the_log(database, started):
    assert read(database) == EXPECTED
    assert started[0].returncode == 0


def test_a_second_process_that_ends_early_or_cannot_write_is_done_without(database, started):
    database.with_name("reviews").write_bytes(b"taken")
    assert read(database) == EXPECTED
    assert started[0].returncode == 1


def test_no_second_process_can_be_started(database, started, monkeypatch):
    def refuse(*_arguments, **_named):
        raise OSError

    monkeypatch.setattr(log_rows.subprocess, "Popen", refuse)
    assert read(database) == EXPECTED


def test_closing_ends_the_second_process(database, started):
    with Collection(database) as collection:
        LogRows(database, collection).close()
    assert started[0].returncode is not None
