"""What the log of another store has more: ids are compared first, then events are copied."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from db.log.events import FIRST, Kind
from db.storage.database import Database, chunks, insert_rows
from db.storage.schema import EVENTS
from db.sync import validate as sound
from db.sync.incremental import ChangeSet
from db.sync.report import Progress

PAGE = 20_000
"""Ids a query."""
BATCH = 10_000
"""Events that are read at once."""

_PAGE = (
    select(EVENTS.c.id)
    .where(EVENTS.c.id > bindparam("after"))
    .order_by(EVENTS.c.id)
    .limit(bindparam("page"))
)
_RANGE = select(EVENTS.c.id).where(
    EVENTS.c.id > bindparam("after"), EVENTS.c.id <= bindparam("last")
)
_ROWS = select(EVENTS).where(EVENTS.c.id.in_(bindparam("ids", expanding=True)))
_NAMES = tuple(column.name for column in EVENTS.c)


class Ids:
    """Ids of events in rising order, with nothing around them: a million take 16 MB."""

    def __init__(self, until: bytes) -> None:
        """Begin with none; none may be as great as `until`."""
        self._until = until
        self._packed = bytearray()

    def extend(self, ids: Iterable[bytes]) -> None:
        """Add ids that come after the last; raises StoreError for one that is none."""
        for id in ids:
            sound.check_id(id, self._until)
            self._packed += id

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._packed) // sound.ID_BYTES

    def __getitem__(self, at: int) -> bytes:
        """Return the id at a place."""
        return bytes(self._packed[at * sound.ID_BYTES : (at + 1) * sound.ID_BYTES])

    def batch(self, start: int) -> list[bytes]:
        """Return those that are read at once, from a place on."""
        return [self[at] for at in range(start, min(start + BATCH, len(self)))]


def lacking(source: Database, target: Connection, until: bytes) -> Ids:
    """Return the ids of events, below `until`, that only the source has."""
    found = Ids(until)
    after = FIRST
    for page in _pages(source):
        ours = set(target.execute(_RANGE, {"after": after, "last": page[-1]}).scalars())
        found.extend(id for id in page if id not in ours)
        after = page[-1]
    return found


def _pages(source: Database) -> Iterator[Sequence[bytes]]:
    """Yield the ids of a store in their order."""
    after = FIRST
    with source.read() as connection:
        while page := connection.execute(_PAGE, {"after": after, "page": PAGE}).scalars().all():
            yield page
            after = page[-1]


def copy(
    ids: Ids,
    source: Database,
    target: Connection,
    changes: ChangeSet,
    progress: Progress,
    says: str,
) -> None:
    """Copy events, and put them into the `changes` of the target.

    Raises StoreError at an event that could not be folded.
    """
    for start, rows in _batches(source, ids):
        progress(start / len(ids), f"{says} {start} of {len(ids)}")
        values = [sound.event(row) for row in rows]
        insert_rows(target, EVENTS, _NAMES, values, or_skip=True)
        changes.take([row.id for row in rows])
        reviews = sum(row.kind == Kind.REVIEW for row in rows)
        changes.moved.reviews += reviews
        changes.moved.changes += len(rows) - reviews


def _batches(source: Database, ids: Ids) -> Iterator[tuple[int, list[Row[*tuple[Any, ...]]]]]:
    with source.read() as connection:
        for start in range(0, len(ids), BATCH):
            found: list[Row[*tuple[Any, ...]]] = []
            for part in chunks(ids.batch(start)):
                found += connection.execute(_ROWS, {"ids": part}).all()
            yield start, found
