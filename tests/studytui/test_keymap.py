"""Keys of one's own: those for an action that is not there are spoken of."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studytui.app import StudyApp, with_actions
from studytui.config import Config
from studytui.keymap import actions, faults
from studytui.screens.study import StudyScreen
from studytui.services import Services

KINDS = with_actions()


def test_actions_of_every_page_are_known() -> None:
    assert {"study.undo", "stats.range", "home.study", "lab", "field.go", "quit"} <= actions(KINDS)


@pytest.mark.parametrize(
    ("name", "says"),
    [("study.undu", "study.undu; did you mean study.undo?"), ("[b]☃", "no action is called [b]☃.")],
)
def test_a_name_that_no_action_has_is_explained(name: str, says: str) -> None:
    assert faults({"study.undo": "z"}, KINDS) == []
    assert faults({name: "z"}, KINDS)[0].endswith(says)


@pytest.mark.parametrize("key", ["", "ctrl+banana", "bananas", "hyper+a", "z,"])
def test_a_key_that_is_none_is_spoken_of(key: str) -> None:
    (says,) = faults({"study.undo": key}, KINDS)
    assert says.endswith("for study.undo; write one such as z, f5, ctrl+b or question_mark.")


@pytest.mark.parametrize("key", ["A", "?", "f12", "ctrl+b", "minus", "slash", "é", "shift+tab"])
def test_any_other_key_will_do(key: str) -> None:
    assert faults({"claims.cancel": key}, KINDS) in (
        [],
        faults({"claims.cancel": "question_mark"}, KINDS),
    )


def test_a_key_that_two_actions_of_a_page_have_is_spoken_of() -> None:
    assert faults({"study.undo": "1"}, KINDS) == [
        "[keys] in config.toml: 1 is given to study.undo, but study.pick1 and study.again had it; "
        "give one of them another."
    ]
    assert faults({"study.undo": "f", "paper.finish": "f"}, KINDS) == []


def test_the_documentation_lists_every_action() -> None:
    text = (Path(__file__).parents[2] / "docs/memory.md").read_text(encoding="utf-8")
    section = text.partition("## Keys of your own")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `?([a-z]*)`? ?\| (`.*`) \|$", section, re.MULTILINE)
    listed = [
        f"{page}.{name}" if page else name
        for page, names in rows
        for name in re.findall(r"`([^`]+)`", names)
    ]
    assert sorted(listed) == sorted(actions(KINDS))


async def test_ratings_show_their_keys_and_options_keep_theirs(
    services: Services, settled: Any, shown: Any
) -> None:
    keys = {"study.again": "j", "study.good": "k", "study.undo": "?"}
    services.settings = replace(services.settings, keys=keys)
    app = StudyApp(services, opening=StudyScreen(services))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("space")
        await settled(pilot)
        assert "j Again" in shown(app)
        assert "2 Hard" in shown(app)
        assert "k Good" in shown(app)
        await pilot.press("k")
        await settled(pilot)
        await pilot.press("escape", "space", "k")
        await settled(pilot)
        await pilot.press("1")
        await settled(pilot)
        assert app.screen.question.grade is not None  # type: ignore[attr-defined]
        await pilot.press("?")
        await settled(pilot)
        assert app.screen.phase == "asking"  # type: ignore[attr-defined]


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
            await pilot.press("enter")  # the first start asks what to begin with
            await settled(pilot)
            await pilot.press("f5")
            await settled(pilot)
            assert type(app.screen).__name__ == "CustomScreen"
