"""Copies of the store: made while it is in use, checked, kept for a while, and put back.

SQLite's own backup reads a consistent copy next to running transactions. A store's copies are
known by their names, as `notes-20261102-090000.db` is one of `notes.db`: stores of one folder keep
their copies in one folder too. Those that a person asked for stay until that person deletes them.
Those that are made by themselves have the reason in their names: of these all of the last 24 hours
stay, and the newest of each of the last 7 days, 4 weeks and 12 months.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from sqlalchemy import Engine

from db.storage import schema
from db.storage.database import (
    BUSY_SECONDS,
    StoreCorrupt,
    StoreError,
    explained,
    file_of,
    is_corrupt,
    locate,
    mark,
)
from db.storage.version import APPLICATION_ID

_STAMP = "%Y%m%d-%H%M%S"
_STAMPED = "[0-9]{8}-[0-9]{6}"
DAYS, WEEKS, MONTHS = 7, 4, 12


def folder_of(path: Path) -> Path:
    """Return the folder in which a store's copies are kept."""
    return path.parent / "backups"


def make(engine: Engine, store: Path, now: datetime, reason: str = "") -> Path:
    """Write a checked copy of the store at a path beside it and return the copy's path.

    `reason` is said in its name, in lower-case words with hyphens between them, unless a person
    asked for the copy. Of copies that are made in one second the later ones have a number as well.
    """
    parts = (store.stem, f"{now.astimezone(UTC):{_STAMP}}", reason)
    name = "-".join(part for part in parts if part)
    with _checked(engine, folder_of(store) / f"{name}{store.suffix}") as part:
        return part.rename(_claim(folder_of(store) / name, store.suffix))


def write_copy(engine: Engine, target: Path) -> Path:
    """Write a copy of an SQLite store to `target`, which must not exist; return it.

    The copy appears under its name only once it is whole and checked.
    """
    if target.exists():
        raise StoreError(f"{target} exists already; nothing was overwritten.")
    with _checked(engine, target) as part:
        target.touch(exist_ok=False)
        return part.rename(target)


@contextmanager
def _checked(engine: Engine, target: Path) -> Iterator[Path]:
    """Yield a copy of an SQLite store as `_copied` does; raises StoreCorrupt for a bad one."""
    with (
        explained(engine.url),
        closing(engine.raw_connection()) as source,
        _copied(source.driver_connection, target) as part,  # type: ignore[arg-type]
    ):
        if problem := problem_of(part):
            if store := file_of(engine.url):
                mark(store)  # the copy has each page as it is there
            raise StoreCorrupt(
                f"The copy could not be read back ({problem}); it was discarded. Start again: "
                "the store is looked through, and a backup offered if it is damaged."
            )
        yield part


def problem_of(path: Path) -> str:
    """Return what is wrong with a file, empty when it is a sound store that we can open."""
    if not path.is_file():
        return "there is no such file"
    try:
        if found := damage_of(path):
            return found
        with closing(_reading(path)) as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (number,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        return str(error)
    if application != APPLICATION_ID:
        return "it holds something else than a StudyTUI store"
    if number > schema.VERSION:
        return "a later version of StudyTUI wrote it; update StudyTUI first"
    return ""


def damage_of(path: Path) -> str:
    """Return what is damaged in an SQLite file, empty for nothing; every page of it is read.

    Raises sqlite3.Error when the file cannot be read for another reason.
    """
    try:
        with closing(_reading(path)) as connection:
            found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if not is_corrupt(error):
            raise
        return str(error)
    return "" if found == "ok" else found


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def copies(store: Path) -> dict[Path, datetime]:
    """Return the copies of a store, newest first, and when each was made, as its name says.

    Files with other names in their folder, copies of other stores too, are none of them.
    """
    return {path: stamp for path, (stamp, _) in _found(store).items()}


def _found(store: Path) -> dict[Path, tuple[datetime, str]]:
    """Return the copies of a store, newest first, when each was made, and for which reason."""
    stem, suffix = re.escape(store.stem), re.escape(store.suffix)
    # Words alone are a reason: with digits it would be a copy of a store that is named as a copy.
    name = re.compile(rf"{stem}-({_STAMPED})(?:-([a-z-]+))?(?:\.[0-9]+)?{suffix}")
    found = []
    for path in folder_of(store).glob("*"):
        if said := name.fullmatch(path.name):
            # Digits may be no date, and another program may delete the copy at this moment.
            with suppress(ValueError, OSError):
                stamp = datetime.strptime(said[1], _STAMP).replace(tzinfo=UTC)
                found.append((path.stat().st_mtime, path, stamp, said[2] or ""))
    return {path: (stamp, reason) for _, path, stamp, reason in sorted(found, reverse=True)}


def newest_good(store: Path) -> Path | None:
    """Return the newest copy of a store that can be read, None without one."""
    return next((path for path in copies(store) if not problem_of(path)), None)


def kept(stamps: Iterable[datetime]) -> set[datetime]:
    """Return the stamps to keep: the last day's, the newest of each of the days, weeks, months."""
    newest_first = sorted(stamps, reverse=True)
    keep = {stamp for stamp in newest_first if newest_first[0] - stamp < timedelta(days=1)}
    for count, period in ((DAYS, "%Y-%j"), (WEEKS, "%G-%V"), (MONTHS, "%Y-%m")):
        seen: dict[str, datetime] = {}
        for stamp in newest_first:
            seen.setdefault(stamp.strftime(period), stamp)
        keep.update(list(seen.values())[:count])
    return keep


def thin_out(store: Path) -> None:
    """Delete the copies of a store that need not be kept; none that a person asked for."""
    made = {path: stamp for path, (stamp, reason) in _found(store).items() if reason}
    keep = kept(made.values())
    for path, stamp in made.items():
        if stamp not in keep:
            path.unlink(missing_ok=True)


def restore(source: Path, store: Path, now: datetime) -> Path | None:
    """Put a copy in the place of a store; return where the store itself was moved to.

    What the copy's write-ahead log holds, if it has one, is put back as well. Raises StoreError,
    and changes nothing, when the copy is not sound or cannot be written.
    """
    problem = problem_of(source)
    if problem:
        raise StoreError(f"{source} cannot be restored: {problem}. Nothing was changed.")
    with explained(locate(source)), closing(_reading(source)) as copy, _copied(copy, store) as part:
        if store.exists():
            _fold_log(store)
        # A log that outlived its store would be read into the copy.
        there = any(file.exists() for file in _files(store))
        aside = move_aside(store, "before-restore", now) if there else None
        part.rename(store)
    return aside


def move_aside(store: Path, why: str, now: datetime) -> Path:
    """Rename a store and its logs so that nothing is overwritten; return the new path."""
    with _unwritten(store):
        aside = _claim(store.with_name(f"{store.name}.{why}-{now:{_STAMP}}"))
        for old, new in zip(_files(store), _files(aside), strict=True):
            if old.exists():
                old.rename(new)
    return aside


def newest_aside(store: Path, why: str) -> Path | None:
    """Return where a store was last moved to for a reason, None when it never was."""
    name = re.compile(rf"{re.escape(f'{store.name}.{why}')}-{_STAMPED}(?:\.[0-9]+)?")
    found = store.parent.glob("*")
    return max((path for path in found if name.fullmatch(path.name)), default=None)


def _fold_log(store: Path) -> None:
    """Fold a store's log into its file, which can then be renamed by itself.

    While others have the store open, or where it is damaged, the log stays and moves with it.
    """
    with suppress(sqlite3.Error), closing(sqlite3.connect(store, timeout=0)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _unwritten(store: Path) -> Iterator[None]:
    """Keep other programs from writing to a store while it is renamed.

    Those that wait for their turn meanwhile see then that another file is in its place.
    """
    if not store.exists():
        yield
        return
    with (
        explained(locate(store)),
        closing(sqlite3.connect(store, timeout=BUSY_SECONDS, isolation_level=None)) as connection,
    ):
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise
            # To a damaged store, or one that is only to be read, nobody writes.
        yield


def _files(store: Path) -> list[Path]:
    """Return where a store and its logs are."""
    return [store.with_name(store.name + suffix) for suffix in ("", "-wal", "-shm")]


def _claim(start: Path, end: str = "") -> Path:
    """Make an empty file, to be renamed over, under the first name that is free; return it.

    That is `start` and `end`, or these with a number between them.
    """
    number = 1
    while True:
        path = start.with_name(start.name + f".{number}" * (number > 1) + end)
        with suppress(FileExistsError):
            path.touch(exist_ok=False)
            return path
        number += 1


@contextmanager
def _copied(source: sqlite3.Connection, target: Path) -> Iterator[Path]:
    """Yield a copy of a database, whole and in one file, beside where it is to be.

    What is not renamed from there is discarded.
    """
    part = target.with_name(f"{target.name}.{token_hex(4)}.part")  # two may be made at once
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with explained(locate(target)):
            copy = sqlite3.connect(part)
        with closing(copy), _written_to(target):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        yield part
    except OSError as error:
        raise StoreError(f"The copy cannot be written to {target}: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def _written_to(target: Path) -> Iterator[None]:
    """Say of a copy that cannot be written that it is the copy: the store itself is saved."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if not name.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE")):
            raise
        raise StoreError(
            f"The copy cannot be written to {target}: the disk is full or failing. What was there "
            "is as it was. Free some space and try again."
        ) from error
