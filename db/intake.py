"""Taking notes in: what is new, changed, the same, re-linked or gone, one transaction a file.

A card is the same card if its id is; the ids of an unchanged card and of one that moved to
another file do not change. What a note lost and what it gained are matched by wording
(`cards.identity`): a sure match keeps its progress, a doubtful one is put to the person. Nothing
is deleted: a card gone from its note, or with it, is `missing`, and comes back as it was.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from sqlalchemy import Connection

from cards.identity import match
from cards.note import Note
from db import events, relinks, shelf, unfolded
from db.events import Kind
from db.moment import Moment
from db.records import Doubtful, FileReport, ImportReport
from db.schema import CARDS
from db.session import Use
from db.settings import Settings
from db.shelf import Change, Incoming, Known

Decide = Callable[[Doubtful], bool]


@dataclass
class _Plan:
    """What an import of one note will do."""

    new: list[Incoming] = field(default_factory=list)
    updated: list[Change] = field(default_factory=list)
    moved: list[Change] = field(default_factory=list)
    relinked: list[Change] = field(default_factory=list)
    unchanged: int = 0
    doubtful: list[Doubtful] = field(default_factory=list)
    removed: list[Known] = field(default_factory=list)

    def report(self, note: Note) -> FileReport:
        return FileReport(
            path=note.path,
            new=len(self.new),
            updated=len(self.updated),
            relinked=len(self.relinked),
            unchanged=self.unchanged,
            removed=len(self.removed),
            problems=note.problems,
            relinks=tuple((known.id, new.card.id) for known, new in self.relinked),
            doubtful=tuple(self.doubtful),
        )


def take_in_all(
    opened: Callable[[], AbstractContextManager[Use]],
    notes: Sequence[Note],
    *,
    dry_run: bool,
    decide: Decide | None,
    digests: Mapping[str, str],
) -> ImportReport:
    """Take in notes, each in a transaction that is `opened` for it.

    Remembers each, and the digest of those that need no second look.
    """
    everywhere = {card.id for note in notes for card in note.cards}
    reports = []
    for note in notes:
        with opened() as (connection, moment, settings):
            report = take_in(
                connection,
                note,
                moment,
                settings,
                elsewhere=everywhere,
                decide=decide,
                dry_run=dry_run,
            )
            reports.append(report)
            if dry_run:
                continue
            if note.cards or note.path in digests:
                doubts = note.problems or report.doubtful
                digest = "" if doubts else digests.get(note.path, "")
                shelf.remember_file(connection, note.path, digest, len(note.cards))
            elif note.whole:
                shelf.forget_file(connection, note.path)
    return ImportReport(tuple(reports))


def take_in(
    connection: Connection,
    note: Note,
    moment: Moment,
    settings: Settings,
    *,
    elsewhere: Set[str] = frozenset(),
    decide: Decide | None = None,
    dry_run: bool = False,
) -> FileReport:
    """Bring the cards table up to a note and return what that did, or would do.

    `elsewhere` holds ids found in any note of the same import: those cards have moved.
    """
    if not dry_run:
        settings = unfolded.fold_first(connection, settings)
    plan = _plan(connection, note, elsewhere, decide)
    report = plan.report(note)
    if dry_run:
        return report
    past = relinks.every(connection) if plan.relinked else []
    for known, new in plan.relinked:
        said = relinks.payload(past, known.id, new.card.id)
        events.append(connection, Kind.RELINK, moment.now, known.id, payload=said)
    shelf.move(connection, plan.moved)
    changes = plan.relinked + plan.updated
    if changes or plan.new or plan.removed:
        counts = {"file": note.path, "new": report.new, "updated": report.updated}
        counts |= {"relinked": report.relinked, "removed": report.removed}
        event = events.append(connection, Kind.IMPORT, moment.now, payload=counts)
        shelf.change(connection, changes, event.id, settings)
        shelf.add(connection, plan.new, event.at, event.id, settings)
        shelf.set_aside(connection, plan.removed, event.id)
        unfolded.settle(connection, settings, [item.card.id for item in plan.new])
    return report


def _plan(connection: Connection, note: Note, elsewhere: Set[str], decide: Decide | None) -> _Plan:
    plan = _Plan()
    incoming = {card.id: shelf.incoming(card) for card in note.cards}
    known = shelf.known_by_id(connection, list(incoming))
    unknown: list[Incoming] = []
    for id, new in incoming.items():
        old = known.get(id)
        if old is None:
            unknown.append(new)
        elif old.digest != new.digest or old.missing:
            plan.updated.append((old, new))
        else:
            plan.unchanged += 1
            if (old.file, old.line) != (new.card.file, new.card.line):
                plan.moved.append((old, new))
    here = connection.execute(
        shelf.KNOWN.where(CARDS.c.file == note.path, CARDS.c.missing.is_(False))
    ).all()
    gone = [Known(*row) for row in here if row[1] not in incoming and row[1] not in elsewhere]
    if gone and unknown:
        gone, unknown = _match(connection, plan, gone, unknown, decide)
    plan.new = unknown
    if note.whole:
        plan.removed = gone
    return plan


def _match(
    connection: Connection,
    plan: _Plan,
    gone: list[Known],
    unknown: list[Incoming],
    decide: Decide | None,
) -> tuple[list[Known], list[Incoming]]:
    """Put re-links into the plan; return what is still gone and still unknown."""
    old_by_id = {known.id: known for known in gone}
    new_by_id = {new.card.id: new for new in unknown}
    old_cards = list(shelf.cards_of(connection, [known.key for known in gone]))
    matching = match(old_cards, [new.card for new in unknown])
    pairs = [(old_id, card.id) for old_id, card in matching.relinked]
    for doubt in matching.doubtful:
        if decide is not None and decide(doubt):
            pairs.append((doubt.old.id, doubt.new.id))
        else:
            plan.doubtful.append(doubt)
    for old_id, new_id in pairs:
        plan.relinked.append((old_by_id.pop(old_id), new_by_id.pop(new_id)))
    return list(old_by_id.values()), list(new_by_id.values())
