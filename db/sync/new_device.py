"""A new device's store: a checked copy of this one, without what each device has alone.

An exchange with an empty store would end with the same, but it would fold the log again.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, select, update

from db.card_table import checksums, writer
from db.log import digests, events, tip
from db.storage import backup
from db.storage.checksums import of_events
from db.storage.database import Database, StoreError, writing
from db.storage.schema import CARDS, EVENTS, FILES, META, METADATA, NEWER, SECTIONS
from db.sync.report import Moved

_OWN_FACTS = "DELETE FROM meta WHERE name <> 'texts'"
_EVENTS = ", ".join(f'"{name}"' for name in events.NAMES)
_COVERED = ", ".join(f'"{column.name}"' for column in checksums.COVERED[CARDS])
_NOTE_ID = [column.name for column in checksums.COVERED[CARDS]].index("note_id")
_LEAVE_NOTES = f"UPDATE cards SET checksum = sealed(checksum, {_COVERED}), note_id = NULL"  # noqa: S608
_PART = 256
"""Events that are looked at together."""


class _NotAsWrittenError(Exception):
    """A row of this store is not as it was written; an exchange says which."""


def begin(here: Database, path: Path, until: bytes, moved: Moved) -> None:
    """Begin the store at a path, where there is nothing, and count in `moved` what it got.

    Nothing is begun where an exchange has more to do, or to say: with texts that are newer than
    those of notes here, and with damaged rows. No id may be as great as `until`.
    """
    if not _is_plain(here, until):
        return
    _keep_digests(here)
    count = Moved()
    try:
        backup.write_copy(here.engine, path, lambda part: _leave_own(part, count))
    except _NotAsWrittenError:
        return
    except StoreError:
        if not path.exists():
            raise
        return  # another device has begun it meanwhile
    moved.add(count)


def fill(here: Database, there: Database, path: Path, until: bytes, moved: Moved) -> None:
    """Fill an empty store in a file, as `begin` does where there is nothing."""
    with there.read() as connection:
        empty = _is_empty(connection)
    if not empty or not _is_plain(here, until):
        return
    _keep_digests(here)
    count = Moved()
    try:
        with backup.checked_copy(here.engine, path) as part:
            _leave_own(part, count)
            filled = _take_in(there, part)
    except _NotAsWrittenError:
        return
    if filled:
        moved.add(count)


def _is_empty(connection: Connection) -> bool:
    """Whether nothing was ever done with a store."""
    tables = (EVENTS, CARDS, SECTIONS, FILES)
    return all(connection.execute(select(table).limit(1)).first() is None for table in tables)


def _take_in(there: Database, part: Path) -> bool:
    """Put a copy into a store that is still empty; return whether it was.

    SQLite copies whole pages of tables that are alike, and still all of it or nothing.
    """
    with there.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("ATTACH ? AS copy", (str(part),))
        try:
            with writing(connection):
                if not _is_empty(connection):
                    return False
                for table in METADATA.sorted_tables:
                    if table is not META:
                        _insert_all(connection, table.name)
                names = connection.exec_driver_sql(
                    "SELECT value FROM copy.meta WHERE name = 'texts'"
                )
                for name in names.scalars().all():
                    writer.name_texts(connection, name)
                connection.execute(update(CARDS).values(indexed=False))
                tip.mark_merged(connection)
        finally:
            driver.execute("DETACH copy")
    return True


def _insert_all(connection: Connection, table: str) -> None:
    query = "SELECT name FROM pragma_table_info(?, ?) ORDER BY cid"
    ours, theirs = (
        connection.exec_driver_sql(query, (table, where)).scalars().all()
        for where in ("main", "copy")
    )
    names = ", ".join(f'"{name}"' for name in ours)
    into, what = ("", "*") if ours == theirs else (f"({names})", names)
    connection.exec_driver_sql(f"INSERT INTO main.{table} {into} SELECT {what} FROM copy.{table}")  # noqa: S608


def _is_plain(here: Database, until: bytes) -> bool:
    with here.read() as connection:
        last = events.last_id(connection)
        some = CARDS.c.key
        unlike = (
            select(NEWER.c.key).limit(1),
            select(some).where(CARDS.c.digest == b"").limit(1),
            select(some).where((CARDS.c.stamp >= until) | (CARDS.c.named >= until)).limit(1),
        )
        return (
            last is not None
            and last < until
            and all(connection.execute(query).first() is None for query in unlike)
        )


def _keep_digests(here: Database) -> None:
    """Store the digests of the log, so that they are computed once for it and its copy."""
    with here.write() as connection:
        digests.keep(connection, digests.known(connection))


def _leave_own(part: Path, moved: Moved) -> None:
    """Delete from a copy what belongs to one device alone; raises _NotAsWrittenError."""
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.create_function("sealed", -1, _sealed, deterministic=True)
        connection.execute("PRAGMA journal_mode=OFF")  # what fails is discarded
        connection.execute("BEGIN")
        try:
            rows = connection.execute(f"SELECT {_EVENTS} FROM events")  # noqa: S608
            while some := rows.fetchmany(_PART):
                if of_events(some) != [row[-1] for row in some]:
                    raise _NotAsWrittenError
            moved.cards = connection.execute(_LEAVE_NOTES).rowcount
        except (sqlite3.OperationalError, TypeError) as error:  # a text that is none, or `sealed`
            raise _NotAsWrittenError from error
        connection.execute("DELETE FROM files")
        connection.execute(_OWN_FACTS)
        (reviews,) = connection.execute(
            "SELECT count(*) FROM events WHERE kind = 'review'"
        ).fetchone()
        (every,) = connection.execute("SELECT count(*) FROM events").fetchone()
        moved.reviews, moved.changes = reviews, every - reviews
        connection.execute("COMMIT")


def _sealed(checksum: int, *row: object) -> int:
    """Return the checksum of a card's row without its id in the note."""
    if checksum != checksums.of(CARDS, row):
        raise _NotAsWrittenError
    return checksums.of(CARDS, [*row[:_NOTE_ID], None, *row[_NOTE_ID + 1 :]])
