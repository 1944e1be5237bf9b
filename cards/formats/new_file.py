"""A new file, which goes again when it cannot be written to its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, AnyStr


@contextmanager
def whole(file: IO[AnyStr], path: Path) -> Iterator[IO[AnyStr]]:
    """Yield a new file that was opened, and close it; delete it unless all of it is written."""
    try:
        with file:
            yield file
    except BaseException:  # also of what is written when the file is closed
        path.unlink(missing_ok=True)
        raise
