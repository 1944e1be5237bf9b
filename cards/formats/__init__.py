"""Notes in their formats: native Markdown and plain outlines."""

from pathlib import Path

from cards.clean import clean_line
from cards.formats import native, outline, outline_cards
from cards.formats.source import text_of
from cards.note import Note, Problem

__all__ = ["read"]


def read(path: Path, deck: str | None = None) -> Note:
    """Return the cards of a note, native Markdown or plain outline, and what is wrong in it.

    Never raises on bad input: a file that cannot be read is a note without cards and with an
    error. ``deck`` overrides the deck that the note names.
    """
    text = text_of(path)
    if isinstance(text, Problem):
        return Note(str(path), (), (text,))
    lines = text.split("\n")
    deck = clean_line(deck) if deck else None
    if not native.is_native(lines) and outline.is_outline(lines):
        return outline_cards.read(str(path), text, deck)
    return native.read(str(path), text, deck)
