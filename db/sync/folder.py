"""The folder that one's devices share: their copies are read, and one's own is left there.

Anyone may have put anything there. Only ordinary files of a bounded size are read, no link is
followed, and all that is written is a new file, which then takes over the name of one's own copy.
"""

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from db.storage.database import StoreError
from db.storage.opening import SQLITE_BEGINS
from db.sync.validate import OtherStoreError
from sims import private

LARGEST = 4 << 30
"""Bytes of the largest copy that is read."""

MOST = 200
"""Copies that are read at most, the first by their names."""

_CHUNK = 1 << 20


class SharedFolder:
    """A folder of copies, held open: nothing outside it is read or written."""

    def __init__(self, path: Path, opened: int) -> None:
        self.path, self._opened = path, opened

    def names(self) -> list[str]:
        """Return the names of the files that may be copies."""
        return sorted(name for name in self._all() if name.endswith(".db"))[:MOST]

    def _all(self) -> list[str]:
        with os.scandir(self._opened) as found:
            return [entry.name for entry in found]

    def has(self, name: str) -> bool:
        """Whether anything has this name."""
        try:
            os.stat(name, dir_fd=self._opened, follow_symlinks=False)
        except OSError:
            return False
        return True

    def read(self, name: str, target: Path) -> None:
        """Copy a file out of the folder; raises OtherStoreError for what can be no copy."""
        place = self.path / name
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe must not wait
        try:
            with os.fdopen(os.open(name, flags, dir_fd=self._opened), "rb") as source:
                self._check(place, os.fstat(source.fileno()), target)
                with os.fdopen(private.open_file(target, os.O_WRONLY | os.O_CREAT), "wb") as sink:
                    left = LARGEST
                    while chunk := source.read(min(_CHUNK, left)):
                        if left == LARGEST and not chunk.startswith(SQLITE_BEGINS):
                            raise OtherStoreError(f"{place} is not a store; it was left as it is.")
                        sink.write(chunk)
                        left -= len(chunk)
        except OSError as error:
            says = "it is a link" if error.errno == errno.ELOOP else error.strerror
            raise OtherStoreError(f"{place} cannot be copied: {says}.") from error

    @staticmethod
    def _check(place: Path, status: os.stat_result, target: Path) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise OtherStoreError(f"{place} is no ordinary file, so it was not read.")
        if status.st_size > LARGEST:
            raise OtherStoreError(f"{place} is larger than {LARGEST >> 30} GiB; it was not read.")
        if status.st_size > shutil.disk_usage(target.parent).free // 2:
            raise OtherStoreError(f"{place} is larger than there is room for; it was not read.")

    def leave(self, copy: Path, name: str) -> None:
        """Give a closed copy its name at once: no half of it is ever seen there."""
        part = f".{name}.{secrets.token_hex(8)}.part"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self._clear(name)
        try:
            try:
                opened = os.open(part, flags, private.FILE, dir_fd=self._opened)
                with copy.open("rb") as source, os.fdopen(opened, "wb") as sink:
                    shutil.copyfileobj(source, sink, _CHUNK)
                    sink.flush()
                    os.fsync(sink.fileno())
                os.replace(part, name, src_dir_fd=self._opened, dst_dir_fd=self._opened)
            finally:
                with suppress(OSError):
                    os.unlink(part, dir_fd=self._opened)
        except OSError as error:
            raise StoreError(
                f"{self.path / name} cannot be written: {error.strerror}. What others had left in "
                "the folder was taken over; nothing was left for them."
            ) from error

    def _clear(self, name: str) -> None:
        """Delete the parts of our own copy that a killed program left."""
        for left in self._all():
            if left.startswith(f".{name}.") and left.endswith(".part"):
                with suppress(OSError):
                    os.unlink(left, dir_fd=self._opened)


@contextmanager
def opened(path: Path) -> Iterator[SharedFolder]:
    """Hold a folder open. Raises OtherStoreError where that cannot be."""
    try:
        found = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise OtherStoreError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        yield SharedFolder(path, found)
    finally:
        os.close(found)
