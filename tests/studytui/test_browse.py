"""Browse: cards are found, sorted, shown, and put away, each with undo."""

from pathlib import Path
from typing import Any

import pytest

from cards.formats import read
from studytui.app import StudyApp
from studytui.screens.browse import BrowseScreen
from studytui.screens.card import CardScreen
from studytui.services import Services
from studytui.widgets.card_table import CardTable
from studytui.widgets.field import Field

SIZES = [(80, 24), (160, 45)]


def opened(services: Services) -> StudyApp:
    return StudyApp(services, opening=BrowseScreen(services))


@pytest.mark.parametrize("size", SIZES)
async def test_typing_narrows_the_table(
    services: Services, settled: Any, shown: Any, size: tuple[int, int]
) -> None:
    app = opened(services)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        assert "3 cards, by deck" in shown(app)
        assert "[/b] markup" in shown(app)
        await pilot.press("slash", *"even")
        await settled(pilot)
        assert "1 card, by deck" in shown(app)
        assert "Which of these is even?" in shown(app)
        await pilot.press(*" colour", "colon", "x")
        await settled(pilot)
        assert "there is no field colour:" in shown(app)
        await pilot.press("enter")
        assert isinstance(app.focused, CardTable)


async def test_the_table_is_sorted_by_key_and_by_click(services: Services, settled: Any) -> None:
    app = opened(services)
    async with app.run_test(size=(160, 40)) as pilot:
        await settled(pilot)
        table = app.screen.query_one(CardTable)
        first = list(table.keys)
        await pilot.press(">")
        await settled(pilot)
        assert table.column == "question"
        by_question = list(table.keys)
        assert sorted(by_question) == sorted(first)
        await pilot.press("<")
        await settled(pilot)
        assert list(table.keys) == by_question[::-1]
        await pilot.click(CardTable, offset=(2, 0))
        await settled(pilot)
        assert list(table.keys) == by_question


async def test_what_is_done_to_a_card_can_be_taken_back(
    services: Services, settled: Any, shown: Any
) -> None:
    store = services.store()
    app = opened(services)

    async with app.run_test(size=(160, 40)) as pilot:
        await settled(pilot)
        id = app.screen.query_one(CardTable).selected.card.id
        for key, state in (("exclamation_mark", "suspended"), ("minus", "buried")):
            await pilot.press(key)
            await settled(pilot)
            assert store.card(id).state == state
            await pilot.press("u")
            await settled(pilot)
            assert store.card(id).state == "new"
        await pilot.press("number_sign")
        assert "Tags of your own" in shown(app)
        await pilot.press(*"hard", "enter")
        await settled(pilot)
        assert store.card(id).tags == ("hard",)
        assert "Tags of your own" not in shown(app)
        assert "cards, by" in shown(app)
        await pilot.press("u")
        await settled(pilot)
        assert store.card(id).tags == ()
        await pilot.press("=", "backspace", *"soon", "enter")
        await settled(pilot)
        assert app._notifications
        await pilot.press("i")
        await settled(pilot)
        assert isinstance(app.screen, CardScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, BrowseScreen)


async def test_a_card_is_reset_moved_and_deleted_and_all_of_it_taken_back(
    services: Services, deck: Path, settled: Any, shown: Any
) -> None:
    store, text, other = services.store(), deck.read_text(), deck.parent / "other.md"
    app = opened(services)
    async with app.run_test(size=(160, 40)) as pilot:
        await settled(pilot)
        card = app.screen.query_one(CardTable).selected.card
        store.answer(card.id, 3, seconds=1)
        due = store.card(card.id)
        await pilot.press("0")
        await settled(pilot)
        assert store.card(card.id).state == "new"
        await pilot.press("u")
        await settled(pilot)
        assert store.card(card.id).stability == due.stability
        await pilot.press("m")
        await pilot.pause()
        await pilot.press(*"other.md", "enter")
        await settled(pilot)
        moved = store.card(card.id)
        assert (moved.card.file, moved.stability) == (str(other), due.stability)
        assert "markup" not in deck.read_text()
        await pilot.press("delete")
        await settled(pilot)
        assert store.card(card.id).state == "missing"
        assert "2 cards, by deck" in shown(app)
        for _ in range(2):
            await pilot.press("u")
            await settled(pilot)
        assert store.card(card.id).card.file == str(deck)
        assert store.card(card.id).stability == due.stability
        assert (deck.read_text(), other.exists()) == (text, False)
        assert "3 cards, by deck" in shown(app)


async def test_only_rows_in_sight_are_read(empty: Services, settled: Any, tmp_path: Path) -> None:
    note = tmp_path / "many.md"
    note.write_text("".join(f"Q: What is {n}?\nA: It is {n}.\n\n" for n in range(500)))
    empty.store().import_notes([read(note)])
    app = opened(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        table = app.screen.query_one(CardTable)
        assert len(table.keys) == 500
        assert len(table.cards) < 150
        await pilot.press("end")
        await settled(pilot)
        assert table.selected.card.prompt == "What is 499?"


async def test_the_cards_of_a_search_are_written_to_a_file(
    services: Services, settled: Any, tmp_path: Path
) -> None:
    app = opened(services)
    target = tmp_path / "some.csv"
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("slash", *"even", "enter")
        await settled(pilot)
        await pilot.press("w")
        field = app.screen.query_one("#browse-value", Field)
        assert field.display
        field.value = str(target)
        await pilot.press("enter")
        await settled(pilot)
    assert len(target.read_text().splitlines()) == 2
