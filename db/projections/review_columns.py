"""Reviews as packed records of fixed width: a million of them are read in milliseconds.

A record is one review as the statistics see it. Studying adds a row with one record, by `struct`
and without numpy. Full rows hold many, column after column: all cards, then all days and so on,
so that a column is read without its neighbours.

The rows, in order of their ids, have each card's reviews in the order of the log: memories are
folded from them. A review that a sync brings late comes after those of its card that are here, but
its event may lie within a full row, whose other cards were reviewed later still. So its own row
stays behind that one, and is put together only with rows up to the next.
"""

from collections.abc import Iterator
from itertools import groupby
from struct import Struct
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, case, delete, func, insert, or_, select, update

from db.log.events import Event
from db.projections.card_state import CardState
from db.storage.schema import REVIEW_COLUMNS
from db.storage.statements import Compiled

_RECORD = Struct("<IifHHBBBBB")
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
]
_PLACES = [
    (name, kind, sum(int(before[-1]) for _, before in FIELDS[:at]))
    for at, (name, kind) in enumerate(FIELDS)
]
FULL = 65_536
"""Most records in a row."""
MANY = 4096
"""Rows from which packing them pays."""

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]
    Columns = dict[str, Array]

_GRADES = {"equal": 1, "right": 1, "equal-where-defined": 1, "different": 2, "wrong": 2}
_INSERT = insert(REVIEW_COLUMNS)
_ADD = Compiled(_INSERT)
_BEFORE = Compiled(
    select(REVIEW_COLUMNS.c.id, REVIEW_COLUMNS.c.size, REVIEW_COLUMNS.c.records)
    .where(
        REVIEW_COLUMNS.c.id < bindparam("end"),
        or_(REVIEW_COLUMNS.c.size > 1, REVIEW_COLUMNS.c.records == bindparam("record")),
    )
    .order_by(REVIEW_COLUMNS.c.id.desc())
    .limit(1)
)
"""The last row before an id that may hold a record."""
_DROP = Compiled(delete(REVIEW_COLUMNS).where(REVIEW_COLUMNS.c.id == bindparam("of_id")))


def pack(before: CardState, event: Event) -> bytes:
    """Return the record of a review of a card that stood at `before`."""
    payload = event.payload
    return _RECORD.pack(
        before.key,
        payload["day"],
        payload.get("predicted", float("nan")),
        min(65535, round(10 * payload.get("seconds", 0.0))),
        min(65535, before.interval),
        hour_of(event.at, event.offset),
        payload["rating"],
        before.state,
        grade_number(payload.get("grade", "")),
        payload.get("suggested", 0),
    )


def hour_of(at: int, offset: int) -> int:
    """Return the local hour of an instant (ms since 1970), `offset` minutes east of UTC."""
    return (at // 60_000 + offset) % 1440 // 60


def grade_number(grade: str) -> int:
    """Return the number of a grade as records have it."""
    return _GRADES.get(grade, 3) if grade else 0


def add(connection: Connection, event: Event, record: bytes) -> None:
    """Add the record of one review."""
    _ADD.run(connection, id=event.id, size=1, records=record)


def remove(connection: Connection, event: Event, record: bytes) -> None:
    """Take out the record of a review: of equal ones the last, which leaves the others in order."""
    table = REVIEW_COLUMNS
    end = _after(event.id)
    while row := _BEFORE.one(connection, end=end, record=record):
        end, size, packed = row
        if size == 1:
            _DROP.run(connection, of_id=end)
            return
        records = _records(packed, size)
        starts = [at for at in range(0, len(records), SIZE) if records[at : at + SIZE] == record]
        if starts:
            left = records[: starts[-1]] + records[starts[-1] + SIZE :]
            values: dict[str, Any] = {"size": size - 1, "records": _columns(left)}
            if end == event.id:
                values["id"] = _after(event.id)  # the event may come back, as another card's
            connection.execute(update(table).where(table.c.id == end).values(values))
            return


def _after(id: bytes) -> bytes:
    """Return what comes right after an id in the order of bytes."""
    return id + b"\0"


class Packed:
    """The records of many reviews in order of their events, on the way into full rows."""

    def __init__(self) -> None:
        self._rows: list[tuple[bytes, bytearray]] = []
        self._room = 0

    def add(self, event: bytes, record: bytes) -> None:
        """Add the record of an event that comes after the last."""
        if not self._room:
            self._rows.append((event, bytearray()))
            self._room = FULL
        self._rows[-1][1].extend(record)
        self._room -= 1

    @classmethod
    def of(cls, ids: bytes | bytearray, records: "Array") -> "Packed":
        """Return the records (reviews,) of events, given their ids one after the other."""
        packed = cls()
        for at in range(0, len(records), FULL):
            part = records[at : at + FULL].tobytes()
            packed._rows.append((bytes(ids[16 * at : 16 * at + 16]), bytearray(part)))
        return packed

    def end_row(self) -> None:
        """Let the next record begin a row."""
        self._room = 0

    def write(self, connection: Connection) -> None:
        """Add the rows to the table."""
        rows = [
            {"id": start, "size": len(part) // SIZE, "records": _columns(bytes(part))}
            for start, part in self._rows
        ]
        if rows:
            connection.execute(_INSERT, rows)

    def equals(self, connection: Connection) -> bool:
        """Whether the table holds these records, each card's in the same order."""
        import numpy as np

        table = REVIEW_COLUMNS
        stored = bytearray()
        for size, blob in connection.execute(
            select(table.c.size, table.c.records).order_by(table.c.id)
        ):
            stored += _records(blob, size)
        records = b"".join(part for _, part in self._rows)
        return records == stored or np.array_equal(_by_card(records), _by_card(stored))


def compact(connection: Connection) -> None:
    """Put neighbouring rows of single records together."""
    table = REVIEW_COLUMNS
    single = case((table.c.size == 1, table.c.records))
    packed = Packed()
    for id, record in connection.execute(select(table.c.id, single).order_by(table.c.id)):
        if record is None:
            packed.end_row()
        else:
            packed.add(id, record)
    connection.execute(delete(table).where(table.c.size == 1))
    packed.write(connection)


def is_ragged(connection: Connection) -> bool:
    """Whether so many rows hold a single record that reading takes noticeably longer."""
    rows = connection.execute(select(func.count()).select_from(REVIEW_COLUMNS)).scalar_one()
    return rows >= MANY


def blocks(connection: Connection) -> "Iterator[Columns]":
    """Yield every column, (reviews,), in order of the rows, some `FULL` reviews at a time."""
    import numpy as np

    table = REVIEW_COLUMNS
    rows = connection.execute(select(table.c.size, table.c.records).order_by(table.c.id))
    for many, group in groupby(rows, key=lambda row: row[0] > 1):
        if many:
            for size, blob in group:
                yield {
                    name: np.frombuffer(blob, kind, size, start * size)
                    for name, kind, start in _PLACES
                }
        else:
            records = np.frombuffer(b"".join(blob for _, blob in group), np.dtype(FIELDS))
            yield {name: records[name] for name, _ in FIELDS}


def read_all(connection: Connection, *names: str) -> "Columns":
    """Return the columns of some names, (reviews,), in order of the rows."""
    import numpy as np

    parts: dict[str, list[Array]] = {name: [] for name in names}
    for block in blocks(connection):
        for name in names:
            parts[name].append(block[name].copy())  # or the other columns stay in memory with it
    kinds = dict(FIELDS)
    return {
        name: np.concatenate(columns) if columns else np.empty(0, kinds[name])
        for name, columns in parts.items()
    }


def _columns(records: bytes) -> bytes:
    """Turn the bytes of records in a row into those of columns in a row."""
    if len(records) == SIZE:
        return records
    import numpy as np

    table = np.frombuffer(records, np.dtype(FIELDS))
    return b"".join(table[name].tobytes() for name, _ in FIELDS)


def _records(columns: bytes, size: int) -> bytes:
    """Turn the bytes of columns back into those of records."""
    if size == 1:
        return columns
    import numpy as np

    table = np.empty(size, np.dtype(FIELDS))
    for name, kind, start in _PLACES:
        table[name] = np.frombuffer(columns, kind, size, start * size)
    return table.tobytes()


def _by_card(records: bytes | bytearray) -> "Array":
    """Return records, (reviews,) of bytes, sorted by card and otherwise in their order."""
    import numpy as np

    table = np.frombuffer(records, np.dtype(FIELDS))
    return table[np.argsort(table["card"], kind="stable")].view(np.dtype(("V", SIZE)))
