"""The log as arrays: for fitting parameters, and to compute every memory anew with new ones."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, bindparam, update

from cards.scheduling.batch import Ints, fold
from db.projections import card_columns
from db.projections import review_columns as columns
from db.storage.schema import SCHEDULE
from db.storage.statements import Quick

_WRITE = Quick(
    update(SCHEDULE)
    .where(SCHEDULE.c.key == bindparam("of_key"))
    .values(stability=bindparam("stability"), difficulty=bindparam("difficulty"))
)


def write_log(connection: Connection, path: Path) -> None:
    """Write the columns that fitting and simulating need to an .npz file, day after day."""
    log = columns.read_all(connection, "card", "day", "rating", "state", "tenths")
    order = _by_day(log["card"], log["day"])
    log = {name: column[order] for name, column in log.items()}
    seconds = log.pop("tenths") / 10
    np.savez(path, **log, seconds=seconds)  # type: ignore[arg-type]


def recompute(connection: Connection, parameters: Sequence[float]) -> None:
    """Fold the log with `parameters` and store each card's stability and difficulty."""
    log = columns.read_all(connection, "card", "day", "rating")
    folded = fold(log["card"], log["day"], log["rating"], parameters)
    memories = zip(
        folded.stability.tolist(), folded.difficulty.tolist(), folded.card.tolist(), strict=True
    )
    _WRITE.many(connection, ("stability", "difficulty", "of_key"), list(memories))
    card_columns.put_memories(connection, folded.card, folded.stability, folded.difficulty)


def _by_day(card: Ints, day: Ints) -> Ints:
    """Return the places of reviews (reviews,) in order of days, each card's in their order.

    After a flight west a card can be reviewed on the day before its last: that counts as the same.
    """
    grouped = np.argsort(card, kind="stable")
    reach = np.int64(day.max(initial=0)) + 1
    each = card[grouped] * reach
    reached = np.empty(len(day), dtype=np.int64)
    reached[grouped] = np.maximum.accumulate(each + day[grouped]) - each
    return np.argsort(reached, kind="stable")
