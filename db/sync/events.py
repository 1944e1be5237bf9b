"""Uniting two logs: ids are compared first, then each side gets the events that it lacks."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from db.log.events import FIRST, Kind
from db.storage.database import Database, chunks, insert_rows
from db.storage.schema import EVENTS
from db.sync import unfolded
from db.sync import validate as sound
from db.sync.incremental import ChangeSet
from db.sync.report import Progress

PAGE = 20_000
"""Ids a query."""
BATCH = 10_000
"""Events a transaction."""

_PAGE = (
    select(EVENTS.c.id)
    .where(EVENTS.c.id > bindparam("after"))
    .order_by(EVENTS.c.id)
    .limit(bindparam("page"))
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

    def __contains__(self, id: bytes) -> bool:
        """Whether an id is one of them."""
        at = bisect_left(self, id)
        return at < len(self) and self[at] == id

    def batch(self, start: int) -> list[bytes]:
        """Return those of one transaction, from a place on."""
        return [self[at] for at in range(start, min(start + BATCH, len(self)))]


def compare(here: Database, there: Database, until: bytes) -> tuple[Ids, Ids]:
    """Return the ids of events, below `until`, that only the one and only the other store has."""
    only_here, only_there = Ids(until), Ids(until)
    for mine, theirs in _ranges(here, there):
        if mine != theirs:
            only_here.extend(sorted(mine - theirs))
            only_there.extend(sorted(theirs - mine))
    return only_here, only_there


def _ranges(here: Database, there: Database) -> Iterator[tuple[set[bytes], set[bytes]]]:
    """Yield both stores' ids of one range after the other."""
    after = FIRST
    while True:
        pages = [_page(gate, after) for gate in (here, there)]
        ends = [page[-1] for page in pages if len(page) == PAGE]
        if not ends:
            yield set(pages[0]), set(pages[1])
            return
        after = min(ends)
        mine, theirs = (set(page[: bisect_right(page, after)]) for page in pages)
        yield mine, theirs


def _page(gate: Database, after: bytes) -> Sequence[bytes]:
    with gate.read() as connection:
        return connection.execute(_PAGE, {"after": after, "page": PAGE}).scalars().all()


def copy(
    ids: Ids, source: Database, target: Database, news: ChangeSet, progress: Progress, says: str
) -> None:
    """Copy events, a transaction for each batch, and put them into the `news` of the target.

    Raises StoreError at an event that could not be folded; its batch is not copied.
    """
    for start in range(0, len(ids), BATCH):
        progress(start / len(ids), f"{says} {start} of {len(ids)}")
        part = ids.batch(start)
        with source.read() as connection:
            rows = _rows(connection, part)
        values = [sound.event(row) for row in rows]
        with target.write() as connection:
            unfolded.mark(connection)
            insert_rows(connection, EVENTS, _NAMES, values, or_skip=True)
        news.take(part)
        reviews = sum(row.kind == Kind.REVIEW for row in rows)
        news.moved.reviews += reviews
        news.moved.changes += len(rows) - reviews


def _rows(connection: Connection, ids: Sequence[bytes]) -> list[Row[*tuple[Any, ...]]]:
    found: list[Row[*tuple[Any, ...]]] = []
    for part in chunks(ids):
        found += connection.execute(_ROWS, {"ids": part}).all()
    return found
