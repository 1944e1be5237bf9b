"""Opening a store at a location: it is made, recognised, upgraded, or refused with a reason.

A store that is up to date opens without Alembic.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Engine, exc
from sqlalchemy.engine import URL

from db.storage import backup, schema
from db.storage.database import (
    BUSY_SECONDS,
    Database,
    StoreCorrupt,
    StoreError,
    StoreNewer,
    connect,
    explained,
    file_of,
    is_corrupt,
    locate,
    mark_of,
    shown,
    writing,
)
from db.storage.migration import set_version, upgrade, version_of
from db.storage.structure import strange
from sims import private

_AGAIN_SECONDS = 0.01
"""Seconds until the next try, where SQLite does not wait by itself."""

SUFFIXES = (".db", ".sqlite", ".sqlite3")
"""Endings of stores: a sync begins a file with no other."""

SQLITE_BEGINS = b"SQLite format 3\0"
"""The first bytes of each SQLite file."""


def open_own(url: URL, clock: Callable[[], datetime], *, begin: bool = True) -> Database:
    """Open a person's own store, as `open_database` does.

    A damaged file is moved aside. No empty store is begun in its place, nor beside a file that may
    have been the store: until the person has chosen, every opening raises StoreCorrupt with the
    choices. Without `begin` no store is begun at all.
    """
    path = file_of(url)
    if path is None:
        return open_database(url, clock)
    backup.finish_restore(path)
    if _holds_something(path):
        backup.clear_leftovers(path)
    elif path.exists():
        if found := backup.beside(path):
            raise StoreCorrupt(_found(path, found))
    else:
        if aside := backup.newest_aside(path):
            raise StoreCorrupt(_offer(path, aside))
        if found := backup.beside(path):
            raise StoreCorrupt(_found(path, found))
        if not begin:
            raise StoreError(
                f"There is no store at {path}. Mend the path, or begin an empty store there with "
                f"`studytui --store {path} restore --anew`."
            )
    if not begin:
        refuse_strange(path)
    if _is_damaged(path):
        raise StoreCorrupt(_moved_aside(path, clock()))
    try:
        return open_database(url, clock)
    except StoreCorrupt as error:
        raise StoreCorrupt(_moved_aside(path, clock())) from error


def open_as_it_is(url: URL) -> Database:
    """Open an existing store that is up to date, to read it; nothing is made, mended or moved.

    Raises StoreError for any other. It does not check that the file is one of ours.
    """
    path = file_of(url)
    if path is None or not path.is_file() or mark_of(path).exists():
        raise StoreError(f"{shown(url)} must be opened as one's own first.")
    database = Database(connect(url), own=False)
    try:
        with database.read() as connection:
            if version_of(connection) != schema.VERSION:
                raise StoreError(f"{path} is not up to date.")
    except BaseException:
        database.close()
        raise
    return database


def refuse_strange(path: Path) -> None:
    """Raise StoreError for a database with tables that no store of ours has."""
    if path.is_file() and path.stat().st_size and not mark_of(path).exists():
        with path.open("rb") as file:
            is_database = file.read(len(SQLITE_BEGINS)) == SQLITE_BEGINS
        if is_database and (says := strange(path)):
            raise StoreError(f"{path} is no store that StudyTUI made: {says}. It was not opened.")


def open_database(url: URL, clock: Callable[[], datetime], *, own: bool = True) -> Database:
    """Open a store, made or upgraded where needed; a damaged file stays as it is.

    `own` is False for a store that a person only syncs with. Raises StoreCorrupt, StoreNewer or
    StoreError, each with a sentence.
    """
    path = file_of(url)
    if path is not None:
        _check_folder(path)
        if not path.exists():
            with suppress(OSError):  # SQLite says why
                private.create(path)
    engine = connect(url)
    try:
        _prepare(engine, path, clock)
    except (exc.DBAPIError, sqlite3.Error, StoreError) as error:
        engine.dispose()
        if path is not None and is_corrupt(error):
            if not _is_store(path):
                raise StoreError(f"{path} is not a store; it was left as it is.") from error
            says = f"{path} is damaged or not a store; it was left as it is."
            raise StoreCorrupt(says) from error
        if isinstance(error, StoreError):
            raise
        with explained(url, own=own):
            raise
    return Database(engine, own=own)


def _is_store(path: Path) -> bool:
    """Whether a damaged file was a store, as its name, its beginning, or copies of it say."""
    with path.open("rb") as file:
        begins = file.read(len(SQLITE_BEGINS)) == SQLITE_BEGINS
    return begins or path.suffix in SUFFIXES or bool(backup.copies(path))


def _holds_something(path: Path) -> bool:
    """Whether a file holds more than the one byte that SQLite takes for nothing."""
    return path.exists() and path.stat().st_size > 1


def begin_anew(path: Path) -> Path | None:
    """Begin an empty store where a damaged one was; raises StoreError where a file holds anything.

    Returns where the log of a missing store was moved to: SQLite would empty it.
    """
    _check_folder(path)
    there = StoreError(f"{path} is there already; nothing was changed.")
    if _holds_something(path):
        raise there
    kept = backup.keep_log(path)
    try:
        if not path.exists():
            private.create(path)
    except FileExistsError as error:
        raise there from error
    open_database(locate(path), lambda: datetime.now(UTC)).close()
    return kept


def _is_damaged(path: Path) -> bool:
    """Whether a file that is marked as damaged is so; else its mark is taken away.

    The check takes a second for every few hundred MiB, so files without the mark are not checked.
    """
    if not (mark := mark_of(path)).exists():
        return False
    with explained(locate(path)):
        damage = backup.damage_of(path) if path.exists() else ""
    if not damage:
        mark.unlink(missing_ok=True)
    return bool(damage)


def _check_folder(path: Path) -> None:
    try:
        private.make_folder(path.parent)
    except OSError as error:
        raise StoreError(f"The folder {path.parent} cannot be made: {error.strerror}.") from error
    if path.is_dir():
        raise StoreError(f"{path} is a folder; a store is a file.")
    if path.exists() and not path.is_file():
        raise StoreError(f"{path} is no ordinary file; a store is one.")


def _prepare(engine: Engine, path: Path | None, clock: Callable[[], datetime]) -> None:
    with engine.connect() as connection:
        version = version_of(connection)
    if version > schema.VERSION:
        place = path or shown(engine.url)
        raise StoreNewer(
            f"{place} was written by a later version of StudyTUI (schema {version}, "
            f"this one knows {schema.VERSION}). Update StudyTUI to open it; nothing was changed."
        )
    if path is not None:
        _log_ahead(engine)
    if version == schema.VERSION:
        return
    if version == 0:
        _create(engine)
        return
    _upgrade(engine, path, clock)


def _log_ahead(engine: Engine) -> None:
    """Give a file a write-ahead log, which it keeps.

    Where two programs do so at once, SQLite refuses one at once, as both would wait for ever.
    """
    until = monotonic() + BUSY_SECONDS
    with closing(engine.raw_connection()) as connection:
        while True:
            try:
                connection.cursor().execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if not error.sqlite_errorname.startswith("SQLITE_BUSY") or monotonic() > until:
                    raise
            sleep(_AGAIN_SECONDS)


def _upgrade(engine: Engine, path: Path | None, clock: Callable[[], datetime]) -> None:
    """Bring an older store up to date, with a checked copy made first where it is a file."""
    copy = "its server"
    if path is not None:
        copy = str(backup.make(engine, path, clock(), reason="before-upgrade"))
    try:
        upgrade(engine)
    except Exception as error:
        place = path or shown(engine.url)
        raise StoreError(
            f"{place} could not be brought up to date: {_cause(error)}. It is as it was; a "
            f"copy is in {copy}."
        ) from error


def _cause(error: Exception) -> str:
    """Return a database's message without the SQL statement in it."""
    return str(getattr(error, "orig", None) or error)


def _create(engine: Engine) -> None:
    """Make all tables in one transaction; of two programs that do so at once, one finds them."""
    with engine.connect() as connection, writing(connection):
        if version_of(connection) == schema.VERSION:
            return
        schema.make_tables(connection)
        set_version(connection, schema.VERSION)


def _moved_aside(path: Path, now: datetime) -> str:
    aside = backup.move_aside(path, now)
    mark_of(path).unlink(missing_ok=True)
    return _offer(path, aside)


def _found(path: Path, beside: list[Path]) -> str:
    """Return a sentence on the files beside a missing or empty store, with the choices."""
    names = ", ".join(map(str, beside[:5]))
    good = next((path for path in beside if not backup.problem_of(path)), None)
    puts = (
        f"`studytui restore {good}` puts the first good one of them in its place; " if good else ""
    )
    missing = f"{path} is empty" if path.exists() else f"There is no store at {path}"
    moved = "" if path.exists() else "If the store was moved while it was open, move it back. "
    back = moved if beside[0].name == f"{path.name}-wal" else ""
    return (
        f"{missing}, but there is {names}. No empty store was begun. {back}{puts}"
        "`studytui restore --anew` begins an empty store."
    )


def _offer(path: Path, aside: Path) -> str:
    """Return a sentence on a damaged store that was moved aside, with the choices."""
    sentence = f"{path} is damaged. It has been moved to {aside}; nothing was overwritten."
    anew = "`studytui restore --anew` begins an empty store"
    newest = backup.newest_good(path)
    if newest is None:
        return f"{sentence} There is no backup; {anew}."
    return (
        f"{sentence} `studytui restore {newest}` puts the newest good backup in its place; {anew} "
        "instead."
    )
