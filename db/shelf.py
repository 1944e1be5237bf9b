"""Writing cards into their tables: adding, changing, and setting aside what a note lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from cards.card import Card
from cards.formats.topics import slugify
from db import aliases, past
from db.engine import CHUNK, StoreError, chunks, insert_rows
from db.fold import Standing
from db.quick import Quick
from db.schema import CARDS, EVENTS, FILES, OUT, SCHEDULE, SECTIONS
from db.settings import Settings
from sims.catalogue import CATALOGUE

_TITLES = {entry.slug: entry.title for entry in CATALOGUE}


@dataclass(slots=True)
class Known:
    """A card as the table has it."""

    key: int
    id: str
    digest: bytes
    section: int
    file: str
    line: int
    missing: bool


@dataclass(slots=True)
class Incoming:
    """A card as its note has it, with the JSON and the digest that are stored."""

    card: Card
    body: str
    digest: bytes


Change = tuple[Known, Incoming]

KNOWN = select(*[CARDS.c[name] for name in Known.__slots__])
_ID_NAMES = [f"id_{number}" for number in range(CHUNK)]
_KNOWN_IDS = Quick(KNOWN.where(CARDS.c.id.in_([bindparam(name) for name in _ID_NAMES])))
_IDS = select(EVENTS.c.card).where(EVENTS.c.card.in_(bindparam("ids", expanding=True))).distinct()
_CARD_NAMES = (
    "id",
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
    .values({"indexed": False} | {name: bindparam(name) for name in _CARD_NAMES})
)
_PLACE = (
    update(CARDS)
    .where(CARDS.c.key == bindparam("of_key"))
    .values({name: bindparam(name) for name in ("file", "line", "body")})
)
_UPDATE_FAMILY = (
    update(SCHEDULE)
    .where(SCHEDULE.c.key == bindparam("of_key"))
    .values(family=bindparam("family"), dirty=True)
)
FRESH: dict[str, Any] = {
    name: value
    for name, value in (Standing(0, 0, 0).as_row() | {"dirty": True}).items()
    if name not in ("key", "section", "family")
}
"""The schedule of a card that nothing was done with."""


def incoming(card: Card) -> Incoming:
    """Return a card as it is stored; its digest leaves out where in the note it stands."""
    body = card.to_dict()
    del body["file"], body["line"]
    line = body["check"].pop("line", None) if body["check"] else None
    data = orjson.dumps(body)
    digest = blake2b(data, digest_size=16).digest()
    if line is not None:
        body["check"]["line"] = line
        data = orjson.dumps(body)
    return Incoming(card, data.decode(), digest)


def read_card(body: str, file: str, line: int) -> Card:
    """Return the card that a row of `cards` holds; raises StoreError where that is none."""
    try:
        return Card.from_dict({**orjson.loads(body), "file": file, "line": line})
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise unreadable(file, line) from error


def unreadable(file: str, line: int) -> StoreError:
    """Return the error that a row of `cards` holds no card."""
    return StoreError(
        f"The card at {file}:{line} cannot be read. `studytui doctor` says what to do."
    )


def tags_column(card: Card) -> str:
    """Return the tags of a card as its row has them, each between spaces."""
    return f" {' '.join(card.tags)} " if card.tags else ""


def family_number(family: str) -> int:
    """Return a number for a family that fits a 64-bit column."""
    return int.from_bytes(blake2b(family.encode(), digest_size=8).digest(), signed=True)


def known_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Known]:
    """Return those cards of the given ids that the table has."""
    known: dict[str, Known] = {}
    for part in chunks(ids):
        full = [*part, *[part[0]] * (CHUNK - len(part))]  # one statement for parts of any length
        values = dict(zip(_ID_NAMES, full, strict=True))
        known.update((row[1], Known(*row)) for row in _KNOWN_IDS.run(connection, **values))
    return known


def cards_of(connection: Connection, keys: Sequence[int]) -> Iterator[Card]:
    """Yield the cards of the given keys."""
    for part in chunks(keys):
        query = select(CARDS.c.body, CARDS.c.file, CARDS.c.line)
        for row in connection.execute(query.where(CARDS.c.key.in_(part)).order_by(CARDS.c.key)):
            yield read_card(*row)


def change(
    connection: Connection, changes: Sequence[Change], stamp: bytes, settings: Settings
) -> None:
    """Bring cards up to their notes, and their schedules along to another section."""
    if not changes:
        return
    sections = _Sections(connection)
    rows = [dict(zip(_CARD_NAMES, _row(new, sections, stamp), strict=True)) for _, new in changes]
    keys = [{"of_key": known.key} for known, _ in changes]
    connection.execute(_UPDATE, [key | row for key, row in zip(keys, rows, strict=True)])
    families = [{"family": family_number(new.card.family)} for _, new in changes]
    connection.execute(
        _UPDATE_FAMILY, [key | family for key, family in zip(keys, families, strict=True)]
    )
    relinked = {known.key: known.id for known, new in changes if known.id != new.card.id}
    if relinked:
        past.reassign(connection, relinked, settings)
    for (known, _), row in zip(changes, rows, strict=True):
        if known.missing or row["section"] != known.section:
            past.move(connection, known.key, row["section"], settings)
    _leave(connection, changes)


def move(connection: Connection, changes: Sequence[Change]) -> None:
    """Note where cards lie now, which is a matter of this device and makes no row later."""
    if not changes:
        return
    places = [
        {"of_key": known.key, "file": new.card.file, "line": new.card.line, "body": new.body}
        for known, new in changes
    ]
    connection.execute(_PLACE, places)
    _leave(connection, changes)


def _leave(connection: Connection, changes: Sequence[Change]) -> None:
    """Let the files that cards went from be read again."""
    left = {known.file for known, new in changes if known.file != new.card.file}
    read_again(connection, sorted(left))


def add(
    connection: Connection,
    items: Sequence[Incoming],
    added: int,
    stamp: bytes,
    settings: Settings,
) -> None:
    """Add cards, at `added` (ms since 1970), with what the log already says of them."""
    if not items:
        return
    sections = _Sections(connection)
    first = connection.execute(select(func.coalesce(func.max(CARDS.c.key), 0))).scalar_one() + 1
    rows = [
        (key, added, *_row(item, sections, stamp)) for key, item in enumerate(items, start=first)
    ]
    insert_rows(connection, CARDS, ("key", "added", *_CARD_NAMES), rows, {"indexed": True})
    schedules = [
        (row[0], row[3], family_number(item.card.family))
        for row, item in zip(rows, items, strict=True)
    ]
    insert_rows(connection, SCHEDULE, ("key", "section", "family"), schedules, FRESH)
    keys = {row[2]: row[0] for row in rows}
    known = {*_with_history(connection, list(keys)), *aliases.relinked(connection, keys)}
    if known:
        past.reassign(connection, {keys[id]: "" for id in known}, settings)


def set_aside(connection: Connection, gone: Sequence[Known], stamp: bytes) -> None:
    """Mark cards as missing from their notes."""
    for part in chunks([known.key for known in gone]):
        cards = update(CARDS).where(CARDS.c.key.in_(part))
        connection.execute(cards.values(missing=True, stamp=stamp))
        connection.execute(
            update(SCHEDULE).where(SCHEDULE.c.key.in_(part)).values(queue=OUT, dirty=True)
        )


def remember_file(connection: Connection, path: str, digest: str, cards: int) -> None:
    """Keep the digest of a file whose cards the table now has; empty if it is to be read again."""
    forget_file(connection, path)
    connection.execute(insert(FILES), {"path": path, "digest": digest, "cards": cards})


def forget_file(connection: Connection, path: str) -> None:
    """Leave a file out that is there no more."""
    connection.execute(delete(FILES).where(FILES.c.path == path))


def files(connection: Connection) -> set[str]:
    """Return the paths of the notes that were imported into this very store."""
    return set(connection.execute(select(FILES.c.path)).scalars())


def read_again(connection: Connection, paths: Sequence[str]) -> None:
    """Let files be read again although they did not change: some of their cards are elsewhere."""
    for part in chunks(paths):
        connection.execute(update(FILES).where(FILES.c.path.in_(part)).values(digest=""))


class _Sections:
    """The sections of the store, made as cards call for them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        rows = connection.execute(select(SECTIONS.c.deck, SECTIONS.c.topic, SECTIONS.c.id))
        self._ids: dict[tuple[str, str], int] = {(deck, topic): id for deck, topic, id in rows}

    def of(self, card: Card) -> int:
        place = card.deck, card.topic
        if place not in self._ids:
            title = _TITLES.get(card.topic) or _heading(card)
            result = self._connection.execute(
                insert(SECTIONS), {"deck": card.deck, "topic": card.topic, "title": title}
            )
            assert result.inserted_primary_key is not None
            self._ids[place] = int(result.inserted_primary_key[0])
        return self._ids[place]


def _heading(card: Card) -> str:
    """Return the heading that the card's topic is named after."""
    named = [heading for heading in card.headings if slugify(heading) == card.topic]
    return named[0] if named else card.topic.replace("-", " ").capitalize()


def _row(item: Incoming, sections: _Sections, stamp: bytes) -> tuple[Any, ...]:
    """Return the values of `_CARD_NAMES`."""
    card = item.card
    section = sections.of(card)
    kind = str(card.kind)
    return (
        card.id,
        section,
        card.file,
        card.line,
        kind,
        item.digest,
        item.body,
        tags_column(card),
        False,
        stamp,
    )


def _with_history(connection: Connection, ids: list[str]) -> list[str]:
    """Return the ids that the log already speaks of: cards that came by another device."""
    if not connection.execute(
        select(EVENTS.c.id).where(EVENTS.c.card.is_not(None)).limit(1)
    ).first():
        return []
    found: list[str] = []
    for part in chunks(ids):
        found.extend(id for id in connection.execute(_IDS, {"ids": part}).scalars() if id)
    return found
