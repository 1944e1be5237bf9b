"""The exam page and command, and basic cards after a lapse."""

import io
import json

import pytest

from cards.formats import read
from cards.prerequisites import required_by
from cards.scheduling.fsrs import Rating
from sims.errors import InputError
from studytui.app import StudyApp
from studytui.cli import main
from studytui.plain import study as plain
from studytui.plain.lines import Lines
from studytui.screens.exam import ExamScreen
from studytui.screens.study import StudyScreen
from studytui.sessions import exam
from studytui.sessions.practice import Practice

ADVANCED = """---
deck: Small
requires: [Softmax, own basics]
---
# Advanced things

Q: What rests on softmax?
A: attention
"""


@pytest.fixture
def tomorrow(services, now) -> str:
    from datetime import timedelta

    return (now() + timedelta(days=3)).date().isoformat()


async def test_a_plan_is_made_and_its_part_studied(
    services, settled, shown, tomorrow, monkeypatch
) -> None:
    monkeypatch.setattr("studytui.sessions.exam.days_until", lambda _day: 3)
    app = StudyApp(services)
    async with app.run_test(size=(110, 40)) as pilot:
        await settled(pilot)
        await pilot.press("E")
        await settled(pilot)
        assert isinstance(app.screen, ExamScreen)
        await pilot.press("tab", *tomorrow, "enter")
        await settled(pilot)
        assert "3 cards. Expected recall on that day 0% without the plan" in " ".join(
            shown(app).split()
        )
        await pilot.press("s")
        await settled(pilot)
        assert isinstance(app.screen, StudyScreen)
        assert "1 left for the exam" in shown(app)
        await pilot.press("escape", "space", "3")
        await settled(pilot)
        assert "today's part of the plan" in shown(app) or "Done for now" in shown(app)
    assert sum(card.reps for card in services.store().cards()) == 1
    assert exam.chosen() == exam.Exam(tomorrow)
    rows = exam.prospect(services, exam.Exam(tomorrow)).outlooks
    assert max(row.without for row in rows) > 0.5


@pytest.mark.parametrize("day", ["soon", "2020-01-01", ""])
def test_a_day_that_is_none_or_has_passed_is_refused(home, day) -> None:
    with pytest.raises(InputError):
        exam.choose(day)
    assert exam.chosen() is None


@pytest.mark.parametrize("text", ["", "[]", '{"day": 3}', '{"day": "x", "scope": ""}'])
def test_what_is_no_plan_is_none(home, text) -> None:
    exam.place().parent.mkdir(parents=True)
    exam.place().write_text(text)
    assert exam.chosen() is None


def test_the_command_prints_every_card(services, capsys) -> None:
    services.close()

    def printed(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["exam", *arguments])
        assert ended.value.code == 0
        return capsys.readouterr().out

    found = json.loads(printed("2999-12-31", "topic:softmax", "--json"))
    assert (found["scope"], len(found["cards"])) == ("topic:softmax", 3)
    assert found["without"] <= found["planned"]
    assert "Exam on 2999-12-31" in printed()
    printed("--end")
    with pytest.raises(SystemExit, match="2"):
        main(["exam"])


async def test_a_lapse_offers_what_a_topic_rests_on(services, tmp_path, settled, shown) -> None:
    note = tmp_path / "advanced.md"
    note.write_text(ADVANCED)
    store = services.store()
    store.import_notes([read(note)])
    (advanced,) = store.cards("topic:advanced-things")
    assert required_by(advanced.card) == ("softmax", "own-basics")
    assert [one.card.id for one in store.cards("tag:requires::softmax")] == [advanced.card.id]
    store.answer(advanced.card.id, Rating.EASY, seconds=1)
    store.set_due(advanced.card.id, 0)
    app = StudyApp(services, opening=StudyScreen(services, _only(services, advanced.card.topic)))
    async with app.run_test(size=(110, 40)) as pilot:
        await settled(pilot)
        first = app.screen
        await pilot.press("escape", "space", "1")
        await settled(pilot)
        assert [one.card.topic for one in first.session.offered] == ["softmax"] * 3
        said = [notice.message for notice in app._notifications]
        assert said == ["What you forgot rests on Softmax: g asks 3 cards of it."]
        await pilot.press("escape", "g")
        await settled(pilot)
        assert app.screen is not first
        assert isinstance(app.screen.session, Practice)
        assert app.screen.question.card.topic == "softmax"


def test_line_by_line_a_lapse_offers_them_too(services, tmp_path) -> None:
    note = tmp_path / "advanced.md"
    note.write_text(ADVANCED)
    store = services.store()
    store.import_notes([read(note)])
    (advanced,) = store.cards("topic:advanced-things")
    store.answer(advanced.card.id, Rating.EASY, seconds=1)
    store.set_due(advanced.card.id, 0)
    said = io.StringIO()
    typed = ":g\n\n1\n:g\n:q\n:q\n"  # before there is a lapse, then after it
    plain.study(_only(services, advanced.card.topic), Lines(io.StringIO(typed), said))
    nothing, _, after = said.getvalue().partition("What you forgot rests on Softmax: :g asks it.")
    assert "Nothing that you just forgot" in nothing
    assert "Softmax (0 new, 0 learning, 3 due)" in after


def _only(services, topic):
    from studytui.sessions.study import StudySession

    return StudySession(services, topic=topic)


@pytest.mark.parametrize("change", ["suspend", "bury"])
def test_undo_brings_a_card_back_that_was_put_away_in_an_exam(
    services, tomorrow, monkeypatch, change
) -> None:
    session = exam.ExamSession(services, exam.Exam(tomorrow))
    monkeypatch.setattr(session, "_ids", lambda: services.store().find(""))
    first = session.next()
    session.change(first.card.id, change)
    assert session.next().card.id != first.card.id
    assert session.undo()
    assert session.next().card.id == first.card.id
