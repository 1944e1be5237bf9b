"""What a person does to a card other than answering it: an event, and the fold of it."""

from typing import Any

from sqlalchemy import Connection

from db.log import events
from db.log.events import Event, Kind
from db.log.settings import Settings
from db.projections import projector, schedule
from db.study_clock import StudyClock


def change(
    connection: Connection,
    card_id: str,
    kind: Kind,
    payload: dict[str, Any] | None,
    moment: StudyClock,
    settings: Settings,
) -> Event:
    """Log a change of one card and apply it; LookupError when there is no such card."""
    card = schedule.of_id(connection, card_id)
    event = events.append(connection, kind, moment.now, card_id, payload=payload)
    projector.apply(connection, card, event, settings)
    return event
