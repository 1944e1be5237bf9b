"""The history of cards in other programs, as events: schedules of notes, logs of packages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from hashlib import blake2b
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from cards.note import Progress
from cards.scheduling.fsrs import State
from db.log import digests, events, payloads
from db.log.events import Kind
from db.log.settings import Settings
from db.projections import schedule
from db.storage.schema import EVENTS
from db.study import card_actions
from db.study_clock import StudyClock
from sims.errors import InputError

if TYPE_CHECKING:
    from cards.formats.anki.history import ForeignEvent, Reviews
    from db.projections.replay import Array, Arriving

_CHUNK = 2_048
_END = 2**47
"""Milliseconds since 1970 that ids have no room for."""
_OUT_OF_RANGE = "A review is dated out of range, so nothing was changed."
_HOURS_OF = itemgetter(slice(digests.HOURS))
_REVIEW = State.REVIEW.value
_NAMES = {state.value: state.name.lower() for state in State}
_FEW = 50_000
"""Events so few that it pays to index them anew with those that are added."""


def remember(
    connection: Connection,
    progress: Iterable[Progress],
    new: set[str],
    moment: StudyClock,
    settings: Settings,
) -> None:
    """Give `new` cards without an event the schedules that their note brings."""
    for card in progress:
        if card.is_suspended and card.card in new:
            card_actions.change(connection, card.card, Kind.SUSPEND, None, moment, settings)
        if card.card not in new or card.stability is None or card.difficulty is None:
            continue
        if schedule.of_id(connection, card.card).state.state != 0:
            continue
        last_day = card.reviewed if card.reviewed is not None else card.due - card.interval
        payload = {
            "day": min(max(0, last_day), moment.today),
            "due": max(0, card.due),
            "stability": card.stability,
            "difficulty": card.difficulty,
        }
        if payloads.fits(Kind.MEMORY, payload):
            card_actions.change(connection, card.card, Kind.MEMORY, payload, moment, settings)


def append(
    connection: Connection,
    foreign: "Iterable[ForeignEvent | Reviews]",
    arriving: "Arriving | None" = None,
) -> int:
    """Add events of another program, each once however often it is brought; return how many.

    `arriving` collects those of a log that knows no card yet, so that they need not be read back.

    The derived tables do not follow: `db.rebuild.rebuild` must. Raises InputError, and nothing may
    be committed then, for one that cannot be folded.
    """
    log = _Log(connection, arriving)
    few = select(EVENTS.c.id).limit(_FEW)
    is_short = len(connection.execute(few).fetchall()) < _FEW
    with events.many_added(connection) if is_short else nullcontext():
        for part in _parts(foreign):
            if isinstance(part, list):
                log.add(part)
            else:
                log.add_reviews(part)
    digests.forget(connection, log.hours.values())
    return log.added


def _parts(foreign: "Iterable[ForeignEvent | Reviews]") -> "Iterator[list[ForeignEvent] | Reviews]":
    """Yield reviews as they come, and all other events some thousand at once."""
    from cards.formats.anki.history import Reviews  # brings the readers of packages

    part: list[ForeignEvent] = []
    for event in foreign:
        if isinstance(event, Reviews):
            yield event
            continue
        part.append(event)
        if len(part) == _CHUNK:
            yield part
            part = []
    if part:
        yield part


class _Log:
    """A log to which events are added, each once; those `arriving` too, where it knows no card."""

    def __init__(self, connection: Connection, arriving: "Arriving | None") -> None:
        self.added = 0
        self.hours: dict[bytes, bytes] = {}
        """An event of each span of hours that a digest covers."""
        self._connection, self._arriving = connection, arriving
        self._tails: dict[tuple[str, str | None], bytes] = {}
        self._cards: Sequence[str] = ()
        self._of_cards: tuple[Array, Array]
        """The tails of reviews of cards, (cards, 10), and the cards' ids, (cards,)."""

    def add(self, part: "list[ForeignEvent]") -> None:
        """Add events that are not there yet."""
        new: dict[bytes, events.Row] = {}
        arriving = self._arriving
        for event in part:
            row = self._row(event)
            new[row[0]] = row
            if arriving is not None:
                arriving.whole = arriving.whole and event.id is None
                arriving.add_other(events.event_of(row))
        if arriving is None or not arriving.whole:
            for id in _logged(self._connection, new):
                new.pop(id, None)
        events.add_rows(self._connection, list(new.values()))
        self._count(list(new))

    def add_reviews(self, reviews: "Reviews") -> None:
        """Add reviews, whose times rise, that are not there yet."""
        at, offset = reviews.at.tolist(), reviews.offset.tolist()
        if not 0 <= at[0] <= at[-1] < _END:
            raise InputError(_OUT_OF_RANGE)
        id_bytes, cards = self._ids(reviews)
        ids = id_bytes.view("V16").ravel().tolist()
        columns: Sequence[Sequence[Any]] = (ids, at, offset, cards, _payloads(reviews))
        arriving = self._arriving
        if arriving is not None:
            arriving.add(id_bytes.tobytes(), reviews)
        if arriving is None or not arriving.whole:
            new = dict(zip(ids, zip(*columns, strict=True), strict=True))
            for id in _logged(self._connection, new):
                new.pop(id, None)
            columns = list(zip(*new.values(), strict=True)) or [()] * len(columns)
        events.add_reviews(self._connection, *columns)
        self._count(columns[0])

    def _count(self, ids: Sequence[bytes]) -> None:
        self.added += len(ids)
        self.hours.update(zip(map(_HOURS_OF, ids), ids, strict=True))

    def _row(self, event: "ForeignEvent") -> events.Row:
        at, offset, kind, card, payload, id, target = event
        if id is not None:  # it comes from a file; others were made here, within their ranges
            payloads.check(kind, payload)
        if not 0 <= at < _END:
            raise InputError(_OUT_OF_RANGE)
        if id is None:
            tail = self._tails.get((kind, card))
            if tail is None:
                tail = self._tails[kind, card] = _tail(kind, card)
            id = at.to_bytes(6) + tail
        return id, at, offset, kind, card, target, events.payload_text(payload)

    def _ids(self, reviews: "Reviews") -> "tuple[Array, list[str]]":
        """Return the ids of reviews, (reviews, 16), and those of their cards."""
        import numpy as np  # most imports bring no log

        if reviews.ids is not self._cards:
            tails = b"".join([_tail(Kind.REVIEW.value, card) for card in reviews.ids])
            self._cards = reviews.ids
            self._of_cards = (
                np.frombuffer(tails, "u1").reshape(-1, 10),
                np.array(reviews.ids, object),
            )
        tails_of_cards, card_ids = self._of_cards
        ids = np.empty((len(reviews.at), 16), "u1")
        ids[:, :6] = reviews.at.astype(">u8").view("u1").reshape(-1, 8)[:, 2:]
        ids[:, 6:] = tails_of_cards[reviews.card]
        return ids, card_ids[reviews.card].tolist()


def _logged(connection: Connection, ids: Iterable[bytes]) -> Iterable[bytes]:
    """Return the ids of events in the log from the first of `ids` to the last."""
    ordered = sorted(ids)
    query = select(EVENTS.c.id).where(EVENTS.c.id.between(ordered[0], ordered[-1]))
    return connection.execute(query).scalars()


def _payloads(reviews: "Reviews") -> list[str]:
    """Return the payloads of reviews as JSON, written by hand: a log may have a million."""
    names = "day", "rating", "state", "due", "due_at", "seconds"
    columns = [getattr(reviews, name).tolist() for name in names]
    return [
        f'{{"day":{day},"rating":{rating},"state":"review","due":{due},"seconds":{seconds}}}'
        if state == _REVIEW
        else f'{{"day":{day},"rating":{rating},"state":"{_NAMES[state]}","step":0,'
        + (f'"due_at":{due_at},' if due_at >= 0 else "")
        + f'"due":{due},"seconds":{seconds}}}'
        for day, rating, state, due, due_at, seconds in zip(*columns, strict=True)
    ]


def _tail(kind: str, card: str | None) -> bytes:
    """Return the last ten bytes of a UUIDv7: the same on every device for the same event."""
    digest = int.from_bytes(blake2b(f"{kind}\0{card}".encode(), digest_size=10).digest())
    rest = digest & (1 << 62) - 1 | 1 << 63
    return (0x7000 | digest >> 68).to_bytes(2) + rest.to_bytes(8)


def chosen(
    options: Mapping[str, Mapping[str, Any]], decks: Sequence[str], settings: Settings
) -> Iterator[tuple[dict[str, Any] | None, str]]:
    """Yield the payload of each option that new decks bring, or None and why it is left out."""
    from db.log.settings import payload

    for deck in decks:
        own = settings.options(deck)
        for name, value in options.get(deck, {}).items():
            if value is None or value == [] or deck in settings.decks:
                continue
            try:
                option = payload(deck, name, value)
            except ValueError as error:
                yield None, f"the option {name} of the deck {deck} ({error})"
                continue
            if option["value"] != getattr(own, name):
                yield option, ""
