"""What a person does to cards other than answering them, each until it is taken back."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sims.errors import InputError
from studytui.one_line import prompt_on_one_line
from studytui.services import Services

if TYPE_CHECKING:
    from cards.card import Card
    from db.records import StoredCard

OPPOSITE = {"suspend": "unsuspend", "unsuspend": "suspend", "bury": "unbury", "unbury": "bury"}
"""What leaves a card out or takes it in, by its name in the store → what takes that back."""
LONGEST_TITLE = 60
"""Cells of a question in a sentence."""


def _put_back(path: Path, before: str | None) -> None:
    """Give a note its earlier text, or delete it where there was none."""
    from cards.formats.addition import write_note

    if before is None:
        path.unlink()
    else:
        write_note(path, before)


def _own_note(card: "Card") -> Path:
    """Return the note of a card. Raises InputError for one that came with StudyTUI."""
    from cards.notes import bundled_notes

    path = Path(card.file)
    if path in bundled_notes():
        raise InputError("this card came with StudyTUI: suspend it instead (!)")
    if not path.is_file():
        raise InputError(f"{path} is not there any more; import the notes from where they are now")
    return path


class Changes:
    """Suspends, tags, moves, resets, deletes and the like; the newest change can be taken back."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.done: list[Callable[[], str]] = []
        """What takes back each thing that was done here and stands, in order."""

    def leave_out(self, id: str, change: str) -> None:
        """Leave a card out or take it in again, by one of `OPPOSITE`."""
        store, opposite = self.services.store(), OPPOSITE[change]
        getattr(store, change)(id)

        def take_back() -> str:
            getattr(store, opposite)(id)
            again = "Asked again" if opposite.startswith("un") else "Left out again"
            return f"{again}: {self.title(id)}"

        self.done.append(take_back)

    def tag(self, stored: "StoredCard", tags: list[str]) -> None:
        """Give a card these tags of one's own, and take away those that are left out.

        Tags of the note stay. Raises ValueError for a tag that is not one word.
        """
        store, id = self.services.store(), stored.card.id
        own = set(stored.tags) - set(stored.card.tags)
        add = [tag for tag in tags if tag not in stored.tags]
        remove = sorted(own - set(tags))
        store.tag(id, add, remove)

        def take_back() -> str:
            store.tag(id, remove, add)
            return f"Tags as before: {self.title(id)}"

        self.done.append(take_back)

    def set_due(self, stored: "StoredCard", days: int) -> None:
        """Ask a card so many days from today. Raises ValueError for too many."""
        store, id = self.services.store(), stored.card.id
        event = store.set_due(id, days)

        def take_back() -> str:
            return f"Due as before: {self.title(id)}" if store.take_back(id, event) else ""

        self.done.append(take_back)

    def reset(self, stored: "StoredCard") -> None:
        """Make a card new again; its reviews stay in the log."""
        store, id = self.services.store(), stored.card.id
        event = store.reset(id)

        def take_back() -> str:
            return f"Known as before: {self.title(id)}" if store.take_back(id, event) else ""

        self.done.append(take_back)

    def delete(self, stored: "StoredCard") -> int:
        """Take a card's lines out of its note, and return how many cards stood in them.

        Raises AdditionError where that is not possible without changing something else.
        """
        from cards.formats.removal import cut

        path = _own_note(stored.card)
        taken = cut(path, stored.card)
        self._write({path: (taken.before, taken.after)}, stored.card, "Back in its note")
        return len(taken.ids)

    def move(self, stored: "StoredCard", to: str) -> Path:
        """Take a card's lines over to the end of another note, its progress with it."""
        from cards.formats.removal import cut, pasted
        from cards.notes import bundled_notes
        from cards.text.clean import clean_path
        from studytui.paths import resolved

        path, target = _own_note(stored.card), resolved(to)
        if clean_path(str(target)) != str(target) or target in bundled_notes():
            raise InputError(f"name a note of your own, not {clean_path(to)}")
        if target.suffix.lower() not in (".md", ".markdown", ".txt"):
            raise InputError(f"name a note, a file ending in .md, not {to}")
        if target == path:
            raise InputError(f"the card is in {target} already")
        taken = cut(path, stored.card)
        before, after = pasted(target, taken, stored.card.deck)
        texts = {target: (before, after), path: (taken.before, taken.after)}
        self._write(texts, stored.card, "Back in its note")
        return target

    def _write(self, texts: "dict[Path, tuple[str | None, str]]", card: "Card", says: str) -> None:
        """Write notes and import them; put them back as they were when that is taken back."""
        from cards.formats.addition import write_note

        decks = {path: self._deck(path) for path in texts}
        done: list[Path] = []
        try:
            for path, (_, after) in texts.items():
                write_note(path, after)
                done.append(path)
        except OSError as error:
            for path in done:
                _put_back(path, texts[path][0])
            raise InputError(f"{path} cannot be written: {error.strerror}") from None
        self._read(decks)
        written = {path: after for path, (_, after) in texts.items()}

        def take_back() -> str:
            for path, text in written.items():
                if not path.exists() or path.read_bytes() != text.encode():
                    return f"{path} has been changed since: take it back there by hand."
            for path, (before, _) in texts.items():
                _put_back(path, before)
            self._read(decks)
            return f"{says}: {self.title(card.id)}"

        self.done.append(take_back)

    def _deck(self, path: Path) -> str | None:
        """Return the deck that an import gave a note, None where the note says it."""
        from studytui.editing import given_deck

        decks = self.services.store().decks_in(str(path))
        return given_deck(str(path), decks.pop()) if len(decks) == 1 else None

    def _read(self, decks: "dict[Path, str | None]") -> None:
        """Import notes again; one that is not there any more has no cards."""
        from cards.formats import read
        from cards.note import Note
        from studytui.sessions.auditing import with_badges

        notes = [
            read(path, deck) if path.exists() else Note(str(path)) for path, deck in decks.items()
        ]
        self.services.store().import_notes(with_badges(notes, ask=False))

    def undo(self) -> str:
        """Take back what was done last here, and return that in words; empty if nothing was."""
        while self.done:
            says = self.done[-1]()
            self.done.pop()
            if says:  # else another program has taken it back
                return says
        return ""

    def title(self, card_id: str) -> str:
        """Return a card's question on a line."""
        from studytui.plots.canvas import fitted

        try:
            card = self.services.store().card(card_id).card
        except LookupError:
            return "a card that is not there any more"
        return fitted(prompt_on_one_line(card), LONGEST_TITLE)
