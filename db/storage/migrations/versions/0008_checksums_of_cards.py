"""Checksums of cards are made of their values one by one, which takes a third of the time.

One that was wrong stays wrong; one that is of the new form already stays as it is.
"""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_CHUNK = 10_000
_NAMES = (
    "key", "id", "section", "file", "line", "kind", "digest", "body", "tags", "added", "missing",
    "stamp", "named", "note_id",
)  # fmt: skip


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        _renew(connection)
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.text_factory = lambda text: text.decode(errors="surrogateescape")  # for a spoilt one
    try:
        _renew(connection)
    finally:
        driver.text_factory = str


def _renew(connection: sa.Connection) -> None:
    columns = ", ".join(f'"{name}"' for name in (*_NAMES, "checksum"))
    query = sa.text(
        f'SELECT {columns} FROM cards WHERE "key" > :after AND checksum IS NOT NULL '
        f'ORDER BY "key" LIMIT {_CHUNK}'
    )
    change = sa.text('UPDATE cards SET checksum = :checksum WHERE "key" = :key')
    after = -(2**63)
    while rows := connection.execute(query, {"after": after}).all():
        after = rows[-1][0]
        connection.execute(
            change, [{"key": row[0], "checksum": _renewed(row[:-1], row[-1])} for row in rows]
        )


def _renewed(values: Sequence[Any], checksum: int) -> int:
    plain: list[Any] = [int(value) if isinstance(value, bool) else value for value in values]
    before = crc32(repr(tuple(plain)).encode("utf-8", "surrogatepass"))
    try:
        now = _of(*plain)
    except TypeError:
        return checksum  # it is wrong in either form
    return now if checksum in (before, now) else now ^ 1


def _of(
    key: int, id: str, section: int, file: str, line: int, kind: str, digest: bytes, body: str,
    tags: str, added: int, missing: int, stamp: bytes, named: bytes | None, note_id: str | None,
) -> int:  # fmt: skip
    said = (
        f"{key} {section} {line} {added} {missing}\0{id}\0{note_id}\0{file}\0{kind}\0{tags}\0"
        f"{named!r}\0{body}"
    )
    return crc32(said.encode("utf-8", "surrogatepass"), crc32(stamp, crc32(digest)))
