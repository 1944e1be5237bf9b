"""Writing cards into their tables: adding, changing, and setting aside what a note lost."""

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from cards.card import Card
from cards.formats.topics import slugify
from cards.packed import PackedNote, family_number, tags_of, written
from db.card_table import checksums, note_files
from db.card_table.rows import Known, Version, read_card
from db.log import events
from db.log.settings import Settings
from db.projections import refold
from db.projections.card_state import CardState
from db.storage.checksums import of_card
from db.storage.database import chunks, insert_rows, without
from db.storage.schema import CARDS, EVENTS, META, NEWER, OUT, SCHEDULE, SECTIONS
from sims.catalogue import CATALOGUE

_TITLES = {entry.slug: entry.title for entry in CATALOGUE}


@dataclass(slots=True)
class Incoming:
    """A card to be stored, with its JSON and its digest.

    `card.id` is the id that the card has now; `note_id` the one in its note here, if it is in any.
    """

    card: Card
    body: str
    digest: bytes
    note_id: str | None = None


@dataclass(slots=True)
class Row:
    """The row of a card; `named` is the event that gave it another id, None where none did."""

    item: Incoming
    missing: bool
    stamp: bytes
    named: bytes | None = None

    @property
    def version(self) -> Version:
        """Return the version of the card's text in this row."""
        return Version(self.stamp, self.missing, self.item.digest)


Change = tuple[Known, Incoming]

_NAMES = tuple(column.name for column in checksums.COVERED[CARDS])

_IDS = select(EVENTS.c.card).where(EVENTS.c.card.in_(bindparam("ids", expanding=True))).distinct()
_CARD_NAMES = (
    "id",
    "note_id",
    "section",
    "file",
    "line",
    "kind",
    "digest",
    "body",
    "tags",
    "missing",
    "stamp",
)
_UPDATE = (
    update(CARDS)
    .where(CARDS.c.key == bindparam("of_key"))
    .values(
        {
            "indexed": False,
            "checksum": None,
            "named": func.coalesce(bindparam("since"), CARDS.c.named),
        }
        | {name: bindparam(name) for name in _CARD_NAMES}
    )
)
_PLACE = (
    update(CARDS)
    .where(CARDS.c.key == bindparam("of_key"))
    .values({name: bindparam(name) for name in ("note_id", "file", "line", "body")})
    .values(checksum=None)
)
_UPDATE_FAMILY = (
    update(SCHEDULE)
    .where(SCHEDULE.c.key == bindparam("of_key"))
    .values(family=bindparam("family"), dirty=True)
)
FRESH: dict[str, Any] = {
    name: value
    for name, value in (CardState(0, 0, 0).as_row() | {"dirty": True}).items()
    if name not in ("key", "section", "family")
}
"""The schedule of a card that nothing was done with."""
_TEXTS = "texts"
_AT_ONCE = 5_000
"""Cards that are written at once: all of a large import would not fit into the memory."""


def digest_of(body: str | bytes) -> bytes:
    """Return the digest of a card's JSON: it leaves out where in the note the card stands."""
    fields = orjson.loads(body)
    if fields.get("check"):
        fields["check"].pop("line", None)
    return blake2b(orjson.dumps(fields), digest_size=16).digest()


def incoming(card: Card, note_id: str | None = None) -> Incoming:
    """Return a card as it is stored; its digest leaves out where in the note it stands."""
    return Incoming(card, *written(card), note_id)


def texts(connection: Connection) -> str | None:
    """Return the name of the texts that a sync offers; stores with one name have the same texts."""
    name: str | None = connection.execute(
        select(META.c.value).where(META.c.name == _TEXTS)
    ).scalar()
    return name


def name_texts(connection: Connection, name: str = "") -> None:
    """Give the texts a new name, or that of another store which has the same ones now."""
    connection.execute(delete(META).where(META.c.name == _TEXTS))
    connection.execute(insert(META), {"name": _TEXTS, "value": name or os.urandom(8).hex()})


def change(
    connection: Connection,
    changes: Sequence[Change],
    named: Mapping[int, bytes],
    stamp: bytes,
    settings: Settings,
) -> None:
    """Write the cards that their notes changed, and move their schedules to new sections.

    `named` has, by key, the re-links that gave cards other ids.
    """
    if not changes:
        return
    rows = {known.key: Row(new, False, stamp, named.get(known.key)) for known, new in changes}
    sections = rewrite(connection, rows)
    forget_newer(connection, list(rows))
    relinked = {known.key: known.id for known, new in changes if known.id != new.card.id}
    if relinked:
        refold.reassign(connection, relinked, settings)
    for known, _ in changes:
        if known.missing or sections[known.key] != known.section:
            refold.move(connection, known.key, sections[known.key], settings)
    _leave(connection, changes)


def rewrite(connection: Connection, rows: Mapping[int, Row]) -> dict[int, int]:
    """Overwrite the cards of these keys, and return their sections by key.

    Their schedules have to be folded anew where a card came to another section or back to its note.
    """
    if not rows:
        return {}
    sections = _Sections(connection)
    values = {key: _values(row, sections) for key, row in rows.items()}
    updates = [
        {"of_key": key, "since": rows[key].named, **dict(zip(_CARD_NAMES, row, strict=True))}
        for key, row in values.items()
    ]
    families = [
        {"of_key": key, "family": family_number(row.item.card.family)} for key, row in rows.items()
    ]
    for part in chunks(updates):
        connection.execute(_UPDATE, part)
    for part in chunks(families):
        connection.execute(_UPDATE_FAMILY, part)
    checksums.seal(connection)
    name_texts(connection)
    return {key: row[_CARD_NAMES.index("section")] for key, row in values.items()}


def move(connection: Connection, changes: Sequence[Change]) -> None:
    """Write the places and ids that cards have in the notes of this device."""
    if not changes:
        return
    places = [
        {
            "of_key": known.key,
            "note_id": new.note_id,
            "file": new.card.file,
            "line": new.card.line,
            "body": new.body,
        }
        for known, new in changes
    ]
    connection.execute(_PLACE, places)
    checksums.seal(connection)
    _leave(connection, changes)


def _leave(connection: Connection, changes: Sequence[Change]) -> None:
    """Mark the files that cards left to be read again."""
    left = {known.file for known, new in changes if known.file != new.card.file}
    note_files.read_again(connection, sorted(left))


def indexes_later(connection: Connection) -> AbstractContextManager[None]:
    """Make most indexes of a store without cards only once the block has added them.

    Meanwhile a query for the cards of a file, or for schedules but by their keys, takes long.
    """
    of_files = [index for index in CARDS.indexes if index.name == "cards_of_file"]
    return without(connection, [*of_files, *SCHEDULE.indexes])


def insert_cards(connection: Connection, rows: Sequence[Row], added: Sequence[int]) -> list[int]:
    """Add cards without a history, each dated `added` (ms since 1970); return their keys."""
    sections = _Sections(connection)
    first = _next_key(connection)
    keys = list(range(first, first + len(rows)))
    for start in range(0, len(rows), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        cards = []
        families = []
        for key, at, row in zip(keys[part], added[part], rows[part], strict=True):
            values = dict(zip(_CARD_NAMES, _values(row, sections), strict=True))
            values |= {"key": key, "added": at, "named": row.named, "missing": int(row.missing)}
            cards.append(tuple([values[name] for name in _NAMES]))
            families.append(family_number(row.item.card.family))
        _insert(connection, cards, families)
    checksums.seal(connection)
    name_texts(connection)
    return keys


def _next_key(connection: Connection) -> int:
    last: int = connection.execute(select(func.coalesce(func.max(CARDS.c.key), 0))).scalar_one()
    return last + 1


def _insert(connection: Connection, cards: list[tuple[Any, ...]], families: list[int]) -> None:
    """Add cards, given as tuples of `_NAMES`, with the schedule of a new card for each."""
    sealed = [(*card, of_card(card)) for card in cards]
    insert_rows(connection, CARDS, (*_NAMES, "checksum"), sealed, {"indexed": True})
    key, section = _NAMES.index("key"), _NAMES.index("section")
    schedules = [
        (card[key], card[section], family) for card, family in zip(cards, families, strict=True)
    ]
    insert_rows(connection, SCHEDULE, ("key", "section", "family"), schedules, FRESH)


class NewCards:
    """Cards for a store that has none and whose log knows none, written many at once."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        """Begin to add cards, dated `now`."""
        self._connection, self._added = connection, int(now.timestamp() * 1000)
        self._sections = _Sections(connection)
        self._key = _next_key(connection)
        self._cards: list[tuple[Any, ...]] = []
        self._families: list[int] = []

    def add(self, note: PackedNote, stamp: bytes) -> None:
        """Add the cards of a note, which the event `stamp` brought."""
        path, added = note.path, self._added
        sections = [self._sections.of(*place) for place in note.places]
        self._cards += [
            (key, id, sections[place], path, line, kind, digest, body, tags, added, 0, stamp,
             None, id)
            for key, (id, place, line, kind, digest, body, tags, _) in enumerate(
                note.rows, self._key
            )
        ]  # fmt: skip
        self._families += [row[-1] for row in note.rows]
        self._key += len(note.rows)
        if len(self._cards) >= _AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write the cards that were added since the last time."""
        cards, families, self._cards, self._families = self._cards, self._families, [], []
        for start in range(0, len(cards), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            _insert(self._connection, cards[part], families[part])
        if cards:
            checksums.seal(self._connection)
            name_texts(self._connection)


def add(
    connection: Connection,
    items: Sequence[Incoming],
    named: Mapping[str, bytes],
    relinked: Iterable[str],
    added: int,
    stamp: bytes,
    settings: Settings,
) -> None:
    """Add cards of a note, dated `added` (ms since 1970), with the history that the log has.

    `named` has, by id, the events that gave cards an id which another card had given up; `relinked`
    are the ids that stand in re-links.
    """
    if not items:
        return
    rows = [Row(item, False, stamp, named.get(item.card.id)) for item in items]
    keys = dict(
        zip(
            [item.card.id for item in items],
            insert_cards(connection, rows, [added] * len(rows)),
            strict=True,
        )
    )
    known = {*_with_history(connection, list(keys)), *relinked}
    if known:
        refold.reassign(connection, {keys[id]: "" for id in known}, settings)


def set_aside(connection: Connection, gone: Sequence[Known], stamp: bytes) -> None:
    """Mark cards as missing from their notes."""
    if not gone:
        return
    for part in chunks([known.key for known in gone]):
        connection.execute(
            update(CARDS)
            .where(CARDS.c.key.in_(part))
            .values(missing=True, note_id=None, stamp=stamp, checksum=None)
        )
        connection.execute(
            update(SCHEDULE).where(SCHEDULE.c.key.in_(part)).values(queue=OUT, dirty=True)
        )
        forget_newer(connection, part)
    checksums.seal(connection)
    name_texts(connection)


def date(connection: Connection, added: Mapping[str, int], now: datetime) -> None:
    """Set when cards, by id, were added elsewhere, in ms since 1970, at most `now`."""
    latest = int(now.timestamp() * 1000)
    dates = [{"of": id, "at": min(at, latest)} for id, at in added.items()]
    if not dates:
        return
    query = update(CARDS).where(CARDS.c.id == bindparam("of"))
    connection.execute(query.values(added=bindparam("at"), checksum=None), dates)
    checksums.seal(connection)


def _place(row: Row) -> tuple[str, int]:
    return row.item.card.file, row.item.card.line


def forget_newer(connection: Connection, keys: Sequence[int]) -> None:
    """Delete the newer texts of cards: their rows' own are the newest now."""
    for part in chunks(keys):
        connection.execute(delete(NEWER).where(NEWER.c.key.in_(part)))


def keep_newer(connection: Connection, rows: Mapping[int, Row]) -> None:
    """Keep newer texts of other devices, to pass them on, beside the texts of notes here."""
    if not rows:
        return
    forget_newer(connection, list(rows))
    names = [column.name for column in checksums.COVERED[NEWER]]
    values = [
        (key, row.stamp, row.missing, row.item.digest, row.item.body, *_place(row))
        for key, row in rows.items()
    ]
    sealed = [(*each, checksums.of(NEWER, each)) for each in values]
    insert_rows(connection, NEWER, (*names, "checksum"), sealed)
    name_texts(connection)


class _Sections:
    """The sections of the store, made as cards call for them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        rows = connection.execute(select(SECTIONS.c.deck, SECTIONS.c.topic, SECTIONS.c.id))
        self._ids: dict[tuple[str, str], int] = {(deck, topic): id for deck, topic, id in rows}

    def of(self, deck: str, topic: str, headings: Sequence[str]) -> int:
        """Return the section of a deck and topic, a new one named after headings above a card."""
        place = deck, topic
        if place not in self._ids:
            names = {"deck": deck, "topic": topic, "title": _title(topic, headings)}
            result = self._connection.execute(insert(SECTIONS), names)
            assert result.inserted_primary_key is not None
            self._ids[place] = int(result.inserted_primary_key[0])
        return self._ids[place]


def name_section(connection: Connection, id: int) -> None:
    """Name a section after a card in it, or delete it where it has none."""
    card = _any_card_of(connection, id)
    if card is None:
        connection.execute(delete(SECTIONS).where(SECTIONS.c.id == id))
        return
    title = _title(card.topic, card.headings)
    names = {"deck": card.deck, "topic": card.topic, "title": title, "checksum": None}
    connection.execute(update(SECTIONS).where(SECTIONS.c.id == id).values(names))
    checksums.seal(connection)


def lost_sections(connection: Connection) -> list[int]:
    """Return the ids of sections that cards name and that are not in their table."""
    lost = CARDS.c.section.not_in(select(SECTIONS.c.id))
    return list(connection.execute(select(CARDS.c.section).where(lost).distinct()).scalars())


def bring_section_back(connection: Connection, id: int) -> None:
    """Make a lost section anew, or move its cards to the one of the same names."""
    card = _any_card_of(connection, id)
    assert card is not None
    names = {"deck": card.deck, "topic": card.topic}
    same = connection.execute(select(SECTIONS.c.id).filter_by(**names)).scalar()
    if same is None:
        title = _title(card.topic, card.headings)
        connection.execute(insert(SECTIONS).values(id=id, title=title, **names))
    else:
        cards = update(CARDS).where(CARDS.c.section == id)
        connection.execute(cards.values(section=same, checksum=None))
        connection.execute(update(SCHEDULE).where(SCHEDULE.c.section == id).values(section=same))
    checksums.seal(connection)


def _any_card_of(connection: Connection, section: int) -> Card | None:
    row = connection.execute(
        select(CARDS.c.body, CARDS.c.file, CARDS.c.line).where(CARDS.c.section == section).limit(1)
    ).first()
    return None if row is None else read_card(*row)


def _title(topic: str, headings: Sequence[str]) -> str:
    """Return the title of a topic: the catalogue's, else the heading that it is named after."""
    named = [heading for heading in headings if slugify(heading) == topic]
    return _TITLES.get(topic) or (named[0] if named else topic.replace("-", " ").capitalize())


def _values(row: Row, sections: _Sections) -> tuple[Any, ...]:
    """Return the values of `_CARD_NAMES`."""
    item, card = row.item, row.item.card
    return (
        card.id,
        item.note_id,
        sections.of(card.deck, card.topic, card.headings),
        card.file,
        card.line,
        str(card.kind),
        item.digest,
        item.body,
        tags_of(card),
        row.missing,
        row.stamp,
    )


def _with_history(connection: Connection, ids: list[str]) -> list[str]:
    """Return those of `ids` with events in the log: another device had these cards before."""
    if not events.know_cards(connection):
        return []
    known: list[str] = []
    for part in chunks(ids):
        known.extend(id for id in connection.execute(_IDS, {"ids": part}).scalars() if id)
    return known
