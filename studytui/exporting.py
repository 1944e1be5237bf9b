"""Cards and progress leave, as a package of Anki's, CSV, JSON or notes: for verb and screen."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sims.errors import InputError
from studytui.new_files import NewFiles, new_file
from studytui.words import counted, short

if TYPE_CHECKING:
    from cards.card import Card
    from cards.formats.native_text import NotesFile
    from db.store import Store

ENDINGS = ("", ".apkg", ".csv", ".json", ".md")


class Exported(NamedTuple):
    """What was written, in words, and what could not be kept, item by item."""

    says: str
    lost: Sequence[str] = ()


def export(store: "Store", path: str, query: str, program: str = "") -> Exported:
    """Write the cards of a search to a file or folder that is not there yet.

    Its ending says what it is; a folder gets notes, ours or those of a program. A link is followed
    only to a folder that is there. Raises InputError.
    """
    from cards.text.clean import clean_path
    from studytui.paths import expanded, resolved

    if not path.strip():
        raise InputError("name a file ending in .apkg, .csv, .json or .md, or a folder")
    if clean_path(path) != path:
        raise InputError("this path has control characters, or is not UTF-8 text; name another")
    if (named := expanded(path)).is_symlink() and not named.is_dir():
        raise InputError(f"{named} is a link, so nothing is written there; name a new file")
    target = resolved(path)
    suffix = target.suffix.lower()
    if suffix not in ENDINGS:
        raise InputError("a file ends in .apkg, .csv, .json or .md; a folder has no ending")
    if program and suffix not in ("", ".md"):
        raise InputError("notes go to a folder or a .md file")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(f"{target} is there already; name another file or folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    if suffix == ".apkg":
        return Exported(f"Written to {target}", store.export_anki(target, query))
    if suffix == ".json":
        return _json(store, target, query)
    if suffix == ".csv":
        return _table(store, target, query)
    return _notes(store, target, query, program)


def _json(store: "Store", target: Path, query: str) -> Exported:
    """Write everything, a record a line."""
    from cards.formats.archive import HEAD, TAIL, line_of

    count = 0
    with new_file(target) as file:
        file.write(HEAD)
        for record in store.export_store(query):
            file.write(line_of(record, first=count == 0))
            count += 1
        file.write(TAIL)
    return Exported(f"{counted(count, 'record')} in {target}")


def _table(store: "Store", target: Path, query: str) -> Exported:
    from cards.formats.leaving import COLUMNS, row

    found = store.export_cards(query)
    with new_file(target) as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(row(card, schedule) for card, schedule in found)
    return Exported(f"{counted(len(found), 'card')} in {target}")


def _notes(store: "Store", target: Path, query: str, program: str) -> Exported:
    """Write notes into a folder, or a single one."""
    from cards.formats import leaving
    from cards.formats.native_text import files_of

    found = store.export_cards(query)
    cards = [card for card, _ in found]
    schedules = {card.id: schedule for card, schedule in found}
    lost: list[str] = []
    if program == "obsidian":
        files, left = leaving.obsidian_files(cards, schedules)
    elif program == "hashcards":
        files, left = leaving.hashcards_files(cards, schedules)
    else:
        files, left = files_of(cards)
    _write(target, files)
    written = sum(len(file.cards) for file in files)
    lost += [_name(card) for card in left]
    says = f"{counted(written, 'card')} in {counted(len(files), 'note')}"
    if program == "hashcards" and any(schedule.day is not None for schedule in schedules.values()):
        says += "; schedules stay here, for hashcards keeps its own in hashcards.db"
    return Exported(says, lost)


def _name(card: "Card") -> str:
    return f"{card.file}:{card.line}: {short(card.prompt, 60)}"


def _write(target: Path, files: "Sequence[NotesFile]") -> None:
    if target.suffix:
        if len(files) > 1:
            raise InputError(
                f"these cards are of {len(files)} decks or topics, a note each; name a folder"
            )
        with new_file(target) as opened:
            opened.write(files[0].text if files else "")
        return
    with NewFiles(target) as written:
        written.notes(files)
