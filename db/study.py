"""Studying: the next card, an answer, and taking an answer back. One transaction each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cards.scheduling import fsrs
from cards.scheduling.day import day_start
from cards.scheduling.fsrs import Memory, Rating, State
from cards.scheduling.fuzz import fraction
from cards.scheduling.options import Options
from db import columns, events, fold
from db.aliases import history, owner
from db.events import Event, Kind
from db.fold import Standing
from db.records import Review
from db.schema import CARDS, DAYS, MISCONCEPTIONS, SCHEDULE, SECTIONS
from db.settings import Settings


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, in the person's zone, and the study day it belongs to."""

    now: datetime
    today: int
    zone: tzinfo | None
    rollover_hour: int

    def start_of(self, day: int) -> datetime:
        """Return the UTC instant at which a study day begins."""
        return day_start(day, self.zone, self.rollover_hour)


@dataclass(frozen=True, slots=True)
class Held:
    """A card as read for answering: where it stands, and what else the answer needs."""

    id: str
    deck: str
    missing: bool
    standing: Standing


COUNTED = ("new", "due", "answers", "milliseconds")
_STANDING = [SCHEDULE.c[name] for name in Standing.__slots__]
STANDINGS = select(*_STANDING)
_HOLD = (
    select(CARDS.c.id, SECTIONS.c.deck, CARDS.c.missing, *_STANDING)
    .join(SCHEDULE, SCHEDULE.c.key == CARDS.c.key)
    .join(SECTIONS, SECTIONS.c.id == CARDS.c.section)
)
_HOLD_ID = _HOLD.where(CARDS.c.id == bindparam("card"))
_HOLD_KEY = _HOLD.where(CARDS.c.key == bindparam("card"))
_CHANGED: dict[str, Any] = {
    name: bindparam(name) for name in (*Standing.__slots__, "dirty") if name != "key"
}
_WRITE = update(SCHEDULE).where(SCHEDULE.c.key == bindparam("of_key")).values(_CHANGED)


def hold(connection: Connection, card_id: str) -> Held:
    """Read a card; raises LookupError with a sentence when there is none of that id."""
    row = connection.execute(_HOLD_ID, {"card": card_id}).first()
    if row is None:
        raise LookupError(f"there is no card {card_id}")
    return Held(row[0], row[1], bool(row[2]), Standing(*row[3:]))


def _held(connection: Connection, key: int) -> Held:
    row = connection.execute(_HOLD_KEY, {"card": key}).one()
    return Held(row[0], row[1], bool(row[2]), Standing(*row[3:]))


def write(connection: Connection, standing: Standing) -> None:
    """Store where a card stands."""
    connection.execute(_WRITE, {**standing.as_row(), "of_key": standing.key, "dirty": True})


def memory_of(standing: Standing) -> Memory | None:
    """Return what FSRS needs to know of a card, None for a new one."""
    if standing.stability is None or standing.difficulty is None or standing.day is None:
        return None
    return Memory(
        standing.stability,
        standing.difficulty,
        State(standing.state),
        standing.step,
        standing.day,
        standing.due_day,
    )


def place_in_band(card_id: str, standing: Standing, options: Options) -> float:
    """Return the fraction of the fuzz band for a card's next review: the same on every device."""
    return fraction(f"{options.seed}:{card_id}:{standing.reps}")


def variant_seed(card_id: str, standing: Standing) -> int:
    """Return the seed of the variant to show, the same until the card is answered."""
    return int.from_bytes(blake2b(f"{card_id}:{standing.reps}".encode(), digest_size=4).digest())


def previews(held: Held, moment: Moment, settings: Settings) -> dict[Rating, timedelta]:
    """Return how long each of the four buttons would put the card off."""
    options = settings.options(held.deck)
    results = fsrs.previews(
        memory_of(held.standing),
        moment.now,
        options=options,
        parameters=settings.parameters,
        fraction=place_in_band(held.id, held.standing, options),
    )
    return {rating: fsrs.wait(memory, moment.now) for rating, memory in results.items()}


def answer(
    connection: Connection,
    held: Held,
    rating: Rating,
    moment: Moment,
    settings: Settings,
    said: Mapping[str, Any],
    last: bytes | None = None,
) -> tuple[Review, Standing]:
    """Append a review, and bring the derived tables up to it.

    `said` holds what else the review's payload keeps (seconds, grade, typed text, …), `last` is
    the id of the newest event. Returns the review and where the card stands after it.
    """
    standing, options = held.standing, settings.options(held.deck)
    before = Standing(**standing.as_row())
    result = fsrs.review(
        memory_of(standing),
        rating,
        moment.now,
        options=options,
        parameters=settings.parameters,
        fraction=place_in_band(held.id, standing, options),
    )
    payload = _payload(before, result, rating, moment, settings) | dict(said)
    event = events.append(connection, Kind.REVIEW, moment.now, held.id, payload=payload, last=last)
    fold.apply(standing, event, settings.parameters)
    fold.settle(standing, held.missing)
    write(connection, standing)
    _derive(connection, before, event, +1)
    return review_of(event, moment, standing, options, before), standing


def said(
    seconds: float,
    grade: Mapping[str, Any] | None,
    typed: str,
    variant: Mapping[str, Any] | None,
    hinted: bool,
) -> dict[str, Any]:
    """Return what an answer adds to its review's payload, empty things left out."""
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
    kept = {name: value for name, value in result.items() if value}
    return {"seconds": round(max(0.0, seconds), 2)} | kept


def take_back(
    connection: Connection, event: Event, moment: Moment, settings: Settings
) -> tuple[Held, Held]:
    """Withdraw a review; return the card as it stood after it and as it stands now."""
    assert event.card is not None
    events.append(connection, Kind.WITHDRAWAL, moment.now, event.card, target=event.id)
    key = owner(connection, event)
    assert key is not None, "a review of a card that was never read"
    held = _held(connection, key)
    before = refold(connection, held, settings, until=event.id)
    now = refold(connection, held, settings)
    write(connection, now.standing)
    _derive(connection, before.standing, event, -1)
    return held, now


def _derive(connection: Connection, before: Standing, event: Event, sign: int) -> None:
    """Bring what is counted of reviews up to one more of them, or one less."""
    count(connection, before, event, sign)
    change = columns.add if sign > 0 else columns.remove
    change(connection, event, columns.pack(before, event))
    if says := event.payload.get("misconception"):
        hit = {"key": before.key, "says": says, "times": sign}
        connection.execute(_HIT[connection.dialect.name], hit)


def refold(
    connection: Connection, held: Held, settings: Settings, until: bytes = events.END
) -> Held:
    """Return the card as its events before `until` leave it."""
    old = held.standing
    fresh = Standing(old.key, old.section, old.family)
    past = history(connection, old.key, held.id)
    past = [event for event in past if event.id < until]
    fold.fold(fresh, past, settings.parameters, held.missing)
    return Held(held.id, held.deck, held.missing, fresh)


def move(connection: Connection, key: int, section: int, settings: Settings) -> None:
    """Put a card's schedule into another section, and what was done on it too."""
    held = _held(connection, key)
    fresh = Standing(key, held.standing.section, held.standing.family)
    for event in history(connection, key, held.id):
        if event.kind == Kind.REVIEW and section != fresh.section:
            count(connection, fresh, event, -1)
            count(connection, replace(fresh, section=section), event, +1)
        fold.apply(fresh, event, settings.parameters)
    fold.settle(fresh, held.missing)
    fresh.section = section
    write(connection, fresh)


def bring_in(connection: Connection, key: int, settings: Settings) -> None:
    """Fold the events of a new card that the log knew before its note came here."""
    held = _held(connection, key)
    for event in history(connection, key, held.id):
        if event.kind == Kind.REVIEW:
            _derive(connection, held.standing, event, +1)
        fold.apply(held.standing, event, settings.parameters)
    fold.settle(held.standing, held.missing)
    write(connection, held.standing)


def count(connection: Connection, before: Standing, event: Event, sign: int) -> None:
    """Add a review to its day's counts, or take it out."""
    row = counted(before, event, sign)
    connection.execute(_COUNT[connection.dialect.name], row)


def counted(before: Standing, event: Event, sign: int) -> dict[str, Any]:
    """Return what a review of a card that stood at `before` adds to a row of `days`."""
    return {
        "day": event.payload["day"],
        "section": before.section,
        "new": sign * (before.state == 0),
        "due": sign * (before.state == State.REVIEW),
        "answers": sign,
        "milliseconds": sign * round(1000 * event.payload.get("seconds", 0.0)),
    }


def review_of(
    event: Event, moment: Moment, standing: Standing, options: Options, before: Standing
) -> Review:
    """Return the record of a review event."""
    said = event.payload
    due_at = said.get("due_at")
    due = events.instant(due_at) if due_at is not None else moment.start_of(said["due"])
    at = events.instant(event.at)
    wait = due - at if due_at is not None else timedelta(days=said["due"] - said["day"])
    lapsed = standing.lapses > before.lapses
    return Review(
        id=event.id.hex(),
        card_id=event.card or "",
        at=at,
        rating=Rating(said["rating"]),
        state=said["state"],
        interval=wait,
        due=due,
        seconds=said.get("seconds", 0.0),
        leech=lapsed and standing.lapses >= options.leech_lapses,
        grade={name: said[name] for name in ("grade", "outcome") if name in said} or None,
    )


def _payload(
    before: Standing, result: Memory, rating: Rating, moment: Moment, settings: Settings
) -> dict[str, Any]:
    """Return what was decided: with it the log can be folded without these options."""
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


def _adding(table: Table, names: Sequence[str]) -> dict[str, Any]:
    """Return, by dialect, the statement that adds a row's `names` to those already there."""
    statements: dict[str, Any] = {}
    for dialect in (sqlite, postgresql):
        statement = dialect.insert(table)
        statements[dialect.__name__.rpartition(".")[2]] = statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={name: table.c[name] + statement.excluded[name] for name in names},
        )
    return statements


_COUNT = _adding(DAYS, COUNTED)
_HIT = _adding(MISCONCEPTIONS, ("times",))
