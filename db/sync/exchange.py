"""A sync from its beginning to its end, with another store or with a folder of stores."""

import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select

from cards.scheduling.options import Options
from cards.text.clean import clean_line
from db.log import aliases, relinks
from db.log.events import FIRST, Event
from db.storage.database import Database, StoreError
from db.storage.schema import META
from db.sync import card_rows as rows
from db.sync import events as logs
from db.sync import renames, unfolded
from db.sync import validate as sound
from db.sync.card_rows import Brief
from db.sync.incremental import ChangeSet
from db.sync.remote import other
from db.sync.report import Progress, SyncReport
from db.sync.validate import OtherStoreError


def sync(
    here: Database,
    location: str,
    options: Options,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> SyncReport:
    """Exchange events and cards with the store, or the folder of stores, at `location`.

    A location is an SQLAlchemy URL, a file, or a folder in which every device leaves a copy of
    its store. Raises StoreError when the other store cannot be used; this one is sound then, and
    may have taken over a part.
    """
    report = SyncReport()
    received = ChangeSet(report.received)
    progress = progress or (lambda _share, _says: None)
    until = sound.until(clock())
    unfolded.fold_if_marked(here, options)
    try:
        if "://" not in location and Path(location).is_dir():
            _with_folder(here, Path(location), clock, until, progress, received, report)
        else:
            with other(here, location, clock) as there:
                unfolded.fold_if_marked(there, options)
                sent = ChangeSet(report.sent)
                _exchange(here, there, until, received, sent, report, progress)
                progress(0.8, "Working out the schedule there")
                unfolded.fold_if_marked(there, options, sent.fold)
    finally:
        progress(0.9, "Working out the schedule")
        unfolded.fold_if_marked(here, options, received.fold)
    report.conflicts = _as_now(here, report.conflicts)
    progress(1.0, "Done")
    return report


def _exchange(
    here: Database,
    there: Database,
    until: bytes,
    received: ChangeSet,
    sent: ChangeSet | None,
    report: SyncReport,
    progress: Progress,
) -> None:
    """Unite the logs, then the cards; without `sent` only `here` is changed."""
    progress(0.0, "Comparing")
    only_here, only_there = logs.compare(here, there, until)

    def part(start: float, end: float) -> Progress:
        return lambda share, says: progress(start + share * (end - start), says)

    logs.copy(only_there, there, here, received, part(0.1, 0.4), "Receiving")
    if sent is not None:
        logs.copy(only_here, here, there, sent, part(0.4, 0.7), "Sending")
    progress(0.7, "Comparing cards")
    with here.read() as connection:
        past = relinks.every(connection)
    for gate, news in ((here, received), (there, sent)):
        _rename(gate, past, news)

    def apart(mine: Brief, theirs: Brief) -> bool:
        """Whether both sides edited a card, or first read it, neither knowing of the other."""
        if mine.edits is None and theirs.edits is None:
            return mine.stamp in only_here and theirs.stamp in only_there
        return mine.was_edited(only_here) and theirs.was_edited(only_there)

    report.conflicts += rows.exchange(here, there, past, until, received, sent, apart)


def _rename(gate: Database, past: Sequence[Event], news: ChangeSet | None) -> None:
    """Let rows have the ids by which both stores know their cards now."""
    with gate.read() as connection:
        if not renames.waiting(connection, past):
            return
    with gate.write() as connection:
        unfolded.mark(connection)
        renames.follow(connection, past)
    if news is not None:
        news.deep = True


def _as_now(here: Database, ids: Sequence[str]) -> list[str]:
    """Return ids, each once, as they are now: a file of a folder may have brought another one."""
    if not ids:
        return []
    with here.read() as connection:
        keys = aliases.keys_of(connection, ids)
        moves = relinks.moves_of(relinks.every(connection))
    now = (id if id in keys else relinks.path(moves, id, FIRST)[-1][1] for id in ids)
    return list(dict.fromkeys(now))


def _with_folder(
    here: Database,
    folder: Path,
    clock: Callable[[], datetime],
    until: bytes,
    progress: Progress,
    received: ChangeSet,
    report: SyncReport,
) -> None:
    """Take over what the copies in a folder have, then leave a copy of our own.

    Only our own file is written, so that what carries the folder between devices sees no two
    versions of a file. The copies are read from where nothing else is written beside them.
    """
    own = folder / f"{_device(here)}.db"
    with tempfile.TemporaryDirectory() as temporary:
        for number, file in enumerate(sorted(folder.glob("*.db"))):
            if file == own:
                continue
            copy = Path(temporary) / f"{number}.db"
            try:
                with _as_of(file, copy):
                    shutil.copyfile(file, copy)
                    with other(here, str(copy), clock) as there:
                        _exchange(here, there, until, received, None, report, progress)
            except OtherStoreError as error:
                report.skipped.append(clean_line(str(error)))
            copy.unlink(missing_ok=True)
        copy = Path(temporary) / "own.db"
        with _as_of(own, copy):
            if own.exists():
                shutil.copyfile(own, copy)
            with other(here, str(copy), clock) as there:
                _exchange(here, there, until, received, ChangeSet(report.sent), report, progress)
        _leave(copy, own)


@contextmanager
def _as_of(file: Path, copy: Path) -> Iterator[None]:
    """Say of a file what is wrong with a copy of it, or why there could be no copy."""
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


def _leave(copy: Path, target: Path) -> None:
    """Put a closed copy in the place of `target` at once, so that no half of it is ever seen."""
    with closing(sqlite3.connect(copy)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    part = target.with_name(f".{target.name}.part")
    try:
        with copy.open("rb") as source, part.open("wb") as sink:
            shutil.copyfileobj(source, sink)
            sink.flush()
            os.fsync(sink.fileno())
        part.replace(target)
    except OSError as error:
        raise StoreError(
            f"{target} cannot be written: {error.strerror}. What others had left in the folder was "
            "taken over; nothing was left for them."
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()
