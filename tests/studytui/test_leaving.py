"""Ctrl+Q leaves the app from everywhere, as the help says."""

import pytest

from studytui.app import StudyApp
from studytui.services import Services


@pytest.mark.parametrize("above", ["question_mark", "ctrl+p", "s"])
async def test_ctrl_q_leaves_from_what_is_on_top(services: Services, above: str) -> None:
    app = StudyApp(services)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press(above)
        await pilot.pause()
        assert app.is_running
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app._exit
