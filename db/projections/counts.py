"""The counts of reviews, by day, section and misconception, and their packed records."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, text

from cards.scheduling.fsrs import State
from db.log.events import Event
from db.projections import review_columns
from db.projections.card_state import CardState
from db.storage.schema import DAYS, MISCONCEPTIONS
from db.storage.statements import Compiled

COUNTED = ("new", "due", "answers", "milliseconds")


def add(connection: Connection, before: CardState, event: Event) -> None:
    """Count a review of a card, given its state before."""
    _change(connection, before, event, +1)
    review_columns.add(connection, event, review_columns.pack(before, event))


def remove(connection: Connection, before: CardState, event: Event) -> None:
    """Take a review of a card out of the counts, given its state before."""
    _change(connection, before, event, -1)
    review_columns.remove(connection, event, review_columns.pack(before, event))


def _change(connection: Connection, before: CardState, event: Event, sign: int) -> None:
    in_section(connection, before, event, sign)
    if says := event.payload.get("misconception"):
        hit = {"key": before.key, "says": says, "day": event.payload["day"], "times": sign}
        _HIT.run(connection, **hit)


def in_section(connection: Connection, before: CardState, event: Event, sign: int) -> None:
    """Add a review to its day's counts, or take it out."""
    row = counted(before, event, sign)
    _COUNT.run(connection, **row)


def counted(before: CardState, event: Event, sign: int) -> dict[str, Any]:
    """Return the change of a row of `days` by a review of a card whose state was `before`."""
    return {
        "day": event.payload["day"],
        "section": before.section,
        "new": sign * (before.state == 0),
        "due": sign * (before.state == State.REVIEW),
        "answers": sign,
        "milliseconds": sign * round(1000 * event.payload.get("seconds", 0.0)),
    }


def _adding(table: Table, names: Sequence[str]) -> Compiled:
    """Return the statement that adds a row's `names` to those already there.

    It is text, for SQLAlchemy's own way needs each dialect, and importing those takes long.
    """
    columns = [column.name for column in table.columns]
    into, values = _quoted(columns), ", ".join(f":{name}" for name in columns)
    keys = _quoted([column.name for column in table.primary_key.columns])
    added = ", ".join(f'"{name}" = {table.name}."{name}" + excluded."{name}"' for name in names)
    return Compiled(
        text(
            f"INSERT INTO {table.name} ({into}) VALUES ({values}) "  # noqa: S608
            f"ON CONFLICT ({keys}) DO UPDATE SET {added}"
        )
    )


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


_COUNT = _adding(DAYS, COUNTED)
_HIT = _adding(MISCONCEPTIONS, ("times",))
