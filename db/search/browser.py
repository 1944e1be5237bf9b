"""The card browser: the cards of a search in the order of any column.

Their keys come all at once, packed in one text; what a row shows is read for the rows in sight.
"""

from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Float, String, Subquery, cast, func, select

from db.log.settings import Settings
from db.search import query
from db.storage.schema import CARDS, SCHEDULE, SECTIONS
from db.study_clock import StudyClock


def _text(name: str, dialect: str) -> ColumnElement[str]:
    return func.lower(query.text_of(name, dialect))


COLUMNS = (
    "question",
    "deck",
    "topic",
    "evidence",
    "state",
    "due",
    "stability",
    "lapses",
    "reps",
    "added",
)
"""What the cards can be sorted by."""


def _places(name: str) -> Subquery:
    """Return the rank of each section by a column, in any case. Cards are many, sections few."""
    place = func.dense_rank().over(order_by=func.lower(SECTIONS.c[name]))
    return select(SECTIONS.c.id, place.label("place")).subquery()


_DECKS, _TOPICS = _places("deck"), _places("title")


def _by(column: str, dialect: str) -> list[ColumnElement[Any]]:
    """Return what to sort by; a new card comes after all that have been met."""
    cards, schedule = CARDS.c, SCHEDULE.c
    orders: dict[str, list[ColumnElement[Any]]] = {
        "question": [_text("prompt", dialect)],
        "deck": [_DECKS.c.place, cards.file, cards.line],
        "topic": [_TOPICS.c.place, cards.file, cards.line],
        "evidence": [func.coalesce(query.checked("evidence", dialect), "~")],
        "state": [schedule.suspended, schedule.queue, schedule.due_day],
        "due": [schedule.day.is_(None), schedule.due_day, schedule.due_at],
        "stability": [func.coalesce(cast(schedule.stability, Float), -1.0)],
        "lapses": [schedule.lapses],
        "reps": [schedule.reps],
        "added": [cards.added],
    }
    return orders[column]


def order(
    connection: Connection,
    line: str,
    column: str,
    moment: StudyClock,
    settings: Settings,
    *,
    descending: bool = False,
) -> list[int]:
    """Return the keys of the cards that a search line finds, sorted by one of `COLUMNS`.

    Raises SearchError for a line that cannot be understood.
    """
    dialect = connection.dialect.name
    wanted = query.condition(line, query.Context.of(moment, settings, dialect))
    by = [part.desc() if descending else part.asc() for part in _by(column, dialect)]
    found = (
        select(cast(CARDS.c.key, String).label("key"))
        .join(SCHEDULE, SCHEDULE.c.key == CARDS.c.key)
        .join(SECTIONS, SECTIONS.c.id == CARDS.c.section)
        .where(wanted)
    )
    if (places := {"deck": _DECKS, "topic": _TOPICS}.get(column)) is not None:
        found = found.join_from(CARDS, places, places.c.id == CARDS.c.section)
    sorted_keys = found.order_by(*by, CARDS.c.key).subquery()
    packed = select(func.aggregate_strings(sorted_keys.c.key, ","))
    keys: list[int] = orjson.loads(f"[{connection.execute(packed).scalar() or ''}]")
    return keys
