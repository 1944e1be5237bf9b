"""The first card is read by a child while the app loads, and the store is opened behind it."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from cards.scheduling.fsrs import Rating
from studytui import config
from studytui.app import StudyApp
from studytui.screens.home import HomeScreen
from studytui.screens.study import StudyScreen
from studytui.sessions.first_card import Foreseen, NotForeseenError
from studytui.sessions.question import next_of
from studytui.sessions.study import StudySession

READ = """
import os, sys
from studytui import config
from studytui.sessions import first_card

first_card.os.sched_getaffinity = lambda _process: {0, 1}
first = first_card.FirstCard.begin(config.load())
if first is None:
    sys.exit("none")
try:
    foreseen = first.take()
except first_card.NotForeseenError:
    sys.exit("missed")
assert not any(name.startswith("sqlalchemy") for name in sys.modules)
if foreseen is None:
    sys.exit("nothing")
print(foreseen.queued.card.id, foreseen.variant.prompt, foreseen.ahead)
"""


def read_by_a_child() -> tuple[str, str]:
    ran = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=False)
    return ran.stdout, ran.stderr.strip()


def test_a_child_reads_what_the_store_would_ask_and_changes_nothing(services, home) -> None:
    asked = next_of(services.store())
    services.close()
    path = Path(config.store_location(config.Config()))
    before = path.read_bytes()
    out, err = read_by_a_child()
    assert (out, err) == (f"{asked.card.id} {asked.variant.prompt} None\n", "")
    assert path.read_bytes() == before


@pytest.mark.parametrize("what", ["no card", "damage", "marked", "no store"])
def test_what_is_not_plain_is_left_to_the_app(services, home, what) -> None:
    services.close()
    path = home / "studytui.db"
    if what == "no card":
        path.unlink()
        services.store()
        services.close()
    elif what == "damage":
        path.write_bytes(b"SQLite format 3\0" + bytes(4096))
    elif what == "marked":
        path.with_name("studytui.db.suspect").touch()
    else:
        path.unlink()
    before = sorted(home.iterdir())
    assert read_by_a_child() == ("", "none" if what == "no store" else "missed")
    assert set(before) <= set(home.iterdir())


def test_a_store_that_was_named_is_looked_at_before_it_is_read(
    services, home, tmp_path, monkeypatch
) -> None:
    services.close()
    named = tmp_path / "named.db"
    (home / "studytui.db").rename(named)
    monkeypatch.setenv("STUDYTUI_STORE", str(named))
    assert read_by_a_child() == ("", "none")


def test_nothing_is_due(services, home) -> None:
    for card in services.store().find(""):
        services.store().suspend(card)
    services.close()
    assert read_by_a_child() == ("", "nothing")


class Read:
    """Stands for the child: gives a question, or has none."""

    def __init__(self, question=None) -> None:
        self.question = question
        self.missed = question is None

    def take(self) -> Foreseen:
        if self.question is None:
            raise NotForeseenError
        return Foreseen(self.question.queued, self.question.variant, None)


async def test_the_card_is_studied_and_home_is_below_it(services, settled, shown) -> None:
    first = Read(next_of(services.store()))
    screen = StudyScreen(services, StudySession(services, first=first))
    app = StudyApp(services, opening=screen)
    async with app.run_test() as pilot:
        await settled(pilot)
        assert screen.question.card.id == first.question.card.id
        await pilot.press("space", "3")
        await settled(pilot)
        assert services.store().card(first.question.card.id).reps == 1
        assert screen.question.card.id != first.question.card.id
        await pilot.press("escape", "q")
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)


async def test_a_card_that_was_answered_elsewhere_meanwhile_gives_way(services, settled) -> None:
    stale = next_of(services.store())
    services.store().answer(stale.card.id, Rating.EASY, seconds=1.0)
    screen = StudyScreen(services, StudySession(services, first=Read(stale)))
    async with StudyApp(services, opening=screen).run_test() as pilot:
        await settled(pilot)
        assert screen.question.card.id == next_of(services.store()).card.id != stale.card.id


async def test_the_app_ends_where_no_card_could_be_read(services, settled) -> None:
    screen = StudyScreen(services, StudySession(services, first=Read()))
    app = StudyApp(services, opening=screen)
    async with app.run_test() as pilot:
        await settled(pilot)
        assert app._exit


def test_arguments_that_need_a_parser_are_left_to_it(monkeypatch) -> None:
    from studytui import studying

    ran = []
    monkeypatch.setattr(
        studying, "run", lambda deck=None, *, plain: ran.append(SimpleNamespace(d=deck, p=plain))
    )
    for arguments in (["--ahead", "3"], ["A", "B"], ["--plain", "--plain"], ["-h"], ["--"], [""]):
        assert not studying.plainly(arguments)
    assert not ran
    for arguments in ([], ["A"], ["A", "--plain"], ["--plain"]):
        assert studying.plainly(arguments)
    assert [(one.d, one.p) for one in ran] == [
        (None, False),
        ("A", False),
        ("A", True),
        (None, True),
    ]
