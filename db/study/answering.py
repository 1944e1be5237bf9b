"""Answering: the previews of the buttons, and a review in one transaction."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, func, select

from cards.scheduling import fsrs
from cards.scheduling.balance import balanced
from cards.scheduling.fsrs import Memory, Rating, State
from cards.scheduling.fuzz import fraction
from cards.scheduling.options import Options
from db.log import events, payloads
from db.log.events import Event, Kind
from db.log.settings import Settings
from db.projections import projector
from db.projections.card_state import CardState
from db.projections.schedule import CardSchedule
from db.records import Review
from db.storage.schema import LAST_STEP, REVIEW, SCHEDULE
from db.study_clock import StudyClock

LONGEST_ANSWER = 600.0
"""Most seconds of an answer that count: a card may be left open overnight."""

Loads = Counter[int]
"""Cards in review by the day they are due."""

Previews = dict[Rating, Memory]
"""The memory that each button would give a card."""

_STEPS = range(LAST_STEP + 1)
_THURSDAY = 3  # what day 0, 1970-01-01, was
_LOADS = (
    select(SCHEDULE.c.due_day, func.count())
    .where(SCHEDULE.c.queue == REVIEW)
    .group_by(SCHEDULE.c.due_day)
)


def memory_of(state: CardState) -> Memory | None:
    """Return a card's memory as FSRS has it, None for a new card.

    Raises ValueError for a step that no card can have: the row is damaged.
    """
    if state.stability is None or state.difficulty is None or state.day is None:
        return None
    step = None if state.step is None else _STEPS.index(state.step)
    return Memory(
        state.stability, state.difficulty, State(state.state), step, state.day, state.due_day
    )


def place_in_band(card_id: str, state: CardState, options: Options) -> float:
    """Return the fraction of the fuzz band for a card's next review: the same on every device."""
    return fraction(f"{options.seed}:{card_id}:{state.reps}")


def variant_seed(card_id: str, state: CardState) -> int:
    """Return the seed of the variant to show, the same until the card is answered."""
    return int.from_bytes(blake2b(f"{card_id}:{state.reps}".encode(), digest_size=4).digest())


def previews(
    card: CardSchedule,
    moment: StudyClock,
    settings: Settings,
    loads: Loads,
    only: Rating | None = None,
) -> Previews:
    """Return the preview of each button, or of those that decide the `only` one."""
    options = settings.options(card.deck)
    return fsrs.previews(
        memory_of(card.state),
        moment.now,
        options=options,
        parameters=settings.parameters,
        spread=_spread(card, moment, options, loads),
        only=only,
    )


def _spread(card: CardSchedule, moment: StudyClock, options: Options, loads: Loads) -> fsrs.Spread:
    """Return the function from a computed interval to a fuzzed and balanced one."""
    if not options.fuzz:
        return fsrs.as_computed
    fraction = place_in_band(card.id, card.state, options)
    today, weekday = moment.today, (moment.today + _THURSDAY) % 7
    return lambda days: balanced(
        days,
        fraction,
        options.maximum_interval,
        lambda ahead: loads[today + ahead] if options.balance else 0,
        weekday=weekday,
        easy_days=options.easy_days,
    )


def loads_of(connection: Connection) -> Loads:
    """Return how many cards in review are due on each day."""
    loads: Loads = Counter()
    for day, cards in connection.execute(_LOADS):
        loads[day] = cards
    return loads


def answer(
    connection: Connection,
    card: CardSchedule,
    rating: Rating,
    moment: StudyClock,
    settings: Settings,
    loads: Loads,
    answered: Mapping[str, Any],
    last: bytes | None = None,
    shown: Memory | None = None,
) -> tuple[Review, CardState, CardState]:
    """Append a review, and bring the derived tables up to it.

    `answered` is the rest of the payload (seconds, grade, typed text, …), `last` the id of the
    newest event. `shown` is the button's preview, if it was computed before and nothing was written
    since. Returns the review, and the card's state before and after it.
    """
    state, options = card.state, settings.options(card.deck)
    before = replace(state)
    # A step is due some minutes after the answer, so its preview is computed again.
    result = shown if shown is not None and shown.due_at is None else None
    result = result or previews(card, moment, settings, loads, rating)[rating]
    payload = _payload(before, result, rating, moment, settings) | dict(answered)
    payloads.check(Kind.REVIEW, payload)
    event = events.append(connection, Kind.REVIEW, moment.now, card.id, payload=payload, last=last)
    projector.apply(connection, card, event, settings, result)
    return review_of(event, card, moment, options, before), before, state


def payload_of(
    seconds: float,
    grade: Mapping[str, Any] | None,
    typed: str,
    variant: Mapping[str, Any] | None,
    hinted: bool,
) -> dict[str, Any]:
    """Return the part of a review's payload that comes from the answer, without empty values."""
    grade = grade or {}
    result: dict[str, Any] = {
        "grade": grade.get("verdict"),
        "outcome": grade.get("outcome"),
        "misconception": grade.get("misconception"),
        "suggested": int(grade["suggested"]) if grade.get("suggested") else None,
        "typed": typed,
        "variant": dict(variant) if variant else None,
        "hinted": hinted,
    }
    set_values = {name: value for name, value in result.items() if value}
    return {"seconds": round(min(max(0.0, seconds), LONGEST_ANSWER), 2)} | set_values


def shift(loads: Loads, before: CardState, after: CardState) -> None:
    """Count a card on its new due day instead of its old one."""
    if before.queue == REVIEW:
        loads[before.due_day] -= 1
    if after.queue == REVIEW:
        loads[after.due_day] += 1


def review_of(
    event: Event, card: CardSchedule, moment: StudyClock, options: Options, before: CardState
) -> Review:
    """Return the record of a review event, given its card before and after it."""
    payload = event.payload
    due_at = payload.get("due_at")
    due = events.instant(due_at) if due_at is not None else moment.start_of(payload["due"])
    at = events.instant(event.at)
    wait = due - at if due_at is not None else timedelta(days=payload["due"] - payload["day"])
    lapsed = card.state.lapses > before.lapses
    return Review(
        id=event.id.hex(),
        card_id=card.id,
        at=at,
        rating=Rating(payload["rating"]),
        state=payload["state"],
        interval=wait,
        due=due,
        seconds=payload.get("seconds", 0.0),
        leech=lapsed and options.is_leech(card.state.lapses),
        grade={name: payload[name] for name in ("grade", "outcome") if name in payload} or None,
    )


def _payload(
    before: CardState, result: Memory, rating: Rating, moment: StudyClock, settings: Settings
) -> dict[str, Any]:
    """Return the part of a review's payload that the schedule decided: a fold needs no options."""
    payload: dict[str, Any] = {
        "day": result.day,
        "rating": int(rating),
        "state": result.state.name.lower(),
        "due": result.due_day,
        "parameters": settings.parameters_id,
    }
    if result.step is not None:
        payload["step"] = result.step
    if result.due_at is not None:
        payload["due_at"] = int(result.due_at.timestamp() * 1000)
    if before.day is not None and before.stability is not None:
        elapsed = moment.today - before.day
        predicted = fsrs.retrievability(before.stability, elapsed, settings.parameters)
        payload["predicted"] = round(predicted, 4)
    return payload
