"""Paths that a person gives for a file to be written."""

from pathlib import Path


def require_folder(path: Path) -> None:
    """Raise ValueError unless the folder of a file is there: a mistyped path makes none."""
    if not path.expanduser().parent.is_dir():
        raise ValueError(f"there is no folder {path.parent}; make it first, or mend the path")
