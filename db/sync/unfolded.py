"""The end of a sync: everything that follows from the log and the cards is folded anew, once.

A store that has taken over anything is marked until then. If the sync was broken off, the mark
makes the next opening, the next sync or the next import do it.
"""

import os
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, delete, insert, select

from cards.scheduling.options import Options
from db.log import relinks, settings
from db.log.events import Event
from db.log.settings import Settings
from db.storage.database import Database
from db.storage.schema import EVENTS, META
from db.storage.statements import Quick
from db.sync import renames

_NAME, _MERGED = "unfolded", "merged"
_MARK = select(META.c.value).where(META.c.name == _NAME)
_LAST_MERGE = select(META.c.value).where(META.c.name == _MERGED).scalar_subquery()
_NEWEST = Quick(select(EVENTS.c.id, _LAST_MERGE).order_by(EVENTS.c.id.desc()).limit(1))

Quickly = Callable[[Connection, Settings], bool]


def mark(connection: Connection) -> None:
    """Note that the log or the cards hold more than what was folded."""
    if connection.execute(_MARK).first() is None:
        connection.execute(insert(META), {"name": _NAME, "value": "1"})


def fold_if_marked(gate: Database, options: Options, quickly: Quickly | None = None) -> bool:
    """Fold the log of a store that was left marked; return whether it was.

    `quickly` may know a shorter way; it returns whether it went it.
    """
    with gate.read() as connection:
        if connection.execute(_MARK).first() is None:
            return False
    with gate.write() as connection:
        _fold(connection, settings.load(connection, options, 0), quickly)
    return True


def fold_first(connection: Connection, current: Settings) -> Settings:
    """Fold the log of a store that was left marked; return the settings in force then.

    Where a card's id changes, what is counted of its reviews must be what the log holds.
    """
    if connection.execute(_MARK).first() is None:
        return current
    current = settings.load(connection, current.base, 0)
    _fold(connection, current)
    return current


def _fold(connection: Connection, current: Settings, quickly: Quickly | None = None) -> None:
    if quickly is None or not quickly(connection, current):
        from db.rebuild import rebuild

        renames.follow(connection, relinks.every(connection))
        rebuild(connection, current)
    connection.execute(delete(META).where(META.c.name.in_((_NAME, _MERGED))))
    connection.execute(insert(META), {"name": _MERGED, "value": os.urandom(8).hex()})


def settle(connection: Connection, current: Settings, past: Sequence[Event]) -> None:
    """Fold everything where a card that came by a note is one that is here under an old id.

    The log says so when a sync was broken off before it brought the card; `past` is all re-links.
    """
    if renames.follow(connection, past):
        from db.rebuild import rebuild

        rebuild(connection, current)


def newest(connection: Connection) -> tuple[bytes | None, str | None]:
    """Return the id of the newest event, and what the last sync left for others to notice it."""
    row = _NEWEST.one(connection)
    return (None, None) if row is None else (row[0], row[1])
