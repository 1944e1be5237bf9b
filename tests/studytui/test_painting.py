"""What waits for a painting is dropped when its page has been taken away by then."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

import studytui
from studytui.app import StudyApp
from studytui.painting import after_painting, is_there
from studytui.screens.exam import ExamScreen
from studytui.screens.home import HomeScreen
from studytui.screens.import_ import ImportScreen
from studytui.screens.page import Page
from studytui.services import Services


class Part(Vertical):
    """Looks for what is within it once that has been painted."""

    found = 0

    def compose(self) -> ComposeResult:
        """Hold one thing."""
        yield Static("within", id="within")

    def look(self) -> None:
        """Find it."""
        self.query_one("#within")
        Part.found += 1


class Below(Screen[None]):
    """A page with such a part."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Part()


@pytest.fixture(autouse=True)
def none_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Part, "found", 0)


async def test_a_part_looks_once_it_has_been_painted() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        await app.push_screen(Below())
        after_painting(app.screen.query_one(Part), app.screen.query_one(Part).look)
        await pilot.pause()
        assert Part.found == 1


async def test_what_was_to_be_called_is_dropped_however_late_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app: App[None] = App()
    calls: list[Callable[[], object]] = []
    async with app.run_test() as pilot:
        await app.push_screen(Below())
        part = app.screen.query_one(Part)
        monkeypatch.setattr(part, "call_after_refresh", calls.append)
        after_painting(part, part.look)
        assert is_there(part)
        await app.pop_screen()
        await pilot.pause()
        assert not is_there(part)
        calls[0]()
        assert Part.found == 0


def test_nothing_else_waits_for_a_painting() -> None:
    files = Path(studytui.__file__).parent.rglob("*.py")
    naming = [file.name for file in files if "call_after_refresh" in file.read_text("utf-8")]
    assert naming == ["painting.py"]


@pytest.mark.parametrize("kind", [HomeScreen, ImportScreen, ExamScreen])
@pytest.mark.parametrize("turns", [0, 1, 2])
async def test_a_page_that_is_closed_as_it_opens_looks_for_nothing(
    services: Services, settled: Any, kind: type[Page], turns: int
) -> None:
    app = StudyApp(services, opening=Screen())
    async with app.run_test() as pilot:
        await app.push_screen(Screen())
        page = kind(services)
        app.push_screen(page)
        page.post_message(Resize(Size(90, 30), Size(90, 30)))
        for _ in range(turns):
            await asyncio.sleep(0)
        app.pop_screen()
        await settled(pilot)
        assert app.fault is None


async def test_the_first_painting_has_all_keys_and_nothing_is_read_before_it(
    services: Services, settled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[tuple[str, int]] = []
    display = App._display

    def watched(self: App[Any], screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate) and not self._batch_count:
            painted.append((renderable.render_segments(self.console), len(self.workers)))
        display(self, screen, renderable)

    monkeypatch.setattr(App, "_display", watched)
    app = StudyApp(services)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
    first, threads = painted[0]
    for word in ("StudyTUI", "Opening your cards", "Deck and topic", "Study", "Help", "Quit"):
        assert word in first
    assert threads == 0
    assert "Small" in "".join(text for text, _ in painted)
