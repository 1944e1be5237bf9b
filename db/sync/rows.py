"""Bringing the cards of two stores to the later of both rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select, update

from db import relinks, shelf, unfolded
from db.engine import Gate, chunks, insert_rows
from db.events import Event
from db.schema import CARDS, SCHEDULE, SECTIONS
from db.sync import sections, sound
from db.sync.recent import News

_BRIEF = select(*[CARDS.c[name] for name in sound.BRIEF])
_SAID = ("kind", "digest", "body", "tags", "missing", "stamp")
_PLACE = ("file", "line")
_FULL = select(
    CARDS.c.id,
    CARDS.c.added,
    *[CARDS.c[name] for name in (*_PLACE, *_SAID)],
    SECTIONS.c.deck,
    SECTIONS.c.topic,
).join(SECTIONS, SECTIONS.c.id == CARDS.c.section)
_AMONG = CARDS.c.id.in_(bindparam("ids", expanding=True))
_SOME = _FULL.where(_AMONG)
_KNOWN = _BRIEF.add_columns(CARDS.c.key, CARDS.c.section, CARDS.c.file, CARDS.c.line).where(_AMONG)
_CHANGED = (*_PLACE, *_SAID, "section", "indexed", "added")
_UPDATE = (
    update(CARDS)
    .where(CARDS.c.key == bindparam("of_key"))
    .values({name: bindparam(name) for name in _CHANGED})
)
_SECTION = (
    update(SCHEDULE)
    .where(SCHEDULE.c.key == bindparam("of_key"))
    .values(section=bindparam("section"), family=bindparam("family"), dirty=True)
)
_ADDED = update(CARDS).where(CARDS.c.id == bindparam("of_id")).values(added=bindparam("at"))
Rank = tuple[bytes, bool, bytes]


class Brief(NamedTuple):
    """What decides which of two rows of one card stands, and when the card first came in."""

    stamp: bytes
    missing: bool
    digest: bytes
    added: int

    @property
    def rank(self) -> Rank:
        """The row of the higher rank stands: the later one, and of two at once a fixed one."""
        return self[:3]


def exchange(
    here: Gate,
    there: Gate,
    news_here: News,
    news_there: News | None,
    conflicts: Callable[[str, bytes, bool], bool],
) -> list[str]:
    """Bring the cards of `here`, and with `news_there` also of `there`, to the later of both rows.

    `conflicts` is asked of a row that gives way: its id, its stamp and whether it was here.
    Returns the ids of those for which it said yes.
    """
    with here.read() as connection:
        last = relinks.given_up(relinks.every(connection))
    theirs = dict(_read(there, last))
    mine = {}
    for id, row in _read(here, last):
        # Most are the same on both sides, and need not be kept.
        if theirs.get(id) == row and (id not in last or row.added == last[id].at):
            del theirs[id]
        else:
            mine[id] = row
    sections.take(here, there)
    if news_there is not None:
        sections.take(there, here)
    come = [id for id in theirs if id not in mine or theirs[id].rank > mine[id].rank]
    go = [id for id in mine if id not in theirs or mine[id].rank > theirs[id].rank]
    added = {
        id: last[id].at if id in last else min(row.added, theirs.get(id, row).added)
        for id, row in (theirs | mine).items()
    }
    _copy(come, there, here, added, news_here)
    _date(here, mine, added, news_here)
    if news_there is not None:
        _copy(go, here, there, added, news_there)
        _date(there, theirs, added, news_there)
    shared = [(id, True) for id in come if id in mine] + [(id, False) for id in go if id in theirs]
    return [
        id
        for id, loser_here in shared
        if mine[id].digest != theirs[id].digest
        and conflicts(id, (mine if loser_here else theirs)[id].stamp, loser_here)
    ]


def _read(gate: Gate, last: Mapping[str, Event]) -> Iterator[tuple[str, Brief]]:
    """Yield the rows of a store, but for those whose id was given up after they were written."""
    once: dict[bytes, bytes] = {}  # few stamps, of which every row brings a copy
    with gate.read() as connection:
        for row in connection.execute(_BRIEF, execution_options={"yield_per": 10_000}):
            sound.check_brief(row)
            id, brief = row[0], Brief(*row[1:])
            if id not in last or brief.stamp > last[id].id:
                yield id, brief._replace(stamp=once.setdefault(brief.stamp, brief.stamp))


def _copy(
    ids: Sequence[str], source: Gate, target: Gate, added: Mapping[str, int], news: News
) -> None:
    """Copy rows of cards, a transaction for each batch."""
    for part in chunks(ids):
        with source.read() as connection:
            found = connection.execute(_SOME, {"ids": part})
            rows = [row._asdict() | {"added": added[row.id]} for row in found]
        with target.write() as connection:
            unfolded.mark(connection)
            news.moved.cards += _put(connection, rows, news)


def _put(connection: Connection, rows: Sequence[dict[str, Any]], news: News) -> int:
    """Write rows of cards over earlier ones of the same ids, or add them; return how many."""
    places = sections.ids(connection)
    found = connection.execute(_KNOWN, {"ids": [row["id"] for row in rows]})
    known = {
        id: (key, Brief(*brief), section, (file, line))
        for id, *brief, key, section, file, line in found
    }
    own = shelf.files(connection)
    changed, new = [], []
    files: set[str] = set()
    for row in rows:
        row["body"], card = sound.card(row)
        row |= {"section": places[card.deck, card.topic], "indexed": False}
        row["family"] = shelf.family_number(card.family)
        if row["id"] in known:
            key, old, section, (file, line) = known[row["id"]]
            if old.rank >= Brief(*[row[name] for name in Brief._fields]).rank:
                continue  # it was imported here a moment ago
            if file in own:
                row |= {"file": file, "line": line}
            news.deep |= (section, old.missing) != (row["section"], row["missing"])
            changed.append(row | {"of_key": key})
        else:
            new.append(row)
            news.cards.append(row["id"])
            news.deep |= row["missing"]
        files.add(row["file"])
    if changed:
        connection.execute(_UPDATE, _only(changed, "of_key", *_CHANGED))
        connection.execute(_SECTION, _only(changed, "of_key", "section", "family"))
    _add(connection, new)
    shelf.read_again(connection, sorted(files))
    return len(changed) + len(new)


def _only(rows: Sequence[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [{name: row[name] for name in names} for row in rows]


def _add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    first = connection.execute(select(func.coalesce(func.max(CARDS.c.key), 0))).scalar_one() + 1
    names = ("id", *_CHANGED)
    cards = [(key, *[row[name] for name in names]) for key, row in enumerate(rows, start=first)]
    insert_rows(connection, CARDS, ("key", *names), cards)
    schedules = [(key, row["section"], row["family"]) for key, row in enumerate(rows, start=first)]
    insert_rows(connection, SCHEDULE, ("key", "section", "family"), schedules, shelf.FRESH)


def _date(gate: Gate, own: Mapping[str, Brief], added: Mapping[str, int], news: News) -> None:
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
