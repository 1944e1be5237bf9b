"""What a reader is given: the text of one note, where it lies, and what was asked for."""

import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

from cards.formats.source import bytes_of, deck_of, text_of
from cards.note import Note
from cards.text.clean import clean_data

OBSIDIAN_SR = ".obsidian/plugins/obsidian-spaced-repetition/data.json"
FLASHCARDS_OBSIDIAN = ".obsidian/plugins/flashcards-obsidian/data.json"
OBSIDIAN_TO_ANKI = ".obsidian/plugins/obsidian-to-anki-plugin/data.json"
LOGSEQ = "logseq/config.edn"
HASHCARDS = "hashcards.db"
KI = ".ki/config"
_UNTRACKED, _REPOSITORY = ".gitignore", ".git/HEAD"
"""Where a repository says what is left out of it, and what each repository has."""
MARKS = (OBSIDIAN_SR, FLASHCARDS_OBSIDIAN, LOGSEQ, HASHCARDS, KI)
"""Files by which a folder is known as another program's, and some of its settings."""

_LARGEST_SETTINGS = 4 * 2**20
_LONGEST_LIST = 1 << 16
_DEEPEST = 40


@dataclass(frozen=True)
class Page:
    """A note as text; `deck` overrides the one that it names."""

    path: str
    text: str
    deck: str | None = None
    columns: str | None = None
    """What the columns of a table hold, as `tables.named` reads it."""
    lines: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls, path: str, text: str, deck: str | None = None, columns: str | None = None
    ) -> "Page":
        """Return the page of a text."""
        return cls(path, text, deck, columns, text.split("\n"))

    @cached_property
    def tabbed(self) -> str:
        """The text with its tabs, which are spaces in `text`."""
        text = text_of(Path(self.path), tabs=True)
        return text if isinstance(text, str) else self.text

    @cached_property
    def name(self) -> str:
        """The file's name as that of a deck."""
        return deck_of(self.path)

    def root(self, mark: str) -> Path | None:
        """Return the nearest folder above the note that has a file of the path `mark`."""
        return root_of(str(Path(self.path).absolute().parent), mark)

    def inside(self, root: Path) -> str:
        """Return the path below a folder, with slashes."""
        return Path(self.path).absolute().relative_to(root).as_posix()


class Reader(Protocol):
    """A module that reads one format of notes."""

    def recognises(self, page: Page) -> bool:
        """Whether a page is written in this format, as far as its content tells."""
        ...

    def read(self, page: Page) -> Note:
        """Return the cards of a page, and what is wrong in it."""
        ...


@lru_cache(maxsize=4096)
def root_of(folder: str, mark: str) -> Path | None:
    """Return the nearest of a folder and those above it that has a file of the path `mark`."""
    place = Path(folder)
    for above in (place, *place.parents[:_DEEPEST]):
        try:
            if (above / mark).is_file():
                return above
        except OSError:
            return None
    return None


@lru_cache(maxsize=4096)
def hashcards_root(folder: str) -> Path | None:
    """Return the nearest folder of hashcards' reviews, or of a repository that leaves them out."""
    if found := root_of(folder, HASHCARDS):
        return found
    place = Path(folder)
    for above in (place, *place.parents[:_DEEPEST]):
        if _leaves_out(above / _UNTRACKED, HASHCARDS):
            return above
        if root_of(str(above), _REPOSITORY) == above:
            return None
    return None


def _leaves_out(path: Path, name: str) -> bool:
    """Whether a list of what is left out of a repository has a name, in whatever folder."""
    try:
        listed = bytes_of(path, _LONGEST_LIST).split()
    except OSError:
        return False
    return any(one.rpartition(b"/")[2] == name.encode() for one in listed)


def stamps(path: Path) -> list[str]:
    """Return which of the marks stand above a note, and when they were written."""
    found = []
    for mark in (*MARKS, OBSIDIAN_TO_ANKI):
        if root := root_of(str(path.absolute().parent), mark):
            changed = (root / mark).stat().st_mtime_ns if mark.endswith(".json") else 0
            found.append(f"{root / mark} {changed}")
    if root := hashcards_root(str(path.absolute().parent)):
        found.append(f"hashcards {root}")
    found += [f"{file} {file.stat().st_mtime_ns}" for file in note_types_beside(path)]
    return found


def note_types_beside(path: Path) -> list[Path]:
    """Return the files that describe AnkiOps' types of notes in the folder of a note."""
    found = (path.absolute().parent / "note_types").glob("*/note_type.yaml")
    return sorted(file for file in found if file.is_file())


def settings_of(path: Path) -> dict[str, Any]:
    """Return a JSON object from a file of settings, empty when there is none to be read."""
    try:
        data = clean_data(json.loads(bytes_of(path, _LARGEST_SETTINGS)))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
