"""The app in a real terminal: a kill loses nothing, an editor gets the screen and gives it back."""

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

LIMIT = 30.0


class Terminal:
    """The app in a terminal of its own, 100 x 30."""

    def __init__(self, arguments: list[str], home: Path, **environment: str) -> None:
        self.fd, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "studytui.cli", *arguments],
            stdin=child,
            stdout=child,
            stderr=child,
            env={**os.environ, "TERM": "xterm-256color", "STUDYTUI_HOME": str(home), **environment},
            start_new_session=True,
        )
        os.close(child)

    def wait_for(self, *texts: bytes) -> None:
        """Read until the terminal has been sent all of ``texts``, in whatever order."""
        shown, deadline = b"", time.monotonic() + LIMIT
        while not all(text in shown for text in texts):
            left = deadline - time.monotonic()
            assert left > 0, f"{texts!r} never came; the last was {shown[-500:]!r}"
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


def test_the_app_ends_when_its_terminal_is_gone(terminal: Terminal) -> None:
    terminal.wait_for(b"A prompt with")
    os.close(terminal.fd)  # no signal comes: this process leads the session, but owns no terminal
    assert terminal.process.wait(LIMIT) == -signal.SIGHUP


@pytest.mark.parametrize(
    ("arguments", "instead"),
    [
        ([], "studytui study --plain"),
        (["study", "--more-new", "5"], "studytui study --plain"),
        (["quiz"], "studytui quiz --plain"),
    ],
)
def test_without_a_terminal_the_app_says_what_does_without(
    home: Path, arguments: list[str], instead: str
) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "studytui.cli", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    says = f"studytui: the app needs a terminal; {instead} asks line by line without one\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", says)
    assert not home.exists()


def test_the_editor_opens_the_note_at_the_card_and_the_note_is_read_again(
    services: Services, home: Path, deck: Path, tmp_path: Path
) -> None:
    services.close()
    editor = tmp_path / "vi"
    editor.write_text(f"#!/bin/sh\necho $1 > {tmp_path}/at\nsed -i 's/A prompt/One prompt/' $2\n")
    editor.chmod(0o755)
    terminal = Terminal(["study"], home, EDITOR=str(editor))
    try:
        terminal.wait_for(b"A prompt with")
        terminal.press("e")
        terminal.wait_for(b"Read again: 1 card reworded.", b"One prompt with")
    finally:
        terminal.kill()
    assert (tmp_path / "at").read_text().strip() == "+6"
