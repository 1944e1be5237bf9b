"""Rebuilding every derived table from `events` and `cards` alone."""

import math
from collections.abc import Iterable, Sequence
from contextlib import closing
from operator import attrgetter

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder
from sqlalchemy import Connection, delete, func, inspect, select, update

from cards.packed import family_number
from cards.scheduling.options import Options
from db.card_table import renames
from db.log import aliases, digests, events, relinks, settings, tip
from db.log.events import Part
from db.log.settings import Settings
from db.projections import card_columns, counts, schedule, word_index
from db.projections.card_state import CardState
from db.projections.replay import Arriving, Replay, replay
from db.storage.database import chunks, insert_rows, without
from db.storage.errors import CardUnreadable
from db.storage.schema import CARDS, DAYS, DERIVED, MISCONCEPTIONS, REBUILT, SCHEDULE
from db.storage.statements import Compiled

_CHUNK = 10_000


class _Body(Struct, gc=False):
    """The part of a card's JSON that the schedule needs."""

    family: str


_BODY = Decoder(_Body).decode
_CARDS = Compiled(
    select(
        CARDS.c.key,
        CARDS.c.id,
        CARDS.c.section,
        CARDS.c.missing,
        CARDS.c.body,
        CARDS.c.file,
        CARDS.c.line,
    )
)


def rebuild(connection: Connection, current: Settings) -> bool:
    """Fold the log, and return whether the derived tables were equal; if not, replace them.

    Tables that are not there are made. Stability and difficulty count as equal within 1e-9: the
    whole log is folded in numpy.
    """
    whole = _make_missing(connection)
    digests.drop(connection)
    with closing(events.parts(connection)) as log:
        derived, given_up = _derive(connection, current, log)
    if _equal(connection, derived, given_up):
        return whole
    _replace(connection, derived, given_up)
    return False


def fold_log(connection: Connection, current: Settings, arriving: Arriving | None = None) -> None:
    """Fold the log, or what is `arriving` in it, into the derived tables, whatever they hold."""
    with closing(events.parts(connection)) as log:
        derived, given_up = _derive(connection, current, log, arriving)
    _replace(connection, derived, given_up)


def _replace(connection: Connection, derived: Replay, given_up: Sequence[aliases.Row]) -> None:
    _mark_retagged(connection, derived.states)
    late = SCHEDULE.indexes if len(derived.states) > _CHUNK else ()
    with without(connection, late):
        for table in reversed(DERIVED):
            connection.execute(delete(table))
        _write(connection, derived)
    aliases.write(connection, given_up)
    card_columns.compact(connection)


def agrees(connection: Connection, current: Settings, log: Iterable[Part]) -> bool:
    """Whether the derived tables hold just what follows from the log; nothing is changed."""
    return _equal(connection, *_derive(connection, current, log))


def rebuild_stale(connection: Connection, options: Options) -> None:
    """Fold the log of a store that a migration marked as stale."""
    renames.follow(connection)
    fold_log(connection, settings.load(connection, options, 0))
    tip.mark_folded(connection)


def _mark_retagged(connection: Connection, states: dict[int, CardState]) -> None:
    """Mark for the index of words the cards whose tags will change."""
    tagged = select(SCHEDULE.c.key, SCHEDULE.c.tags).where(SCHEDULE.c.tags != "")
    before = {(key, tags) for key, tags in connection.execute(tagged)}
    after = {(key, state.tags) for key, state in states.items() if state.tags}
    for keys in chunks(sorted({key for key, _ in before ^ after})):
        connection.execute(update(CARDS).where(CARDS.c.key.in_(keys)).values(indexed=False))


def _make_missing(connection: Connection) -> bool:
    """Make the tables of `REBUILT` that are not there; return whether there were all of them.

    The index of words is made anew in any case: nobody can tell whether it is right.
    """
    whole = set(REBUILT) <= set(inspect(connection).get_table_names())
    word_index.renew(connection)
    return whole


def _derive(
    connection: Connection, current: Settings, log: Iterable[Part], arriving: Arriving | None = None
) -> tuple[Replay, list[aliases.Row]]:
    states, missing, ids = _cards(connection)
    given_up = aliases.rows(relinks.every(connection), ids)
    owners = aliases.Owners(given_up, ids)
    standing = events.standing(connection, log)
    return replay(standing, owners, states, missing, current.parameters, arriving), given_up


def _cards(connection: Connection) -> tuple[dict[int, CardState], dict[int, bool], dict[str, int]]:
    """Return blank states and whether the card is missing, by key, and keys by id."""
    states: dict[int, CardState] = {}
    missing: dict[int, bool] = {}
    ids: dict[str, int] = {}
    with closing(_CARDS.run(connection)) as rows:
        for key, id, section, gone, body, file, line in rows:
            try:
                family = family_number(_BODY(body).family)
            except (MsgspecError, TypeError) as error:
                raise CardUnreadable(file, line) from error
            states[key], missing[key], ids[id] = CardState(key, section, family), bool(gone), key
    return states, missing, ids


def _write(connection: Connection, derived: Replay) -> None:
    names = CardState.__slots__
    states = list(map(attrgetter(*names), derived.states.values()))
    insert_rows(connection, SCHEDULE, names, states, {"dirty": True})
    hits = [(*which, times) for which, times in derived.misconceptions.items()]
    insert_rows(connection, MISCONCEPTIONS, ("key", "says", "day", "times"), hits)
    days = [(*which, *totals) for which, totals in derived.days.items()]
    insert_rows(connection, DAYS, ("day", "section", *counts.COUNTED), days)
    derived.records.write(connection)


def _equal(connection: Connection, derived: Replay, given_up: Sequence[aliases.Row]) -> bool:
    """Whether the tables equal what was derived, in any order of records."""
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
        and set(aliases.stored(connection)) == set(given_up)
        and days == derived.days
        and derived.records.equals(connection)
    )


def _schedule_agrees(connection: Connection, states: dict[int, CardState]) -> bool:
    """Whether the schedule holds just these states."""
    rows = connection.execute(schedule.STATES, execution_options={"yield_per": _CHUNK})
    stored = (CardState(*row) for row in rows)
    same = sum(state.key in states and _same(state, states[state.key]) for state in stored)
    count = connection.execute(select(func.count()).select_from(SCHEDULE)).scalar_one()
    return same == len(states) == count


def _same(state: CardState, other: CardState) -> bool:
    """Whether two states are equal, stability and difficulty within 1e-9."""
    for name in ("stability", "difficulty"):
        a, b = getattr(state, name), getattr(other, name)
        if isinstance(a, float) and b is not None and math.isclose(a, b, rel_tol=1e-9):
            setattr(state, name, b)
    return state == other


def _pages_agree(connection: Connection) -> bool:
    """Whether the packed cards, newer rows put in, are those of the schedule."""
    pages, newer = card_columns.read_all(connection)
    return card_columns.overlaid(pages, newer) == card_columns.pack_all(connection)
