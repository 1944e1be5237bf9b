"""The text of a note on disk, or why it cannot be read, and the deck of its name."""

import errno
import os
import stat
from pathlib import Path, PurePath

from cards.note import Problem
from cards.text.clean import clean, clean_line

LARGEST = 50 * 2**20
"""Bytes in one note."""

_MEBIBYTE = 2**20


def deck_of(path: str) -> str:
    """Return the name of the deck of a note that names none: the file's."""
    return clean_line(PurePath(path).stem) or "notes"


def text_of(path: Path, tabs: bool = False) -> str | Problem:
    """Return the cleaned text of a note; line numbers in it are those of the file.

    Tabs stay for a table whose columns they part.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            return _unreadable(path, "this is a folder; name the notes in it, or import the folder")
        if not stat.S_ISREG(status.st_mode):
            return _unreadable(path, "this is not an ordinary file; give the path of a note")
        if status.st_size > LARGEST:
            size = f"{status.st_size / _MEBIBYTE:.0f} MiB"
            return _unreadable(
                path,
                f"this file is too large ({size}; at most {LARGEST // _MEBIBYTE} MiB); "
                "split it into several notes",
            )
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return _unreadable(path, "there is no such file; check the path")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return _unreadable(path, f"this file cannot be opened ({reason}); check its permissions")
    return _decoded(path, data, tabs)


def bytes_of(path: Path, most: int) -> bytes:
    """Return what a file beside notes holds, at most so many bytes.

    Raises OSError for anything but an ordinary file, which a read may never come back from, and for
    a larger one.
    """
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe must not wait
    with os.fdopen(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "this is not an ordinary file", str(path))
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, "this file is too large", str(path))
    return data


def _decoded(path: Path, data: bytes, tabs: bool) -> str | Problem:
    """Return the bytes as cleaned text, or what they are instead."""
    if len(data) > LARGEST:
        return _unreadable(path, "this file grew too large while it was read; split it")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return clean(data.decode("utf-16"), tabs)
        except UnicodeDecodeError:
            return _unreadable(path, "this file is damaged UTF-16 text; save it as UTF-8")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return _unreadable(path, "this file is not text; give a Markdown or plain text note", line)
    try:
        return clean(data.decode("utf-8"), tabs)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        return _unreadable(
            path, f"this line is not UTF-8 text (byte 0x{byte:02x}); save the file as UTF-8", line
        )


def _unreadable(path: Path, message: str, line: int = 1) -> Problem:
    """Return the problem of a file that cannot be read at all."""
    return Problem(str(path), line, "error", message)
