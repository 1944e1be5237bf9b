"""What a thread brings late never replaces or covers what was opened meanwhile."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual.command import CommandPalette
from textual.screen import Screen

from studytui.app import StudyApp
from studytui.screens.custom import CustomScreen
from studytui.screens.done import DoneScreen
from studytui.screens.help import HelpScreen
from studytui.screens.home import HomeScreen
from studytui.screens.paper import PaperScreen
from studytui.screens.quiz import QuizSetupScreen
from studytui.screens.result import ResultScreen
from studytui.screens.study import StudyScreen
from studytui.services import Services
from studytui.sessions.quiz import draw, mark
from studytui.sessions.study import StudySession


class Gate:
    """Holds up a function in its thread until it is opened."""

    def __init__(self) -> None:
        self.reached, self._opened = threading.Event(), threading.Event()

    def before(self, do: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, held up."""

        def held(*arguments: Any, **more: Any) -> Any:
            self.reached.set()
            self._opened.wait(20)
            return do(*arguments, **more)

        return held

    async def wait(self) -> None:
        """Wait until the function has been called."""
        assert await asyncio.to_thread(self.reached.wait, 20)

    def open(self) -> None:
        """Let it go on."""
        self._opened.set()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that holds a place up, as `studytui.sessions.quiz.mark`."""

    def hold(place: str, do: Callable[..., Any]) -> Gate:
        found = Gate()
        monkeypatch.setattr(place, found.before(do))
        return found

    return hold


async def test_the_result_of_a_paper_waits_for_the_palette(
    services: Services, settled: Any, gate: Any
) -> None:
    marking = gate("studytui.screens.paper.mark", mark)
    app = StudyApp(services, opening=PaperScreen(services, draw(services, [], 1, 0)))
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("escape", "f", "f")
        await marking.wait()
        await pilot.press("ctrl+p")
        await pilot.pause()
        marking.open()
        await settled(pilot)
        assert isinstance(app.screen, CommandPalette)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, ResultScreen)
        await pilot.press("q")
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)


async def test_the_end_of_a_session_waits_for_the_help(
    services: Services, settled: Any, gate: Any
) -> None:
    app = StudyApp(services, opening=StudyScreen(services))
    async with app.run_test() as pilot:
        await settled(pilot)
        for _ in range(2):
            await pilot.press("escape", "space", "4")
            await settled(pilot)
        rating = gate("studytui.sessions.study.StudySession.rate", StudySession.rate)
        await pilot.press("escape", "space", "4")
        await rating.wait()
        await pilot.press("question_mark")
        await pilot.pause()
        rating.open()
        await settled(pilot)
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, DoneScreen)


async def test_what_was_taken_back_is_asked_once_the_help_is_closed(
    services: Services, settled: Any, gate: Any
) -> None:
    store = services.store()
    for stored in store.cards():
        store.answer(stored.card.id, 4, seconds=1)
    app = StudyApp(services, opening=StudyScreen(services, StudySession(services)))
    async with app.run_test() as pilot:
        await settled(pilot)
        assert isinstance(app.screen, DoneScreen)
        undoing = gate("studytui.sessions.study.StudySession.undo", StudySession.undo)
        await pilot.press("u")
        await undoing.wait()
        await pilot.press("question_mark")
        await pilot.pause()
        undoing.open()
        await settled(pilot)
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, StudyScreen)


async def test_custom_study_begins_once_the_help_is_closed(
    services: Services, settled: Any, gate: Any
) -> None:
    making = gate("studytui.screens.custom.StudySession", StudySession)
    app = StudyApp(services, opening=CustomScreen(services, "Everything", None, None))
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("down", "down", "down", "enter")
        await making.wait()
        await pilot.press("question_mark")
        await pilot.pause()
        making.open()
        await settled(pilot)
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, StudyScreen)


async def test_a_paper_is_not_opened_over_a_session(
    services: Services, settled: Any, gate: Any
) -> None:
    drawing = gate("studytui.screens.quiz.draw", draw)
    app = StudyApp(services)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("z")
        await settled(pilot)
        await pilot.press("s")
        await drawing.wait()
        await pilot.press("H", "s")
        await pilot.pause()
        drawing.open()
        await settled(pilot)
        assert isinstance(app.screen, StudyScreen)
        await pilot.press("q")
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)
        await pilot.press("z")
        await settled(pilot)
        assert isinstance(app.screen, PaperScreen)
        assert isinstance(app.screen_stack[-2], QuizSetupScreen)


async def test_a_palette_opens_over_a_page_that_lies_over_a_palette(
    services: Services, settled: Any
) -> None:
    app = StudyApp(services)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p")
        await settled(pilot)
        await app.push_screen(Screen[None]())
        await settled(pilot)
        app.action_command_palette()
        await settled(pilot)
        assert sum(isinstance(screen, CommandPalette) for screen in app.screen_stack) == 2


@pytest.mark.parametrize("size", [(80, 24), (50, 20)])
async def test_what_is_said_covers_no_card(
    services: Services, settled: Any, size: tuple[int, int]
) -> None:
    app = StudyApp(services, opening=StudyScreen(services))
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        card, long = app.screen.query_one("#study-card"), "a rather long sentence, " * 20
        for says in ("short", "another", "a third one", f"{long}and its end", "[/b] after that"):
            app.notify(says, markup=False, timeout=1000)
            await settled(pilot)
            said = app.screen.query("Toast")
            assert said
            assert max(toast.region.bottom for toast in said) <= card.region.y + 1
        assert [notice.message for notice in app._notifications] == ["[/b] after that"]


async def test_what_was_cut_is_said_next(services: Services, settled: Any) -> None:
    app = StudyApp(services, opening=StudyScreen(services))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.notify(" ".join(f"word{n}" for n in range(40)), markup=False, timeout=0.05)
        parts = [""]
        while "word39" not in parts[-1]:
            await pilot.pause(0.01)
            parts += [notice.message for notice in app._notifications]
        parts = [part for part in parts if part]
        assert " ".join(dict.fromkeys(parts)) == " ".join(f"word{n}" for n in range(40))


async def test_a_key_that_comes_before_the_list_studies_everything(
    services: Services, settled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HomeScreen, "load", lambda self: None)
    app = StudyApp(services)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("s")
        await settled(pilot)
        assert isinstance(app.screen, StudyScreen)
        assert app.screen.question is not None
