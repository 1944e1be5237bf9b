"""Adding a card: appended to a note of the person's, and imported with it."""

from pathlib import Path
from typing import TYPE_CHECKING

from studytui import config
from studytui.paths import resolved
from studytui.words import counted

if TYPE_CHECKING:
    from cards.card import Card
    from cards.formats.addition import Addition
    from db.store import Store


def usual_note() -> Path:
    """Return the note that cards go to where none is named: `cards.md` with one's data."""
    return config.home() / "cards.md"


def add(
    store: "Store", note: Path | None, addition: "Addition", deck: str | None = None
) -> tuple[Path, tuple["Card", ...], str]:
    """Append a card to a note, import the note, and return its path, the cards, and a sentence.

    Raises AdditionError where the card or the note cannot be read; then nothing is written.
    """
    from cards.formats import read
    from cards.formats.addition import appended
    from studytui.sessions.auditing import with_badges

    path = resolved(str(note)) if note else usual_note()
    cards = appended(path, addition, deck)
    report = store.import_notes(with_badges([read(path)])).files[0]
    return path, cards, f"added {counted(report.new, 'card')} to {path.name}"
