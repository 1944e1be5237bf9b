"""Cards that may be earlier ones reworded: they wait, and lose nothing, until a person says so.

A pair that waits is a card that is gone from its note, and of which something is known, and one
that came with the same import or later and reads like it.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from cards.card import Card
from cards.identity import MOST_OF_PATTERN, Deck, Pair, match
from db.card_table import renames, rows
from db.card_table.rows import read_card
from db.log import events, relinks
from db.log.events import Kind
from db.projections import schedule
from db.storage.schema import CARDS, SCHEDULE
from db.study_clock import StudyClock
from sims.errors import InputError

_MOST = 5_000
_ONE_IMPORT = 600_000
"""Milliseconds that the transactions of one import may lie apart."""
_HAS_PAST = (SCHEDULE.c.reps > 0) | SCHEDULE.c.suspended | (SCHEDULE.c.tags != "")
_CARDS = (
    select(CARDS.c.body, CARDS.c.file, CARDS.c.line, CARDS.c.stamp, CARDS.c.added)
    .join(SCHEDULE, SCHEDULE.c.key == CARDS.c.key)
    .order_by(-CARDS.c.key)
    .limit(_MOST)
)
"""The newest first. By their keys as such, SQLite would look at every card for the few missing."""


def waiting(connection: Connection) -> list[Pair]:
    """Return the pairs that may be one card, likest first, without those known to be two."""
    left = {
        card: int.from_bytes(stamp[:6]) - _ONE_IMPORT
        for card, stamp, _ in _read(connection, CARDS.c.missing & _HAS_PAST)
    }
    if not left:
        return []
    came = {
        card: added
        for card, _, added in _read(
            connection, ~CARDS.c.missing & (CARDS.c.added >= min(left.values()))
        )
    }
    found = match(list(left), list(came), Deck(list(rows.some(connection, MOST_OF_PATTERN))))
    before = {card.id: card for card in left}
    pairs = [Pair(before[id], card, 1.0) for id, card in found.relinked] + list(found.doubtful)
    two = {
        (event.card, event.payload["other"]) for event in events.of_kinds(connection, Kind.APART)
    }
    return sorted(
        (
            pair
            for pair in pairs
            if came[pair.new] >= left[pair.old] and (pair.old.id, pair.new.id) not in two
        ),
        key=lambda pair: -pair.likeness,
    )


def _read(connection: Connection, wanted: ColumnElement[bool]) -> list[tuple[Card, bytes, int]]:
    found: Any = connection.execute(_CARDS.where(wanted))
    return [(read_card(body, file, line), stamp, added) for body, file, line, stamp, added in found]


def join(connection: Connection, old: str, new: str, moment: StudyClock) -> None:
    """Make one card of a missing one and a new one: their events are one past.

    What follows from the log has to be folded anew then. Raises LookupError for an id that no card
    has, InputError for a card that is not gone, or has gone too.
    """
    _check(connection, old, new)
    said = relinks.payload(relinks.every(connection), old, new)
    events.append(connection, Kind.RELINK, moment.now, old, payload=said)
    renames.follow(connection)


def part(connection: Connection, old: str, new: str, moment: StudyClock) -> None:
    """Note that a missing card and a new one are two, so that nobody is asked again."""
    _check(connection, old, new)
    events.append(connection, Kind.APART, moment.now, old, payload={"other": new})


def _check(connection: Connection, old: str, new: str) -> None:
    if not schedule.of_id(connection, old).missing:
        raise InputError(f"the card {old} is in its note; only one that is gone can be another")
    if schedule.of_id(connection, new).missing:
        raise InputError(f"the card {new} is gone from its note, too")
