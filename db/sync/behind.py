"""Notes of this device that are behind: another device has edited a card in its own note since.

What the note here says of such a card is kept, so that reading it again is no edit, and only what
is changed in it then is. It may also say nothing: the card was put into another device's note, or
back into it, and into none here.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, Self, TypeVar

from sqlalchemy import Connection, delete, insert, select

from cards.card import Card
from db.card_table import rows as stored
from db.card_table import writer as shelf
from db.storage.database import StoreError, chunks
from db.storage.schema import BEHIND
from db.storage.statements import Quick
from db.sync import parts
from db.sync.parts import Version

_ANY = Quick(select(BEHIND.c.key).limit(1))
T = TypeVar("T", int, str)


def _asked(connection: Connection, values: Collection[T]) -> Iterator[Sequence[T]]:
    """Yield values in parts to ask for, none if no note is behind: most have no such note."""
    if values and _ANY.one(connection) is not None:
        yield from chunks(sorted(values))


def keys(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """Return the keys of cards by the ids that they have in notes of this device."""
    found: dict[str, int] = {}
    for some in _asked(connection, ids):
        query = select(BEHIND.c.id, BEHIND.c.key).where(BEHIND.c.id.in_(some))
        found.update((id, key) for id, key in connection.execute(query))
    return found


class Said(NamedTuple):
    """What a note of this device says of a card; None where the card is not in it."""

    id: str
    """The id that the card has in the note, or would have."""
    card: Card | None

    @classmethod
    def of(cls, version: Version) -> Self:
        """Return what the note of this device said that a row followed until now."""
        return cls(version.card.id, None if version.missing else version.card)

    @classmethod
    def has(cls, card: Card) -> Self:
        """Return what a note says that has a card."""
        return cls(card.id, card)


def cards(connection: Connection, keys: Collection[int]) -> dict[int, Said]:
    """Return what notes of this device say of those cards whose rows say something else, by key."""
    found: dict[int, Said] = {}
    for some in _asked(connection, keys):
        query = select(BEHIND.c.key, BEHIND.c.id, BEHIND.c.body).where(BEHIND.c.key.in_(some))
        for key, id, body in connection.execute(query):
            with suppress(StoreError):  # then the note counts for what it says
                found[key] = Said(id, None if body is None else stored.read_card(body, "", 0))
    return found


def keep(connection: Connection, said: Mapping[int, Said]) -> None:
    """Keep what notes say of cards, by key, but where their rows say the same."""
    if not said:
        return
    forget(connection, list(said))
    rows = stored.versions(connection, list(said))
    differing = [
        {"key": key, "id": id, "body": shelf.incoming(card).body if card else None}
        for key, (id, card) in said.items()
        if key in rows
        and (card is None or rows[key].missing or not parts.alike(rows[key].card, card))
    ]
    if differing:
        connection.execute(insert(BEHIND), differing)


def forget(connection: Connection, keys: Sequence[int]) -> None:
    """Let what the rows of cards say be what their notes say."""
    for some in chunks(keys):
        connection.execute(delete(BEHIND).where(BEHIND.c.key.in_(some)))
