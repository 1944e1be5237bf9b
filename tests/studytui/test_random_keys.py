"""Random keys in a real terminal: nothing raises, the store stays sound, no child is left."""

import contextlib
import os
import pty
import random
import select
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cards.formats import read
from db.store import Store
from studytui.services import Services

SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
SEEDS, PRESSES = (3, 10_000) if SOAK else (1, 80)
LIMIT = 120.0
"""Seconds within which the app must end once its key was pressed."""

NOTES = Path(__file__).parents[2] / "cards" / "notes"
KEYS = [
    *"abcdefghijklmnoprstuvwxyz0123456789 +-!?,./=^$\\{[()]}_<>*%#",
    *"ABCDEFGHILOPRSTVWZ",
    *("\r", "\t", "\x1b", "\x7f", "\x10", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~"),
    *("q", "\x1b", "\x1b", "\r", "\r", "s", "Z", "1", "3", "\x1b[3~", "\x1bOQ", "\x1b[15~"),
]
"""What keys send, those that go elsewhere more often."""


class Driven:
    """The app in a terminal whose keys are drawn."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.fd, child = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "studytui.cli"],
            stdin=child,
            stdout=child,
            stderr=child,
            cwd=folder,
            env={
                **os.environ,
                "TERM": "xterm-256color",
                "STUDYTUI_HOME": str(home),
                "HOME": str(folder),
                "EDITOR": "true",
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
            start_new_session=True,
        )
        os.close(child)

    def drain(self, seconds: float) -> None:
        """Read what is drawn until nothing comes for so long."""
        with contextlib.suppress(OSError):
            while select.select([self.fd], [], [], seconds)[0]:
                if not os.read(self.fd, 65536):
                    return

    def press(self, keys: str) -> bool:
        """Send keys; return whether the app still runs."""
        with contextlib.suppress(OSError):
            os.write(self.fd, keys.encode())
        self.drain(0.02)
        return self.process.poll() is None

    def end(self) -> int:
        """Press the key that ends the app, and return its exit code."""
        deadline = time.monotonic() + LIMIT
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it did not end"
            # A palette that is open keeps the key to itself. A bare escape and the key that follows
            # it would be one key to a busy app.
            self.press("\x1b[27u")
            self.press("\x11")
        os.close(self.fd)
        return self.process.returncode


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_breaks(
    services: Services, home: Path, tmp_path: Path, faults_are_meant: list[None], seed: int
) -> None:
    faults_are_meant.append(None)  # Textual's own are said and gone on from; ours end the app
    services.store().import_notes([read(NOTES / "softmax.md"), read(NOTES / "gini.md")])
    services.close()
    dice, left = random.Random(seed), PRESSES
    folder = tmp_path / "work"
    folder.mkdir()
    children: set[psutil.Process] = set()
    while left > 0:
        app = Driven(home, folder)
        app.drain(1.0)
        runs = True
        while runs and left > 0:
            burst = min(left, dice.randrange(1, 12))
            left -= burst
            runs = app.press("".join(dice.choice(KEYS) for _ in range(burst)))
            with contextlib.suppress(psutil.NoSuchProcess):
                children |= set(psutil.Process(app.process.pid).children(recursive=True))
        assert app.end() == 0
    _, alive = psutil.wait_procs(children, LIMIT)
    assert not alive
    store = Store.open(home / "studytui.db")
    try:
        assert store.diagnose() == []
    finally:
        store.close()
