"""Which notes the paths on a command line mean: `import` and `check` read the same ones."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sims.errors import InputError
from studytui.paths import expanded, resolved

if TYPE_CHECKING:
    from cards.note import Problem


class Found(NamedTuple):
    """What there is at some paths."""

    files: dict[Path, Path]
    """The notes, each once, and how the path to it was written."""
    named: set[Path]
    """Those that were named outright."""
    folders: list[Path]
    """The folders that were named, each with some note in it."""
    missing: list["Problem"]
    """What is wrong with paths that lead to no note."""


def find(paths: Sequence[str]) -> Found:
    """Return what there is at `paths`. Raises InputError for one that is empty."""
    from cards.formats import SUFFIXES, notes_in
    from cards.note import Problem
    from cards.text.clean import clean_path

    found = Found({}, set(), [], [])
    for text in paths:
        if not text or "\0" in text:
            raise InputError("an empty path names no note")
        written, path = expanded(text), resolved(text)
        if path.is_dir():
            notes = list(notes_in(path))
            for note in notes:
                found.files.setdefault(note, written / note.relative_to(path))
            if notes:
                found.folders.append(path)
            else:
                ends = ", ".join(SUFFIXES)
                message = (
                    f"this folder has no notes; put files ending in one of {ends} in it, "
                    "and name a table, JSON or package by itself"
                )
                found.missing.append(Problem(clean_path(text), 1, "error", message))
        elif os.path.lexists(path):
            found.files.setdefault(path, written)
            found.named.add(path)
        else:
            message = "there is no such file; check the path"
            found.missing.append(Problem(clean_path(text), 1, "error", message))
    return found
