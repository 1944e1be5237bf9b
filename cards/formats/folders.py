"""Which files of a folder are notes: not its README, licence or change log, and no translations."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

SUFFIXES = (".md", ".markdown", ".mdx", ".qmd", ".txt", ".org", ".ipynb")
"""How the names of notes in a folder end."""

MOCHI = ".mochi"
PACKAGES = (".apkg", ".colpkg", MOCHI)
"""How the names of packages of Anki, and of Mochi's archives, end."""

ABOUT = "it is about the folder, not a note"
"""Why a README and the like is left out, unless it has cards written with Q: or C:."""

_STARTS = ("Q:", "C:", "cards-deck:", "card_id:", "guid:")
_OF_OTHERS = ("#flashcard", "<!--SR:", "<!-- note_key:")
"""How a line begins, or what it has, that makes a card of ours or another program's."""
EXCLUDED = ".studytuiignore"
"""A file of names and patterns, one a line, that are left out of the folder it stands in."""
TAKEN_WHOLE = ".studytuiall"
"""A file of names and patterns, one a line, of the notes that nothing is left out of."""

LARGEST_LIST = 1 << 20
"""Bytes of a file of patterns; a larger one is as none."""

_ABOUT = re.compile(
    r"(?:readme|licen[cs]e|copying|notice|changelog|changes|history|contributing|contributors|"
    r"code[_-]of[_-]conduct|security|authors|credits|support|governance|maintainers|codeowners|"
    r"citation|pull_request_template|issue_template|agents|claude|gemini|skill(?:-.*)?|.*instructions|copilot.*|"
    r"requirements.*|constraints.*|robots|cmakelists|package-lock|"
    r"to-?do(?:[_ -]?list)?(?:[_ -].*)?|meeting[_ -]minutes|_sidebar|_navbar|_coverpage)$",
    re.IGNORECASE,
)
_ABOUT_CAPITALS = frozenset(
    {"SUMMARY", "DESIGN", "ARCHITECTURE", "INSTALL", "USAGE", "ROADMAP", "PLAN", "CONTEXT"}
)
_CODES = "ar|bn|cn|cs|de|es|fa|fr|he|hi|hu|id|it|ja|jp|ko|kr|nl|pl|pt|ro|ru|sv|th|tr|tw|uk|vi|zh"
_TRANSLATED = re.compile(rf"(.+?)[._-](?:{_CODES})(?:[-_][A-Za-z]{{2,4}})?$", re.IGNORECASE)
_FOLDERS = re.compile(
    rf"(?:\..*|__.*__|node_modules|vendor|venv|env|site-packages|dist|build|_build|_site|_sources|translations?|i18n|l10n|"
    rf"locales?|(?:{_CODES})-[A-Za-z]{{2,4}})$",
    re.IGNORECASE,
)


def notes_in(folder: Path) -> Iterator[Path]:
    """Yield the notes under a folder, by name; hidden files and folders are left out."""
    for path, reason in looked_at(folder):
        if not reason:
            yield path


def looked_at(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file under a folder that could be a note, and why it is none, empty for a note.

    In a vault, graph or deck of another program all are notes.
    """
    from cards.formats.page import LOGSEQ, MARKS, root_of  # a start of the app needs no formats

    for place, folders, names in os.walk(folder):
        here = sorted(n for n in names if n.lower().endswith(SUFFIXES) and not n.startswith("."))
        patterns = _patterns(Path(place), names)
        if any(root_of(str(Path(place).absolute()), mark) for mark in MARKS):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            if Path(place, LOGSEQ).exists():
                folders.remove("logseq")  # its settings and backups
            for name in here:
                yield Path(place, name), _named(name, patterns)
            continue
        folders[:] = sorted(name for name in folders if not _FOLDERS.match(name))
        if any(name.startswith("quartz.config.") for name in names):
            folders[:] = [name for name in folders if name not in ("docs", "quartz")]  # its manual
        stems = {Path(name).stem.lower() for name in here}
        only = len(here) == 1 and Path(place) != folder
        for name in here:
            path, reason = Path(place, name), _reason(name, stems, only, patterns)
            yield path, "" if reason == ABOUT and _has_cards(path) else reason


def is_taken_whole(path: Path) -> bool:
    """Whether a note's folder says that every card proposed from it is made."""
    patterns = _patterns(path.parent, [TAKEN_WHOLE], TAKEN_WHOLE)
    return any(Path(path.name).match(pattern) for pattern in patterns)


def _reason(name: str, stems: set[str], only: bool, patterns: tuple[str, ...]) -> str:
    """Return why a file is no note, in a few words; a README alone in its folder may be one."""
    stem = Path(name).stem
    if named := _named(name, patterns):
        return named
    about = _ABOUT.match(stem) or stem in _ABOUT_CAPITALS
    if about and not (only and stem.lower() == "readme"):
        return ABOUT
    if stem.endswith(".excalidraw"):
        return "it is a drawing"
    translated = _TRANSLATED.match(stem)
    if translated and translated[1].lower() in stems | {"readme"}:
        return "it is a translation"
    return ""


def _named(name: str, patterns: tuple[str, ...]) -> str:
    """Return why a file that a folder excludes for good is no note; empty for another."""
    excluded = any(Path(name).match(pattern) for pattern in patterns)
    return f"{EXCLUDED} names it" if excluded else ""


def _has_cards(path: Path) -> bool:
    """Whether a file has a line that starts a card, or what another program's cards have."""
    from cards.formats.source import LARGEST, bytes_of

    try:
        text = bytes_of(path, LARGEST).decode(errors="replace")
    except OSError:
        return False
    return any(
        line.startswith(_STARTS) or any(mark in line for mark in _OF_OTHERS)
        for line in text.splitlines()
    )


def _patterns(place: Path, names: list[str], listed: str = EXCLUDED) -> tuple[str, ...]:
    """Return the patterns of what a folder excludes for good, or lists in another such file."""
    if listed not in names:
        return ()
    from cards.formats.source import bytes_of

    try:
        text = bytes_of(place / listed, LARGEST_LIST).decode(errors="replace")
    except OSError:
        return ()
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))
