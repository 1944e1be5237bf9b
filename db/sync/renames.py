"""Bringing rows to the ids that their cards have by now: a sync brought re-links made elsewhere.

Where the card has a row under that id already, the two become one, in parts the later of both.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, update

from db.card_table import note_files as files
from db.card_table import rows as stored
from db.card_table import writer as shelf
from db.log import relinks
from db.log.aliases import keys_of
from db.log.events import Event
from db.projections import word_index as words
from db.storage.database import chunks
from db.storage.schema import ALIASES, BEHIND, CARDS, MISCONCEPTIONS, SCHEDULE
from db.sync import behind, parts
from db.sync.behind import Said
from db.sync.parts import Edits

_ROWS = select(CARDS.c.id, CARDS.c.key, CARDS.c.edits).where(
    CARDS.c.id.in_(bindparam("ids", expanding=True))
)
_NAME = update(CARDS).where(CARDS.c.key == bindparam("of_key")).values(id=bindparam("name"))
_DATE = update(CARDS).where(CARDS.c.key == bindparam("of_key")).values(added=bindparam("at"))
_ADDED = select(CARDS.c.key, CARDS.c.added).where(
    CARDS.c.key.in_(bindparam("keys", expanding=True))
)


class Rename(NamedTuple):
    """A row whose card has another id."""

    key: int
    to: str
    since: bytes
    """The event that gave the card its id."""


def waiting(connection: Connection, past: Sequence[Event]) -> list[Rename]:
    """Return the rows whose id was given up after they came in; `past` is all re-links."""
    moves = relinks.moves_of(past)
    found = []
    for ids in chunks(sorted(moves)):
        for id, key, edits in connection.execute(_ROWS, {"ids": ids}):
            *_, (since, now) = relinks.path(moves, id, Edits.of(edits).named)
            if now != id:
                found.append(Rename(key, now, since))
    return found


def follow(connection: Connection, past: Sequence[Event]) -> bool:
    """Give those rows the ids that their cards have; return whether there were any.

    What follows from the log has to be folded anew then. Where a row lay in a note of this device,
    the card lies there.
    """
    renames = waiting(connection, past)
    if not renames:
        return False
    # Ids may be swapped: they are all free before any is given.
    connection.execute(_NAME, [{"of_key": key, "name": f"\x1f{key}"} for key, *_ in renames])
    holders = keys_of(connection, sorted({rename.to for rename in renames}))
    keys = [*(key for key, *_ in renames), *holders.values()]
    rows, added = stored.versions(connection, keys), _added(connection, keys)
    own, said = files.every(connection), behind.cards(connection, keys)
    gone: list[int] = []
    for key, to, since in renames:
        row = rows.pop(key, None)
        kept = holders.setdefault(to, key)
        if kept != key:
            gone.append(key)
            added[kept] = min(added[kept], added[key])
        elif row is None:  # it is damaged, and its note brings it anew
            connection.execute(_NAME, {"of_key": key, "name": to})
        if row is None:
            continue
        if row.card.file in own or row.missing:
            said.setdefault(key, Said.of(row))
        edits = row.edits._replace(named=since)
        row = replace(row, card=replace(row.card, id=to), edits=edits)
        other = rows.get(kept)
        if other is None:
            rows[kept] = row
            continue
        if other.card.file in own:
            said.setdefault(kept, Said.of(other))
        elif row.card.file in own:
            card = replace(other.card, file=row.card.file, line=row.card.line)
            other, said[kept] = replace(other, card=card), said[key]
            files.read_again(connection, [card.file])
        rows[kept] = parts.united(other, row)
    _take_out(connection, gone)
    shelf.rewrite(connection, rows)
    dates = [{"of_key": key, "at": at} for key, at in added.items() if key in rows]
    connection.execute(_DATE, dates)
    behind.keep(connection, {key: card for key, card in said.items() if key in rows})
    return True


def _added(connection: Connection, keys: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for some in chunks(keys):
        found.update((key, at) for key, at in connection.execute(_ADDED, {"keys": some}))
    return found


def _take_out(connection: Connection, keys: Sequence[int]) -> None:
    for some in chunks(keys):
        words.forget(connection, some)
        for table in (ALIASES, MISCONCEPTIONS, SCHEDULE, BEHIND, CARDS):
            connection.execute(delete(table).where(table.c.key.in_(some)))
