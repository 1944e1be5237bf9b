"""Each row of what cannot be had again has a checksum, so that spoilt bytes are noticed."""

from collections.abc import Callable
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_CHUNK = 10_000
_EVENT = ("id", "at", "offset", "kind", "card", "target", "payload")
_ROWS = {
    "sections": ("id", "deck", "topic", "title"),
    "cards": (
        "key", "id", "section", "file", "line", "kind", "digest", "body", "tags", "added",
        "missing", "stamp", "named", "note_id",
    ),
    "newer": ("key", "stamp", "missing", "digest", "body", "file", "line"),
}


def upgrade() -> None:
    for table in ("events", *_ROWS):
        op.add_column(table, sa.Column("checksum", sa.BigInteger(), nullable=True))
    connection = op.get_bind()
    _seal(connection, "events", _EVENT, _of_event)
    for table, names in _ROWS.items():
        _seal(connection, table, names, _of_row)
    op.create_index(
        "cards_unsealed",
        "cards",
        ["checksum"],
        unique=False,
        sqlite_where=sa.text("checksum IS NULL"),
        postgresql_where=sa.text("checksum IS NULL"),
    )


def _seal(
    connection: sa.Connection, table: str, names: tuple[str, ...], of: Callable[..., int]
) -> None:
    """Write the checksums of all rows, some after the others; the first column is the key."""
    key = names[0]
    columns = ", ".join(f'"{name}"' for name in names)
    first = sa.text(f'SELECT {columns} FROM {table} ORDER BY "{key}" LIMIT {_CHUNK}')
    following = sa.text(
        f'SELECT {columns} FROM {table} WHERE "{key}" > :after ORDER BY "{key}" LIMIT {_CHUNK}'
    )
    change = sa.text(f'UPDATE {table} SET checksum = :checksum WHERE "{key}" = :key')
    rows = connection.execute(first).all()
    while rows:
        connection.execute(change, [{"key": row[0], "checksum": of(*row)} for row in rows])
        rows = connection.execute(following, {"after": rows[-1][0]}).all()


def _of_event(
    id: bytes, at: int, offset: int, kind: str, card: str | None, target: Any, payload: str
) -> int:
    target = None if target is None else bytes(target)
    said = f"{at} {offset} {kind}\0{card}\0{target!r}\0{payload}"
    return crc32(said.encode("utf-8", "surrogatepass"), crc32(bytes(id)))


def _of_row(*values: Any) -> int:
    plain = tuple(int(value) if isinstance(value, bool) else value for value in values)
    return crc32(repr(plain).encode("utf-8", "surrogatepass"))
