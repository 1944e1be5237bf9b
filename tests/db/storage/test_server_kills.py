"""A kill of our program, or of the server it works with, loses no review that was said to be saved.

What is killed on the server is the process behind a connection: PostgreSQL then ends all others and
recovers from its log, as after a crash.
"""

import multiprocessing
import os
import random
import runpy
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, NullPool, create_engine, exc, make_url, text

from cards.formats import read
from cards.scheduling.fsrs import Rating
from db.store import Store

SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
KILLS = int(os.environ.get("STUDYTUI_KILLS", "0")) or (30 if SOAK else 1)
"""Kills of one operation."""

OPERATION = Path(__file__).parents[1] / "operation.py"
OPERATIONS = ("answer", "import", "sync", "upload", "rebuild")
"""Of a store on the server, but for `upload`: a file is synced with one there."""

WAITS = 3_000
"""Times of 10 ms at most until the server has recovered."""


class Prepared(NamedTuple):
    """A server with a database `prepared`, and a folder with the files beside it."""

    server: str
    folder: Path

    def url(self, name: str) -> str:
        """Return the address of a database."""
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def prepared(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    folder = tmp_path_factory.mktemp("prepared")
    for name, answer in (("note", "4"), ("edited", "5")):
        cards = "".join(f"Q: What is number {n}?\nA: {answer} {n}\n\n" for n in range(6))
        (folder / f"{name}.md").write_text(f"# Topic\n\n{cards}", encoding="utf-8")
    found = Prepared(server, folder)
    command(server, "CREATE DATABASE prepared")
    for place, reviews in ((found.url("prepared"), 4), (folder / "other.db", 2)):
        with closing(Store.open(place)) as store:
            store.import_notes([read(folder / "note.md")])
            for card in store.cards()[:reviews]:
                store.answer(card.card.id, Rating.GOOD, seconds=1)
    shutil.copy(folder / "other.db", folder / "store.db")
    yield found
    command(server, "DROP DATABASE IF EXISTS killed WITH (FORCE)", "DROP DATABASE prepared")


def command(server: str, *lines: str) -> None:
    """Run commands about databases, once the server takes any."""
    with connected(server) as connection:
        for line in lines:
            connection.exec_driver_sql(line)


def connected(url: str) -> Connection:
    """Return a connection to the server, once it accepts one."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    for _ in range(WAITS):
        try:
            return engine.connect()
        except exc.OperationalError:
            time.sleep(0.01)
    pytest.fail("the server did not recover")


@pytest.fixture(scope="module")
def processes() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["db.store", "db.sync", "db.rebuild", "cards.formats"])
    return context


def begun(processes: Any, prepared: Prepared, folder: Path, what: str) -> tuple[Any, Any]:
    """Return a process that begins to do it on fresh stores, and what it tells."""
    command(
        prepared.server,
        "DROP DATABASE IF EXISTS killed WITH (FORCE)",
        "CREATE DATABASE killed TEMPLATE prepared",
    )
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(prepared.folder, folder)
    url = prepared.url("killed")
    asked = ("sync", str(folder), str(folder / "store.db"), url)
    if what != "upload":
        asked = (what, str(folder), url, str(folder / "other.db"))
    ours, theirs = processes.Pipe(duplex=False)
    values = {"asked": asked, "tell": theirs}
    child = processes.Process(target=runpy.run_path, args=(str(OPERATION), values), daemon=True)
    child.start()
    theirs.close()
    assert ours.recv_bytes() == b"begins"
    return child, ours


_BEHIND = text("SELECT pid FROM pg_stat_activity WHERE datname = 'killed'")
"""The processes of the server behind the child's connections."""


def wait_until_connected(child: Any, watching: Connection) -> float:
    """Return the time at which the child has a connection to the server, or has ended."""
    while child.is_alive() and not watching.execute(_BEHIND).first():
        time.sleep(0.001)
    return time.monotonic()


def kill_behind(watching: Connection) -> None:
    """Kill the process of the server behind the child's connection, where there is one."""
    for pid in watching.execute(_BEHIND).scalars().all():
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.kill(pid, signal.SIGKILL)


def told(pipe: Any) -> set[bytes]:
    """Return the reviews that a child which is dead said were saved."""
    found = set()
    try:
        while True:
            found.add(pipe.recv_bytes())
    except EOFError:
        pipe.close()
        return found


def reviews_in(place: str) -> list[bytes]:
    with connected(place) as connection:
        rows = connection.execute(text("SELECT id FROM events WHERE kind = 'review'"))
        return [bytes(id) for id in rows.scalars()]


def check(prepared: Prepared, folder: Path, what: str, acknowledged: set[bytes]) -> None:
    """Open what the kill left: both stores are sound, and no review is lost or there twice."""
    files = {"store.db": 2} if what == "upload" else {"other.db": 2}
    for place, had in [(prepared.url("killed"), 4), *files.items()]:
        url = place if "://" in place else f"sqlite:///{folder / place}"
        with closing(Store.open(url)) as store:
            if what == "rebuild":
                store.rebuild()
            assert store.diagnose() == []
            assert store.rebuild()
        found = reviews_in(url)
        assert len(set(found)) == len(found)
        if what in ("sync", "upload"):
            assert len(found) in (had, 6)
        elif what == "answer" and place not in files:
            assert acknowledged <= set(found)
            assert len(found) <= had + len(acknowledged) + 1
        else:
            assert len(found) == had


@pytest.mark.parametrize("victim", ["our program", "the server"])
@pytest.mark.parametrize("what", OPERATIONS if SOAK or KILLS > 1 else ("answer",))
def test_a_kill_at_any_moment_loses_nothing_on_a_server(
    prepared: Prepared, tmp_path: Path, processes: Any, what: str, victim: str
) -> None:
    folder = tmp_path / "killed"
    child, pipe = begun(processes, prepared, folder, what)
    with connected(prepared.server) as watching:
        start = wait_until_connected(child, watching)
        child.join()
        lasts = time.monotonic() - start
    assert child.exitcode == 0
    check(prepared, folder, what, told(pipe))
    dice = random.Random(14)
    killed = tries = 0
    while killed < KILLS and tries < 2 * KILLS:
        tries += 1
        child, pipe = begun(processes, prepared, folder, what)
        with connected(prepared.server) as watching:
            wait_until_connected(child, watching)
            time.sleep(lasts * dice.random() ** 2)
            if victim == "the server":
                kill_behind(watching)
                watching.invalidate()
            else:
                child.kill()
        child.join()
        expected = (0, 3) if victim == "the server" else (0, -signal.SIGKILL)
        assert child.exitcode in expected
        killed += child.exitcode != 0
        connected(prepared.server).close()  # once it has recovered
        check(prepared, folder, what, told(pipe))
    print(f"{what}, {victim}: {killed} kills of {tries} came before its end")


def test_a_commit_waits_for_the_disk_whatever_the_server_is_set_to(prepared: Prepared) -> None:
    for wanted, found in (("off", "local"), ("remote_write", "remote_write")):
        url = f"{prepared.url('prepared')}&options=-csynchronous_commit%3D{wanted}"
        with closing(Store.open(url)) as store, store._context.database.write() as connection:
            shown = connection.exec_driver_sql("SHOW synchronous_commit")
            assert shown.scalar_one() == found
