"""Folding the whole log again: every derived table from `events` and `cards` alone."""

import math
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from sqlalchemy import Connection, delete, func, insert, inspect, select, update

from cards.scheduling.batch import fold as fold_log
from cards.scheduling.options import Options
from db.card_table import renames
from db.card_table.rows import read_card
from db.card_table.writer import family_number
from db.log import aliases, events, relinks, settings, tip
from db.log.events import Event, Kind
from db.log.settings import Settings
from db.projections import card_columns, card_state, counts, memories, schedule
from db.projections import review_columns as columns
from db.projections.card_state import CardState
from db.storage.database import chunks
from db.storage.schema import CARDS, DAYS, DERIVED, METADATA, MISCONCEPTIONS, SCHEDULE

_CHUNK = 10_000


@dataclass
class _Derived:
    """What the log amounts to, before it is written."""

    states: dict[int, CardState]
    aliases: list[aliases.Row]
    days: dict[tuple[int, int], list[int]]
    records: columns.Packed
    misconceptions: Counter[tuple[int, str, int]]


def rebuild(connection: Connection, current: Settings) -> bool:
    """Fold the log, and return whether the derived tables were equal; if not, replace them.

    Tables that are not there are made. Stability and difficulty count as equal within 1e-9: the
    whole log is folded in numpy.
    """
    whole = _make_missing(connection)
    derived = _derive(connection, current)
    if _equal(connection, derived):
        return whole
    _mark_retagged(connection, derived.states)
    for table in reversed(DERIVED):
        connection.execute(delete(table))
    _write(connection, derived)
    card_columns.compact(connection)
    return False


def rebuild_stale(connection: Connection, options: Options) -> None:
    """Fold the log of a store that a migration marked as stale."""
    renames.follow(connection)
    rebuild(connection, settings.load(connection, options, 0))
    tip.mark_folded(connection)


def _mark_retagged(connection: Connection, states: dict[int, CardState]) -> None:
    """Let the index of words have the cards anew whose tags will be others."""
    tagged = select(SCHEDULE.c.key, SCHEDULE.c.tags).where(SCHEDULE.c.tags != "")
    before = {(key, tags) for key, tags in connection.execute(tagged)}
    after = {(key, state.tags) for key, state in states.items() if state.tags}
    for keys in chunks(sorted({key for key, _ in before ^ after})):
        connection.execute(update(CARDS).where(CARDS.c.key.in_(keys)).values(indexed=False))


def _make_missing(connection: Connection) -> bool:
    """Make the derived tables that are not there; return whether there were all of them.

    The index of words is made with them, and filled by the next search for a word.
    """
    wanted = {"words", *(table.name for table in DERIVED)}
    if wanted <= set(inspect(connection).get_table_names()):
        return True
    connection.exec_driver_sql("DROP TABLE IF EXISTS words")
    METADATA.create_all(connection)
    return False


def _derive(connection: Connection, current: Settings) -> _Derived:
    states, missing, ids = _cards(connection)
    found = aliases.rows(relinks.every(connection), ids)
    owners = aliases.Owners(found, ids)
    derived = _Derived(states, found, {}, columns.Packed(), Counter())
    keys, days, ratings = log = array("i"), array("i"), array("b")
    known: set[int] = set()
    for event in events.every(connection):
        key = owners.of(event)
        if key is None:
            continue
        state = states[key]
        if event.kind == Kind.REVIEW:
            said = event.payload
            _count(derived.days, state, event)
            derived.records.add(event.id, columns.pack(state, event))
            keys.append(key)
            days.append(said["day"])
            ratings.append(said["rating"])
            if says := said.get("misconception"):
                derived.misconceptions[key, says, said["day"]] += 1
        if event.kind == Kind.MEMORY:
            known.add(key)
        card_state.apply(state, event, None)
    _remember(states, log, current.parameters)
    _remember_known(connection, states, known, ids, current.parameters)
    for key, state in states.items():
        card_state.settle(state, missing[key])
    return derived


def _remember(
    states: dict[int, CardState], log: "tuple[array[int], ...]", parameters: Sequence[float]
) -> None:
    """Put stability and difficulty into the states; `log` is all keys, days and ratings."""
    key, day, rating = (np.asarray(column) for column in log)
    folded = fold_log(key, day, rating, parameters)
    found = zip(
        folded.card.tolist(), folded.stability.tolist(), folded.difficulty.tolist(), strict=True
    )
    for card, stability, difficulty in found:
        states[card].stability, states[card].difficulty = stability, difficulty


def _remember_known(
    connection: Connection,
    states: dict[int, CardState],
    known: set[int],
    ids: dict[str, int],
    parameters: Sequence[float],
) -> None:
    """Put in the memories of cards that another program knew; the batch begins at none."""
    for id, key in ids.items():
        if key in known:
            folded = memories.one(connection, key, id, parameters)
            states[key].stability, states[key].difficulty = folded


def _cards(
    connection: Connection,
) -> tuple[dict[int, CardState], dict[int, bool], dict[str, int]]:
    """Return fresh states and whether the card is missing, by key, and keys by id."""
    states: dict[int, CardState] = {}
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
    rows = connection.execute(query, execution_options={"yield_per": _CHUNK})
    for key, id, section, gone, *card in rows:
        family = family_number(read_card(*card).family)
        states[key], missing[key], ids[id] = CardState(key, section, family), bool(gone), key
    return states, missing, ids


def _count(days: dict[tuple[int, int], list[int]], before: CardState, event: Event) -> None:
    row = counts.counted(before, event, +1)
    totals = days.setdefault((row["day"], row["section"]), [0, 0, 0, 0])
    for at, name in enumerate(counts.COUNTED):
        totals[at] += row[name]


def _write(connection: Connection, derived: _Derived) -> None:
    for table, rows in (
        (
            SCHEDULE,
            (state.as_row() | {"dirty": True} for state in derived.states.values()),
        ),
        (
            MISCONCEPTIONS,
            (
                {"key": key, "says": says, "day": day, "times": times}
                for (key, says, day), times in derived.misconceptions.items()
            ),
        ),
        (
            DAYS,
            (
                {"day": day, "section": section, **dict(zip(counts.COUNTED, totals, strict=True))}
                for (day, section), totals in derived.days.items()
            ),
        ),
    ):
        while part := list(islice(rows, _CHUNK)):
            connection.execute(insert(table), part)
    aliases.write(connection, derived.aliases)
    derived.records.write(connection)


def _equal(connection: Connection, derived: _Derived) -> bool:
    """Whether the tables hold just what was derived; the order of records does not matter."""
    hits = {
        (row.key, row.says, row.day): row.times
        for row in connection.execute(select(MISCONCEPTIONS).where(MISCONCEPTIONS.c.times != 0))
    }
    days = {
        (row.day, row.section): [getattr(row, name) for name in counts.COUNTED]
        for row in connection.execute(select(DAYS).where(DAYS.c.answers != 0))
    }
    return (
        _schedule_agrees(connection, derived.states)
        and hits == derived.misconceptions
        and _pages_agree(connection)
        and set(aliases.stored(connection)) == set(derived.aliases)
        and days == derived.days
        and derived.records.equals(connection)
    )


def _schedule_agrees(connection: Connection, states: dict[int, CardState]) -> bool:
    """Whether the schedule holds just these states."""
    rows = connection.execute(schedule.STATES, execution_options={"yield_per": _CHUNK})
    stored = (CardState(*row) for row in rows)
    same = sum(one.key in states and _same(one, states[one.key]) for one in stored)
    count = connection.execute(select(func.count()).select_from(SCHEDULE)).scalar_one()
    return same == len(states) == count


def _same(one: CardState, other: CardState) -> bool:
    """Whether two states are equal, stability and difficulty within 1e-9."""
    for name in ("stability", "difficulty"):
        a, b = getattr(one, name), getattr(other, name)
        if a is not None and b is not None and math.isclose(a, b, rel_tol=1e-9):
            setattr(one, name, b)
    return one == other


def _pages_agree(connection: Connection) -> bool:
    """Whether the packed cards, newer rows put in, are those of the schedule."""
    pages, newer = card_columns.read_all(connection)
    return card_columns.overlaid(pages, newer) == card_columns.pack_all(connection)
