"""Digests of the log, one for each span of 4.66 hours: two logs are compared by them.

Hours are sealed when the log has an event of later ones: ids rise, so that only a sync, or what
another program knew, puts events there afterwards. `forget` must be told of these.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from db.storage.database import insert_rows
from db.storage.schema import DIGESTS, EVENTS
from db.storage.statements import Compiled

HOURS = 3
"""Bytes of an id that tell the hours: the first 24 of 48 bits of its ms, 4.66 hours."""

_STORED = Compiled(select(DIGESTS.c.hours, DIGESTS.c.digest))
_IDS = Compiled(
    select(EVENTS.c.id)
    .where(EVENTS.c.id >= bindparam("start"), EVENTS.c.id < bindparam("end"))
    .order_by(EVENTS.c.id)
)
_NEWEST = Compiled(select(EVENTS.c.id).order_by(EVENTS.c.id.desc()).limit(1))
_SAY = (
    update(DIGESTS)
    .where(DIGESTS.c.hours == bindparam("of_hours"))
    .values(digest=bindparam("value"))
)
_UNKNOWN, _END = b"", b"\xff" * 17


def hours_of(id: bytes) -> int:
    """Return the number of the span of hours in which an event lies."""
    return int.from_bytes(id[:HOURS])


def start_of(hours: int) -> bytes:
    """Return the least id that an event of a span of hours can have."""
    return hours.to_bytes(HOURS)


def of(ids: Sequence[bytes]) -> bytes:
    """Return the digest of the events of one span, given their ids in order."""
    return blake2b(b"".join(ids), digest_size=16).digest()


def ids(connection: Connection, first: int, last: int) -> list[bytes]:
    """Return the ids of the events of two spans and all between them, in order."""
    return [id for (id,) in _IDS.all(connection, start=start_of(first), end=start_of(last + 1))]


def known(connection: Connection) -> dict[int, bytes]:
    """Return the digests of all spans with events; those that are not stored are computed."""
    found = _stored(connection)
    for hours, digest in found.items():
        if digest == _UNKNOWN:
            found[hours] = of(ids(connection, hours, hours))
    found.update(_after(connection, max(found, default=-1) + 1))
    return found


def _stored(connection: Connection) -> dict[int, bytes]:
    rows = _STORED.all(connection)
    return {hours: digest for hours, digest in rows if isinstance(digest, bytes)}


def _after(connection: Connection, first: int) -> Iterator[tuple[int, bytes]]:
    with closing(_IDS.run(connection, start=start_of(first), end=_END)) as rows:
        # Without a call of our own for each event: there may be a million.
        for head, group in groupby(map(itemgetter(0), rows), itemgetter(slice(HOURS))):
            yield hours_of(head), of(list(group))


def keep(connection: Connection, found: dict[int, bytes]) -> None:
    """Store digests, but for the newest span, which may still get events."""
    newest = _NEWEST.one(connection)
    stored = _stored(connection)
    open_hours = hours_of(newest[0]) if newest else 0
    sealed = {hours: digest for hours, digest in found.items() if hours < open_hours}
    new = [(hours, digest) for hours, digest in sealed.items() if hours not in stored]
    other = [
        {"of_hours": hours, "value": digest}
        for hours, digest in sealed.items()
        if stored.get(hours, digest) != digest
    ]
    if new:
        insert_rows(connection, DIGESTS, ("hours", "digest"), new)
    if other:
        connection.execute(_SAY, other)


def forget(connection: Connection, added: Iterable[bytes]) -> None:
    """Delete the digests of the spans that late events are in, so that they are computed anew."""
    stored = _stored(connection)
    last = max(stored, default=-1)
    for hours in {hours_of(id) for id in added}:
        if hours in stored:
            connection.execute(_SAY, {"of_hours": hours, "value": _UNKNOWN})
        elif hours < last:
            connection.execute(insert(DIGESTS), {"hours": hours, "digest": _UNKNOWN})


def drop(connection: Connection) -> None:
    """Delete all digests."""
    connection.execute(delete(DIGESTS))
