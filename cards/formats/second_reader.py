"""A second process that reads notes, while this one reads others or goes on with those read.

Worth its start only where there is much to read. Notes that it does not give, because it was ended
or could not be started, are read here.
"""

import gc
import os
import pickle
import sys
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

from cards.formats import read
from cards.note import Note
from cards.packed import PackedNote, pack
from sims.worker.lifeline import die_with_parent, started

MUCH = 2 * 2**20
"""Bytes of notes from which a second process gains more than its start costs."""

_ASKED = 4
"""Notes that the second process is asked for at once: it has one to read while this one writes."""
_READY = 2
"""Notes that wait there to be handed over: more would only take memory."""
_KEPT = 14
"""Notes that are kept until it is their turn, while a long one is read."""
_PATIENCE = 0.1
"""Seconds to wait for a note of the second process before one of the last is read here."""


def pays(paths: Sequence[Path]) -> bool:
    """Whether notes are so many, and processors too, that two processes are quicker than one."""
    try:
        size = sum(path.stat().st_size for path in paths)
    except OSError:
        return False
    return len(paths) > 1 and size >= MUCH and (os.cpu_count() or 1) > 1


def each(paths: Sequence[Path], *written: Any) -> Generator[Note | PackedNote]:
    """Yield notes in order, as `cards.formats.read` reads each with what is `written` of them.

    They are packed, where that loses nothing.

    While a note is waited for that the second process has, later ones are read here.
    """
    shared = _Shared(paths, written)
    with ExitStack() as opened:
        with suppress(OSError):
            shared.second = _started(opened)
        for place in range(len(paths)):
            shared.listen()
            while place not in shared.notes:
                shared.step()
            note = shared.notes.pop(place)
            # Of our own processes.
            yield pickle.loads(note) if isinstance(note, bytes) else note  # noqa: S301


class _Shared:
    """Notes that two processes read: each takes the next that neither has."""

    def __init__(self, paths: Sequence[Path], written: tuple[Any, ...]) -> None:
        self._paths, self._written = paths, written
        self._left = deque(range(len(paths)))
        self._asked: deque[int] = deque()
        self._taken_back: set[int] = set()
        self._began = False
        """Whether a note has come from the second process."""
        self.second: Connection | None = None
        self.notes: dict[int, Note | PackedNote | bytes] = {}
        """Notes not asked for yet by their places; those of the second process as it sent them."""

    def step(self) -> None:
        """Take one note more: from the second process, or if it has none ready by reading it.

        The last notes are rather left to that: while a long one is read here none is written.
        """
        last = self._began and len(self._left) <= _ASKED
        patience = None if len(self.notes) >= _KEPT else _PATIENCE if last else 0.0
        if self._takes(patience):
            return
        place = self._next()
        if place is None:
            self._takes(None)
            return
        self.notes[place] = pack(read(self._paths[place], *self._written))

    def _next(self) -> int | None:
        """Return the place of a note to read here.

        Where none is left it is one that the second process has not begun, which may be at a long
        one; None where that has begun the last.
        """
        if self._left:
            return self._left.popleft()
        waiting = [place for place in [*self._asked][1:] if place not in self._taken_back]
        self._taken_back.update(waiting[:1])
        return waiting[0] if waiting else None

    def listen(self) -> None:
        """Take what the second process has ready, and keep it busy."""
        while len(self.notes) < _KEPT and self._takes(0.0):
            pass

    def _takes(self, seconds: float | None) -> bool:
        """Whether a note came from the second process, which is kept busy, within so many seconds.

        None waits for one.
        """
        if self.second is None:
            return False
        try:
            while self._left and len(self._asked) < _ASKED:
                place = self._left.popleft()
                self._asked.append(place)
                self.second.send((self._paths[place], self._written))
            if self._asked and self.second.poll(seconds):
                note, self._began = self.second.recv_bytes(), True
                place = self._asked.popleft()
                if place not in self._taken_back:
                    self.notes[place] = note
                return True
        except (EOFError, OSError):
            again = [place for place in self._asked if place not in self._taken_back]
            self._left.extendleft(reversed(again))
            self._asked.clear()
            self.second = None
        return False


def _started(opened: ExitStack) -> Connection:
    """Start the second process, to be ended with the stack, and return the way to it."""
    here, there = Pipe()
    opened.callback(here.close)
    with there:
        opened.callback(started(__name__, str(there.fileno()), fds=[there.fileno()]).close)
    return here


def main(number: int, lifeline: int) -> None:
    """Be the second process, at the other end of a pipe: read what is asked for."""
    die_with_parent(lifeline)
    gc.disable()  # cards hold no cycles
    # What the first process has no time for yet waits.
    done: Queue[Note | PackedNote] = Queue(_READY)
    with Connection(number) as there, suppress(EOFError, OSError):  # if the first process is gone
        Thread(target=_hand_over, args=(there, done), daemon=True).start()
        while True:
            path, written = there.recv()
            done.put(pack(read(path, *written)))


def _hand_over(there: Connection, done: "Queue[Note | PackedNote]") -> None:
    with suppress(OSError):
        while True:
            there.send(done.get())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
