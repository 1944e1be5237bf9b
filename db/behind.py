"""Notes of this device that are behind: another device has edited a card in its own note since.

What the note here says of such a card is kept, so that reading it again is no edit, and only what
is changed in it then is. It may also say nothing: the card was put into another device's note, or
back into it, and into none here.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import Connection, delete, insert, select

from cards.card import Card
from db import parts, shelf, stored
from db.engine import StoreError, chunks
from db.parts import Version
from db.schema import BEHIND


def keys(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """Return the keys of cards by the ids that they have in notes of this device."""
    found: dict[str, int] = {}
    for some in chunks(sorted(ids)):
        query = select(BEHIND.c.id, BEHIND.c.key).where(BEHIND.c.id.in_(some))
        found.update((id, key) for id, key in connection.execute(query))
    return found


def cards(connection: Connection, keys: Collection[int]) -> dict[int, Card | None]:
    """Return what notes of this device say of those cards whose rows say something else, by key.

    None where they do not have the card.
    """
    found: dict[int, Card | None] = {}
    for some in chunks(sorted(keys)):
        query = select(BEHIND.c.key, BEHIND.c.body).where(BEHIND.c.key.in_(some))
        for key, body in connection.execute(query):
            with suppress(StoreError):  # then the note counts for what it says
                found[key] = stored.read_card(body, "", 0) if body is not None else None
    return found


def said(version: Version) -> Card | None:
    """Return what the note of this device said that a row followed until now."""
    return None if version.missing else version.card


def keep(connection: Connection, said: Mapping[int, Card | None]) -> None:
    """Keep what notes say of cards, by key, but where their rows say the same."""
    if not said:
        return
    forget(connection, list(said))
    rows = stored.versions(connection, list(said))
    differing = [
        {
            "key": key,
            "id": card.id if card else None,
            "body": shelf.incoming(card).body if card else None,
        }
        for key, card in said.items()
        if key in rows
        and (card is None or rows[key].missing or not parts.alike(rows[key].card, card))
    ]
    if differing:
        connection.execute(insert(BEHIND), differing)


def forget(connection: Connection, keys: Sequence[int]) -> None:
    """Let what the rows of cards say be what their notes say."""
    for some in chunks(keys):
        connection.execute(delete(BEHIND).where(BEHIND.c.key.in_(some)))
