"""Events of what was done elsewhere, made by a second process while this one takes notes in.

It adds them to a log of its own, of which the store's becomes a copy. Worth its start only where
there are very many. What it does not give, because it was ended, could not be started or met a
fault, is made here.
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
    from cards.formats.anki.history import Past, Reviews

Local = Callable[[datetime], datetime]
Elsewhere = Callable[[Local, int, datetime], "Iterable[Past | Reviews]"]
"""Gives what was done elsewhere, for the person's zone, the hour at which a day begins, and now."""

MANY = 100_000
"""Reviews from which a second process gains more than its start costs."""
_PAST, _LOG, _ARRIVING = "past", "log.db", "arriving"


def pays(many: int) -> bool:
    """Whether reviews are so many, and processors too, that two processes are quicker than one."""
    return many >= MANY and (os.cpu_count() or 1) > 1


def append(
    connection: Connection, past: Elsewhere, moment: StudyClock
) -> "tuple[bool, Arriving | None]":
    """Add what was done elsewhere to the log, and return whether it was anything new.

    Those of a log that knew no card are returned, too.
    """
    arriving = past.into(connection) if isinstance(past, LogBeside) else None
    if arriving is not None:
        return True, arriving
    arriving = None if events.know_cards(connection) else Arriving()
    found = past(_local(moment), moment.rollover_hour, moment.now)
    return history.append(connection, found, arriving) > 0, arriving


def _local(moment: StudyClock) -> Local:
    return lambda at: at.astimezone(moment.zone)


class LogBeside:
    """What was done elsewhere, in files of a folder; `close` ends the second process."""

    def __init__(self, folder: Path, past: Elsewhere, moment: StudyClock) -> None:
        """Let a second process make the events of a past that can be pickled."""
        self._folder = folder
        self._second: SecondProcess | None = None
        for name in (_PAST, _LOG, _ARRIVING):
            (folder / name).unlink(missing_ok=True)
        with (folder / _PAST).open("xb") as file:
            pickle.dump((past, moment), file, pickle.HIGHEST_PROTOCOL)
        with suppress(OSError):
            self._second = started(__name__, str(folder))

    def __call__(self, local: Local, rollover: int, now: datetime) -> "Iterable[Past | Reviews]":
        """Return what was done, as the past does that was given."""
        past: Elsewhere
        past, _ = _read(self._folder / _PAST)
        return past(local, rollover, now)

    def into(self, connection: Connection) -> "Arriving | None":
        """Add the events to a log that knows no card, in its transaction, and return them.

        Returns None where they are to be made here.
        """
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
    """Be the second process: add what was done to a new log, and keep it as columns too."""
    die_with_parent(int(lifeline))
    gc.disable()  # events hold no cycles
    folder = Path(place)
    past, moment = _read(folder / _PAST)
    found = past(_local(moment), moment.rollover_hour, moment.now)
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
            history.append(connection, found, arriving)
    engine.dispose()
    with (folder / _ARRIVING).open("xb") as file:
        pickle.dump(arriving, file, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main(*sys.argv[1:])
