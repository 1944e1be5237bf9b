"""Giving a store the sections of another; of two titles the first in the alphabet stands."""

from sqlalchemy import Connection, bindparam, insert, select, update

from cards.text.clean import clean_line
from db.card_table import checksums
from db.log.validators import line, text
from db.storage.database import Database
from db.storage.schema import SECTIONS

Place = tuple[str, str]
"""Deck and topic."""

_TITLE = (
    update(SECTIONS)
    .where(SECTIONS.c.deck == bindparam("of_deck"), SECTIONS.c.topic == bindparam("of_topic"))
    .values(title=bindparam("new_title"), checksum=None)
)


def copy(source: Database, target: Connection) -> None:
    """Add to `target` the sections that only `source` has, and agree on the titles."""
    with source.read() as connection:
        other = _titles(connection)
    own = _titles(target)
    new = [place for place in other if place not in own]
    better = [place for place in other if place in own and other[place] < own[place]]
    for deck, topic in new:
        values = {"deck": deck, "topic": topic, "title": other[deck, topic]}
        target.execute(insert(SECTIONS), values)
    for deck, topic in better:
        values = {"of_deck": deck, "of_topic": topic, "new_title": other[deck, topic]}
        target.execute(_TITLE, values)
    checksums.seal(target)


def _titles(connection: Connection) -> dict[Place, str]:
    """Return the titles of a store's sections, without those that no card could be in."""
    rows = connection.execute(select(SECTIONS.c.deck, SECTIONS.c.topic, SECTIONS.c.title))
    return {
        (deck, topic): clean_line(title)
        for deck, topic, title in rows
        if line(deck) and line(topic) and text(title)
    }
