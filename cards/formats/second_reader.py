"""A second process that reads notes, while this one goes on with those that are read.

Worth its start only where there is much to read. Notes that it does not give, because it was ended
or could not be started, are read here.
"""

import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from cards.formats import read
from cards.note import Note
from sims.worker.child import die_with_parent

MUCH = 2 * 2**20
"""Bytes of notes from which a second process gains more than its start costs."""


def pays(paths: Sequence[Path]) -> bool:
    """Whether notes are so many, and processors too, that two processes are quicker than one."""
    try:
        size = sum(path.stat().st_size for path in paths)
    except OSError:
        return False
    return len(paths) > 1 and size >= MUCH and (os.cpu_count() or 1) > 1


def each(paths: Sequence[Path], *written: Any) -> Generator[Note]:
    """Yield notes in order, as `cards.formats.read` reads each with what is `written` of them."""
    done = 0
    with ExitStack() as opened:
        try:
            notes = _started(opened)
            notes.send((list(paths), written))
            for _ in paths:
                note: Note = notes.recv()
                yield note
                done += 1
        except (EOFError, OSError):
            yield from (read(path, *written) for path in paths[done:])


def _started(opened: ExitStack) -> Connection:
    """Start the second process, to be ended with the stack, and return the way to it."""
    here, there = Pipe()
    opened.callback(here.close)
    ending, lifeline = os.pipe()
    opened.callback(os.close, lifeline)
    try:
        numbers = there.fileno(), ending
        command = [sys.executable, "-P", "-m", __name__, *map(str, numbers)]
        # In a session of its own, so that Ctrl+C reaches this process alone.
        child = subprocess.Popen(command, pass_fds=numbers, start_new_session=True)  # noqa: S603
    finally:
        there.close()
        os.close(ending)
    opened.callback(child.wait)
    opened.callback(child.kill)
    return here


def main(number: int, lifeline: int) -> None:
    """Be the second process, at the other end of a pipe: read what is asked for."""
    die_with_parent(lifeline)
    with Connection(number) as there:
        try:
            paths, written = there.recv()
            for path in paths:
                there.send(read(path, *written))
        except (EOFError, OSError):
            return  # the first process is gone


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
