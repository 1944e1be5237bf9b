"""How a store is opened, and what its use cases share: one moment, one session, two gates."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection

from cards.scheduling.day import study_day
from cards.scheduling.options import DEFAULT, Options
from db import (
    card_columns,
    changes,
    columns,
    engine,
    events,
    opening,
    payloads,
    search,
    unfolded,
    words,
)
from db.engine import Gate
from db.events import Kind
from db.moment import Moment
from db.session import Session
from db.settings import Settings


class Door:
    """An open database with a clock. `db.store.Store` adds what can be done with it."""

    def __init__(
        self,
        gate: Gate,
        clock: Callable[[], datetime],
        zone: tzinfo | None,
        options: Options,
    ) -> None:
        self._gate, self._clock, self._zone, self._options = gate, clock, zone, options
        self._session = Session(options)

    @classmethod
    def open(
        cls,
        location: str | Path,
        *,
        clock: Callable[[], datetime] | None = None,
        zone: tzinfo | None = None,
        options: Options = DEFAULT,
    ) -> Self:
        """Open the store at a path or SQLAlchemy URL, making or upgrading it where needed.

        `clock` returns the aware instant of now; `zone` is the person's, None for the system's.
        Raises StoreCorrupt for a damaged file, which is moved aside, and StoreNewer for a store
        that a later version wrote.
        """
        clock = clock or _now
        gate = opening.open_gate(engine.locate(location), clock)
        unfolded.fold_if_marked(gate, options)
        return cls(gate, clock, zone, options)

    def close(self) -> None:
        """Close the database."""
        self._gate.close()

    def _compact(self) -> None:
        """Pack what statistics read, when so much has changed that they would be slow."""
        with self._gate.read() as connection:
            ragged = [part for part in (columns, card_columns) if part.is_ragged(connection)]
        if ragged:
            with self._gate.write() as connection:
                for part in ragged:
                    part.compact(connection)

    def _index_words(self, query: str) -> None:
        """Bring the index of words up to date when a search needs it."""
        if not search.needs_words(query):
            return
        with self._gate.read() as connection:
            lacking = words.lacking(connection)
        if lacking:
            with self._gate.write() as connection:
                words.catch_up(connection)

    def _moment(self) -> Moment:
        now = self._clock().astimezone(self._zone)
        hour = self._options.rollover_hour
        return Moment(now, study_day(now, hour), self._zone, hour)

    def _settings(self, connection: Connection) -> Settings:
        """Return the settings in force."""
        return self._session.settings(connection, self._moment())

    def _forget(self, connection: Connection) -> None:
        """Read again what is kept between calls, after anything but an answer."""
        self._session.forget(connection, self._moment())

    def _append(self, kind: Kind, payload: dict[str, Any]) -> None:
        payloads.check(kind, payload)
        moment = self._moment()
        with self._gate.write() as connection:
            events.append(connection, kind, moment.now, payload=payload)
            self._forget(connection)

    def _change(self, card_id: str, kind: Kind, payload: dict[str, Any] | None = None) -> None:
        payloads.check(kind, payload or {})
        moment = self._moment()
        with self._gate.write() as connection:
            changes.change(connection, card_id, kind, payload, moment, self._settings(connection))
            self._forget(connection)


def _now() -> datetime:
    return datetime.now(UTC)
