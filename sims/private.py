"""Files and folders that only their owner can read, wherever they are made."""

import os
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
"""The rights of what is made."""


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are not there; one that is there stays as it is."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=FOLDER, exist_ok=True)


def open_file(path: Path, flags: int) -> int:
    """Return a descriptor of a file, made if ``flags`` say so; a link in its place is refused."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, FILE)


def create(path: Path) -> None:
    """Make an empty file. Raises FileExistsError where there is anything."""
    os.close(open_file(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))


def append_to(path: Path) -> int:
    """Return a descriptor that adds to a file; its folder is made if it is missing."""
    make_folder(path.parent)
    return open_file(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
