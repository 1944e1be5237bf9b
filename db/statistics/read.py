"""Reviews and cards as numpy columns, narrowed to a scope."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from db import columns, search
from db.schema import CARDS, SCHEDULE, SECTIONS

Array = npt.NDArray[Any]

_CARDS = (
    ("key", "<i4"),
    ("section", "<i4"),
    ("queue", "<i2"),
    ("state", "<i2"),
    ("stability", "<f8"),
    ("difficulty", "<f8"),
    ("day", "<i4"),
    ("due_day", "<i4"),
    ("buried_day", "<i4"),
    ("lapses", "<i4"),
)


@dataclass(frozen=True, slots=True)
class Collection:
    """The reviews and cards that statistics are about; `sections` is (id, deck, topic, title)."""

    reviews: Array
    cards: Array
    section_of_review: Array
    sections: list[tuple[int, str, str, str]]


def read(connection: Connection, scope: str, today: int) -> Collection:
    """Read the reviews and cards that a search line finds, all of them for an empty one."""
    cards = _cards(connection)
    reviews = np.frombuffer(columns.read_all(connection), dtype=np.dtype(columns.FIELDS))
    sections = [
        (row.id, row.deck, row.topic, row.title) for row in connection.execute(select(SECTIONS))
    ]
    size = int(cards["key"].max(initial=0)) + 1
    section_of = np.zeros(size, dtype=np.int32)
    section_of[cards["key"]] = cards["section"]
    if scope.strip():
        found = np.zeros(size, dtype=bool)
        found[_keys(connection, scope, today)] = True
        cards, reviews = cards[found[cards["key"]]], reviews[found[reviews["card"]]]
    return Collection(reviews, cards, section_of[reviews["card"]], sections)


def _cards(connection: Connection) -> Array:
    query = select(*[SCHEDULE.c[name] for name, _ in _CARDS]).order_by(SCHEDULE.c.key)
    rows = connection.execute(query).all()
    table = np.zeros(len(rows), dtype=np.dtype(list(_CARDS)))
    for at, (name, _) in enumerate(_CARDS):
        filler = np.nan if name in ("stability", "difficulty") else -1
        table[name] = [filler if row[at] is None else row[at] for row in rows]
    return table


def _keys(connection: Connection, scope: str, today: int) -> list[int]:
    query = (
        select(CARDS.c.key)
        .join(SCHEDULE, SCHEDULE.c.key == CARDS.c.key)
        .join(SECTIONS, SECTIONS.c.id == CARDS.c.section)
        .where(search.condition(scope, today))
    )
    return list(connection.execute(query).scalars())
