"""Events that only the other store's log has: found by digests and ids, then copied."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from db.log import digests
from db.log.events import NAMES, Kind
from db.storage.database import Database, chunks, insert_rows
from db.storage.schema import EVENTS
from db.storage.statements import Compiled
from db.sync import validate
from db.sync.incremental import ChangeSet
from db.sync.report import Progress

BATCH = 10_000
"""Events that are read at once, or as many as some hours have."""

_ROWS = select(EVENTS).where(EVENTS.c.id.in_(bindparam("ids", expanding=True)))
_RANGE = Compiled(
    select(EVENTS)
    .where(EVENTS.c.id >= bindparam("first"), EVENTS.c.id <= bindparam("last"))
    .order_by(EVENTS.c.id)
)


@dataclass(frozen=True, slots=True)
class Lack:
    """Events of one span of hours that only the source has."""

    packed: bytes
    """Their ids, one after the other: a million of them take 16 MB."""
    all: bool
    """Whether the source has no others in between."""

    def __len__(self) -> int:
        return len(self.packed) // validate.ID_BYTES

    def ids(self) -> list[bytes]:
        """Return the ids of the events."""
        starts = range(0, len(self.packed), validate.ID_BYTES)
        return [self.packed[at : at + validate.ID_BYTES] for at in starts]


@dataclass(frozen=True, slots=True)
class Lacking:
    """The events that a store lacks, and the digests of its log once it has them."""

    parts: list[Lack]
    digests: dict[int, bytes]

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)


def lacking(source: Database, target: Connection, until: bytes) -> Lacking:
    """Return the events, with ids below `until`, that only the source has."""
    ours = digests.known(target)
    found = Lacking([], ours)
    with source.read() as connection:
        theirs = digests.known(connection)
    differing = sorted(hours for hours, digest in theirs.items() if ours.get(hours) != digest)
    for hours, read in _ids(source, differing):
        own = set(digests.ids(target, hours, hours)) if hours in ours else set()
        new = [id for id in read if id not in own]
        validate.check_ids(new, until)
        if new:
            found.parts.append(Lack(b"".join(new), len(new) == len(read)))
            ours[hours] = digests.of(sorted({*read, *own}) if own else read)
    return found


def _ids(source: Database, hours: list[int]) -> Iterator[tuple[int, list[bytes]]]:
    with source.read() as connection:
        for one in hours:
            yield one, digests.ids(connection, one, one)


def copy(
    lack: Lacking,
    source: Database,
    target: Connection,
    changes: ChangeSet,
    progress: Progress,
    says: str,
) -> None:
    """Copy events, and put them into the `changes` of the target.

    Raises StoreError at an event that could not be folded.
    """
    total, done = len(lack), 0
    check = validate.EventCheck()
    for rows in _batches(source, lack.parts):
        progress(done / total, f"{says} {done} of {total}")
        values = [check(row) for row in rows]
        insert_rows(target, EVENTS, NAMES, values, or_skip=True)
        changes.add([row[0] for row in rows])
        reviews = sum(row[3] == Kind.REVIEW for row in rows)
        changes.moved.reviews += reviews
        changes.moved.changes += len(rows) - reviews
        done += len(rows)
    digests.keep(target, lack.digests)


def _batches(source: Database, parts: list[Lack]) -> Iterator[list[tuple[Any, ...]]]:
    batch: list[tuple[Any, ...]] = []
    with source.read() as connection:
        for part in parts:
            if part.all:
                first, last = part.packed[: validate.ID_BYTES], part.packed[-validate.ID_BYTES :]
                batch += _RANGE.all(connection, first=first, last=last)
            else:
                for ids in chunks(part.ids()):
                    batch += [tuple(row) for row in connection.execute(_ROWS, {"ids": ids})]
            if len(batch) >= BATCH:
                yield batch
                batch = []
    if batch:
        yield batch
