"""FSRS-6, one review at a time, through py-fsrs.

py-fsrs counts elapsed days as floored spans of 24 hours in UTC. It is therefore fed synthetic
instants, midnight UTC of the study days, so that a card seen at 22:00 and again at 08:00 was seen
on two days. Its fuzz draws from the global generator, so it is off and ours is used; steps of
minutes are added to the real instant here.

Source: J. Ye, "FSRS-6", open-spaced-repetition wiki "The Algorithm"; py-fsrs 6.3.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import lru_cache

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS as _DEFAULT_PARAMETERS

from cards.scheduling.day import study_day
from cards.scheduling.options import DEFAULT, Options

DEFAULT_PARAMETERS: tuple[float, ...] = tuple(_DEFAULT_PARAMETERS)
Spread = Callable[[int], int]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


def as_computed(days: int) -> int:
    """Return an interval as it is."""
    return days


class Rating(IntEnum):
    """How well the learner says the answer came."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


_BUTTONS = tuple(Rating)
_RATINGS = {rating: fsrs.Rating(rating) for rating in Rating}


class State(IntEnum):
    """Where a card is in its life; a card without a memory is new."""

    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


_STATES = {fsrs.State(state): state for state in State}


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of one card after its last review.

    `stability` is the days in which recall falls to 90 %; `difficulty` lies in 1–10; `step` is
    the place among the (re)learning steps, None in review. `day` is the study day of the last
    review, `due_day` the day of the next, and `due_at` its instant where that is minutes away.
    """

    stability: float
    difficulty: float
    state: State
    step: int | None
    day: int
    due_day: int
    due_at: datetime | None = None


def review(
    memory: Memory | None,
    rating: Rating,
    now: datetime,
    *,
    options: Options = DEFAULT,
    parameters: Sequence[float] = DEFAULT_PARAMETERS,
    spread: Spread = as_computed,
) -> Memory:
    """Return the memory after a review at `now`, an instant in the learner's zone.

    `spread` turns the computed interval, in days, into the one to use: fuzz, balancing. Raises
    ValueError for parameters out of FSRS-6's bounds and for an instant without a zone.
    """
    return _reviewed(memory, now, options, parameters, spread)(rating)


def _reviewed(
    memory: Memory | None,
    now: datetime,
    options: Options,
    parameters: Sequence[float],
    spread: Spread,
) -> Callable[[Rating], Memory]:
    """Return what `review` does with each rating, prepared for all of them at once."""
    today = study_day(now, options.rollover_hour)
    last = today if memory is None else memory.day
    # A clock set back is a review on the same day.
    card, midnight = _as_card(memory), _EPOCH + max(today, last) * _DAY
    if last == today + 1:  # a journey west; no journey leads further back, but a clock put right
        today = last
    scheduler = _scheduler(tuple(parameters), options)

    def rated(rating: Rating) -> Memory:
        after, _ = scheduler.review_card(card, _RATINGS[rating], midnight)
        interval = after.due - midnight
        state = _STATES[after.state]
        if interval < _DAY:
            due_at = now.astimezone(UTC) + interval
            due_day = study_day(due_at.astimezone(now.tzinfo), options.rollover_hour)
            due_day = max(today, due_day)
        else:
            days = spread(interval.days) if state is State.REVIEW else interval.days
            due_at, due_day = None, today + days
        return Memory(after.stability, after.difficulty, state, after.step, today, due_day, due_at)

    return rated


def remember(
    stability: float | None,
    difficulty: float | None,
    elapsed: int,
    rating: Rating,
    parameters: Sequence[float] = DEFAULT_PARAMETERS,
) -> tuple[float, float]:
    """Return stability and difficulty after a review `elapsed` days after the last one.

    None for stability and difficulty is a first review. These two do not depend on steps or
    options, so a log can be folded with any parameters.
    """
    memory = None
    if stability is not None and difficulty is not None:
        memory = Memory(stability, difficulty, State.REVIEW, None, 0, 0)
    card, _ = _scheduler(tuple(parameters), DEFAULT).review_card(
        _as_card(memory), fsrs.Rating(rating), _EPOCH + max(0, elapsed) * _DAY
    )
    return card.stability, card.difficulty


def previews(
    memory: Memory | None,
    now: datetime,
    *,
    options: Options = DEFAULT,
    parameters: Sequence[float] = DEFAULT_PARAMETERS,
    spread: Spread = as_computed,
    only: Rating | None = None,
) -> dict[Rating, Memory]:
    """Return what the buttons would do, worst first, with the arguments of `review`.

    A better rating never brings a card back sooner, whatever `spread` does. Of these, `only` asks
    for those that decide what one button does: it, and what lies between Again and it.
    """
    rated = _reviewed(memory, now, options, parameters, spread)
    results: dict[Rating, Memory] = {}
    soonest = 0
    for rating in _BUTTONS if only is None else _BUTTONS[1:only] or _BUTTONS[:1]:
        result = rated(rating)
        if result.due_at is None and rating is not Rating.AGAIN:
            soonest = max(soonest, result.due_day)
            if result.due_day < soonest:
                result = replace(result, due_day=soonest)
        results[rating] = result
    return results


def retrievability(
    stability: float, elapsed: int, parameters: Sequence[float] = DEFAULT_PARAMETERS
) -> float:
    """Return the chance of recall, in (0, 1], `elapsed` whole days after the last review."""
    decay = -parameters[20]
    factor = 0.9 ** (1.0 / decay) - 1.0
    return float((1.0 + factor * max(0, elapsed) / stability) ** decay)


def days_until(
    recall: float, stability: float, parameters: Sequence[float] = DEFAULT_PARAMETERS
) -> float:
    """Return the days in which the chance of recall falls to `recall`, in (0, 1]."""
    decay = -parameters[20]
    factor = 0.9 ** (1.0 / decay) - 1.0
    days: float = stability / factor * (recall ** (1.0 / decay) - 1.0)
    return days


def wait(memory: Memory, now: datetime) -> timedelta:
    """Return how long after `now` the card is due: minutes for a step, else whole days."""
    if memory.due_at is not None:
        return memory.due_at - now.astimezone(UTC)
    return timedelta(days=memory.due_day - memory.day)


def _as_card(memory: Memory | None) -> fsrs.Card:
    # A card_id keeps py-fsrs from sleeping a millisecond to make one.
    if memory is None:
        return fsrs.Card(card_id=1, due=_EPOCH)
    return fsrs.Card(
        card_id=1,
        state=fsrs.State(memory.state),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_EPOCH,
        last_review=_EPOCH + memory.day * _DAY,
    )


@lru_cache(maxsize=64)
def _scheduler(parameters: tuple[float, ...], options: Options) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        parameters=parameters,
        desired_retention=options.desired_retention,
        learning_steps=tuple(timedelta(minutes=step) for step in options.learning_steps),
        relearning_steps=tuple(timedelta(minutes=step) for step in options.relearning_steps),
        maximum_interval=options.maximum_interval,
        enable_fuzzing=False,
    )
