"""Cards as their table has them: by key, by id, in brief and in full."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, bindparam, func, literal, select

from cards.card import Card
from db.storage.database import CHUNK, chunks
from db.storage.errors import CardUnreadable
from db.storage.schema import CARDS
from db.storage.statements import Compiled


@dataclass(slots=True)
class Known:
    """A card as the table has it."""

    key: int
    id: str
    note_id: str | None
    digest: bytes
    section: int
    file: str
    line: int
    missing: bool


class Version(NamedTuple):
    """Which text of a card a row has: of two the greater one is newer."""

    stamp: bytes
    """The import that read it."""
    missing: bool
    digest: bytes


KNOWN = select(*[CARDS.c[name] for name in Known.__slots__])
_ID_NAMES = [f"id_{number}" for number in range(CHUNK)]
_IDS: list[Any] = [bindparam(name) for name in _ID_NAMES]
_BY_ID = Compiled(KNOWN.where(CARDS.c.id.in_(_IDS)))
_RELINKED = Compiled(select(CARDS.c.key).where(CARDS.c.note_id != CARDS.c.id).limit(literal(1)))
_BY_EARLIER_ID = Compiled(KNOWN.where(CARDS.c.note_id.in_(_IDS), CARDS.c.note_id != CARDS.c.id))


def read_card(body: str, file: str, line: int) -> Card:
    """Return the card that a row of `cards` holds; raises CardUnreadable where that is none."""
    try:
        return card_of(orjson.loads(body), file, line)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise CardUnreadable(file, line) from error


def card_of(body: Mapping[str, Any], file: str, line: int) -> Card:
    """Return the card of a body and its place. Raises what `Card.from_dict` does."""
    return Card.from_dict({**body, "file": file, "line": line})


def empty(connection: Connection) -> bool:
    """Whether there is no card at all."""
    return connection.execute(select(CARDS.c.key).limit(1)).first() is None


def by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Known]:
    """Return the cards of the given ids, by id."""
    return {known.id: known for known in _known(connection, _BY_ID, ids)}


def by_earlier_id(connection: Connection, ids: Sequence[str]) -> dict[str, Known]:
    """Return the cards that the notes here have under these ids, the table under others."""
    if _RELINKED.one(connection) is None:
        return {}  # as in most stores
    found = _known(connection, _BY_EARLIER_ID, ids)
    return {known.note_id: known for known in found if known.note_id is not None}


def _known(connection: Connection, query: Compiled, ids: Sequence[str]) -> Iterator[Known]:
    for part in chunks(ids):
        full = [*part, *[part[0]] * (CHUNK - len(part))]  # one statement for parts of any length
        values = dict(zip(_ID_NAMES, full, strict=True))
        yield from [Known(*row) for row in query.run(connection, **values)]


def cards(connection: Connection, keys: Sequence[int]) -> Iterator[Card]:
    """Yield the cards of the given keys."""
    for part in chunks(keys):
        query = select(CARDS.c.body, CARDS.c.file, CARDS.c.line)
        for row in connection.execute(query.where(CARDS.c.key.in_(part)).order_by(CARDS.c.key)):
            yield read_card(*row)


def some(connection: Connection, most: int) -> Iterator[Card]:
    """Yield the readable cards; of more than so many every second, third … one."""
    count: int = connection.execute(select(func.count()).select_from(CARDS)).scalar_one()
    query = select(CARDS.c.body, CARDS.c.file, CARDS.c.line).order_by(CARDS.c.key)
    for row in connection.execute(query.where(CARDS.c.key % (count // most + 1) == 0)):
        with suppress(CardUnreadable):
            yield read_card(*row)
