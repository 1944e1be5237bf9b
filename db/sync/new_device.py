"""A store begun for a new device: a checked copy of this one, without what each device has alone.

It ends with what an exchange with an empty store would end with, without folding the log again.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from db.card_table import checksums as of_cards
from db.log import events
from db.storage import backup
from db.storage.checksums import of_event
from db.storage.database import Database
from db.storage.schema import CARDS, NEWER
from db.sync.report import Moved

_OWN_FACTS = "DELETE FROM meta WHERE name <> 'texts'"
_EVENTS = ", ".join(f'"{name}"' for name in events.NAMES)
_COVERED = ", ".join(f'"{column.name}"' for column in of_cards.COVERED[CARDS])
_NOTE_ID = [column.name for column in of_cards.COVERED[CARDS]].index("note_id")
_LEAVE_NOTES = f"UPDATE cards SET checksum = sealed(checksum, {_COVERED}), note_id = NULL"  # noqa: S608


class _NotAsWrittenError(Exception):
    """A row of this store is not as it was written; an exchange says which."""


def begin(here: Database, path: Path, until: bytes, moved: Moved) -> None:
    """Begin the store at a path, where there is nothing, and count in `moved` what it got.

    Nothing is begun where an exchange has more to do, or to say: with texts that are newer than
    those of notes here, and with damaged rows. No id may be as great as `until`.
    """
    if not _is_plain(here, until):
        return
    count = Moved()
    try:
        backup.write_copy(here.engine, path, lambda part: _leave_own(part, count))
    except _NotAsWrittenError:
        return
    moved.add(count)


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


def _leave_own(part: Path, moved: Moved) -> None:
    """Take out of a copy what is a matter of each device; raises _NotAsWrittenError."""
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.create_function("sealed", -1, _sealed, deterministic=True)
        connection.execute("PRAGMA journal_mode=OFF")  # what fails is discarded
        connection.execute("BEGIN")
        try:
            for row in connection.execute(f"SELECT {_EVENTS} FROM events"):  # noqa: S608
                if row[-1] != of_event(*row[:-1]):
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
    if checksum != of_cards.of(row):
        raise _NotAsWrittenError
    return of_cards.of([*row[:_NOTE_ID], None, *row[_NOTE_ID + 1 :]])
