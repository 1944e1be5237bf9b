"""Cards as a numpy array and a tally of their reviews, narrowed to a scope and a range of days."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, select

from cards.scheduling.day import day_of
from db.log import events
from db.log.settings import Settings
from db.projections import card_columns, review_columns
from db.projections.card_columns import KINDS
from db.search import card_ids
from db.statistics.tally import Array, Tally, tally
from db.storage.schema import SECTIONS
from db.study_clock import StudyClock


@dataclass(frozen=True, slots=True)
class Section:
    """A topic of a deck."""

    id: int
    deck: str
    topic: str
    title: str


@dataclass(frozen=True, slots=True)
class Collection:
    """What statistics are about; `cards` is an array as in `projections/card_columns`."""

    cards: Array
    added: Array
    """(cards,): the study days on which they came in."""
    holds: Array
    """(keys,): whether a key is that of one of the cards."""
    reviews: Tally
    sections: list[Section]


def read(
    connection: Connection, moment: StudyClock, settings: Settings, scope: str, days: int | None
) -> Collection:
    """Read the cards that a search line finds, and count the last `days` of their reviews."""
    today = moment.today
    cards = _cards(connection)
    keys = int(cards["key"].max(initial=0)) + 1
    if scope.strip():
        found = np.zeros(keys, dtype=bool)
        found[card_ids.keys(connection, scope, moment, settings)] = True
        cards = cards[found[cards["key"]]]
    group = np.full(keys, -1, dtype=np.int32)
    group[cards["key"]] = cards["section"] * np.int32(len(KINDS)) + cards["kind"]
    sections = [Section(*row) for row in connection.execute(_SECTIONS)]
    reviews = tally(
        review_columns.blocks(connection),
        group,
        max((section.id for section in sections), default=0) + 1,
        len(KINDS),
        0 if days is None else max(0, today - days + 1),
    )
    return Collection(cards, _added(connection, cards, moment), group >= 0, reviews, sections)


_SECTIONS = select(SECTIONS.c.id, SECTIONS.c.deck, SECTIONS.c.topic, SECTIONS.c.title)


def _cards(connection: Connection) -> Array:
    """Return the cards of the pages, replaced by newer rows where there are any."""
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


def _added(connection: Connection, cards: Array, moment: StudyClock) -> Array:
    """Return the study days (cards,) on which cards were imported, in the zones of the imports."""
    at, offset = np.array(events.imports(connection) or [(0, 0)]).T
    minutes = cards["added"].astype(np.int64)
    last = np.maximum(0, np.searchsorted(at // 60_000, minutes, "right") - 1)
    return day_of(60_000 * minutes, offset[last], moment.rollover_hour)
