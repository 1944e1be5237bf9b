"""Adding a card, from the app and from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.widgets import TextArea

from studytui import cli
from studytui.app import StudyApp
from studytui.screens.add import AddScreen
from studytui.services import Services
from studytui.widgets.field import Field


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_card_is_shown_and_added(
    services: Services, settled: Any, shown: Any, tmp_path: Path, size: tuple[int, int]
) -> None:
    note = tmp_path / "mine.md"
    app = StudyApp(services, opening=AddScreen(services, note))
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press(*"What is", "space", *"it", "tab", *"Well")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert note.read_text(encoding="utf-8") == "Q: What is it\nA: Well\n"
        assert [stored.card.prompt for stored in services.store().cards("Well")] == ["What is it"]
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "write a question" in shown(app)
        await pilot.press("escape")
        await settled(pilot)
        assert not isinstance(app.screen, AddScreen)


async def test_what_is_typed_after_tab_is_the_next_fields_however_fast(
    services: Services, settled: Any, tmp_path: Path
) -> None:
    app = StudyApp(services, opening=AddScreen(services, tmp_path / "mine.md"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for key in [*"ab", "tab", *"cd", "tab", *"ef", "tab", *"gh", "tab", *"i", "shift+tab", "j"]:
            app.post_message(Key(key, key if len(key) == 1 else None))
        await settled(pilot)
        texts = [area.text for area in app.screen.query(TextArea)]
        assert texts == ["abi", "cd", "ef"]
        assert app.screen.query_one(Field).value == "j"  # its old text is selected as one comes


def test_a_card_is_added_from_the_command_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["add", "What is $2x$ at 3?", "6", "--check", "answer: 6", "--json"])
    assert ended.value.code == 0
    found = json.loads(capsys.readouterr().out)
    assert Path(found["file"]) == home / "cards.md"
    with pytest.raises(SystemExit):
        cli.main(["cards", f"id:{found['cards'][0][:6]}", "--json"])
    (card,) = json.loads(capsys.readouterr().out)["cards"]
    assert (card["kind"], card["check"]) == ("number", True)
    with pytest.raises(SystemExit) as refused:
        cli.main(["add", "What?"])
    assert refused.value.code == 2
    assert "write an answer" in capsys.readouterr().err
