"""The history of cards in Anki, as events of ours: reviews, due dates, suspensions, memories.

A review's state and due date follow from the interval that Anki logged: days, or seconds where it
is negative. A studied card without a log keeps the memory that Anki computed for it, or gets one
for its interval and ease.
"""

import json
import marshal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from cards.formats.anki.collection import AnkiCard
from cards.formats.anki.package import Contents, Package
from cards.formats.anki.zones import Zones
from cards.scheduling.day import day_of, study_day
from cards.scheduling.ease import difficulty_of
from cards.scheduling.fsrs import State

if TYPE_CHECKING:
    from cards.formats.anki.review_log import Array, ReviewLog

_AT_ONCE = 2048
"""Reviews that are held as Python objects at once: as many as a processor's cache holds."""
_LATER = timedelta(days=1)
_QUARTER = 900_000
_SUSPENDED, _BURIED = -1, (-2, -3)
_NEW, _REVIEW = 0, 2
_FIRST_INSTANT = 10**9
"""From here on the due date of a learning step is an instant in seconds, below it a day."""


class ForeignEvent(NamedTuple):
    """An event of another program; `at` in ms since 1970, `offset` in minutes east of UTC.

    An event of another store of ours has its id, and that of the event it takes back.
    """

    at: int
    offset: int
    kind: str
    card: str | None
    payload: dict[str, Any]
    id: bytes | None = None
    target: bytes | None = None


class Reviews(NamedTuple):
    """Many reviews in order of time, as columns.

    Every array is (reviews,). `card` is a place in `ids`, which all reviews of a history share;
    `at` is ms since 1970, `offset` minutes east of UTC; `state` is the card's after the
    review, `due_at` ms of a step of minutes, -1 without one.
    """

    ids: Sequence[str]
    card: "Array"
    at: "Array"
    offset: "Array"
    day: "Array"
    rating: "Array"
    state: "Array"
    due: "Array"
    due_at: "Array"
    seconds: "Array"


@dataclass
class Calendar:
    """Days and offsets of a person: `local` turns an instant into one in their zone.

    A log may know the `zones` in which it was made.
    """

    local: Callable[[datetime], datetime]
    rollover: int
    now: datetime
    zones: Zones | None = None
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

    def reviewed(self, milliseconds: "Array") -> "tuple[Array, Array]":
        """Return offset and study day of reviews."""
        if self.zones and self.zones.every:
            return self.zones.at(milliseconds)
        offset = self._local(milliseconds)
        return offset, day_of(milliseconds, offset, self.rollover)

    def _local(self, milliseconds: "Array") -> "Array":
        """Return `offset` of many instants."""
        import numpy as np  # other formats have no logs to read

        quarters, which = np.unique(milliseconds // _QUARTER, return_inverse=True)
        offsets = [self.offset(quarter * _QUARTER) for quarter in quarters.tolist()]
        return np.array(offsets, dtype=np.int64)[which]


def first_day(created: int, offset: int | None, calendar: Calendar) -> int:
    """Return the study day from which Anki counts due days: the date of the collection's making."""
    created = created if 0 <= created < 2**33 else 0
    instant = datetime.fromtimestamp(created, UTC)
    if offset is None:
        return study_day(calendar.local(instant), 0)
    return study_day(instant.astimezone(timezone(timedelta(minutes=-offset))), 0)


def latest(now: datetime) -> int:
    """Return the time, in ms since 1970, after which a review is dated in the future."""
    return int((now + _LATER).timestamp() * 1000)


def left_out(contents: Contents, log: "ReviewLog") -> None:
    """Add to the losses of a package the reviews that `events` leaves out of its log."""
    ids = {anki.id: id for id, anki in contents.cards.items()}
    prompts: dict[str, str] = {}
    for anki_id, reason in log.uncounted():
        prompts = prompts or {
            card.id: card.prompt for file in contents.files for card in file.cards
        }
        contents.losses.add(reason, prompts.get(ids[anki_id], ""))
    forgotten = set(log.cards[log.final < log.reset].tolist())
    for id, anki in contents.cards.items():
        if anki.type not in (_NEW, _REVIEW) and anki.id in forgotten:
            contents.losses.add("the learning step of a card without a log", id)


@dataclass
class AnkiHistory:
    """The history of some cards, by our ids: their log, and their present schedule.

    The collection was `created` so many seconds after 1970, `offset` minutes west of UTC.
    """

    cards: dict[str, AnkiCard]
    log: "ReviewLog"
    created: int
    offset: int | None
    zones: object = None

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        """Pickle the cards by marshal, which takes a fifth of the time."""
        cards = marshal.dumps([(id, *anki) for id, anki in self.cards.items()])
        return _loaded, (cards, self.log, self.created, self.offset, self.zones)

    @classmethod
    def of(cls, package: Package, cards: dict[str, AnkiCard], latest: int) -> Self:
        """Return the history of some cards of a package; no review counts after `latest`."""
        from cards.formats.anki.review_log import ReviewLog  # brings numpy

        log = ReviewLog.read(package.reviews, [anki.id for anki in cards.values()], latest)
        said = package.collection
        return cls(cards, log, said.created, said.offset, said.zones)

    def events(
        self, local: Callable[[datetime], datetime], rollover: int, now: datetime
    ) -> Iterator[ForeignEvent | Reviews]:
        """Yield the events, as the function `events` does, and let go of the cards."""
        calendar = Calendar(local, rollover, now, Zones.of(self.zones, rollover))
        start = first_day(self.created, self.offset, calendar)
        yield from events(self.cards, self.log, start, calendar)
        self.cards.clear()  # the fold of the log, which comes next, needs the room


def _loaded(rows: bytes, *rest: Any) -> AnkiHistory:
    cards = marshal.loads(rows)  # noqa: S302  (of our own process)
    return AnkiHistory({id: AnkiCard(*anki) for id, *anki in cards}, *rest)


def events(
    cards: Mapping[str, AnkiCard], log: "ReviewLog", start: int, calendar: Calendar
) -> Iterator[ForeignEvent | Reviews]:
    """Yield the events of some cards, by our ids: the reviews in order, then all else."""
    import numpy as np

    ids = {anki.id: id for id, anki in cards.items()}
    of_place = [ids[card] for card in log.cards.tolist()]
    counted = log.counted()
    last_due = np.full(len(of_place), -1)
    last_at = np.full(len(of_place), -1)
    for first in range(0, len(counted), _AT_ONCE):
        places = counted[first : first + _AT_ONCE]
        at, card = log.at[places], log.card[places]
        offset, day = calendar.reviewed(at)
        interval = log.interval[places].astype(np.int64)
        step = interval <= 0
        due, due_at = day + interval, np.full(len(at), -1)
        step_at = at[step] - 1000 * interval[step]
        due_at[step] = step_at
        due[step] = np.maximum(day[step], calendar.reviewed(step_at)[1])
        for row in np.flatnonzero(step & (at == log.final[card])).tolist():
            _set_step(cards[of_place[card[row]]], row, due, due_at, start)
        last_at[card], last_due[card] = at, due  # of several reviews of a card the last one stays
        step_state = np.where(log.learning[places], State.LEARNING, State.RELEARNING)
        yield Reviews(
            of_place,
            card,
            at,
            offset,
            day,
            log.ease[places],
            np.where(step, step_state, State.REVIEW),
            due,
            due_at,
            log.spent[places] / 1000,
        )
    last = {
        anki_id: (at, due)
        for anki_id, at, due in zip(
            log.cards.tolist(), last_at.tolist(), last_due.tolist(), strict=True
        )
        if at > 0
    }
    for id, anki in cards.items():
        yield from _unlogged(id, anki, last.get(anki.id), start, calendar)


def _set_step(anki: AnkiCard, row: int, due: "Array", due_at: "Array", start: int) -> None:
    """Put the due date of a card in learning into its last review, that of a row."""
    if anki.original_deck or anki.type in (_NEW, _REVIEW):
        return
    if _FIRST_INSTANT <= anki.due < 2**33:
        due_at[row] = anki.due * 1000
    elif 0 <= start + anki.due < 2_900_000:
        due[row], due_at[row] = start + anki.due, -1


def _unlogged(
    id: str, anki: AnkiCard, last: tuple[int, int] | None, start: int, calendar: Calendar
) -> Iterator[ForeignEvent]:
    """Yield the events of a card's present schedule that do not follow from its log."""
    now = int(calendar.now.timestamp() * 1000)
    at = min(max(anki.modified * 1000, (last[0] if last else 0) + 1), now)
    due = start + (anki.original_due if anki.original_deck and anki.original_due else anki.due)
    due = max(0, due)
    offset = calendar.offset(at)
    if anki.type == _REVIEW and due < 2_900_000:
        if last is None:
            memory = _memory(anki, due, calendar)
            if memory is not None:
                yield ForeignEvent(at, offset, "memory", id, memory)
        elif last[1] != due:
            yield ForeignEvent(at, offset, "set_due", id, {"day": due})
    if anki.queue == _SUSPENDED:
        yield ForeignEvent(at + 1, offset, "suspend", id, {})
    elif anki.queue in _BURIED and calendar.day(at) == calendar.day(now):
        yield ForeignEvent(at + 1, offset, "bury", id, {"day": calendar.day(now)})


def _memory(anki: AnkiCard, due: int, calendar: Calendar) -> dict[str, Any] | None:
    """Return the memory of a card without a log, of FSRS or for its interval and ease."""
    data: Any = {}
    try:
        data = json.loads(anki.data or "{}")
    except (ValueError, RecursionError):
        data = {}
    data = data if isinstance(data, dict) else {}
    days = min(max(1, anki.interval), 36_500)
    stability, difficulty = data.get("s"), data.get("d")
    if not (_is_number(stability, 1e-3, 1e6) and _is_number(difficulty, 1, 10)):
        stability = float(days)
        difficulty = difficulty_of((anki.factor or 2500) / 1000)
    last_day = due - days
    if _is_number(data.get("lrt"), 1, 2**33):
        last_day = calendar.day(int(data["lrt"]) * 1000)
    return {
        "day": max(0, min(last_day, due)),
        "due": due,
        "stability": float(stability),
        "difficulty": float(difficulty),
    }


def _is_number(value: object, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
