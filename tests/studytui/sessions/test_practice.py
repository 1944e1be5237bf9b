"""Custom study: practice that leaves the schedule alone, studying ahead, more cards today."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from cards.formats import read
from cards.scheduling.fsrs import Rating
from studytui.app import StudyApp
from studytui.plain import study as plain
from studytui.plain.lines import Lines
from studytui.screens.custom import CustomScreen
from studytui.screens.done import DoneScreen
from studytui.screens.study import StudyScreen
from studytui.services import Services
from studytui.sessions.line import AGAIN_AFTER
from studytui.sessions.practice import Practice, days_until


@pytest.fixture
def studied(services: Services) -> Services:
    """All three cards studied, the second one forgotten."""
    store = services.store()
    ratings = (Rating.GOOD, Rating.AGAIN, Rating.EASY)
    for stored, rating in zip(store.cards(), ratings, strict=True):
        store.answer(stored.card.id, rating, seconds=1)
    return services


def events(services: Services) -> int:
    with services.store()._context.database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one())


def test_practice_asks_the_weakest_first_and_stores_nothing(studied: Services) -> None:
    before = studied.store().cards(), events(studied)
    practice = Practice(studied, deck="Small", exam=30)
    asked = []
    while question := practice.next():
        asked.append(question.card.id)
        assert practice.rate(question, Rating.GOOD) is None
    stability = {stored.card.id: stored.stability for stored in before[0]}
    assert asked == sorted(stability, key=lambda id: stability[id] or 0)
    assert (studied.store().cards(), events(studied)) == before
    assert practice.ratings[Rating.GOOD] == 3


@pytest.mark.parametrize("name", ['A "quoted" deck', "Übungen", 'half" a quote', "a:b -c"])
def test_a_deck_of_any_name_is_practised_with_those_below_it(
    studied: Services, tmp_path: Path, name: str
) -> None:
    store = studied.store()
    for number, deck in enumerate((name, f"{name}::below", f"{name}:beside")):
        note = tmp_path / f"{number}.md"
        note.write_text(f"Q: What is asked in {deck}?\nA: This.\n", encoding="utf-8")
        store.import_notes([read(note, deck)])
    for stored in store.cards("is:new"):
        store.answer(stored.card.id, Rating.AGAIN, seconds=1)
    for practice in (Practice(studied, deck=name), Practice(studied, deck=name, forgotten=7)):
        decks = {stored.card.deck for stored in practice._found()}
        assert decks == {name, f"{name}::below"}


def test_practice_counts_the_cards_that_it_will_ask(studied: Services) -> None:
    store = studied.store()
    store.suspend(store.cards()[0].card.id)
    practice = Practice(studied)
    question = practice.next()
    assert question is not None
    assert practice.left(question) == {"due": "2 left, not stored"}


def test_what_was_forgotten_alone_and_again_until_it_is_known(studied: Services) -> None:
    practice = Practice(studied, forgotten=7)
    first = practice.next()
    assert first is not None
    assert first.card.id == studied.store().find("forgotten:7")[0]
    practice.rate(first, Rating.AGAIN)
    second = practice.next()
    assert second is not None
    assert second.card.id == first.card.id
    practice.rate(second, Rating.HARD)
    assert practice.next() is None
    assert practice.undo()
    assert practice.undo()
    assert not practice.undo()
    assert practice.ratings.total() == 0
    assert practice.next() is not None


def test_a_card_rated_again_comes_back_after_some_others(studied: Services) -> None:
    practice = Practice(studied)
    first = practice.next()
    assert first is not None
    assert practice._line is not None
    practice._line.extend(f"gone-{n}" for n in range(20))
    practice.rate(first, Rating.AGAIN)
    assert practice._line[AGAIN_AFTER] == first.card.id


def test_a_card_that_is_put_away_is_passed_over(studied: Services) -> None:
    practice = Practice(studied)
    for put_away in (studied.store().suspend, studied.store().bury):
        question = practice.next()
        assert question is not None
        put_away(question.card.id)
    assert len(studied.store().cards("is:suspended")) == 1
    assert practice.next() is not None
    assert len(Practice(studied)._found()) == 3


def test_plain_practice(studied: Services) -> None:
    target = io.StringIO()
    source = io.StringIO("\n3\n\nu\n\n3\n\n3\n\n3\n")
    plain.study(Practice(studied, exam=3), Lines(source, target))
    shown = target.getvalue()
    assert "rating (1 again, 2 hard, 3 good, 4 easy, u undo, q quit)" in shown
    assert "Back at What is the derivative" in shown
    assert "That was all of them." in shown
    assert "saved" not in shown


def test_the_day_of_an_exam() -> None:
    today = datetime.now().astimezone().date()
    assert days_until(str(today + timedelta(days=9))) == 9
    with pytest.raises(ValueError, match="has passed"):
        days_until(str(datetime.now(UTC).date() - timedelta(days=2)))
    with pytest.raises(ValueError, match="write it as 2026-12-31"):
        days_until("Christmas")


async def test_custom_study_from_home(studied, settled, shown) -> None:
    before = events(studied)
    async with StudyApp(studied).run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await pilot.press("S")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, CustomScreen)
        assert "Custom study: Everything" in shown(pilot.app)
        screen.query_one(OptionList).highlighted = 2
        await pilot.pause()
        screen.query_one(Input).value = "0"
        await pilot.press("enter")
        await settled(pilot)
        assert "must be a whole number" in shown(pilot.app)
        screen.query_one(Input).value = "30"
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, StudyScreen)
        for _ in range(3):
            await pilot.press("escape", "space", "3")
            await settled(pilot)
        assert isinstance(pilot.app.screen, DoneScreen)
        assert "the schedule stays as it is" in shown(pilot.app)
        assert events(studied) == before


async def test_more_new_cards_today(services, settled, shown, tmp_path) -> None:
    other = tmp_path / "other.md"
    other.write_text("Q: What is another deck?\nA: Not this one.\n", encoding="utf-8")
    services.store().import_notes([read(other)])
    for deck in ("other", "Small"):
        services.store().set_option(deck, "new_per_day", 0)
    async with StudyApp(services).run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await pilot.press("down", "S")
        await settled(pilot)
        assert "Custom study: Small" in shown(pilot.app)
        pilot.app.screen.query_one(OptionList).highlighted = 3
        await pilot.pause()
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, StudyScreen)
        assert services.store().remaining().new == 3
