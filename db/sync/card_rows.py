"""Bringing the cards of two stores to what is later, in each part, of both rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select, update

from db.card_table import note_files as files
from db.card_table import rows as stored
from db.card_table import writer as shelf
from db.log import aliases, relinks
from db.log.events import Event
from db.storage.database import Database, chunks, insert_rows
from db.storage.schema import CARDS, SCHEDULE, SECTIONS
from db.sync import behind, parts, sections, unfolded
from db.sync import validate as sound
from db.sync.behind import Said
from db.sync.events import Ids
from db.sync.incremental import ChangeSet
from db.sync.parts import Edits, Version

_BRIEF = select(*[CARDS.c[name] for name in sound.BRIEF]).where(CARDS.c.digest != b"")
_COPIED = ("file", "line", "kind", "digest", "body", "tags", "missing", "stamp", "edits", "added")
_FULL = select(
    CARDS.c.id,
    *[CARDS.c[name] for name in _COPIED],
    SECTIONS.c.deck,
    SECTIONS.c.topic,
).join(SECTIONS, SECTIONS.c.id == CARDS.c.section)
_SOME = _FULL.where(CARDS.c.id.in_(bindparam("ids", expanding=True)))
_IMPORTS = (
    update(CARDS)
    .where(CARDS.c.key == bindparam("of_key"))
    .values(stamp=bindparam("read"), edits=bindparam("packed"))
)
_ADDED = update(CARDS).where(CARDS.c.id == bindparam("of_id")).values(added=bindparam("at"))


class Brief(NamedTuple):
    """What says whether a row of a card has anything that another one lacks."""

    stamp: bytes
    edits: bytes | None
    missing: bool
    digest: bytes
    added: int

    def brings(self, other: "Brief") -> bool:
        """Whether the row has anything that counts and is not in another one."""
        if self[:2] == other[:2]:
            return self[2:4] != other[2:4]  # in a strange store; of two at once one is taken
        edits = zip(Edits.of(self.edits), Edits.of(other.edits), strict=True)
        return self.stamp > other.stamp or any(one > another for one, another in edits)

    def was_edited(self, imports: Ids) -> bool:
        """Whether one of some imports saw what the row says edited."""
        return any(edit in imports for edit in Edits.of(self.edits)[2:])


def exchange(
    here: Database,
    there: Database,
    past: Sequence[Event],
    until: bytes,
    news_here: ChangeSet,
    news_there: ChangeSet | None,
    apart: Callable[[Brief, Brief], bool],
) -> list[str]:
    """Bring the cards of `here`, and with `news_there` also of `there`, to the later of both rows.

    That is, to the later in each part. `past` is all re-links; no import may have an id as great as
    `until`. `apart` is asked of the rows, here and there, that do not say the same; returns the ids
    of those for which it said yes.
    """
    last = relinks.given_up(past)
    theirs = dict(_read(there, until))
    mine = {}
    for id, row in _read(here, until):
        # Most are the same on both sides, and need not be kept.
        if theirs.get(id) == row and (id not in last or row.added == last[id].at):
            del theirs[id]
        else:
            mine[id] = row
    sections.take(here, there)
    if news_there is not None:
        sections.take(there, here)
    come = [id for id, row in theirs.items() if id not in mine or row.brings(mine[id])]
    go = [id for id, row in mine.items() if id not in theirs or row.brings(theirs[id])]
    added = {
        id: last[id].at if id in last else min(row.added, theirs.get(id, row).added)
        for id, row in (theirs | mine).items()
    }
    _copy(come, there, here, added, news_here)
    _date(here, mine, added, news_here)
    if news_there is not None:
        _copy(go, here, there, added, news_there)
        _date(there, theirs, added, news_there)
    return [
        id
        for id in sorted(mine.keys() & theirs.keys())
        if mine[id].digest != theirs[id].digest and apart(mine[id], theirs[id])
    ]


def _read(gate: Database, until: bytes) -> Iterator[tuple[str, Brief]]:
    """Yield the rows of a store, but for those that are to come anew (`db/unreadable.py`)."""
    once: dict[bytes, bytes] = {}  # few imports, of which every row brings a copy
    with gate.read() as connection:
        for row in connection.execute(_BRIEF, execution_options={"yield_per": 10_000}):
            sound.check_brief(row, until)
            brief = Brief(*row[1:])
            stamp = once.setdefault(brief.stamp, brief.stamp)
            edits = brief.edits and once.setdefault(brief.edits, brief.edits)
            yield row[0], brief._replace(stamp=stamp, edits=edits)


def _copy(
    ids: Sequence[str],
    source: Database,
    target: Database,
    added: Mapping[str, int],
    news: ChangeSet,
) -> None:
    """Copy rows of cards, a transaction for each batch."""
    for part in chunks(ids):
        with source.read() as connection:
            found = connection.execute(_SOME, {"ids": part})
            rows = [row._asdict() | {"added": added[row.id]} for row in found]
        with target.write() as connection:
            unfolded.mark(connection)
            news.moved.cards += _put(connection, rows, news)


def _put(connection: Connection, rows: Sequence[dict[str, Any]], news: ChangeSet) -> int:
    """Unite rows of cards with those of the same ids, or add them; return how many did anything."""
    places = sections.ids(connection)
    known = stored.by_id(connection, [row["id"] for row in rows])
    versions = stored.versions(connection, [held.key for held in known.values()])
    changed: dict[int, Version] = {}
    new: list[dict[str, Any]] = []
    for row in rows:
        row["body"], card = sound.card(row)
        if row["id"] in known:
            held = known[row["id"]]
            came = Version(card, row["missing"], row["stamp"], Edits.of(row["edits"]))
            old = versions.get(held.key)  # None if it is damaged
            united = came if old is None else parts.united(old, came)
            if old is None or not united.same_as(old):
                changed[held.key] = united
                now = places[united.card.deck, united.card.topic], united.missing
                news.deep |= old is None or now != (held.section, old.missing)
        else:
            row |= {"section": places[card.deck, card.topic], "indexed": False}
            row["family"] = shelf.family_number(card.family)
            new.append(row)
            news.cards.append(row["id"])
            news.deep |= row["missing"]
    _change(connection, versions, changed, {row["id"]: (row["file"], row["line"]) for row in rows})
    _add(connection, new)
    _leave_out(connection, new)
    files.read_again(connection, sorted({row["file"] for row in new}))
    return len(changed) + len(new)


def _change(
    connection: Connection,
    before: Mapping[int, Version],
    changed: Mapping[int, Version],
    places: Mapping[str, tuple[str, int]],
) -> None:
    """Write versions over those before; where they lie in no note here, they lie as there.

    Of those that say the same as before only the imports are written.
    """
    own, said = files.every(connection), behind.cards(connection, changed)
    written: dict[int, Version] = {}
    imports: list[dict[str, Any]] = []
    for key, version in changed.items():
        old = before.get(key)
        if old is not None and old.says(version):
            imports.append({"of_key": key, "read": version.read, "packed": version.edits.packed})
            continue
        was_here = old is not None and old.card.file in own
        if not was_here:
            file, line = places[version.card.id]
            version = replace(version, card=replace(version.card, file=file, line=line))
        if old is not None and (was_here or old.missing):
            said.setdefault(key, Said.of(old))
        elif version.card.file in own:
            said.setdefault(key, Said(version.card.id, None))
        written[key] = version
    if imports:
        connection.execute(_IMPORTS, imports)
    shelf.rewrite(connection, written)
    behind.keep(connection, said)
    files.read_again(connection, sorted({version.card.file for version in written.values()}))


def _leave_out(connection: Connection, new: Sequence[dict[str, Any]]) -> None:
    """Note of new cards that they are not in this device's notes, whose paths may be the same."""
    own = files.among(connection, {row["file"] for row in new})
    ids = [row["id"] for row in new if row["file"] in own]
    keys = aliases.keys_of(connection, ids)
    behind.keep(connection, {key: Said(id, None) for id, key in keys.items()})


def _add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    first = connection.execute(select(func.coalesce(func.max(CARDS.c.key), 0))).scalar_one() + 1
    names = ("id", *_COPIED, "section", "indexed")
    cards = [(key, *[row[name] for name in names]) for key, row in enumerate(rows, start=first)]
    insert_rows(connection, CARDS, ("key", *names), cards)
    schedules = [(key, row["section"], row["family"]) for key, row in enumerate(rows, start=first)]
    insert_rows(connection, SCHEDULE, ("key", "section", "family"), schedules, shelf.FRESH)


def _date(
    gate: Database, own: Mapping[str, Brief], added: Mapping[str, int], news: ChangeSet
) -> None:
    """Let a card have come in when it first did, wherever that was.

    One whose id another card had given up came in then.
    """
    wrong = [
        {"of_id": id, "at": added[id]} for id, brief in own.items() if brief.added != added[id]
    ]
    for part in chunks(wrong):
        news.deep = True
        with gate.write() as connection:
            unfolded.mark(connection)
            connection.execute(_ADDED, list(part))
