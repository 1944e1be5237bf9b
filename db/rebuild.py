"""Folding the whole log again: every derived table from `events` and `cards` alone."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from db import columns, events, fold, study
from db.events import END, FIRST, Event, Kind
from db.fold import Standing
from db.intake import family_number, read_card
from db.schema import ALIASES, CARDS, DAYS, DERIVED, SCHEDULE
from db.settings import Settings

_CHUNK = 10_000


@dataclass
class _Derived:
    """What the log amounts to, before it is written."""

    standings: dict[int, Standing]
    aliases: list[dict[str, Any]]
    days: dict[tuple[int, int], list[int]]
    records: list[tuple[bytes, bytes]]


def rebuild(connection: Connection, settings: Settings) -> bool:
    """Replace the derived tables by a fold of the log; return whether they were equal before."""
    derived = _derive(connection, settings)
    equal = _equal(connection, derived)
    for table in reversed(DERIVED):
        connection.execute(delete(table))
    _write(connection, derived)
    return equal


def _derive(connection: Connection, settings: Settings) -> _Derived:
    standings, missing, ids = _cards(connection)
    aliases = _aliases(connection, ids)
    owners = _Owners(ids, aliases)
    derived = _Derived(standings, aliases, {}, [])
    for event in events.every(connection):
        key = owners.of(event.card, event.id)
        if key is None:
            continue
        standing = standings[key]
        if event.kind == Kind.REVIEW:
            _count(derived.days, standing, event)
            derived.records.append((event.id, columns.pack(standing, event)))
        fold.apply(standing, event, settings.parameters)
    for key, standing in standings.items():
        fold.settle(standing, missing[key])
    return derived


def _cards(
    connection: Connection,
) -> tuple[dict[int, Standing], dict[int, bool], dict[str, int]]:
    """Return fresh standings and whether the card is missing, by key, and keys by id."""
    standings: dict[int, Standing] = {}
    missing: dict[int, bool] = {}
    ids: dict[str, int] = {}
    query = select(
        CARDS.c.key,
        CARDS.c.id,
        CARDS.c.section,
        CARDS.c.missing,
        CARDS.c.body,
        CARDS.c.file,
        CARDS.c.line,
    )
    for key, id, section, gone, *card in connection.execute(query):
        family = family_number(read_card(*card).family)
        standings[key], missing[key], ids[id] = Standing(key, section, family), bool(gone), key
    return standings, missing, ids


def _aliases(connection: Connection, ids: dict[str, int]) -> list[dict[str, Any]]:
    """Return the rows of `aliases`, found backwards from the ids that cards have now."""
    windows: dict[str, tuple[int, bytes | None]] = {id: (key, None) for id, key in ids.items()}
    rows: list[dict[str, Any]] = []

    def close(id: str, since: bytes) -> int | None:
        if id not in windows:
            return None
        key, until = windows.pop(id)
        rows.append({"key": key, "id": id, "since": since, "until": until})
        return key

    for event in reversed(events.of_kinds(connection, Kind.RELINK)):
        assert event.card is not None
        close(event.card, event.id)  # a later card of the old id owns what came after
        key = close(event.payload["to"], event.id)
        if key is not None:
            windows[event.card] = (key, event.id)
    for id, (_, until) in list(windows.items()):
        if until is not None:
            close(id, FIRST)
    return rows


class _Owners:
    """Which card an event belongs to, as `aliases.owner` says."""

    def __init__(self, ids: dict[str, int], aliases: list[dict[str, Any]]) -> None:
        self._ids = ids
        self._windows: dict[str, list[tuple[bytes, bytes, int]]] = {}
        for row in aliases:
            window = (row["since"], row["until"] or END, row["key"])
            self._windows.setdefault(row["id"], []).append(window)

    def of(self, card: str | None, event: bytes) -> int | None:
        if card is None:
            return None
        windows = self._windows.get(card)
        if windows is None:
            return self._ids.get(card)
        return next((key for since, until, key in windows if since <= event < until), None)


def _count(days: dict[tuple[int, int], list[int]], before: Standing, event: Event) -> None:
    row = study.counted(before, event, +1)
    counts = days.setdefault((row["day"], row["section"]), [0, 0, 0, 0])
    for at, name in enumerate(study.COUNTED):
        counts[at] += row[name]


def _write(connection: Connection, derived: _Derived) -> None:
    for table, rows in (
        (SCHEDULE, [standing.as_row() for standing in derived.standings.values()]),
        (ALIASES, derived.aliases),
        (
            DAYS,
            [
                {"day": day, "section": section, **dict(zip(study.COUNTED, counts, strict=True))}
                for (day, section), counts in derived.days.items()
            ],
        ),
    ):
        for start in range(0, len(rows), _CHUNK):
            connection.execute(insert(table), rows[start : start + _CHUNK])
    columns.write_all(connection, derived.records)


def _equal(connection: Connection, derived: _Derived) -> bool:
    """Whether the tables hold just what was derived; the order of records does not matter."""
    schedule = {
        standing.key: standing
        for standing in (Standing(*row) for row in connection.execute(study.STANDINGS))
    }
    aliases = {tuple(row) for row in connection.execute(select(ALIASES))}
    days = {
        (row.day, row.section): [getattr(row, name) for name in study.COUNTED]
        for row in connection.execute(select(DAYS).where(DAYS.c.answers != 0))
    }
    return (
        schedule == derived.standings
        and aliases == {tuple(row[c.name] for c in ALIASES.c) for row in derived.aliases}
        and days == derived.days
        and columns.sorted_records(columns.read_all(connection))
        == columns.sorted_records(b"".join(record for _, record in derived.records))
    )
