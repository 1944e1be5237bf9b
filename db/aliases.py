"""Cards whose id changed: which events are theirs.

A re-link at event *e* from id A to id B says: the card known as A is known as B from *e* on. Its
events are those of A before *e* and those of B after it. A later card with id A owns the events
of A after *e*. Cards that were never re-linked have no row here.
"""

from sqlalchemy import Connection, bindparam, insert, select, update

from db import events
from db.events import END, FIRST, Event
from db.schema import ALIASES, CARDS

_OF_KEY = select(ALIASES.c.id, ALIASES.c.since, ALIASES.c.until).where(
    ALIASES.c.key == bindparam("card")
)
_OF_ID = select(ALIASES.c.key, ALIASES.c.since, ALIASES.c.until).where(
    ALIASES.c.id == bindparam("card")
)


def history(connection: Connection, key: int, card_id: str) -> list[Event]:
    """Return the events of a card that were not taken back, oldest first."""
    windows = connection.execute(_OF_KEY, {"card": key}).all()
    if not windows:
        return events.of_card(connection, card_id)
    parts = [
        events.of_card(connection, id, bytes(since), END if until is None else bytes(until))
        for id, since, until in windows
    ]
    return sorted((event for part in parts for event in part), key=lambda event: event.id)


def owner(connection: Connection, event: Event) -> int | None:
    """Return the key of the card that an event belongs to, None when its note was never read."""
    windows = connection.execute(_OF_ID, {"card": event.card}).all()
    for key, since, until in windows:
        if since <= event.id and (until is None or event.id < until):
            found: int = key
            return found
    if windows:
        return None
    return connection.execute(select(CARDS.c.key).where(CARDS.c.id == event.card)).scalar()


def rename(connection: Connection, key: int, old: str, new: str, event: bytes) -> None:
    """Record that the card `key`, known as `old`, is known as `new` from `event` on."""
    closed = connection.execute(
        update(ALIASES).where(ALIASES.c.key == key, ALIASES.c.until.is_(None)).values(until=event)
    )
    if closed.rowcount == 0:
        connection.execute(insert(ALIASES), {"key": key, "id": old, "since": FIRST, "until": event})
    connection.execute(insert(ALIASES), {"key": key, "id": new, "since": event, "until": None})


def begin(connection: Connection, keys: dict[str, int]) -> None:
    """Let new cards, id → key, own only the events since their ids were given up by others."""
    taken: dict[str, bytes] = {}
    for id, until in connection.execute(
        select(ALIASES.c.id, ALIASES.c.until).where(ALIASES.c.until.is_not(None))
    ):
        if id in keys:
            taken[id] = max(taken.get(id, FIRST), bytes(until))
    if taken:
        connection.execute(
            insert(ALIASES),
            [
                {"key": keys[id], "id": id, "since": since, "until": None}
                for id, since in taken.items()
            ],
        )
