"""Taking notes in, one transaction a file, as `db/importing/plan.py` has found what is to be done.

Nothing is deleted: a card gone from its note, or with it, is `missing`, and comes back as it was.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from cards.note import Note
from db.cache import Use
from db.card_table import note_files, writer
from db.importing import history
from db.importing.plan import Around, Decide, Gained, Plan, gained
from db.log import aliases, events, relinks
from db.log.events import Kind
from db.log.settings import Settings
from db.records import FileReport, ImportReport
from db.study_clock import StudyClock


def take_in_all(
    opened: Callable[[], AbstractContextManager[Use]],
    notes: Iterable[Note],
    *,
    dry_run: bool,
    decide: Decide | None,
    digests: Mapping[str, str],
) -> ImportReport:
    """Take in notes, each in a transaction that is `opened` for it.

    Remembers each, and the digest of those that need no second look. What is no sequence comes into
    a store without cards, note by note: no card can have moved from one note to another.
    """
    around, moves = Around.of(()), dict[str, Gained]()
    if isinstance(notes, Sequence):
        around = Around.of(notes)
        with opened() as (connection, _, _):
            moves = gained(connection, around)
        around.ids |= {id for one in moves.values() for id in one.sure.values()}
    reports = []
    for note in notes:
        with opened() as (connection, moment, settings):
            report = import_note(
                connection,
                note,
                moment,
                settings,
                around,
                decide=decide,
                dry_run=dry_run,
                moves=moves.get(note.path),
            )
            reports.append(report)
            if dry_run:
                continue
            if note.cards or note.path in digests or report.waiting:
                doubts = note.problems or report.doubtful
                digest = "" if doubts else digests.get(note.path, "")
                digest = note_files.WAITING if report.waiting else digest
                note_files.remember(connection, note.path, digest, len(note.cards))
            elif note.whole:
                note_files.forget(connection, note.path)
    return ImportReport(tuple(reports))


def import_note(
    connection: Connection,
    note: Note,
    moment: StudyClock,
    settings: Settings,
    around: Around,
    *,
    decide: Decide | None = None,
    dry_run: bool = False,
    moves: Gained | None = None,
) -> FileReport:
    """Bring the cards table up to a note and return what that did, or would do.

    Cards whose ids other notes around it have, have moved; `moves` is what this note has from
    others in other words.
    """
    plan = Plan.of(connection, note, around, decide, moves)
    report = plan.report(note)
    if dry_run:
        return report
    named: dict[int, bytes] = {}
    for known, new in plan.relinked:
        said = relinks.payload(plan.past, known.id, new.card.id)
        relink = events.append(connection, Kind.RELINK, moment.now, known.id, payload=said)
        named[known.key] = relink.id
    writer.move(connection, plan.moved)
    changes = plan.relinked + plan.updated
    if changes or plan.new or plan.removed:
        counts = {"file": note.path, "new": report.new, "updated": report.updated}
        counts |= {"relinked": report.relinked, "removed": report.removed}
        event = events.append(connection, Kind.IMPORT, moment.now, payload=counts)
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
