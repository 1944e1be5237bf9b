"""What stands beside lists of decks, ways to study, exams and notes where there is room."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import DataTable

from studytui.app import StudyApp
from studytui.screens.custom import NONE, WAYS, CustomScreen
from studytui.screens.decks import DecksScreen
from studytui.screens.exam import ExamScreen
from studytui.screens.import_ import ImportScreen
from studytui.services import Services
from studytui.sessions import custom, decks

WIDE, NARROW = (160, 45), (80, 24)
Shown = Callable[[App[None]], str]


@pytest.fixture(autouse=True)
def at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no hands to rest."""
    monkeypatch.setattr("studytui.screens.decks.PAUSE", 0.001)
    monkeypatch.setattr("studytui.screens.custom.PAUSE", 0.001)


async def until(pilot: Pilot[None], shown: Shown, *texts: str) -> None:
    """Wait until texts are on the screen."""
    for _ in range(1000):
        page = " ".join(shown(pilot.app).split())
        if all(text in page for text in texts):
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{texts} are not all in {page}")


async def test_a_deck_has_its_figures_beside_the_list(
    services: Services, shown: Shown, settled: Any
) -> None:
    store = services.store()
    store.answer(store.cards()[0].card.id, 3, seconds=5.0)
    app = StudyApp(services, opening=DecksScreen(services))
    async with app.run_test(size=WIDE) as pilot:
        known = ("Due in the next 30 days", "True retention", "not checked · 3", "Softmax 3")
        await until(pilot, shown, "By topic", *known)
        await pilot.resize_terminal(*NARROW)
        await settled(pilot)
        assert "By topic" not in shown(app)
        for name in ("Small", "Learning", "Evidence", "Leave out"):
            assert name in shown(app)
        assert app.screen.query_one(DataTable).max_scroll_x == 0


def test_a_search_for_a_deck_finds_its_cards_and_those_below(
    empty: Services, tmp_path: Path
) -> None:
    from cards.formats import read

    names = ["A b::c", 'say"so', 'say "it" now', "x*y_z%", "(or)", "-is:new", "Ü"]
    for number, name in enumerate(names):
        note = tmp_path / f"{number}.md"
        note.write_text(f"---\ndeck: '{name}'\n---\nQ: What is {number}?\nA: a number\n")
        empty.store().import_notes([read(note)])
    for name in [*names, "A b"]:
        (found,) = empty.store().cards(decks.search(name))
        assert found.card.deck.startswith(name)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_each_way_to_study_says_how_many_cards_it_holds(
    services: Services, shown: Shown, size: tuple[int, int]
) -> None:
    store = services.store()
    store.answer(store.cards()[0].card.id, 1, seconds=5.0)
    app = StudyApp(services, opening=CustomScreen(services, "Everything"))
    async with app.run_test(size=size) as pilot:
        await until(pilot, shown, "1 card due by then")
        for says in ("1 card rated Again", "1 card studied", "2 cards not met yet"):
            await pilot.press("down")
            await until(pilot, shown, says)
        await until(pilot, shown, "What is the derivative of")
        await pilot.press("down")
        await until(pilot, shown, "due today")


@pytest.mark.parametrize("way", WAYS)
def test_what_a_way_holds_is_of_the_deck_and_topic(services: Services, way: str) -> None:
    held = custom.cards_of_way(services, way, 7, "Small", "softmax")
    assert (held.count, len(held.first)) == ((3, 3) if way == "new" else (0, 0))
    assert custom.cards_of_way(services, way, 7, "Other", None).count == 0
    assert way in NONE


async def test_an_exam_has_its_curves_beside_the_cards(
    services: Services, shown: Shown, settled: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studytui.sessions.exam.days_until", lambda _day: 3)
    app = StudyApp(services, opening=ExamScreen(services))
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert app.screen.plot_shown() is None
        await pilot.press("tab", *"2026-11-06", "enter")
        curves = ("with the plan", "without it")
        await until(pilot, shown, "Extra reviews in the next 3 days", *curves)
        await pilot.press("w")
        await settled(pilot)
        assert (home / "pictures" / "exam-2026-11-06.svg").is_file()
        await pilot.resize_terminal(*NARROW)
        await settled(pilot)
        assert "without with extra card" in " ".join(shown(app).split())
        await pilot.press("x")
        await until(pilot, shown, "No exam is planned for.")
        assert app.screen.plot_shown() is None


async def test_a_note_is_typeset_beside_the_list_and_what_is_left_out_below_it(
    empty: Services, tmp_path: Path, shown: Shown, settled: Any
) -> None:
    note = tmp_path / "halves.md"
    note.write_text("Q: What is half of one?\nA: $\\frac{1}{2}$\n\n- Basic idea: a list of words\n")
    app = StudyApp(empty, opening=ImportScreen(empty, str(note)))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shown, "Type the path of a note", "What gives a card")
        await pilot.press("enter")
        await until(pilot, shown, "Left out", "What is half of one?")
        await settled(pilot)
        rows = [row.rstrip() for row in shown(app).splitlines()]
        (at,) = [n for n, row in enumerate(rows) if "What is half of one?" in row]
        assert [row[-1:] for row in rows[at + 1 : at + 4]] == ["1", "─", "2"]
        await pilot.resize_terminal(*NARROW)
        await settled(pilot)
        assert "What is half of one? →" in " ".join(shown(app).split())
