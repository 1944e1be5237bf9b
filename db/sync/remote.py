"""The other store of a sync: opening it, and errors that name it as the one that failed."""

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
    """The database of another store; its failures raise OtherStoreError."""

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
    """Open the other store; where there is none, begin it if its name is that of a store.

    The events and cards that a new store begins with are counted as `sent`.
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
    """Whether two paths lead to one file, by links too: it would have a log under each name."""
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
"""The errors that folding an arbitrary row may raise."""


@contextmanager
def _at_fault(url: URL) -> Iterator[None]:
    """Turn failures into errors of the store at `url`.

    Rows that both stores have are not validated, so folding may meet a damaged one.
    """
    try:
        yield
    except StoreError as error:
        if error.url not in (None, url):
            raise  # one's own store failed meanwhile
        place, sentence = str(file_of(url) or shown(url)), str(error)
        raise OtherStoreError(sentence if place in sentence else f"{place}: {sentence}") from error
    except _FAULTS as error:
        raise OtherStoreError(
            f"{file_of(url) or shown(url)} holds what cannot be read: it is damaged, or a later "
            "version of StudyTUI wrote it."
        ) from error
