"""Paths as a person writes them."""

import os
from pathlib import Path

from sims.errors import InputError


def expanded(path: str) -> Path:
    """Return a path with what `~` stands for in it. Raises InputError when that is not known."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        home = path.partition("/")[0].removeprefix("~") or "~"
        raise InputError(f"{path}: {home} has no home folder here; write the path out") from error


def resolved(path: str) -> Path:
    """Return where a path leads, links followed; one that leads round in a circle stays."""
    return Path(os.path.realpath(expanded(path)))


def require_folder(path: str) -> None:
    """Raise InputError unless the folder of a file is there: a mistyped path makes none."""
    folder = expanded(path).parent
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}; make it first, or mend the path")


def _umask() -> int:
    before = os.umask(0o077)
    os.umask(before)
    return before


UMASK = _umask()
"""The rights that the person's own shell takes away from new files: an editor keeps to it."""
