"""The first start, the Import screen, decks and edited cards, as a person goes through them."""

from pathlib import Path
from typing import Any

import pytest

from cards.formats import read
from studytui.app import StudyApp
from studytui.screens.decks import DecksScreen
from studytui.screens.doubts import DoubtsScreen
from studytui.screens.home import HomeScreen
from studytui.screens.import_ import ImportScreen
from studytui.screens.welcome import WelcomeScreen
from studytui.services import Services
from studytui.sessions import importing
from studytui.widgets.field import Field


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three notes, a README, and one note that has a mistake."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("Q: What is a tree?\nA: A graph without cycles.\n")
    (notes / "b[1].md").write_text("Q: What is a wheel?\nA: A cycle and a hub.\n\nA: nothing\n")
    (notes / "c.md").write_text("Q: What is a path?\nA: A tree of degree two.\n")
    (notes / "README.md").write_text("# About\n")
    return notes


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_first_start_leads_to_ones_notes(
    empty: Services, folder: Path, settled: Any, shown: Any, size: tuple[int, int]
) -> None:
    app = StudyApp(empty)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        assert isinstance(app.screen, WelcomeScreen)
        await pilot.press("2")
        await settled(pilot)
        assert isinstance(app.screen, ImportScreen)
        app.screen.query_one("#import-path", Field).value = str(folder)
        await pilot.press("enter")
        await settled(pilot)
        text = shown(app)
        assert "3 cards in 3 notes, 3 new" in text
        assert "README.md (it is about the folder, not a note)" in text
        assert "What is a tree?" in text
        await pilot.press("down", "delete")  # the second is excluded for good, the third is skipped
        await settled(pilot)
        await pilot.press("down", "space")
        await settled(pilot)
        assert "1 card in 1 note, 1 new" in shown(app)
        assert [path.name for path in importing_notes(folder)] == ["a.md", "c.md"]
        await pilot.press("I")
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)
        assert [one.card.prompt for one in empty.store().cards()] == ["What is a tree?"]
        await pilot.press("I")
        await settled(pilot)
        await pilot.press("enter")  # where notes came from before is proposed
        await settled(pilot)
        await pilot.press("q", "q")
    assert not app.is_running


async def test_all_that_a_note_proposes_is_taken_by_a_key_and_given_back(
    empty: Services, tmp_path: Path, settled: Any, shown: Any
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "trees.md").write_text("# Trees\n\n- Basic idea: a list of words\n")
    app = StudyApp(empty)
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        app.push_screen(ImportScreen(empty, str(folder)))
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "0 cards in 1 note" in shown(app)
        await pilot.press("A")
        await settled(pilot)
        assert "1 card in 1 note, 1 new" in shown(app)
        assert "A takes that back" in " ".join(shown(app).split())
        assert (folder / ".studytuiall").read_text() == "trees.md\n"
        await pilot.press("A")
        await settled(pilot)
        assert "0 cards in 1 note" in shown(app)
        assert not (folder / ".studytuiall").exists()


def importing_notes(folder: Path) -> list[Path]:
    """Return what is read of a folder."""
    from cards.formats import notes_in

    return list(notes_in(folder))


def test_a_note_excluded_for_good_can_be_taken_in_again(empty: Services, folder: Path) -> None:
    note = folder / "b[1].md"
    importing.exclude(note)
    entries = importing.look(empty.store(), [str(folder)]).entries
    assert [one.never for one in entries] == ["", importing.NEVER, ""]
    importing.include(note)
    assert not (folder / ".studytuiignore").exists()
    assert len(importing_notes(folder)) == 3


async def test_decks_are_changed_and_changed_back(
    services: Services, deck: Path, settled: Any, shown: Any
) -> None:
    app, before = StudyApp(services), deck.read_text()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("D")
        await settled(pilot)
        assert isinstance(app.screen, DecksScreen)
        for keys, says in (
            (["space"], "Small is paused."),
            (["m", *"All", "enter"], "Small is now All::Small"),
            (["f2", *"Tall", "enter"], "All::Small is now Tall"),
            (["delete"], "3 cards of Tall left out."),
        ):
            await pilot.press(*keys)
            await settled(pilot)
            assert says in " ".join(shown(app).split())
        for _ in range(4):
            await pilot.press("u")
            await settled(pilot)
        (row,) = {(row.deck, row.paused) for row in services.store().overview()}
        assert (row, deck.read_text()) == (("Small", False), before)
        await pilot.press("q")
        assert isinstance(app.screen, HomeScreen)


@pytest.mark.parametrize(("key", "state"), [("1", "learning"), ("2", "new")])
async def test_an_edited_card_waits_until_it_is_said_which_it_is(
    empty: Services, tmp_path: Path, settled: Any, shown: Any, key: str, state: str
) -> None:
    note = tmp_path / "capitals.md"
    note.write_text("Q: What is the capital of Norway, by the sea?\nA: Oslo\n")
    store = empty.store()
    store.import_notes([read(note)])
    (card,) = store.cards()
    store.answer(card.card.id, 1, seconds=1.0)
    note.write_text("Q: What is the capital of Finland, by the sea?\nA: Helsinki\n")
    store.import_notes([read(note)], decide=importing.wait)
    assert [one.card.answer for one in store.cards("-is:missing")] == ["Oslo"]
    app = StudyApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "press W" in shown(app)
        await pilot.press("W")
        await settled(pilot)
        assert isinstance(app.screen, DoubtsScreen)
        assert "Norway" in shown(app)
        assert "Helsinki" in shown(app)
        await pilot.press(key)
        await settled(pilot)
        assert "No edit waits" in shown(app)
    assert [(one.card.answer, one.state) for one in store.cards("-is:missing")] == [
        ("Helsinki", state)
    ]
    assert store.waiting() == []


async def test_a_key_while_notes_are_read_is_no_part_of_the_path(
    services: Services, monkeypatch: pytest.MonkeyPatch, settled: Any, shown: Any
) -> None:
    monkeypatch.setattr(ImportScreen, "look", lambda _screen, _path: None)
    app = StudyApp(services, opening=ImportScreen(services, "notes"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("enter", "I", "delete")
        assert app.screen.query_one("#import-path", Field).value == "notes"
        assert "Reading" in shown(app)
