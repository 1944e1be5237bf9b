"""Copies of the store: made while it is in use, checked, kept for a while, and put back.

SQLite's own backup reads a consistent copy next to running transactions. A store's copies are
known by their names, as `notes-20261102-090000.db` is one of `notes.db`: stores of one folder keep
their copies in one folder too. Of a store's the newest of each of the last 7 days, 4 weeks and 12
months stays.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from db.engine import StoreError, explained, is_corrupt

_STAMP = "%Y%m%d-%H%M%S"
DAYS, WEEKS, MONTHS = 7, 4, 12


def folder_of(path: Path) -> Path:
    """Return the folder in which a store's copies are kept."""
    return path.parent / "backups"


def make(engine: Engine, store: Path, now: datetime, reason: str = "") -> Path:
    """Write a checked copy of the store at a path beside it and return the copy's path.

    `reason` is said in its name: lower-case words with hyphens between them.
    """
    parts = (store.stem, f"{now.astimezone(UTC):{_STAMP}}", reason)
    name = "-".join(part for part in parts if part) + store.suffix
    return write_copy(engine, folder_of(store) / name)


def write_copy(engine: Engine, target: Path) -> Path:
    """Write a copy of an SQLite store to `target`, which must not exist; return it.

    The copy appears under its name only once it is whole and checked.
    """
    if target.exists():
        raise StoreError(f"{target} exists already; nothing was overwritten.")
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with explained(engine.url), closing(sqlite3.connect(part)) as copy:
            source = engine.raw_connection()
            try:
                source.driver_connection.backup(copy)  # type: ignore[union-attr]
            finally:
                source.close()
            copy.execute("PRAGMA journal_mode=DELETE")
        problem = problem_of(part)
        if problem:
            raise StoreError(f"The copy could not be read back ({problem}); it was discarded.")
        part.rename(target)
    except OSError as error:
        raise StoreError(f"The copy cannot be written to {target}: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            part.unlink()
    return target


def problem_of(path: Path) -> str:
    """Return what is wrong with an SQLite file, empty when it is a sound store."""
    if not path.is_file():
        return "there is no such file"
    try:
        if found := damage_of(path):
            return found
        with closing(_reading(path)) as connection:
            connection.execute("SELECT count(*) FROM events").fetchone()
    except sqlite3.Error as error:
        return str(error)
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
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def copies(store: Path) -> dict[Path, datetime]:
    """Return the copies of a store, newest first, and when each was made, as its name says.

    Files with other names in their folder, copies of other stores too, are none of them.
    """
    stem, suffix = re.escape(store.stem), re.escape(store.suffix)
    # Words alone are a reason: with digits it would be a copy of a store that is named as a copy.
    name = re.compile(rf"{stem}-([0-9]{{8}}-[0-9]{{6}})(?:-[a-z-]+)?{suffix}")
    made = {}
    for path in folder_of(store).glob("*"):
        if found := name.fullmatch(path.name):
            with suppress(ValueError):  # digits that are no date
                made[path] = datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)
    newest_first = sorted(made, key=lambda path: path.stat().st_mtime, reverse=True)
    return {path: made[path] for path in newest_first}


def newest_good(store: Path) -> Path | None:
    """Return the newest copy of a store that can be read, None without one."""
    return next((path for path in copies(store) if not problem_of(path)), None)


def kept(stamps: Iterable[datetime]) -> set[datetime]:
    """Return the stamps to keep: the newest of each of the last days, weeks and months."""
    newest_first = sorted(stamps, reverse=True)
    keep: set[datetime] = set()
    for count, period in ((DAYS, "%Y-%j"), (WEEKS, "%G-%V"), (MONTHS, "%Y-%m")):
        seen: dict[str, datetime] = {}
        for stamp in newest_first:
            seen.setdefault(stamp.strftime(period), stamp)
        keep.update(list(seen.values())[:count])
    return keep


def thin_out(store: Path) -> None:
    """Delete the copies of a store that need not be kept."""
    made = copies(store)
    keep = kept(made.values())
    for path, stamp in made.items():
        if stamp not in keep:
            path.unlink(missing_ok=True)


def restore(source: Path, store: Path, now: datetime) -> Path | None:
    """Put a copy in the place of a store; return where the store itself was moved to.

    Raises StoreError, and changes nothing, when the copy is not sound.
    """
    problem = problem_of(source)
    if problem:
        raise StoreError(f"{source} cannot be restored: {problem}. Nothing was changed.")
    part = store.with_name(f"{store.name}.part")
    store.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, part)
    aside = None
    if store.exists():
        aside = store.with_name(f"{store.name}.before-restore-{now:{_STAMP}}")
        for suffix in ("", "-wal", "-shm"):
            old = store.with_name(store.name + suffix)
            if old.exists():
                old.rename(aside.with_name(aside.name + suffix))
    part.rename(store)
    return aside
