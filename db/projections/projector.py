"""What an event does to a card: its state, its queue, and all that is counted of its reviews.

Whatever happens to a card goes through here: an answer, an undo, a sync, an import, a rebuild.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from cards.scheduling.fsrs import Memory
from db.log.events import Event, Kind
from db.log.settings import Settings
from db.projections import card_state, counts, schedule
from db.projections.card_state import CardState
from db.projections.schedule import CardSchedule

Count = Callable[[CardState, Event], None]
"""Called with the state of a card before each review of it, and the review."""


class Refold(NamedTuple):
    """A card whose history changed: its events before and after the change, oldest first."""

    card: CardSchedule
    before: Sequence[Event]
    after: Sequence[Event]


def apply(
    connection: Connection,
    card: CardSchedule,
    event: Event,
    settings: Settings,
    memory: Memory | None = None,
) -> None:
    """Apply the newest event of a card, and store what follows from it.

    `memory` is what an answer makes of the card, where that was computed before.
    """
    apply_all(connection, card, [event], settings, memory)


def apply_all(
    connection: Connection,
    card: CardSchedule,
    past: Iterable[Event],
    settings: Settings,
    memory: Memory | None = None,
) -> None:
    """Apply the newest events of a card, oldest first, and store what follows from them."""
    retagged = False
    for event in past:
        retagged |= event.kind == Kind.TAG
        if event.kind == Kind.REVIEW:
            counts.add(connection, card.state, event)
        card_state.apply(card.state, event, None if memory else settings.parameters)
    if memory is not None:
        card.state.stability, card.state.difficulty = memory.stability, memory.difficulty
    card_state.settle(card.state, card.missing)
    schedule.write(connection, card.state, retagged=retagged)


def refold(connection: Connection, cards: Sequence[Refold], settings: Settings) -> None:
    """Fold the cards whose histories changed; `card.state` becomes the state after all events.

    All reviews are taken out before any is added: one may move from card to card.
    """
    parted = []
    for card, before, after in cards:
        common = _common(before, after)
        state = fold(card_state.blank(card.state), before[:common], settings.parameters)
        # What is counted of a review does not depend on the card's memory.
        fold(replace(state), before[common:], None, partial(counts.remove, connection))
        parted.append((card, state, after[common:]))
    for card, state, rest in parted:
        fold(state, rest, settings.parameters, partial(counts.add, connection))
        card_state.settle(state, card.missing)
        schedule.write(connection, state)
        for name in CardState.__slots__:
            setattr(card.state, name, getattr(state, name))


def fold(
    state: CardState,
    past: Iterable[Event],
    parameters: Sequence[float] | None,
    count: Count | None = None,
) -> CardState:
    """Apply events to a state, in place, and return it; `card_state.settle` must follow."""
    for event in past:
        if count is not None and event.kind == Kind.REVIEW:
            count(state, event)
        card_state.apply(state, event, parameters)
    return state


def _common(before: Sequence[Event], after: Sequence[Event]) -> int:
    """Return how many events two histories share at their start."""
    pairs = zip(before, after, strict=False)
    return next(
        (at for at, (one, other) in enumerate(pairs) if one.id != other.id),
        min(len(before), len(after)),
    )
