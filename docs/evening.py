"""An evening in the app, in a terminal of its own: `make pictures` writes what it looks like.

First run, import, study, lab, derivation, audit, quiz, browse, add, statistics, exam plan, quit,
played with keys in tmux, in a folder that is thrown away. Run it as
`python docs/evening.py FOLDER WIDTHxHEIGHT`; it ends with an error where something never comes.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from studytui.themes import DARK, sixteen

CARDS = 20
"""Cards that are studied."""

SECONDS = 120.0
"""How long something may take, on a slow machine."""

SEED = "7"
"""The paper of this seed has predictions."""

NOTE = r"""# Gini coefficient

Q: What does a Gini coefficient of 1 mean?
A: Perfect concentration in a single individual

# Averages

- The variance of the mean of $n$ independent draws is $\sigma^2/n$.
```claim
draw: X ~ iid(any(mean m, variance v), n)
claim: Var(mean(X)) = v/n
```
- For every $x$, $x^2 + 1 \ge 3x$.
```claim
claim: x^2 + 1 >= 3*x
```

Q: What is the variance of the mean of $n$ independent draws of variance $v$?
A: $v/n$
```check
answer: v/n
variables: {n: positive, v: positive}
misconceptions:
  - {answer: "v/n^2", says: "That is the variance of the mean of n equal draws divided once more."}
```

Q: Why is $(a + b)^2 - (a - b)^2 = 4ab$?
A: The squares cancel and the mixed terms add up.
```derive
(a + b)^2 - (a - b)^2
a^2 + 2*a*b + b^2 - (a^2 - 2*a*b + b^2)
4*a*b
```
"""


class Terminal:
    """The app in tmux. Keys have tmux's names: `Enter`, `Escape`, `C-s`."""

    def __init__(self, place: Path, size: str) -> None:
        self.width, self.height = map(int, size.split("x"))
        self.names = {str(Path(__file__).resolve().parents[1]): "~/studytui", str(place): "~"}
        """Folders of this machine, and what is written in their place."""
        self.socket = str(place / "tmux")
        wanted = {"STUDYTUI_HOME": f"{place}/data", "TERM": "xterm-256color"}
        wanted |= {"COLORTERM": "truecolor", "PYTHONPATH": os.pathsep.join(sys.path)}
        named = [f"{name}={value}" for name, value in wanted.items()]
        size = ["-x", str(self.width), "-y", str(self.height)]
        self.tmux("new-session", "-d", *size, "env", *named, sys.executable, "-m", "studytui.cli")

    def tmux(self, *words: str) -> str:
        """Return what a command of tmux prints."""
        return subprocess.run(
            ["tmux", "-S", self.socket, *words], capture_output=True, text=True, check=True
        ).stdout

    @property
    def shown(self) -> str:
        """What stands on the screen."""
        return self.tmux("capture-pane", "-p")

    def press(self, *keys: str) -> str:
        """Press keys, each after what the one before it drew, and return what is shown then."""
        for key in keys:
            self.tmux("send-keys", "--", key)
            self.rest()
        return self.shown

    def type(self, text: str) -> None:
        """Type a text."""
        self.tmux("send-keys", "-l", "--", text)
        self.rest()

    def rest(self) -> None:
        """Wait until nothing is drawn for a while."""
        before, shown = "", self.shown
        while before != shown:
            time.sleep(0.3)
            before, shown = shown, self.shown

    def until(self, *texts: str) -> str:
        """Wait until one of the texts is shown, and return all that is. Raises TimeoutError."""
        end = time.monotonic() + SECONDS
        while not any(text in (shown := self.shown) for text in texts):
            if time.monotonic() > end:
                raise TimeoutError(f"none of {texts} came; there is\n{shown}")
            time.sleep(0.2)
        self.rest()
        return self.shown

    def picture(self) -> str:
        """Return what is shown as SVG, without the fonts that a picture would fetch."""
        lines = Text()
        for line in self.tmux("capture-pane", "-e", "-N", "-p").splitlines():
            for place, name in self.names.items():
                pad = " " * (len(place) - len(name))
                line = re.sub(rf"{re.escape(place)}([^\x1b]*)", rf"{name}\g<1>{pad}", line)
            lines += Text.from_ansi(line + "\n")
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            console = Console(
                record=True,
                width=self.width,
                file=nowhere,
                color_system="truecolor",
                force_terminal=True,
            )
            console.print(lines, no_wrap=True, overflow="crop", end="")
            svg = console.export_svg(title="StudyTUI", theme=sixteen(DARK), unique_id="evening")
        return re.sub(r"@font-face\s*{[^}]*}", "", svg).replace("Fira Code", "monospace")

    def ended(self) -> bool:
        """Return whether the app has ended."""
        done = subprocess.run(
            ["tmux", "-S", self.socket, "has-session"], capture_output=True, check=False
        )
        return done.returncode != 0


class Evening:
    """Spends the evening, and writes pictures."""

    def __init__(self, terminal: Terminal, folder: Path, note: Path) -> None:
        self.at, self.folder, self.note = terminal, folder, note

    def shoot(self, name: str) -> None:
        """Write a picture of what is shown."""
        (self.folder / f"{name}.svg").write_text(self.at.picture(), encoding="utf-8")
        print(name, flush=True)

    def spend(self) -> None:
        """Go through it all."""
        at = self.at
        at.until("What will you study?")
        self.shoot("1-first-run")
        at.press("1")
        at.until("Press s to study")
        at.press("I")
        at.until("Type the path")
        at.type(str(self.note.parent))
        at.press("Enter")
        at.until("in 1 note,")
        self.shoot("2-import")
        at.press("I")
        at.until("Of your cards")
        at.until("Statistics")  # what was said of the import lies over it for a while
        self.shoot("3-home")
        at.press("s")
        self.study()
        self.lab()
        at.press("H", "V")
        at.until("statements: ")
        self.shoot("7-audit")
        at.press("q", "Z")
        self.quiz()
        at.press("q", "B", "/")
        at.type("topic:softmax")
        at.until("cards, by")
        self.shoot("10-browse")
        at.press("Escape", "q", "+")
        self.add()
        at.press("Escape")
        at.until("Home   Browse")  # a key right after it would be typed
        at.press("T")
        at.until("Streak")
        self.shoot("12-statistics")
        at.press("E", "Tab")
        at.type((date.today() + timedelta(days=30)).isoformat())
        at.press("Enter")
        at.until("Expected recall")
        self.shoot("13-exam")
        at.press("q", "H")
        at.until("Press s to study", "Nothing is due")
        at.tmux("send-keys", "q")
        end = time.monotonic() + SECONDS
        while not at.ended():
            if time.monotonic() > end:
                raise TimeoutError("it did not quit")
            time.sleep(0.2)

    def study(self) -> None:
        """Study: a wrong answer that many give, a refuted card, the others revealed."""
        at = self.at
        for _ in range(CARDS):
            shown = at.until("Show answer", "Submit", "1… Pick", "Done for now")
            if "Done for now" in shown:
                break
            if "variance of the mean" in shown:
                at.type("v/n^2")
                at.press("Enter")
                at.until("Not right")
                self.shoot("4-study")
            elif "1… Pick" in shown:
                at.press("1")
            elif "Submit" in shown:
                at.press("Enter")
            else:
                at.press("Space")
            shown = at.until("3 Good")
            if "Gini coefficient of 1" in shown:
                self.shoot("4-refuted")
            at.press("3")
        shown = at.until("Show answer", "Submit", "1… Pick", "Done for now")
        at.press("Escape", *["q"] * ("Done for now" not in shown))
        at.until("Statistics")

    def lab(self) -> None:
        """Run a simulation and walk a derivation."""
        at = self.at
        at.press("L")
        topics = at.until("Enter opens what").splitlines()
        first = next(n for n, line in enumerate(topics) if line.startswith("  A3C"))
        gini = next(n for n, line in enumerate(topics) if line.startswith("  Gini"))
        at.press(*["Down"] * (gini - first))
        at.until("gini.lorenz")
        at.press("Enter", "Enter")
        at.until("to run it")
        at.press("r")
        at.until("done in")
        self.shoot("5-lab")
        at.press("q")
        listed = re.findall(r"(simulation|derivation|claims) gini", at.until("Enter opens what"))
        at.press(*["Down"] * listed.index("derivation"), "Enter")
        at.until("n Next", "space Next")
        at.press("*")
        at.until("; 2 proved", "; 3 proved", "; 4 proved", "; 5 proved")
        self.shoot("6-derivation")
        at.press("q")
        at.until("Enter opens what")
        at.press("Escape")

    def quiz(self) -> None:
        """Sit a paper of ten questions."""
        at, seen = self.at, set[str]()
        at.until("Questions")
        at.press("Tab", "Tab", "Tab", *["BSpace"] * 8)
        at.type(SEED)
        at.press("Escape", "s")
        for _ in range(10):
            shown = at.until("Question ")
            if "1… Pick" in shown:
                self.once("8-quiz", seen)
                at.press("1", "+")
            elif "Predict" in shown:
                at.type("0.5")
                at.press("Enter", "-")
                at.until("committed")
                self.once("8-prediction", seen)
                at.press("n")
            elif "Submit" in shown:
                at.press("Escape", "n")
        at.press("f", "f")
        at.until("of 10 right")
        self.shoot("9-result")

    def once(self, name: str, seen: set[str]) -> None:
        """Take a picture of the first of its kind."""
        if name not in seen:
            seen.add(name)
            self.shoot(name)

    def add(self) -> None:
        """Add a card."""
        at = self.at
        for text in (r"What is $\frac{d}{dx} \log x$?", "$1/x$", "answer: 1/x"):
            at.type(text)
            at.press("Tab")
        self.shoot("11-add")
        at.press("C-s")


def main(folder: Path, size: str) -> None:
    """Spend the evening in a folder that is thrown away, and look whether the store is sound."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        note = Path(place) / "notes" / "averages.md"
        note.parent.mkdir()
        note.write_text(NOTE, encoding="utf-8")
        terminal = Terminal(Path(place), size)
        try:
            Evening(terminal, folder, note).spend()
        finally:
            if not terminal.ended():
                terminal.tmux("kill-server")
        home = os.environ | {"STUDYTUI_HOME": f"{place}/data"}
        subprocess.run([sys.executable, "-m", "studytui.cli", "doctor"], env=home, check=True)


if __name__ == "__main__":
    if not shutil.which("tmux"):
        sys.exit("the evening is played in tmux, which is not here")
    main(
        Path(sys.argv[1] if len(sys.argv) > 1 else "docs/evening"),
        sys.argv[2] if len(sys.argv) > 2 else "110x34",
    )
