"""The cache of an open store: what it keeps in memory between two calls, and for how long.

Settings, the queue and the load of coming days are read once. Every use case looks at the newest
event first: when any program wrote anything but an answer, all of it is read again. A sync may
bring events older than the newest one, so it leaves a mark of its own.
"""

import threading

from sqlalchemy import Connection

from cards.scheduling.fsrs import Memory, Rating
from cards.scheduling.options import Options
from db.log import events, settings, tip
from db.log.settings import Settings
from db.projections.card_state import CardState
from db.storage.schema import OUT
from db.study import answering
from db.study.queue import Queue, Scope, Waiting
from db.study_clock import StudyClock

Use = tuple[Connection, StudyClock, Settings]
"""The surroundings of a use case: its transaction, the moment, and the settings in force."""


class Cache:
    """Settings, queue and loads of one open store."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.tip: bytes | None = events.END
        """The id of the newest event."""
        self._merged: str | None = None
        self.lock = threading.RLock()
        """Lock it before the cache is read or changed, and before the database is locked."""
        self._today = -1
        self._settings = Settings(options)
        self._queue: Queue | None = None
        self._loads: answering.Loads | None = None
        self._shown: tuple[tuple[str, int, bytes | None], answering.Previews] | None = None

    def settings(self, connection: Connection, moment: StudyClock) -> Settings:
        """Return the settings, read again on a new day and when anything else was written."""
        known = self.tip, self._merged, self._today
        if (*tip.newest(connection), moment.today) != known:
            self.forget(connection, moment)
        return self._settings

    def forget(self, connection: Connection, moment: StudyClock) -> None:
        """Read everything again."""
        self._today = moment.today
        self._settings = settings.load(connection, self.options, moment.today)
        self.tip, self._merged = tip.newest(connection)
        self._queue, self._loads, self._shown = None, None, None

    def queue(self, connection: Connection, scope: Scope, moment: StudyClock) -> Queue:
        """Return the queue of a scope for today."""
        current = self.settings(connection, moment)
        queue = self._queue
        if queue is None or queue.scope != scope or queue.today != moment.today:
            queue = self._queue = Queue(connection, scope, moment.today, current)
        return queue

    def loads(self, connection: Connection) -> answering.Loads:
        """Return how many cards are due on each day, counted once and then kept up to date."""
        if self._loads is None:
            self._loads = answering.loads_of(connection)
        return self._loads

    def show(
        self, card_id: str, today: int, tip: bytes | None, previews: answering.Previews
    ) -> None:
        """Keep the previews of a card's buttons, made when `tip` was the newest event."""
        self._shown = (card_id, today, tip), previews

    def shown(self, card_id: str, today: int, rating: Rating) -> Memory | None:
        """Return a button's preview; None if there was none, or something was written since."""
        if self._shown is None or self._shown[0] != (card_id, today, self.tip):
            return None
        return self._shown[1][rating]

    def answered(self, tip: bytes, before: CardState, after: CardState) -> None:
        """Count an answer, which is the event `tip`."""
        self.tip = tip
        if self._loads is not None:
            answering.shift(self._loads, before, after)
        if self._queue is not None:
            self._queue.drop(self._queue.token(after.key, after.family))
            self._queue.move(before, after)

    def taken_back(self, tip: bytes | None, before: CardState, after: CardState) -> None:
        """Undo the count of a withdrawn answer; its card comes back first."""
        self.tip = tip
        if self._loads is not None:
            answering.shift(self._loads, before, after)
        queue = self._queue
        if queue is not None and after.section not in queue.sections:
            self._queue = queue = None  # under the limit another card may have its place now
        if queue is not None:
            queue.move(before, after)
        if queue is not None and after.queue != OUT:
            token = queue.token(after.key, after.family)
            queue.put_back(Waiting(token, after.key, after.section, after.queue))
