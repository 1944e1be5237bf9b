"""A kill of the process at any moment after a rating loses nothing."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.store import Store
from studytui.services import Services

LIMIT = 60.0


class Terminal:
    """The app in a terminal of its own, 100 x 30."""

    def __init__(self, arguments: list[str], home: Path) -> None:
        self.fd, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "studytui.cli", *arguments],
            stdin=child,
            stdout=child,
            stderr=child,
            env=os.environ | {"TERM": "xterm-256color", "STUDYTUI_HOME": str(home)},
            start_new_session=True,
        )
        os.close(child)

    def wait_for(self, text: bytes) -> None:
        """Read until the terminal has been sent ``text``."""
        shown, deadline = b"", time.monotonic() + LIMIT
        while text not in shown:
            left = deadline - time.monotonic()
            assert left > 0, f"{text!r} never came; the last was {shown[-500:]!r}"
            if select.select([self.fd], [], [], left)[0]:
                shown += os.read(self.fd, 65536)

    def press(self, keys: str) -> None:
        """Send keys."""
        os.write(self.fd, keys.encode())

    def kill(self) -> None:
        """Kill the process without warning."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.fd)


@pytest.fixture
def terminal(services: Services, home: Path) -> Iterator[Terminal]:
    services.close()
    terminal = Terminal(["study"], home)
    yield terminal
    if terminal.process.poll() is None:
        terminal.kill()


def test_a_kill_right_after_a_rating_loses_nothing(terminal: Terminal, home: Path) -> None:
    terminal.wait_for(b"A prompt with")
    terminal.press(" ")
    terminal.wait_for(b"An answer with")
    terminal.press("3")
    terminal.wait_for(b"derivative")
    terminal.kill()
    store = Store.open(home / "studytui.db")
    try:
        assert [card.reps for card in store.cards()] == [1, 0, 0]
        assert store.statistics()["reviews"] == 1
        assert store.rebuild()
    finally:
        store.close()
