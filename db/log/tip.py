"""Where a log ends, and a mark that changes when a sync put older events in."""

import os

from sqlalchemy import Connection, delete, insert, select

from db.storage.schema import EVENTS, META
from db.storage.statements import Compiled

_NAME = "merged"
_STALE = "unfolded"
_LAST_SYNC = select(META.c.value).where(META.c.name == _NAME).scalar_subquery()
_NEWEST = Compiled(select(EVENTS.c.id, _LAST_SYNC).order_by(EVENTS.c.id.desc()).limit(1))


def newest(connection: Connection) -> tuple[bytes | None, str | None]:
    """Return the id of the newest event, and the mark of the last sync."""
    row = _NEWEST.one(connection)
    return (None, None) if row is None else (row[0], row[1])


def mark_merged(connection: Connection) -> None:
    """Change the mark, by which open stores notice a sync that brought older events."""
    connection.execute(delete(META).where(META.c.name == _NAME))
    connection.execute(insert(META), {"name": _NAME, "value": os.urandom(8).hex()})


def is_stale(connection: Connection) -> bool:
    """Whether a migration asked for the log to be folded anew."""
    query = select(META.c.value).where(META.c.name == _STALE)
    return connection.execute(query).first() is not None


def mark_folded(connection: Connection) -> None:
    """Note that the log was folded as the migration asked."""
    connection.execute(delete(META).where(META.c.name == _STALE))
    mark_merged(connection)
