"""From what a person names on the command line to decks and topics of the store."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cards.decks import is_below
from sims.errors import UnknownNameError, meant
from studytui.services import Services

if TYPE_CHECKING:
    from db.records import DeckRow


def rows(services: Services) -> "list[DeckRow]":
    """Return the overview; an empty store first gets the bundled deck."""
    from studytui.bundled import bring_in

    store = services.store()
    overview = store.overview()
    if not overview:
        print("Bringing in the bundled deck, this once …", file=sys.stderr)
        bring_in(store)
        overview = store.overview()
    return overview


def named(services: Services, name: str | None) -> tuple[str | None, str | None]:
    """Return the deck and topic that `name` means; None means everything.

    A topic is named by slug or title. Raises UnknownNameError when nothing has that name.
    """
    if name is None:
        if not services.store().find(""):  # counting decks would take a fifth of a second
            rows(services)
        return None, None
    overview = rows(services)
    if any(row.deck == name or is_below(row.deck, name) for row in overview):
        return name, None
    if (topic := _topic(overview, name)) is not None:
        return None, topic
    near = meant(name, [each for row in overview for each in (row.deck, row.topic, row.title)])
    decks = ", ".join(dict.fromkeys(row.deck for row in overview))
    topics = ", ".join(sorted({row.topic for row in overview}))
    raise UnknownNameError(
        f"no deck or topic is called {name}{near}; the decks are {decks}, "
        f"and the topics are {topics}"
    )


def _topic(overview: "list[DeckRow]", name: str) -> str | None:
    """Return the slug of the topic of that slug or title, None if there is none."""
    if any(row.topic == name for row in overview):
        return name
    by_title = {row.title.casefold(): row.topic for row in overview}
    return by_title.get(name.casefold())


def known_deck(services: Services, name: str) -> str:
    """Return the name of a deck. Raises UnknownNameError, with those there are."""
    decks = dict.fromkeys(row.deck for row in rows(services))
    if name not in decks:
        there = f"{meant(name, decks)}; the decks are {', '.join(decks)}"
        raise UnknownNameError(f"no deck is called {name}{there}")
    return name


def known_topics(services: Services, names: Iterable[str]) -> list[str]:
    """Return the slugs of topics named by slug or title. Raises UnknownNameError."""
    overview = rows(services)
    topics = []
    for name in names:
        slug = _topic(overview, name)
        if slug is None:
            known = ", ".join(sorted({row.topic for row in overview}))
            near = meant(name, [each for row in overview for each in (row.topic, row.title)])
            raise UnknownNameError(f"no card has the topic {name}{near}; the topics are {known}")
        topics.append(slug)
    return topics
