"""How a store is opened, and what its use cases share: database, clock, settings, cache."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Self

from cards.scheduling.day import study_day
from cards.scheduling.options import DEFAULT, Options
from db.cache import Cache, Use
from db.log import events, payloads, tip
from db.log.events import Kind
from db.projections import card_columns, review_columns, word_index
from db.search import query
from db.storage import database, opening
from db.storage.database import Database, StoreError
from db.study import card_actions
from db.study_clock import StudyClock

EARLIEST, LATEST = 1971, 9800
"""Years that a clock may say: ids begin with milliseconds since 1970, and a card may be due in a
hundred years."""


class Context:
    """An open database with a clock. `db.store.Store` adds what can be done with it."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        zone: tzinfo | None,
        options: Options,
    ) -> None:
        self.database, self.clock, self.zone, self.options = database, clock, zone, options
        self.cache = Cache(options)

    @classmethod
    def open(
        cls,
        location: str | Path,
        *,
        clock: Callable[[], datetime] | None = None,
        zone: tzinfo | None = None,
        options: Options = DEFAULT,
        begin: bool = True,
    ) -> Self:
        """Open the store at a path or SQLAlchemy URL, making or upgrading it where needed.

        `clock` returns the aware instant of now; `zone` is the person's, None for the system's.
        Without `begin` a store that is not there is not begun: StoreError says so.
        Raises StoreCorrupt for a damaged file, which is moved aside, now or at the next opening,
        and then until the person has chosen what is to be in its place; StoreNewer for a store that
        a later version wrote.
        """
        clock = _sane(clock or _now)
        url = database.locate(location)
        opened = opening.open_own(url, clock, begin=begin)
        try:
            with opened.read() as connection:
                stale = tip.is_stale(connection)
            if stale:
                from db.rebuild import rebuild_stale

                with opened.write() as connection:
                    rebuild_stale(connection, options)
        except BaseException:
            opened.close()
            raise
        return cls(opened, clock, zone, options)

    @classmethod
    def open_as_it_is(cls, location: str | Path, options: Options = DEFAULT) -> Self:
        """Open a file for reading that is there and up to date; raises StoreError for any other."""
        opened = opening.open_as_it_is(database.locate(location))
        try:
            with opened.read() as connection:
                if tip.is_stale(connection):
                    raise StoreError("The store is to be folded anew.")
        except BaseException:
            opened.close()
            raise
        return cls(opened, _sane(_now), None, options)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def compact(self) -> None:
        """Pack what statistics read, when so much has changed that they would be slow."""
        with self.database.read() as connection:
            ragged = [part for part in (review_columns, card_columns) if part.is_ragged(connection)]
        if ragged:
            with self.database.write() as connection:
                for part in ragged:
                    part.compact(connection)

    def index_words(self, line: str) -> None:
        """Bring the index of words up to date when a search needs it."""
        if not query.needs_words(line):
            return
        with self.database.read() as connection:
            lacking = word_index.lacking(connection)
        if lacking:
            with self.database.write() as connection:
                word_index.catch_up(connection)

    def searching(self, line: str) -> AbstractContextManager[Use]:
        """Return what `reading` does, with the index of words ready for a search line."""
        self.index_words(line)
        return self.reading()

    def moment(self) -> StudyClock:
        """Return the study day and the instant that it is now."""
        now = self.clock().astimezone(self.zone)
        hour = self.options.rollover_hour
        return StudyClock(now, study_day(now, hour), self.zone, hour)

    @contextmanager
    def reading(self) -> Iterator[Use]:
        """Yield a connection that reads, the moment, and the settings in force.

        The cache is locked only until the settings are known, so that a long read stops nobody
        from studying. They are read first: what is read after them is no older than the cache.
        """
        moment = self.moment()
        with ExitStack() as opened:
            with self.cache.lock:
                connection = opened.enter_context(self.database.read())
                settings = self.cache.settings(connection, moment)
            yield connection, moment, settings

    @contextmanager
    def writing(self) -> Iterator[Use]:
        """Yield a connection that writes, the moment, and the settings in force.

        The cache is locked before the database, and until the commit. Two threads that locked
        them in different orders would wait for each other; one that came between the commit and
        the cache's note of it would have it counted twice. Where the block is not committed, the
        cache drops what it noted: it knows a newest event that the log does not have.
        """
        moment = self.moment()
        with self.cache.lock, self.database.write() as connection:
            yield connection, moment, self.cache.settings(connection, moment)

    def append(self, kind: Kind, payload: dict[str, Any]) -> None:
        """Add an event to the log; raises InputError for one that could not be folded."""
        payloads.check(kind, payload)
        with self.writing() as (connection, moment, _):
            events.append(connection, kind, moment.now, payload=payload)

    def change(self, card_id: str, kind: Kind, payload: dict[str, Any] | None = None) -> str:
        """Add an event to a card, and return its id.

        Raises InputError for one that could not be folded.
        """
        payloads.check(kind, payload or {})
        with self.writing() as (connection, moment, current):
            event = card_actions.change(connection, card_id, kind, payload, moment, current)
        return event.id.hex()


def _sane(clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """Return a clock that raises StoreError for a time that cannot be now, nor be written down."""

    def now() -> datetime:
        at = clock()
        if not EARLIEST <= at.astimezone(UTC).year < LATEST:
            raise StoreError(
                f"The clock of this machine says that it is the year {at.year}. Set it right; "
                "nothing was changed."
            )
        return at

    return now


def _now() -> datetime:
    return datetime.now(UTC)
