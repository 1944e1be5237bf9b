"""What other programs knew of cards, as events: schedules of notes, and whole logs of packages."""

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
    from cards.formats.anki.history import Past, Reviews
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
    known: Iterable[Progress],
    new: set[str],
    moment: StudyClock,
    settings: Settings,
) -> None:
    """Give new cards, of which nothing was logged, the schedules that their note brings."""
    for one in known:
        if one.is_suspended and one.card in new:
            card_actions.change(connection, one.card, Kind.SUSPEND, None, moment, settings)
        if one.card not in new or one.stability is None or one.difficulty is None:
            continue
        if schedule.of_id(connection, one.card).state.state != 0:
            continue
        seen = one.reviewed if one.reviewed is not None else one.due - one.interval
        said = {
            "day": min(max(0, seen), moment.today),
            "due": max(0, one.due),
            "stability": one.stability,
            "difficulty": one.difficulty,
        }
        if payloads.fits(Kind.MEMORY, said):
            card_actions.change(connection, one.card, Kind.MEMORY, said, moment, settings)


def append(
    connection: Connection, past: "Iterable[Past | Reviews]", arriving: "Arriving | None" = None
) -> int:
    """Add events as they happened, each once however often it is brought; return how many.

    Those of a log that knows no card yet are `arriving` in it, too.

    The derived tables do not follow: `db.rebuild.rebuild` must. Raises InputError, and nothing may
    be committed then, for one that cannot be folded.
    """
    log = _Log(connection, arriving)
    few = select(EVENTS.c.id).limit(_FEW)
    is_short = len(connection.execute(few).fetchall()) < _FEW
    with events.many_added(connection) if is_short else nullcontext():
        for part in _parts(past):
            if isinstance(part, list):
                log.add(part)
            else:
                log.add_reviews(part)
    digests.forget(connection, log.hours.values())
    return log.added


def _parts(past: "Iterable[Past | Reviews]") -> "Iterator[list[Past] | Reviews]":
    """Yield reviews as they come, and of all else some thousand events at once."""
    from cards.formats.anki.history import Reviews  # brings the readers of packages

    part: list[Past] = []
    for one in past:
        if isinstance(one, Reviews):
            yield one
            continue
        part.append(one)
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
        """An event of each span of hours: they are the same to the digests."""
        self._connection, self._arriving = connection, arriving
        self._tails: dict[tuple[str, str | None], bytes] = {}
        self._cards: Sequence[str] = ()
        self._of_cards: tuple[Array, Array]
        """The tails of reviews of cards, (cards, 10), and the cards' ids, (cards,)."""

    def add(self, part: "list[Past]") -> None:
        """Add events that are not there yet."""
        new: dict[bytes, events.Row] = {}
        arriving = self._arriving
        for one in part:
            row = self._row(one)
            new[row[0]] = row
            if arriving is not None:
                arriving.whole = arriving.whole and one.id is None
                arriving.put_aside(events.event_of(row))
        if arriving is None or not arriving.whole:
            for id in _there(self._connection, new):
                new.pop(id, None)
        events.add_rows(self._connection, list(new.values()))
        self._count(list(new))

    def add_reviews(self, found: "Reviews") -> None:
        """Add reviews, whose times rise, that are not there yet."""
        at, offset = found.at.tolist(), found.offset.tolist()
        if not 0 <= at[0] <= at[-1] < _END:
            raise InputError(_OUT_OF_RANGE)
        joined, cards = self._ids(found)
        ids = joined.view("V16").ravel().tolist()
        columns: Sequence[Sequence[Any]] = (ids, at, offset, cards, _said(found))
        arriving = self._arriving
        if arriving is not None:
            arriving.add(joined.tobytes(), found)
        if arriving is None or not arriving.whole:
            new = dict(zip(ids, zip(*columns, strict=True), strict=True))
            for id in _there(self._connection, new):
                new.pop(id, None)
            columns = list(zip(*new.values(), strict=True)) or [()] * len(columns)
        events.add_reviews(self._connection, *columns)
        self._count(columns[0])

    def _count(self, ids: Sequence[bytes]) -> None:
        self.added += len(ids)
        self.hours.update(zip(map(_HOURS_OF, ids), ids, strict=True))

    def _row(self, one: "Past") -> events.Row:
        at, offset, kind, card, payload, id, target = one
        if id is not None:  # of a file; others were made here, within their ranges
            payloads.check(kind, payload)
        if not 0 <= at < _END:
            raise InputError(_OUT_OF_RANGE)
        if id is None:
            tail = self._tails.get((kind, card))
            if tail is None:
                tail = self._tails[kind, card] = _tail(kind, card)
            id = at.to_bytes(6) + tail
        return id, at, offset, kind, card, target, events.payload_text(payload)

    def _ids(self, found: "Reviews") -> "tuple[Array, list[str]]":
        """Return the ids of reviews, (reviews, 16), and those of their cards."""
        import numpy as np  # most imports bring no log

        if found.ids is not self._cards:
            tails = b"".join([_tail(Kind.REVIEW.value, card) for card in found.ids])
            names = np.array(found.ids, object)
            self._cards, self._of_cards = (
                found.ids,
                (np.frombuffer(tails, "u1").reshape(-1, 10), names),
            )
        tail, name = self._of_cards
        ids = np.empty((len(found.at), 16), "u1")
        ids[:, :6] = found.at.astype(">u8").view("u1").reshape(-1, 8)[:, 2:]
        ids[:, 6:] = tail[found.card]
        return ids, name[found.card].tolist()


def _there(connection: Connection, ids: Iterable[bytes]) -> Iterable[bytes]:
    """Return the events of the log that lie among some ids."""
    known = sorted(ids)
    query = select(EVENTS.c.id).where(EVENTS.c.id.between(known[0], known[-1]))
    return connection.execute(query).scalars()


def _said(found: "Reviews") -> list[str]:
    """Return the payloads of reviews."""
    names = "day", "rating", "state", "due", "due_at", "seconds"
    columns = [getattr(found, name).tolist() for name in names]
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
                said = payload(deck, name, value)
            except ValueError as error:
                yield None, f"the option {name} of the deck {deck} ({error})"
                continue
            if said["value"] != getattr(own, name):
                yield said, ""
