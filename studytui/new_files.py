"""New files and folders, which go again when they cannot be written to their end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from os.path import lexists, realpath
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from cards.formats.new_file import whole
from sims.errors import InputError

if TYPE_CHECKING:
    from cards.formats.native_text import NotesFile


@contextmanager
def new_file(target: Path) -> Iterator[IO[str]]:
    """Yield a new file, which goes again when it cannot be written to its end."""
    with whole(target.open("x", encoding="utf-8", newline=""), target) as file:
        yield file


class NewFiles:
    """Files that are written into a folder, and go again when what follows fails."""

    def __init__(self, into: Path) -> None:
        self.into = into
        self.paths: list[Path] = []
        self._tried: list[Path] = []
        self._was_there = into.exists()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            return
        for path in reversed(self.paths):
            path.unlink(missing_ok=True)
        above = {folder for path in (*self.paths, *self._tried) for folder in path.parents}
        for folder in sorted(above, key=lambda folder: -len(folder.parts)):
            if folder.is_relative_to(self.into) and not (self._was_there and folder == self.into):
                with suppress(OSError):  # others may have put something there
                    folder.rmdir()

    def stays(self, folder: Path) -> None:
        """Raise InputError for a folder that a link leads out of the one that is written into."""
        if not Path(realpath(folder)).is_relative_to(realpath(self.into)):
            raise InputError(
                f"{folder} leads out of {self.into} by a link, and nothing was written; name "
                "another folder with --into"
            )

    def notes(self, files: "Sequence[NotesFile]") -> None:
        """Write notes. Raises InputError, before any is written, where there is one already."""
        targets = [self.into / file.path for file in files]
        for folder in dict.fromkeys(target.parent for target in targets):
            self.stays(folder)
        taken = [target for target in targets if lexists(target)]
        if taken:
            raise InputError(
                f"{taken[0]} is there already; name another folder with --into, or move that note"
            )
        for file, target in zip(files, targets, strict=True):
            self._tried.append(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            with new_file(target) as opened:
                opened.write(file.text)
            self.paths.append(target)
