"""Time from process start to the first screen, against a Textual hello-world in the same pty.

Run it as a script; it prints both medians and their ratio.
"""

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

HELLO = """
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("first screen")

Hello().run()
"""
APP = "from studytui.cli import main; main([])"
LAST = b"Palette"
"""The last word of the first screen, at the end of its bar of keys."""
ROUNDS = 9
LIMIT = 30.0


def seconds_to(code: str, marker: bytes, home: str) -> float:
    """Return how long a program takes to write ``marker`` on a fresh 80 x 24 terminal."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = os.environ | {"TERM": "xterm-256color", "STUDYTUI_HOME": home}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=child,
        stdout=child,
        stderr=child,
        env=environment,
        start_new_session=True,
    )
    os.close(child)
    shown = b""
    try:
        while marker not in shown:
            if not select.select([parent], [], [], LIMIT)[0]:
                raise TimeoutError(f"no first screen after {LIMIT} s")
            shown += os.read(parent, 65536)
        return time.perf_counter() - started
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(parent)


def measure(rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the median seconds of the hello-world and of the app, runs alternating."""
    with tempfile.TemporaryDirectory() as home:
        seconds_to(APP, LAST, home)  # compiles what is not compiled yet
        pairs = [
            (seconds_to(HELLO, b"first screen", home), seconds_to(APP, LAST, home))
            for _ in range(rounds)
        ]
    hello, app = zip(*pairs, strict=True)
    return statistics.median(hello), statistics.median(app)


if __name__ == "__main__":
    hello, app = measure()
    print(f"hello-world {hello:.3f} s, studytui {app:.3f} s, ratio {app / hello:.2f}")
