"""Reviews and cards as numpy columns, narrowed to a scope and a range of days."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from db import card_columns, columns, search
from db.schema import CARDS, SCHEDULE, SECTIONS

Array = npt.NDArray[Any]
Columns = dict[str, Array]


@dataclass(frozen=True, slots=True)
class Section:
    """A topic of a deck."""

    id: int
    deck: str
    topic: str
    title: str


@dataclass(frozen=True, slots=True)
class Collection:
    """What statistics are about.

    `reviews` are columns as in `db/columns.py`, `cards` is a structured array as in
    `db/card_columns.py`; `section` and `kind` (reviews,) are those of each review's card.
    """

    reviews: Columns
    cards: Array
    section: Array
    kind: Array
    sections: list[Section]


def read(connection: Connection, scope: str, today: int, days: int | None) -> Collection:
    """Read the cards that a search line finds, and the last `days` of their reviews."""
    cards = _cards(connection)
    reviews = columns.read_all(connection)
    if days is not None:
        reviews = _since(reviews, today - days + 1)
    if scope.strip():
        found = _found(connection, scope, today, cards)
        cards = cards[found[cards["key"]]]
        inside = found[reviews["card"]]
        if not inside.all():
            reviews = {name: column[inside] for name, column in reviews.items()}
    lookup = np.zeros((2, int(cards["key"].max(initial=0)) + 1), dtype=np.uint16)
    lookup[0][cards["key"]], lookup[1][cards["key"]] = cards["section"], cards["kind"]
    sections = [Section(*row) for row in connection.execute(_SECTIONS)]
    card = reviews["card"]
    return Collection(reviews, cards, lookup[0][card], lookup[1][card], sections)


_SECTIONS = select(SECTIONS.c.id, SECTIONS.c.deck, SECTIONS.c.topic, SECTIONS.c.title)


def _since(reviews: Columns, first: int) -> Columns:
    """Return the reviews from a day on; they are all but sorted, so most of it is a slice."""
    late = reviews["day"] >= first
    start = int(late.argmax()) if late.any() else len(late)
    reviews = {name: column[start:] for name, column in reviews.items()}
    if late[start:].all():
        return reviews
    return {name: column[late[start:]] for name, column in reviews.items()}


def _cards(connection: Connection) -> Array:
    """Return the cards of the pages, with rows that are newer put in their places."""
    pages, newer = (
        np.frombuffer(part, dtype=np.dtype(card_columns.FIELDS))
        for part in card_columns.read_all(connection)
    )
    if not len(newer):
        return pages
    place = np.searchsorted(pages["key"], newer["key"])
    known = place < len(pages)
    known[known] = pages["key"][place[known]] == newer["key"][known]
    cards = pages.copy()
    cards[place[known]] = newer[known]
    return np.concatenate([cards, newer[~known]])


def _found(connection: Connection, scope: str, today: int, cards: Array) -> Array:
    """Return, for every key up to the greatest, whether a search line finds its card."""
    found = np.zeros(int(cards["key"].max(initial=0)) + 1, dtype=bool)
    wanted = search.condition(scope, today, connection.dialect.name)
    if search.about_sections(scope):
        sections = connection.execute(select(SECTIONS.c.id).where(wanted)).scalars().all()
        found[cards["key"]] = np.isin(cards["section"], sections)
        return found
    query = (
        select(CARDS.c.key)
        .join(SCHEDULE, SCHEDULE.c.key == CARDS.c.key)
        .join(SECTIONS, SECTIONS.c.id == CARDS.c.section)
        .where(wanted)
    )
    found[connection.execute(query).scalars().all()] = True
    return found
