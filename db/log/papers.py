"""Quiz papers: kept in the log with their answers, once more each time that one is marked again."""

from sqlalchemy import Connection

from db.log import events
from db.log.events import Event, Kind


def sat(connection: Connection) -> list[Event]:
    """Return the papers that were sat, oldest first, each once: as it was marked last."""
    found = events.of_kinds(connection, Kind.QUIZ)
    return list({event.payload.get("id", event.id): event for event in found}.values())
