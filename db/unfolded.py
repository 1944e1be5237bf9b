"""The end of a sync: everything that follows from the log and the cards is folded anew, once.

A store that has taken over anything is marked until then. If the sync was broken off, the mark
makes the next opening, the next sync or the next import do it.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from cards.scheduling.options import Options
from db import aliases, relinks, settings, shelf, words
from db.engine import Gate, chunks
from db.events import FIRST, Event
from db.quick import Quick
from db.schema import ALIASES, CARDS, EVENTS, META, MISCONCEPTIONS, SCHEDULE
from db.settings import Settings

_NAME, _MERGED = "unfolded", "merged"
_MARK = select(META.c.value).where(META.c.name == _NAME)
_LAST_MERGE = select(META.c.value).where(META.c.name == _MERGED).scalar_subquery()
_NEWEST = Quick(select(EVENTS.c.id, _LAST_MERGE).order_by(EVENTS.c.id.desc()).limit(1))
_ROWS = select(CARDS.c.id, CARDS.c.key, CARDS.c.stamp, CARDS.c.file, CARDS.c.line)
_PLACE = (
    update(CARDS)
    .where(CARDS.c.key == bindparam("of_key"))
    .values(file=bindparam("new_file"), line=bindparam("new_line"))
)

Quickly = Callable[[Connection, Settings], bool]


def mark(connection: Connection) -> None:
    """Note that the log or the cards hold more than what was folded."""
    if connection.execute(_MARK).first() is None:
        connection.execute(insert(META), {"name": _NAME, "value": "1"})


def fold_if_marked(gate: Gate, options: Options, quickly: Quickly | None = None) -> bool:
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

        _settle_ids(connection)
        rebuild(connection, current)
    connection.execute(delete(META).where(META.c.name.in_((_NAME, _MERGED))))
    connection.execute(insert(META), {"name": _MERGED, "value": os.urandom(8).hex()})


def settle(connection: Connection, current: Settings, came: Iterable[str]) -> None:
    """Fold everything where a card that came by a note is one that is here under an old id.

    The log says so when a sync was broken off before it brought the card.
    """
    if aliases.relinked(connection, came) and _settle_ids(connection):
        from db.rebuild import rebuild

        rebuild(connection, current)


def newest(connection: Connection) -> tuple[bytes | None, str | None]:
    """Return the id of the newest event, and what the last sync left for others to notice it."""
    row = _NEWEST.one(connection)
    return (None, None) if row is None else (row[0], row[1])


def _settle_ids(connection: Connection) -> bool:
    """Take out rows whose id was given up after they were written: the card has another id now.

    Returns whether there were any. A row that was written later is a card of its own. Where the
    old row was in a note of this device, the card lies there now.
    """
    past = relinks.every(connection)
    last = relinks.given_up(past)
    if not last:
        return False
    rows = {id: row for id, *row in connection.execute(_ROWS)}
    files = {key: file for key, _, file, _ in rows.values()}
    own = shelf.files(connection)
    gone: list[int] = []
    left: list[dict[str, Any]] = []
    without = {
        id: key for id, (key, stamp, *_) in rows.items() if id not in last or stamp > last[id].id
    }
    owners = aliases.Owners(aliases.rows(past, without), without)
    for id, event in last.items():
        if id not in rows:
            continue
        key, stamp, file, line = rows[id]
        successor = owners.of(Event(FIRST, 0, 0, "", id))
        if stamp > event.id or successor is None:
            continue
        gone.append(key)
        if file in own and files[successor] not in own:
            left.append({"of_key": successor, "new_file": file, "new_line": line})
    if left:
        connection.execute(_PLACE, left)
        shelf.read_again(connection, sorted({place["new_file"] for place in left}))
    for part in chunks(gone):
        words.forget(connection, part)
        for table in (ALIASES, MISCONCEPTIONS, SCHEDULE, CARDS):
            connection.execute(delete(table).where(table.c.key.in_(part)))
    return bool(gone)
