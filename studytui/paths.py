"""Paths as a person writes them."""

import os
from pathlib import Path


def expanded(path: str) -> Path:
    """Return a path with what ``~`` stands for in it. Raises ValueError when that is not known."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        home = path.partition("/")[0].removeprefix("~") or "~"
        raise ValueError(f"{path}: {home} has no home folder here; write the path out") from error


def resolved(path: str) -> Path:
    """Return where a path leads, links followed; one that leads round in a circle stays."""
    return Path(os.path.realpath(expanded(path)))


def require_folder(path: str) -> None:
    """Raise ValueError unless the folder of a file is there: a mistyped path makes none."""
    folder = expanded(path).parent
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}; make it first, or mend the path")
