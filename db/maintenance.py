"""Looking after a store: whether its clock was right, and when it is copied."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, bindparam, select

from db.log import events
from db.records import ClockAhead
from db.storage import backup
from db.storage.database import StoreError, file_of
from db.storage.schema import EVENTS
from db.storage.statements import Compiled

_AHEAD = Compiled(
    select(EVENTS.c.at)
    .where(
        EVENTS.c.id >= bindparam("since"),
        EVENTS.c.at > bindparam("latest"),
        EVENTS.c.kind == "review",
        events.STANDS,
    )
    .order_by(EVENTS.c.id.desc())
    .limit(1)
)
EVERY = timedelta(days=1)
"""How often a store is copied by itself."""
BEFORE_IMPORT = timedelta(minutes=30)
"""How old the newest copy may be when notes are imported."""


def ahead_of(connection: Connection, now: datetime) -> ClockAhead | None:
    """Return the newest review that is dated more than a day after `now`, None without one.

    No event has an id below its date, so only ids after that date are looked at.
    """
    latest = int(1000 * (now + timedelta(days=1)).timestamp())
    row = _AHEAD.one(connection, since=events.first_id(latest), latest=latest)
    return None if row is None else ClockAhead(events.instant(row[0]).astimezone(now.tzinfo).date())


def back_up(engine: Engine, now: datetime, target: Path | None, reason: str = "") -> Path:
    """Write a checked copy and return its path; raises StoreError for a store on a server.

    Only one without a `reason`, which a person asked for, stays for good beside the store.
    """
    path = file_of(engine.url)
    if path is None:
        raise StoreError("Only a store in a file is copied; a server has its own backups.")
    if target is not None:
        return backup.write_copy(engine, target)
    copy = backup.make(engine, path, now, reason)
    backup.thin_out(path)
    return copy


def back_up_if_old(
    engine: Engine, now: datetime, reason: str, age: timedelta = EVERY
) -> Path | None:
    """Copy a store in a file when its newest copy is of that age; return the copy, if any."""
    path = file_of(engine.url)
    if path is None or not path.exists():
        return None
    # A copy dated after now was made before the clock was set back: it does not say its age.
    made = (stamp for stamp in backup.copies(path).values() if stamp <= now)
    newest = max(made, default=None)
    if newest is not None and now - newest < age:
        return None
    return back_up(engine, now, None, reason)
