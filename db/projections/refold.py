"""Refolding cards after their events or their section have changed."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection, bindparam, update

from db.log import aliases
from db.log.aliases import history
from db.log.events import Event
from db.log.settings import Settings
from db.projections import card_state, counts, projector, schedule
from db.projections.card_state import CardState
from db.projections.projector import Refold
from db.storage.schema import SCHEDULE

_MOVE = (
    update(SCHEDULE).where(SCHEDULE.c.key == bindparam("of_key")).values(section=bindparam("to"))
)


def move(connection: Connection, key: int, section: int, settings: Settings) -> None:
    """Move a card's schedule, and the counts of its reviews, to another section."""
    card = schedule.of_key(connection, key)

    def recount(before: CardState, event: Event) -> None:
        if section != before.section:
            counts.in_section(connection, before, event, -1)
            counts.in_section(connection, replace(before, section=section), event, +1)

    past = history(connection, key, card.id)
    state = projector.fold(card_state.blank(card.state), past, settings.parameters, recount)
    card_state.settle(state, card.missing)
    schedule.write(connection, state)
    connection.execute(_MOVE, {"of_key": key, "to": section})


def reassign(connection: Connection, ids: Mapping[int, str], settings: Settings) -> None:
    """Reassign events after cards got other ids, and fold the cards whose events changed.

    `ids` holds, by key, the ids that they had before, empty for a new card. The log may have events
    of an id that no card has yet: another device reviewed it, but its text did not come.
    """
    wanted = aliases.wanted(connection)
    keys = list(ids.keys() | aliases.differing(connection, wanted))
    cards = [schedule.of_key(connection, key) for key in keys]
    before = [
        history(connection, key, ids.get(key, card.id))
        for key, card in zip(keys, cards, strict=True)
    ]
    aliases.replace(connection, wanted)
    after = [history(connection, key, card.id) for key, card in zip(keys, cards, strict=True)]
    changed = [
        Refold(*each) for each in zip(cards, before, after, strict=True) if each[1] != each[2]
    ]
    projector.refold(connection, changed, settings)
