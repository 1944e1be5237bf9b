"""The log as arrays: to fit parameters to it, and to compute each memory with new ones."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, bindparam, select, update

from cards.scheduling.batch import Floats, Ints, fold
from db.log import aliases, events
from db.log.events import Kind
from db.projections import card_columns, card_state, review_columns
from db.projections.card_state import CardState
from db.storage.schema import CARDS, SCHEDULE
from db.storage.statements import Compiled

_WRITE = Compiled(
    update(SCHEDULE)
    .where(SCHEDULE.c.key == bindparam("of_key"))
    .values(stability=bindparam("stability"), difficulty=bindparam("difficulty"))
)


def write_log(connection: Connection, path: Path) -> None:
    """Write the columns for fitting and simulating to an .npz file, in order of days."""
    log = review_columns.read_all(connection, "card", "day", "rating", "state", "tenths")
    order = _by_day(log["card"], log["day"])
    log = {name: column[order] for name, column in log.items()}
    seconds = log.pop("tenths") / 10
    np.savez(path, **log, seconds=seconds)  # type: ignore[arg-type]


def recompute(connection: Connection, parameters: Sequence[float]) -> None:
    """Fold the log with `parameters` and store each card's stability and difficulty."""
    log = review_columns.read_all(connection, "card", "day", "rating")
    folded = fold(log["card"], log["day"], log["rating"], parameters)
    _put(connection, folded.card, folded.stability, folded.difficulty)
    if known := _known(connection):
        each = [one(connection, key, id, parameters) for key, id in known.items()]
        stability, difficulty = np.array(each, dtype=float).T
        kept = ~np.isnan(stability)  # a card that was made new again has none
        _put(connection, np.array(list(known))[kept], stability[kept], difficulty[kept])
        _forget(connection, [key for key, has in zip(known, kept, strict=True) if not has])


def _put(connection: Connection, card: Ints, stability: Floats, difficulty: Floats) -> None:
    rows = zip(stability.tolist(), difficulty.tolist(), card.tolist(), strict=True)
    _WRITE.many(connection, ("stability", "difficulty", "of_key"), list(rows))
    card_columns.put_memories(connection, card, stability, difficulty)


def _forget(connection: Connection, keys: Sequence[int]) -> None:
    """Delete the memories of cards."""
    nothing = [(None, None, key) for key in keys]
    _WRITE.many(connection, ("stability", "difficulty", "of_key"), nothing)
    nan = np.full(len(keys), np.nan)
    card_columns.put_memories(connection, np.array(keys, dtype=np.int64), nan, nan)


def _known(connection: Connection) -> dict[int, str]:
    """Return ids, by rising key, of cards that were reset or whose memory came from elsewhere."""
    found: dict[int, str] = {}
    for event in events.of_kinds(connection, Kind.MEMORY, Kind.RESET):
        key = aliases.owner(connection, event)
        if key is not None:
            found[key] = connection.execute(
                select(CARDS.c.id).where(CARDS.c.key == key)
            ).scalar_one()
    return dict(sorted(found.items()))


def one(
    connection: Connection, key: int, id: str, parameters: Sequence[float]
) -> tuple[float | None, float | None]:
    """Return stability and difficulty of one card, folded from its events."""
    state = CardState(key, 0, 0)
    for event in aliases.history(connection, key, id):
        card_state.apply(state, event, parameters)
    return state.stability, state.difficulty


def _by_day(card: Ints, day: Ints) -> Ints:
    """Return the indices that sort reviews by day, each card's in the order of the log.

    After a flight west a card can be reviewed on the day before its last: that counts as the same.
    """
    grouped = np.argsort(card, kind="stable")
    reach = np.int64(day.max(initial=0)) + 1
    each = card[grouped] * reach
    reached = np.empty(len(day), dtype=np.int64)
    reached[grouped] = np.maximum.accumulate(each + day[grouped]) - each
    return np.argsort(reached, kind="stable")
