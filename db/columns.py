"""Reviews as packed records of fixed width: a million of them are read in milliseconds.

A record is one review as the statistics see it. `struct` writes it, so that studying needs no
numpy; the statistics read all of them with the dtype of the same layout.
"""

from struct import Struct
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from db.events import Event
from db.fold import Standing
from db.schema import REVIEW_COLUMNS

_RECORD = Struct("<IifHHBBBBB3x")
SIZE = _RECORD.size
FIELDS = [
    ("card", "<u4"),  # cards.key
    ("day", "<i4"),  # study day
    ("predicted", "<f4"),  # recall that was predicted, NaN when nothing was
    ("tenths", "<u2"),  # time taken, tenths of a second
    ("before", "<u2"),  # interval before, days
    ("hour", "u1"),  # local hour
    ("rating", "u1"),  # 1–4
    ("state", "u1"),  # before: 0 new, 1 learning, 2 review, 3 relearning
    ("grade", "u1"),  # 0 none, 1 right, 2 wrong, 3 undecided
    ("suggested", "u1"),  # rating that the grade suggested, 0 none
    ("", "V3"),
]
FULL = 4096
"""Records in a full row."""

_GRADES = {"equal": 1, "right": 1, "equal-where-defined": 1, "different": 2, "wrong": 2}
_INSERT = insert(REVIEW_COLUMNS)
_TAIL = (
    select(REVIEW_COLUMNS)
    .where(REVIEW_COLUMNS.c.id <= bindparam("event"))
    .order_by(REVIEW_COLUMNS.c.id.desc())
    .limit(1)
)


def pack(before: Standing, event: Event) -> bytes:
    """Return the record of a review of a card that stood at `before`."""
    said = event.payload
    minute = (event.at // 60_000 + event.offset) % 1440
    grade = said.get("grade")
    return _RECORD.pack(
        before.key,
        said["day"],
        said.get("predicted", float("nan")),
        min(65535, round(10 * said.get("seconds", 0.0))),
        min(65535, before.interval),
        minute // 60,
        said["rating"],
        before.state,
        0 if grade is None else _GRADES.get(grade, 3),
        said.get("suggested", 0),
    )


def add(connection: Connection, event: Event, record: bytes) -> None:
    """Add the record of one review."""
    connection.execute(_INSERT, {"id": event.id, "size": 1, "records": record})


def remove(connection: Connection, event: Event, record: bytes) -> None:
    """Take out the record of a review; of equal records it does not matter which goes."""
    table = REVIEW_COLUMNS
    row = connection.execute(_TAIL, {"event": event.id}).first()
    if row is None:
        return
    records = bytes(row.records)
    if row.size == 1:
        connection.execute(delete(table).where(table.c.id == row.id))
        return
    starts = [at for at in range(0, len(records), SIZE) if records[at : at + SIZE] == record]
    if starts:
        left = records[: starts[-1]] + records[starts[-1] + SIZE :]
        connection.execute(
            update(table).where(table.c.id == row.id).values(size=row.size - 1, records=left)
        )


def write_all(connection: Connection, rows: list[tuple[bytes, bytes]]) -> None:
    """Add the (event id, record) of many reviews, in order of their events, as full rows."""
    packed: list[dict[str, Any]] = []
    for start in range(0, len(rows), FULL):
        part = rows[start : start + FULL]
        records = b"".join(record for _, record in part)
        packed.append({"id": part[0][0], "size": len(part), "records": records})
    if packed:
        connection.execute(_INSERT, packed)


def compact(connection: Connection) -> None:
    """Put the rows of single records together, in order of their events."""
    table = REVIEW_COLUMNS
    singles = select(table.c.id, table.c.records).where(table.c.size == 1).order_by(table.c.id)
    rows = [(bytes(id), bytes(record)) for id, record in connection.execute(singles)]
    whole = len(rows) - len(rows) % FULL
    if whole:
        connection.execute(delete(table).where(table.c.size == 1, table.c.id <= rows[whole - 1][0]))
        write_all(connection, rows[:whole])


def read_all(connection: Connection) -> bytes:
    """Return all records, in order of their events."""
    table = REVIEW_COLUMNS
    return b"".join(connection.execute(select(table.c.records).order_by(table.c.id)).scalars())


def sorted_records(records: bytes) -> list[bytes]:
    """Return the records one by one in an order of their own, to compare two sets of them."""
    return sorted(records[at : at + SIZE] for at in range(0, len(records), SIZE))


def is_ragged(connection: Connection) -> bool:
    """Whether so many rows hold a single record that reading takes noticeably longer."""
    table = REVIEW_COLUMNS
    rows = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return rows >= 2 * FULL
