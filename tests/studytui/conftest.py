"""A small deck, a real store and a real grading child for the tests of the app."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from cards.formats import read
from sims.worker.parent import Worker
from studytui.config import Config
from studytui.services import Services

DECK = """---
deck: Small
---
# Softmax

Q: A prompt with [/b] markup, a[i] and [@click=app.quit]bait[/].
A: An answer with [red]markup[/red].

Q: What is the derivative of $x^2$?
A: $2x$
```check
answer: 2*x
variables: {x: real}
hint: Multiply by the exponent.
derivation: softmax.gradient
simulation: gini.lorenz
misconceptions:
  - {answer: "x", says: "The factor 2 is missing."}
```

Q: Which of these is even?
A: 4
```check
answer: 4
choices: [4, 5, 7]
```
"""


class SharedServices(Services):
    """Services whose grading child is shared between tests, and outlives them."""

    shared: Worker

    def algebra(self) -> Worker:
        """Return the shared child."""
        return self.shared


@pytest.fixture(scope="session")
def grader() -> Iterator[Worker]:
    worker = Worker()
    worker.warm("cards.answers.grade")
    yield worker
    worker.close()


@pytest.fixture(autouse=True)
def now(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], datetime]]:
    """Start the store's clock at a fixed hour, so that no test depends on when it runs.

    `STUDYTUI_TEST_CLOCK` names another, such as `03:58 Pacific/Auckland`; `make test` runs
    the tests that touch days once more around midnight and the rollover. The marker `clock` is
    for a test about one hour.
    """
    marked = request.node.get_closest_marker("clock")
    wanted = marked.args[0] if marked else os.environ.get("STUDYTUI_TEST_CLOCK", "12:00 UTC")
    hour, zone = wanted.split()
    start = datetime.fromisoformat(f"2026-11-03T{hour}").replace(tzinfo=ZoneInfo(zone))
    started = time.monotonic()

    def clock() -> datetime:
        return start.astimezone(UTC) + timedelta(seconds=time.monotonic() - started)

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    monkeypatch.setattr("db.context._now", clock)
    yield clock
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def faults_are_meant() -> list[None]:
    """Ask for this, and put something in, where a fault of the program is what is tested."""
    return []


@pytest.fixture
def home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults_are_meant: list[None]
) -> Iterator[Path]:
    """A folder for all data; in the end no fault may have been logged there."""
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    yield tmp_path / "home"
    log = tmp_path / "home" / "logs" / "errors.log"
    assert faults_are_meant or not log.exists(), log.read_text(encoding="utf-8")


@pytest.fixture
def empty(home: Path, grader: Worker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Services with an empty store; what the app says stays, however slow the machine is."""
    monkeypatch.setattr("studytui.app.StudyApp.NOTIFICATION_TIMEOUT", 1000.0)
    services = SharedServices(Config(new_per_day=100))
    services.shared = grader
    yield services
    services.close()


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """The note of the small deck."""
    path = tmp_path / "small.md"
    path.write_text(DECK, encoding="utf-8")
    return path


@pytest.fixture
def services(empty: Services, deck: Path) -> Services:
    """Services with the small deck imported."""
    empty.store().import_notes([read(deck)])
    return empty


@pytest.fixture
def settled() -> Callable[[Pilot[None]], object]:
    """Wait until every thread of the app has ended and its messages have been handled."""

    async def wait(pilot: Pilot[None]) -> None:
        rounds = 3
        while rounds:
            rounds -= 1
            try:
                await pilot.app.workers.wait_for_complete()
            except WorkerCancelled:  # by another one that does its work
                rounds += 1
            await pilot.pause()

    return wait


@pytest.fixture
def shown() -> Callable[[App[None]], str]:
    """Return what is on the screen as text."""

    def text(app: App[None]) -> str:
        strips = app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    return text
