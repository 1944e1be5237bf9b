"""Copies of the store: made while it is in use, checked, kept for a while, and put back.

SQLite's own backup reads a consistent copy next to running transactions. A copy is recognised by
its name: `notes-20261102-090000.db` is one of `notes.db`, and stores of one folder keep their
copies in one folder too. A copy that a person asked for stays until that person deletes it. An
automatic copy has its reason in its name: of these all of the last 24 hours stay, and the newest of
each of the last 7 days, 4 weeks and 12 months.
"""

import glob
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
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
from db.storage.migration import APPLICATION_ID
from db.storage.structure import look
from sims import private

_DECIDED, _ASIDE = "restoring", "before-restore"
"""Words in the names of a copy that is to be the store, and of the store that was there."""

_ALONE, _DAMAGED = "alone", "damaged"
"""Words in the names of a log without its store, and of a damaged store that was moved aside."""

_PART = re.compile(r"\.([0-9]+)-[0-9a-f]{8}\.part$")
"""The end of the name of a part of a copy: which process writes it."""

_OLD_SECONDS = 3600

_STAMP = "%Y%m%d-%H%M%S"
_STAMPED = "[0-9]{8}-[0-9]{6}"
DAYS, WEEKS, MONTHS = 7, 4, 12


def folder_of(path: Path) -> Path:
    """Return the folder in which a store's copies are kept."""
    return path.parent / "backups"


def make(engine: Engine, store: Path, now: datetime, reason: str = "") -> Path:
    """Write a checked copy of the store at a path beside it and return the copy's path.

    `reason`, in lower-case words with hyphens between them, becomes part of the name; it is empty
    for a copy that a person asked for. A second copy of the same second has a number as well.
    """
    parts = (store.stem, f"{now.astimezone(UTC):{_STAMP}}", reason)
    name = "-".join(part for part in parts if part)
    with checked_copy(engine, folder_of(store) / f"{name}{store.suffix}") as part:
        return _place(part, folder_of(store) / name, store.suffix)


def write_copy(engine: Engine, target: Path, change: Callable[[Path], None] | None = None) -> Path:
    """Write a copy of an SQLite store to `target`, which must not exist; return it.

    The copy appears under its name only once it is whole, checked, and changed by `change`.
    """
    if target.exists():
        raise StoreError(f"{target} exists already; nothing was overwritten.")
    if (store := file_of(engine.url)) and target.resolve() in _logs_of(store.resolve()):
        raise StoreError(f"SQLite would take {target} for a log of the store; name another file.")
    with checked_copy(engine, target) as part:
        if change is not None:
            change(part)
        try:
            _link(part, target)
        except FileExistsError as error:
            raise StoreError(f"{target} exists already; nothing was overwritten.") from error
    return target


@contextmanager
def checked_copy(engine: Engine, target: Path) -> Iterator[Path]:
    """Yield a temporary copy of an SQLite store in the folder of `target`.

    Raises StoreCorrupt for a copy that cannot be read back.
    """
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


def problem_of(path: Path, version: int = 0) -> str:
    """Return what is wrong with a file, empty for a sound store that we can open.

    `version` is that of its tables, if known, for a file without a version of its own.
    """
    if not path.is_file():
        return "there is no such file"
    try:
        if found := damage_of(path):
            return found
        with closing(_reading(path)) as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (number,) = connection.execute("PRAGMA user_version").fetchone()
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
    except sqlite3.Error as error:
        return str(error)
    if not pages:
        return "it is empty"
    if not version and (application != APPLICATION_ID or not number):
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
    """Return the copies of a store, newest first, with the date in the name of each.

    Other files in their folder, such as copies of other stores, are left out.
    """
    return {path: stamp for path, (stamp, _) in _found(store).items()}


def _found(store: Path) -> dict[Path, tuple[datetime, str]]:
    """Return the copies of a store, newest first, with the date and the reason of each."""
    dated = []
    for path, name in _named(store).items():
        # Digits may be no date, and another program may delete the copy at this moment.
        with suppress(ValueError, OSError):
            stamp = datetime.strptime(name[1], _STAMP).replace(tzinfo=UTC)
            if (status := path.stat()).st_size:  # else a program was killed as it began the copy
                dated.append((status.st_mtime, path, stamp, name[2] or ""))
    return {path: (stamp, reason) for _, path, stamp, reason in sorted(dated, reverse=True)}


def _named(store: Path) -> dict[Path, re.Match[str]]:
    """Return the files that are named as copies of a store, with the parts of their names."""
    stem, suffix = re.escape(store.stem), re.escape(store.suffix)
    # A reason has no digits: with them it is a copy of another store, which is named as a copy.
    name = re.compile(rf"{stem}-({_STAMPED})(?:-([a-z-]+))?(?:\.[0-9]+)?{suffix}")
    matches = {path: name.fullmatch(path.name) for path in folder_of(store).glob("*")}
    return {path: match for path, match in matches.items() if match}


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
    """Delete the automatic copies of a store that need not be kept."""
    made = {path: stamp for path, (stamp, reason) in _found(store).items() if reason}
    keep = kept(made.values())
    for path, stamp in made.items():
        if stamp not in keep:
            path.unlink(missing_ok=True)


def restore(source: Path, store: Path, now: datetime) -> Path | None:
    """Put a copy in the place of a store; return where the store itself was moved to.

    The copy's write-ahead log, if it has one, is put back with it. Raises StoreError, and changes
    nothing, when the copy is not sound or cannot be written.
    """
    problem, version = look(source) if source.is_file() else ("", 0)
    problem = problem or problem_of(source, version)
    if problem:
        raise StoreError(f"{source} cannot be restored: {problem}. Nothing was changed.")
    with explained(locate(source)), closing(_reading(source)) as copy, _copied(copy, store) as part:
        _mark_as_ours(part, version)
        if store.exists():
            _fold_log(store)
        with _unwritten(store):
            return _put_in_place(_decide(part, store, now), store)


def _mark_as_ours(part: Path, version: int) -> None:
    """Write into the header of a copy that it is a store, and its version."""
    with closing(sqlite3.connect(part)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {version}")


def _decide(part: Path, store: Path, now: datetime) -> Path:
    """Rename a copy so that it becomes the store even after a crash; return its path then."""
    number = 1
    while True:
        end = f"-{now:{_STAMP}}{_numbered(number)}"
        aside = store.with_name(f"{store.name}.{_ASIDE}{end}")
        decided = store.with_name(f"{store.name}.{_DECIDED}{end}")
        if not any(file.exists() for file in _files(aside)):
            with suppress(FileExistsError):
                _link(part, decided)
                part.unlink(missing_ok=True)
                _keep_names(store.parent)
                return decided
        number += 1


def finish_restore(store: Path) -> None:
    """Finish a restore in the middle of which a program was killed."""
    for decided in sorted(store.parent.glob(f"{glob.escape(store.name)}.{_DECIDED}-*")):
        with _unwritten(store), suppress(FileNotFoundError):  # another program was quicker
            _put_in_place(decided, store)


def _put_in_place(decided: Path, store: Path) -> Path | None:
    """Put a whole copy in the place of a store; return where the store itself is then.

    Until that is done the copy has a name by which the next opening goes on, and the store keeps
    its name beside its new one. The logs are moved first: SQLite would read an old log into the
    copy.
    """
    aside = store.with_name(decided.name.replace(f".{_DECIDED}-", f".{_ASIDE}-", 1))
    decided.stat()
    if store.exists() and not aside.exists():
        _link(store, aside)
    _move_logs(store, aside)
    decided.replace(store)
    _keep_names(store.parent)
    return aside if any(file.exists() for file in _files(aside)) else None


def move_aside(store: Path, now: datetime) -> Path:
    """Rename a store and its logs so that nothing is overwritten; return the new path."""
    with _unwritten(store):
        aside = _place(store, store.with_name(f"{store.name}.{_DAMAGED}-{now:{_STAMP}}"))
        _move_logs(store, aside)
    return aside


def keep_log(store: Path) -> Path | None:
    """Rename the log of a store that is not there; return its path then, None for no log."""
    log = _files(store)[1]
    if not log.exists():
        return None
    written = datetime.fromtimestamp(log.stat().st_mtime, UTC)
    return _place(log, store.with_name(f"{store.name}.{_ALONE}-{written:{_STAMP}}"), "-wal")


def _move_logs(store: Path, aside: Path) -> None:
    for old, new in zip(_files(store)[1:], _files(aside)[1:], strict=True):
        if old.exists():
            old.rename(new)


def beside(store: Path) -> list[Path]:
    """Return the files beside a missing store: its log, itself moved aside, copies, parts."""
    logs = [log for log in _files(store)[1:2] if log.exists()]
    moved = rf"[a-z-]+-{_STAMPED}(?:\.[0-9]+)?|(?:[0-9]+-)?[0-9a-f]{{8}}\.part"
    named = re.compile(rf"{re.escape(store.name)}\.(?:{moved})")
    others = [
        path
        for path in sorted(store.parent.glob(f"{glob.escape(store.name)}.*"))
        if named.fullmatch(path.name) and path.is_file()
    ]
    return [*logs, *others, *copies(store)]


def clear_leftovers(store: Path) -> None:
    """Delete the parts and empty files of copies that a killed program left."""
    with suppress(OSError):
        for folder in (store.parent, folder_of(store)):
            for part in folder.glob(f"{glob.escape(store.stem)}*.part"):
                if _is_left(part):
                    part.unlink(missing_ok=True)
        for empty in _named(store):
            if not empty.stat().st_size and _is_old(empty):
                empty.unlink(missing_ok=True)


def _is_left(part: Path) -> bool:
    """Whether the program that wrote a part of a copy has ended."""
    if not (name := _PART.search(part.name)):
        return _is_old(part)
    try:
        os.kill(int(name[1]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # it is another person's
    return False


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > _OLD_SECONDS


def newest_aside(store: Path) -> Path | None:
    """Return where a damaged store was last moved to, None when it never was."""
    name = re.compile(rf"{re.escape(f'{store.name}.{_DAMAGED}')}-{_STAMPED}(?:\.[0-9]+)?")
    files = store.parent.glob("*")
    return max((path for path in files if name.fullmatch(path.name)), default=None)


def _fold_log(store: Path) -> None:
    """Fold a store's log into its file, which can then be renamed by itself.

    While others have the store open, or where it is damaged, the log stays and moves with it.
    """
    with suppress(sqlite3.Error), closing(sqlite3.connect(store, timeout=0)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _unwritten(store: Path) -> Iterator[None]:
    """Keep other programs from writing to a store while it is renamed.

    A program that waits for its turn then sees that another file is in its place.
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
            # Nobody writes to a damaged or read-only store, so it needs no lock.
        yield


def _files(store: Path) -> list[Path]:
    """Return where a store and its logs are."""
    return [store.with_name(store.name + suffix) for suffix in ("", "-wal", "-shm")]


def _logs_of(store: Path) -> list[Path]:
    """Return where SQLite looks for logs of a store; it deletes a file there that is none."""
    return [*_files(store)[1:], store.with_name(f"{store.name}-journal")]


def _place(path: Path, start: Path, end: str = "") -> Path:
    """Rename a file to the first name that is free, over nothing; return its path then.

    That is `start` and `end`, or these with a number between them.
    """
    number = 1
    while True:
        target = start.with_name(f"{start.name}{_numbered(number)}{end}")
        try:
            _link(path, target)
        except FileExistsError:
            number += 1
            continue
        path.unlink(missing_ok=True)
        _keep_names(target.parent)
        return target


def _link(path: Path, target: Path) -> None:
    """Link a file to a free name, or rename it where the file system has no links."""
    try:
        target.hardlink_to(path)
    except FileExistsError:
        raise
    except OSError:
        if target.exists():
            raise FileExistsError(target) from None
        path.rename(target)


def _keep_names(folder: Path) -> None:
    """Write the names in a folder to the disk, where the system can: they survive a crash."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


@contextmanager
def _copied(source: sqlite3.Connection, target: Path) -> Iterator[Path]:
    """Yield a whole copy of a database in one file, in the folder of `target`.

    It is deleted afterwards, unless it was renamed.
    """
    part = target.with_name(f"{target.name}.{os.getpid()}-{token_hex(4)}.part")
    try:
        private.make_folder(target.parent)
        with suppress(OSError):  # SQLite says why
            private.create(part)
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
    """Turn errors of writing a copy into errors that name the copy, and not the store."""
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


def _numbered(number: int) -> str:
    """Return the number in a name, empty for the first."""
    return f".{number}" if number > 1 else ""
