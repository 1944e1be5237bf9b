"""The events of another program, written by a second process while this one imports notes.

It adds them to a log of its own, of which the store's becomes a copy. Its start pays only where
there are very many. Where it was ended, could not be started or met a fault, this process does it.
"""

import gc
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from db.importing import history
from db.log import digests, events
from db.projections.replay import Arriving
from db.storage.database import connect, locate
from db.storage.schema import DIGESTS, EVENTS
from db.study_clock import StudyClock
from sims.worker.lifeline import SecondProcess, die_with_parent, started

if TYPE_CHECKING:
    from cards.formats.anki.history import ForeignEvent, Reviews

Local = Callable[[datetime], datetime]
EventSource = Callable[[Local, int, datetime], "Iterable[ForeignEvent | Reviews]"]
"""Gives the events of another program, for the person's zone, the rollover hour, and now."""

MANY = 100_000
"""Reviews from which a second process gains more than its start costs."""
_SOURCE, _LOG, _ARRIVING = "source", "log.db", "arriving"


def pays(reviews: int) -> bool:
    """Whether there are reviews and processors enough for two processes to be quicker than one."""
    return reviews >= MANY and (os.cpu_count() or 1) > 1


def append(
    connection: Connection, source: EventSource, moment: StudyClock
) -> "tuple[bool, Arriving | None]":
    """Add another program's events to the log, and return whether any was new.

    Where the log knew no card, its reviews are returned as columns, too.
    """
    arriving = source.into(connection) if isinstance(source, LogBeside) else None
    if arriving is not None:
        return True, arriving
    arriving = None if events.know_cards(connection) else Arriving()
    foreign = source(_local(moment), moment.rollover_hour, moment.now)
    return history.append(connection, foreign, arriving) > 0, arriving


def _local(moment: StudyClock) -> Local:
    return lambda at: at.astimezone(moment.zone)


class LogBeside:
    """A log that a second process writes into a folder; `close` ends the process."""

    def __init__(self, folder: Path, source: EventSource, moment: StudyClock) -> None:
        """Start the second process with the events of a source that can be pickled."""
        self._folder = folder
        self._second: SecondProcess | None = None
        for name in (_SOURCE, _LOG, _ARRIVING):
            (folder / name).unlink(missing_ok=True)
        with (folder / _SOURCE).open("xb") as file:
            pickle.dump((source, moment), file, pickle.HIGHEST_PROTOCOL)
        with suppress(OSError):
            self._second = started(__name__, str(folder))

    def __call__(
        self, local: Local, rollover: int, now: datetime
    ) -> "Iterable[ForeignEvent | Reviews]":
        """Return the events, as the source does that was given."""
        source: EventSource
        source, _ = _read(self._folder / _SOURCE)
        return source(local, rollover, now)

    def into(self, connection: Connection) -> "Arriving | None":
        """Copy the events into a log that knows no card, and return them; None if that failed."""
        if self._second is None or self._second.wait() != 0 or events.know_cards(connection):
            return None
        arriving: Arriving = _read(self._folder / _ARRIVING)
        events.take_over(connection, self._folder / _LOG)
        digests.drop(connection)
        return arriving

    def close(self) -> None:
        """End the second process."""
        if self._second is not None:
            self._second.close()


def _read(path: Path) -> Any:
    with path.open("rb") as file:
        return pickle.load(file)  # noqa: S301  (of our own processes)


def main(place: str, lifeline: str) -> None:
    """Be the second process: write the events to a new log, and keep them as columns too."""
    die_with_parent(int(lifeline))
    gc.disable()  # events hold no cycles
    folder = Path(place)
    source, moment = _read(folder / _SOURCE)
    foreign = source(_local(moment), moment.rollover_hour, moment.now)
    arriving = Arriving()
    engine = connect(locate(folder / _LOG))
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        # Nobody reads what is not whole; the other process needs the room.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-8192"):
            driver.execute(f"PRAGMA {pragma}")
        with connection.begin():
            for table in (EVENTS, DIGESTS):
                table.create(connection)
            history.append(connection, foreign, arriving)
    engine.dispose()
    with (folder / _ARRIVING).open("xb") as file:
        pickle.dump(arriving, file, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main(*sys.argv[1:])
