"""Notes of this device that are behind: another device has edited a card in its own note since.

What the note here says of such a card is kept, so that reading it again is no edit, and only what
is changed in it then is.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import Connection, delete, insert, select

from cards.card import Card
from db import parts, shelf, stored
from db.engine import StoreError, chunks
from db.schema import BEHIND


def ids(connection: Connection) -> dict[int, str]:
    """Return the ids that cards have in notes of this device that are behind, by key."""
    return dict(connection.execute(select(BEHIND.c.key, BEHIND.c.id)).all())


def cards(connection: Connection, keys: Collection[int]) -> dict[int, Card]:
    """Return what notes of this device say of those cards whose rows say something else, by key."""
    found: dict[int, Card] = {}
    for some in chunks(sorted(keys)):
        query = select(BEHIND.c.key, BEHIND.c.body).where(BEHIND.c.key.in_(some))
        for key, body in connection.execute(query):
            with suppress(StoreError):  # then the note counts for what it says
                found[key] = stored.read_card(body, "", 0)
    return found


def keep(connection: Connection, said: Mapping[int, Card]) -> None:
    """Keep what notes say of cards, by key, but where their rows say the same."""
    if not said:
        return
    forget(connection, list(said))
    rows = stored.versions(connection, list(said))
    differing = [
        {"key": key, "id": card.id, "body": shelf.incoming(card).body}
        for key, card in said.items()
        if key in rows and not parts.alike(rows[key].card, card)
    ]
    if differing:
        connection.execute(insert(BEHIND), differing)


def forget(connection: Connection, keys: Sequence[int]) -> None:
    """Let what the rows of cards say be what their notes say."""
    for some in chunks(keys):
        connection.execute(delete(BEHIND).where(BEHIND.c.key.in_(some)))
