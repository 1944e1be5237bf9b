"""Notes in their formats: native Markdown and plain outlines."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from pathlib import Path

from cards.card import Card
from cards.note import FAILURES, Note, Problem
from cards.text.clean import clean_line, clean_path

__all__ = ["SUFFIXES", "distinct", "fingerprint", "notes_in", "read"]

SUFFIXES = (".md", ".txt")
"""How the names of notes in a folder end."""


def notes_in(folder: Path) -> Iterator[Path]:
    """Yield the notes under a folder, by name; hidden files and folders are left out."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(place, name)


def read(path: Path, deck: str | None = None) -> Note:
    """Return the cards of a note, native Markdown or plain outline, and what is wrong in it.

    Never raises on bad input: a file that cannot be read is a note without cards and with an
    error. ``deck`` overrides the deck that the note names.
    """
    # Imported here, so that a screen that only needs the maths rules does not pay for the formats.
    from cards.formats import native, outline
    from cards.formats.source import text_of

    named = _name_of(path)
    if named != str(path):
        says = "the path of this file has control characters, or is not UTF-8 text; rename it"
        return Note(named, (), (Problem(named, 1, "error", says),))
    text = text_of(path)
    if isinstance(text, Problem):
        return Note(str(path), (), (text,))
    lines = text.split("\n")
    deck = clean_line(deck) if deck else None
    reader = (
        native.read if native.is_native(lines) or not outline.is_outline(lines) else outline.read
    )
    try:
        note = reader(str(path), text, deck)
    except FAILURES as error:
        note = Note(str(path), (), (Problem.unread(str(path), 1, error),))
    if note.cards or note.problems:
        return note
    nothing = Problem(
        str(path), 1, "note", "there are no cards here; start a line with Q:, the next with A:"
    )
    return replace(note, problems=(nothing,))


def fingerprint(path: Path, deck: str | None = None) -> str | None:
    """Return what the cards of a note depend on, in short; None when it cannot be read.

    That is its bytes, the ``deck`` that overrides its own, and the code that reads it.
    """
    from cards.formats.source import LARGEST

    try:
        if _name_of(path) != str(path) or not path.is_file() or path.stat().st_size > LARGEST:
            return None
        said = blake2b(path.read_bytes(), digest_size=16)
    except OSError:
        return None
    said.update(f"\0{deck or ''}\0{_reader()}".encode(errors="replace"))
    return said.hexdigest()


def _name_of(path: Path) -> str:
    """Return a path as it can be shown: what is no text in it is replaced."""
    return clean_path(str(path).encode(errors="replace").decode())


@cache
def _reader() -> str:
    """Return a digest of the sources that turn text into cards."""
    here = Path(__file__).parent
    sources = sorted([*here.rglob("*.py"), *here.parent.glob("*.py")])
    return blake2b(b"".join(source.read_bytes() for source in sources)).hexdigest()


def distinct(notes: Iterable[Note]) -> list[Note]:
    """Return the notes without cards that an earlier note has; what is left out is a warning."""
    first: dict[str, Card] = {}
    kept: list[Note] = []
    for note in notes:
        twice = [card for card in note.cards if card.id in first]
        if twice:
            warnings = tuple(
                Problem(
                    note.path,
                    card.line,
                    "warning",
                    f"this card is the same as {first[card.id].file}:{first[card.id].line}; "
                    "change or delete one",
                )
                for card in twice
            )
            cards = tuple(card for card in note.cards if card.id not in first)
            note = replace(note, cards=cards, problems=note.problems + warnings)
        first.update((card.id, card) for card in note.cards)
        kept.append(note)
    return kept
