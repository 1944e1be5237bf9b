"""Cards as their table has them: by key, by id, in brief and in full."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, bindparam, select

from cards.card import Card
from db.storage.database import CHUNK, StoreError, chunks
from db.storage.schema import CARDS
from db.storage.statements import Quick
from db.sync.parts import Edits, Version


@dataclass(slots=True)
class Known:
    """A card as the table has it."""

    key: int
    id: str
    digest: bytes
    section: int
    file: str
    line: int
    missing: bool


KNOWN = select(*[CARDS.c[name] for name in Known.__slots__])
_ID_NAMES = [f"id_{number}" for number in range(CHUNK)]
_KNOWN_IDS = Quick(KNOWN.where(CARDS.c.id.in_([bindparam(name) for name in _ID_NAMES])))
_VERSIONS = select(
    CARDS.c.key,
    CARDS.c.body,
    CARDS.c.file,
    CARDS.c.line,
    CARDS.c.missing,
    CARDS.c.stamp,
    CARDS.c.edits,
).where(CARDS.c.key.in_(bindparam("keys", expanding=True)), CARDS.c.digest != b"")


def read_card(body: str, file: str, line: int) -> Card:
    """Return the card that a row of `cards` holds; raises StoreError where that is none."""
    try:
        return Card.from_dict({**orjson.loads(body), "file": file, "line": line})
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise unreadable(file, line) from error


def unreadable(file: str, line: int) -> StoreError:
    """Return the error that a row of `cards` holds no card."""
    return StoreError(
        f"The card at {file}:{line} cannot be read. `studytui doctor` says what to do."
    )


def by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Known]:
    """Return those cards of the given ids that the table has."""
    known: dict[str, Known] = {}
    for part in chunks(ids):
        full = [*part, *[part[0]] * (CHUNK - len(part))]  # one statement for parts of any length
        values = dict(zip(_ID_NAMES, full, strict=True))
        known.update((row[1], Known(*row)) for row in _KNOWN_IDS.run(connection, **values))
    return known


def by_key(connection: Connection, keys: Sequence[int]) -> list[Known]:
    """Return the cards of the given keys."""
    return [
        Known(*row)
        for part in chunks(keys)
        for row in connection.execute(KNOWN.where(CARDS.c.key.in_(part)))
    ]


def versions(connection: Connection, keys: Sequence[int]) -> dict[int, Version]:
    """Return the cards of the given keys as their rows have them, without those that are damaged.

    They come anew with their notes, or from another device.
    """
    found: dict[int, Version] = {}
    for part in chunks(keys):
        for key, body, file, line, missing, read, edits in connection.execute(
            _VERSIONS, {"keys": part}
        ):
            with suppress(StoreError):
                card = read_card(body, file, line)
                found[key] = Version(card, bool(missing), read, Edits.of(edits))
    return found


def cards(connection: Connection, keys: Sequence[int]) -> Iterator[Card]:
    """Yield the cards of the given keys."""
    for part in chunks(keys):
        query = select(CARDS.c.body, CARDS.c.file, CARDS.c.line)
        for row in connection.execute(query.where(CARDS.c.key.in_(part)).order_by(CARDS.c.key)):
            yield read_card(*row)
