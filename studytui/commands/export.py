"""``studytui export``: cards and progress leave, as a package of Anki's, CSV, JSON or notes."""

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from sims.errors import InputError
from studytui.words import counted, short

if TYPE_CHECKING:
    from cards.card import Card
    from cards.formats.native_text import NotesFile
    from db.store import Store

_TABLE, _JSON, _NOTE, _PACKAGE = ".csv", ".json", ".md", ".apkg"


def export(
    path: Annotated[
        str, typer.Argument(help="A file .apkg, .csv, .json or .md; a folder for notes.")
    ],
    query: Annotated[
        list[str] | None, typer.Argument(help="Words, deck:…, topic:…, tag:…; all without.")
    ] = None,
    obsidian: Annotated[
        bool, typer.Option("--obsidian", help="Notes for Obsidian's Spaced Repetition.")
    ] = False,
    hashcards: Annotated[bool, typer.Option("--hashcards", help="Decks for hashcards.")] = False,
) -> None:
    """Write cards to a file or folder that is not there yet.

    A .json holds everything, the log included, and comes back by an import; an .apkg holds cards,
    schedules and reviews; notes hold cards, those for Obsidian their schedules too.
    """
    from studytui import config
    from studytui.paths import resolved
    from studytui.services import Services

    target = resolved(path)
    if target.exists() and (target.is_file() or any(target.iterdir())):
        raise InputError(f"{target} is there already; name another file or folder")
    if obsidian and hashcards:
        raise typer.BadParameter("name one of --obsidian and --hashcards")
    suffix = target.suffix.lower()
    if suffix not in ("", _TABLE, _JSON, _NOTE, _PACKAGE):
        says = "a file ends in .apkg, .csv, .json or .md; a folder has no ending"
        raise typer.BadParameter(says, param_hint="path")
    if (obsidian or hashcards) and suffix not in ("", _NOTE):
        raise typer.BadParameter("notes go to a folder or a .md file", param_hint="path")
    target.parent.mkdir(parents=True, exist_ok=True)
    line = " ".join(query or ())
    with Services(config.load()) as services:
        store = services.store()
        if suffix == _PACKAGE:
            lost = _lost(store.export_anki(target, line))
        elif suffix == _JSON:
            lost = _json(store, target, line)
        elif suffix == _TABLE:
            lost = _table(store, target, line)
        else:
            program = "obsidian" if obsidian else "hashcards" if hashcards else ""
            lost = _notes(store, target, line, program)
    if lost:
        raise typer.Exit(1)


def _lost(items: Iterable[str]) -> bool:
    """Say what could not be kept; return whether there was any."""
    found = list(items)
    for item in found:
        print(f"not kept: {item}", file=sys.stderr)
    return bool(found)


@contextmanager
def _new_file(target: Path) -> Iterator[IO[str]]:
    """Yield a new file, which goes again when it cannot be written to its end."""
    with target.open("x", encoding="utf-8", newline="") as file:
        try:
            yield file
        except BaseException:
            target.unlink(missing_ok=True)
            raise


def _json(store: "Store", target: Path, line: str) -> bool:
    """Write everything, a record a line."""
    from cards.formats.archive import HEAD, TAIL, line_of

    count = 0
    with _new_file(target) as file:
        file.write(HEAD)
        for record in store.export_store(line):
            file.write(line_of(record, first=count == 0))
            count += 1
        file.write(TAIL)
    print(f"{counted(count, 'record')} in {target}")
    return False


def _table(store: "Store", target: Path, line: str) -> bool:
    from cards.formats.leaving import COLUMNS, row

    found = store.export_cards(line)
    with _new_file(target) as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(row(card, standing) for card, standing in found)
    print(f"{counted(len(found), 'card')} in {target}")
    return False


def _notes(store: "Store", target: Path, line: str, program: str) -> bool:
    """Write notes into a folder, or a single one."""
    from cards.formats import leaving
    from cards.formats.native_text import files_of

    found = store.export_cards(line)
    cards = [card for card, _ in found]
    standings = {card.id: standing for card, standing in found}
    if program == "obsidian":
        files, lost = leaving.obsidian_files(cards, standings)
    elif program == "hashcards":
        files, lost = leaving.hashcards_files(cards, standings)
    else:
        files, lost = files_of(cards)
    _write(target, files)
    if program == "hashcards" and any(standing.day is not None for standing in standings.values()):
        print("Schedules stay here: hashcards keeps its own in hashcards.db.", file=sys.stderr)
    written = sum(len(file.cards) for file in files)
    print(f"{counted(written, 'card')} in {counted(len(files), 'note')}")
    return _lost(map(_name, lost))


def _name(card: "Card") -> str:
    return f"{card.file}:{card.line}: {short(card.prompt, 60)}"


def _write(target: Path, files: "Sequence[NotesFile]") -> None:
    if target.suffix:
        if len(files) > 1:
            raise InputError(
                f"these cards are of {len(files)} decks or topics, a note each; name a folder"
            )
        with _new_file(target) as opened:
            opened.write(files[0].text if files else "")
        return
    for file in files:
        path = target / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with _new_file(path) as opened:
            opened.write(file.text)
