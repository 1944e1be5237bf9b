"""Exporting: cards, their schedules, and their reviews."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from cards.card import Card
from cards.formats.anki.package import Losses
from cards.formats.anki.writing import Answer, Person, Schedule, write
from cards.scheduling.fsrs import State
from db.card_table.rows import read_card
from db.log import aliases, events, relinks
from db.log.events import Event, Kind
from db.log.settings import Settings
from db.projections import card_state
from db.projections.card_state import CardState
from db.projections.schedule import STATE_COLUMNS
from db.storage.database import chunks
from db.storage.schema import CARDS, SCHEDULE
from db.study_clock import StudyClock

_STATES = {state.value: state.name.lower() for state in State} | {0: "new"}


def cards(connection: Connection, keys: Sequence[int]) -> Iterator[tuple[Card, Schedule]]:
    """Yield cards of some keys, in their order, each with its schedule."""
    query = select(CARDS.c.body, CARDS.c.file, CARDS.c.line, CARDS.c.added, *STATE_COLUMNS).join(
        SCHEDULE, SCHEDULE.c.key == CARDS.c.key
    )
    for part in chunks(keys):
        rows = connection.execute(query.where(CARDS.c.key.in_(part)).order_by(CARDS.c.key))
        for body, file, line, added, *state in rows:
            yield read_card(body, file, line), _schedule(CardState(*state), added)


def _schedule(state: CardState, added: int) -> Schedule:
    return Schedule(
        state=_STATES[state.state],
        due_day=state.due_day,
        due_at=state.due_at,
        day=state.day,
        step=state.step,
        stability=state.stability,
        difficulty=state.difficulty,
        reps=state.reps,
        lapses=state.lapses,
        suspended=bool(state.suspended),
        buried_day=state.buried_day,
        tags=tuple(state.tags.split()),
        added=added,
    )


def log(connection: Connection, kinds: Set[str] | None = None) -> Iterator[tuple[int, str, Event]]:
    """Yield key and present id of the card, and each of its events that stand, in order."""
    ids = {key: id for id, key in connection.execute(select(CARDS.c.id, CARDS.c.key))}
    keys = {id: key for key, id in ids.items()}
    owners = aliases.Owners(aliases.rows(relinks.every(connection), keys), keys)
    for event in events.every(connection):
        key = owners.of(event)
        if key is not None and (kinds is None or event.kind in kinds):
            yield key, ids[key], event


def answers(connection: Connection, wanted: Set[str], settings: Settings) -> Iterator[Answer]:
    """Yield the reviews and resets of some cards, in order, with the states around each."""
    states: dict[int, CardState] = {}
    for key, id, event in log(connection):
        if id not in wanted:
            continue
        state = states.setdefault(key, CardState(key, 0, 0))
        before, last = _STATES[state.state], _interval(state, event)
        card_state.apply(state, event, settings.parameters)
        if event.kind == Kind.REVIEW:
            payload = event.payload
            ahead = payload["due"] - payload["day"]
            if payload["state"] != "review" or (ahead == 0 and payload.get("due_at")):
                ahead = -max(1, (payload.get("due_at", event.at) - event.at) // 1000)
            yield Answer(
                id, event.at, payload["rating"], before, ahead, last, state.difficulty,
                round(payload.get("seconds", 0) * 1000), event.offset, payload["day"],
            )  # fmt: skip
        elif event.kind == Kind.RESET:
            yield Answer(id, event.at, 0, "reset", 0, 0, None, 0, event.offset, None)


def _interval(state: CardState, event: Event) -> int:
    """Return the interval before a review as Anki has it: days, or seconds below 0."""
    if state.state == 0 or state.day is None:
        return 0
    return state.due_day - state.day


def person_of(connection: Connection, moment: StudyClock, settings: Settings) -> Person:
    """Return the person of a package: days, zone, limits, and parameters of FSRS."""
    first = connection.execute(
        select(func.min(SCHEDULE.c.due_day)).where(SCHEDULE.c.state != 0)
    ).scalar()
    oldest = connection.execute(select(func.min(SCHEDULE.c.day))).scalar()
    start = min([moment.today, *(day for day in (first, oldest) if day is not None)])
    begins = moment.start_of(start)
    offset = begins.astimezone(moment.zone).utcoffset() or timedelta()
    options = settings.base
    return Person(
        now=int(moment.now.timestamp() * 1000),
        today=moment.today,
        start=start,
        created=int(begins.timestamp()),
        west=-round(offset.total_seconds() / 60),
        rollover=moment.rollover_hour,
        retention=options.desired_retention,
        parameters=settings.parameters,
        learning_steps=options.learning_steps,
        relearning_steps=options.relearning_steps,
        new_per_day=options.new_per_day,
        reviews_per_day=options.reviews_per_day,
        maximum_interval=options.maximum_interval,
    )


def anki_package(
    connection: Connection, keys: Sequence[int], path: Path, moment: StudyClock, settings: Settings
) -> Losses:
    """Write cards of some keys and their reviews to a package that is not there yet."""
    exported = list(cards(connection, keys))
    schedules = {card.id: schedule for card, schedule in exported}
    reviews = answers(connection, schedules.keys(), settings)
    person = person_of(connection, moment, settings)
    return write(path, [card for card, _ in exported], schedules, reviews, person)


def whole_store(connection: Connection, keys: Sequence[int] | None) -> Iterator[dict[str, Any]]:
    """Yield all cards, or those of some keys, and then the log of them, as JSON-able records.

    Of all cards, the log is there in full, with what was taken back and what is of no card.
    """
    every = list(connection.execute(select(CARDS.c.key)).scalars()) if keys is None else keys
    query = select(CARDS.c.body, CARDS.c.file, CARDS.c.line, CARDS.c.added, CARDS.c.missing)
    for part in chunks(sorted(every)):
        for body, file, line, added, missing in connection.execute(
            query.where(CARDS.c.key.in_(part)).order_by(CARDS.c.key)
        ):
            yield {"card": read_card(body, file, line).to_dict(), "added": added} | (
                {"missing": True} if missing else {}
            )
    if keys is None:
        yield from ({"event": _as_json(event)} for event in events.raw(connection))
        return
    wanted = set(keys)
    for key, id, event in log(connection):
        if key in wanted and event.kind != Kind.RELINK:
            yield {"event": _as_json(replace(event, card=id))}


def _as_json(event: Event) -> dict[str, Any]:
    record: dict[str, Any] = {"id": event.id.hex(), "at": event.at, "offset": event.offset}
    record |= {"kind": event.kind, "card": event.card}
    if event.target is not None:
        record["target"] = event.target.hex()
    return record | {"payload": event.payload}
