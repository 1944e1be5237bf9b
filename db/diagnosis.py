"""Diagnosing a store: its file, its indexes, rows that changed after they were written.

The log is read once: each part of it is checked, and folded to be compared with the derived tables.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime
from functools import partial
from operator import itemgetter
from sqlite3 import OperationalError
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    Column,
    Connection,
    String,
    Table,
    bindparam,
    delete,
    exc,
    inspect,
    select,
    update,
)

from cards.text.clean import clean_line
from db.card_table import checksums, writer
from db.card_table.note_files import read_again
from db.card_table.rows import read_card
from db.log import events, payloads
from db.log.events import Kind, Part
from db.records import CardDamage, Damage, Differs, EventDamage, FileDamage, RowDamage
from db.storage.checksums import of_event, of_events
from db.storage.database import Database, StoreError, chunks, is_corrupt
from db.storage.schema import CARDS, EVENTS, METADATA, NEWER, REBUILT, SECTIONS
from db.storage.statements import Compiled

Progress = Callable[[float, str], None]
"""Called with the share that is done, 0 to 1, and what is being done."""
Agrees = Callable[[Connection, Iterable[Part]], bool]
"""Whether the derived tables follow from the log, given its parts in order."""
T = TypeVar("T")

_REPORT_EVERY = 10_000
"""Events between two reports of progress."""
_SPOILT_DIGEST = b""
"""The digest of a damaged card, which no text has: an import or a sync writes it again."""

_SPOILT = (
    update(CARDS)
    .where(CARDS.c.key.in_(bindparam("keys", expanding=True)))
    .values(digest=_SPOILT_DIGEST)
)
_REVIEW = Kind.REVIEW.value
_RARE = Compiled(select(EVENTS).where(events.RARE))
_SEAL = update(EVENTS).where(EVENTS.c.id == bindparam("of_id")).values(checksum=bindparam("sum"))


def diagnose(database: Database, agrees: Agrees | None, progress: Progress) -> list[Damage]:
    """Return the damage of a store, and mark the cards that an import or sync can bring again.

    Without `agrees` the derived tables are not compared with the log.
    """
    with database.read() as connection:
        progress(0.0, "Looking through the file")
        whole = set(REBUILT) <= set(inspect(connection).get_table_names())
        if broken := _file_damage(connection, keys=whole):
            return [*broken]
        if not whole:  # a rebuild makes them, and needs no more
            return [Differs()] if agrees else []
        progress(0.2, "Reading the cards")
        cards = _decoded(connection, partial(_damaged_cards, connection))
        others = _damaged_tables(connection)
        log = _Log(connection, lambda share: progress(0.3 + 0.6 * share, "Reading the log"))
        same = log.check(agrees if not cards and not others else None)
        if broken := log.differing_indexes():
            return [*broken]
    if cards or others:
        with database.write() as connection:
            _mark_spoilt(connection, cards)
            _mend(connection)
    found: list[Damage] = [*cards.values(), *log.damage, *others]
    return found if found or same else [Differs()]


def _file_damage(connection: Connection, *, keys: bool) -> list[FileDamage]:
    """Return the damage that SQLite finds in its file, but for the indexes of the log.

    Without `keys` foreign keys are not checked. SQLite would look up each event in each index of
    the log, which takes most of the time of a whole check.
    """
    if connection.dialect.name != "sqlite":
        return []

    def run(pragma: str) -> list[Any]:
        return list(connection.exec_driver_sql(f"PRAGMA {pragma}").all())

    try:
        found = run("quick_check")
        tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
        for (name,) in connection.exec_driver_sql(tables).all():
            if name != EVENTS.name:
                quoted = connection.dialect.identifier_preparer.quote_identifier(name)
                found += run(f"integrity_check({quoted})")
        broken = run("foreign_key_check") if keys else []
    except exc.DBAPIError as error:
        if not is_corrupt(error):
            raise
        return [FileDamage(str(error.orig))]
    return [FileDamage(str(line)) for (line,) in found if line != "ok"] + [
        FileDamage(f"{table} row {row} points to a row of {parent} that does not exist")
        for table, row, parent, _ in broken
        if parent != SECTIONS.name  # cards say what it was
    ]


class _Log:
    """The log, read once from its beginning to its end."""

    def __init__(self, connection: Connection, progress: Callable[[float], None]) -> None:
        self.damage: list[EventDamage] = []
        """The damaged events."""
        self._connection, self._progress = connection, progress
        self._sums = dict.fromkeys(_INDEXES, 0)
        """What the entries of each index must add up to."""

    def check(self, agrees: Agrees | None) -> bool:
        """Check every event; return whether `agrees` holds of those before the first damage.

        It reads options and re-links itself, so it is not called where these are damaged.
        """
        if _decoded(self._connection, partial(_damaged_rare_events, self._connection)):
            agrees = None
        try:
            with closing(self._sound()) as parts:
                same = agrees is None or agrees(self._connection, parts)
                for _ in parts:  # the parts that `agrees` did not read are checked as well
                    pass
        except OperationalError:
            self.damage.clear()
            with _as_far_as_it_can_be_decoded(self._connection):
                for _ in self._sound():
                    pass
            if not self.damage:
                raise  # the error was not about a text that cannot be decoded
            return False
        return same

    def _sound(self) -> Generator[Part]:
        """Yield the parts before the first damage; check all of them."""
        total, number, next_report = events.count(self._connection), 0, 0
        self._sums = dict.fromkeys(_INDEXES, 0)
        with closing(events.parts(self._connection)) as log:
            for part in log:
                if number >= next_report:
                    self._progress(number / max(1, total))
                    next_report = number + _REPORT_EVERY
                number += len(part)
                self._look_through(part)
                if not self.damage:
                    yield part

    def _look_through(self, part: Part) -> None:
        try:
            right = of_events(part) == [row[-1] for row in part]
        except (TypeError, UnicodeEncodeError):
            right = False
        if not right:
            self.damage += _damaged_events(part)
        self._sums["events_of_card"] += sum(map(hash, map(_CARD_AND_ID, part)))
        for row in part:
            if row[3] != _REVIEW:
                self._sums["events_rare"] += hash((row[3], row[0]))
                if row[5] is not None:
                    self._sums["events_target"] += hash((row[5], row[0]))

    def differing_indexes(self) -> list[FileDamage]:
        """Return the indexes that differ from the log as it was read."""
        if self._connection.dialect.name != "sqlite":
            return []
        query = "SELECT name FROM sqlite_schema WHERE type = 'index'"
        there = set(self._connection.exec_driver_sql(query).scalars())
        return [
            FileDamage(f"the index {name} is not that of its table")
            for name in sorted(there & _INDEXES.keys())
            if self._sum_of(name) != self._sums[name]
        ]

    def _sum_of(self, index: str) -> int:
        column, where = _INDEXES[index]
        query = f"SELECT {column}, id FROM events INDEXED BY {index} WHERE {where}"  # noqa: S608
        driver = self._connection.connection.driver_connection
        assert driver is not None
        with closing(driver.execute(query)) as entries:
            return sum(map(hash, entries))


_INDEXES = {
    "events_of_card": ("card", "TRUE"),
    "events_rare": ("kind", f"kind <> '{_REVIEW}'"),
    "events_target": ("target", "target IS NOT NULL"),
}
"""The indexes of the log: the column before the ids, and of which events each one is."""
_CARD_AND_ID = itemgetter(4, 0)


def _damaged_rare_events(connection: Connection) -> list[EventDamage]:
    return list(_damaged_events(_RARE.all(connection)))


def _damaged_events(part: Part) -> Iterator[EventDamage]:
    for row in part:
        *values, checksum = row
        try:
            if checksum == of_event(*values):
                continue
        except (TypeError, ValueError):
            pass
        readable = _is_event(values)
        if checksum is not None or not readable:
            id, at, _, _, card, *_ = values
            yield EventDamage(id, _instant(at), _shown(card or ""), readable)


def keep_events(connection: Connection, damaged: Sequence[EventDamage]) -> None:
    """Accept damaged events as they are now, with new checksums."""
    columns = [column for column in EVENTS.c if column.name != "checksum"]
    for event in damaged:
        row = connection.execute(select(*columns).where(EVENTS.c.id == event.id)).one()
        connection.execute(_SEAL, {"of_id": event.id, "sum": of_event(*row)})


def _damaged_cards(connection: Connection) -> dict[int, CardDamage]:
    """Return the cards whose checksums are wrong, by key."""
    damaged = {}
    names = [column.name for column in checksums.COVERED[CARDS]]
    with _sealed_rows(connection, CARDS) as rows:
        for values in rows:
            if _is_sealed(CARDS, values):
                continue
            row = dict(zip(names, values, strict=False))
            if values[-1] is None and _is_card(row):
                continue
            in_note = row["note_id"] is not None
            damaged[row["key"]] = CardDamage(_shown(row["id"]), _shown(row["file"]), in_note)
    return damaged


def _damaged_tables(connection: Connection) -> list[RowDamage]:
    """Return the tables, other than those of cards and events, with rows that cannot be read."""
    return [
        RowDamage(table.name, mended=table in (NEWER, SECTIONS))
        for table in METADATA.sorted_tables
        if table not in (CARDS, EVENTS)
        and (
            _decoded(connection, partial(_is_damaged, connection, table))
            or (table is SECTIONS and writer.lost_sections(connection))
        )
    ]


def _is_damaged(connection: Connection, table: Table) -> bool:
    texts = [column for column in table.columns if isinstance(column.type, String)]
    if not texts:
        return False
    with _rows(connection, texts) as rows:
        if not all(map(_are_texts, rows)):
            return True
    return table in checksums.COVERED and bool(_unsealed(connection, table))


def _unsealed(connection: Connection, table: Table) -> list[Any]:
    """Return the keys of the rows of a table whose checksums are wrong."""
    with _sealed_rows(connection, table) as rows:
        return [row[0] for row in rows if row[-1] is not None and not _is_sealed(table, row)]


def _mark_spoilt(connection: Connection, damaged: dict[int, CardDamage]) -> None:
    """Mark damaged cards, so that the next import of their notes, or a sync, writes them again."""
    for keys in chunks(sorted(damaged)):
        connection.execute(_SPOILT, {"keys": keys})
    read_again(connection, sorted({card.file for card in damaged.values()}))
    writer.name_texts(connection)


def _mend(connection: Connection) -> None:
    """Mend rows that others imply: sections by their cards, and texts that a sync brings again."""
    for key in _decoded(connection, partial(_unsealed, connection, NEWER)):
        connection.execute(delete(NEWER).where(NEWER.c.key == key))
        writer.name_texts(connection)
    for id in _decoded(connection, partial(_unsealed, connection, SECTIONS)):
        writer.name_section(connection, id)
    for id in writer.lost_sections(connection):
        writer.bring_section_back(connection, id)


def _decoded(connection: Connection, read: Callable[[], T]) -> T:
    """Return the result of `read`; texts that cannot be decoded are read with surrogates."""
    try:
        return read()
    except OperationalError:
        with _as_far_as_it_can_be_decoded(connection):
            return read()


@contextmanager
def _as_far_as_it_can_be_decoded(connection: Connection) -> Iterator[None]:
    """Let the driver put surrogates in the place of bytes that are no UTF-8."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.text_factory = lambda text: text.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def _sealed_rows(connection: Connection, table: Table) -> AbstractContextManager[Any]:
    """Return the rows of a table: the columns that its checksum covers, then the checksum."""
    return _rows(connection, [*checksums.COVERED[table], table.c.checksum])


@contextmanager
def _rows(connection: Connection, columns: Sequence[Column[Any]]) -> Iterator[Any]:
    if connection.dialect.name == "sqlite":
        with closing(Compiled(select(*columns)).run(connection)) as rows:
            yield rows
    else:  # its driver would read all of them at once, and knows true from 1
        with connection.execute(select(*columns), execution_options={"yield_per": 10_000}) as rows:
            yield ([int(value) if type(value) is bool else value for value in row] for row in rows)


def _is_sealed(table: Table, row: Sequence[Any]) -> bool:
    try:
        return bool(row[-1] == checksums.of(table, row[:-1]))
    except TypeError:
        return False


def _are_texts(values: Sequence[Any]) -> bool:
    try:
        for value in values:
            (value or "").encode()
    except (UnicodeEncodeError, AttributeError):
        return False
    return True


def _is_card(row: dict[str, Any]) -> bool:
    try:
        card = read_card(row["body"], row["file"], row["line"])
        as_written = row["digest"] in (_SPOILT_DIGEST, writer.digest_of(row["body"]))
    except (StoreError, ValueError):
        return False
    texts = [row[column.name] for column in CARDS.c if isinstance(column.type, String)]
    return _are_texts(texts) and as_written and (card.id, card.kind) == (row["id"], row["kind"])


def _is_event(values: Sequence[Any]) -> bool:
    _, at, _, kind, card, _, payload = values
    try:
        types = (bytes, int, int, str, str | None, bytes | None, str)
        if not all(isinstance(value, type_) for value, type_ in zip(values, types, strict=True)):
            return False
        f"{kind}{card}".encode()
        events.instant(at)
        payload = orjson.loads(payload)
    except (ValueError, OverflowError, OSError):
        return False
    return isinstance(payload, dict) and payloads.fits(kind, payload)


def _instant(at: object) -> datetime | None:
    try:
        return events.instant(at).astimezone() if isinstance(at, int) else None
    except (ValueError, OverflowError, OSError):
        return None


def _shown(value: Any) -> str:
    """Return a text for a sentence, with a sign in the place of bytes that cannot be read."""
    data = value if isinstance(value, bytes) else str(value).encode(errors="surrogateescape")
    return clean_line(data.decode(errors="replace"))
