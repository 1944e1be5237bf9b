"""The fold of the whole log at once: what `projector.apply` does, for a million reviews.

Reviews are columns, in the order of the log. Each depends only on the review of its card before
it; a card that was reviewed after its due date was moved is folded event by event.

Both folds stay, and tests hold them equal: a million reviews take two minutes one by one and ten
seconds in columns, but columns would make each answer slow.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cards.scheduling.batch import fold as fold_log
from cards.scheduling.fsrs import State
from db.log.aliases import Owners
from db.log.events import Event, Kind, Part, event_of
from db.log.reviews import Review, recall
from db.projections import card_state, review_columns
from db.projections.card_state import STATE_NUMBERS, CardState
from db.storage.errors import EventUnreadable

if TYPE_CHECKING:
    from cards.formats.anki.history import Reviews

Array = npt.NDArray[Any]

_COLUMNS = {
    "key": np.uint32,
    "day": np.int32,
    "rating": np.uint8,
    "state": np.uint8,
    "due": np.int32,
    "step": np.int16,
    "due_at": np.int64,
    "seconds": np.float64,
    "predicted": np.float32,
    "suggested": np.uint8,
    "grade": np.uint8,
    "hour": np.uint8,
}
_OF_REVIEW = {
    name: attrgetter(name)
    for name in ("day", "rating", "due", "step", "due_at", "seconds", "predicted", "suggested")
}
"""The columns that a payload has as they are."""
_REVIEW = Kind.REVIEW.value
_NAMES = {value: name for name, value in STATE_NUMBERS.items()}
_REMADE = frozenset({Kind.MEMORY.value, Kind.RESET.value})
"""Kinds of events after which a memory does not follow from the reviews alone."""
_MOVING = frozenset({Kind.SET_DUE.value, *_REMADE})
"""Kinds of events after which a later review is counted otherwise."""

_Others = dict[int, list[tuple[int, Event]]]
"""By key, the events of a card but its reviews, each with its place among all reviews."""


@dataclass
class Replay:
    """The contents of the derived tables, before they are written."""

    states: dict[int, CardState]
    records: review_columns.Packed
    days: dict[tuple[int, int], list[int]]
    """New and due cards, answers and milliseconds, by day and section."""
    misconceptions: Counter[tuple[int, str, int]] = field(default_factory=Counter)


class Arriving:
    """Columns of the reviews that come into a log without cards: they need not be read back.

    `whole` says whether they are all that comes.
    """

    def __init__(self) -> None:
        self.whole = True
        self.ids = bytearray()
        self._cards: Sequence[str] = ()
        self._last = -1
        self._others: list[Event] = []
        self._packed = {name: bytearray() for name in ("at", *_COLUMNS)}
        """Columns, with the place of a card among `_cards` for its key."""

    def add(self, ids: bytes, reviews: "Reviews") -> None:
        """Add reviews with the ids of their events, one after the other."""
        at = reviews.at
        self._cards = self._cards or reviews.ids
        rises = at[0] > self._last and bool((np.diff(at) > 0).all())
        self.whole = self.whole and rises and self._cards is reviews.ids
        self._last = int(at[-1])
        graduated = reviews.state == State.REVIEW
        column: dict[str, Any] = {
            "at": at,
            "key": reviews.card,
            "day": reviews.day,
            "rating": reviews.rating,
            "state": reviews.state,
            "due": reviews.due,
            "step": np.where(graduated, -1, 0),
            "due_at": np.where(graduated, -1, reviews.due_at),
            "seconds": reviews.seconds,
            "predicted": np.full(len(at), np.nan),
            "suggested": np.zeros(len(at)),
            "grade": np.zeros(len(at)),
            "hour": (at // 60_000 + reviews.offset) % 1440 // 60,
        }
        for name, packed in self._packed.items():
            packed += column[name].astype(_COLUMNS.get(name, np.int64)).tobytes()
        self.ids += ids

    def add_other(self, event: Event) -> None:
        """Add an event of a card that is no review."""
        self._others.append(event)

    def into(self, log: "_Log") -> bool:
        """Put what arrived into an empty log; return whether the store has all the cards."""
        key_of = log.owners.of_ids(self._cards, ())
        place = np.frombuffer(self._packed["key"], _COLUMNS["key"])
        if any(key_of[card] is None for card in np.unique(place).tolist()):
            return False
        keys = np.array([key or 0 for key in key_of], _COLUMNS["key"])
        log.packed |= self._packed
        log.packed["key"] = bytearray(keys[place].tobytes())
        log.ids = self.ids
        at = np.frombuffer(log.packed.pop("at"), np.int64)
        for event in sorted(self._others, key=attrgetter("id")):
            key = log.owners.of(event)
            if key is not None and event.kind in card_state.KINDS:
                log.others[key].append((int(np.searchsorted(at, event.at)), event))
        return True


def replay(
    parts: Iterable[Part],
    owners: Owners,
    states: dict[int, CardState],
    missing: Mapping[int, bool],
    parameters: Sequence[float],
    arriving: Arriving | None = None,
) -> Replay:
    """Fold the `parts` of a log that stand, in order; `states` are blank and are filled.

    Where all reviews are among those `arriving`, the log is not read.
    """
    log = _Log(owners)
    if arriving is None or not arriving.whole or not arriving.into(log):
        log.read(parts)
    column = log.columns()
    before, interval, day = _before(column)
    moved = _moved(column["key"], log.others)
    remade = {
        key
        for key, history in moved.items()
        if any(event is not None and event.kind in _REMADE for _, event in history)
    }
    for key, history in moved.items():
        _fold_moved(states[key], history, column, before, interval, parameters)
    _settle_reviewed(column, before, day, states, moved.keys())
    del day
    for name in ("state", "step", "due", "due_at"):
        del column[name]  # or a million reviews would take too much memory
    _set_memories(column, states, remade, parameters)
    for key, others in log.others.items():
        if key not in moved:
            for _, event in others:
                card_state.apply(states[key], event, parameters)
    for key, state in states.items():
        card_state.settle(state, missing[key])
    section = np.zeros(max(states, default=0) + 1, dtype=np.int64)
    section[list(states)] = [state.section for state in states.values()]
    days = _days(column, before, section)
    records = _records(column, before, interval)
    column.clear()
    packed = review_columns.Packed.of(log.ids, records)
    return Replay(states, packed, days, log.misconceptions)


class _Log:
    """The log as it is read: reviews as columns, other events of cards by key."""

    def __init__(self, owners: Owners) -> None:
        self.others: _Others = defaultdict(list)
        self.misconceptions: Counter[tuple[int, str, int]] = Counter()
        self.ids = bytearray()
        self.owners = owners
        self.packed = {name: bytearray() for name in _COLUMNS}
        self._reviews = 0

    def read(self, parts: Iterable[Part]) -> None:
        """Add events, in order of the log."""
        for part in parts:
            if not part:
                continue
            ids, _, _, kinds, cards, *_ = zip(*part, strict=True)
            keys = self.owners.of_ids(cards, ids)
            if None in keys or kinds.count(_REVIEW) < len(kinds):
                part, keys = self._sorted_out(part, keys)
            if part:
                self._pack(part, keys)

    def _sorted_out(
        self, part: Part, keys: Sequence[int | None]
    ) -> tuple[list[Sequence[Any]], list[int | None]]:
        """Return the reviews of a part with their keys, and put other events into `others`."""
        reviews: list[Sequence[Any]] = []
        keys_of_reviews: list[int | None] = []
        for row, key in zip(part, keys, strict=True):
            kind = row[3]
            if key is None or kind not in card_state.KINDS:
                continue
            if kind == _REVIEW:
                reviews.append(row)
                keys_of_reviews.append(key)
            else:
                self.others[key].append((self._reviews + len(reviews), event_of(row[:-1])))
        return reviews, keys_of_reviews

    def _pack(self, rows: Part, keys: Sequence[Any]) -> None:
        """Add reviews to the columns."""
        ids, at, offset, _, _, _, payloads, _ = zip(*rows, strict=True)
        reviews: list[Review] = []
        try:
            reviews.extend(map(recall, payloads))
        except ValueError as error:
            raise EventUnreadable(ids[len(reviews)]) from error
        for key, review in zip(keys, reviews, strict=True):
            if review.misconception:
                self.misconceptions[key, review.misconception, review.day] += 1
        number = review_columns.grade_number
        minutes = np.array(at, np.int64) // 60_000 + np.array(offset, np.int64)
        computed: dict[str, Any] = {
            "key": keys,
            "state": [STATE_NUMBERS[review.state] for review in reviews],
            "grade": [number(review.grade) for review in reviews],
            "hour": minutes % 1440 // 60,
        }
        for name, kind in _COLUMNS.items():
            values = computed.get(name)
            if values is None:
                values = list(map(_OF_REVIEW[name], reviews))
            self.packed[name] += np.array(values, kind).tobytes()
        self.ids += b"".join(ids)
        self._reviews += len(rows)

    def columns(self) -> dict[str, Array]:
        """Return the reviews as columns, (reviews,) each."""
        return {
            name: np.frombuffer(self.packed.pop(name), dtype=kind)
            for name, kind in _COLUMNS.items()
        }


def _before(column: Mapping[str, Array]) -> tuple[Array, Array, Array]:
    """Return state and interval before each review, and the last day of the card with it."""
    order = np.argsort(column["key"], kind="stable")
    grouped = column["key"][order]
    first = np.r_[True, grouped[1:] != grouped[:-1]][: len(grouped)]
    # A card's day never goes back, even for one who flew west.
    base = np.cumsum(first) * (np.int64(column["day"].max(initial=0)) + 1)
    reached = base + column["day"][order]
    np.maximum.accumulate(reached, out=reached)
    grouped_day = (reached - base).astype(np.int32)
    del base, reached, grouped
    state, interval, day = (np.empty(len(order), kind) for kind in (np.uint8, np.int32, np.int32))
    day[order] = grouped_day
    state[order] = np.where(first, 0, np.roll(column["state"][order], 1))
    due_in = np.roll(column["due"][order] - grouped_day, 1)
    interval[order] = np.where(first, 0, np.maximum(0, due_in))
    return state, interval, day


def _moved(key: Array, others: _Others) -> dict[int, list[tuple[int, Event | None]]]:
    """Return, by key, the events of cards reviewed after their due date was moved.

    Each stands with its place among the reviews; None is the review of that place.
    """
    if not len(key):
        return {}
    last = np.full(max(int(key.max()), max(others, default=0)) + 1, -1, dtype=np.int64)
    last[key] = np.arange(len(key))  # of several the last one stays
    moved: dict[int, list[tuple[int, Event | None]]] = {
        card: list(events)
        for card, events in others.items()
        if any(event.kind in _MOVING and place <= last[card] for place, event in events)
    }
    if not moved:
        return moved
    places = np.flatnonzero(np.isin(key, list(moved)))
    for card, place in zip(key[places].tolist(), places.tolist(), strict=True):
        moved[card].append((place, None))
    for history in moved.values():
        history.sort(key=lambda entry: (entry[0], entry[1] is None))
    return moved


def _fold_moved(
    state: CardState,
    history: Sequence[tuple[int, Event | None]],
    column: Mapping[str, Array],
    before: Array,
    interval: Array,
    parameters: Sequence[float],
) -> None:
    """Fold the events of one card, and correct state and interval before its reviews."""
    for place, event in history:
        if event is None:
            before[place], interval[place] = state.state, state.interval
            payload = {name: int(column[name][place]) for name in ("day", "rating", "due")}
            payload |= {
                name: value
                for name in ("step", "due_at")
                if (value := int(column[name][place])) >= 0
            }
            named = {"state": _NAMES[int(column["state"][place])]}
            event = Event(b"", 0, 0, Kind.REVIEW.value, payload=payload | named)
        card_state.apply(state, event, parameters)


def _settle_reviewed(
    column: Mapping[str, Array],
    before: Array,
    day: Array,
    states: Mapping[int, CardState],
    moved: Iterable[int],
) -> None:
    """Set the states of cards to what their last reviews left, but for those of `moved` cards."""
    key = column["key"]
    if not len(key):
        return
    reps = np.bincount(key, minlength=max(states) + 1)
    lapsed = (column["rating"] == 1) & (before == State.REVIEW)
    lapses = np.bincount(key[lapsed], minlength=len(reps))
    last = np.zeros(len(reps), dtype=np.int64)
    last[key] = np.arange(len(key))  # of several the last one stays
    reps[list(moved)] = 0
    cards = np.flatnonzero(reps)
    last = last[cards]
    for card, count, lapse, state, step, due, due_at, on in zip(
        cards.tolist(),
        reps[cards].tolist(),
        lapses[cards].tolist(),
        *[column[name][last].tolist() for name in ("state", "step", "due", "due_at")],
        day[last].tolist(),
        strict=True,
    ):
        settled = states[card]
        settled.reps, settled.lapses, settled.state = count, lapse, state
        settled.day, settled.due_day = on, due
        settled.step = None if step < 0 else step
        settled.due_at = None if due_at < 0 else due_at


def _set_memories(
    column: Mapping[str, Array],
    states: Mapping[int, CardState],
    remade: set[int],
    parameters: Sequence[float],
) -> None:
    """Set the memories of cards, but for `remade` ones: the batch begins without a memory."""
    folded = fold_log(column["key"], column["day"], column["rating"], parameters)
    for card, stability, difficulty in zip(
        folded.card.tolist(), folded.stability.tolist(), folded.difficulty.tolist(), strict=True
    ):
        if card not in remade:
            states[card].stability, states[card].difficulty = stability, difficulty


def _records(column: dict[str, Array], before: Array, interval: Array) -> Array:
    """Return the reviews as records of `review_columns`."""
    records = np.empty(len(before), dtype=np.dtype(review_columns.FIELDS))
    records["card"] = column["key"]
    for name in ("day", "rating", "predicted", "grade", "suggested", "hour"):
        records[name] = column[name]
    records["tenths"] = np.minimum(65_535, np.rint(10 * column.pop("seconds")))
    records["before"] = np.minimum(65_535, interval)
    records["state"] = before
    return records


def _days(
    column: Mapping[str, Array], before: Array, section: Array
) -> dict[tuple[int, int], list[int]]:
    """Return the sums of `counts.COUNTED`, by day and section."""
    width = np.int64(section.max(initial=0)) + 1
    places, inverse = np.unique(column["day"] * width + section[column["key"]], return_inverse=True)
    spent = np.rint(1000 * column["seconds"])
    sums = (
        np.bincount(inverse, weights, len(places))
        for weights in (before == 0, before == State.REVIEW, None, spent)
    )
    totals = np.column_stack([total.astype(np.int64) for total in sums]).tolist()
    return {
        (place // int(width), place % int(width)): total
        for place, total in zip(places.tolist(), totals, strict=True)
    }
