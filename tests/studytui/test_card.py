"""One card: its page in the app and on the command line."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from textual.content import Content
from textual.widgets import Static

from cards.formats import read
from cards.scheduling.fsrs import Rating
from db.store import StoreError
from studytui import cli
from studytui.app import StudyApp
from studytui.one_line import prompt_on_one_line
from studytui.panels import one_card
from studytui.screens.card import CardScreen
from studytui.screens.study import StudyScreen
from studytui.services import Services


@pytest.fixture
def run(services: Services, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that runs a command: exit code, standard output and error."""

    def run_(*arguments: str) -> tuple[Any, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err

    return run_


def test_a_card_is_shown_with_its_reviews(run: Any, services: Services) -> None:
    store = services.store()
    id = store.cards()[1].card.id
    _, out, _ = run("card", id)
    assert "new, 0 reviews, 0 lapses" in out
    assert "Not studied yet." in out
    wrong = {"verdict": "different", "misconception": "The factor 2 is missing."}
    store.answer(id, Rating.AGAIN, seconds=7, grade=wrong, typed="x")
    store.answer(id, Rating.EASY, seconds=3)
    code, out, _ = run("card", id)
    assert code == 0
    assert "review, 2 reviews, 0 lapses, due " in out
    assert "recalled today with 100%" in out
    assert "chance of recall in per cent" in out
    newest, oldest = out[out.index("Reviews") :].splitlines()[1:3]
    assert "easy" in newest
    assert "again  then later that day" in oldest
    assert oldest.endswith("not right  x")


def test_a_card_is_changed(run: Any, services: Services) -> None:
    id = services.store().cards()[0].card.id
    _, out, _ = run("card", id, "--suspend", "--tag", "hard", "--json")
    found = json.loads(out)
    assert (found["state"], found["tags"]) == ("suspended", ["hard"])
    _, out, _ = run("card", id, "--unsuspend", "--bury", "--untag", "hard", "--json")
    assert (json.loads(out)["state"], json.loads(out)["tags"]) == ("buried", [])
    services.store().answer(id, Rating.GOOD, seconds=1)
    _, out, _ = run("card", id, "--unbury", "--due", "4", "--json")
    found = json.loads(out)
    assert (found["state"], found["interval"], len(found["reviews"])) == ("review", 4, 1)
    code, _, err = run("card", "nothing", "--suspend")
    assert code == 2
    assert "there is no card nothing" in err


def test_a_prompt_names_its_parameters(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    check = "```check\ngiven: {a: 1..9, T: [1, 2]}\nanswer: a/T\n```\n"
    note.write_text(f"Q: At {{T}}, what is $\\var{{a}}^2$\nof {{x}}?\n{check}")
    (card,) = read(note).cards
    assert prompt_on_one_line(card) == "At T, what is a² of {x}?"


def test_a_review_that_is_too_wide_goes_on_below() -> None:
    review = {"at": "2026-03-01T10:00", "rating": 1, "interval": 0, "stability": 1.0}
    history = {"reviews": [review | {"predicted": 0.9, "grade": "different", "typed": "x"}]}
    rows = one_card.log(history, 60).plain.splitlines()
    assert [row.split()[0] for row in rows[1:]] == ["2026-03-01", "stability"]
    assert len(one_card.log(history).plain.splitlines()) == 2


def test_a_leech_is_named(services: Services) -> None:
    store = services.store()
    id = store.cards()[0].card.id
    store.set_option("Small", "leech_lapses", 1)
    store.answer(id, Rating.EASY, seconds=1)
    store.answer(id, Rating.AGAIN, seconds=1)
    assert "1 lapse, a leech" in one_card.standing(store.card(id), store.history(id)).plain


def widest(view: Static) -> int:
    """Return the cells of the longest line that a view was given."""
    assert isinstance(view.content, Content)
    return max(line.cell_length for line in view.content.split("\n"))


async def test_the_page_of_a_card(services: Services, settled: Any, shown: Any) -> None:
    async with StudyApp(services, opening=StudyScreen(services)).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("space", "1")
        await settled(pilot)
        await pilot.press("escape", "u")
        await settled(pilot)
        id = pilot.app.screen.question.card.id  # type: ignore[attr-defined]
        services.store().answer(id, Rating.EASY, seconds=1)
        await pilot.press("i")
        await settled(pilot)
        assert isinstance(pilot.app.screen, CardScreen)
        assert "1 review, 0 lapses" in shown(pilot.app)
        assert "! Suspend  - Bury" in shown(pilot.app)
        await pilot.press("exclamation_mark")
        await settled(pilot)
        assert "suspended, 1 review" in shown(pilot.app)
        assert "! Unsuspend  - Bury" in shown(pilot.app)
        await pilot.press("equals_sign")
        await settled(pilot)
        assert "review, 1 review" in shown(pilot.app)
        await pilot.press("minus")
        await settled(pilot)
        assert services.store().card(id).state == "buried"
        assert "! Suspend  - Unbury" in shown(pilot.app)
        await pilot.press("equals_sign")
        await settled(pilot)
        assert services.store().card(id).state == "review"
        curve = pilot.app.screen.query_one("#card-curve", Static)
        assert widest(curve) > 60
        await pilot.resize_terminal(60, 40)
        await settled(pilot)
        assert 40 < widest(curve) <= curve.content_size.width < 60
        await pilot.press("minus")
        await settled(pilot)
        await pilot.press("q")
        await settled(pilot)
        assert isinstance(pilot.app.screen, StudyScreen)
        assert pilot.app.screen.question is not None
        assert pilot.app.screen.question.card.id != id


async def opened(pilot: Any, settled: Any) -> CardScreen:
    """Open the page of the card that is asked."""
    await settled(pilot)
    await pilot.press("i")
    await settled(pilot)
    assert isinstance(pilot.app.screen, CardScreen)
    return pilot.app.screen


async def test_a_change_is_written_before_the_page_is_left(
    services: Services, settled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, suspend = threading.Event(), services.store().suspend

    def slowly(id: str) -> None:
        go_on.wait(20)
        suspend(id)

    async with StudyApp(services, opening=StudyScreen(services)).run_test() as pilot:
        page = await opened(pilot, settled)
        monkeypatch.setattr(services.store(), "suspend", slowly)
        await pilot.press("exclamation_mark", "q")
        assert pilot.app.screen is page
        go_on.set()
        await settled(pilot)
        assert isinstance(pilot.app.screen, StudyScreen)
        assert pilot.app.screen.question is not None
        assert pilot.app.screen.question.card.id != page.card_id


async def test_a_page_whose_change_could_not_be_written_stays(
    services: Services, settled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def full(_id: str) -> None:
        go_on.wait(20)
        raise StoreError("The disk is full, so nothing was saved.")

    async with StudyApp(services, opening=StudyScreen(services)).run_test() as pilot:
        page = await opened(pilot, settled)
        monkeypatch.setattr(services.store(), "suspend", full)
        await pilot.press("exclamation_mark", "q")
        go_on.set()
        while page.changing:
            await pilot.pause(0.02)
        assert pilot.app.screen is page
        assert any("disk is full" in note.message for note in pilot.app._notifications)
        await pilot.press("q")
        await settled(pilot)
        assert isinstance(pilot.app.screen, StudyScreen)


def test_the_beginning_of_an_id_is_enough(run: Any, services: Services) -> None:
    id = services.store().cards()[0].card.id
    code, out, _ = run("card", id[:8], "--json")
    assert (code, json.loads(out)["id"]) == (0, id)
    assert f"{id[:8]}  " in run("cards")[1]
    assert run("card", '"')[0] == 2
