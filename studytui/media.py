"""Images and sound of a card: a terminal shows neither, so another program opens them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from cards.card import Card

_NAMED = re.compile(
    r"!\[[^\]\n]*\]\(\s*<?([^)>\n]+?)>?(?:\s+\"[^\"\n]*\")?\s*\)"  # Markdown
    r"|\[sound:([^\]\n]+)\]"  # Anki
    r"|!\[\[([^\]|\n]+)(?:\|[^\]\n]*)?\]\]"  # Obsidian
)
KINDS = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".pdf"} | {
    ".mp3", ".ogg", ".opus", ".wav", ".m4a", ".flac", ".mp4", ".webm", ".mov"
}  # fmt: skip
"""Endings of files that are opened: nothing that would be run."""
MEDIA = "media"
_DEEPEST = 12
"""Decks in one another, each a folder (`cards/formats/native_text.py`)."""


PATIENCE = 1.0
"""Seconds in which an opener that cannot open a file says so; a good one may take longer."""


def media_of(card: "Card", *, answered: bool = True) -> list[Path]:
    """Return the files that a card shows or plays, in order; those beside its note or below it.

    Those of the answer would give it away before it is `answered`.
    """
    named = list(_NAMED.finditer(f"{card.prompt}\n{card.answer}" if answered else card.prompt))
    if not named:
        return []
    folder = Path(card.file).resolve().parent
    found: list[Path] = []
    for match in named:
        path = _file(folder, unquote(next(filter(None, match.groups())).strip()))
        if path is not None and path not in found:
            found.append(path)
    return found


def _file(folder: Path, name: str) -> Path | None:
    """Return the file of a name beside a note or below it, None where it is not to be opened.

    An import of a package lays all media into one folder, above the notes of nested decks.
    """
    if "://" in name:
        return None
    above = folder.parents[:_DEEPEST] if name.startswith(f"{MEDIA}/") else ()
    for base in (folder, *above):
        try:
            path = (base / name).resolve()
            inside = folder if base == folder else base / MEDIA
            known = path.suffix.lower() in KINDS and path.is_relative_to(inside)
            if known and path.is_file():
                return path
        except (OSError, ValueError, RuntimeError):
            return None  # no file has such a name, or links lead round in a circle
    return None


def opened(path: Path) -> str:
    """Open a file with the program that the system has for it; return a sentence on it. Blocks."""
    program = "open" if sys.platform == "darwin" else "xdg-open"
    if shutil.which(program) is None:
        return f"There is no {program} here to open {path.name} with; it is {path}."
    try:
        started = subprocess.Popen(  # noqa: S603 - the system's own opener, and a file of known kind
            [program, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if failed := started.wait(PATIENCE):
            return f"{program} cannot open {path.name} (it ended with {failed}); it is {path}."
    except OSError as error:
        return f"{path.name} could not be opened: {error.strerror}."
    except subprocess.TimeoutExpired:
        pass  # it is at work
    return f"Opened {path.name}."
