"""Sitting a paper: nothing typed is lost, nothing is handed in or left by accident."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App

from cards.answers.choice import picks
from cards.answers.result import Output
from cards.formats import read
from db.store import StoreError
from studytui.app import StudyApp
from studytui.screens.paper import PaperScreen
from studytui.screens.result import ResultScreen
from studytui.services import Services
from studytui.sessions.quiz import draw, mark
from studytui.widgets.answer import AnswerLine

SEVERAL = """# Numbers

Q: Which of these are even?
```check
answer: four; six
choices: [five, seven]
```
"""


@pytest.fixture
def paper(services: Services) -> PaperScreen:
    """Return a paper of the small deck, its questions in the order of the note."""
    drawn = draw(services, [], 3, 0)
    ordered = sorted(drawn.questions, key=lambda question: question.card.line)
    return PaperScreen(services, replace(drawn, questions=tuple(ordered)))


def line_of(app: App[None]) -> str:
    return app.screen.query_one(AnswerLine).input.value


async def test_what_is_typed_is_kept_without_enter(services, paper, settled) -> None:
    app = StudyApp(services, opening=paper)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press(*"words", "escape", "n", *"2x", "escape", "n")
        assert paper.typed[:2] == ["words", "2x"]
        await pilot.press("p", "escape", "p")
        assert line_of(app) == "words"
        await pilot.press(*"!", "escape", "f")
        assert paper.typed[0] == "words!"


async def test_an_answer_that_is_being_typed_counts_when_the_time_is_over(
    services, paper, settled
) -> None:
    app = StudyApp(services, opening=paper)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press(*"words")
        paper._deadline = 0.0
        paper._tick()
        assert paper.typed[0] == "words"
        await settled(pilot)


async def test_the_result_says_that_the_time_was_over(services, paper, settled, shown) -> None:
    app = StudyApp(services, opening=paper)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        paper._deadline = 0.0
        paper._tick()
        await settled(pilot)
        assert "The time was over: the paper was handed in as it stood." in shown(app)
        await pilot.press("n")
        assert "The time was over" not in shown(app)


async def test_only_the_same_key_again_at_once_hands_in_or_leaves(
    services, paper, settled, shown
) -> None:
    app = StudyApp(services, opening=paper)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press(*"x", "escape", "f", "q")
        assert app.screen is paper
        assert "The answers will be lost" in shown(app)
        await pilot.press("f")
        assert not paper.marking
        await pilot.press("n", "escape", "f")
        assert not paper.marking
        await pilot.press("n", "n", "n", "escape", "n", "n")
        assert not paper.marking
        await pilot.press("f")
        assert paper.marking
        await settled(pilot)


async def test_a_paper_that_cannot_be_kept_is_marked_once_when_the_time_is_over(
    services, paper, settled, monkeypatch
) -> None:
    marked = []

    def full(result: object) -> None:
        marked.append(result)
        raise StoreError("The disk is full, so nothing was saved.")

    app = StudyApp(services, opening=paper)
    async with app.run_test() as pilot:
        await settled(pilot)
        with monkeypatch.context() as broken:
            broken.setattr(services.store(), "record_quiz", full)
            paper._deadline = 0.0
            for _ in range(3):
                paper._tick()
                while paper.marking:
                    await pilot.pause(0.02)
        assert len(marked) == 1
        await pilot.press("f", "f")
        await settled(pilot)
        assert isinstance(app.screen, ResultScreen)


@pytest.mark.parametrize("key", ["f", "q"])
async def test_an_answer_that_is_changed_has_to_be_handed_in_or_left_anew(
    services, paper, settled, key
) -> None:
    app = StudyApp(services, opening=paper)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press(*"x", "escape", key, "a", *"changed", "escape", key)
        await settled(pilot)
        assert app.screen is paper
        assert not paper.marking
        assert paper.typed[0] == "xchanged"


@pytest.mark.parametrize("typed", ["(2", "2*"])
async def test_an_answer_that_cannot_be_read_is_asked_again(
    services, paper, settled, shown, typed
) -> None:
    app = StudyApp(services, opening=paper)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*"words", "enter")
        await settled(pilot)
        assert paper.place == 1
        await pilot.press(*typed, "enter")
        await settled(pilot)
        assert paper.place == 1
        assert "Nothing was counted" in " ".join(shown(app).split())
        await pilot.press(*["backspace"] * len(typed), *"3x", "enter")
        await settled(pilot)
        assert paper.place == 2
        assert paper.typed[1] == "3x"


async def test_a_question_opens_at_its_beginning(services, paper, settled) -> None:
    long_ones = replace(paper.paper, questions=paper.paper.questions[::2])
    paper = PaperScreen(services, long_ones)
    app = StudyApp(services, opening=paper)
    async with app.run_test(size=(24, 12)) as pilot:
        await settled(pilot)
        body = paper.query_one("#paper-question")
        body.scroll_to(y=2, animate=False)
        await pilot.pause()
        assert body.scroll_y == 2
        await pilot.press("escape", "n")
        await settled(pilot)
        assert body.scroll_y == 0


async def test_a_click_picks_an_option(services, paper, settled) -> None:
    app = StudyApp(services, opening=paper)
    async with app.run_test(size=(80, 40)) as pilot:
        await settled(pilot)
        await pilot.press("escape", "n", "escape", "n")
        await pilot.click("OptionLine", offset=(7, 0))
        question = paper.paper.questions[2]
        assert picks(paper.typed[2], question.variant.choices) == question.variant.choices[:1]


async def test_where_several_are_right_they_are_noted_down(
    empty: Services, tmp_path: Path, settled
) -> None:
    note = tmp_path / "note.md"
    note.write_text(SEVERAL)
    empty.store().import_notes([read(note)])
    screen = PaperScreen(empty, draw(empty, [], 1, 0))
    app = StudyApp(empty, opening=screen)
    async with app.run_test(size=(80, 40)) as pilot:
        await settled(pilot)
        assert "all that are right" in screen.query_one(AnswerLine).input.invitation
        choices = screen.paper.questions[0].variant.choices
        first, second = (str(choices.index(right) + 1) for right in ("four", "six"))
        await pilot.press(first)
        assert line_of(app) == first
        await pilot.press(second, first, first, second, second, "enter")
        await settled(pilot)
        assert screen.typed == [f"{first}; {second}"]
        result = mark(empty, screen.paper, screen.typed)
    assert result.marked[0].right


def test_the_result_has_the_values_that_were_computed(services, monkeypatch) -> None:
    monkeypatch.setattr("studytui.sessions.grading.output_of", lambda *_: Output(0.3345, 0.0031))
    result = mark(services, draw(services, [], 3, 0), ["", "", ""])
    answers = [marked.question.variant.answer for marked in result.marked]
    assert all("Computed: 0.3345, standard error 0.0031" in answer for answer in answers)
