"""The rows of Anki's review log as numbers, read by a second process while this one reads notes.

Worth its start only where there are very many. What it does not give, because it was ended, could
not be started or met a fault, is read here.
"""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cards.formats.anki.collection import Collection, Review
from sims.worker.lifeline import SecondProcess, die_with_parent, started

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

LARGE = 24 * 2**20
"""Bytes of a collection from which a second process gains more than its start costs."""
_WIDTH = 7
"""Numbers of a row: id, card, ease, interval, factor, time and type."""
_AT_ONCE = 4_096


class LogRows:
    """The review log of a collection, in a folder of its own; `close` ends the second process."""

    def __init__(self, database: Path, collection: Collection) -> None:
        """Let a second process read a large one into a file beside it."""
        self._collection = collection
        self._file = database.with_name("reviews")
        self._second: SecondProcess | None = None
        if database.stat().st_size >= LARGE and (os.cpu_count() or 1) > 1:
            with suppress(OSError):  # a fault of the log that it meets is met again here, and said
                self._second = started(
                    __name__, str(database), str(self._file), stderr=subprocess.DEVNULL
                )

    def blocks(self) -> "Iterator[Array]":
        """Yield the log in order of time, some thousand rows (rows, 7) at once."""
        import numpy as np  # other parts of a package need none

        if self._second is None or self._second.wait() != 0:
            yield from map(_numbers, self._collection.reviews(_AT_ONCE))
            return
        with self._file.open("rb") as file:
            while len(block := np.fromfile(file, np.int64, _AT_ONCE * _WIDTH)):
                yield block.reshape(-1, _WIDTH)

    def close(self) -> None:
        """End the second process."""
        if self._second is not None:
            self._second.close()


def _numbers(rows: Sequence[Review]) -> "Array":
    import numpy as np

    values = chain.from_iterable(rows)
    return np.fromiter(values, np.int64, len(rows) * _WIDTH).reshape(-1, _WIDTH)


def main(database: str, target: str, lifeline: str) -> None:
    """Be the second process: write the numbers of a collection's log into a new file."""
    die_with_parent(int(lifeline))
    gc.disable()  # rows hold no cycles
    with Collection(Path(database)) as collection, Path(target).open("xb") as file:
        for rows in collection.reviews(_AT_ONCE):
            _numbers(rows).tofile(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
