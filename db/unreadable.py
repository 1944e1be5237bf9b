"""Rows that are not as they were written: the database's own check passes over a wrong byte."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, Row, String, Table, bindparam, select, update

from cards.text.clean import clean_line
from db.card_table.note_files import read_again
from db.card_table.rows import read_card
from db.card_table.writer import digest_of, name_texts
from db.log import payloads
from db.log.events import instant
from db.storage.database import StoreError, chunks
from db.storage.schema import CARDS, EVENTS, METADATA

_CHUNK = 10_000
_SPOILT_DIGEST = b""
_SPOILT = (
    update(CARDS)
    .where(CARDS.c.key.in_(bindparam("keys", expanding=True)))
    .values(digest=_SPOILT_DIGEST)
)


def cards(connection: Connection) -> dict[int, tuple[str, str]]:
    """Return the id and the file of the cards that cannot be read, by key."""
    return {
        row.key: (_shown(row.id), _shown(row.file))
        for row in _rows(connection, CARDS)
        if not (_is_text(CARDS, row) and _is_card(row))
    }


def others(connection: Connection) -> list[str]:
    """Return a sentence for each row, of a table other than `cards`, that cannot be read."""
    found = []
    for table in METADATA.sorted_tables:
        for row in _rows(connection, table) if table is not CARDS and _texts(table) else ():
            if _is_text(table, row) and (table is not EVENTS or _is_event(row)):
                continue
            if table is EVENTS:
                about = f" about the card {_shown(row.card)}" if row.card else ""
                at = instant(row.at).astimezone()
                found.append(f"What was done at {at:%Y-%m-%d %H:%M}{about} cannot be read.")
            else:
                found.append(f"A row of the table {table.name} cannot be read.")
    return found


def let_be_read_again(connection: Connection, found: dict[int, tuple[str, str]]) -> None:
    """Let the next import of their notes, or a sync, bring the cards anew that cannot be read."""
    for keys in chunks(sorted(found)):
        connection.execute(_SPOILT, {"keys": keys})
    read_again(connection, sorted({file for _, file in found.values()}))
    name_texts(connection)


def _rows(connection: Connection, table: Table) -> Iterator[Row[*tuple[Any, ...]]]:
    """Yield all rows of a table, with texts as the bytes that SQLite has of them."""
    with _as_bytes(connection):
        yield from connection.execute(select(table), execution_options={"yield_per": _CHUNK})


@contextmanager
def _as_bytes(connection: Connection) -> Iterator[None]:
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.text_factory = bytes
    try:
        yield
    finally:
        driver.text_factory = str


def _texts(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, String)]


def _is_text(table: Table, row: Row[*tuple[Any, ...]]) -> bool:
    try:
        for name in _texts(table):
            _text(getattr(row, name))
    except UnicodeDecodeError:
        return False
    return True


def _is_card(row: Row[*tuple[Any, ...]]) -> bool:
    try:
        card = read_card(_text(row.body), _text(row.file), row.line)
    except StoreError:
        return False
    as_written = row.digest in (_SPOILT_DIGEST, digest_of(row.body))
    return as_written and card.id == _text(row.id) and card.kind.value == _text(row.kind)


def _is_event(row: Row[*tuple[Any, ...]]) -> bool:
    try:
        said = orjson.loads(row.payload)
    except ValueError:
        return False
    return isinstance(said, dict) and payloads.fits(_text(row.kind), said)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _shown(value: Any) -> str:
    """Return a text for a sentence, with a sign in the place of what cannot be read of it."""
    return clean_line(value.decode(errors="replace") if isinstance(value, bytes) else value)
