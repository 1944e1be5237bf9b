"""What is printed: the one place through which any text, of whatever origin, leaves a command."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any, NoReturn, TextIO, cast


class CleanStream:
    """A text stream that writes nothing which could command the terminal, reverse or hide text."""

    def __init__(self, stream: TextIO) -> None:
        """Write to `stream`; a sign stands for what its encoding lacks."""
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
        self._stream = stream
        self.has_written = False

    def write(self, text: str) -> int:
        """Write a text, cleaned."""
        self.has_written = True
        if not (text.isascii() and text.replace("\n", "").isprintable()):
            from cards.text.clean import clean

            text = clean(text)
        return self._stream.write(text)

    @property
    def uncleaned(self) -> TextIO:
        """The stream itself, for a sequence of our own that moves the cursor."""
        return self._stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def print_error(says: str) -> None:
    """Print what went wrong as JSON, for a command that has printed nothing yet."""
    if not getattr(sys.stdout, "has_written", False):
        from json import dumps

        print(dumps({"error": says}))


def refuse(says: str, json: bool) -> NoReturn:
    """Say what is wrong with what was asked, as JSON too, and leave with exit code 2."""
    print(says, file=sys.stderr)
    if json:
        print_error(says)
    sys.exit(2)


@contextmanager
def cleaned() -> Iterator[None]:
    """Let standard output and error write only what is clean, for the length of a `with`."""
    streams = sys.stdout, sys.stderr
    out, error = (stream and cast(TextIO, CleanStream(stream)) for stream in streams)
    sys.stdout, sys.stderr = out, error
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams


def open_closed() -> None:
    """Open what is closed of standard input, output and error on nothing.

    Else the next file that is opened, which may be the store, would be written to in their place.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # it gets the least number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w" if number else "r", closefd=False))  # noqa: SIM115


def flush() -> None:
    """Write what is still to be written; raises OSError where that cannot be."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def leave_unwritten() -> None:
    """Give up what is still to be written: Python would say so once more as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
