"""An evening in the app, played through with keys: ``make pictures`` writes what it looks like.

First run, import, study, lab, derivation, audit, quiz, browse, add, statistics, exam plan, quit; in
a folder of its own, which is thrown away. Run it as ``python docs/evening.py FOLDER``.
"""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

WIDTH, HEIGHT = 110, 34
CARDS = 20
"""Cards that are studied."""

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


class Evening:
    """Presses keys in the app, waits until it has settled, and writes pictures."""

    def __init__(self, folder: Path) -> None:
        from studytui.app import StudyApp

        self.app, self.folder = StudyApp(), folder
        self.places = {str(Path(__file__).resolve().parents[1]): "~/studytui"}
        """Folders of this machine, and what is written in their place."""

    async def settle(self) -> None:
        """Wait until every thread has ended and its messages have been handled."""
        for _ in range(3):
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other has settled."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text and wait once."""
        await self.pilot.press(*text)
        await self.settle()

    async def until(self, done: Callable[[], bool], seconds: float = 120) -> None:
        """Wait for something that takes its time."""
        for _ in range(int(10 * seconds)):
            await self.settle()
            if done():
                return
            await self.pilot.pause(0.1)
        raise TimeoutError(f"{self.app.screen} is not ready")

    def shoot(self, name: str) -> None:
        """Write what is on the screen, without the fonts that a picture would fetch."""
        svg = self.app.export_screenshot(title="StudyTUI")
        svg = re.sub(r"@font-face\s*{[^}]*}", "", svg).replace("Fira Code", "monospace")
        for place, name_of_it in self.places.items():
            svg = without(svg, place, name_of_it)
        (self.folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        print(name)

    async def run(self, note: Path) -> None:
        """Spend the evening."""
        async with self.app.run_test(size=(WIDTH, HEIGHT)) as self.pilot:
            await self.settle()
            await self.pilot.pause(0.3)
            self.shoot("1-first-run")
            await self.press("1")
            await self.until(lambda: bool(self.app.services.store().overview()))
            await self.press("i")
            await self.type(f"{note.parent}")
            await self.press("enter")
            await self.pilot.pause(0.5)
            await self.settle()
            self.shoot("2-import")
            await self.press("i")
            await self.until(lambda: len(self.app.services.store().cards("topic:averages")) > 0)
            await self.until(lambda: self.app.screen is not None)
            while len(self.app.screen_stack) > 1:
                await self.press("q")
            await self.press("h")
            self.shoot("3-home")
            await self.study()
            await self.lab()
            await self.press("h", "v")
            await self.until(lambda: not getattr(self.app.screen, "auditing", False))
            await self.pilot.pause(1)
            self.shoot("7-audit")
            await self.quiz()
            await self.press("h", "b")
            await self.type("/topic:softmax")
            await self.pilot.pause(0.5)
            self.shoot("10-browse")
            await self.press("escape", "q", "plus")
            self.shoot("11-add")
            await self.press("escape", "t")
            self.shoot("12-statistics")
            await self.press("E", "tab")
            await self.type((date.today() + timedelta(days=30)).isoformat())
            await self.press("enter")
            self.shoot("13-exam")
            await self.press("q", "h", "q")

    async def study(self) -> None:
        """Study: type the first answers, reveal the others."""
        from studytui.screens.study import StudyScreen

        await self.press("s")
        shot = False
        for _ in range(CARDS):
            screen = self.app.screen
            if not isinstance(screen, StudyScreen) or screen.question is None:
                break
            question = screen.question
            if question.card.kind == "choice":
                await self.press("1")
            elif question.card.kind in ("symbol", "number") and question.variant.expected:
                wrong = question.card.check and question.card.check.misconceptions
                typed = wrong[0].answer if wrong and not shot else question.variant.expected
                await self.press("escape", "a")
                await self.type(typed)
                await self.pilot.pause(0.4)
                await self.press("enter")
                if wrong and not shot:
                    self.shoot("4-study")
                    shot = True
            else:
                await self.press("escape", "space")
                if question.refuted:
                    self.shoot("4-refuted")
            if isinstance(self.app.screen, StudyScreen) and self.app.screen.phase == "answered":
                await self.press("3")
        while len(self.app.screen_stack) > 1:
            await self.press("escape", "q")

    async def lab(self) -> None:
        """Run a simulation and walk a derivation."""
        await self.press("l")
        for _ in range(60):
            topics = self.app.screen.query_one("#topics")
            if topics.highlighted_option.id == "gini":
                break
            await self.press("down")
        await self.press("enter", "enter", "r")
        await self.until(lambda: not self.app.screen.simulating)
        await self.pilot.pause(0.5)
        self.shoot("5-lab")
        await self.press("q")
        contents = self.app.screen.query_one("#contents")
        while not contents.highlighted_option.id.startswith("derivation"):
            await self.press("down")
        await self.press("enter", "a")
        await self.until(lambda: self.app.screen.ended)
        self.shoot("6-derivation")
        await self.press("q", "escape")

    async def quiz(self) -> None:
        """Sit a paper of ten questions."""
        from studytui.screens.paper import PaperScreen
        from studytui.screens.result import ResultScreen

        await self.press("h", "z")
        await self.press("s")
        await self.until(lambda: isinstance(self.app.screen, PaperScreen))
        paper, shot = self.app.screen, False
        for place in range(len(paper.typed)):
            if paper.place != place:
                break
            question = paper.paper.questions[place]
            if question.card.kind == "choice":
                if not shot:
                    self.shoot("8-quiz")
                    shot = True
                await self.press("1", "s")
            elif question.predicts:
                await self.press("escape", "a")
                await self.type("0.5")
                await self.press("enter", "u")
                await self.until(lambda at=place: at in paper.watched)
                if question.card.deck == "Predictions":
                    self.shoot("8-prediction")
                await self.press("n")
            else:
                await self.press("escape", "n")
        await self.press("escape", "f", "f")
        await self.until(lambda: isinstance(self.app.screen, ResultScreen))
        self.shoot("9-result")
        await self.press("q")


def without(svg: str, place: str, name: str) -> str:
    """Return a picture with another name for a folder; a row of text stays as long as it was."""
    pad = "&#160;" * (len(place) - len(name))
    return re.sub(rf"{re.escape(place)}([^<]*)<", rf"{name}\g<1>{pad}<", svg)


def main(folder: Path) -> None:
    """Spend the evening in a folder that is thrown away."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        os.environ["STUDYTUI_HOME"] = f"{place}/data"
        note = Path(place) / "notes" / "averages.md"
        note.parent.mkdir()
        note.write_text(NOTE, encoding="utf-8")
        evening = Evening(folder)
        evening.places[place] = "~"
        asyncio.run(evening.run(note))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/evening"))
