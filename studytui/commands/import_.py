"""`studytui import`: notes become cards, and cards keep their progress when notes change."""

import gc
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from studytui.commands.doubts import in_words
from studytui.words import counted, keyed, short, use_keys

if TYPE_CHECKING:
    from cards.card import Card
    from cards.identity import Pair
    from cards.note import Note, Problem
    from cards.packed import PackedNote
    from db.records import FileReport, ImportReport
    from db.store import Store

WAITS = "\n  It waits in the app: Home lists such edits under {home.edits:W}."
_BAD_INPUT = 2
_WRONG = 1
_NAMED = 20
"""Refuted cards that an import names, before it says how many more there are."""


class Written(NamedTuple):
    """The options on how notes are read: deck, format, leaving nothing out, a table's columns."""

    deck: str | None = None
    format: str | None = None
    everything: bool | None = None
    columns: str | None = None


class Manner(NamedTuple):
    """The options on what an import does: change nothing, print JSON, explain, ask nothing."""

    dry_run: bool
    json: bool
    explain: bool = False
    watched: bool = False


def import_(
    paths: Annotated[list[str] | None, typer.Argument(help="Notes, or folders of them.")] = None,
    deck: Annotated[
        str | None, typer.Option(help="The deck of all cards, whatever the notes say.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; change nothing.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and import notes again when they are saved.")
    ] = False,
    bundled: Annotated[
        bool, typer.Option("--bundled", help="The deck that comes with StudyTUI, as well.")
    ] = False,
    format: Annotated[
        str | None, typer.Option(help="What the notes are written in; told from them otherwise.")
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(help="What a table's columns hold: front,back,tags,deck,id, or - for none."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(help="The folder for the notes of an .apkg, .colpkg, .mochi or .json."),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="List what gives no card, and why.")
    ] = False,
    everything: Annotated[
        bool | None,
        typer.Option(
            "--all/--no-all",
            help="Make a card of all that --explain lists, now and at later imports.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Read notes into cards; packages of Anki's and Mochi's become notes first.

    A card that was edited keeps its progress. One that is gone from its note, or whose note is
    gone from a folder, is not asked any more, until it comes back.
    """
    from cards.formats.tables import named
    from cards.notes import bundled_notes
    from studytui.paths import resolved

    paths = [*(paths or ()), *(map(str, bundled_notes()) if bundled else ())]
    if not paths:
        raise typer.BadParameter("name a note or a folder of notes", param_hint="paths")
    if columns is not None:
        named(columns)
    written = Written(deck, _known(format), everything, columns)
    if packages := _packages(paths, into):
        _bring_in(packages, resolved(str(into)), dry_run, json)
    elif _import_paths(paths, written, everything, Manner(dry_run, json, explain), watch):
        raise typer.Exit(_WRONG)


def _packages(paths: Sequence[str], into: Path | None) -> list[Path]:
    """Return the packages among paths. Raises BadParameter for notes beside them."""
    from studytui.commands.packages import is_package
    from studytui.paths import resolved

    packages = [resolved(path) for path in paths if is_package(resolved(path))]
    if packages and (into is None or len(packages) < len(paths)):
        says = "a package becomes notes: name packages alone, and their folder with --into"
        raise typer.BadParameter(says, param_hint="paths")
    return packages


def _import_paths(
    paths: Sequence[str], written: Written, everything: bool | None, manner: Manner, watch: bool
) -> bool:
    """Import notes and folders of them, watched or once; return whether a file was bad."""
    from studytui import config
    from studytui.services import Services
    from studytui.sessions.importing import gone as gone_from
    from studytui.sessions.note_paths import find

    found = find(paths)
    if found.missing:
        _refuse(found.missing, manner.json)
    _print_not_run(found.files)
    with Services(config.load()) as services:
        use_keys(services.settings.keys)
        store = services.store()
        with _no_collecting():
            if everything is not None and not manner.dry_run:
                _remember(found.files, everything)
            gone = gone_from(store, found.folders, list(found.files))
            if manner.dry_run and not manner.json:
                _print_excluded(found.folders)
            wrong = _import(store, list(found.files), gone, written, found.named, manner)
        if watch:
            _watch(store, paths, written, manner._replace(explain=False, watched=True))
    return wrong and not watch


def _print_not_run(files: Iterable[Path]) -> None:
    """Print the vaults with expressions of their own by which no card is made here."""
    from cards.formats.obsidian_to_anki import not_run
    from cards.text.clean import clean_path

    for vault, many in not_run({path.absolute().parent for path in files}):
        says = f"{counted(many, 'regular expression')} of Obsidian_to_Anki's settings"
        print(
            f"{clean_path(str(vault))}: {says}: not run, so what only they find gives none of its "
            "cards; export those from Anki as an .apkg",
            file=sys.stderr,
        )


def _remember(files: Iterable[Path], everything: bool) -> None:
    """Write beside notes whether all that they propose is taken; print where that fails."""
    from cards.formats import read
    from sims.errors import InputError
    from studytui.sessions.importing import take_whole

    for path in files:
        if everything and not read(path).left_out:
            continue
        try:
            take_whole(path, everything)
        except (OSError, InputError) as error:
            print(f"{path}: this is not remembered: {error}", file=sys.stderr)


def _bring_in(packages: Sequence[Path], into: Path, dry_run: bool, json: bool) -> None:
    """Import packages, and print what that did."""
    from json import dumps

    from studytui import config
    from studytui.commands.packages import bring_in
    from studytui.services import Services
    from studytui.sessions.importing import changes

    with Services(config.load()) as services, _no_collecting():
        report, lost = bring_in(services.store(), packages, into, dry_run)
    if json:
        print(dumps(report.to_dict() | {"lost": lost}))
        return
    for file in report.files:
        print(f"{file.path}: {changes(file) or 'nothing new'}")
    cards = sum(file.new + file.updated + file.unchanged for file in report.files)
    would = " (nothing was changed)" if dry_run else ""
    print(f"{counted(cards, 'card')} in {counted(len(report.files), 'note')}{would}")


def _known(format: str | None) -> str | None:
    """Return the name of a format. Raises BadParameter for one that does not exist."""
    from cards.formats import FORMATS, OURS

    if format is not None and format not in (*FORMATS, *OURS):
        names = ", ".join((*FORMATS, *OURS))
        raise typer.BadParameter(f"the formats are {names}", param_hint="--format")
    return format


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Collect no cycles: cards hold none, and the search takes a tenth of a large import."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _refuse(missing: Sequence["Problem"], json: bool) -> None:
    """Print the paths that lead nowhere, and exit with code 2; nothing is imported."""
    if json:
        from db.records import FileReport, ImportReport

        files = tuple(FileReport(path=problem.file, problems=(problem,)) for problem in missing)
        _print_json(ImportReport(files))
    for problem in missing:
        print(problem, file=sys.stderr)
    raise typer.Exit(_BAD_INPUT)


def _import(
    store: "Store",
    files: Sequence[Path],
    gone: Sequence[str],
    written: Written,
    named: set[Path],
    manner: Manner,
) -> bool:
    """Import files, take out notes that are gone, and print it; return whether a file was bad.

    Problems that are only remarks are printed of `named` files. While files are watched nothing
    is asked: edited cards that may be earlier ones wait.
    """
    from cards.formats import fingerprint
    from cards.note import Note
    from studytui.sessions.importing import renamed, wait

    dry_run, json, explain, watched = manner
    digests = {str(path): fingerprint(path, *written) or "" for path in files}
    read = _Read()
    decide: Callable[[Pair], bool | None] | None = wait if watched else None
    plain = not (gone or explain or dry_run) and written.everything is not False
    report = _unchanged(store, digests) if plain else None
    if report is None:
        known = {path: digest for path, digest in digests.items() if digest}
        if plain and not store.has_cards():
            report = read.import_first(store, files, written, known)
        else:
            notes = read.whole(files, written, ask=not dry_run)
            gone = sorted({*gone, *renamed(store, notes)})
            notes += [Note(path) for path in gone]
            if not (json or dry_run or watched):
                decide = _asked(store, notes)
            report = store.import_notes(notes, dry_run=dry_run, decide=decide, digests=known)
    if json:
        _print_json(report, read.notes if explain else ())
    else:
        if explain:
            _print_left_out(read.notes)
        _print_words(report, read, len(files), dry_run)
        _print_refuted([card for card in read.wrong if Path(card.file) not in named])
    for file in report.files:
        for problem in file.problems:
            if problem.severity != "note" or Path(file.path) in named:
                print(problem, file=sys.stderr)
        for doubt in file.doubtful if decide is None else file.waiting:
            print(in_words(doubt), keyed(WAITS) if watched else "", sep="", file=sys.stderr)
    if not (dry_run or json or watched):
        _ask_again(store, report)
    return not read.is_whole


class _Read:
    """The notes of an import as they are read, with what is printed of them."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        """All of them; none where each was imported and dropped as it was read."""
        self.refuted: Counter[str] = Counter()
        self.wrong: list[Card] = []
        """The cards that are refuted."""
        self.is_whole = True
        """Whether no note had a part that could not be read."""

    def whole(self, files: Sequence[Path], written: Written, *, ask: bool) -> "list[Note]":
        """Read all notes."""
        from cards.formats import distinct, read
        from studytui.sessions.auditing import with_badges

        self.notes = with_badges(distinct(read(path, *written) for path in files), ask=ask)
        for note in self.notes:
            self._count(note)
        return self.notes

    def import_first(
        self, store: "Store", files: Sequence[Path], written: Written, digests: Mapping[str, str]
    ) -> "ImportReport":
        """Import notes into a store without cards, each as soon as it is read."""
        from cards.formats import each_distinct, read, second_reader
        from cards.packed import pack
        from studytui.sessions.auditing import each_with_badges

        if second_reader.pays(files):
            notes = second_reader.each(files, *written)
        else:
            notes = (pack(read(path, *written)) for path in files)
        with closing(notes):
            counted_notes = map(self._count, each_with_badges(each_distinct(notes)))
            return store.import_first(counted_notes, digests)

    def _count(self, note: "Note | PackedNote") -> "Note | PackedNote":
        """Count the refuted cards of a note, and return it."""
        from cards.packed import judged
        from studytui.sessions.importing import is_refuted, refuted

        self.refuted += refuted(note)
        self.wrong += [card for card in judged(note) if is_refuted(card)]
        self.is_whole = self.is_whole and note.whole
        return note


def _unchanged(store: "Store", digests: Mapping[str, str]) -> "ImportReport | None":
    """Return the report of notes none of which has changed since its import, else None.

    One change is enough: a card that an edited note gained may be one that another note has.
    """
    from db.records import ImportReport

    reports: list[FileReport] = []
    for path, digest in digests.items():
        report = store.unchanged(path, digest) if digest else None
        if report is None:
            return None
        reports.append(report)
    return ImportReport(tuple(reports))


def _asked(store: "Store", notes: Sequence["Note"]) -> Callable[["Pair"], bool] | None:
    """Ask about doubtful re-links, before anything is written; None without a terminal."""
    if not _interactive():
        return None
    yes: set[tuple[str, str]] = set()
    for file in store.import_notes(notes, dry_run=True).files:
        for doubt in file.doubtful:
            print(in_words(doubt), file=sys.stderr)
            if typer.confirm("Is it the same card?", default=False, err=True):
                yes.add((doubt.old.id, doubt.new.id))
    return lambda doubt: (doubt.old.id, doubt.new.id) in yes


def _ask_again(store: "Store", report: "ImportReport") -> None:
    """Ask about pairs that wait since an earlier import, or say how many wait."""
    answered = {(pair.old.id, pair.new.id) for file in report.files for pair in file.doubtful}
    pairs = store.doubts()
    waiting = [pair for pair in pairs if (pair.old.id, pair.new.id) not in answered]
    if not _interactive():
        if waiting:
            more = counted(len(waiting), "edited card")
            print(f"{more} may be earlier ones; `studytui doubts` lists them", file=sys.stderr)
        return
    for pair in pairs:
        if pair not in waiting:
            store.part(pair.old.id, pair.new.id)  # a person has just said so
    for pair in waiting:
        print(in_words(pair), file=sys.stderr)
        if typer.confirm("Is it the same card?", default=False, err=True):
            store.join(pair.old.id, pair.new.id)
        elif typer.confirm("Are they two cards?", default=False, err=True):
            store.part(pair.old.id, pair.new.id)


def _interactive() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _print_json(report: "ImportReport", explained: Sequence["Note"] = ()) -> None:
    """Print the report, with what was left out of `explained` notes, on standard output."""
    from json import dumps

    data: dict[str, Any] = report.to_dict()
    left_out = {note.path: [line.to_dict() for line in note.left_out] for note in explained}
    for file in data["files"]:
        if file["path"] in left_out:
            file["left_out"] = left_out[file["path"]]
    print(dumps(data), flush=True)


def _print_left_out(notes: Sequence["Note"]) -> None:
    """Print one line for each card that was not made, with the reason."""
    for note in notes:
        for line in note.left_out:
            print(f"{note.path}:{line.line}: left out, {line.reason}: {short(line.text, 80)}")


def _print_excluded(folders: Sequence[Path]) -> None:
    """Print which files of folders are no notes, and why."""
    from cards.formats.folders import looked_at

    for folder in folders:
        for path, why in looked_at(folder):
            if why:
                print(f"{path}: left out, {why}")


def _print_words(report: "ImportReport", read: _Read, files: int, dry_run: bool) -> None:
    """Print each file that changed, its re-links, and the sum; in a dry run its cards too."""
    from studytui.sessions.importing import Entry, changes, in_words, refutations

    cards = {card.id: card for note in read.notes for card in note.cards}
    entries = {note.path: Entry(note) for note in read.notes if dry_run}
    for file in report.files:
        changed = changes(file)
        if changed or dry_run:
            print(f"{file.path}: {changed or 'nothing new'}")
        if file.path in entries:
            for line in in_words(entries[file.path]):
                print(f"  {line}")
        for card in [cards[id] for _, id in file.relinks if id in cards]:
            print(f"{card.file}:{card.line}: edited, keeps its progress: {short(card.prompt, 60)}")
    total = sum(file.new + file.updated + file.relinked + file.unchanged for file in report.files)
    would = " (nothing was changed)" if dry_run else ""
    print(f"{counted(total, 'card')} in {counted(files, 'note')}{would}")
    if sentence := refutations(read.refuted):
        print(sentence)


def _print_refuted(cards: "Sequence[Card]") -> None:
    """Print the places of the first refuted cards of folders."""
    for card in cards[:_NAMED]:
        print(f"{card.file}:{card.line}: refuted: {short(card.prompt, 60)}")
    if more := len(cards[_NAMED:]):
        print(f"and {more} more; studytui cards refuted: lists them")


def _watch(store: "Store", paths: Sequence[str], written: Written, manner: Manner) -> None:
    """Import notes again whenever they are saved or deleted, until interrupted."""
    from watchfiles import watch

    from studytui.paths import resolved
    from studytui.sessions.importing import gone as gone_from
    from studytui.sessions.note_paths import find

    print("Watching; Ctrl+C ends.", file=sys.stderr)
    roots = [resolved(path) for path in paths]
    # A file is watched through its folder: editors replace files rather than write to them.
    folders = {root if root.is_dir() else root.parent for root in roots}
    with suppress(KeyboardInterrupt):
        for changes in watch(*folders):
            changed = {Path(path) for _, path in changes}
            found = find([path for path in paths if os.path.lexists(resolved(path))])
            gone = gone_from(store, found.folders, list(found.files))
            # When a note is gone all are read: its cards may be in one that was not saved.
            saved = [file for file in found.files if gone or file in changed]
            if saved:
                _import(store, saved, gone, written, found.named, manner)
    print("Watching ended.", file=sys.stderr)
