"""How many cards the daily limits still allow, new ones or due ones.

The number in the config is one limit over all decks that say nothing: a deck is a file unless its
note names another, and nobody wants twenty new cards of every file. A deck with a limit of its own
has that instead, beside the others. What is allowed a deck "today only" adds to its own limit, or
comes before what it takes of the shared one.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from db.log.settings import More, Settings
from db.storage.schema import DAYS, SECTIONS
from db.storage.statements import Compiled

_DONE = Compiled(
    select(SECTIONS.c.deck, func.sum(DAYS.c.new), func.sum(DAYS.c.due))
    .join(SECTIONS, SECTIONS.c.id == DAYS.c.section)
    .where(DAYS.c.day == bindparam("day"))
    .group_by(SECTIONS.c.deck)
)


class Limit:
    """What one daily limit leaves; `take` uses it up."""

    def __init__(
        self, shared: int, own: Mapping[str, int], more: More, done: Mapping[str, int]
    ) -> None:
        """Begin with the limit that decks share, those of their own, and what was done today."""
        anywhere = more.get(None, 0)
        self._own = {
            deck: limit + anywhere + more.get(deck, 0) - done.get(deck, 0)
            for deck, limit in own.items()
        }
        self._shared = shared + anywhere
        self._extra: Counter[str] = Counter()
        for deck in {*more, *done} - {*own, None}:
            assert deck is not None
            extra, count = more.get(deck, 0), done.get(deck, 0)
            used = min(count, max(0, extra))
            self._extra[deck] = extra - used
            self._shared -= count - used

    def left(self, deck: str) -> int:
        """Return how many cards of a deck may still come."""
        if deck in self._own:
            return max(0, self._own[deck])
        return max(0, max(0, self._shared) + self._extra[deck])

    def is_apart(self, deck: str) -> bool:
        """Whether a deck's limit differs from the one that decks share."""
        return deck in self._own or self._extra[deck] != 0

    def take(self, deck: str) -> bool:
        """Count a card of a deck, if the limit allows one more; return whether it does."""
        if not self.left(deck):
            return False
        if deck in self._own:
            self._own[deck] -= 1
        elif self._extra[deck] > 0:
            self._extra[deck] -= 1
        else:
            self._shared -= 1
        return True


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of new cards and of due ones."""

    new: Limit
    due: Limit


def left_today(connection: Connection, today: int, settings: Settings) -> Limits:
    """Return what the limits still allow today."""
    rows = _DONE.run(connection, day=today).fetchall()
    new = {deck: int(count) for deck, count, _ in rows}
    due = {deck: int(count) for deck, _, count in rows}
    base = settings.base
    return Limits(
        Limit(base.new_per_day, settings.own("new_per_day"), settings.more_new, new),
        Limit(base.reviews_per_day, settings.own("reviews_per_day"), settings.more_due, due),
    )
