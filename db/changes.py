"""What a person does to a card other than answering it: an event, and the fold of it."""

from typing import Any

from sqlalchemy import Connection

from db import events, fold, study
from db.events import Kind
from db.moment import Moment
from db.settings import Settings


def change(
    connection: Connection,
    card_id: str,
    kind: Kind,
    payload: dict[str, Any] | None,
    moment: Moment,
    settings: Settings,
) -> None:
    """Log a change of one card and apply it; LookupError when there is no such card."""
    held = study.hold(connection, card_id)
    event = events.append(connection, kind, moment.now, card_id, payload=payload)
    fold.apply(held.standing, event, settings.parameters)
    fold.settle(held.standing, held.missing)
    study.write(connection, held.standing)
