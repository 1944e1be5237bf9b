"""Folding a few new events, each the last of its card, without reading the whole log.

What a sync brings is mostly this: the reviews of some days on another device. Anything else, such
as a review older than one that is here, is left to the fold of everything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select

from db.log import aliases, relinks
from db.log.events import Event, Kind
from db.log.settings import Settings
from db.projections import projector, schedule
from db.projections.schedule import CardSchedule
from db.storage.database import chunks
from db.storage.schema import CARDS, EVENTS
from db.sync.report import Moved

MOST = 5_000
"""Events beyond which the fold of everything is quicker."""

_DEEP = (Kind.RELINK, Kind.PARAMETERS)
_KINDS = select(EVENTS.c.kind, EVENTS.c.card, EVENTS.c.target).where(
    EVENTS.c.id.in_(bindparam("ids", expanding=True))
)


@dataclass(slots=True)
class ChangeSet:
    """The events that a sync brought to a store."""

    moved: Moved
    events: list[bytes] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    """Ids of cards that were not here before."""
    deep: bool = False
    """Whether so much was taken over, or cards changed so, that everything must be folded."""

    def __bool__(self) -> bool:
        """Whether there is anything to fold."""
        return bool(self.events or self.cards or self.deep)

    def add(self, events: Sequence[bytes]) -> None:
        """Note new events, while there are few enough to fold them alone."""
        self.deep |= len(self.events) + len(events) > MOST
        self.events = [] if self.deep else [*self.events, *events]

    def fold(self, connection: Connection, settings: Settings) -> bool:
        """Fold the new events; return False, with nothing done, when that needs the whole log."""
        return _fold(connection, self, settings)


def _fold(connection: Connection, news: ChangeSet, settings: Settings) -> bool:
    if news.deep:
        return False
    fresh, new_here = set(news.events), set(news.cards)
    cards = _cards(connection, fresh, new_here)
    if cards is None:
        return False
    later: list[tuple[CardSchedule, list[Event]]] = []
    for id in sorted(cards):
        card = schedule.of_id(connection, id)
        past = aliases.history(connection, card.state.key, id)
        first = next((at for at, event in enumerate(past) if event.id in fresh), len(past))
        known = sum(event.kind == Kind.REVIEW for event in past[:first])
        if card.state.reps != known or (first and id in new_here):
            return False  # it was never folded, or by another program meanwhile
        if not all(event.id in fresh for event in past[first:]):
            return False
        later.append((card, past[first:]))
    for card, new in later:
        projector.apply_all(connection, card, new, settings)
    return True


def _cards(
    connection: Connection, fresh: Collection[bytes], new: Collection[str]
) -> set[str] | None:
    """Return the ids of cards with new events, None where one may not be its card's last."""
    ids = set(new)
    for part in chunks(sorted(fresh)):
        for kind, card, target in connection.execute(_KINDS, {"ids": part}):
            if kind in _DEEP or (target is not None and target not in fresh):
                return None
            if card is not None:
                ids.add(card)
    for relink in relinks.every(connection):
        if relink.card in ids or relink.payload["to"] in new:
            return None
    here: set[str] = set()
    for some in chunks(sorted(ids)):
        here.update(connection.execute(select(CARDS.c.id).where(CARDS.c.id.in_(some))).scalars())
    return here
