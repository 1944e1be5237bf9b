"""The palette: what the app does, in words and once each."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from studytui.app import StudyApp
from studytui.palette import LONGEST, Keys, Palette
from studytui.screens.lab import LabScreen
from studytui.services import Services

Settled = Callable[[Pilot[None]], Any]


async def offered(app: StudyApp) -> list[str]:
    """Return the names that the palette lists before anything is typed."""
    hits = [str(hit.display) async for hit in Keys(app.screen).discover()]
    return [*hits, *(command.title for command in app.get_system_commands(app.screen))]


@pytest.mark.parametrize("key", ["H", "z", "t", "l", "s"])
async def test_it_offers_our_actions_once_and_no_movements(
    services: Services, settled: Settled, key: str
) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(key)
        await settled(pilot)
        names = await offered(app)
        assert max(Counter(names).values()) == 1
        assert {"Quit", "Help", "Theme"} <= set(names)
        assert not {"Keys", "Palette"} & set(names)
        moves = {"Cursor", "Page", "Scroll", "Top", "Bottom", "First", "Last", "Select", "Focus"}
        assert not moves & {name.split()[0] for name in names}


async def test_a_second_key_that_closes_it_takes_no_page_away(
    services: Services, settled: Settled
) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("I")
        await settled(pilot)
        page = app.screen
        await pilot.press("ctrl+p")
        palette = app.screen
        assert isinstance(palette, Palette)
        palette.dismiss()
        palette.dismiss()
        await settled(pilot)
        assert app.screen is page


async def test_what_it_offers_is_done(services: Services, settled: Settled) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+p")
        await pilot.press(*"lab")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, LabScreen)


async def test_a_burst_of_keys_begins_a_bounded_number_of_searches(
    services: Services, settled: Settled
) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+p")
        await settled(pilot)
        await pilot.press(*"x" * (LONGEST + 9))
        assert len(app.screen.query_one(Input).value) == LONGEST


async def test_a_page_key_before_the_list_has_rows_is_no_fault(
    services: Services, settled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_self: object) -> None:
        raise KeyError(0)

    monkeypatch.setattr("textual.widgets.OptionList.action_page_up", breaks)
    app = StudyApp(services)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("ctrl+p", "down", "pageup")  # a fault would be in the log
        await pilot.pause()
        assert isinstance(app.screen, Palette)
