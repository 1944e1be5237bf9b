"""Cards as a numpy array and a tally of their reviews, narrowed to a scope and a range of days."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, Connection, select

from cards.scheduling.day import day_of
from db import card_columns, columns, events, search
from db.card_columns import KINDS
from db.moment import Moment
from db.schema import CARDS, SCHEDULE, SECTIONS
from db.settings import Settings
from db.statistics.tally import Array, Tally, tally


@dataclass(frozen=True, slots=True)
class Section:
    """A topic of a deck."""

    id: int
    deck: str
    topic: str
    title: str


@dataclass(frozen=True, slots=True)
class Collection:
    """What statistics are about; `cards` is a structured array as in `db/card_columns.py`."""

    cards: Array
    added: Array
    """(cards,): the study days on which they came in."""
    holds: Array
    """(keys,): whether a key is that of one of the cards."""
    reviews: Tally
    sections: list[Section]


def read(
    connection: Connection, moment: Moment, settings: Settings, scope: str, days: int | None
) -> Collection:
    """Read the cards that a search line finds, and count the last `days` of their reviews."""
    today = moment.today
    cards = _cards(connection)
    keys = int(cards["key"].max(initial=0)) + 1
    if scope.strip():
        wanted = search.condition(scope, moment, settings, connection.dialect.name)
        found = _found(connection, scope, wanted, cards, keys)
        cards = cards[found[cards["key"]]]
    group = np.full(keys, -1, dtype=np.int32)
    group[cards["key"]] = cards["section"] * np.int32(len(KINDS)) + cards["kind"]
    sections = [Section(*row) for row in connection.execute(_SECTIONS)]
    reviews = tally(
        columns.blocks(connection),
        group,
        max((section.id for section in sections), default=0) + 1,
        len(KINDS),
        0 if days is None else max(0, today - days + 1),
    )
    return Collection(cards, _added(connection, cards, moment), group >= 0, reviews, sections)


_SECTIONS = select(SECTIONS.c.id, SECTIONS.c.deck, SECTIONS.c.topic, SECTIONS.c.title)


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


def _added(connection: Connection, cards: Array, moment: Moment) -> Array:
    """Return the study days (cards,) on which cards came in, in the zones of their imports."""
    at, offset = np.array(events.imports(connection) or [(0, 0)]).T
    minutes = cards["added"].astype(np.int64)
    last = np.maximum(0, np.searchsorted(at // 60_000, minutes, "right") - 1)
    return day_of(60_000 * minutes, offset[last], moment.rollover_hour)


def _found(
    connection: Connection, scope: str, wanted: ColumnElement[bool], cards: Array, keys: int
) -> Array:
    """Return, for every key below `keys`, whether a search line finds its card."""
    found = np.zeros(keys, dtype=bool)
    about = search.of_sections(scope)
    if about is not None:
        sections = connection.execute(select(SECTIONS.c.id).where(about)).scalars().all()
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
