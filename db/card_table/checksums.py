"""Checksums of what the notes said: sections, cards, and newer texts of other devices.

Who changes a row sets its checksum to NULL, and `seal`s before the transaction ends.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update

from db.storage import checksums
from db.storage.schema import CARDS, NEWER, SECTIONS

COVERED = {
    table: [column for column in table.c if column.name not in ("indexed", "checksum")]
    for table in (SECTIONS, CARDS, NEWER)
}
"""The columns that a checksum stands for, the key first."""

_UNSEALED = {
    table: select(*COVERED[table]).where(table.c.checksum.is_(None)) for table in (SECTIONS, CARDS)
}
_SEAL = {
    table: update(table)
    .where(COVERED[table][0] == bindparam("of_key"))
    .values(checksum=bindparam("sum"))
    for table in _UNSEALED
}


_OF: Mapping[Table, Callable[[Sequence[Any]], int]] = {
    SECTIONS: checksums.of_row,
    CARDS: checksums.of_card,
    NEWER: checksums.of_row,
}


def of(table: Table, row: Sequence[Any]) -> int:
    """Return the checksum of the covered columns of a row of a table.

    Raises TypeError for values that no row of ours has.
    """
    return _OF[table]([int(value) if type(value) is bool else value for value in row])


def seal(connection: Connection) -> None:
    """Write the checksums of the sections and cards that were changed."""
    for table in _UNSEALED:
        _seal(connection, table)


def _seal(connection: Connection, table: Table) -> None:
    rows = connection.execute(_UNSEALED[table]).all()
    if rows:
        connection.execute(
            _SEAL[table], [{"of_key": row[0], "sum": of(table, row)} for row in rows]
        )
