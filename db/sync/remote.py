"""The other store of a sync: opening it, and errors that say it is the one that failed."""

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection, exc

from db.storage import database, opening
from db.storage.database import Database, StoreError, file_of, shown
from db.sync import new_device
from db.sync.report import Moved
from db.sync.validate import OtherStoreError, until


class RemoteDatabase(Database):
    """The database of another store; what fails in it raises OtherStoreError."""

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that only reads."""
        with _at_fault(self.engine.url), super().read() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that is committed when the block ends."""
        with _at_fault(self.engine.url), super().write() as connection:
            yield connection


@contextmanager
def other(
    here: Database, location: str, clock: Callable[[], datetime], sent: Moved
) -> Iterator[Database]:
    """Open the other store, begun if its name says that it is meant to be one.

    What it has from its beginning is counted as `sent`.
    """
    url = database.locate(location)
    shown_place = file_of(url) or shown(url)
    path = file_of(url)
    own = file_of(here.engine.url)
    if url == here.engine.url or (path is not None and own is not None and _is_one(path, own)):
        raise OtherStoreError(f"{shown_place} is this store itself; name another one.")
    if path is not None and not path.exists() and path.suffix not in opening.SUFFIXES:
        raise OtherStoreError(
            f"{location} does not exist. To begin a store there, name a file that ends in "
            ".db; to share a folder, make the folder first."
        )
    with _at_fault(url):
        if path is not None and own is not None and not path.exists():
            new_device.begin(here, path, until(clock()), sent)
        if path is not None:
            opening.refuse_strange(path)
        remote = RemoteDatabase(opening.open_database(url, clock, own=False).engine, own=False)
    try:
        if path is not None and own is not None:
            with _at_fault(url):
                new_device.fill(here, remote, path, until(clock()), sent)
        yield remote
    finally:
        remote.close()


def _is_one(path: Path, own: Path) -> bool:
    """Whether two paths lead to one file, by links too: under two names it would have two logs."""
    with suppress(OSError):
        return path.samefile(own)
    return path.resolve() == own.resolve()


_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    exc.StatementError,
    struct.error,
)
"""What folding raises where a row holds anything at all."""


@contextmanager
def _at_fault(url: URL) -> Iterator[None]:
    """Raise what fails as an error of the store at `url`.

    Rows that both stores have are not compared in full, so that folding may meet any of them.
    """
    try:
        yield
    except StoreError as error:
        if error.url not in (None, url):
            raise  # one's own store failed meanwhile
        place, says = str(file_of(url) or shown(url)), str(error)
        raise OtherStoreError(says if place in says else f"{place}: {says}") from error
    except _FAULTS as error:
        raise OtherStoreError(
            f"{file_of(url) or shown(url)} holds what cannot be read: it is damaged, or a later "
            "version of StudyTUI wrote it."
        ) from error
