"""Bringing in what other programs, or other stores, wrote: it becomes notes, and then cards."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sims.errors import InputError
from studytui.new_files import NewFiles

if TYPE_CHECKING:
    from cards.formats.native_text import NotesFile
    from cards.note import Note
    from db.importing.log_beside import EventSource
    from db.records import ImportReport
    from db.store import Store


def is_package(path: Path) -> bool:
    """Whether a file is brought in as a whole, into a folder, rather than read as a note."""
    from cards.formats.folders import PACKAGES

    suffix = path.suffix.lower()
    if suffix != ".json":
        return suffix in PACKAGES
    from cards.formats.archive import is_archive

    return is_archive(path)


def bring_in(
    store: "Store", paths: Sequence[Path], into: Path, dry_run: bool
) -> "tuple[ImportReport, list[str]]":
    """Write the notes of packages into a folder and import them; return what that did, and losses.

    What is lost is listed on standard error before anything is written. All of one package comes
    in, or nothing. Raises InputError with a sentence.
    """
    from cards.text.clean import clean_path
    from db.records import FileReport, ImportReport

    if clean_path(str(into)) != str(into):
        raise InputError("the path of this folder has control characters; name another with --into")
    files: list[FileReport] = []
    lost: list[str] = []
    for path in paths:
        import_one = _OTHERS.get(path.suffix.lower(), _package)
        report, losses = import_one(store, path, into, dry_run)
        files += report.files
        lost += losses
    return ImportReport(tuple(files)), lost


def _package(
    store: "Store", path: Path, into: Path, dry_run: bool
) -> "tuple[ImportReport, list[str]]":
    from cards.formats.anki import history
    from cards.formats.anki.package import MEDIA, ORIGINALS, Package, write_originals

    with closing(Package(path)) as package, ExitStack() as opened:
        until = history.latest(datetime.now(UTC))
        reading = package.read(store.ids_of)

        def reviewed() -> "tuple[history.AnkiHistory, EventSource]":
            opened.close()
            reviews = history.AnkiHistory.of(package, reading.cards, until)
            if dry_run:
                return reviews, reviews.events
            beside = store.log_beside(package.folder, reviews.events, len(reviews.log.at))
            return reviews, opened.enter_context(beside)

        reviews, source = reviewed()
        cards = len(reading.cards)
        contents = reading.contents(into)
        if len(contents.cards) < cards:  # the events of cards that no note can hold stay out
            reviews, source = reviewed()
        history.left_out(contents, reviews.log)
        if source != reviews.events:  # the second process has them
            contents.cards.clear()
        del reviews  # a million of them take room
        lost = _listed(path, contents.losses.lines())
        if dry_run:
            return _would(contents.files, into), lost
        with NewFiles(into) as written:
            for name in (MEDIA, ORIGINALS):
                written.stays(into / name)
            written.notes(contents.files)
            package.write_media(into / MEDIA, contents.losses, written.paths)
            written.paths += write_originals(into, path.stem, contents)
            return store.bring_in(_read(contents.files), source, contents.options), lost


def _store(
    store: "Store", path: Path, into: Path, dry_run: bool
) -> "tuple[ImportReport, list[str]]":
    """Bring in a store that was exported as JSON."""
    from dataclasses import replace

    from cards.formats.archive import Reading
    from cards.formats.native_text import files_of
    from cards.note import Note

    reading = Reading(path)
    known = store.ids_of([card.id for card in (*reading.cards, *reading.missing)])
    new = [card for card in reading.cards if card.id not in known]
    files, unwritten = files_of(new, into=into)
    lost = _listed(path, (f"{card.file}:{card.line}: {card.prompt[:80]}" for card in unwritten))
    if dry_run:
        return _would(files, into), lost
    with NewFiles(into) as written:
        written.notes(files)
        notes = _read(files)
        apart = str(into / "missing.md")
        missing = [replace(card, file=apart) for card in reading.missing if card.id not in known]
        gone = [Note(apart, tuple(missing))] if missing else []
        dates = {id: at for id, at in reading.added.items() if id not in known}
        report = store.bring_in(
            [*notes, *gone], lambda *_: reading.events(), {}, [note.path for note in gone], dates
        )
    return report, lost


def _mochi(
    store: "Store", path: Path, into: Path, dry_run: bool
) -> "tuple[ImportReport, list[str]]":
    """Bring in a Mochi archive."""
    from cards.formats.anki.package import MEDIA, write_media
    from cards.formats.mochi_archive import MochiArchive, Reading
    from cards.formats.native_text import files_of

    with MochiArchive(path) as archive:
        reading = Reading(archive, store.ids_of)
        files, unwritten = files_of(reading.cards, into=into)
        reading.leave_out(unwritten)
        lost = _listed(path, reading.losses.lines())
        if dry_run:
            return _would(files, into), lost
        with NewFiles(into) as written:
            written.stays(into / MEDIA)
            written.notes(files)
            write_media(archive, into / MEDIA, reading.losses, written.paths)
            notes = _read(files)
            return store.bring_in(notes, reading.events, {}, (), reading.added), lost


_OTHERS = {".json": _store, ".mochi": _mochi}


def _read(files: "Sequence[NotesFile]") -> "Iterator[Note]":
    """Yield the notes of files as an import reads them, and let go of what the files hold."""
    from cards.formats import joined
    from studytui.sessions.auditing import with_badges

    for file in files:
        if (note := file.read) is not None:
            file.text, file.cards, file.read = "", [], None
            yield from with_badges([joined(note)])


def _listed(path: Path, losses: Iterable[str]) -> list[str]:
    lost = list(losses)
    for line in lost:
        print(f"{path}: not kept: {line}", file=sys.stderr)
    return lost


def _would(files: "Sequence[NotesFile]", into: Path) -> "ImportReport":
    from db.records import FileReport, ImportReport

    return ImportReport(
        tuple(FileReport(path=str(into / file.path), new=len(file.cards)) for file in files)
    )
