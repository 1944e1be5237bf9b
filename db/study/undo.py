"""Undo: the newest review that stands, or an event of an id, is taken back."""

from contextlib import closing
from dataclasses import replace

from sqlalchemy import Connection

from db.log import events
from db.log.aliases import history, owner
from db.log.events import Event, Kind
from db.log.settings import Settings
from db.projections import projector, schedule
from db.projections.projector import Refold
from db.projections.schedule import CardSchedule
from db.study_clock import StudyClock


def review_that_stands(connection: Connection, id: bytes | None) -> tuple[Event, int] | None:
    """Return the review of an id, else the newest, and its card's key; None if it does not stand.

    A sync may have brought reviews of a card whose text could not be read there.
    """
    if id is not None:
        event = events.review(connection, id)
        key = owner(connection, event) if event is not None else None
        return None if event is None or key is None else (event, key)
    with closing(events.reviews_back(connection)) as back:
        for event in back:
            key = owner(connection, event)
            if key is not None:
                return event, key
    return None


def take_back(
    connection: Connection, event: Event, key: int, moment: StudyClock, settings: Settings
) -> tuple[CardSchedule, CardSchedule]:
    """Withdraw an event of a card; return the card with the states that it had and has now.

    Reviews that another program made since count otherwise without this one.
    """
    card = schedule.of_key(connection, key)
    before = replace(card, state=replace(card.state))
    past = history(connection, key, card.id)
    events.append(connection, Kind.WITHDRAWAL, moment.now, event.card, target=event.id)
    kept = [one for one in past if one.id != event.id]
    projector.refold(connection, [Refold(card, past, kept)], settings)
    return before, card


_TAKEN_BACK = (Kind.SET_DUE, Kind.RESET)
"""The changes of a card, beside reviews, that can be withdrawn."""


def take_back_change(
    connection: Connection, card_id: str, id: bytes, moment: StudyClock, settings: Settings
) -> bool:
    """Withdraw an event that set a due date or made a card new; return whether it still stood."""
    card = schedule.of_id(connection, card_id)
    past = history(connection, card.state.key, card.id)
    found = next((one for one in past if one.id == id and one.kind in _TAKEN_BACK), None)
    if found is None:
        return False
    take_back(connection, found, card.state.key, moment, settings)
    return True
