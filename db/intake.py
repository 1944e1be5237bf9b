"""Taking notes in: what is new, changed, the same, re-linked or gone, one transaction a file.

A card is the same card if its id is; the ids of an unchanged card and of one that moved to
another file do not change. What a note lost and what it gained are matched by wording
(`cards.identity`): a sure match keeps its progress, a doubtful one is put to the person. Nothing
is deleted: a card gone from its note is `missing`, and comes back as it was.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, func, insert, select, update

from cards.card import Card
from cards.formats.topics import slugify
from cards.identity import match
from cards.note import Note
from db import aliases, events, study
from db.events import Kind
from db.fold import Standing
from db.records import Doubtful, FileReport
from db.schema import CARDS, EVENTS, OUT, SCHEDULE, SECTIONS
from db.settings import Settings
from db.study import Moment
from sims.catalogue import CATALOGUE

T = TypeVar("T")
Decide = Callable[[Doubtful], bool]

_CHUNK = 500
_TITLES = {entry.slug: entry.title for entry in CATALOGUE}
_KNOWN = select(
    CARDS.c.key,
    CARDS.c.id,
    CARDS.c.digest,
    CARDS.c.section,
    CARDS.c.file,
    CARDS.c.line,
    CARDS.c.missing,
)
_KNOWN_IDS = _KNOWN.where(CARDS.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(slots=True)
class _Known:
    key: int
    id: str
    digest: bytes
    section: int
    file: str
    line: int
    missing: bool


@dataclass(slots=True)
class _Incoming:
    card: Card
    body: str
    digest: bytes


@dataclass
class _Plan:
    """What an import of one note will do."""

    new: list[_Incoming] = field(default_factory=list)
    updated: list[tuple[_Known, _Incoming]] = field(default_factory=list)
    unchanged: int = 0
    moved: list[tuple[_Known, _Incoming]] = field(default_factory=list)
    relinked: list[tuple[_Known, _Incoming]] = field(default_factory=list)
    doubtful: list[Doubtful] = field(default_factory=list)
    removed: list[_Known] = field(default_factory=list)

    def report(self, note: Note) -> FileReport:
        return FileReport(
            path=note.path,
            new=len(self.new),
            updated=len(self.updated),
            relinked=len(self.relinked),
            unchanged=self.unchanged,
            removed=len(self.removed),
            problems=note.problems,
            relinks=tuple((known.id, incoming.card.id) for known, incoming in self.relinked),
            doubtful=tuple(self.doubtful),
        )


def take_in(
    connection: Connection,
    note: Note,
    moment: Moment,
    settings: Settings,
    *,
    elsewhere: frozenset[str] = frozenset(),
    decide: Decide | None = None,
    dry_run: bool = False,
) -> FileReport:
    """Bring the cards table up to a note and return what that did, or would do.

    `elsewhere` holds ids found in other notes of the same import: those cards have moved.
    """
    plan = _plan(connection, note, elsewhere, decide)
    report = plan.report(note)
    if dry_run:
        return report
    sections = _Sections(connection)
    for known, incoming in plan.relinked:
        _relink(connection, known, incoming, moment)
    _update(connection, plan.relinked + plan.updated + plan.moved, sections, settings)
    _add(connection, plan.new, sections, moment, settings)
    _remove(connection, plan.removed)
    if report.new or report.updated or report.removed or report.relinked:
        counts = {"file": note.path, "new": report.new, "updated": report.updated}
        counts |= {"relinked": report.relinked, "removed": report.removed}
        events.append(connection, Kind.IMPORT, moment.now, payload=counts)
    return report


def _plan(
    connection: Connection, note: Note, elsewhere: frozenset[str], decide: Decide | None
) -> _Plan:
    plan = _Plan()
    incoming = {card.id: _incoming(card) for card in note.cards}
    known = {
        row.id: _Known(*row)
        for ids in _chunks(list(incoming), _CHUNK)
        for row in connection.execute(_KNOWN_IDS, {"ids": ids})
    }
    unknown: list[_Incoming] = []
    for id, item in incoming.items():
        old = known.get(id)
        if old is None:
            unknown.append(item)
        elif old.digest != item.digest or old.missing:
            plan.updated.append((old, item))
        else:
            plan.unchanged += 1
            if (old.file, old.line) != (item.card.file, item.card.line):
                plan.moved.append((old, item))
    here = connection.execute(
        _KNOWN.where(CARDS.c.file == note.path, CARDS.c.missing.is_(False))
    ).all()
    gone = [_Known(*row) for row in here if row.id not in incoming and row.id not in elsewhere]
    if gone and unknown:
        gone, unknown = _match(connection, plan, gone, unknown, decide)
    plan.new = unknown
    if note.whole:
        plan.removed = gone
    return plan


def _match(
    connection: Connection,
    plan: _Plan,
    gone: list[_Known],
    unknown: list[_Incoming],
    decide: Decide | None,
) -> tuple[list[_Known], list[_Incoming]]:
    """Put re-links into the plan; return what is still gone and still unknown."""
    old_by_id = {known.id: known for known in gone}
    new_by_id = {item.card.id: item for item in unknown}
    old_cards = list(_cards(connection, [known.key for known in gone]))
    matching = match(old_cards, [item.card for item in unknown])
    pairs = [(old_id, card.id) for old_id, card in matching.relinked]
    for doubt in matching.doubtful:
        if decide is not None and decide(doubt):
            pairs.append((doubt.old.id, doubt.new.id))
        else:
            plan.doubtful.append(doubt)
    for old_id, new_id in pairs:
        plan.relinked.append((old_by_id.pop(old_id), new_by_id.pop(new_id)))
    return list(old_by_id.values()), list(new_by_id.values())


def _relink(connection: Connection, known: _Known, item: _Incoming, moment: Moment) -> None:
    event = events.append(
        connection, Kind.RELINK, moment.now, known.id, payload={"to": item.card.id}
    )
    aliases.rename(connection, known.key, known.id, item.card.id, event.id)


_UPDATE = (
    update(CARDS)
    .where(CARDS.c.key == bindparam("of_key"))
    .values(
        id=bindparam("id"),
        section=bindparam("section"),
        file=bindparam("file"),
        line=bindparam("line"),
        kind=bindparam("kind"),
        digest=bindparam("digest"),
        body=bindparam("body"),
        missing=False,
    )
)


def _update(
    connection: Connection,
    pairs: Sequence[tuple[_Known, _Incoming]],
    sections: "_Sections",
    settings: Settings,
) -> None:
    if not pairs:
        return
    connection.execute(
        _UPDATE,
        [{"of_key": known.key, **_row(item, sections)} for known, item in pairs],
    )
    for known, item in pairs:
        section = sections.of(item.card)
        if known.missing or section != known.section:
            study.move(connection, known.key, section, settings)
    families = [
        {"of_key": known.key, "family": family_number(item.card.family)} for known, item in pairs
    ]
    connection.execute(
        update(SCHEDULE)
        .where(SCHEDULE.c.key == bindparam("of_key"))
        .values(family=bindparam("family"), dirty=True),
        families,
    )


def _add(
    connection: Connection,
    items: Sequence[_Incoming],
    sections: "_Sections",
    moment: Moment,
    settings: Settings,
) -> None:
    if not items:
        return
    first = connection.execute(select(func.coalesce(func.max(CARDS.c.key), 0))).scalar_one() + 1
    added = int(moment.now.timestamp() * 1000)
    rows = [
        {"key": key, "added": added, "missing": False, **_row(item, sections)}
        for key, item in enumerate(items, start=first)
    ]
    connection.execute(insert(CARDS), rows)
    standings = [
        Standing(row["key"], row["section"], family_number(item.card.family)).as_row()
        for row, item in zip(rows, items, strict=True)
    ]
    connection.execute(insert(SCHEDULE), standings)
    keys = {row["id"]: row["key"] for row in rows}
    aliases.begin(connection, keys)
    for id in _with_history(connection, list(keys)):
        study.bring_in(connection, keys[id], settings)


def _with_history(connection: Connection, ids: list[str]) -> list[str]:
    """Return the ids that the log already speaks of: cards that came by another device."""
    if connection.execute(select(EVENTS.c.id).where(EVENTS.c.card.is_not(None)).limit(1)).first():
        query = select(EVENTS.c.card).where(EVENTS.c.card.in_(bindparam("ids", expanding=True)))
        return [
            id
            for part in _chunks(ids, _CHUNK)
            for id in connection.execute(query.distinct(), {"ids": part}).scalars()
            if id is not None
        ]
    return []


def _remove(connection: Connection, gone: Sequence[_Known]) -> None:
    for part in _chunks([known.key for known in gone], _CHUNK):
        connection.execute(update(CARDS).where(CARDS.c.key.in_(part)).values(missing=True))
        connection.execute(
            update(SCHEDULE).where(SCHEDULE.c.key.in_(part)).values(queue=OUT, dirty=True)
        )


def _incoming(card: Card) -> _Incoming:
    body = card.to_dict()
    del body["file"], body["line"]
    line = (body["check"] or {}).pop("line", None)
    text = _json(body)
    digest = blake2b(text.encode(), digest_size=16).digest()
    if line is not None:
        body["check"]["line"] = line
        text = _json(body)
    return _Incoming(card, text, digest)


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _row(item: _Incoming, sections: "_Sections") -> dict[str, Any]:
    card = item.card
    return {
        "id": card.id,
        "section": sections.of(card),
        "file": card.file,
        "line": card.line,
        "kind": card.kind.value,
        "digest": item.digest,
        "body": item.body,
    }


def read_card(body: str, file: str, line: int) -> Card:
    """Return the card that a row of `cards` holds."""
    return Card.from_dict({**json.loads(body), "file": file, "line": line})


def family_number(family: str) -> int:
    """Return a number for a family that fits a 64-bit column."""
    return int.from_bytes(blake2b(family.encode(), digest_size=8).digest(), signed=True)


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


def _cards(connection: Connection, keys: list[int]) -> Iterator[Card]:
    for part in _chunks(keys, _CHUNK):
        query = select(CARDS.c.body, CARDS.c.file, CARDS.c.line)
        for row in connection.execute(query.where(CARDS.c.key.in_(part)).order_by(CARDS.c.key)):
            yield read_card(*row)


def _chunks(items: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
