"""What a person waits for: the first screen, the first due card, the next one, and every key.

The app runs in a terminal of its own on the large store, and so does a Textual hello-world; runs
alternate. Ratios are of medians on the wall's clock; nothing is asserted about them. Of each key
two times are told: on the wall, and of the processor in the app's main thread, which a machine that
is busy with other things disturbs less.
"""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HELLO = """
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        self.asked = 0
        yield Static("first screen")

    def on_key(self):
        self.asked += 1
        self.query_one(Static).update(f"card number {self.asked}")

Hello().run()
"""
APP, STUDY = (f"from studytui.cli import main; main({verb})" for verb in ([], ["study"]))
SIMULATE = """
from sims import registry
from studytui import config
from studytui.app import StudyApp
from studytui.screens.experiment import ExperimentScreen
from studytui.services import Services

NAME, VALUES = "q-learning.lake", {"steps": "40000", "seeds": "1000"}
registry.load("q-learning")
with Services(config.load()) as services:
    screen = ExperimentScreen(services, NAME)
    app = StudyApp(services, screen)
    app.call_later(app.set_timer, 1, lambda: screen.simulate(NAME, VALUES))
    app.run_to_end()
"""
HELLO_THERE, HELLO_NEXT = re.compile(rb"first screen"), re.compile(rb"card number")
HOME_THERE = re.compile(rb"Help")
"""The last word of the first screen, at the end of its bar of keys."""
QUESTION = re.compile(rb"What does|Write the|When does|Why is")
ANSWER_THERE = re.compile(rb"Again")
ROUNDS, PRESSES = 7, 25
PACE = 0.15
"""Seconds between two letters of one who types."""
WORDS = ("softmax gradient", "deck:ML is:due", "layer -norm", "prop:s>10 tag:ml")
REACH = "reach 16 and 60"
ANY = re.compile(rb"[^\x00-\x1f]")
LIMIT = 30.0
Measured = Callable[[str, int], tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]]


class Terminal:
    """A program in a terminal of its own, 100 x 30."""

    def __init__(self, code: str, home: Path) -> None:
        self.fd, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=child,
            stdout=child,
            stderr=child,
            env=os.environ | {"TERM": "xterm-256color", "STUDYTUI_HOME": str(home)},
            start_new_session=True,
        )
        os.close(child)

    def until(self, wanted: re.Pattern[bytes]) -> float:
        """Read until the terminal was sent what is wanted; return when that was."""
        shown = b""
        while not wanted.search(shown):
            if not select.select([self.fd], [], [], LIMIT)[0]:
                raise TimeoutError(f"{wanted.pattern!r} never came; the last was {shown[-300:]!r}")
            shown += os.read(self.fd, 65536)
        return time.perf_counter()

    def press(self, key: bytes, wanted: re.Pattern[bytes]) -> float:
        """Press a key and return the seconds until what is wanted was painted."""
        while select.select([self.fd], [], [], 0.2)[0]:
            os.read(self.fd, 65536)  # what the last key brought is painted to its end
        pressed = time.perf_counter()
        os.write(self.fd, key)
        return self.until(wanted) - pressed

    def painted(self, key: bytes, wanted: re.Pattern[bytes]) -> tuple[float, float]:
        """Press a key among whatever is painted; return the seconds on the wall and of the app."""
        end = time.perf_counter() + PACE
        while select.select([self.fd], [], [], max(0.0, end - time.perf_counter()))[0]:
            os.read(self.fd, 65536)
        spent, pressed = self.spent(), time.perf_counter()
        os.write(self.fd, key)
        took = self.until(wanted) - pressed
        return took, self.spent() - spent

    def spent(self) -> float:
        """Return the seconds of processor time that the app's main thread has had."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/schedstat")
        return int(path.read_text().split()[0]) / 1e9

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.fd)


def seconds_to(code: str, wanted: re.Pattern[bytes], home: Path) -> float:
    terminal = Terminal(code, home)
    try:
        return terminal.until(wanted) - terminal.started
    finally:
        terminal.close()


@pytest.fixture(scope="module")
def home(collection_folder: Path) -> Path:
    """Return a data folder with a copy of the large store."""
    folder = collection_folder / "home"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(collection_folder / "store.db", folder / "studytui.db")
    (folder / "backups").mkdir()  # as on any day but for its first minute, today's copy is there
    for copy in (collection_folder / "backups").iterdir():
        (folder / "backups" / copy.name.replace("store-", "studytui-")).symlink_to(copy)
    return folder


def test_first_screen(home: Path) -> None:
    seconds_to(APP, HOME_THERE, home)  # compiles what is not compiled yet
    hello, app = _alternately(
        lambda: seconds_to(HELLO, HELLO_THERE, home), lambda: seconds_to(APP, HOME_THERE, home)
    )
    print(f"\nfirst screen: hello-world {hello:.3f} s, ours {app:.3f} s", end="")
    print(f", ratio {app / hello:.2f} (reach 1.50)")


def test_first_due_card(home: Path, measured: Measured) -> None:
    anki = measured("start", 3)[1]["process start → first card"]["wall"]
    hello, app = _alternately(
        lambda: seconds_to(HELLO, HELLO_THERE, home), lambda: seconds_to(STUDY, QUESTION, home)
    )
    peers = hello + anki
    print(
        f"\nfirst due card: hello-world {hello:.3f} s + Anki {anki:.3f} s, ours {app:.3f} s", end=""
    )
    print(f", ratio {app / peers:.2f} (reach 1.00)")


def test_next_card(home: Path) -> None:
    hello, app = Terminal(HELLO, home), Terminal(STUDY, home)
    try:
        hello.until(HELLO_THERE)
        app.until(QUESTION)
        swaps, cards = [], []
        for _ in range(PRESSES):
            swaps.append(hello.press(b"n", HELLO_NEXT))
            app.press(b" ", ANSWER_THERE)
            cards.append(app.press(b"3", QUESTION))
    finally:
        hello.close()
        app.close()
    swap, card = statistics.median(swaps), statistics.median(cards)
    print(f"\nnext card: hello-world {1000 * swap:.1f} ms, ours {1000 * card:.1f} ms", end="")
    print(f", ratio {card / swap:.2f} (reach 2.00)")


def test_keys_on_home(home: Path) -> None:
    """Down and up: the first of the two moves the cursor."""
    terminal = Terminal(APP, home)
    try:
        terminal.until(HOME_THERE)
        time.sleep(5)  # the panels beside the list come in
        keys = [(b"\x1b[B", ANY), (b"\x1b[A", ANY)] * (2 * PRESSES)
        _tell("Home, cursor keys", [terminal.painted(*one) for one in keys])
    finally:
        terminal.close()


def test_keys_while_studying(home: Path) -> None:
    terminal = Terminal(STUDY, home)
    try:
        terminal.until(QUESTION)
        time.sleep(1)  # a card is read before it is rated; the store is opened meanwhile
        times = []
        for _ in range(PRESSES):
            times += [terminal.painted(b" ", ANSWER_THERE), terminal.painted(b"3", QUESTION)]
            while select.select([terminal.fd], [], [], 0.5)[0]:
                os.read(terminal.fd, 65536)  # a key before the card is whole would be lost
        _tell("Study, answers", times[::2])
        _tell("Study, next card", times[1::2])
    finally:
        terminal.close()


def test_keys_while_browsing(home: Path) -> None:
    """Each letter is looked for in the search line; the searches go on meanwhile."""
    terminal = Terminal(APP, home)
    try:
        terminal.until(HOME_THERE)
        time.sleep(3)
        terminal.press(b"b", ANY)
        terminal.until(re.compile(rb" cards, by"))
        _tell("Browse, cursor keys", [terminal.painted(b"\x1b[B", ANY) for _ in range(2 * PRESSES)])
        terminal.painted(b"/", ANY)
        times = []
        for words in WORDS:
            for end in range(1, len(words) + 1):
                seen = re.compile(re.escape(words[:end].encode().rstrip()))
                times.append(terminal.painted(words[end - 1].encode(), seen))
            times += [terminal.painted(b"\x7f", ANY) for _ in words]
        _tell("Browse, typing", times)
    finally:
        terminal.close()


def test_keys_while_simulating(home: Path) -> None:
    """Help is opened and closed over a simulation whose plot is drawn all the time."""
    terminal = Terminal(SIMULATE, home)
    try:
        terminal.until(re.compile(rb"cancels"))
        time.sleep(5)  # torch is imported, and frames come
        keys = [(b"?", re.compile(rb"Tab goes to")), (b"q", re.compile(rb"seed"))] * PRESSES
        _tell("simulation, help and back", [terminal.painted(*one) for one in keys])
    finally:
        terminal.close()


def _tell(what: str, times: list[tuple[float, float]]) -> None:
    says = []
    for name, column in zip(("wall", "processor"), zip(*times, strict=True), strict=True):
        worst = sorted(column)[min(len(column) - 1, int(0.99 * len(column)))]
        says.append(f"{name} {1000 * statistics.median(column):.1f} and {1000 * worst:.1f} ms")
    print(f"\n{what}: median and p99 of {len(times)}: {', '.join(says)} ({REACH})", end="")


def _alternately(one: Callable[[], float], other: Callable[[], float]) -> tuple[float, float]:
    pairs = [(one(), other()) for _ in range(ROUNDS)]
    first, second = zip(*pairs, strict=True)
    return statistics.median(first), statistics.median(second)
