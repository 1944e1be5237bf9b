"""The queue: which card is asked next.

The database orders what is due, and the daily limits cut it, once; the queue then takes cards
from the front. Each card is looked at again when its turn comes, because another program may have
answered it meanwhile. Learning steps come before everything else as soon as they are due.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    case,
    cast,
    func,
    select,
    true,
)

from cards.decks import is_below
from cards.notes import FOLDER
from cards.scheduling.order import in_turns, mixed
from db.log.settings import Settings
from db.projections import due
from db.projections.card_state import CardState
from db.records import Counts
from db.storage.schema import CARDS, DAYS, LEARNING, NEW, REVIEW, SCHEDULE, SECTIONS
from db.storage.statements import Compiled
from db.study.daily_limits import Limit, left_today
from db.study.learning_steps import Due, Steps

Sections = dict[int, str]
"""Section id → deck, of the sections in scope."""

_PRIME = 1_000_003
_FEW, _MANY = 4, 10_000
"""Rows read at once, where no limit says how many will be wanted."""


class Waiting(NamedTuple):
    """A card in the queue, identified by its token."""

    token: int
    key: int
    section: int
    queue: int
    urgency: float = 0.0


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the collection to study: a deck with those below it, or a topic, else all.

    With `ahead`, cards that come due within so many days are asked too, once each, and there is no
    limit of due cards.
    """

    deck: str | None = None
    topic: str | None = None
    ahead: int = 0


_TURNS = Compiled(
    select(
        DAYS.c.section,
        func.sum(case((DAYS.c.day == bindparam("day"), DAYS.c.new), else_=0)),
        func.max(case((DAYS.c.day < bindparam("day"), DAYS.c.day), else_=0)),
    )
    .where(DAYS.c.new > 0)
    .group_by(DAYS.c.section)
)
"""The new cards that each section got today, and the last day before on which it got any."""


BUNDLED, BUNDLED_END = f"{FOLDER}/", f"{FOLDER}0"
"""Bounds of the paths of bundled notes, in the order of text."""
_BUNDLED_KEYS = select(CARDS.c.key).where(CARDS.c.file > BUNDLED, CARDS.c.file < BUNDLED_END)
_BUNDLED = Compiled(
    select(CARDS.c.key)
    .where(CARDS.c.file > bindparam("start"), CARDS.c.file < bindparam("end"))
    .limit(1)
)


def sections_of(connection: Connection, scope: Scope) -> Sections:
    """Return the sections in scope: of a topic its deck alone, of a deck those below it too."""
    rows = connection.execute(select(SECTIONS.c.id, SECTIONS.c.deck, SECTIONS.c.topic)).all()
    return {
        id: deck
        for id, deck, topic in rows
        if scope.topic in (None, topic)
        and (scope.deck in (None, deck) or (scope.topic is None and is_below(deck, scope.deck)))
    }


class Queue:
    """The queue of one scope on one day."""

    def __init__(
        self, connection: Connection, scope: Scope, today: int, settings: Settings
    ) -> None:
        self.scope, self.today, self.settings = scope, today, settings
        self.until = today + scope.ahead
        """The last day whose cards are asked."""
        everywhere = sections_of(connection, scope)
        self.sections = {
            id: deck for id, deck in everywhere.items() if not settings.is_paused(deck)
        }
        everything = scope.deck is None and scope.topic is None
        self._whole = everything and len(self.sections) == len(everywhere)
        """Whether every card is in scope, so that queries need not name the sections."""
        here = None if self._whole else self.sections
        latest = settings.last_step_day(today)
        self._steps = Steps(connection, here, today, settings.base.learn_ahead, latest)
        review, new = self._due_and_new(connection)
        line = mixed(review, new, lambda card: card.section, settings.base)
        self._line = {card.token: card for card in line}
        self._returned: Waiting | None = None
        self._left = {NEW: 0, REVIEW: 0, LEARNING: 0}
        for card in self._line.values():
            self._left[card.queue] += 1

    def counts(self, learning: int) -> Counts:
        """Return what is left, given the number of learning cards."""
        return Counts(self._left[NEW], learning, self._left[REVIEW])

    def learning(self, now: datetime) -> Due:
        """Return how many learning cards are due today or soon, and which is first and when."""
        return self._steps.due(now)

    def move(self, before: CardState, after: CardState) -> None:
        """Move a card that was answered, or whose answer was taken back."""
        self._steps.move(before, after)

    def front(self) -> Waiting | None:
        """Return the card whose turn it is."""
        return self._returned or next(iter(self._line.values()), None)

    def first(self, count: int) -> list[Waiting]:
        """Return the first cards of the queue."""
        returned = [self._returned] if self._returned else []
        return list(islice(chain(returned, self._line.values()), count))

    def still(self, card: Waiting, now: CardState) -> bool:
        """Whether a card, whose state is `now`, still waits as it did when the queue was made."""
        # A step is due at an instant: after travelling west its day may be tomorrow.
        due_day = self.today if card.queue == LEARNING else now.due_day
        asked = due.is_asked(due_day, now.day or 0, now.buried_day, self.today, self.until)
        return bool(asked) and now.queue == card.queue

    @property
    def returned(self) -> bool:
        """Whether the front is a card whose answer was taken back."""
        return self._returned is not None

    def drop(self, token: int) -> None:
        """Take a card and its siblings out of the queue."""
        if self._returned is not None and self._returned.token == token:
            self._left[self._returned.queue] -= 1
            self._returned = None
        card = self._line.pop(token, None)
        if card is not None:
            self._left[card.queue] -= 1

    def put_back(self, card: Waiting) -> None:
        """Put a card, whose answer was taken back, at the front."""
        self.drop(card.token)
        if self._returned is not None:
            self._line = {self._returned.token: self._returned, **self._line}
        self._returned = card
        self._left[card.queue] += 1

    def token(self, key: int, family: int) -> int:
        """Return the token of a card: its family where siblings are buried, else its key."""
        return family if self.settings.base.bury_siblings else key

    def _due_and_new(self, connection: Connection) -> tuple[list[Waiting], list[Waiting]]:
        if not self.sections:
            return [], []
        limits = left_today(connection, self.today, self.settings)
        if self.scope.ahead:
            here = SCHEDULE.c.section.in_(list(self.sections))
            review = list(self._cards(connection, self._first(REVIEW, here), _MANY))
        else:
            review = self._within(connection, REVIEW, limits.due)
        return review, self._new(connection, limits.new)

    def _new(self, connection: Connection, limit: Limit) -> list[Waiting]:
        """Return the new cards that a limit allows: those of one's own notes, then bundled ones."""
        turns = self.settings.base.topics == "interleaved"
        wanted = self._in_turns if turns else partial(self._within, queue=NEW)
        bundled = _BUNDLED.run(connection, start=BUNDLED, end=BUNDLED_END).fetchall()
        if not bundled:
            return wanted(connection, limit=limit, only=true())
        theirs = SCHEDULE.c.key.in_(_BUNDLED_KEYS)
        line = wanted(connection, limit=limit, only=~theirs)
        if not any(limit.left(deck) for deck in self.sections.values()):
            return line
        known = {card.token for card in line}
        more = wanted(connection, limit=limit, only=theirs)
        return line + [card for card in more if card.token not in known]

    def _within(
        self,
        connection: Connection,
        queue: int,
        limit: Limit,
        only: ColumnElement[bool] = true(),  # noqa: B008 - it is not changed
    ) -> list[Waiting]:
        """Return the first cards of a queue that a limit allows, among those of `only`."""
        cards: list[Waiting] = []
        groups = self._groups(limit)
        for sections, left in groups:
            here = only if sections is None else and_(only, SCHEDULE.c.section.in_(sections))
            cards += islice(self._cards(connection, self._first(queue, here), left), left)
        if len(groups) > 1:
            cards.sort(key=lambda card: (-card.urgency, card.key))
        return self._allowed(cards, limit)

    def _in_turns(
        self, connection: Connection, limit: Limit, only: ColumnElement[bool]
    ) -> list[Waiting]:
        """Return the new cards that a limit allows, one of each topic in turn.

        The topic whose last new card is longest ago comes first, so that all topics come even where
        a day has fewer new cards. Today's turns count: a queue made anew goes on where it was.
        """
        rows = _TURNS.run(connection, day=self.today).fetchall()
        turns = dict.fromkeys(self.sections, (0, 0)) | {id: (last, had) for id, had, last in rows}
        here = SCHEDULE.c.section == bindparam("section", None, Integer)
        first = self._first(NEW, and_(here, only))
        groups = [
            (int(turns[id][1]), self._while_allowed(connection, first, id, limit))
            for id in sorted(self.sections, key=lambda id: (turns[id][0], id))
        ]
        return self._allowed(in_turns(groups), limit)

    def _while_allowed(
        self, connection: Connection, statement: Compiled, section: int, limit: Limit
    ) -> Iterator[Waiting]:
        """Yield the cards of a section for as long as a limit allows more of its deck."""
        deck = self.sections[section]
        share = _FEW + limit.left(deck) // len(self.sections)
        for card in self._cards(connection, statement, share, section=section):
            if not limit.left(deck):
                break
            yield card

    def _allowed(self, cards: Iterable[Waiting], limit: Limit) -> list[Waiting]:
        """Return the cards that a limit allows, one of each family."""
        line: dict[int, Waiting] = {}
        for card in cards:
            if card.token not in line and limit.take(self.sections[card.section]):
                line[card.token] = card
        return list(line.values())

    def _groups(self, limit: Limit) -> list[tuple[list[int] | None, int]]:
        """Return the sections that share a limit, None for all, with how many cards may come."""
        decks: dict[str | None, list[int]] = {}
        for section, deck in self.sections.items():
            decks.setdefault(deck if limit.is_apart(deck) else None, []).append(section)
        whole = self._whole and not self.scope.ahead and decks.keys() == {None}
        return [
            (None if whole else sections, limit.left(self.sections[sections[0]]))
            for sections in decks.values()
        ]

    def _cards(
        self, connection: Connection, statement: Compiled, rows: int, **values: int
    ) -> Iterator[Waiting]:
        """Yield the cards that a statement finds, one of each family, reading `rows` at first."""
        seen: set[int] = set()
        while rows:
            cards = statement.run(connection, rows=rows, **values).fetchall()
            for card in map(Waiting._make, cards):
                if card.token not in seen:
                    seen.add(card.token)
                    yield card
            if len(cards) < rows:
                break
            rows *= 4

    def _first(self, queue: int, here: ColumnElement[bool]) -> Compiled:
        """Return the statement for the first `rows` cards of a queue, siblings among them."""
        bury, urgency, cards = self.settings.base.bury_siblings, self._urgency(queue), SCHEDULE.c
        in_notes = queue == NEW and self.settings.base.new_order == "notes"
        # + 0: new cards by the index of sections, which has them in the order they came in.
        due_day = cards.due_day + 0 if queue == NEW else cards.due_day
        query = (
            select(
                cards.family if bury else cards.key, cards.key, cards.section, cards.queue, urgency
            )
            .where(
                here,
                cards.queue == queue,
                due.is_asked(due_day, cards.day, cards.buried_day, self.today, self.until),
            )
            .order_by(*([] if in_notes else [urgency.desc()]), cards.key)
            .limit(bindparam("rows", None, Integer))
        )
        return Compiled(query.where(~due.held_back(cards, self.today)) if bury else query)

    def _urgency(self, queue: int) -> Any:
        """Return the expression that orders the cards, greatest first.

        Elapsed days / stability orders like retrievability, and is quicker to compute.
        """
        cards, base = SCHEDULE.c, self.settings.base
        order = base.new_order if queue == NEW else base.order
        if order == "random":
            # A quadratic of the key modulo a prime: another order for each seed and each day.
            dice = random.Random(f"{base.seed} {self.today}")  # noqa: S311
            square, slope, start = (dice.randrange(1, _PRIME) for _ in range(3))
            key = cast(cards.key, BigInteger) % _PRIME
            return (key * key % _PRIME * square + key * slope + start) % _PRIME
        if queue == NEW:
            return -cards.key
        if order == "due":
            return self.today - cards.due_day
        return (self.today - cards.day) / func.coalesce(cards.stability, 1.0)
