"""Files and folders that only their owner can read, wherever they are made."""

import os
import stat
from contextlib import suppress
from itertools import count
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
"""The rights of what is made."""


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are not there; one that is there stays as it is."""
    if path.is_dir():
        return
    try:
        path.mkdir(mode=FOLDER, exist_ok=True)
    except FileNotFoundError:
        make_folder(path.parent)
        path.mkdir(mode=FOLDER, exist_ok=True)


def open_file(path: Path, flags: int) -> int:
    """Return a descriptor of a file, made if `flags` say so; a link in its place is refused."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, FILE)


def create(path: Path) -> None:
    """Make an empty file. Raises FileExistsError where there is anything."""
    os.close(open_file(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))


def append_to(path: Path) -> int:
    """Return a descriptor that adds to a file; its folder is made if it is missing."""
    make_folder(path.parent)
    return open_file(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def write_new(folder: Path, name: str, ending: str, text: str) -> Path:
    """Write a text to a file that is new in a folder, numbered where the name is taken."""
    make_folder(folder)
    for number in count(1):
        path = folder / f"{name}{'' if number == 1 else f'-{number}'}{ending}"
        with suppress(FileExistsError):
            file = open_file(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            with os.fdopen(file, "w", encoding="utf-8") as writer:
                writer.write(text)
            return path
    raise AssertionError  # a count has no end


def write_whole(path: Path, text: str) -> None:
    """Write a text to a file, whole or not at all; its folder is made. Raises OSError."""
    make_folder(path.parent)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        file = open_file(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        with os.fdopen(file, "w", encoding="utf-8") as writer:
            writer.write(text)
        part.replace(path)
    except BaseException:
        with suppress(OSError):  # nothing there, or as unwritable as before
            part.unlink()
        raise


def work_prefix() -> str:
    """Return how the names of this process's work folders begin, for `tempfile`."""
    return f"studytui-{os.getpid()}-"


def clear_work_folders() -> None:
    """Delete the work folders of one's own that programs have left which were killed."""
    import shutil
    import tempfile

    for folder in Path(tempfile.gettempdir()).glob("studytui-*-*"):
        number = folder.name.split("-")[1]
        with suppress(OSError):
            status = folder.lstat()
            mine = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
            if mine and number.isdecimal() and not _runs(int(number)):
                shutil.rmtree(folder)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


WITHIN = ("backups", "logs", "cache")
"""The folders of ours in a folder of data; what else lies there may be a person's."""


def close_to_others(folder: Path) -> int:
    """Take from others the rights to a folder of data; return how many things they had.

    A folder that is not one's own, or a public one such as /tmp, stays as it is, and so do links.
    """
    if not _is_ours(folder):
        return 0
    places = [folder, *(path for path in folder.iterdir() if path.is_file())]
    for name in WITHIN:
        places += [folder / name, *(folder / name).rglob("*")]
    return sum(_close(place) for place in places)


def _close(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode) or not mode & 0o077:
            return False
        path.chmod(stat.S_IMODE(mode) & FOLDER)
    except OSError:
        return False
    return True


def _is_ours(folder: Path) -> bool:
    try:
        status = folder.lstat()
        home = folder.samefile(Path.home())
    except (OSError, RuntimeError):
        return False
    mine = status.st_uid == os.getuid() and stat.S_ISDIR(status.st_mode)
    return mine and not home and not status.st_mode & stat.S_ISVTX
