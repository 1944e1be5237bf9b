"""Undo: withdrawing the newest review that stands, or the event of an id."""

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
    """Return the review of an id, else the newest, with its card's key; None where none stands.

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
    """Withdraw an event of a card; return the card as it was before and as it is after.

    The card's later events, which another program may have added, are folded without this one.
    """
    card = schedule.of_key(connection, key)
    before = replace(card, state=replace(card.state))
    past = history(connection, key, card.id)
    events.append(connection, Kind.WITHDRAWAL, moment.now, event.card, target=event.id)
    without = [earlier for earlier in past if earlier.id != event.id]
    projector.refold(connection, [Refold(card, past, without)], settings)
    return before, card


_TAKEN_BACK = (Kind.SET_DUE, Kind.RESET)
"""The changes of a card, beside reviews, that can be withdrawn."""


def take_back_change(
    connection: Connection, card_id: str, id: bytes, moment: StudyClock, settings: Settings
) -> bool:
    """Withdraw an event that set a due date or made a card new; return whether it still stood."""
    card = schedule.of_id(connection, card_id)
    for event in history(connection, card.state.key, card.id):
        if event.id == id and event.kind in _TAKEN_BACK:
            take_back(connection, event, card.state.key, moment, settings)
            return True
    return False
