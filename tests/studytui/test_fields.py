"""Fields: their keys are in the bar, Esc leaves them and not the page, a correction clears."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from studytui.app import StudyApp
from studytui.screens import quiz
from studytui.screens.custom import CustomScreen
from studytui.screens.experiment import ExperimentScreen
from studytui.screens.paper import PaperScreen
from studytui.screens.quiz import QuizSetupScreen
from studytui.screens.stats import StatsScreen
from studytui.services import Services
from studytui.widgets.field import Field

Settled = Callable[[Pilot[None]], Any]
Shown = Callable[[App[None]], str]
SCREENS = {
    "custom": lambda services: CustomScreen(services, "Everything"),
    "quiz": QuizSetupScreen,
    "experiment": lambda services: ExperimentScreen(services, "gini.lorenz"),
    "statistics": StatsScreen,
}


@pytest.mark.parametrize("name", SCREENS)
async def test_the_keys_of_a_field_are_in_the_bar_and_esc_leaves_only_the_field(
    services: Services, settled: Settled, shown: Shown, name: str
) -> None:
    screen = SCREENS[name](services)
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("tab")
        while not isinstance(screen.focused, Field):
            await pilot.press("tab")
        assert "⏎ Go" in shown(app)
        assert shown(app).rstrip().endswith("f1 Help  esc Leave field")
        assert ("tab Next field" in shown(app)) == (name != "statistics")
        await pilot.press("escape")
        assert app.screen is screen
        assert not isinstance(screen.focused, Field)
        assert "Leave field" not in shown(app)


async def test_what_is_said_of_a_field_goes_as_it_is_corrected(
    services: Services, settled: Settled, shown: Shown
) -> None:
    app = StudyApp(services, opening=QuizSetupScreen(services))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("tab", "backspace", "backspace", "enter")
        assert "Questions must be a whole number from 1 to 200." in shown(app)
        await pilot.press("2")
        assert "must be" not in shown(app)
    app = StudyApp(services, opening=CustomScreen(services, "Everything"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("tab", "backspace", "enter")
        assert "The number must be" in shown(app)
        await pilot.press("2")
        assert "must be" not in shown(app)


async def test_a_number_is_taken_as_it_is_typed(services: Services, settled: Settled) -> None:
    app = StudyApp(services, opening=QuizSetupScreen(services))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("tab", "tab", "backspace", *"1,5", "enter")
        says = "Minutes must be a number from 0 to 600, such as 1.5."
        assert says in str(app.screen.query_one("#quiz-says", Static).content)
        await pilot.press("left", "backspace", ".", "enter")
        await settled(pilot)
        assert isinstance(app.screen, PaperScreen)
        assert 60 < app.screen._deadline - time.monotonic() <= 90


async def test_what_is_no_number_of_a_parameter_is_said(
    services: Services, settled: Settled
) -> None:
    app = StudyApp(services, opening=ExperimentScreen(services, "gini.lorenz"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        field = next(iter(app.screen.query(Field)))
        field.focus()
        field.value = ""
        await pilot.press(*"1e400", "enter")
        assert field.value == "1e400"
        (said,) = [note.message for note in app._notifications]
        assert said.startswith(f"{(field.id or '').removeprefix('parameter-')} ")


async def test_an_emptied_parameter_is_said_in_words(services: Services, settled: Settled) -> None:
    app = StudyApp(services, opening=ExperimentScreen(services, "a3c.diversity"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("tab", "backspace", "enter")
        assert [note.message for note in app._notifications] == ["workers needs a whole number."]


async def test_a_key_that_is_held_draws_one_paper(
    services: Services, settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, draw = [], quiz.draw

    def counted(*arguments: Any) -> Any:
        drawn.append(arguments)
        return draw(*arguments)

    monkeypatch.setattr(quiz, "draw", counted)
    app = StudyApp(services, opening=QuizSetupScreen(services))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("s", "s", "s")
        await settled(pilot)
        assert len(drawn) == 1
        assert isinstance(app.screen, PaperScreen)
