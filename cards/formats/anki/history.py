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

from cards.formats.anki.collection import AnkiCard, Collection
from cards.formats.anki.package import Contents
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


def first_day(created: int, offset: int | None, calendar: Calendar) -> int:
    """Return the study day from which Anki counts due days: the date at its making, at any hour."""
    created = created if 0 <= created < 2**33 else 0
    instant = datetime.fromtimestamp(created, UTC)
    if offset is None:
        return study_day(calendar.local(instant), 0)
    return study_day(instant.astimezone(timezone(timedelta(minutes=-offset))), 0)


def left_out(contents: Contents, log: Collection, now: datetime) -> None:
    """Add to the losses of a package what `past` leaves out of its log, review by review."""
    ids = {anki.id: id for id, anki in contents.cards.items()}
    latest = _latest(now)
    final, resets = log.last_reviews(latest)
    names: dict[str, str] = {}
    for at, card, ease, _, factor, _, kind in log.doubtful_reviews(latest):
        says = _uncounted(at, ease, factor, kind, latest, resets.get(card, 0))
        if card in ids and says:
            names = names or {one.id: one.prompt for file in contents.files for one in file.cards}
            contents.losses.add(says, names.get(ids[card], ""))
    for id, anki in contents.cards.items():
        if anki.type not in (_NEW, _REVIEW) and final.get(anki.id, -1) < resets.get(anki.id, 0):
            contents.losses.add("the learning step of a card without a log", id)


def past(
    cards: Mapping[str, AnkiCard], log: Collection, start: int, calendar: Calendar
) -> Iterator[Past]:
    """Yield what happened to some cards, by our ids: the reviews in order, then all else."""
    ids = {anki.id: id for id, anki in cards.items()}
    latest, hour = _latest(calendar.now), calendar.rollover
    final, resets = log.last_reviews(latest)
    last: dict[int, tuple[int, int | None]] = {}
    for at, card, ease, interval, factor, spent, kind in log.reviews():
        id = ids.get(card)
        if id is None or not 1 <= ease <= 4:
            continue
        if _uncounted(at, ease, factor, kind, latest, resets.get(card, 0)):
            continue
        offset = calendar.offset(at)
        day = day_of(at, offset, hour)
        said: dict[str, Any] = {"day": day, "rating": ease}
        if interval > 0:
            said["state"], said["due"] = "review", day + min(interval, 36_500)
        else:
            due_at = at + min(-interval, 366 * 86_400) * 1000
            said["state"] = "learning" if kind == _LEARNING else "relearning"
            said["step"], said["due_at"] = 0, due_at
            said["due"] = max(day, calendar.day(due_at))
        said["seconds"] = min(max(spent, 0), 600_000) / 1000
        if at == final.get(card):
            _step(said, cards[id], start)
        last[card] = (at, said["due"])
        yield Past(at, offset, "review", id, said)
    for id, anki in cards.items():
        yield from _standing(id, anki, last.get(anki.id), start, calendar)


def _latest(now: datetime) -> int:
    """Return the time, in ms since 1970, after which a review is dated in the future."""
    return int((now + _LATER).timestamp() * 1000)


def _uncounted(at: int, ease: int, factor: int, kind: int, latest: int, reset: int) -> str:
    """Return why a review does not count; empty where it does, or was none."""
    if not 0 < at <= latest:
        return "a review that is dated in the future, or never"
    if not 0 <= ease <= 4:
        return "a review with a grade that there is none of"
    if ease and kind == _FILTERED and not factor:
        return "a review in a filtered deck that did not count"
    return "a review from before its card was reset" if ease and at < reset else ""


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
