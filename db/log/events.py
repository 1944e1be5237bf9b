"""The log: every event in order, never changed and never deleted.

Payloads, by kind (a key without a value is absent):

- review: day, rating, state, step, due (day), due_at (ms, for steps of minutes),
  parameters (id), predicted, seconds, grade, outcome, misconception, suggested, variant, typed,
  hinted
- withdrawal: nothing; `target` is the event taken back
- suspend, unsuspend, unbury, reset (the card is new again): nothing
- bury: day · set_due: day · tag: add, remove
- memory: day, due, stability, difficulty: a card's memory in another program, without a log
- relink: to (the card's new id), after (hex id of the last re-link from or to its id before)
- apart: other (the id of a new card that is not this missing one)
- settings: deck, name, value · parameters: id, values
- more: day, new, due (cards beyond that day's limits), decks (a list; absent: every limit)
- quiz: the paper · import: file and counts
"""

import os
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from itertools import repeat
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, exists, func, insert, literal_column, select
from sqlalchemy.sql import Select

from db.storage import checksums
from db.storage.database import attached, insert_rows, without
from db.storage.errors import EventUnreadable
from db.storage.schema import EVENTS
from db.storage.statements import Compiled


class Kind(StrEnum):
    """The kinds of events."""

    REVIEW = "review"
    WITHDRAWAL = "withdrawal"
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    BURY = "bury"
    UNBURY = "unbury"
    SET_DUE = "set_due"
    TAG = "tag"
    MEMORY = "memory"
    RESET = "reset"
    RELINK = "relink"
    APART = "apart"
    SETTINGS = "settings"
    PARAMETERS = "parameters"
    MORE = "more"
    QUIZ = "quiz"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the log; `at` in ms since 1970 UTC, `offset` in minutes east of UTC."""

    id: bytes
    at: int
    offset: int
    kind: str
    card: str | None = None
    target: bytes | None = None
    payload: dict[str, Any] = field(default_factory=dict)


_COLUMNS = (
    EVENTS.c.id,
    EVENTS.c.at,
    EVENTS.c.offset,
    EVENTS.c.kind,
    EVENTS.c.card,
    EVENTS.c.target,
    EVENTS.c.payload,
)
NAMES = tuple(column.name for column in EVENTS.c)
"""The columns of a row, its checksum last."""
_OF_REVIEW = ("id", "at", "offset", "card", "payload", "checksum")
"""The columns in which reviews differ."""

Row = tuple[bytes, int, int, str, str | None, bytes | None, str]
"""An event as its table has it, but for the checksum."""

Part = Sequence[Sequence[Any]]
"""Some rows of the log, one after the other, each with its checksum last."""

_LAST = Compiled(select(EVENTS.c.id).order_by(EVENTS.c.id.desc()).limit(1))
_INSERT = insert(EVENTS)
_APPEND = Compiled(_INSERT)
_withdrawal = EVENTS.alias("withdrawal")
STANDS = ~exists().where(_withdrawal.c.target == EVENTS.c.id)
_OF_CARD = Compiled(
    select(*_COLUMNS)
    .where(
        EVENTS.c.card == bindparam("card"),
        EVENTS.c.id >= bindparam("since"),
        EVENTS.c.id < bindparam("until"),
        STANDS,
    )
    .order_by(EVENTS.c.id)
)
_REVIEWS_BACK = (
    select(*_COLUMNS).where(EVENTS.c.kind == "review", STANDS).order_by(EVENTS.c.id.desc())
)
_REVIEW = Compiled(
    select(*_COLUMNS).where(EVENTS.c.id == bindparam("id"), EVENTS.c.kind == "review", STANDS)
)
_ALL: Select[*tuple[Any, ...]] = select(*_COLUMNS).where(STANDS).order_by(EVENTS.c.id)

_EVERY_ROW = select(*_COLUMNS).order_by(EVENTS.c.id)
_SEALED_ROWS = select(*_COLUMNS, EVENTS.c.checksum).order_by(EVENTS.c.id)
_SEALED = Compiled(_SEALED_ROWS)
_PART = 256
"""Rows read at once: as many as stay in a processor's cache."""
_TAKEN_BACK = select(EVENTS.c.target).where(EVENTS.c.target.is_not(None))

RARE = EVENTS.c.kind != literal_column("'review'")  # as in the index events_rare
FIRST, END = bytes(16), b"\xff" * 16
"""Ids before and after every event."""


def first_id(milliseconds: int) -> bytes:
    """Return a lower bound of all ids from an instant on; ids begin with UTC milliseconds."""
    return (milliseconds << 80).to_bytes(16)


def new_id(milliseconds: int, last: bytes | None) -> bytes:
    """Return a UUIDv7 (RFC 9562 §5.7) that sorts after `last`, even when the clock was set back."""
    head = milliseconds << 16 | 0x7000
    if last is not None:
        after = int.from_bytes(last[:8])
        if head <= after:
            # Count on in the 12 bits of rand_a, then in the milliseconds.
            head = after + 1 if after & 0xFFF != 0xFFF else ((after >> 16) + 1) << 16 | 0x7000
    tail = int.from_bytes(os.urandom(8)) >> 2 | 1 << 63
    return head.to_bytes(8) + tail.to_bytes(8)


def last_id(connection: Connection) -> bytes | None:
    """Return the id of the newest event."""
    row = _LAST.one(connection)
    return row[0] if row is not None else None


def know_cards(connection: Connection) -> bool:
    """Whether the log has any event of a card, or any withdrawal."""
    conditions = EVENTS.c.card.is_not(None), EVENTS.c.target.is_not(None)
    queries = [select(EVENTS.c.id).where(condition).limit(1) for condition in conditions]
    return any(connection.execute(query).first() is not None for query in queries)


def count(connection: Connection) -> int:
    """Return how many events there are."""
    number: int = connection.execute(select(func.count()).select_from(EVENTS)).scalar_one()
    return number


def append(
    connection: Connection,
    kind: Kind,
    now: datetime,
    card: str | None = None,
    target: bytes | None = None,
    payload: dict[str, Any] | None = None,
    last: bytes | None = None,
) -> Event:
    """Add an event at `now`, an instant in the person's zone, and return it.

    `last` is the id of the newest event, where the caller has just read it.
    """
    at = int(now.timestamp() * 1000)
    offset = now.utcoffset()
    assert offset is not None, "an event needs an instant with a time zone"
    event = Event(
        new_id(at, last or last_id(connection)),
        at,
        round(offset.total_seconds() / 60),
        kind.value,
        card,
        target,
        payload or {},
    )
    _APPEND.run(connection, **as_row(event))
    return event


def many_added(connection: Connection) -> AbstractContextManager[None]:
    """Drop the index of cards while very many events are added, and make it again at the end."""
    return without(
        connection, [index for index in EVENTS.indexes if index.name == "events_of_card"]
    )


def add_rows(connection: Connection, rows: Sequence[Row]) -> None:
    """Add rows of events; `digests.forget` must be told their ids afterwards."""
    if rows:
        sums = checksums.of_events(rows)
        sealed = [(*row, checksum) for row, checksum in zip(rows, sums, strict=True)]
        _APPEND.many(connection, NAMES, sealed)


def add_reviews(
    connection: Connection,
    ids: Sequence[bytes],
    at: Sequence[int],
    offset: Sequence[int],
    cards: Sequence[str],
    payloads: Sequence[str],
) -> None:
    """Add reviews, column by column; `digests.forget` must be told their ids afterwards."""
    kind = Kind.REVIEW.value
    sums = checksums.of_events(zip(ids, at, offset, repeat(kind), cards, repeat(None), payloads))
    sealed = list(zip(ids, at, offset, cards, payloads, sums, strict=True))
    insert_rows(connection, EVENTS, _OF_REVIEW, sealed, {"kind": kind, "target": None})


def take_over(connection: Connection, path: Path) -> None:
    """Add all events of another log, an SQLite file, to one that has few of its own.

    SQLite copies a whole table, with its indexes, into an empty one of the same columns, in a tenth
    of the time that it takes to make the indexes.
    """
    own = [tuple(row) for row in connection.execute(_SEALED_ROWS)]
    connection.execute(delete(EVENTS))
    other = attached(connection, path)
    alike = all(
        tuple(connection.exec_driver_sql(f"SELECT * FROM {log}.events LIMIT 0").keys()) == NAMES  # noqa: S608
        for log in ("main", other)
    )
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(map(quote, NAMES))
    into, what = ("", "*") if alike else (f" ({names})", names)
    connection.exec_driver_sql(f"INSERT INTO main.events{into} SELECT {what} FROM {other}.events")  # noqa: S608
    _APPEND.many(connection, NAMES, own)


def as_row(event: Event) -> dict[str, Any]:
    """Return the values of an event's row."""
    values = _row(event)
    return dict(zip(NAMES, (*values, checksums.of_event(*values)), strict=True))


def _row(event: Event) -> Row:
    payload = payload_text(event.payload)
    return event.id, event.at, event.offset, event.kind, event.card, event.target, payload


def payload_text(payload: Mapping[str, Any]) -> str:
    """Return a payload as JSON, as the table has it."""
    return orjson.dumps(payload, option=orjson.OPT_NON_STR_KEYS).decode()


def of_card(
    connection: Connection, card: str, since: bytes = FIRST, until: bytes = END
) -> list[Event]:
    """Return the events of a card's id that stand, oldest first."""
    rows = _OF_CARD.run(connection, card=card, since=since, until=until).fetchall()
    return [event_of(row) for row in rows]


def of_kinds(connection: Connection, *kinds: Kind) -> list[Event]:
    """Return all events of the given kinds, reviews excepted, that were not taken back."""
    rows = connection.execute(_ALL.where(EVENTS.c.kind.in_([kind.value for kind in kinds]), RARE))
    return [event_of(row) for row in rows]


def every(connection: Connection, chunk: int = 10_000) -> Iterator[Event]:
    """Yield the whole log in order, withdrawn events and withdrawals left out."""
    rows = connection.execute(
        _ALL.where(EVENTS.c.kind != Kind.WITHDRAWAL.value), execution_options={"yield_per": chunk}
    )
    for row in rows:
        yield event_of(row)


def parts(connection: Connection) -> Generator[Part]:
    """Yield the rows of all events with their checksums, in order, as the driver has them."""
    if connection.dialect.name == "sqlite":
        rows = _SEALED.run(connection)
    else:  # its driver would read all of them at once
        rows = connection.execute(_SEALED_ROWS, execution_options={"yield_per": 10_000})
    with closing(rows):
        while part := rows.fetchmany(_PART):
            yield part


def standing(connection: Connection, parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts of the log without the events that were taken back."""
    gone = set(connection.execute(_TAKEN_BACK).scalars())
    for part in parts:
        yield [row for row in part if row[0] not in gone] if gone else part


def raw(connection: Connection) -> Iterator[Event]:
    """Yield all events in order, withdrawn events and withdrawals too."""
    rows = connection.execute(_EVERY_ROW, execution_options={"yield_per": 10_000})
    for row in rows:
        yield event_of(row)


def reviews_back(connection: Connection) -> Generator[Event]:
    """Yield the reviews that were not taken back, newest first."""
    with connection.execute(_REVIEWS_BACK, execution_options={"yield_per": 100}) as rows:
        for row in rows:
            yield event_of(row)


def review(connection: Connection, id: bytes) -> Event | None:
    """Return the review of an id, None when it was taken back."""
    row = _REVIEW.one(connection, id=id)
    return event_of(row) if row is not None else None


def imports(connection: Connection) -> list[tuple[int, int]]:
    """Return when imports were made (ms since 1970) and where (minutes east of UTC), in order."""
    query = select(EVENTS.c.at, EVENTS.c.offset).where(EVENTS.c.kind == Kind.IMPORT.value, RARE)
    return sorted((at, offset) for at, offset in connection.execute(query))


def instant(milliseconds: int) -> datetime:
    """Return an event's time as an aware UTC instant."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def local(event: Event) -> datetime:
    """Return an event's time as an aware instant in the zone in which it happened."""
    return instant(event.at).astimezone(timezone(timedelta(minutes=event.offset)))


def event_of(row: Sequence[Any]) -> Event:
    """Return the event of a row, all columns in their order."""
    id, at, offset, kind, card, target, payload = row
    try:
        content = orjson.loads(payload)
    except ValueError as error:
        raise EventUnreadable(id) from error
    return Event(id, at, offset, kind, card, target, content)
