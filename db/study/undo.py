"""What changes in a card's past: a review taken back, events of another id, another section.

Each time the card is folded anew, and what is counted of its reviews is brought along.
"""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace

from sqlalchemy import Connection, bindparam, update

from db.log import aliases, events
from db.log.aliases import history, owner
from db.log.events import Event, Kind
from db.log.settings import Settings
from db.projections import card_state as fold
from db.projections import counts
from db.projections.card_state import CardState
from db.storage.schema import SCHEDULE
from db.study import answering as study
from db.study_clock import StudyClock

_MOVE = (
    update(SCHEDULE).where(SCHEDULE.c.key == bindparam("of_key")).values(section=bindparam("to"))
)


def standing_review(connection: Connection, id: bytes | None) -> tuple[Event, int] | None:
    """Return the review of an id, else the newest, and its card's key; None if it does not stand.

    A sync that was broken off may have brought reviews of cards that are still to come.
    """
    if id is not None:
        event = events.review(connection, id)
        key = owner(connection, event) if event is not None else None
        return None if event is None or key is None else (event, key)
    with closing(events.reviews_back(connection)) as back:
        for event in back:
            key = owner(connection, event)
            if key is not None:
                return event, key
    return None


def take_back(
    connection: Connection, event: Event, key: int, moment: StudyClock, settings: Settings
) -> tuple[study.CardSchedule, study.CardSchedule]:
    """Withdraw a review of a card; return the card as it stood after it and as it stands now."""
    held = study.held(connection, key)
    past = history(connection, key, held.id)
    at = next(place for place, one in enumerate(past) if one.id == event.id)
    events.append(connection, Kind.WITHDRAWAL, moment.now, event.card, target=event.id)
    before = _blank(held.standing)
    for one in past[:at]:
        fold.apply(before, one, settings.parameters)
    # Reviews that another program made since count otherwise without this one.
    _count(connection, before, past[at:], -1, settings)
    now = _count(connection, before, past[at + 1 :], +1, settings)
    fold.settle(now, held.missing)
    study.write(connection, now)
    return held, study.CardSchedule(held.id, held.deck, held.missing, now)


def _blank(standing: CardState) -> CardState:
    """Return where a card stood before anything was done on it."""
    return CardState(standing.key, standing.section, standing.family)


def move(connection: Connection, key: int, section: int, settings: Settings) -> None:
    """Put a card's schedule into another section, and what was done on it too."""
    held = study.held(connection, key)
    fresh = _blank(held.standing)
    for event in history(connection, key, held.id):
        if event.kind == Kind.REVIEW and section != fresh.section:
            counts.in_section(connection, fresh, event, -1)
            counts.in_section(connection, replace(fresh, section=section), event, +1)
        fold.apply(fresh, event, settings.parameters)
    fold.settle(fresh, held.missing)
    study.write(connection, fresh)
    connection.execute(_MOVE, {"of_key": key, "to": section})


def reassign(connection: Connection, ids: Mapping[int, str], settings: Settings) -> None:
    """Give cards their events after some got other ids, and fold those anew that have others now.

    `ids` holds, by key, the ids that they had before, empty for a new card. The log may know of an
    id before a card has it: another device reviewed it, and a sync that brought the log was broken
    off before it brought the card.
    """
    wanted = aliases.wanted(connection)
    keys = list(ids.keys() | aliases.differing(connection, wanted))
    held = [study.held(connection, key) for key in keys]
    before = [
        history(connection, key, ids.get(key, one.id)) for key, one in zip(keys, held, strict=True)
    ]
    aliases.replace(connection, wanted)
    after = [history(connection, key, one.id) for key, one in zip(keys, held, strict=True)]
    others = [each for each in zip(held, before, after, strict=True) if each[1] != each[2]]
    for one, was, _ in others:
        _count(connection, _blank(one.standing), was, -1, settings)
    for one, _, now in others:
        fresh = _count(connection, _blank(one.standing), now, +1, settings)
        fold.settle(fresh, one.missing)
        study.write(connection, fresh)


def _count(
    connection: Connection, start: CardState, past: Iterable[Event], sign: int, settings: Settings
) -> CardState:
    """Count reviews of a card, once more or once less, and return where they lead from a start."""
    fresh = replace(start)
    for event in past:
        if event.kind == Kind.REVIEW:
            counts.apply(connection, fresh, event, sign)
        fold.apply(fresh, event, settings.parameters)
    return fresh
