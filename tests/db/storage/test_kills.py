"""A kill at any moment, and at any system call that changes a file, leaves the store whole.

Every review is in it then. Answers and undo are killed in `test_crash.py`.
"""

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from cards.formats import read
from cards.scheduling.fsrs import Rating
from db.storage import backup, migration
from db.storage.migration import set_version
from db.store import Store

SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
KILLS = int(os.environ.get("STUDYTUI_KILLS", "0")) or (500 if SOAK else 2)
"""Kills of one operation at any moment."""

MOST = int(os.environ.get("STUDYTUI_KILLS", "0")) or (10**6 if SOAK else 2)
"""Kills of one operation; all of them under `make soak`."""

CHANGES = (
    "write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,link,linkat,unlink,"
    "unlinkat,mkdir,mkdirat,chmod,fchmod"
)
"""The system calls that change files; a kill at any other one leaves what the last of these did."""

OPERATION = Path(__file__).parents[1] / "operation.py"
OPERATIONS = (
    *("restore", "backup", "migration", "sync", "folder", "begin", "import", "optimise", "rebuild"),
)
REVIEWS = 4
"""In the store; its copy has one less, and the other store two of its own."""


def traced() -> bool:
    """Whether strace is here and may trace."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], check=False).returncode == 0


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store, a copy of it, another store, an older one, a shared folder, and an edited note."""
    folder = tmp_path_factory.mktemp("prepared")
    for name, answer in (("note", "4"), ("edited", "5")):
        cards = "".join(f"Q: What is number {n}?\nA: {answer} {n}\n\n" for n in range(6))
        (folder / f"{name}.md").write_text(f"# Topic\n\n{cards}", encoding="utf-8")
    note = read(folder / "note.md")
    with closing(Store.open(folder / "store.db")) as store:
        store.import_notes([note])
        ids = [card.card.id for card in store.cards()]
        for id in ids[: REVIEWS - 1]:
            store.answer(id, Rating.GOOD, seconds=1)
        store.backup(folder / "copy.db")
        store.answer(ids[REVIEWS - 1], Rating.GOOD, seconds=1)
    with closing(Store.open(folder / "other.db")) as other:
        other.import_notes([note])
        for id in ids[:2]:
            other.answer(id, Rating.EASY, seconds=1)
        (folder / "shared").mkdir()
        other.sync(folder / "shared")
    older(folder)
    return folder


def older(folder: Path) -> None:
    """Make a store of an earlier version with the same log."""
    engine = create_engine(f"sqlite:///{folder / 'older.db'}")
    with engine.begin() as connection:
        migration.run(connection, 0, 4)
        set_version(connection, 4)
    with engine.connect() as connection:
        connection.execute(text(f"ATTACH '{folder / 'store.db'}' AS new"))
        names = 'id, at, "offset", kind, card, target, payload'
        connection.execute(text(f"INSERT INTO events ({names}) SELECT {names} FROM new.events"))
        connection.commit()
    engine.dispose()


def fresh(prepared: Path, folder: Path, what: str) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(prepared, folder)
    if what == "migration":
        (folder / "older.db").replace(folder / "store.db")
    if what == "rebuild":
        engine = create_engine(f"sqlite:///{folder / 'store.db'}")
        with engine.begin() as connection:
            connection.execute(text("UPDATE schedule SET reps = 9"))
        engine.dispose()
    return folder


class Program:
    """The program that does one thing, in a fork of itself that has all loaded."""

    def __init__(self, said: Path) -> None:
        self.said = said
        self.errors = said.open("w")
        command = [sys.executable, "-B", str(OPERATION)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True
        )

    def ask(self, line: str) -> str:
        """Ask for something and return what is told of it first."""
        assert self.process.stdin is not None
        print(line, file=self.process.stdin, flush=True)
        return self.told()

    def told(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ended(self) -> int:
        """Return the exit code of the fork that was asked for last; it has not raised anything."""
        code = int(self.told())
        assert "Traceback" not in (said := self.said.read_text()), said
        return code

    def traced(self, what: str, folder: Path, *inject: str, log: str = os.devnull) -> int:
        """Do it under strace; return the exit code."""
        number = self.ask(f"!{what} {folder}")
        command = ["strace", "-f", "-o", log, f"--trace={CHANGES}", *inject, "-p", number]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as trace:
            assert trace.stderr is not None
            assert "attached" in trace.stderr.readline()
            os.kill(int(number), signal.SIGCONT)
            code = self.ended()
            trace.stderr.read()
        return code

    def close(self) -> None:
        self.process.communicate()
        self.errors.close()


@pytest.fixture(scope="module")
def program(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("program")
    program = Program(folder / "errors")
    for what in OPERATIONS if SOAK or KILLS > 2 else ("restore",):
        scratch = fresh(prepared, folder / "scratch", what)
        assert program.ask(f"warm {what} {scratch} {scratch}/store.db {scratch}/other.db") == "warm"
    yield program
    program.close()


def reviews_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT count(*) FROM events WHERE kind = 'review'"
        return int(connection.execute(query).fetchone()[0])


def check(folder: Path, what: str) -> None:
    """Open what the kill left: it is sound, and has every review that it had, or the copy's."""
    with closing(Store.open(folder / "store.db")) as store:
        assert store.diagnose(derived=what != "rebuild") == []
        if what == "rebuild":  # what was to be mended may not be yet
            store.rebuild()
        assert store.rebuild()
    reviews = reviews_in(folder / "store.db")
    if what == "begin" and (folder / "begun.db").exists():
        with closing(Store.open(folder / "begun.db")) as begun:
            assert begun.diagnose() == []
            assert begun.notes_under(["/"]) == []
        assert reviews_in(folder / "begun.db") in (0, REVIEWS)
    if what == "restore" and reviews == REVIEWS - 1:
        (aside,) = folder.glob("store.db.before-restore-*")
        assert reviews_in(aside) == REVIEWS
    elif what in ("sync", "folder"):
        assert reviews in (REVIEWS, REVIEWS + 2)
        with closing(Store.open(folder / "other.db")) as other:
            assert other.diagnose() == []
        assert reviews_in(folder / "other.db") in (2, REVIEWS + 2)
        for copy in (folder / "shared").glob("*.db"):
            assert backup.problem_of(copy) == ""
    else:
        assert reviews == REVIEWS
    for copy in (folder / "backups").glob("*.db"):
        assert backup.problem_of(copy) == ""


@pytest.mark.skipif(not traced(), reason="strace is not installed, or may not trace here")
@pytest.mark.parametrize("what", OPERATIONS if SOAK or MOST > 2 else ("restore",))
def test_a_kill_at_any_change_of_a_file_loses_nothing(
    prepared: Path, program: Program, tmp_path: Path, what: str, record_property: Any
) -> None:
    log = tmp_path / "calls"
    assert program.traced(what, fresh(prepared, tmp_path / "whole", what), log=str(log)) == 0
    check(tmp_path / "whole", what)
    calls: dict[str, int] = {}
    for name in re.findall(r"^\d+ +(\w+)\(", log.read_text(errors="replace"), re.MULTILINE):
        calls[name] = calls.get(name, 0) + 1
    places = [(name, number) for name, most in calls.items() for number in range(1, most + 1)]
    random.Random(14).shuffle(places)
    killed = 0
    for name, number in places[:MOST]:
        folder = fresh(prepared, tmp_path / "killed", what)
        killed += program.traced(what, folder, f"--inject={name}:signal=KILL:when={number}") != 0
        check(folder, what)
    record_property("kills", killed)
    print(f"{what}: {killed} kills at {len(places)} calls")
    assert killed


@pytest.mark.parametrize("what", OPERATIONS if SOAK else ("restore", "begin", "import"))
def test_a_kill_at_any_moment_loses_nothing(
    prepared: Path, program: Program, tmp_path: Path, what: str
) -> None:
    folder = fresh(prepared, tmp_path / "whole", what)
    start = time.monotonic()
    program.ask(f"{what} {folder}")
    code = program.ended()
    lasts = time.monotonic() - start
    assert code == 0
    check(tmp_path / "whole", what)
    dice = random.Random(14)
    killed = tries = 0
    while killed < KILLS and tries < 5 * KILLS:
        tries += 1
        folder = fresh(prepared, tmp_path / "killed", what)
        number = int(program.ask(f"{what} {folder}"))
        time.sleep(lasts * dice.random() ** 2)  # some are over before, on a machine less busy
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
        killed += program.ended() != 0
        check(folder, what)
    print(f"{what}: {killed} kills of {tries} came before its end")
