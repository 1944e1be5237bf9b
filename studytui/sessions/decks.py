"""What a person does to a whole deck: rename or move it, pause it, leave it out; each with undo.

A deck is what its notes say. Reviews are kept whatever is done. Every function may block.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cards.decks import is_below
from sims.errors import InputError
from studytui.words import counted

if TYPE_CHECKING:
    from cards.note import Note
    from db.store import Store

_FRONT_MATTER = (".md", ".markdown", ".mdx", ".qmd", ".txt")
"""Endings of notes that can say their deck themselves."""


class Done(NamedTuple):
    """What was done to a deck, in words, and what takes it back and says so."""

    says: str
    take_back: Callable[[], str]


@dataclass
class Deck:
    """A deck with its counts of today, limits applied, and its badges."""

    name: str
    cards: int = 0
    new: int = 0
    learning: int = 0
    due: int = 0
    paused: bool = False
    evidence: dict[str, int] = field(default_factory=dict)


def listed(store: "Store") -> list[Deck]:
    """Return the decks that have cards, by name."""
    found: dict[str, Deck] = {}
    for row in sorted(store.overview(), key=lambda row: row.bundled):
        deck = found.setdefault(row.deck, Deck(row.deck, paused=row.paused))
        deck.cards += row.total
        deck.new = min(deck.new + row.new, row.left.new)
        deck.learning += row.learning
        deck.due = min(deck.due + row.due, row.left.due)
    for (name, _), counts in store.evidence().items():
        for word, count in counts.items() if name in found else ():
            found[name].evidence[word] = found[name].evidence.get(word, 0) + count
    return list(found.values())


DAYS = 30
"""Days of which reviews are counted, and to come."""


def figures(store: "Store", deck: Deck) -> dict[str, Any]:
    """Return the statistics of a deck and those below it, and its badges, for panels."""
    found = store.statistics(search(deck.name), DAYS)
    return found | {"evidence": deck.evidence}


def search(name: str) -> str:
    """Return the search that finds the cards of a deck and those below it."""
    return 'deck:"' + name.replace('"', '""') + '"'


def pause(store: "Store", name: str, *, paused: bool = True) -> Done:
    """Ask nothing of a deck and those below it until it is resumed; limits stay as they are."""
    before = store.own_options(name).get("paused")
    if not paused and (above := _paused_above(store, name)):
        raise InputError(f"{name} lies below {above}, which is paused: resume that one")
    store.set_option(name, "paused", True if paused else None)

    def take_back() -> str:
        store.set_option(name, "paused", before)
        return f"{name} is {'studied again' if paused else 'paused again'}."

    return Done(f"{name} is {'paused' if paused else 'studied again'}.", take_back)


def _paused_above(store: "Store", name: str) -> str:
    """Return the paused deck that a deck lies below, empty where there is none."""
    parts = name.split("::")
    above = ["::".join(parts[:count]) for count in range(1, len(parts))]
    return next((one for one in above if store.own_options(one).get("paused")), "")


def remove(store: "Store", name: str) -> Done:
    """Leave the cards of a deck and those below it out, until their notes are imported again."""
    from cards.note import Note
    from studytui.editing import given_deck

    decks = _decks_of(store, name)
    given = {path: given_deck(path, deck) for path, deck in decks.items() if Path(path).is_file()}
    report = store.import_notes([Note(path) for path in decks])
    gone = sum(file.removed for file in report.files)

    def take_back() -> str:
        from cards.formats import read
        from studytui.sessions.auditing import with_badges

        notes = [read(Path(path), deck) for path, deck in given.items() if Path(path).is_file()]
        notes = with_badges(notes, ask=False)
        store.import_notes(notes)
        return f"{name} is back: {counted(sum(len(note.cards) for note in notes), 'card')}."

    return Done(f"{counted(gone, 'card')} of {name} left out.", take_back)


def rename(store: "Store", name: str, new: str) -> Done:
    """Give a deck another name, in its notes where they can be written; those below go along.

    A name such as `Maths::Algebra` moves it below another one.
    """
    from cards.text.clean import clean_line
    from studytui.sessions.auditing import with_badges

    new = "::".join(part.strip() for part in clean_line(new).split("::"))
    if not new or not all(new.split("::")):
        raise InputError("give the deck's new name, such as Algebra or Maths::Algebra")
    if new == name:
        raise InputError(f"{name} has this name already")
    decks = _decks_of(store, name)
    before: dict[str, str | None] = {}
    notes: list[Note] = []
    for path, old in decks.items():
        note, text = _renamed(Path(path), f"{new}{old.removeprefix(name)}")
        before[path] = text
        notes.append(note)
    _carry(store, name, new)
    store.import_notes(with_badges([note for note in notes if note.whole], ask=False))
    written = sum(text is not None for text in before.values())
    says = f"{name} is now {new}: `deck:` was written into {counted(written, 'note')}"
    if rest := len(before) - written:
        says += f"; {counted(rest, 'note')} could not be written, and an import names it as before"
    after = {note.path: _text(Path(note.path)) for note in notes}

    def take_back() -> str:
        _carry(store, new, name)
        _restore(store, decks, before, after)
        return f"{new} is {name} again."

    return Done(f"{says}.", take_back)


def _decks_of(store: "Store", name: str) -> dict[str, str]:
    """Return the notes of a deck and those below it, each with its deck.

    Raises InputError for a note that has cards of other decks too.
    """
    found = {}
    for path, decks in sorted(store.files_of(name).items()):
        if len(decks) > 1:
            others = ", ".join(sorted(one for one in decks if one != name))
            raise InputError(f"{path} has cards of other decks too ({others}): change that note")
        found[path] = decks.pop()
    return found


def _renamed(path: Path, deck: str) -> tuple["Note", str | None]:
    """Return a note that is in another deck, and its text before where that was written into it."""
    from cards.formats import read
    from cards.formats.addition import write_note
    from cards.formats.front_matter import with_deck

    before = _text(path)
    if before is not None and _is_writable(path):
        ids = [card.id for card in read(path).cards]
        write_note(path, with_deck(before, deck))
        note = read(path)
        if [card.id for card in note.cards] == ids and {card.deck for card in note.cards} == {deck}:
            return note, before
        write_note(path, before)  # this format has its own way of naming decks
    return read(path, deck), None


def _restore(
    store: "Store",
    decks: dict[str, str],
    before: dict[str, str | None],
    after: dict[str, str | None],
) -> None:
    """Put notes back as they were, unless they have been changed since, and import them."""
    from cards.formats import read
    from cards.formats.addition import write_note

    notes = []
    for path, old in decks.items():
        text = before[path]
        if text is not None and _text(Path(path)) == after[path]:
            write_note(Path(path), text)
            notes.append(read(Path(path)))
        elif Path(path).is_file():
            notes.append(read(Path(path), old))
    store.import_notes([note for note in notes if note.whole])


def _carry(store: "Store", name: str, new: str) -> None:
    """Take the options of a deck, and of those below it, along to another name."""
    decks = {row.deck for row in store.overview()} | {name}
    for deck in decks:
        if deck == name or is_below(deck, name):
            for option, value in store.own_options(deck).items():
                store.set_option(f"{new}{deck.removeprefix(name)}", option, value)
                store.set_option(deck, option, None)


def _text(path: Path) -> str | None:
    """Return a note's text as it is in the file, None where it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _is_writable(path: Path) -> bool:
    """Whether a note is a person's own, and of a kind that can say its deck.

    A note that nobody may write is not written by root either, who may write all.
    """
    from cards.notes import bundled_notes

    own = path not in bundled_notes() and path.suffix.lower() in _FRONT_MATTER
    return own and os.access(path, os.W_OK) and bool(path.stat().st_mode & 0o222)
