"""Keys of one's own: those for an action that is not there are spoken of."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studytui.app import StudyApp, with_actions
from studytui.config import Config
from studytui.keymap import actions, bindings_of, faults
from studytui.plain.asides import ASIDES
from studytui.plain.quiz import HELP
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


def listed() -> list[tuple[str, list[str], str]]:
    """Return the actions of the page on keys, each with its keys and how it is done in lines."""
    text = (Path(__file__).parents[2] / "docs/keys.md").read_text(encoding="utf-8")
    found = []
    for section in text.split("\n## ")[1:]:
        page = re.match(r".*: `(\w+)`\n", section)
        for row in re.findall(r"^\| (`.+?) \| (`.+?) \| (.+?) \| (.+?) \|$", section, re.MULTILINE):
            names, keys, mouse, lines = row
            for name, key in zip(names.split(), keys.split(", "), strict=True):
                id = ".".join([*(page.groups() if page else ()), name.strip("`")])
                found.append((id, [one.strip("`") for one in key.split("` `")], lines))
                assert mouse
    return found


def test_the_page_on_keys_has_every_action_once_with_its_keys() -> None:
    shown = {"delete": "Del", "escape": "Esc", "enter": "Enter", "tab": "Tab"}
    signs = {"question_mark": "?", "exclamation_mark": "!", "at": "@", "number_sign": "#"}
    signs |= {"minus": "-", "plus": "+", "slash": "/", "comma": ",", "full_stop": "."}
    signs |= {"greater_than_sign": ">", "less_than_sign": "<", "equals_sign": "="}
    signs |= {"percent_sign": "%", "asterisk": "*", "dollar_sign": "$"}
    names = shown | signs | {"pageup": "page up", "pagedown": "page down"}
    bindings = {id: one for kind in KINDS for id, one in bindings_of(kind).items()}
    keys = {id: [names.get(k, k) for k in one.key.split(",")] for id, one in bindings.items()}
    found = [(id, keys) for id, keys, _ in listed()]
    assert sorted(found) == sorted(keys.items())


def test_every_colon_of_the_page_on_keys_is_known_line_by_line() -> None:
    known = {f":{name}" for name in ASIDES} | set(re.findall(r":[a-z]+", HELP))
    named = {one for _, _, lines in listed() for one in re.findall(r"`(:[^`]+)`", lines)}
    assert named <= known
    assert {f":{name}" for name in ASIDES} - {":help"} <= named


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
    keys = {"study.undu": "z", "home.custom": "f6"}
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
            await pilot.press("f6")
            await settled(pilot)
            assert type(app.screen).__name__ == "CustomScreen"


def test_a_letter_means_one_thing_everywhere() -> None:
    """No two pages give a letter two meanings, and docs/app.md has a row for every letter.

    `q` goes back, whatever that is called; to study is to begin what is due.
    """
    same = {"Close": "Back", "Home": "Back", "Leave": "Back", "Later": "Back", "Quit": "Back"}
    found: dict[str, set[str]] = {}
    for kind in KINDS:
        for one in bindings_of(kind).values():
            for key in one.key.split(","):
                if len(key) == 1 and key.isalpha():
                    says = (
                        same.get(one.description, one.description)
                        if key == "q"
                        else one.description
                    )
                    found.setdefault(key, set()).add("Begin" if says == "Study" else says)
    assert {key: says for key, says in found.items() if len(says) > 1} == {}
    assert len(found) > 30
    text = (Path(__file__).parents[2] / "docs/app.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]*) \|", text.partition("## Letters")[2], re.MULTILINE)
    listed = [key for row in rows for key in re.findall(r"`([A-Za-z])`", row)]
    assert sorted(listed) == sorted({*found, "j", "k"})  # these two move cursors of tables


def test_q_goes_back_everywhere_and_quits_only_from_home() -> None:
    for kind in KINDS:
        for id, one in bindings_of(kind).items():
            if "q" in one.key.split(","):
                quits = "quit" in one.action
                assert quits == (id == "leave"), id
                ways = ("back", "dismiss", "later", "app.quit")
                assert one.action.partition("(")[0] in ways, id
                assert not quits or kind.__name__ == "HomeScreen"


async def test_a_mouse_needs_no_keys(services: Services, settled: Any, shown: Any) -> None:
    app = StudyApp(services)

    async def click(text: str) -> str:
        """Click on what is shown, and return the name of the page that is then on top."""
        rows = shown(app).splitlines()
        y = next(y for y, row in enumerate(rows) if text in row)
        await pilot.click(offset=(rows[y].index(text), y))
        await settled(pilot)
        return type(app.screen).__name__

    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        assert await click("Help") == "HelpScreen"
        assert await click("Esc closes") == "HomeScreen"
        await click("Help")
        assert await click("What can be set") == "SettingsScreen"
        assert await click("Back") == "HomeScreen"
        assert await click("Browse") == "BrowseScreen"
        assert await click("Home") == "HomeScreen"
        assert await click("Small") == "HomeScreen"  # the cursor goes there
        assert await click("Small") == "StudyScreen"
