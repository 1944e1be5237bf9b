"""A second process that reads notes, while this one reads others or goes on with those read.

Worth its start only where there is much to read. Notes that it does not give, because it was ended
or could not be started, are read here.
"""

import gc
import os
import pickle
import re
import sys
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

from cards.formats import is_long_in_joining, joined, parsed
from cards.note import Note
from cards.packed import AnyNote, ComingNote, PackedNote, coming, pack
from sims.catalogue import find
from sims.worker.lifeline import die_with_parent, started

MUCH = 2 * 2**20
"""Bytes of notes from which a second process gains more than its start costs."""

_ASKED = 4
"""Notes that the second process is asked for at once: it has one to read while this one writes."""
_READY = 2
"""Notes that wait there to be handed over: more would only take memory."""
_LARGE = 2**17
"""Bytes of a note from which it matters when it is begun."""
_OPENING = 2**11
"""Bytes of it among which its first heading is looked for."""
_HEADING = re.compile(rb"^# (.+)$", re.MULTILINE)
_KNOWN = b"known"
"""Begins what is said of a note before it comes; no pickled note begins so."""
_KEPT = 16
"""Notes that are kept until it is their turn, while a long one is read."""


def pays(paths: Sequence[Path]) -> bool:
    """Whether notes are so many, and processors too, that two processes are quicker than one."""
    try:
        size = sum(path.stat().st_size for path in paths)
    except OSError:
        return False
    return len(paths) > 1 and size >= MUCH and (os.cpu_count() or 1) > 1


def each(paths: Sequence[Path], *written: Any) -> Generator[AnyNote]:
    """Yield notes in order, as `cards.formats.read` reads each with what is `written` of them.

    They are packed, where that loses nothing. One that is long in joining comes later.

    While a note is waited for that the second process has, later ones are read here.
    """
    shared = _Shared(paths, written)
    with ExitStack() as opened:
        with suppress(OSError):
            shared.second = _started(opened)
        for place in range(len(paths)):
            shared.listen()
            while place not in shared.notes and place not in shared.coming:
                shared.step()
            yield shared.take(place) if place in shared.notes else shared.promised(place)
        while shared.owed - shared.notes.keys():
            shared.step()


class _Shared:
    """Notes that two processes read: each takes the next that neither has.

    Those long in joining are for the second process, so that this one can store others meanwhile.
    """

    def __init__(self, paths: Sequence[Path], written: tuple[Any, ...]) -> None:
        self._paths, self._written = paths, written
        self._long = deque([place for place, path in enumerate(paths) if _seems_long(path)])
        self._left = deque([place for place in range(len(paths)) if place not in self._long])
        self._asked: deque[int] = deque()
        self._taken_back: set[int] = set()
        self.second: Connection | None = None
        self.notes: dict[int, Note | PackedNote | bytes] = {}
        """Notes not asked for yet by their places; those of the second process as it sent them."""
        self.coming: dict[int, ComingNote] = {}
        """What is known of notes before they are there, by their places."""
        self.owed: set[int] = set()
        """Places of the notes that were promised and have not been fetched."""

    def take(self, place: int) -> Note | PackedNote:
        """Return a note that is there."""
        note = self.notes.pop(place)
        # Of our own processes.
        return pickle.loads(note) if isinstance(note, bytes) else note  # noqa: S301

    def promised(self, place: int) -> ComingNote:
        """Return what is known of a note that is not there yet, and by which it can be had."""
        self.owed.add(place)
        return replace(
            self.coming[place],
            fetch=partial(self._fetch, place),
            is_there=partial(self._is_ready, place),
        )

    def _fetch(self, place: int) -> Note | PackedNote:
        while place not in self.notes:
            self.step()
        self.owed.remove(place)
        return self.take(place)

    def _is_ready(self, place: int) -> bool:
        self.listen()
        return place in self.notes

    def step(self) -> None:
        """Take one note more: from the second process, or if it has none ready by reading it."""
        if self._takes(wait=len(self.notes) >= _KEPT):
            return
        place = self._next()
        if place is None:
            self._takes(wait=True)
            return
        note = parsed(self._paths[place], *self._written)
        first = place not in self.coming and place not in self._asked
        if first and self.second is not None and (known := _long(note)):
            self.coming[place] = known
            self._long.append(place)
        else:
            self.notes[place] = pack(joined(note))

    def _next(self) -> int | None:
        """Return the place of a note to read here.

        Where none is left it is one that the second process has not begun, which may be at a long
        one; None where that has begun the last.
        """
        if self._left or self._long:
            return (self._left or self._long).popleft()
        waiting = [place for place in [*self._asked][1:] if place not in self._taken_back]
        self._taken_back.update(waiting[:1])
        return waiting[0] if waiting else None

    def listen(self) -> None:
        """Take what the second process has ready, and keep it busy."""
        while len(self.notes) < _KEPT and self._takes(wait=False):
            pass

    def _takes(self, *, wait: bool) -> bool:
        """Whether something came from the second process, which is kept busy; it may be waited for.

        Before each note comes what is known of it, if it is long in joining.
        """
        if self.second is None:
            return False
        try:
            while (self._left or self._long) and len(self._asked) < _ASKED:
                place = (self._long or self._left).popleft()
                self._asked.append(place)
                self.second.send((self._paths[place], self._written))
            if self._asked and (wait or self.second.poll()):
                said = self.second.recv_bytes()
                if said.startswith(_KNOWN):
                    # Of our own processes.
                    known = pickle.loads(said[len(_KNOWN) :])  # noqa: S301
                    self.coming.setdefault(self._asked[0], known)
                    return True
                place = self._asked.popleft()
                if place not in self._taken_back:
                    self.notes[place] = said
                return True
        except (EOFError, OSError):
            again = [place for place in self._asked if place not in self._taken_back]
            self._left.extendleft(reversed([*again, *self._long]))
            self._asked.clear()
            self._long.clear()
            self.second = None
        return False


def _seems_long(path: Path) -> bool:
    """Whether the first heading of a large note names a topic: it had better be begun soon."""
    try:
        if path.stat().st_size < _LARGE:
            return False
        with path.open("rb") as file:
            heading = _HEADING.search(file.read(_OPENING))
    except OSError:
        return False
    return heading is not None and find(heading[1].decode(errors="replace").strip()) is not None


def _long(note: Note) -> ComingNote | None:
    """Return what is known of a note that is long in joining, None of another."""
    return coming(note) if is_long_in_joining(note) else None


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
    done: Queue[bytes] = Queue(_READY)
    with Connection(number) as there, suppress(EOFError, OSError):  # if the first process is gone
        Thread(target=_hand_over, args=(there, done), daemon=True).start()
        while True:
            path, written = there.recv()
            note = parsed(path, *written)
            if known := _long(note):
                done.put(_KNOWN + pickle.dumps(known))
            done.put(pickle.dumps(pack(joined(note))))


def _hand_over(there: Connection, done: "Queue[bytes]") -> None:
    with suppress(OSError):
        while True:
            there.send_bytes(done.get())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
