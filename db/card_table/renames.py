"""Giving rows the present ids of their cards, after a sync brought re-links made elsewhere.

Where the card has a row under that id already, the two become one.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, update

from cards.card import Card
from db.card_table import checksums, note_files, writer
from db.card_table.rows import read_card
from db.card_table.writer import Row
from db.log import relinks
from db.log.events import FIRST
from db.projections import word_index
from db.storage.database import StoreError, chunks
from db.storage.schema import ALIASES, CARDS, MISCONCEPTIONS, NEWER, SCHEDULE

_NAMED = select(CARDS.c.id, CARDS.c.key, CARDS.c.named).where(
    CARDS.c.id.in_(bindparam("ids", expanding=True))
)
_NAME = (
    update(CARDS)
    .where(CARDS.c.key == bindparam("of_key"))
    .values(id=bindparam("name"), named=bindparam("since"), added=bindparam("at"), checksum=None)
)
_NO_ID = "\x1f{}"
"""What no card has for an id, as ids hold no control character, by key."""
_TEXT = ("file", "line", "missing", "stamp", "digest", "body")
_ROWS = select(CARDS.c.key, CARDS.c.note_id, CARDS.c.added, *[CARDS.c[name] for name in _TEXT])
_NEWER = select(NEWER.c.key, *[NEWER.c[name] for name in _TEXT])


class Rename(NamedTuple):
    """A row whose card has another id."""

    key: int
    to: str
    since: bytes
    """The event that gave the card its id."""


@dataclass(slots=True)
class _RowTexts:
    """A row with the texts that it and `newer` have of its card; None for one that is damaged."""

    key: int
    note_id: str | None
    added: int
    text: Row | None
    newer: Row | None = None

    def texts(self) -> list[Row]:
        return [text for text in (self.text, self.newer) if text is not None]


def waiting(connection: Connection) -> list[Rename]:
    """Return the cards whose rows have an id that a re-link gave up since."""
    moves = relinks.moves_of(relinks.every(connection))
    found = []
    for ids in chunks(sorted(moves)):
        for id, key, named in connection.execute(_NAMED, {"ids": ids}):
            *_, (since, now) = relinks.path(moves, id, named or FIRST)
            if now != id:
                found.append(Rename(key, now, since))
    return found


def follow(connection: Connection) -> bool:
    """Write the present ids of cards that `waiting` returns; return whether there were any.

    What follows from the log has to be folded anew then.
    """
    renames = waiting(connection)
    if not renames:
        return False
    groups: dict[str, list[int]] = defaultdict(list)
    since: dict[str, bytes] = defaultdict(lambda: FIRST)
    moving = {rename.key for rename in renames}
    for ids in chunks(sorted({rename.to for rename in renames})):
        for id, key, named in connection.execute(_NAMED, {"ids": ids}):
            if key not in moving:  # else its id is free for the one that gets it
                groups[id].append(key)
                since[id] = named or FIRST
    for key, to, event in renames:
        groups[to].append(key)
        since[to] = max(since[to], event)
    held = _row_texts(connection, [key for keys in groups.values() for key in keys])
    _free(connection, [rename.key for rename in renames])
    kept: dict[str, _RowTexts] = {}
    gone: list[int] = []
    for id, keys in groups.items():
        first, *others = [held[key] for key in keys]
        for other in others:
            note_files.read_again(connection, _united(first, other))
            gone.append(other.key)
        kept[id] = first
    _take_out(connection, gone)
    names = [
        {"of_key": one.key, "name": id, "since": since[id], "at": one.added}
        for id, one in kept.items()
    ]
    connection.execute(_NAME, names)
    _write(connection, kept)
    return True


def _row_texts(connection: Connection, keys: Sequence[int]) -> dict[int, _RowTexts]:
    found: dict[int, _RowTexts] = {}
    for part in chunks(keys):
        for key, note_id, added, *text in connection.execute(_ROWS.where(CARDS.c.key.in_(part))):
            found[key] = _RowTexts(key, note_id, added, _text(note_id, *text))
        for key, *text in connection.execute(_NEWER.where(NEWER.c.key.in_(part))):
            found[key].newer = _text(None, *text)
    return found


def _text(
    note_id: str | None, file: str, line: int, missing: bool, stamp: bytes, digest: bytes, body: str
) -> Row | None:
    try:
        card = read_card(body, file, line)
    except StoreError:
        return None  # its note brings it anew, or a sync
    item = writer.incoming(card, note_id)
    return Row(replace(item, digest=digest), bool(missing), stamp)


def _united(one: _RowTexts, other: _RowTexts) -> list[str]:
    """Merge two rows of one card; return the files that are to be read again."""
    texts = one.texts() + other.texts()
    own = [held for held in (one, other) if held.note_id is not None and held.text is not None]
    shown = max((held.text for held in own if held.text), key=attrgetter("version"), default=None)
    newest = max(texts, key=attrgetter("version"), default=None)
    left = {held.text.item.card.file for held in own if held.text and held.text != shown}
    one.added = min(one.added, other.added)
    one.text, one.newer = shown or newest, newest
    one.note_id = one.text.item.note_id if one.text is not None else one.note_id or other.note_id
    return sorted(left)


def _free(connection: Connection, keys: Sequence[int]) -> None:
    """Free the ids of cards, which may swap theirs: no id may stand twice, even for a moment."""
    of_key = CARDS.c.key == bindparam("of_key")
    name = update(CARDS).where(of_key).values(id=bindparam("name"), checksum=None)
    connection.execute(name, [{"of_key": key, "name": _NO_ID.format(key)} for key in keys])


def _take_out(connection: Connection, keys: Sequence[int]) -> None:
    for some in chunks(keys):
        word_index.forget(connection, some)
        for table in (ALIASES, MISCONCEPTIONS, SCHEDULE, NEWER, CARDS):
            connection.execute(delete(table).where(table.c.key.in_(some)))


def _write(connection: Connection, kept: dict[str, _RowTexts]) -> None:
    """Write the texts of cards under their ids."""

    def named(id: str, row: Row) -> Row:
        card: Card = replace(row.item.card, id=id)
        return replace(row, item=writer.incoming(card, row.item.note_id))

    rows = {one.key: named(id, one.text) for id, one in kept.items() if one.text is not None}
    newer = {one.key: named(id, one.newer) for id, one in kept.items() if one.newer is not None}
    writer.rewrite(connection, rows)
    checksums.seal(connection)
    writer.forget_newer(connection, list(newer))
    writer.keep_newer(
        connection,
        {key: row for key, row in newer.items() if key in rows and row.version > rows[key].version},
    )
