"""What other programs knew of cards, as events: schedules of notes, and whole logs of packages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from cards.formats.anki.history import Past
from cards.note import Progress
from db.log import events, payloads
from db.log.events import Event, Kind
from db.log.settings import Settings
from db.projections import schedule
from db.storage.schema import EVENTS
from db.study import card_actions
from db.study_clock import StudyClock
from sims.errors import InputError

_CHUNK = 10_000


def remember(
    connection: Connection,
    known: Iterable[Progress],
    new: set[str],
    moment: StudyClock,
    settings: Settings,
) -> None:
    """Let new cards, of which nothing was logged, have the schedules that their note brings."""
    for one in known:
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


def append(connection: Connection, past: Iterable[Past]) -> int:
    """Add events as they happened, each once however often it is brought; return how many.

    The derived tables do not follow: `db.rebuild.rebuild` must. Raises InputError, and nothing may
    be committed then, for one that cannot be folded.
    """
    added = 0
    rows = iter(past)
    tails: dict[tuple[str, str | None], int] = {}
    while part := [_event(one, tails) for one in islice(rows, _CHUNK)]:
        ids = {event.id: event for event in part}
        first, last = min(ids), max(ids)
        query = select(EVENTS.c.id).where(EVENTS.c.id.between(first, last))
        for id in connection.execute(query).scalars():
            ids.pop(id, None)
        events.append_all(connection, list(ids.values()))
        added += len(ids)
    return added


def _event(one: Past, tails: dict[tuple[str, str | None], int]) -> Event:
    if one.id is not None:  # of a file; others were made here, within their ranges
        payloads.check(one.kind, one.payload)
    if not 0 <= one.at < 2**47:
        raise InputError("A review is dated out of range, so nothing was changed.")
    id = one.id or _id(one, tails)
    return Event(id, one.at, one.offset, one.kind, one.card, one.target, one.payload)


def _id(one: Past, tails: dict[tuple[str, str | None], int]) -> bytes:
    """Return a UUIDv7 that depends on what happened alone, so that it is the same everywhere."""
    digest = tails.get((one.kind, one.card))
    if digest is None:
        said = f"{one.kind}\0{one.card}".encode()
        digest = int.from_bytes(blake2b(said, digest_size=10).digest())
        tails[one.kind, one.card] = digest
    head = one.at << 16 | 0x7000 | digest >> 68
    return head.to_bytes(8) + (digest & (1 << 62) - 1 | 1 << 63).to_bytes(8)


def chosen(
    options: Mapping[str, Mapping[str, Any]], decks: Sequence[str], settings: Settings
) -> Iterator[tuple[dict[str, Any] | None, str]]:
    """Yield the payload of each option in which new decks differ, None with a reason for none."""
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
