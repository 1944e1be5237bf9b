"""No note and no store commands the terminal, reverses or hides text: the bytes of a pty.

Texts that would are written in every way which something decodes late; rows of a store are changed
behind the back of import, which would have cleaned them.
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
import unicodedata
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import ComposeResult
from textual.widgets import Static

from cards.formats import read
from studytui.guarded_app import GuardedApp
from studytui.services import Services
from studytui.typeset.markdown import inline, render
from studytui.typeset.markdown import source as as_written
from studytui.widgets.sheet import SheetView

SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
EXAMPLES = 20_000 if SOAK else 60

CORES = (
    "\x1b]52;c;UFdORUQ=\x1b\\",  # sets the clipboard
    "\x1b]52;c;UFdORUQ=\x07",
    "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",  # a link that is not what it says
    "\x1b]0;title\x07",
    '\x1bP$q"p\x1b\\',
    "\x1b_Gf=24;AAAA\x1b\\",
    "\x1b[31;666m",
    "\x1b[2J\x1b[1;1H",
    "\x1b[6n",
    "\x1bc",
    "\x9d52;c;UFdORUQ=\x9c",
    "\x9b666m",
    "\x90q\x9c",
    "\u202egnp.exe\u202c",
    "\u2066a\u2069\u200f\u061c",
    "\U000e0041\U000e0042\U000e007f",
    "\U000e0100\U000e01ef",
    "\ufeff\ufff9x\ufffb",
    "\u2028\u2029\x85\x0b\x0c",
    "\ud83d\x00\udc9b",
    "a\rb\x08c\x7fd\te",
)
"""What is to be smuggled in."""

WAYS = {
    "raw": lambda core: core,
    "address": lambda core: f"<https://x/{_percent(core)}>",
    "link": lambda core: f"[t](https://x/{_percent(core)} '{_entities(core)}')",
    "image": lambda core: f"![{_entities(core)}](https://x/{_percent(core)})",
    "twice percent": lambda core: f"<https://x/{_percent(core).replace('%', '%25')}>",
    "entities": lambda core: _entities(core),
    "decimal entities": lambda core: "".join(f"&#{ord(letter)};" for letter in core),
    "nested entities": lambda core: _entities(core).replace("&", "&amp;"),
    "entities in an address": lambda core: f"<https://x/{_entities(core)}>",
    "punycode": lambda core: f"<https://{_punycode(core)}/> [x](http://{_punycode(core)}/)",
    "code": lambda core: f"`{core}` ``` {core} ```",
    "maths": lambda core: rf"$x {core} \text{{{_entities(core)}}}$ \[ {core} \]",
    "unicode maths": lambda core: (
        r"$\char" + "".join(rf"\unicode{{x{ord(c):x}}}" for c in core) + "$"
    ),
    "python": lambda core: core.encode("unicode_escape").decode(),
    "json": lambda core: "".join(f"\\u{ord(letter) & 0xFFFF:04x}" for letter in core),
    "markup": lambda core: f"[red]{core}[/red] [@click=app.quit]x[/] [link={core}]y[/link]",
    "strong": lambda core: f"**{_entities(core)}** *{core}* ~~{_entities(core)}~~",
}
"""How it is written, by a name."""


def _percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))


def _entities(text: str) -> str:
    return "".join(f"&#x{ord(letter):x};" for letter in text)


def _punycode(text: str) -> str:
    return "xn--" + text.encode("punycode", "ignore").decode("latin-1")


cores = st.sampled_from(CORES) | st.text(
    st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Mn", "Lu", "Po"]),
    min_size=1,
    max_size=8,
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a core written in one or two ways, one around the other, between words."""
    written = draw(cores)
    for way in draw(st.lists(st.sampled_from(sorted(WAYS)), min_size=1, max_size=2)):
        written = WAYS[way](written)
    return f"a {written} z"


def every_way() -> list[str]:
    """Return each core written in each way."""
    return [f"a {way(core)} z" for core in CORES for way in WAYS.values()]


_NUMBER = r"(?:1\d\d|2[0-4]\d|25[0-5]|\d{1,2})"
_OURS = re.compile(
    rf"\x1b\[(?:{_NUMBER}(?:;{_NUMBER})*)?m"  # colours
    r"|\x1b\[\d{1,3};\d{1,3}H"
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"
    r"|\x1b\[\?(?:2026|2048)\$p"
    r"|\x1b\]22;[a-z-]+\x07"  # the shape of the mouse's pointer
    r"|\x1b\[>\d+u|\x1b\[<u"
    r"|\r\x1b\[K"  # of the line of progress
)
"""The sequences that Textual and we send by ourselves, and no others."""

_HIDDEN = re.compile(
    "[\u061c\u200e\u200f\u2028-\u202e\u2061-\u2069\u206a-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff\ud800-\udfff]"
)


def smuggled(sent: bytes) -> set[str]:
    """Return what no terminal should have been sent: control and hidden characters."""
    text = sent.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    left = _OURS.sub("", text)
    wrong = {letter for letter in left if unicodedata.category(letter) == "Cc"} - {"\n"}
    return wrong | set(_HIDDEN.findall(left))


class Paper(GuardedApp):
    """An app that draws one text in all the ways in which the screens do."""

    def compose(self) -> ComposeResult:
        yield SheetView(render(""), id="laid-out")
        yield SheetView(as_written(""), id="as-written")
        yield Static(id="line")

    def draw(self, text: str) -> bytes:
        """Return what the terminal is sent when a text is shown."""
        self.query_one("#laid-out", SheetView).show_sheet(render(text))
        self.query_one("#as-written", SheetView).show_sheet(as_written(text))
        self.query_one("#line", Static).update(inline(text))
        self.screen._refresh_layout()
        update = self.screen._compositor.render_full_update()
        return update.render_segments(self.console).encode("utf-8", "surrogateescape")


async def test_nothing_generated_is_drawn_that_commands_hides_or_reverses() -> None:
    app = Paper()
    async with app.run_test(size=(100, 40)):

        @settings(max_examples=EXAMPLES, database=None)
        @given(texts())
        def look(text: str) -> None:
            assert not smuggled(app.draw(text))

        look()
        for text in every_way()[:: 1 if SOAK else 7]:
            assert not smuggled(app.draw(text)), text
        assert smuggled(b"\x1b]52;c;UFdORUQ=\x07")  # the test itself can fail


def pty_of(arguments: list[str], home: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start Python in a terminal of its own, 100 x 30."""
    fd, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    environment = {"TERM": "xterm-256color", "STUDYTUI_HOME": str(home), "EDITOR": HOSTILE[0]}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=child,
        stdout=child,
        stderr=child,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    os.close(child)
    return process, fd


def end(process: subprocess.Popen[bytes], fd: int) -> None:
    """End a program with all that it started, wherever it is, and close its terminal."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    os.close(fd)


def drained(fd: int, quiet: float, most: float = 20.0) -> bytes:
    """Return what is sent until nothing has come for `quiet` seconds, or the other end closes."""
    sent, deadline = b"", time.monotonic() + most
    while time.monotonic() < deadline and select.select([fd], [], [], quiet)[0]:
        try:
            sent += os.read(fd, 1 << 16)
        except OSError:
            break
    return sent


HOSTILE = ("\x1b]52;c;UFdORUQ=\x07\x9b666m\u202eabc\U000e0041", "&#x1b;]52;c;UFdORUQ=&#7;&#x202e;")
"""What stands in every field of every row, raw and in entities."""

NOTE = """---
deck: Strange
---
# Softmax

Q: What is one and one?
A: 2
```check
answer: 2
hint: Count.
misconceptions:
  - {answer: "3", says: "No."}
```

Q: Which of these is even?
A: 4
```check
answer: 4
choices: [4, 5, 7]
```

Q: A prompt with <https://x/%1b%5D52;c;UFdORUQ=%1b%5C> &#x202e; &#xE0041; ~~&#27;~~
A: An answer, &#x9b;666m and `&#x1b;`
```

```
"""


@pytest.fixture
def strange(empty: Services, tmp_path: Path, home: Path) -> Path:
    """A store whose every text holds what none should, the numbers of its cards left alone."""
    note = tmp_path / "note.md"
    note.write_text(NOTE, encoding="utf-8")
    empty.store().import_notes([read(note)])
    empty.store().suspend(empty.store().cards()[2].card.id)
    empty.close()
    raw = " ".join(HOSTILE)
    path = home / "studytui.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        for key, body in connection.execute("SELECT key, body FROM cards").fetchall():
            spoilt = json.dumps(_spoilt(json.loads(body), raw))
            connection.execute("UPDATE cards SET body = ? WHERE key = ?", (spoilt, key))
        connection.execute("UPDATE cards SET file = file || ?, tags = tags || ?", (raw, raw))
        connection.execute("UPDATE sections SET deck = deck || ?, title = title || ?", (raw, raw))
    Path(f"{note}{raw}").write_text(NOTE, encoding="utf-8")
    return note


def _spoilt(value: Any, raw: str, name: str = "") -> Any:
    """Return a card with a strange text behind each of its texts that may be any."""
    if isinstance(value, dict):
        return {name: _spoilt(part, raw, name) for name, part in value.items()}
    if isinstance(value, list):
        return [_spoilt(part, raw, name) for part in value]
    free = name in ("prompt", "answer", "hint", "says", "deck", "title", "source", "why")
    return f"{value} {raw}" if free and isinstance(value, str) else value


ESCAPE = "\x1b[27u"
"""The key, as terminals say it that tell it from the beginning of another one."""

STEPS = (
    ("", "Press s to study"),
    ("?", "Arrow keys scroll"),
    (ESCAPE, "Deck and topic"),
    ("\x10", "Search for commands"),
    ("so", "Study"),
    (ESCAPE, "Deck and topic"),
    ("S", "Study ahead"),
    ("q", "Deck and topic"),
    ("t", "nothing yet"),
    ("/", ""),
    ("nothing\r", "nothing"),
    (ESCAPE, ""),
    ("z", "Minutes"),
    ("s", "Question 1 of"),
    (ESCAPE, ""),  # where one types, the next key would be a letter
    ("n", "Question 2 of"),
    (ESCAPE, ""),
    ("f", "Press f to hand in"),
    ("f", "Softmax 0 of"),
    ("n", "Question 2"),
    ("q", "Minutes"),
    ("l", "simulation"),
    ("H", "Deck and topic"),
    ("s", "empty to reveal"),
    (ESCAPE, ""),
    ("e", "did not start"),
    ("l", ""),
    ("h", ""),
    ("i", "Suspend"),
    ("q", "Show answer"),
    (" ", "Good"),
    ("3", "Which of these is even?"),
    (ESCAPE, ""),
    (" ", "Good"),
    ("!", "What is one and one?"),
    (ESCAPE, "Show answer"),
    ("u", "Which of these is even?"),
)
"""Keys that lead over all screens, and what is then to be seen."""


def test_no_screen_sends_what_a_store_smuggles(strange: Path, home: Path) -> None:
    process, fd = pty_of(["-m", "studytui.cli"], home)
    try:
        sent = b""
        for keys, seen in STEPS:
            os.write(fd, keys.encode())
            came, deadline = b"", time.monotonic() + 60
            while True:
                came += drained(fd, 0.1, 3.0)
                if seen in words_of(came):
                    break
                assert time.monotonic() < deadline, (keys, words_of(came)[-1500:])
            sent += came
        os.write(fd, b"\x11")
        sent += drained(fd, 3.0, 5.0)
        assert b"UFdORUQ" in sent  # it was shown, as what it is: a text
        assert not smuggled(sent)
        assert process.wait(20) == 0
    finally:
        end(process, fd)


def words_of(sent: bytes) -> str:
    """Return the text of what was sent, with one space between its words."""
    return " ".join(_OURS.sub("", sent.decode("utf-8", "replace")).split())


RUNNER = """
import json, sys
from studytui import cli
for number, arguments in enumerate(json.loads(sys.argv[1])):
    print(f"== {number}", flush=True)
    try:
        cli.main(arguments)
    except SystemExit as end:
        print(f"== {end.code}", flush=True)
"""
"""Runs one command after another in one process, in a terminal."""


def commands_on(note: Path, card: str) -> list[list[str]]:
    """Return a line for each command, with strange arguments where it takes any."""
    raw = HOSTILE[0]
    lines = [
        ["cards"],
        ["cards", raw],
        ["cards", "tag:" + raw],
        ["card", card],
        ["card", raw],
        ["stats"],
        ["stats", raw],
        ["due"],
        ["options"],
        ["options", raw],
        ["options", "Strange", f"{raw}=1"],
        ["import", str(note)],
        ["import", raw],
        ["check", str(note)],
        ["check", raw],
        ["grade", "--expected", raw, "--answer", raw],
        ["sim", raw],
        ["sim", "softmax.jacobian", "--set", f"{raw}={raw}"],
        ["derive", raw],
        ["verify", raw],
        ["backup"],
        ["backup", f"/nope/{raw}"],
        ["restore"],
        ["restore", raw],
        ["sync", raw],
        ["sync", f"postgresql://u:p@h/{raw}"],
        ["doctor"],
        ["study", "--plain"],
        ["quiz", "--plain", "--seed", "1"],
        [raw],
        ["--store", f"/nope/{raw}", "due"],
    ]
    for line in (["cards"], ["card", card], ["stats"], ["due"], ["quiz", "--seed", "1"]):
        lines.append([*line, "--json"])
    return [["--store", str(note.parent / "home/studytui.db"), *line] for line in lines[:2]] + lines


def test_no_command_prints_what_a_store_or_an_argument_smuggles(
    strange: Path, home: Path, empty: Services
) -> None:
    card = empty.store().cards()[0].card.id
    empty.close()
    process, fd = pty_of(["-c", RUNNER, json.dumps(commands_on(strange, card))], home)
    attributes = termios.tcgetattr(fd)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(fd, termios.TCSANOW, attributes)
    try:
        sent, deadline = b"", time.monotonic() + 90
        while process.poll() is None:
            assert time.monotonic() < deadline, sent[-500:]
            if came := drained(fd, 0.5):
                sent += came
            else:
                os.write(fd, b"2\n:q\nn\n")  # for a command that asks
        sent += drained(fd, 0.2)
        assert sent.count(b"== ") > 30
        assert b"Traceback" not in sent
        assert b"UFdORUQ" in sent
        assert not smuggled(sent)
    finally:
        end(process, fd)
