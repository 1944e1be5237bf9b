"""Opening a store: engine, pragmas, transactions, and database errors as plain sentences."""

import re
import sqlite3
import struct
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Engine, Index, Table, create_engine, event, exc, literal
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from db.storage.errors import StoreCorrupt as StoreCorrupt
from db.storage.errors import StoreError as StoreError
from db.storage.errors import StoreNewer as StoreNewer
from db.storage.schema import REBUILT
from sims.errors import InputError

BUSY_SECONDS = 30
"""How long to wait for another program's transaction before giving up."""

FAILS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
)
"""What our code raises when it meets an impossible value, or has a fault."""

CHUNK = 500
"""Values in one IN (…): below every database's limit."""

T = TypeVar("T")

_WRITER_LOCK = 0x5354554459  # "STUDY": the advisory lock that PostgreSQL writers share
_TURN = f"""
SELECT pg_advisory_xact_lock({_WRITER_LOCK}), set_config('synchronous_commit', coalesce(
    nullif(current_setting('synchronous_commit'), 'off'), 'local'), true)"""
"""Waits for the lock; the commit then waits for the disk, even where the server is set not to."""

LONGEST_VALUE = 256 << 20
"""Bytes of the longest text or blob that is read from a store."""

_PASSWORD = re.compile(
    r"(://[^:/@\s]*:)[^\s]*(?=@)|((?:password|passwd|pwd)=)[^&\s]*", re.IGNORECASE
)
"""A password in a URL, before the last @ of a word, or among its options."""

_IN_MEMORY = ":memory:"
_NO_FILE = "A store in memory would be gone with the program; name a file."


def locate(location: str | Path) -> URL:
    """Return the URL of a path, or of an SQLAlchemy URL.

    Raises StoreError for a URL that names no database we know, or a database in memory: each
    thread would have its own.
    """
    text = str(location)
    if text == _IN_MEMORY:
        raise StoreError(_NO_FILE)
    if "://" in text:
        try:
            url = make_url(text)
        except (exc.ArgumentError, ValueError) as error:
            raise StoreError(
                f"{without_password(text)} is not the address of a database."
            ) from error
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise StoreError("A store is an SQLite file or a PostgreSQL database, nothing else.")
        if url.get_backend_name() == "sqlite" and url.database in (None, "", _IN_MEMORY):
            raise StoreError(_NO_FILE)
        if url.get_backend_name() == "sqlite" and (url.host or url.username or url.port):
            raise StoreError(
                f"{shown(url)} is not the address of a database: a file has no host; write "
                "sqlite:/// and then the path."
            )
        if url.get_backend_name() == "sqlite" and url.query:
            raise StoreError(f"{shown(url)}: the address of a file takes no options; leave out ?…")
        return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url
    return URL.create("sqlite", database=str(Path(text).absolute()))


def shown(url: URL) -> str:
    """Return a URL as it can be shown, with *** for its password."""
    return without_password(url.render_as_string(hide_password=True))


def without_password(text: str) -> str:
    """Return a text with *** for whatever may be a password in it."""
    return _PASSWORD.sub(lambda match: f"{match[1] or match[2]}***", text)


def file_of(url: URL) -> Path | None:
    """Return the file behind a URL, None for a server."""
    if url.get_backend_name() != "sqlite":
        return None
    return Path(str(url.database))


_MODE, _FILE, _OTHER = "begin", "file", "other"
"""Keys of a connection's `info`: how the next transaction begins, the open file, the attached."""


def connect(url: URL) -> Engine:
    """Return an engine whose transactions only read, except those of `writing`."""
    if url.get_backend_name() != "sqlite":
        try:
            return create_engine(url, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise StoreError(
                "A store on a server needs one more package: pip install 'studytui[postgresql]'"
            ) from error
    path = file_of(url)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None})
    _share_compiled(engine)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        if path is not None:
            record.info[_FILE] = path, _identity(path)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        # SQLite's own lower() knows no letters beyond ASCII.
        connection.create_function("lower", 1, _lower, deterministic=True)
        cursor = connection.cursor()
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-32768"):  # 32 MiB
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"BEGIN {connection.info.get(_MODE, '')}")

    return engine


_shared: list[tuple[Dialect, Any]] = []
"""SQLite's dialect, once it has met a file, and what was compiled for it."""


def _share_compiled(engine: Engine) -> None:
    """Share compiled statements among all stores in files: else each sync compiles them anew."""
    if _shared:
        engine.dialect, engine._compiled_cache = _shared[0]
    else:
        own = engine.dialect, engine._compiled_cache
        event.listen(engine, "engine_connect", lambda _: _shared.append(own), once=True)


def attached(connection: Connection, path: Path) -> str:
    """Attach another SQLite file until a connection's transaction ends; return its name in SQL."""
    connection.exec_driver_sql(f"ATTACH DATABASE ? AS {_OTHER}", (str(path),))
    connection.info[_OTHER] = path
    return _OTHER


def _detach(connection: Connection) -> None:
    """Let go of a file that was attached."""
    if connection.info.pop(_OTHER, None) is not None:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"DETACH DATABASE {_OTHER}")


def _lower(text: str | None) -> str | None:
    return text if text is None else text.lower()


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from one that takes its place, None for no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """Hold the one transaction that writes, among all programs; commit it when the block ends.

    It waits for the lock before anything is read, so that what is read holds until the commit.
    Raises StoreError when the file at the store's path was deleted, moved or replaced: what was
    written would be lost.
    """
    connection.info[_MODE] = "IMMEDIATE"
    try:
        transaction = connection.begin()
    finally:
        del connection.info[_MODE]
    with transaction:
        _check_place(connection)
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql(_TURN)
        yield
    _check_place(connection)


def _check_place(connection: Connection) -> None:
    """Raise StoreError when the file that a connection has open is not at its path any more."""
    if _FILE not in connection.info:
        return
    path, opened = connection.info[_FILE]
    identity = _identity(path)
    if identity is None:
        raise StoreError(
            f"{path} is not there any more: it was moved or deleted while it was open, and this "
            f"was not saved. Put it back beside {path.name}-wal, or start again."
        )
    if identity != opened:
        raise StoreError(
            f"{path} was replaced while it was open, so this was not saved. Start again."
        )


class Database:
    """An open database; `read` sees one snapshot, `write` is one transaction at a time.

    Threads of one program take turns at writing by a lock, programs by the database's own.
    """

    def __init__(self, engine: Engine, *, own: bool = True) -> None:
        """Take an engine; when its database is damaged, only a person's `own` one is marked."""
        self.engine, self.own = engine, own
        self._path = file_of(engine.url)
        self._log_path = self._path and self._path.with_name(f"{self._path.name}-wal")
        self._idle: list[Connection] = []
        self._log: tuple[int, int] | None = None
        """The identity of the write-ahead log in use; None until there is one."""
        self._turn = threading.RLock()
        self._server = engine.dialect.name != "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that only reads."""
        with (
            self._values_explained(),
            explained(self.engine.url, own=self.own),
            self._connection() as connection,
        ):
            if self._server:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection
                self._log = self._log or self._log_identity()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that is committed, durably, when the block ends."""
        with (
            self._turn,
            self._values_explained(),
            explained(self.engine.url, own=self.own),
            self._connection() as connection,
            writing(connection),
        ):
            self._check_log()
            yield connection
            self._check_log()

    @contextmanager
    def without_write_ahead(self) -> Iterator[None]:
        """Write straight to the file while an empty store is filled: each page once, not twice.

        Where somebody else has the file open, it keeps its write-ahead log.
        """
        straight = self._set_journal("DELETE")
        try:
            yield
        finally:
            if straight:
                self._set_journal("WAL")

    def _set_journal(self, mode: str) -> bool:
        """Return whether the file has this journal mode now; the next opening sets WAL again.

        SQLite refuses, without waiting, while another connection is open.
        """
        if self._server:
            return False
        with self._turn, suppress(sqlite3.OperationalError), self._connection() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            (found,) = driver.execute(f"PRAGMA journal_mode={mode}").fetchone()
            if found == mode.lower():
                self._log = None
                return True
        return False

    def _log_identity(self) -> tuple[int, int] | None:
        """Return the identity of the write-ahead log; None where there is none."""
        return None if self._log_path is None else _identity(self._log_path)

    def _check_log(self) -> None:
        """Raise StoreError when the log in use was deleted or replaced: writes would be lost."""
        identity = self._log_identity()
        if self._log is not None and identity != self._log:
            raise StoreError(
                f"{self._log_path}, which belongs to the store, was deleted or replaced while it "
                "was open, and this was not saved. Start again."
            )
        self._log = identity

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """Yield a connection.

        SQLite's stay open for the next call: the pool would cost as much as a query. A server's
        come from the pool, which asks whether they still live.
        """
        if self._server:
            with self.engine.connect() as connection:
                yield connection
            return
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self.engine.connect()
        try:
            yield connection
        except BaseException:
            _detach(connection)
            connection.close()
            raise
        _detach(connection)
        self._idle.append(connection)

    @contextmanager
    def _values_explained(self) -> Iterator[None]:
        """Raise StoreError where an error comes from a stored value that no column can have."""
        try:
            yield
        except InputError:
            raise  # the person asked for something wrong, and it says what
        except FAILS as error:
            from db.storage.values import impossible

            with (
                explained(self.engine.url, own=self.own),
                self._connection() as connection,
                connection.begin(),
            ):
                sentence = impossible(connection)
            if not sentence:
                raise
            raise StoreError(sentence) from error

    def close(self) -> None:
        """Close every connection; SQLite folds its write-ahead log into the file.

        It would not do so for a file that was moved, so that is done first.
        """
        if self._path is not None and self._log is not None and not self._path.exists():
            with suppress(exc.DBAPIError, sqlite3.Error), self._connection() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        while self._idle:
            self._idle.pop().close()
        self.engine.dispose()


@contextmanager
def explained(url: URL, *, own: bool = True) -> Iterator[None]:
    """Turn a database error into a StoreError with a sentence that says what to do.

    Raises StoreCorrupt for damage, and marks a person's `own` store, which is then checked when
    it is opened next.
    """
    try:
        yield
    except Exception as error:
        driver = type(error).__module__.partition(".")[0]
        if not isinstance(error, exc.DBAPIError) and driver not in ("sqlite3", "psycopg"):
            raise
        store_error = _explanation(error, url, own)
        store_error.url = url
        raise store_error from error


def _explanation(error: Exception, url: URL, own: bool) -> StoreError:
    """Return the StoreError for a database error."""
    path = file_of(url)
    doctor = "studytui doctor" if own else f"studytui --store {path} doctor"
    sentence = _sentence(error, path, doctor)
    if path is None or not is_corrupt(error):
        return StoreError(sentence)
    if not own:
        return StoreCorrupt(f"{path} is damaged; it was left as it is. `{doctor}` says what to do.")
    mark(path)
    return StoreCorrupt(sentence)


def mark_of(path: Path) -> Path:
    """Return the path of the file beside a store that marks it as damaged."""
    return path.with_name(f"{path.name}.suspect")


def mark(path: Path) -> None:
    """Mark a store as damaged where its folder can be written; the next opening checks it."""
    with suppress(OSError):
        mark_of(path).touch()


def is_corrupt(error: BaseException | None) -> bool:
    """Whether an error, or one of its causes, says that the file itself is damaged."""
    while error is not None:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) and name != _WORD_INDEX_DAMAGED:
            return True
        error = getattr(error, "orig", None) or error.__cause__
    return False


_ROWS, _VALUES = 64, 999
"""Most rows, and most values, of one INSERT: row by row, statements take half of SQLite's time."""
_STATEMENTS = 32
"""INSERTs whose values are held at once: those of all rows would take too much memory."""


def insert_rows(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    same: Mapping[str, Any] = MappingProxyType({}),
    *,
    or_skip: bool = False,
) -> None:
    """Insert many rows, given as tuples of `names`, with the values of `same` in each.

    With `or_skip` rows that are there already are left out. Each database takes the rows as they
    are, in its quickest way.
    """
    if not rows:
        return
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in (*names, *same))
    if connection.dialect.name != "sqlite":
        _copy_in(connection, table.name, columns, rows, tuple(same.values()), or_skip)
        return
    shared = [
        str(
            literal(value, table.c[name].type).compile(
                dialect=connection.dialect, compile_kwargs={"literal_binds": True}
            )
        )
        for name, value in same.items()
    ]
    placeholders = f"({', '.join(['?'] * len(names) + shared)})"
    conflict = "ON CONFLICT DO NOTHING" if or_skip else ""
    batch = max(1, min(_ROWS, _VALUES // len(names)))
    in_batches = len(rows) - len(rows) % batch

    def add(rows_each: int, values: list[tuple[Any, ...]]) -> None:
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({columns}) "  # noqa: S608
            f"VALUES {', '.join([placeholders] * rows_each)} {conflict}",
            values,
        )

    for start in range(0, in_batches, batch * _STATEMENTS):
        stop = min(in_batches, start + batch * _STATEMENTS)
        places = range(start, stop, batch)
        add(batch, [tuple(chain.from_iterable(rows[at : at + batch])) for at in places])
    if in_batches < len(rows):
        add(1, list(rows[in_batches:]))


def _copy_in(
    connection: Connection,
    table: str,
    columns: str,
    rows: Sequence[tuple[Any, ...]],
    shared: tuple[Any, ...],
    or_skip: bool,
) -> None:
    """Insert rows by PostgreSQL's COPY, through a temporary table where some are left out."""
    into = "arriving" if or_skip else table
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor:
        if or_skip:
            cursor.execute(
                f"CREATE TEMP TABLE {into} AS SELECT {columns} FROM {table} WITH NO DATA"  # noqa: S608
            )
        with cursor.copy(f"COPY {into} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row + shared)
        if or_skip:
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {into} "  # noqa: S608
                "ON CONFLICT DO NOTHING"
            )
            cursor.execute(f"DROP TABLE {into}")


@contextmanager
def without(connection: Connection, indexes: Iterable[Index]) -> Iterator[None]:
    """Drop indexes while very many rows come in, and make them again at the end.

    SQLite reads and writes an index all over when its rows come in any order. A server's stay.
    """
    late = sorted(indexes, key=lambda index: str(index.name))
    late = late if connection.dialect.name == "sqlite" else []
    for index in late:
        index.drop(connection)
    yield
    for index in late:
        index.create(connection)


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield `items` in parts that each fit one IN (…)."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


_WORD_INDEX_DAMAGED = "SQLITE_CORRUPT_VTAB"
"""SQLite's error for the index of words alone, which can be made anew."""

_SENTENCES = {
    "SQLITE_FULL": "The disk is full, so this was not saved. Free some space and try again.",
    "SQLITE_READONLY": "{file} cannot be written. Check the permissions of file and folder.",
    "SQLITE_CANTOPEN": "{file} cannot be opened. Check that its folder exists and can be written.",
    "SQLITE_BUSY": "Another program has kept {file} locked for 30 seconds. Close it and try again.",
    "SQLITE_LOCKED": "{file} is locked by this program itself; start it again.",
    "SQLITE_IOERR": "{file} could not be read or written; the disk may be full or failing.",
    "SQLITE_CORRUPT": "{file} is damaged. Start again: it is moved aside and a backup offered.",
    "SQLITE_NOTADB": "{file} is not a store of StudyTUI, or is damaged.",
}


def lost(error: str) -> str:
    """Return the sentence on a missing table that nothing else in the store can replace."""
    return (
        f"The store lacks a table ({error}), which cannot be made anew. `studytui restore` lists "
        "the copies that can be put back."
    )


def _sentence(error: Any, file: Path | None, doctor: str) -> str:
    cause = getattr(error, "orig", None) or error
    name = getattr(cause, "sqlite_errorname", "") or ""
    text = str(cause)
    if name == _WORD_INDEX_DAMAGED or "fts5" in text or "constructor failed: words" in text:
        return f"The index of words is damaged. `{doctor} --rebuild` makes it anew."
    for start, sentence in _SENTENCES.items():
        if name.startswith(start):
            return sentence.format(file=file or "The store")
    first_line = text.splitlines()[0]
    if first_line.startswith("no such table") or type(cause).__name__ == "UndefinedTable":
        if any(re.search(rf"\b{table}\b", first_line) for table in REBUILT):
            return f"The store lacks a table ({first_line}). `{doctor} --rebuild` makes it anew."
        return lost(first_line)
    if first_line.startswith("Could not decode to UTF-8"):
        return f"Something in {file} cannot be read. `{doctor}` says what, and what to do."
    if type(error).__name__ == "OperationalError":
        return f"The database cannot be reached: {first_line}"
    return f"The database refused: {first_line}"
