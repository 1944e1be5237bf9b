"""Looking after a store: whether it is sound, whether its clock was right, when it is copied."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import (
    Connection,
    Engine,
    String,
    Table,
    bindparam,
    delete,
    exc,
    func,
    select,
    update,
)

from cards.text.clean import clean_line
from db.card_table import checksums, writer
from db.card_table.note_files import read_again
from db.card_table.rows import read_card
from db.log import events, payloads
from db.records import (
    CardDamage,
    ClockAhead,
    Damage,
    Differs,
    EventDamage,
    FileDamage,
    RowDamage,
)
from db.storage import backup
from db.storage.checksums import of_event
from db.storage.database import Database, StoreError, chunks, file_of, is_corrupt
from db.storage.schema import CARDS, EVENTS, METADATA, NEWER, SECTIONS
from db.storage.statements import Quick

Progress = Callable[[float, str], None]
"""Called with the share that is done, 0 to 1, and what is being done."""

_CHUNK = 10_000
_SPOILT_DIGEST = b""
"""The digest of a card that is to come anew: no text has it."""

_SPOILT = (
    update(CARDS)
    .where(CARDS.c.key.in_(bindparam("keys", expanding=True)))
    .values(digest=_SPOILT_DIGEST)
)
_SEAL = update(EVENTS).where(EVENTS.c.id == bindparam("of_id")).values(checksum=bindparam("sum"))

_AHEAD = Quick(
    select(EVENTS.c.at)
    .where(
        EVENTS.c.id >= bindparam("since"),
        EVENTS.c.at > bindparam("latest"),
        EVENTS.c.kind == "review",
        events.STANDS,
    )
    .order_by(EVENTS.c.id.desc())
    .limit(1)
)
EVERY = timedelta(days=1)
"""How often a store is copied by itself."""
BEFORE_IMPORT = timedelta(minutes=30)
"""How old the newest copy may be when notes are imported."""


def diagnose(
    gate: Database, agrees: Callable[[Connection, Progress], bool] | None, progress: Progress
) -> list[Damage]:
    """Return what is wrong with a store, and let what can be had again come anew.

    `agrees` says whether the derived tables are what follows from the log; None leaves that out.
    """
    found: list[Damage]
    with gate.read() as connection:
        progress(0.0, "Looking through the file")
        if broken := file_damage(connection):
            return [*broken]
        cards = damaged_cards(connection, _part(progress, 0.2, 0.3, "Reading the cards"))
        done = damaged_events(connection, _part(progress, 0.3, 0.5, "Reading the log"))
        others = _damaged_rows(connection)
        found = [*cards.values(), *done, *others]
        if agrees and not found:
            says = "Comparing the log with what follows from it"
            if not agrees(connection, _part(progress, 0.5, 1.0, says)):
                found = [Differs()]
    if cards or others:
        with gate.write() as connection:
            _let_come_anew(connection, cards)
            _mend(connection)
    return found


def _part(progress: Progress, start: float, end: float, says: str) -> Progress:
    return lambda share, _: progress(start + share * (end - start), says)


def file_damage(connection: Connection) -> list[FileDamage]:
    """Return what the database itself finds wrong with its file."""
    if connection.dialect.name != "sqlite":
        return []
    try:
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    except exc.DBAPIError as error:
        if not is_corrupt(error):
            raise
        return [FileDamage(str(error.orig))]
    return [FileDamage(str(line)) for line in found if line != "ok"] + [
        FileDamage(f"{table} row {row} points to a row of {parent} that does not exist")
        for table, row, parent, _ in broken
    ]


def damaged_cards(connection: Connection, progress: Progress) -> dict[int, CardDamage]:
    """Return the cards that are not as they were written, by key."""
    found = {}
    for row in _rows(connection, CARDS, progress):
        if _is_sealed(CARDS, row) or (row["checksum"] is None and _is_card(row)):
            continue
        in_note = row["note_id"] is not None
        found[row["key"]] = CardDamage(_shown(row["id"]), _shown(row["file"]), in_note)
    return found


def damaged_events(connection: Connection, progress: Progress) -> list[EventDamage]:
    """Return the events that are not as they were written."""
    found = []
    columns = [column for column in EVENTS.c if column.name != "checksum"]
    with _raw_rows(connection, [*columns, EVENTS.c.checksum]) as rows:
        for values in _counted(connection, EVENTS, rows, progress):
            *said, checksum = values
            try:
                if checksum == of_event(*said):
                    continue
            except (TypeError, ValueError):
                pass
            readable = _is_event(said)
            if checksum is not None or not readable:
                id, at, _, _, card, *_ = said
                found.append(EventDamage(id, _instant(at), _shown(card or ""), readable))
    return found


def keep_events(connection: Connection, found: Sequence[EventDamage]) -> None:
    """Let events that are not as they were written stand as they are now."""
    columns = [column for column in EVENTS.c if column.name != "checksum"]
    for one in found:
        row = connection.execute(select(*columns).where(EVENTS.c.id == one.id)).one()
        connection.execute(_SEAL, {"of_id": one.id, "sum": of_event(*row)})


def _damaged_rows(connection: Connection) -> list[RowDamage]:
    """Return the tables, other than those of cards and events, with rows that cannot be read."""
    found = []
    for table in METADATA.sorted_tables:
        if table in (CARDS, EVENTS) or not _texts(table):
            continue
        sealed = table in checksums.COVERED
        wrong = any(
            not _is_text(table, row)
            or (sealed and row["checksum"] is not None and not _is_sealed(table, row))
            for row in _rows(connection, table)
        )
        if wrong:
            found.append(RowDamage(table.name, mended=table in (NEWER, SECTIONS)))
    return found


def ahead_of(connection: Connection, now: datetime) -> ClockAhead | None:
    """Return the newest review that is dated more than a day after `now`, None without one.

    Ids rise from such a review on, so that only what came after it is looked at.
    """
    latest = int(1000 * (now + timedelta(days=1)).timestamp())
    row = _AHEAD.one(connection, since=events.first_id(latest), latest=latest)
    return None if row is None else ClockAhead(events.instant(row[0]).astimezone(now.tzinfo).date())


def back_up(engine: Engine, now: datetime, target: Path | None, reason: str = "") -> Path:
    """Write a checked copy and return its path; raises StoreError for a store on a server.

    Only one without a `reason`, which a person asked for, stays for good beside the store.
    """
    path = file_of(engine.url)
    if path is None:
        raise StoreError("Only a store in a file is copied; a server has its own backups.")
    if target is not None:
        return backup.write_copy(engine, target)
    copy = backup.make(engine, path, now, reason)
    backup.thin_out(path)
    return copy


def back_up_if_old(
    engine: Engine, now: datetime, reason: str, age: timedelta = EVERY
) -> Path | None:
    """Copy a store in a file when its newest copy is of that age; return the copy, if any."""
    path = file_of(engine.url)
    if path is None or not path.exists():
        return None
    # Copies that a clock has since been set back behind say nothing of how old the newest is.
    made = (stamp for stamp in backup.copies(path).values() if stamp <= now)
    newest = max(made, default=None)
    if newest is not None and now - newest < age:
        return None
    return back_up(engine, now, None, reason)


def _let_come_anew(connection: Connection, found: dict[int, CardDamage]) -> None:
    """Let the next import of their notes, or a sync, bring the cards anew that are damaged."""
    for keys in chunks(sorted(found)):
        connection.execute(_SPOILT, {"keys": keys})
    read_again(connection, sorted({one.file for one in found.values()}))
    writer.name_texts(connection)


def _mend(connection: Connection) -> None:
    """Put right what other rows say too: names of topics, and texts that a sync brings anew."""
    for key in [row["key"] for row in _rows(connection, NEWER) if not _is_sealed(NEWER, row)]:
        connection.execute(delete(NEWER).where(NEWER.c.key == key))
        writer.name_texts(connection)
    for id in [row["id"] for row in _rows(connection, SECTIONS) if not _is_sealed(SECTIONS, row)]:
        writer.name_section(connection, id)


def _no_progress(_share: float, _says: str) -> None:
    pass


def _rows(
    connection: Connection, table: Table, progress: Progress = _no_progress
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table, with texts that cannot be decoded as far as they can be."""
    names = [column.name for column in table.c]
    with _raw_rows(connection, list(table.c)) as rows:
        for values in _counted(connection, table, rows, progress):
            yield dict(zip(names, values, strict=True))


def _counted(
    connection: Connection, table: Table, rows: Any, progress: Progress
) -> Iterator[Sequence[Any]]:
    total = connection.execute(select(func.count()).select_from(table)).scalar_one()
    rows, number = iter(rows), 0
    while part := list(islice(rows, _CHUNK)):
        progress(number / max(1, total), "")
        yield from part
        number += len(part)


@contextmanager
def _raw_rows(connection: Connection, columns: Sequence[Any]) -> Iterator[Any]:
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        with connection.execute(select(*columns), execution_options={"yield_per": _CHUNK}) as rows:
            yield rows
        return
    driver.text_factory = _decoded
    try:
        with closing(Quick(select(*columns)).run(connection)) as rows:
            yield rows
    finally:
        driver.text_factory = str


def _decoded(text: bytes) -> str:
    return text.decode(errors="surrogateescape")


def _is_sealed(table: Table, row: dict[str, Any]) -> bool:
    return bool(row["checksum"] == checksums.of([row[c.name] for c in checksums.COVERED[table]]))


def _texts(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, String)]


def _is_text(table: Table, row: dict[str, Any]) -> bool:
    try:
        for name in _texts(table):
            (row[name] or "").encode()
    except (UnicodeEncodeError, AttributeError):
        return False
    return True


def _is_card(row: dict[str, Any]) -> bool:
    try:
        card = read_card(row["body"], row["file"], row["line"])
        as_written = row["digest"] in (_SPOILT_DIGEST, writer.digest_of(row["body"]))
    except (StoreError, ValueError):
        return False
    return _is_text(CARDS, row) and as_written and (card.id, card.kind) == (row["id"], row["kind"])


def _is_event(said: Sequence[Any]) -> bool:
    _, at, _, kind, card, _, payload = said
    try:
        kinds = (bytes, int, int, str, str | None, bytes | None, str)
        if not all(isinstance(value, kind) for value, kind in zip(said, kinds, strict=True)):
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
    """Return a text for a sentence, with a sign in the place of what cannot be read of it."""
    data = value if isinstance(value, bytes) else str(value).encode(errors="surrogateescape")
    return clean_line(data.decode(errors="replace"))
