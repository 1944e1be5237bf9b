"""What a way of custom study would ask: how many cards it holds, and the first of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from studytui.services import Services
from studytui.sessions.decks import search

if TYPE_CHECKING:
    from db.records import StoredCard

FIRST = 40
"""Cards that are shown."""

SEARCHES = {
    "ahead": ("prop:due<={number} -is:new", "due"),
    "forgotten": ("forgotten:{number}", "stability"),
    "exam": ("-is:new", "stability"),
    "new": ("is:new", "deck"),
    "due": ("is:due", "due"),
}
"""Way → the search for its cards, and the column by which they are shown."""


@dataclass(frozen=True)
class WayCards:
    """The cards that a way holds: how many, and the first of them."""

    way: str
    count: int
    first: "list[StoredCard]"


def cards_of_way(
    services: Services, way: str, number: int, deck: str | None, topic: str | None
) -> WayCards:
    """Return what a way holds in everything, a deck, or a topic of a deck. Blocks."""
    line, column = SEARCHES[way]
    scope = [search(deck)] if deck else []
    scope += [f"topic:{topic}"] if topic else []
    store = services.store()
    query = " ".join([line.format(number=number), "-is:suspended", *scope])
    keys = store.browse(query, column)
    cards = store.browsed(keys[:FIRST])
    return WayCards(way, len(keys), [cards[key] for key in keys[:FIRST] if key in cards])
