"""Cards whose id changed: which events are theirs.

A re-link at event *e* from id A to id B says: the card known as A is known as B from *e* on. What
the log says of A before *e* belongs to that card. So does what it says after *e*, for another
device may not have heard of it yet; unless there is a later card with id A, which then owns it.

Only ids that were given up have rows. Each holds from `since` to the next row of its id.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    exists,
    insert,
    select,
    union_all,
)

from db.log import events, relinks
from db.log.events import END, FIRST, Event
from db.storage.database import chunks
from db.storage.schema import ALIASES, CARDS, EVENTS
from db.storage.statements import Compiled

_next = ALIASES.alias("next")
_OF_KEY = Compiled(
    select(
        ALIASES.c.id,
        ALIASES.c.since,
        select(_next.c.since)
        .where(_next.c.id == ALIASES.c.id, _next.c.since > ALIASES.c.since)
        .order_by(_next.c.since)
        .limit(1)
        .scalar_subquery(),
    ).where(ALIASES.c.key == bindparam("card"))
)
_OF_ID = Compiled(select(ALIASES.c.id).where(ALIASES.c.id == bindparam("card")).limit(1))
_OWNER = Compiled(
    select(ALIASES.c.key)
    .where(ALIASES.c.id == bindparam("card"), ALIASES.c.since <= bindparam("event"))
    .order_by(ALIASES.c.since.desc())
    .limit(1)
)
_HOLDER = Compiled(select(CARDS.c.key).where(CARDS.c.id == bindparam("card")))
_KEYS = select(CARDS.c.id, CARDS.c.key).where(CARDS.c.id.in_(bindparam("ids", expanding=True)))

_ROWS = select(ALIASES.c.id, ALIASES.c.since, ALIASES.c.key).order_by(ALIASES.c.since)


class Row(NamedTuple):
    """A row of `aliases`."""

    id: str
    since: bytes
    key: int


def rows(past: Iterable[Event], keys: Mapping[str, int]) -> list[Row]:
    """Return the aliases that follow from re-links in order, and from the keys of cards by id."""
    moves = relinks.moves_of(past)
    result: list[Row] = []
    for id, left in moves.items():
        for since in (FIRST, *(at for at, _ in left)):
            key = keys.get(relinks.path(moves, id, since)[-1][1])
            if key is not None:  # else the row before holds on
                result.append(Row(id, since, key))
    return result


def relinked(past: Iterable[Event], ids: Iterable[str]) -> set[str]:
    """Return those of `ids` from which, or to which, some re-link leads."""
    return set(ids) & {id for event in past for id in (event.card, event.payload["to"])}


def wanted(connection: Connection) -> set[Row]:
    """Return the aliases that follow from the re-links and the present ids of cards."""
    past = relinks.every(connection)
    ids = {event.card for event in past} | {event.payload["to"] for event in past}
    return set(rows(past, keys_of(connection, sorted(id for id in ids if id))))


def keys_of(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return the keys of the cards that have ids now, by id."""
    keys: dict[str, int] = {}
    for part in chunks(ids):
        keys.update((id, key) for id, key in connection.execute(_KEYS, {"ids": part}))
    return keys


def stored(connection: Connection) -> list[Row]:
    """Return the stored aliases, those of an id in order."""
    return [Row(*row) for row in connection.execute(_ROWS)]


def differing(connection: Connection, wanted: Set[Row]) -> set[int]:
    """Return the keys of the cards whose events change with the wanted aliases."""
    found = set(stored(connection))
    changed = {row.id for row in found ^ wanted}
    # A row that came or went also bounds the one before it.
    keys = {row.key for row in found | wanted if row.id in changed}
    # An id without rows is that of the card which has it.
    bare = {row.id for row in found} ^ {row.id for row in wanted}
    return keys.union(keys_of(connection, sorted(bare)).values())


def replace(connection: Connection, wanted: Set[Row]) -> None:
    """Replace all rows."""
    connection.execute(delete(ALIASES))
    write(connection, sorted(wanted))


def write(connection: Connection, found: Sequence[Row]) -> None:
    """Add rows."""
    if found:
        connection.execute(insert(ALIASES), [row._asdict() for row in found])


def history(connection: Connection, key: int, card_id: str) -> list[Event]:
    """Return the events of a card that were not taken back, oldest first."""
    windows = _OF_KEY.run(connection, card=key).fetchall()
    parts = [
        events.of_card(connection, id, since, END if until is None else until)
        for id, since, until in windows
    ]
    if _OF_ID.one(connection, card=card_id) is None:
        parts.append(events.of_card(connection, card_id))
    return sorted((event for part in parts for event in part), key=lambda event: event.id)


def owner(connection: Connection, event: Event) -> int | None:
    """Return the key of the card that an event belongs to, None when its note was never read."""
    if _OF_ID.one(connection, card=event.card) is None:
        row = _HOLDER.one(connection, card=event.card)
    else:
        row = _OWNER.one(connection, card=event.card, event=event.id)
    return row[0] if row is not None else None


def present(connection: Connection, card_id: str) -> int | None:
    """Return the key of the card that gave up an id last, None where none has given it up."""
    row = _OWNER.one(connection, card=card_id, event=END)
    return None if row is None else int(row[0])


def having(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a card owns events that are `wanted`, under any of its ids."""
    found = select(EVENTS.c.id, EVENTS.c.card).where(*wanted).cte()  # the log is read once
    held, later = CARDS.alias(), ALIASES.alias()
    of_ids = select(held.c.key).where(
        held.c.id.in_(select(found.c.card)), held.c.id.not_in(select(ALIASES.c.id))
    )
    replaced = exists().where(
        later.c.id == ALIASES.c.id, later.c.since > ALIASES.c.since, later.c.since <= found.c.id
    )
    of_ids_given_up = (
        select(ALIASES.c.key)
        .join(found, (found.c.card == ALIASES.c.id) & (found.c.id >= ALIASES.c.since))
        .where(~replaced)
    )
    return CARDS.c.key.in_(union_all(of_ids, of_ids_given_up))


class Owners:
    """The cards that events belong to, as `owner` says it, for a whole log."""

    def __init__(self, found: Iterable[Row], keys: Mapping[str, int]) -> None:
        self._keys = keys
        self._rows: dict[str, list[tuple[bytes, int]]] = defaultdict(list)
        for id, since, key in found:
            self._rows[id].append((since, key))

    def of(self, event: Event) -> int | None:
        """Return the key of the card that an event belongs to."""
        return self.of_id(event.card, event.id)

    def of_ids(self, cards: Sequence[str | None], events: Sequence[bytes]) -> list[int | None]:
        """Return `of_id` of many ids, each at its event."""
        known: Mapping[Any, int] = self._keys
        if not self._rows or not self._rows.keys() & cards:
            return list(map(known.get, cards))
        return [self.of_id(card, event) for card, event in zip(cards, events, strict=True)]

    def of_id(self, card: str | None, event: bytes) -> int | None:
        """Return the key of the card that an id meant at an event."""
        if card is None:
            return None
        if card not in self._rows:
            return self._keys.get(card)
        before = [key for since, key in self._rows[card] if since <= event]
        return before[-1] if before else None
