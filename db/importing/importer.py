"""Importing notes: doing what `db/importing/plan.py` plans.

One transaction imports a note, or all of them where the store has no cards yet.

Nothing is deleted: a card gone from its note, or with it, is `missing`, and comes back as it was.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from cards.note import Note
from cards.packed import PackedNote, pack, unpacked
from db.cache import Use
from db.card_table import note_files, rows, writer
from db.importing import history
from db.importing.plan import Around, Decide, Gained, Plan, gained
from db.importing.studied import with_studied
from db.log import aliases, events, relinks
from db.log.events import Kind
from db.records import FileReport, ImportReport


def import_all(
    opened: Callable[[], AbstractContextManager[Use]],
    notes: Sequence[Note],
    *,
    dry_run: bool,
    decide: Decide | None,
    digests: Mapping[str, str],
) -> ImportReport:
    """Import notes, each in a transaction that is `opened` for it.

    Remembers each, and the digest of those that need no second look.
    """
    with opened() as (connection, _, _):
        notes = with_studied(connection, notes)
        around = Around.of(notes)
        moves = gained(connection, around)
    around.ids |= {id for cards in moves.values() for id in cards.sure.values()}
    reports = []
    for note in notes:
        with opened() as use:
            cards = moves.get(note.path)
            report = import_note(use, note, around, decide=decide, dry_run=dry_run, moves=cards)
            reports.append(report)
            if not dry_run:
                _remember(use, note, report, digests)
    return ImportReport(tuple(reports))


def import_first(
    opened: Callable[[], AbstractContextManager[Use]],
    notes: Iterable[Note | PackedNote],
    *,
    digests: Mapping[str, str],
) -> ImportReport:
    """Import notes into a store without cards, in one transaction, each as it comes.

    No card can have left a note, or have moved from one to another.
    """
    reports = []
    with opened() as use:
        connection, _, _ = use
        first = rows.empty(connection)  # still, now that no other program can add any
        plain = first and not events.know_cards(connection)
        with writer.indexes_later(connection) if first else nullcontext():
            batch = _Batch(use, digests)
            for note in notes:
                packed = pack(note) if plain and isinstance(note, Note) else note
                if plain and isinstance(packed, PackedNote) and batch.has_none_of(packed):
                    reports.append(batch.add(packed))
                    continue
                batch.write()
                note = unpacked(note)
                report = import_note(use, note, Around.of(()), first=first)
                reports.append(report)
                batch.go_on(note)
                _remember(use, note, report, digests)
            batch.write()
    return ImportReport(tuple(reports))


def import_within(use: Use, notes: Iterable[Note]) -> ImportReport:
    """Import notes within a transaction, each as it comes where there are no cards."""
    opened = nullcontext(use)
    if rows.empty(use[0]):
        return import_first(lambda: opened, notes, digests={})
    return import_all(lambda: opened, list(notes), dry_run=False, decide=None, digests={})


class _Batch:
    """Notes whose cards are all new, written many at once."""

    def __init__(self, use: Use, digests: Mapping[str, str]) -> None:
        self._connection, self._moment, _ = use
        self._digests = digests
        self._ids: set[str] = set()
        self._files: dict[str, tuple[str, int]] = {}
        self._cards = writer.NewCards(self._connection, self._moment.now)

    def has_none_of(self, note: PackedNote) -> bool:
        """Whether no card of a note came with another."""
        return self._ids.isdisjoint([row[0] for row in note.rows])

    def add(self, note: PackedNote) -> FileReport:
        """Import a note, and return what that did; its cards are written later."""
        report = FileReport(note.path, new=len(note.rows), problems=note.note.problems)
        if note.rows:
            counts = _counts(report)
            event = events.append(self._connection, Kind.IMPORT, self._moment.now, payload=counts)
            self._cards.add(note, event.id)
            self._ids.update([row[0] for row in note.rows])
        if note.rows or note.path in self._digests:
            digest = "" if report.problems else self._digests.get(note.path, "")
            self._files[note.path] = digest, len(note.rows)
        return report

    def go_on(self, note: Note) -> None:
        """Go on after a note that was imported by itself."""
        self._ids.update([card.id for card in note.cards])
        self._cards = writer.NewCards(self._connection, self._moment.now)

    def write(self) -> None:
        """Write the cards of the notes added since the last time."""
        self._cards.write()
        note_files.remember_all(self._connection, self._files)
        self._files = {}


def _counts(report: FileReport) -> dict[str, Any]:
    """Return the payload of an import's event."""
    counts = {"file": report.path, "new": report.new, "updated": report.updated}
    return counts | {"relinked": report.relinked, "removed": report.removed}


def _remember(use: Use, note: Note, report: FileReport, digests: Mapping[str, str]) -> None:
    """Remember which file was imported, and whether it has to be looked at again."""
    connection, _, _ = use
    if note.cards or note.path in digests or report.waiting:
        doubts = note.problems or report.doubtful
        digest = "" if doubts else digests.get(note.path, "")
        digest = note_files.WAITING if report.waiting else digest
        note_files.remember(connection, note.path, digest, len(note.cards))
    elif note.whole:
        note_files.forget(connection, note.path)


def import_note(
    use: Use,
    note: Note,
    around: Around,
    *,
    decide: Decide | None = None,
    dry_run: bool = False,
    moves: Gained | None = None,
    first: bool = False,
) -> FileReport:
    """Bring the cards table up to a note and return what that did, or would do.

    A card whose id a note `around` it has, has moved there; `moves` are the cards that this note
    has from others, reworded. With `first` no note was imported before, nor any card lost.
    """
    connection, moment, settings = use
    plan = Plan.of(connection, note, around, decide, moves, first=first)
    report = plan.report(note)
    if dry_run:
        return report
    named: dict[int, bytes] = {}
    for known, new in plan.relinked:
        payload = relinks.payload(plan.past, known.id, new.card.id)
        relink = events.append(connection, Kind.RELINK, moment.now, known.id, payload=payload)
        named[known.key] = relink.id
    writer.move(connection, plan.moved)
    changes = plan.relinked + plan.updated
    if changes or plan.new or plan.removed:
        event = events.append(connection, Kind.IMPORT, moment.now, payload=_counts(report))
        writer.change(connection, changes, named, event.id, settings)
        past = relinks.every(connection) if plan.relinked else plan.past
        relinked = aliases.relinked(past, [item.card.id for item in plan.new])
        given = dict.fromkeys(plan.again, event.id) | plan.named
        writer.add(connection, plan.new, given, relinked, event.at, event.id, settings)
        writer.set_aside(connection, plan.removed, event.id)
    if note.progress:
        added = {item.card.id for item in plan.new}
        history.remember(connection, note.progress, added, moment, settings)
    return report
