"""``studytui deck``: list decks, rename, pause, resume or remove one."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sims.errors import InputError
from studytui.words import counted

if TYPE_CHECKING:
    from db.store import Store

LIMITS = ("new_per_day", "reviews_per_day")
"""The options that are 0 while a deck is paused."""


class Action(StrEnum):
    """What is to be done with decks."""

    LIST = "list"
    RENAME = "rename"
    PAUSE = "pause"
    RESUME = "resume"
    REMOVE = "remove"


def deck(
    action: Annotated[Action, typer.Argument(help="What to do.")] = Action.LIST,
    name: Annotated[str | None, typer.Argument(help="The deck.")] = None,
    new_name: Annotated[str | None, typer.Argument(help="Its new name, for rename.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List decks, or change one; its reviews are kept whatever is done.

    rename writes `deck:` into the deck's notes. pause asks no new and no due cards of it until
    resume. remove leaves its cards out until its notes are imported again.
    """
    from studytui import config
    from studytui.commands.scope import known_deck
    from studytui.services import Services

    with Services(config.load()) as services:
        store = services.store()
        if action is Action.LIST:
            _list(store, json)
            return
        if name is None:
            raise InputError(f"name the deck to {action}; studytui deck lists them")
        name = known_deck(services, name)
        if action is Action.RENAME:
            print(_rename(store, name, new_name or ""))
        elif action is Action.REMOVE:
            print(_remove(store, name))
        else:
            for limit in LIMITS:
                store.set_option(name, limit, 0 if action is Action.PAUSE else None)
            print(f"{name} is {'paused' if action is Action.PAUSE else 'studied again'}.")


def decks(store: "Store") -> list[dict[str, Any]]:
    """Return each deck with its counts of today, its notes, and whether it is paused."""
    found: dict[str, dict[str, Any]] = {}
    for row in store.overview():
        counts = found.setdefault(
            row.deck, {"deck": row.deck, "cards": 0, "new": 0, "learning": 0, "due": 0}
        )
        counts["cards"] += row.total
        for count in ("new", "learning", "due"):
            counts[count] += getattr(row, count)
    for name, counts in found.items():
        options = store.options(name)
        counts["paused"] = not any(getattr(options, limit) for limit in LIMITS)
    return list(found.values())


def _list(store: "Store", json: bool) -> None:
    """Print the decks."""
    from json import dumps

    found = decks(store)
    if json:
        print(dumps({"decks": found}))
        return
    if not found:
        print("There are no decks yet; import a note.", file=sys.stderr)
    for one in found:
        left = f"{one['new']} new, {one['learning']} learning, {one['due']} due"
        paused = ", paused" if one["paused"] else ""
        print(f"{one['deck']}: {counted(one['cards'], 'card')}, {left}{paused}")


def _notes(store: "Store", name: str) -> list[Path]:
    """Return the notes that have cards in a deck, by name."""
    return sorted({Path(one.card.file) for one in store.cards() if one.card.deck == name})


def _rename(store: "Store", name: str, new: str) -> str:
    """Give a deck another name, in its notes where they can be written; return what that did."""
    from cards.formats import read
    from cards.formats.front_matter import with_deck
    from cards.formats.source import text_of
    from cards.text.clean import clean_line

    new = clean_line(new)
    if not new:
        raise InputError(f"give the new name: studytui deck rename {name!r} NAME")
    written, unwritten = [], []
    for path in _notes(store, name):
        text = text_of(path)
        said = with_deck(text, new) if isinstance(text, str) else None
        if said is not None and _writable(path):
            path.write_text(said, encoding="utf-8")
            written.append(path)
        else:
            unwritten.append(path)
    notes = [read(path) for path in written] + [read(path, new) for path in unwritten]
    store.import_notes([note for note in notes if note.whole])
    says = f"{name} is now {new}: `deck:` was written into {counted(len(written), 'note')}"
    return f"{says}; {counted(len(unwritten), 'note')} could not be written" if unwritten else says


def _writable(path: Path) -> bool:
    """Return whether a note is a person's own: not one that came with StudyTUI."""
    import os

    from cards.notes import bundled_notes

    return path not in bundled_notes() and path.suffix != ".ipynb" and os.access(path, os.W_OK)


def _remove(store: "Store", name: str) -> str:
    """Leave out a deck's cards, as if its notes were gone; return what that did."""
    from cards.note import Note

    files: Sequence[Path] = _notes(store, name)
    others = {one.card.file for one in store.cards() if one.card.deck != name}
    shared = [str(path) for path in files if str(path) in others]
    if shared:
        raise InputError(f"{shared[0]} has cards of other decks too; take them out of the note")
    report = store.import_notes([Note(str(path)) for path in files])
    gone = sum(file.removed for file in report.files)
    return f"{counted(gone, 'card')} of {name} left out; import its notes to have them back."
