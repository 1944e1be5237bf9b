"""Writing cards into their tables: adding, changing, and setting aside what a note lost."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, func, insert, select, update

from cards.card import Card
from cards.formats.topics import slugify
from db.card_table import note_files as files
from db.card_table import rows as stored
from db.card_table.rows import Known
from db.log.events import FIRST
from db.log.settings import Settings
from db.projections.card_state import CardState
from db.storage.database import chunks, insert_rows
from db.storage.schema import CARDS, EVENTS, OUT, SCHEDULE, SECTIONS
from db.study import undo as past
from db.sync import parts
from db.sync.parts import UNEDITED, Edits, Version
from sims.catalogue import CATALOGUE

_TITLES = {entry.slug: entry.title for entry in CATALOGUE}


@dataclass(slots=True)
class Incoming:
    """A card as its note has it, with the JSON and the digest that are stored."""

    card: Card
    body: str
    digest: bytes


Change = tuple[Known, Incoming]

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
    "edits",
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
_EDITS = select(CARDS.c.key, CARDS.c.edits)
_SET_ASIDE = (
    update(CARDS)
    .where(CARDS.c.key == bindparam("of_key"))
    .values(missing=True, edits=bindparam("packed"))
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


def tags_column(card: Card) -> str:
    """Return the tags of a card as its row has them, each between spaces."""
    return f" {' '.join(card.tags)} " if card.tags else ""


def family_number(family: str) -> int:
    """Return a number for a family that fits a 64-bit column."""
    return int.from_bytes(blake2b(family.encode(), digest_size=8).digest(), signed=True)


def change(
    connection: Connection,
    changes: Sequence[Change],
    before: Mapping[int, Card | None],
    named: Mapping[int, bytes],
    stamp: bytes,
    settings: Settings,
) -> None:
    """Bring cards up to what their notes changed, and their schedules along to another section.

    `before` has, by key, what a note said until now where that is not what the row says, None
    where the card was not in it; `named` has the re-links that gave cards other ids.
    """
    if not changes:
        return
    versions = stored.versions(connection, [known.key for known, _ in changes])
    after: dict[int, Version] = {}
    for known, new in changes:
        version = versions.get(known.key)
        if version is None:
            edits = UNEDITED._replace(named=named.get(known.key, FIRST))
            after[known.key] = Version(new.card, False, stamp, edits)
            continue
        said = before.get(known.key, version.card)
        changed = parts.edited(version, said, new.card, stamp)
        card = replace(changed.card, id=new.card.id, file=new.card.file, line=new.card.line)
        edits = changed.edits._replace(named=named.get(known.key, changed.edits.named))
        after[known.key] = replace(changed, card=card, edits=edits)
    sections = rewrite(connection, after)
    relinked = {known.key: known.id for known, new in changes if known.id != new.card.id}
    if relinked:
        past.reassign(connection, relinked, settings)
    for known, _ in changes:
        if known.missing or sections[known.key] != known.section:
            past.move(connection, known.key, sections[known.key], settings)
    _leave(connection, changes)


def rewrite(connection: Connection, changed: Mapping[int, Version]) -> dict[int, int]:
    """Write versions of cards over those that their rows have, and return their sections.

    Their schedules have to be folded anew where a card came to another section or back to its note.
    """
    sections = _Sections(connection)
    rows = {
        key: _row(
            incoming(version.card),
            sections,
            version.missing,
            version.read,
            version.edits.packed,
        )
        for key, version in changed.items()
    }
    updates = [
        {"of_key": key} | dict(zip(_CARD_NAMES, row, strict=True)) for key, row in rows.items()
    ]
    families = [
        {"of_key": key, "family": family_number(version.card.family)}
        for key, version in changed.items()
    ]
    for part in chunks(updates):
        connection.execute(_UPDATE, part)
    for part in chunks(families):
        connection.execute(_UPDATE_FAMILY, part)
    return {key: row[1] for key, row in rows.items()}


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
    files.read_again(connection, sorted(left))


def add(
    connection: Connection,
    items: Sequence[Incoming],
    again: Set[str],
    relinked: Set[str],
    added: int,
    stamp: bytes,
    settings: Settings,
) -> None:
    """Add cards, at `added` (ms since 1970), with what the log already says of them.

    `again` are ids that other cards of this store have given up, `relinked` those of which re-links
    say anything.
    """
    if not items:
        return
    sections = _Sections(connection)
    first = connection.execute(select(func.coalesce(func.max(CARDS.c.key), 0))).scalar_one() + 1
    edits = UNEDITED._replace(named=stamp).packed
    rows = [
        (key, added, *_row(item, sections, False, stamp, edits if item.card.id in again else None))
        for key, item in enumerate(items, start=first)
    ]
    insert_rows(connection, CARDS, ("key", "added", *_CARD_NAMES), rows, {"indexed": True})
    schedules = [
        (row[0], row[3], family_number(item.card.family))
        for row, item in zip(rows, items, strict=True)
    ]
    insert_rows(connection, SCHEDULE, ("key", "section", "family"), schedules, FRESH)
    keys = {row[2]: row[0] for row in rows}
    known = {*_with_history(connection, list(keys)), *relinked}
    if known:
        past.reassign(connection, {keys[id]: "" for id in known}, settings)


def set_aside(connection: Connection, gone: Sequence[Known], stamp: bytes) -> None:
    """Mark cards as missing from their notes."""
    for part in chunks([known.key for known in gone]):
        rows = connection.execute(_EDITS.where(CARDS.c.key.in_(part))).all()
        edits = [(key, Edits.of(packed)._replace(missing=stamp)) for key, packed in rows]
        connection.execute(
            _SET_ASIDE, [{"of_key": key, "packed": edit.packed} for key, edit in edits]
        )
        connection.execute(
            update(SCHEDULE).where(SCHEDULE.c.key.in_(part)).values(queue=OUT, dirty=True)
        )


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


def _row(
    item: Incoming, sections: _Sections, missing: bool, stamp: bytes, edits: bytes | None
) -> tuple[Any, ...]:
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
        missing,
        stamp,
        edits,
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
