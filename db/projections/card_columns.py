"""Cards as packed records of fixed width, so that statistics over all of them are quick.

Pages of records stand beside `schedule`; a row that changed since its page was written is marked
dirty and read from the table itself, so what is read is always the present state.
"""

from struct import Struct
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select, update

from cards.card import Kind
from db.storage.schema import CARD_COLUMNS, CARDS, SCHEDULE

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

_RECORD = Struct("<IIbBBBHffiiiI")
SIZE = _RECORD.size
FIELDS = [
    ("key", "<u4"),
    ("section", "<u4"),
    ("queue", "i1"),
    ("state", "u1"),  # 0 new, 1 learning, 2 review, 3 relearning
    ("kind", "u1"),  # place in KINDS
    ("flags", "u1"),  # SUSPENDED, MISSING
    ("lapses", "<u2"),
    ("stability", "<f4"),  # NaN for a new card
    ("difficulty", "<f4"),
    ("day", "<i4"),  # of the last review, -1 for a new card
    ("due_day", "<i4"),
    ("buried_day", "<i4"),
    ("added", "<u4"),  # minutes since 1970, UTC
]
KINDS = tuple(kind.value for kind in Kind)
SUSPENDED, MISSING = 1, 2
PAGE = 4096
"""Keys a page."""
MANY = 2000
"""Dirty rows from which writing pages anew pays."""

_MINUTE_MS = 60_000
_NAN = float("nan")
_ROWS = (
    select(
        SCHEDULE.c.key,
        SCHEDULE.c.section,
        SCHEDULE.c.queue,
        SCHEDULE.c.state,
        CARDS.c.kind,
        SCHEDULE.c.suspended,
        CARDS.c.missing,
        SCHEDULE.c.lapses,
        SCHEDULE.c.stability,
        SCHEDULE.c.difficulty,
        SCHEDULE.c.day,
        SCHEDULE.c.due_day,
        SCHEDULE.c.buried_day,
        CARDS.c.added,
    )
    .join(CARDS, CARDS.c.key == SCHEDULE.c.key)
    .order_by(SCHEDULE.c.key)
)


def _pack(row: Any) -> bytes:
    key, section, queue, state, kind, suspended, missing, lapses, stability, *rest = row
    difficulty, day, due_day, buried_day, added = rest
    return _RECORD.pack(
        key,
        section,
        queue,
        state,
        KINDS.index(kind),
        SUSPENDED * bool(suspended) + MISSING * bool(missing),
        min(65535, lapses),
        _NAN if stability is None else stability,
        _NAN if difficulty is None else difficulty,
        -1 if day is None else day,
        due_day,
        buried_day,
        added // _MINUTE_MS,
    )


def is_ragged(connection: Connection) -> bool:
    """Whether so many rows are dirty that reading takes noticeably longer."""
    dirty = select(func.count()).select_from(SCHEDULE).where(SCHEDULE.c.dirty)
    return connection.execute(dirty).scalar_one() >= MANY


def compact(connection: Connection) -> None:
    """Write the pages of dirty rows anew."""
    page = SCHEDULE.c.key // PAGE
    dirty = select(page).where(SCHEDULE.c.dirty).distinct()
    for number in connection.execute(dirty).scalars().all():
        first, last = number * PAGE, (number + 1) * PAGE
        rows = connection.execute(_ROWS.where(SCHEDULE.c.key >= first, SCHEDULE.c.key < last))
        records = b"".join(_pack(row) for row in rows)
        connection.execute(delete(CARD_COLUMNS).where(CARD_COLUMNS.c.page == number))
        connection.execute(insert(CARD_COLUMNS), {"page": number, "records": records})
    connection.execute(update(SCHEDULE).where(SCHEDULE.c.dirty).values(dirty=False))


def put_memories(
    connection: Connection, key: "Array", stability: "Array", difficulty: "Array"
) -> None:
    """Write stability and difficulty of cards, in rising order of keys, into their pages."""
    import numpy as np

    pages = connection.execute(select(CARD_COLUMNS.c.page, CARD_COLUMNS.c.records)).all()
    for page, blob in pages:
        records = np.frombuffer(blob, np.dtype(FIELDS)).copy()
        first, last = np.searchsorted(key, (page * PAGE, (page + 1) * PAGE))
        place = np.searchsorted(records["key"], key[first:last])
        here = np.flatnonzero(place < len(records))
        here = here[records["key"][place[here]] == key[first:last][here]]
        records["stability"][place[here]] = stability[first:last][here]
        records["difficulty"][place[here]] = difficulty[first:last][here]
        connection.execute(
            update(CARD_COLUMNS)
            .where(CARD_COLUMNS.c.page == page)
            .values(records=records.tobytes())
        )


def read_all(connection: Connection) -> tuple[bytes, bytes]:
    """Return the records of the pages, and those of rows that are newer than their page."""
    pages = connection.execute(select(CARD_COLUMNS.c.records).order_by(CARD_COLUMNS.c.page))
    newer = connection.execute(_ROWS.where(SCHEDULE.c.dirty))
    return b"".join(pages.scalars()), b"".join(_pack(row) for row in newer)


def pack_all(connection: Connection) -> bytes:
    """Return the records of all cards as `schedule` has them, in order of their keys."""
    return b"".join(_pack(row) for row in connection.execute(_ROWS))


def overlaid(pages: bytes, newer: bytes) -> bytes:
    """Return the records of pages, newer ones in place of older, in order of their keys."""
    records: dict[bytes, bytes] = {}
    for source in (pages, newer):
        for at in range(0, len(source), SIZE):
            record = source[at : at + SIZE]
            records[record[3::-1]] = record  # the key, most significant byte first
    return b"".join(records[key] for key in sorted(records))
