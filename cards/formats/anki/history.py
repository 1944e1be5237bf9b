"""What was learnt in Anki, as events of ours: reviews, due dates, suspensions, memories.

A review's state and due date follow from the interval that Anki logged: days, or seconds where it
is negative. What FSRS does not count is left out, as Anki leaves it out: previews in filtered
decks, and all before a card was reset. A card that was learnt, but whose log is not there, keeps
the memory that Anki computed for it, or one for its interval and ease.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

from cards.formats.anki.collection import AnkiCard, Collection, Review
from cards.formats.anki.package import Losses
from cards.formats.obsidian import difficulty_of
from cards.scheduling.day import day_of, study_day

_LATER = timedelta(days=1)
_QUARTER = 900_000
_FILTERED = 3
_LEARNING = 0
_SUSPENDED, _DAY_LEARNING = -1, 3
_NEW, _REVIEW = 0, 2


class Past(NamedTuple):
    """Something that happened: ms since 1970, minutes east of UTC, the card and what was done.

    An event of another store of ours has its id, and that of what it takes back.
    """

    at: int
    offset: int
    kind: str
    card: str | None
    payload: dict[str, Any]
    id: bytes | None = None
    target: bytes | None = None


@dataclass
class Calendar:
    """Days and offsets of a person: `local` turns an instant into one in their zone."""

    local: Callable[[datetime], datetime]
    rollover: int
    now: datetime
    _offsets: dict[int, int] = field(default_factory=dict)

    def day(self, milliseconds: int) -> int:
        """Return the study day of an instant."""
        return day_of(milliseconds, self.offset(milliseconds), self.rollover)

    def offset(self, milliseconds: int) -> int:
        """Return minutes east of UTC at an instant; zones change theirs at quarters of an hour."""
        quarter = milliseconds // _QUARTER
        if quarter not in self._offsets:
            here = self.local(datetime.fromtimestamp(quarter * _QUARTER / 1000, UTC))
            seconds = (here.utcoffset() or timedelta()).total_seconds()
            self._offsets[quarter] = round(seconds / 60)
        return self._offsets[quarter]


def first_day(created: int, offset: int | None, rollover: int, calendar: Calendar) -> int:
    """Return the study day from which Anki counts due days."""
    created = created if 0 <= created < 2**33 else 0
    instant = datetime.fromtimestamp(created, UTC)
    if offset is None:
        return study_day(calendar.local(instant), rollover)
    return study_day(instant.astimezone(timezone(timedelta(minutes=-offset))), rollover)


def past(
    cards: Mapping[str, AnkiCard],
    log: Collection,
    start: int,
    calendar: Calendar,
    losses: Losses,
) -> Iterator[Past]:
    """Yield what happened to some cards, by our ids: the reviews in order, then all else."""
    ids = {anki.id: id for id, anki in cards.items()}
    final, resets = log.last_reviews()
    last: dict[int, tuple[int, int | None]] = {}
    latest = int((calendar.now + _LATER).timestamp() * 1000)
    for review in log.reviews():
        if review.card not in ids:
            continue
        if not 0 < review.id <= latest:
            losses.add("a review that is dated in the future, or never")
        elif review.type == _FILTERED and not review.factor:
            losses.add("a review in a filtered deck that did not count")
        elif not 1 <= review.ease <= 4:
            continue
        elif review.id < resets.get(review.card, 0):
            losses.add("a review from before its card was reset")
        else:
            id = ids[review.card]
            done = _review(review, id, calendar)
            if review.id == final.get(review.card):
                _step(done.payload, cards[id], start)
            last[review.card] = (review.id, done.payload["due"])
            yield done
    for id, anki in cards.items():
        yield from _standing(id, anki, last.get(anki.id), start, calendar, losses)


def _review(review: Review, id: str, calendar: Calendar) -> Past:
    day = calendar.day(review.id)
    said: dict[str, Any] = {"day": day, "rating": review.ease}
    if review.interval > 0:
        said |= {"state": "review", "due": day + min(review.interval, 36_500)}
    else:
        due_at = review.id + min(-review.interval, 366 * 86_400) * 1000
        state = "learning" if review.type == _LEARNING else "relearning"
        said |= {"state": state, "step": 0, "due_at": due_at, "due": max(day, calendar.day(due_at))}
    said["seconds"] = min(max(review.time, 0) / 1000, 600.0)
    return Past(review.id, calendar.offset(review.id), "review", id, said)


def _step(said: dict[str, Any], anki: AnkiCard, start: int) -> None:
    """Put the due date of a card that is being learnt into its last review."""
    if said["state"] == "review" or anki.original_deck:
        return
    if anki.queue == 1 and 0 < anki.due < 2**33:
        said["due_at"] = anki.due * 1000
    elif anki.queue == _DAY_LEARNING and 0 <= start + anki.due < 2_900_000:
        said["due"] = start + anki.due
        del said["due_at"]


def _standing(
    id: str,
    anki: AnkiCard,
    last: tuple[int, int | None] | None,
    start: int,
    calendar: Calendar,
    losses: Losses,
) -> Iterator[Past]:
    """Yield what the log does not say of where a card stands."""
    now = int(calendar.now.timestamp() * 1000)
    at = min(max(anki.modified * 1000, (last[0] if last else 0) + 1), now)
    due = start + (anki.original_due if anki.original_deck and anki.original_due else anki.due)
    due = max(0, due)
    offset = calendar.offset(at)
    if anki.type == _REVIEW and due < 2_900_000:
        if last is None:
            memory = _memory(anki, due, calendar)
            if memory is not None:
                yield Past(at, offset, "memory", id, memory)
        elif last[1] != due:
            yield Past(at, offset, "set_due", id, {"day": due})
    elif anki.type not in (_NEW, _REVIEW) and last is None:
        losses.add("the learning step of a card without a log")
    if anki.queue == _SUSPENDED:
        yield Past(at + 1, offset, "suspend", id, {})


def _memory(anki: AnkiCard, due: int, calendar: Calendar) -> dict[str, Any] | None:
    """Return the memory of a card without a log, of FSRS or for its interval and ease."""
    said: Any = {}
    try:
        said = json.loads(anki.data or "{}")
    except (ValueError, RecursionError):
        said = {}
    said = said if isinstance(said, dict) else {}
    days = min(max(1, anki.interval), 36_500)
    stability, difficulty = said.get("s"), said.get("d")
    if not (_is_number(stability, 1e-3, 1e6) and _is_number(difficulty, 1, 10)):
        stability = float(days)
        difficulty = difficulty_of((anki.factor or 2500) / 1000)
    seen = due - days
    if _is_number(said.get("lrt"), 1, 2**33):
        seen = calendar.day(int(said["lrt"]) * 1000)
    return {
        "day": max(0, min(seen, due)),
        "due": due,
        "stability": float(stability),
        "difficulty": float(difficulty),
    }


def _is_number(value: object, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
