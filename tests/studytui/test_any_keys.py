"""Whatever keys are pressed, in whatever order and window, the app goes on."""

import asyncio
import os
import random
from pathlib import Path
from typing import Any

import psutil
import pytest
from textual.app import App, ComposeResult
from textual.css.query import NoMatches
from textual.events import Key, MouseDown, MouseUp

from cards.formats import read
from sims.worker.parent import Worker
from studytui.app import StudyApp
from studytui.screens.claims import ClaimsScreen
from studytui.services import Services
from studytui.typeset import code
from studytui.widgets.options import Options

SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
SEEDS, PRESSES = (12, 2_500) if SOAK else (3, 50)
LIMIT = 120.0
"""Seconds within which the children end once the app has."""

NOTES = Path(__file__).parents[2] / "cards" / "notes"
_KEYS = (
    "space enter escape 1 2 3 4 h z t l s c u v d a i e n p f r x m g y w b k j minus plus slash "
    "exclamation_mark question_mark up down left right tab shift+tab pageup pagedown home end "
    "backspace delete full_stop dollar_sign backslash left_square_bracket equals_sign asterisk f2 "
    "A B C D E F G H I O P R S V W Z greater_than_sign less_than_sign percent_sign number_sign f5"
)
KEYS = _KEYS.split()
SIZES = ((30, 8), (80, 24), (200, 60))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a key wait until the messages before it are handled, but not until the process is idle.

    That took most of the time, and a person who types fast does not wait either.
    """

    async def go_on(*_: float) -> None:
        await asyncio.sleep(0)

    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", go_on)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("seed", range(SEEDS))
async def test_no_keys_break_the_app(
    services: Services,
    grader: Worker,
    settled: Any,
    faults_are_meant: list[None],
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    async def stay(self: StudyApp) -> None:
        """Go on where a click on the help's line of ctrl+q ends the app."""

    monkeypatch.setattr(StudyApp, "action_quit", stay)
    faults_are_meant.append(None)  # Textual's own are said and gone on from; ours end the app
    services.store().import_notes([read(NOTES / "softmax.md"), read(NOTES / "gini.md")])
    before = set(psutil.Process().children(recursive=True))
    dice = random.Random(seed)
    app = StudyApp(services)
    app.animation_level = "none"  # each key would wait for its end
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for number in range(PRESSES):
            await pilot.press(dice.choice(KEYS))
            if number % 10 == 0:
                await pilot.resize_terminal(*dice.choice(SIZES))
                await pilot.pause(dice.choice((0, 0, 0.2)))  # what a child does may come back
            if dice.random() < 0.1:
                width, height = app.size
                # Not the last rows, where the key that ends the app can be clicked.
                at = dice.randrange(width), dice.randrange(height - 3)
                for event in (MouseDown, MouseUp):
                    app.post_message(event(None, *at, 0, 0, 1, False, False, False))
                await pilot.pause(0)
        assert app.is_running
        assert app.fault is None
    services.close()
    for lasts in (grader, code._child()):  # these end with the tests, and with the program
        lasts.close()
    _, left = psutil.wait_procs(set(psutil.Process().children(recursive=True)) - before, LIMIT)
    assert not left, [child.cmdline() for child in left]


BURSTS = (
    ("ctrl+p", "down", "enter", "ctrl+p", "enter"),
    ("ctrl+p", "escape", "ctrl+p", "escape", "s"),
    ("ctrl+p", "s", "t", "enter", "escape", "escape"),
    ("ctrl+p", "pagedown", "pageup", "end", "enter"),
    ("q", "s"),
    ("q", "z", "l"),
    ("q", "ctrl+p"),
    ("z", "q"),
)


@pytest.mark.parametrize("burst", BURSTS, ids=" ".join)
async def test_keys_in_one_burst_raise_nothing(
    services: Services, settled: Any, burst: tuple[str, ...], faults_are_meant: list[None]
) -> None:
    faults_are_meant.append(None)  # some of these are Textual's, and only said
    app = StudyApp(services)
    async with app.run_test(size=(80, 8)) as pilot:
        await settled(pilot)
        for wait in (False, True):
            for key in burst:
                app.post_message(Key(key, key if len(key) == 1 else None))
                if wait:
                    await pilot.pause()
            await pilot.pause()
        await settled(pilot)
        assert app.fault is None
        assert app.return_code in (None, 0)


async def test_a_fault_of_textuals_is_logged_and_said_and_the_app_goes_on(
    services: Services, settled: Any, home: Path, faults_are_meant: list[None]
) -> None:
    faults_are_meant.append(None)
    app = StudyApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        with pytest.raises(NoMatches) as caught:
            app.screen.query_one("#nothing")
        app._handle_exception(caught.value)
        await pilot.press("s")
        await settled(pilot)
        assert app.is_running
        assert app.fault is None
        assert "This is a fault of StudyTUI (NoMatches)" in {
            note.message.split(";")[0] for note in app._notifications
        }
    assert "NoMatches" in (home / "logs" / "errors.log").read_text()


class Narrow(App[None]):
    CSS = "Options { width: 0; height: 3; }"

    def compose(self) -> ComposeResult:
        yield Options("first", "second")


@pytest.mark.parametrize("key", ["page_up", "page_down"])
async def test_page_keys_in_a_list_without_room(key: str) -> None:
    app = Narrow()
    async with app.run_test():
        options = app.query_one(Options)
        options.highlighted = 0
        getattr(options, f"action_{key}")()
        assert options.highlighted == 0


async def test_arrow_keys_where_nothing_scrolls(services: Services, settled: Any) -> None:
    app = StudyApp(services, opening=ClaimsScreen(services, "gini"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("x", "up", "down", "pageup", "pagedown", "left", "right")
        assert app.is_running


async def test_the_claims_page_says_at_once_that_it_works(
    services: Services, settled: Any, shown: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClaimsScreen, "judge", lambda _screen: None)
    app = StudyApp(services, opening=ClaimsScreen(services, "gini"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "Starting …   x stops" in shown(app)
