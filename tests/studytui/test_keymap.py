"""Keys of one's own: those for an action that is not there are spoken of."""

from typing import Any

import pytest

from studytui.app import StudyApp
from studytui.config import Config
from studytui.keymap import actions, unknown
from studytui.services import Services


def test_actions_of_every_page_are_known() -> None:
    assert {"study.undo", "stats.range", "home.study", "lab", "field.go", "quit"} <= actions()


@pytest.mark.parametrize(
    ("name", "says"),
    [("study.undu", "study.undu; did you mean study.undo?"), ("[b]☃", "no action is called [b]☃.")],
)
def test_a_name_that_no_action_has_is_explained(name: str, says: str) -> None:
    assert unknown(["study.undo"]) == []
    assert unknown([name])[0].endswith(says)


@pytest.mark.usefixtures("home")
async def test_the_app_says_so(settled: Any) -> None:
    keys = {"study.undu": "z", "home.custom": "f5"}
    with Services(Config(keys=keys)) as services:
        app = StudyApp(services)
        async with app.run_test() as pilot:
            await settled(pilot)
            said = [notification.message for notification in app._notifications]
            assert said == [
                "[keys] in config.toml: no action is called study.undu; did you mean study.undo?"
            ]
            await pilot.press("f5")
            await settled(pilot)
            assert type(app.screen).__name__ == "CustomScreen"
