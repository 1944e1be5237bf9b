"""Texts of cards that no note here has: a sync copies the newest from the other store.

The text of a note here stays. A newer text of another device is kept beside it and passed on, so
that in whatever order devices meet, those without the note end with the same text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from db.card_table import checksums, writer
from db.card_table.rows import Version
from db.card_table.writer import Row
from db.log import relinks
from db.log.events import FIRST
from db.storage.database import Database, chunks
from db.storage.schema import CARDS, NEWER, SCHEDULE, SECTIONS
from db.sync import validate
from db.sync.incremental import ChangeSet

_OWN = [CARDS.c.stamp, CARDS.c.missing, CARDS.c.digest]
_OTHER = [NEWER.c.stamp, NEWER.c.missing, NEWER.c.digest]
_BRIEF = select(CARDS.c.id, CARDS.c.named, CARDS.c.added, *_OWN, *_OTHER).outerjoin(
    NEWER, NEWER.c.key == CARDS.c.key
)
_IDS = CARDS.c.id.in_(bindparam("ids", expanding=True))
_FULL = (
    select(
        *[CARDS.c.id, CARDS.c.named, CARDS.c.added, *_OWN],
        *[CARDS.c.body, CARDS.c.file, CARDS.c.line],
        *_OTHER,
        *[NEWER.c.body, NEWER.c.file, NEWER.c.line],
    )
    .outerjoin(NEWER, NEWER.c.key == CARDS.c.key)
    .where(_IDS)
)
_LOCAL = (
    select(
        *[CARDS.c.id, CARDS.c.key, CARDS.c.note_id, CARDS.c.named, CARDS.c.added],
        *[SECTIONS.c.deck, SECTIONS.c.topic, *_OWN, *_OTHER],
    )
    .join(SECTIONS, SECTIONS.c.id == CARDS.c.section)
    .outerjoin(NEWER, NEWER.c.key == CARDS.c.key)
    .where(_IDS)
)
_STAMP = (
    update(CARDS)
    .where(CARDS.c.key == bindparam("of_key"))
    .values(stamp=bindparam("read"), checksum=None)
)
_DATE = (
    update(CARDS)
    .where(CARDS.c.key == bindparam("of_key"))
    .values(added=bindparam("at"), named=bindparam("since"), checksum=None)
)
_DAMAGED = b""
"""The digest of a damaged row, whose text a sync brings again (`db/diagnosis.py`)."""


class Brief(NamedTuple):
    """The columns of a card's row that are compared with those of another store."""

    version: Version
    named: bytes
    added: int

    def brings(self, other: "Brief | None") -> bool:
        """Whether the row has anything newer than another row."""
        return other is None or (
            self.version > other.version or self.named > other.named or self.added < other.added
        )


class _Offer(NamedTuple):
    """A text of another store, under the id that its card has here."""

    row: Row
    named: bytes
    added: int


class _Local(NamedTuple):
    """A card here, with its row, that another store has something newer for."""

    key: int
    note_id: str | None
    named: bytes
    added: int
    place: tuple[str, str]
    own: Version
    newest: Version


def copy(source: Database, target: Connection, until: bytes, changes: ChangeSet) -> None:
    """Copy the texts that are newer than those here; stamps from `until` on are refused."""
    with source.read() as connection:
        name = writer.texts(connection)
    if name is not None and name == writer.texts(target):
        return
    now = _ids_now(target)
    theirs: dict[str, Brief] = {}
    reworded: dict[str, tuple[str, bytes]] = {}
    for id, brief in _briefs(source, until):
        present, since = now(id, brief.named)
        if present == id:
            theirs[id] = brief
        else:
            reworded[id] = present, since
    has_more = False
    for id, brief in _briefs(target):
        other = theirs.get(id)
        if other is not None and not other.brings(brief):
            del theirs[id]
        has_more |= other is None or brief.brings(other)
    for part in chunks([*theirs, *reworded]):
        _put(target, _offers(source, part, reworded), changes)
    with source.read() as connection:
        still = writer.texts(connection)
    if name is not None and name == still and not has_more and not reworded:
        writer.name_texts(target, name)
    elif writer.texts(target) is None:
        writer.name_texts(target)


def _ids_now(connection: Connection) -> Any:
    """Return a function from an id, and the event that gave it, to the id that its card has now."""
    moves = relinks.moves_of(relinks.every(connection))

    def now(id: str, named: bytes) -> tuple[str, bytes]:
        if id not in moves:
            return id, named
        since, present = relinks.path(moves, id, named)[-1]
        return present, since

    return now


def _briefs(
    source: Database | Connection, until: bytes | None = None
) -> Iterator[tuple[str, Brief]]:
    """Yield the newest text of each card in a store, in brief, but for damaged rows."""
    if isinstance(source, Database):
        with source.read() as connection:
            yield from _briefs(connection, until)
        return
    once: dict[bytes, bytes] = {}  # one object for each of the few imports, not one for each row
    for row in source.execute(_BRIEF, execution_options={"yield_per": 10_000}):
        id, named, added, *texts = row
        own, other = texts[:3], texts[3:]
        text = own
        if other[0] is not None:
            text = other
        elif own[2] == _DAMAGED:
            continue
        if until is not None:
            validate.check_brief((id, named, added, *text), until)
        stamp = once.setdefault(text[0], text[0])
        yield id, Brief(Version(stamp, *text[1:]), named or FIRST, added)


def _offers(
    source: Database, ids: Sequence[str], reworded: Mapping[str, tuple[str, bytes]]
) -> dict[str, _Offer]:
    """Return the newest texts of cards, cleaned, by the ids that the cards have here."""
    with source.read() as connection:
        rows = connection.execute(_FULL, {"ids": ids}).all()
    offers: dict[str, _Offer] = {}
    for row in rows:
        id, named, added, *texts = row
        own, other = texts[:6], texts[6:]
        stamp, missing, _, body, file, line = own if other[0] is None else other
        card = validate.card(id, body, file, line)
        now, named = reworded.get(id, (id, named or FIRST))
        text = Row(writer.incoming(replace(card, id=now)), missing, stamp)
        offer = _Offer(text, named, added)
        if now in offers:
            other_offer = offers[now]
            newest = max((other_offer.row, text), key=attrgetter("version"))
            named, added = max(other_offer.named, named), min(other_offer.added, added)
            offer = _Offer(newest, named, added)
        offers[now] = offer
    return offers


def _put(target: Connection, offers: Mapping[str, _Offer], changes: ChangeSet) -> None:
    """Write texts into the table, unless a note here has the card or the text here is newer."""
    local_cards = _local_cards(target, list(offers))
    new: dict[str, _Offer] = {}
    shown: dict[int, Row] = {}
    newer: dict[int, Row] = {}
    stamps: dict[int, bytes] = {}
    dates: list[dict[str, Any]] = []
    for id, offer in offers.items():
        local = local_cards.get(id)
        if local is None:
            new[id] = offer
            continue
        if offer.named > local.named or offer.added < local.added:
            since, at = max(offer.named, local.named), min(offer.added, local.added)
            dates.append({"of_key": local.key, "since": _or_null(since), "at": at})
        text, version = offer.row, offer.row.version
        if local.own.digest == _DAMAGED:
            shown[local.key] = replace(text, item=replace(text.item, note_id=local.note_id))
        elif version <= local.newest:
            continue
        elif local.note_id is None:
            shown[local.key] = text
            place = text.item.card.deck, text.item.card.topic
            changes.deep |= local.own.missing != text.missing or local.place != place
        elif not text.missing and text.item.digest == local.own.digest:
            stamps[local.key] = text.stamp
        else:
            newer[local.key] = text
    _add(target, new, changes)
    writer.rewrite(target, shown)
    changes.moved.cards += len(shown)
    writer.keep_newer(target, newer)
    if stamps:
        writer.forget_newer(target, list(stamps))
        values = [{"of_key": key, "read": stamp} for key, stamp in stamps.items()]
        target.execute(_STAMP, values)
    if dates:
        target.execute(_DATE, dates)
        keys = [date["of_key"] for date in dates]
        target.execute(update(SCHEDULE).where(SCHEDULE.c.key.in_(keys)).values(dirty=True))
    if stamps or dates:
        checksums.seal(target)
        writer.name_texts(target)


def _or_null(named: bytes) -> bytes | None:
    return None if named == FIRST else named


def _local_cards(target: Connection, ids: Sequence[str]) -> dict[str, _Local]:
    cards: dict[str, _Local] = {}
    for row in target.execute(_LOCAL, {"ids": ids}):
        id, key, note_id, named, added, deck, topic, *texts = row
        own = Version(*texts[:3])
        other = Version(*texts[3:]) if texts[3] is not None else own
        cards[id] = _Local(key, note_id, named or FIRST, added, (deck, topic), own, max(own, other))
    return cards


def _add(target: Connection, new: Mapping[str, _Offer], changes: ChangeSet) -> None:
    if not new:
        return
    rows = [replace(offer.row, named=_or_null(offer.named)) for offer in new.values()]
    writer.insert_cards(target, rows, [offer.added for offer in new.values()])
    changes.moved.cards += len(new)
    changes.cards += new
    changes.deep |= any(row.missing for row in rows)
