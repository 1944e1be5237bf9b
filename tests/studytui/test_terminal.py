"""The app in a real terminal: a kill loses nothing, an editor gets the screen and gives it back."""

import contextlib
import fcntl
import os
import pty
import re
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
_STYLE = re.compile(rb"\x1b\[[0-9;]*[mH]")
"""Colours and moves of the cursor, which may part a word where something was drawn below it."""


class Terminal:
    """The app in a terminal of its own, 100 x 30."""

    def __init__(
        self, arguments: list[str], home: Path, script: str = "", **environment: str
    ) -> None:
        self.fd, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, *([script] if script else ["-m", "studytui.cli"]), *arguments],
            stdin=child,
            stdout=child,
            stderr=child,
            env={**os.environ, "TERM": "xterm-256color", "STUDYTUI_HOME": str(home), **environment},
            start_new_session=True,
        )
        os.close(child)

    def wait_for(self, *texts: bytes) -> None:
        """Read until the terminal has been sent all of `texts`, in whatever order."""
        shown, deadline = b"", time.monotonic() + LIMIT
        while not all(text in _STYLE.sub(b"", shown) for text in texts):
            left = deadline - time.monotonic()
            assert left > 0, f"{texts!r} never came; the last was {shown[-500:]!r}"
            if select.select([self.fd], [], [], left)[0]:
                shown += os.read(self.fd, 65536)

    def press(self, keys: str | bytes) -> None:
        """Send keys, or bytes as they are."""
        os.write(self.fd, keys if isinstance(keys, bytes) else keys.encode())

    def ended(self) -> int:
        """Read until the process has ended, and return its exit code."""
        deadline = time.monotonic() + LIMIT
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it did not end"
            with contextlib.suppress(OSError):
                if select.select([self.fd], [], [], 0.05)[0]:
                    os.read(self.fd, 65536)
        return self.process.returncode

    def kill(self) -> None:
        """Kill the process without warning."""
        self.process.kill()
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


def test_the_app_ends_in_order_when_the_system_asks_for_it(terminal: Terminal) -> None:
    terminal.wait_for(b"A prompt with")
    terminal.process.send_signal(signal.SIGTERM)
    terminal.wait_for(b"\x1b[?1049l")  # back from the other screen
    assert terminal.ended() == 128 + signal.SIGTERM


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


EDITORS = {
    "absent": ("", b"did not start: No such file"),
    "no program": ("not a program", b"did not start: Exec format"),
    "failing": ("#!/bin/sh\nexit 3\n", b"ended with status 3."),
    "killed": ("#!/bin/sh\nkill -9 $$\n", b"was ended by the signal 9."),
    "interrupted": ("#!/bin/sh\nkill -2 $PPID\nkill -3 $PPID\n", b"nothing changed"),
    "deleting": ("#!/bin/sh\nrm $1\n", b"Read again"),
}
"""What an editor does, as a script, and what the app says of it."""


def test_whatever_an_editor_does_the_app_goes_on(
    services: Services, home: Path, tmp_path: Path
) -> None:
    services.close()
    editor = tmp_path / "ed0"
    path = f"{tmp_path}:{os.environ['PATH']}"
    terminal = Terminal(["study"], home, EDITOR=editor.name, PATH=path)
    try:
        terminal.wait_for(b"A prompt with")
        for does, says in EDITORS.values():
            if does:
                editor.write_text(does)
                editor.chmod(0o755)
            terminal.press("e")
            terminal.wait_for(says)
        terminal.press("\x11")
        assert terminal.ended() == 0
    finally:
        terminal.kill()
    store = Store.open(home / "studytui.db")
    try:
        assert len(store.find("-is:missing")) == 3
    finally:
        store.close()


def test_an_editor_of_words_that_are_none_is_a_sentence(services: Services, home: Path) -> None:
    services.close()
    terminal = Terminal(["study"], home, EDITOR="vi 'open")
    try:
        terminal.wait_for(b"A prompt with")
        terminal.press("e")
        terminal.wait_for(b"cannot be started: No closing quotation")
    finally:
        terminal.kill()


def test_input_that_is_no_text_is_left_out_and_said(services: Services, home: Path) -> None:
    services.close()
    terminal = Terminal(["study"], home)
    try:
        terminal.wait_for(b"A prompt with")
        for odd in (
            b"\xff\xfe\xc3(",
            b"\x1b[99999999999999999999u",
            b"\x1b[99999999u",
            b"\xe2\x82",
        ):
            terminal.press(odd)
            terminal.press(b"\xff")
        terminal.wait_for(b"UTF-8 text, and was left out.")
        terminal.press(" ")
        terminal.wait_for(b"An answer with")
        terminal.press("\x11")
        assert terminal.ended() == 0
    finally:
        terminal.kill()


FAULT = """
import sys
from studytui import cli
from studytui.screens.home import HomeScreen
def broken(_screen):
    raise ValueError('a bug')
HomeScreen.action_reload = broken
cli.main([])
"""


def test_a_fault_in_the_app_ends_it_with_a_sentence_and_code_1(
    services: Services, home: Path, tmp_path: Path, faults_are_meant: list[None]
) -> None:
    faults_are_meant.append(None)
    services.close()
    script = tmp_path / "broken.py"
    script.write_text(FAULT)
    terminal = Terminal([], home, script=str(script))
    try:
        terminal.wait_for(b"Deck and topic")
        terminal.press("\x1b[15~")
        terminal.wait_for(b"\x1b[?1049l", b"This is a fault of StudyTUI", b"errors.log says where")
        assert terminal.ended() == 1
    finally:
        terminal.kill()
    assert "in broken" in (home / "logs" / "errors.log").read_text()
