"""A sync from its beginning to its end, with another store or with a folder of stores."""

import secrets
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select

from cards.scheduling.options import Options
from cards.text.clean import clean_line
from db.card_table import renames
from db.log import settings, tip
from db.storage.database import Database
from db.storage.schema import META
from db.sync import events, folder, sections, texts, validate
from db.sync.incremental import ChangeSet
from db.sync.remote import other
from db.sync.report import Moved, Progress, SyncReport
from db.sync.validate import OtherStoreError
from sims import private


def sync(
    here: Database,
    location: str,
    options: Options,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> SyncReport:
    """Exchange events and cards with the store, or the folder of stores, at `location`.

    A location is an SQLAlchemy URL, a file, or a folder in which every device leaves a copy of
    its store. Raises StoreError when the other store cannot be used; this one is sound then.
    """
    report = SyncReport()
    progress = progress or (lambda _share, _says: None)
    until = validate.until(clock())
    if "://" not in location and Path(location).is_dir():
        _with_folder(here, Path(location), options, clock, until, progress, report)
    else:
        with other(here, location, clock, report.sent) as there:
            _exchange(here, there, options, until, progress, report)
    progress(1.0, "Done")
    return report


def _exchange(
    here: Database,
    there: Database,
    options: Options,
    until: bytes,
    progress: Progress,
    report: SyncReport,
) -> None:
    """Copy to each store the events and texts that only the other one has."""

    def part(start: float) -> Progress:
        return lambda share, says: progress(start + share / 2, says)

    _copy(there, here, options, until, report.received, "Receiving", part(0.0))
    _copy(here, there, options, until, report.sent, "Sending", part(0.5))


def _copy(
    source: Database,
    target: Database,
    options: Options,
    until: bytes,
    moved: Moved,
    says: str,
    progress: Progress,
) -> None:
    """Copy the events and texts that a store lacks, and fold them, in one transaction."""
    progress(0.0, "Comparing")
    changes = ChangeSet(Moved())
    with target.write() as connection:
        ids = events.lacking(source, connection, until)
        events.copy(ids, source, connection, changes, lambda s, w: progress(s * 0.6, w), says)
        progress(0.6, "Comparing cards")
        changes.deep |= renames.follow(connection)
        sections.copy(source, connection)
        texts.copy(source, connection, until, changes)
        if changes:
            progress(0.7, "Working out the schedule")
            current = settings.load(connection, options, 0)
            if not changes.fold(connection, current):
                from db.rebuild import fold_log

                fold_log(connection, current)
            tip.mark_merged(connection)
    moved.add(changes.moved)


def _with_folder(
    here: Database,
    path: Path,
    options: Options,
    clock: Callable[[], datetime],
    until: bytes,
    progress: Progress,
    report: SyncReport,
) -> None:
    """Copy from the other devices' files in a folder, then leave a copy of our own store there.

    Each device writes its own file only, so that the program that carries the folder between
    devices meets no two versions of a file. The files are read from a temporary folder.
    """
    own = f"{_device(here)}.db"
    with (
        folder.opened(path) as files,
        tempfile.TemporaryDirectory(prefix=private.work_prefix()) as temporary,
    ):

        def take(file: str, copy: Path) -> None:
            with _as_of(path / file, copy):
                files.read(file, copy)
                with other(here, str(copy), clock, Moved()) as there:
                    _copy(there, here, options, until, report.received, "Receiving", progress)

        for number, file in enumerate(files.names()):
            copy = Path(temporary) / f"{number}.db"
            if file != own:
                try:
                    take(file, copy)
                except OtherStoreError as error:
                    report.skipped.append(clean_line(str(error)))
                copy.unlink(missing_ok=True)
        copy = Path(temporary) / "own.db"
        with _as_of(path / own, copy):
            _renew(
                files,
                own,
                copy,
                here,
                lambda there: _exchange(here, there, options, until, progress, report),
                clock,
                report.sent,
            )
        with closing(sqlite3.connect(copy)) as database:
            database.execute("PRAGMA journal_mode=DELETE")
        files.leave(copy, own)


def _renew(
    files: folder.SharedFolder,
    own: str,
    copy: Path,
    here: Database,
    exchange: Callable[[Database], None],
    clock: Callable[[], datetime],
    sent: Moved,
) -> None:
    """Update one's own copy in the folder, or replace it where it cannot be used."""
    if files.has(own):
        try:
            files.read(own, copy)
            with other(here, str(copy), clock, sent) as there:
                exchange(there)
        except OtherStoreError:
            for file in copy.parent.glob(f"{copy.name}*"):
                file.unlink()
        else:
            return
    with other(here, str(copy), clock, sent) as there:
        exchange(there)


@contextmanager
def _as_of(file: Path, copy: Path) -> Iterator[None]:
    """Let errors about a temporary copy name the file in the folder."""
    try:
        yield
    except OSError as error:
        raise OtherStoreError(f"{file} cannot be copied: {error.strerror}.") from error
    except OtherStoreError as error:
        says = str(error).replace(str(copy), str(file))
        raise OtherStoreError(says if str(file) in says else f"{file}: {says}") from error


def _device(here: Database) -> str:
    """Return the name under which this store's copies are left, chosen once."""
    query = select(META.c.value).where(META.c.name == "device")
    with here.write() as connection:
        name: str | None = connection.execute(query).scalar()
        if name is None:
            name = f"studytui-{secrets.token_hex(4)}"
            connection.execute(insert(META), {"name": "device", "value": name})
    return name
