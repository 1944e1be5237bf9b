import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, text

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.log import events, tip
from db.storage import backup, opening, schema
from db.storage import database as engine
from db.store import Store, StoreCorrupt, StoreError, StoreNewer

MakeNote = Callable[..., Note]


def test_an_up_to_date_store_opens_without_alembic_and_numpy(tmp_path: Path) -> None:
    Store.open(tmp_path / "store.db").close()
    code = (
        "import sys; from db.store import Store; s = Store.open(sys.argv[1]); s.next_card();"
        "print(sorted({'alembic', 'numpy', 'torch', 'sympy'} & set(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "store.db")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout.strip() == "[]"


def test_the_file_is_durable(store: Store) -> None:
    with store._context.database.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "user_version")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "user_version": schema.VERSION,
    }


def test_the_address_of_a_file_takes_no_options(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="takes no options"):
        Store.open(f"sqlite:///{tmp_path}/store.db?nolock=1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("location", [":memory:", "sqlite://", "sqlite:///:memory:"])
def test_a_store_in_memory_is_refused(location: str) -> None:
    with pytest.raises(StoreError, match="name a file"):
        Store.open(location)


def test_a_store_that_cannot_be_folded_is_closed_again(
    open_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[engine.Database] = []
    close = engine.Database.close

    def fails(*_: Any) -> None:
        raise StoreError("It cannot be folded.")

    def closes(gate: engine.Database) -> None:
        closed.append(gate)
        close(gate)

    monkeypatch.setattr(tip, "is_stale", fails)
    monkeypatch.setattr(engine.Database, "close", closes)
    with pytest.raises(StoreError, match="cannot be folded"):
        open_store()
    assert len(closed) == 1


def test_a_later_versions_store_is_refused_untouched(open_store: Any, tmp_path: Path) -> None:
    open_store().close()
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(StoreNewer, match="later version of StudyTUI"):
        open_store()
    assert path.read_bytes() == before


def test_a_damaged_file_is_moved_aside_and_a_backup_named(
    open_store: Any, note: MakeNote, tmp_path: Path
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    copy = store.backup()
    store.close()
    path = tmp_path / "store.db"
    garbage = b"This is not a database. " * 1000
    path.write_bytes(garbage)
    with pytest.raises(StoreCorrupt, match="nothing was overwritten") as caught:
        open_store()
    assert f"studytui restore {copy}" in str(caught.value)
    (aside,) = tmp_path.glob("store.db.damaged-*")
    assert aside.read_bytes() == garbage
    assert not path.exists()
    backup.restore(copy, path, datetime(2026, 11, 2, tzinfo=UTC))
    assert len(open_store().cards()) == 3


@pytest.mark.parametrize("copied", [True, False])
def test_no_store_is_begun_in_the_place_of_a_damaged_one_before_that_is_chosen(
    open_store: Any, note: MakeNote, tmp_path: Path, copied: bool
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    copy = store.backup() if copied else None
    store.close()
    path = tmp_path / "store.db"
    path.write_bytes(b"This is not a database. " * 1000)
    said = []
    for _ in range(3):
        with pytest.raises(StoreCorrupt, match="restore --anew") as caught:
            open_store()
        said.append(str(caught.value))
    assert said[0] == said[1] == said[2]
    assert (f"studytui restore {copy}" in said[0]) == copied
    assert not path.exists()
    if copy is None:
        opening.begin_anew(path)
        assert open_store().cards() == []
    else:
        backup.restore(copy, path, datetime(2026, 11, 2, tzinfo=UTC))
        assert len(open_store().cards()) == 3
    with pytest.raises(StoreError, match="nothing was changed"):
        opening.begin_anew(path)


def test_a_page_of_rubbish_is_noticed(open_store: Any, note: MakeNote, tmp_path: Path) -> None:
    store = open_store()
    store.import_notes([note(300)])
    store.close()
    path = tmp_path / "store.db"
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996  # the schema's own page
    path.write_bytes(data)
    with pytest.raises(StoreCorrupt):
        open_store()


@pytest.mark.parametrize("table", ["events", "cards", "schedule", "schedule_queue"])
def test_damage_that_is_met_later_is_looked_at_when_the_store_is_opened_next(
    open_store: Any, note: MakeNote, spoil: Any, tmp_path: Path, table: str
) -> None:
    store = open_store()
    store.import_notes([note(300)])
    copy = store.backup()
    store.close()
    path = tmp_path / "store.db"
    spoil(path, table)
    damaged = path.read_bytes()
    with closing(open_store()) as store, pytest.raises(StoreCorrupt, match="Start again"):
        store.answer("card-0", Rating.GOOD, seconds=1)
    with pytest.raises(StoreCorrupt, match="moved to") as caught:
        open_store()
    assert f"studytui restore {copy}" in str(caught.value)
    aside = min(tmp_path.glob("store.db.damaged-*"))  # its logs have longer names
    assert aside.read_bytes() == damaged


def test_damage_that_a_copy_shows_is_looked_at_when_the_store_is_opened_next(
    open_store: Any, note: MakeNote, spoil: Any, tmp_path: Path
) -> None:
    store = open_store()
    store.import_notes([note(300)])
    store.backup()
    store.close()
    spoil(tmp_path / "store.db", "schedule")
    with closing(open_store()) as store, pytest.raises(StoreError, match="Start again"):
        store.backup()
    with pytest.raises(StoreCorrupt, match="moved to"):
        open_store()
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_a_store_that_proves_sound_is_looked_through_once(
    open_store: Any, note: MakeNote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    store.import_notes([note(3)])
    store.close()
    path = tmp_path / "store.db"
    engine.mark_of(path).touch()
    looks = []
    look = backup.damage_of
    monkeypatch.setattr(backup, "damage_of", lambda path: looks.append(path) or look(path))
    for _ in range(2):
        assert len(open_store().cards()) == 3
    assert looks == [path]


@pytest.mark.parametrize("version", [0, schema.VERSION, 77])
def test_another_database_is_left_alone(open_store: Any, tmp_path: Path, version: int) -> None:
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        connection.execute("CREATE TABLE mine (x)")
        connection.execute(f"PRAGMA user_version = {version}")
    before = (tmp_path / "store.db").read_bytes()
    with pytest.raises(StoreError, match="something else"):
        open_store()
    assert (tmp_path / "store.db").read_bytes() == before
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]


def test_a_note_is_neither_opened_nor_moved(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text("# Not a store\n" * 100)
    with pytest.raises(StoreError, match="is not a store; it was left as it is"):
        Store.open(path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.md"]


@pytest.mark.parametrize("copied", [True, False])
def test_a_damaged_store_of_any_name_is_moved_aside(
    open_store: Any, note: MakeNote, tmp_path: Path, copied: bool
) -> None:
    store = open_store("mine")
    store.import_notes([note(3)])
    if copied:
        store.backup()
    store.close()
    data = bytearray((tmp_path / "mine").read_bytes())
    start = 0 if copied else 100  # without its beginning only a copy says that it was one
    data[start:4096] = b"\xff" * (4096 - start)
    (tmp_path / "mine").write_bytes(data)
    with pytest.raises(StoreCorrupt, match="nothing was overwritten"):
        open_store("mine")


def test_a_folder_is_no_store(open_store: Any, tmp_path: Path) -> None:
    (tmp_path / "store.db").mkdir()
    with pytest.raises(StoreError, match="is a folder"):
        open_store()


def test_a_full_disk_loses_nothing(store: Store, note: MakeNote) -> None:
    store.import_notes([note(50)])
    with store._context.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
    saved = []

    def study() -> None:
        for number in range(1_000):
            review = store.answer(f"card-{number % 50}", Rating.GOOD, seconds=1, typed="x" * 200)
            saved.append(review.id)

    with pytest.raises(StoreError, match="disk is full"):
        study()
    with store._context.database.read() as connection:
        kept = connection.execute(text("SELECT lower(hex(id)) FROM events WHERE kind='review'"))
        assert list(kept.scalars()) == saved
    assert store.diagnose() == []
    assert saved


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    from db.storage.database import explained, locate

    path = tmp_path / "store.db"
    Store.open(path).close()
    with (
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection,
        pytest.raises(StoreError, match="cannot be written"),
        explained(locate(path)),
    ):
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(StoreError, match=r"cannot be (opened|made)"):
        Store.open("/proc/nowhere/store.db")


def test_migrations_lead_to_the_schema_of_the_program(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from db.storage import migration as migrate

    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    with engine.connect() as connection, connection.begin():
        migrate.run(connection, 0, schema.VERSION)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, *_: not str(name).startswith("words")}
        )
        assert compare_metadata(context, schema.METADATA) == []
        fresh = create_engine("sqlite://")
        with fresh.begin() as making:
            schema.make_tables(making)
        names = {name for name in inspect(connection).get_table_names() if name[:7] != "alembic"}
        assert names == set(inspect(fresh).get_table_names())
        for name in names:
            assert _sql(connection, name) == _sql(fresh.connect(), name)
    engine.dispose()


def _sql(connection: Any, table: str) -> list[str]:
    found = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE tbl_name = :name ORDER BY name"), {"name": table}
    )
    # The order of constraints in a CREATE TABLE is left open.
    words = ["".join(sql.replace('"', "").split()) for sql in found.scalars() if sql]
    return [" ".join(sorted(part.rstrip(")") for part in sql.split(","))) for sql in words]


def test_a_locked_file_is_waited_for_and_then_named(
    open_store: Any, note: MakeNote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    store = open_store()
    store.import_notes([note(2)])
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(store.cards()) == 2  # reading goes on
        with pytest.raises(StoreError, match="Another program has kept") as caught:
            store.answer("card-0", Rating.GOOD, seconds=1)
        assert "database is locked" not in str(caught.value)
        other.execute("ROLLBACK")
    assert store.answer("card-0", Rating.GOOD, seconds=1).state == "learning"
    assert store.statistics()["reviews"] == 1


@pytest.mark.skipif(not os.environ.get("STUDYTUI_SOAK"), reason="it takes a minute: make soak")
def test_a_lock_of_a_minute_loses_nothing(open_store: Any, note: MakeNote, tmp_path: Path) -> None:
    """After 30 s there is a sentence; what waits when the lock goes is saved."""
    store = open_store()
    store.import_notes([note(2)])
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(60, lambda: other.execute("ROLLBACK"))
    release.start()
    with pytest.raises(StoreError, match="Another program has kept"):
        store.answer("card-0", Rating.GOOD, seconds=1)
    saved = False
    while not saved:  # at the second or third try
        with suppress(StoreError):
            saved = bool(store.answer("card-0", Rating.GOOD, seconds=1))
    release.join()
    other.close()
    assert store.statistics()["reviews"] == 1
    assert store.diagnose() == []


def test_a_new_file_that_another_program_holds_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waits = []

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            other.execute("ROLLBACK")

        monkeypatch.setattr(opening, "sleep", sleep)
        Store.open(path).close()
    assert len(waits) == 1


def test_a_new_file_that_another_program_keeps_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (engine, opening):
        monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="Another program has kept"):
            Store.open(tmp_path / "store.db")


def test_of_two_programs_that_begin_a_store_at_once_neither_fails(tmp_path: Path) -> None:
    code = (
        "import sys; from db.store import Store\n"
        "for line in sys.stdin: Store.open(line.strip()).close(); print(line, end='', flush=True)"
    )
    pipe = subprocess.PIPE
    start = partial(subprocess.Popen, [sys.executable, "-c", code], stdin=pipe, stdout=pipe)
    with start() as one, start() as other:
        for number in range(20):
            line = f"{tmp_path / str(number)}.db\n".encode()
            for program in (one, other):
                program.stdin.write(line)
                program.stdin.flush()
            assert [program.stdout.readline() for program in (one, other)] == [line, line]


INSTANTS = st.integers(0, 1 << 42)


@given(
    st.lists(INSTANTS, min_size=2, max_size=50),
    INSTANTS,
    st.integers(0, 0xFFF),
    st.binary(min_size=7, max_size=7),
)
def test_ids_are_uuids_that_sort_in_the_order_of_the_log(
    times: list[int], last: int, count: int, chance: bytes
) -> None:
    """Also when the clock stands still or is set back, or the log ends with another's id."""
    ids = [(last << 16 | 0x7000 | count).to_bytes(8) + b"\x80" + chance]
    for at in times:
        ids.append(events.new_id(at, ids[-1]))
    assert ids == sorted(set(ids))
    for id in ids:
        assert (UUID(bytes=id).version, UUID(bytes=id).variant) == (7, RFC_4122)
    assert int.from_bytes(events.new_id(times[0], None)[:6]) == times[0]


def test_a_clock_set_back_loses_nothing(open_store: Any, note: MakeNote, clock: Any) -> None:
    store = open_store()
    store.import_notes([note(6)])
    for number, days in enumerate((0, 3, -200, 1, 400, 0)):
        clock.forward(days=days)
        assert store.answer(f"card-{number % 4}", Rating.GOOD, seconds=1).at == clock()
    assert store.statistics()["reviews"] == 6
    assert store.undo() is not None
    assert store.card("card-1").reps == 1
    assert store.rebuild()
    assert store.diagnose() == []


@pytest.mark.parametrize("year", [1, 1900, 1969, 1970, 9900, 9999])
def test_a_clock_that_cannot_be_right_is_a_sentence(
    tmp_path: Path, note: MakeNote, year: int
) -> None:
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    with closing(Store.open(tmp_path / "store.db", clock=lambda: now, zone=UTC)) as store:
        store.import_notes([note(2)])
        now = datetime(year, 6, 1, tzinfo=UTC)
        with pytest.raises(StoreError, match=f"says that it is the year {year}. Set it right"):
            store.answer("card-0", Rating.GOOD, seconds=1)
        now = datetime(9000, 6, 1, tzinfo=UTC)
        store.answer("card-1", Rating.EASY, seconds=1)
        store.set_due("card-1", 36_500)
        assert store.statistics()["reviews"] == 1
        assert store.rebuild()


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("sqlite://u:secret@h/x", "sqlite://u:***@h/x is not the address of a database"),
        ("postgresql://u:secret@h:port/x", "postgresql://u:***@h:port/x is not the address"),
        ("sqlite://u:se@cret@h/x?password=secret", "is not the address"),
        ("mysql://u:secret@h/x", "an SQLite file or a PostgreSQL database"),
    ],
)
def test_a_password_in_an_address_is_not_shown(location: str, shown: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(location)
    assert shown in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "cret" not in str(caught.value)
