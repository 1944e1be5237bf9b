"""The preview of an import: the cards that each note gives, what is left out, and why.

The Import screen and `import --dry-run` are two faces of it. Every function may block.
"""

import glob
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cards.formats.folders import EXCLUDED, LARGEST_LIST, TAKEN_WHOLE, is_taken_whole, looked_at
from cards.note import Note
from cards.packed import judged
from sims.errors import InputError
from studytui.words import counted, short

if TYPE_CHECKING:
    from cards.card import Card
    from cards.identity import Pair
    from cards.note import Problem
    from cards.packed import PackedNote
    from db.records import FileReport, ImportReport
    from db.store import Store

NEVER = "it is excluded for good"
FIRST_CARDS = 3
"""Cards of a note that a dry run prints."""


def is_refuted(card: "Card") -> bool:
    """Return whether a card says what is refuted."""
    return card.check is not None and card.check.evidence == "refuted"


@dataclass
class Entry:
    """A note of the preview, with the report of a dry run and whether to import it.

    `never` says why it is excluded for good, empty where it is not.
    """

    note: Note
    report: "FileReport | None" = None
    keep: bool = True
    never: str = ""

    @property
    def path(self) -> Path:
        """The note's file."""
        return Path(self.note.path)

    @property
    def whole(self) -> bool:
        """Whether nothing that the note proposes is left out, as its folder says."""
        return is_taken_whole(self.path)

    def refuted(self) -> Counter[str]:
        """Count the cards that are refuted, and those that hold on a condition."""
        return refuted(self.note)


def refuted(note: "Note | PackedNote") -> Counter[str]:
    """Count the cards of a note that are refuted, and those that hold on a condition."""
    return Counter(str(card.check.evidence) for card in judged(note) if card.check)


@dataclass
class Preview:
    """What an import of some paths will do, note by note."""

    entries: list[Entry] = field(default_factory=list)
    excluded: list[tuple[Path, str]] = field(default_factory=list)
    """Files in the folders that are no notes, and why."""
    missing: "list[Problem]" = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    """Notes imported before that are gone: their cards are left out."""

    def kept(self) -> list[Note]:
        """Return the notes to import: those kept, without cards for those excluded for good.

        A card that two of them have is in the first.
        """
        from cards.formats import distinct

        return [
            *distinct(entry.note for entry in self.entries if entry.keep and not entry.never),
            *(Note(entry.note.path) for entry in self.entries if entry.never),
            *map(Note, self.gone),
        ]


def look(
    store: "Store",
    paths: Sequence[str],
    moved: Callable[[str, float], object] = lambda says, share: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Preview:
    """Return the preview of importing paths; nothing is changed.

    `moved` is told the progress; once `stopped` says so, the notes not yet read are left out.
    """
    from cards.formats import read
    from studytui.sessions.note_paths import find

    found = find(paths)
    preview = Preview(missing=found.missing)
    for folder in found.folders:
        preview.excluded += [(path, why) for path, why in looked_at(folder) if why]
    never = [path for path, why in preview.excluded if why.startswith(EXCLUDED)]
    preview.excluded = [(path, why) for path, why in preview.excluded if path not in never]
    files = sorted({*found.files, *never})
    for number, path in enumerate(files):
        if stopped():
            return preview
        moved(path.name, number / len(files))
        preview.entries.append(Entry(read(path), never=NEVER if path in never else ""))
    notes = [entry.note for entry in preview.entries]
    preview.gone = sorted({*gone(store, found.folders, files), *renamed(store, notes)})
    compare(store, preview)
    return preview


def compare(store: "Store", preview: Preview) -> None:
    """Give each note of a preview the report of a dry run."""
    from studytui.sessions.auditing import with_badges

    notes = with_badges(preview.kept(), ask=False)
    reports = store.import_notes(notes, dry_run=True).files
    by_path = {report.path: report for report in reports}
    for entry in preview.entries:
        entry.report = by_path.get(entry.note.path)


def read_again(
    store: "Store", preview: Preview, entry: Entry, everything: bool | None = None
) -> None:
    """Read a note again that was edited, or of which `everything` is to be taken, or not."""
    from cards.formats import read

    entry.note = read(entry.path, everything=everything)
    compare(store, preview)


def bring(store: "Store", preview: Preview) -> "ImportReport":
    """Import the notes that are kept; edits in doubt wait for a decision."""
    from cards.formats import fingerprint
    from studytui.sessions.auditing import with_badges

    notes = with_badges(preview.kept())
    known = {note.path: fingerprint(Path(note.path)) or "" for note in notes if note.cards}
    digests = {path: digest for path, digest in known.items() if digest}
    return store.import_notes(notes, decide=wait, digests=digests)


def exclude(path: Path) -> None:
    """Leave a note out of its folder for good. Raises OSError where that cannot be written."""
    _list(path, EXCLUDED)


def include(path: Path) -> None:
    """Take a note in again that its folder leaves out.

    Raises OSError where that cannot be written, InputError where a pattern means others too.
    """
    _unlist(path, EXCLUDED, "leaves it out")
    if any(found == path and why for found, why in looked_at(path.parent)):
        listed = path.parent / EXCLUDED
        raise InputError(f"{listed} leaves it out by another pattern too; change that file")


def take_whole(path: Path, whole: bool) -> None:
    """Say for good whether nothing that a note proposes is left out.

    Raises OSError where that cannot be written, InputError where a pattern means others too.
    """
    if whole == is_taken_whole(path):
        return
    if whole:
        _list(path, TAKEN_WHOLE)
        return
    _unlist(path, TAKEN_WHOLE, "takes all of it")
    if is_taken_whole(path):
        listed = path.parent / TAKEN_WHOLE
        raise InputError(f"{listed} takes all of it by another pattern too; change that file")


def _list(path: Path, name: str) -> None:
    """Add a note to a file of patterns beside it. Raises OSError where that cannot be written."""
    from cards.formats.addition import write_note

    listed = path.parent / name
    text = _list_text(listed) if listed.exists() else ""
    end = "" if not text or text.endswith("\n") else "\n"
    write_note(listed, f"{text}{end}{_pattern(path.name)}\n")


def _unlist(path: Path, name: str, says: str) -> None:
    """Take a note out of a file of patterns beside it, which goes with its last line.

    Raises OSError where that cannot be written, InputError where a pattern means others too.
    """
    from cards.formats.addition import write_note

    listed = path.parent / name
    before = _list_text(listed)
    names = (path.name, _pattern(path.name))
    kept = [line for line in before.split("\n") if line.strip() not in names]
    if len(kept) == len(before.split("\n")):
        raise InputError(f"{listed} {says} by a pattern; change that file")
    if any(line.strip() for line in kept):
        write_note(listed, "\n".join(kept))
    else:
        listed.unlink()


def _list_text(listed: Path) -> str:
    """Return a file of patterns. Raises OSError, and InputError for one that is not UTF-8 text."""
    from cards.formats.source import bytes_of

    try:
        return bytes_of(listed, LARGEST_LIST).decode()
    except UnicodeDecodeError:
        raise InputError(f"{listed} is not UTF-8 text; save it as UTF-8") from None


def _pattern(name: str) -> str:
    """Return the line that leaves out a file of this name and no other."""
    pattern = glob.escape(name)
    if pattern != pattern.strip():  # spaces at the ends of a line do not count
        pattern = "?" * name.startswith(" ") + pattern.strip() + "?" * name.endswith(" ")
    return f"[#]{pattern[1:]}" if pattern.startswith("#") else pattern


def gone(store: "Store", folders: Sequence[Path], files: Sequence[Path]) -> list[str]:
    """Return the notes that the store has cards of and that are gone from the folders.

    A folder without any note is left out, for it may be one that is not mounted now.
    """
    if not folders:
        return []
    here = {str(path) for path in files}
    known = store.notes_under([str(folder) for folder in folders])
    return [path for path in known if path not in here and not _may_exist(path)]


def renamed(store: "Store", notes: Sequence[Note]) -> list[str]:
    """Return notes that are gone and whose cards are in these: they were renamed."""
    here = {note.path for note in notes}
    before = store.notes_of([card.id for note in notes for card in note.cards])
    return [path for path in before if path not in here and not _may_exist(path)]


def _may_exist(path: str) -> bool:
    """Return whether a file exists, or may exist in a folder that cannot be read."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


# Words


def changes(report: "FileReport | None") -> str:
    """Return what would change in a file, in words; empty when nothing would."""
    if report is None:
        return ""
    counts = {
        "new": report.new,
        "changed": report.updated,
        "edited": report.relinked,
        "gone": report.removed,
    }
    parts = [f"{count} {word}" for word, count in counts.items() if count]
    if report.waiting:
        parts.append(f"{counted(len(report.waiting), 'edit')} to be decided")
    return ", ".join(parts)


def first_cards(note: Note, most: int = FIRST_CARDS) -> "Iterator[tuple[str, Card]]":
    """Yield the first cards of a note, each with its question on one line."""
    from studytui.one_line import prompt_on_one_line

    for card in note.cards[:most]:
        yield prompt_on_one_line(card), card


def in_words(entry: Entry) -> Iterator[str]:
    """Yield the lines that a dry run prints below a note's own."""
    for question, _ in first_cards(entry.note):
        yield short(question, 90)
    if len(entry.note.cards) > FIRST_CARDS:
        yield f"… and {len(entry.note.cards) - FIRST_CARDS} more"
    if entry.note.left_out:
        yield f"{counted(len(entry.note.left_out), 'line')} left out (--explain lists them):"
        for reason, count in Counter(left.reason for left in entry.note.left_out).most_common():
            yield f"  {count}: {reason}"


def refutations(badge_counts: Counter[str]) -> str:
    """Return a sentence on refuted and conditional cards; empty without any."""
    if not badge_counts:
        return ""
    parts = []
    if badge_counts["refuted"]:
        verb = "teaches" if badge_counts["refuted"] == 1 else "teach"
        parts.append(f"✗ {badge_counts['refuted']} {verb} what is refuted")
    if badge_counts["conditional"]:
        parts.append(f"◐ {badge_counts['conditional']} what holds only on a condition")
    return f"Of these cards {' and '.join(parts)}; badges mark them."


# Edits that wait


def wait(_pair: "Pair") -> None:
    """Decide nothing about a doubtful pair: it waits in a list."""


def doubts(store: "Store") -> "list[Pair]":
    """Return the pairs that a person has yet to call one card or two."""
    pairs: list[Pair] = []
    for path in store.waiting():
        note = _reading(store, path)
        if note is not None:
            for report in store.import_notes([note], dry_run=True, decide=wait).files:
                pairs += report.waiting
    return pairs + store.doubts()


def settle(store: "Store", pair: "Pair", *, same: bool) -> None:
    """Decide whether a pair is one card, which keeps its progress, or the new one is new."""
    if store.ids_of([pair.new.id]):  # it was imported as a new card meanwhile
        (store.join if same else store.part)(pair.old.id, pair.new.id)
        return
    note = _reading(store, pair.new.file)

    def decide(doubt: "Pair") -> bool | None:
        is_this_pair = (doubt.old.id, doubt.new.id) == (pair.old.id, pair.new.id)
        return same if is_this_pair else None

    if note is not None:
        store.import_notes([note], decide=decide)
    if not same:
        ids = pair.old.id, pair.new.id
        if any((doubt.old.id, doubt.new.id) == ids for doubt in store.doubts()):
            store.part(*ids)  # or it would be asked again


def _reading(store: "Store", path: str) -> Note | None:
    """Return a note as it would be imported again, None where it is gone."""
    from cards.formats import read
    from studytui.sessions.auditing import with_badges

    if not Path(path).is_file():
        return None
    note = read(Path(path))
    decks = store.decks_in(path)
    own = {card.deck for card in note.cards}
    note = read(Path(path), decks.pop()) if len(decks) == 1 and decks != own else note
    return with_badges([note], ask=False)[0]
