"""Sitting a paper: nothing typed is lost, nothing is handed in or left by accident."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App

from cards.answers.choice import picks
from cards.answers.result import Output
from cards.formats import read
from cards.predictions import drawn
from cards.quiz import Paper, Question
from cards.variants.draw import draw as draw_variant
from cards.variants.generator import Generator
from db.store import StoreError
from studytui.app import StudyApp
from studytui.screens.derivation import DerivationScreen
from studytui.screens.paper import PaperScreen
from studytui.screens.result import ResultScreen
from studytui.screens.study import StudyScreen
from studytui.services import Services
from studytui.sessions.open_paper import place, remembered
from studytui.sessions.quiz import draw, mark
from studytui.widgets.answer import AnswerLine
from studytui.widgets.question import QuestionView, Shown

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


def place_of(paper: PaperScreen, number: int) -> tuple[int, int]:
    """Return a cell of an option, within the question."""
    view = paper.query_one(QuestionView)
    return view.gutter.left + 7, view.gutter.top + view.option_rows(number)[-1]


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
        await pilot.press("g")  # nothing was answered, so that all of it is practised
        await settled(pilot)
        assert isinstance(app.screen, StudyScreen)


async def test_only_the_same_key_again_at_once_hands_in_or_leaves(
    services, paper, settled, shown
) -> None:
    app = StudyApp(services, opening=paper)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press(*"x", "escape", "f", "q")
        assert app.screen is paper
        assert "The paper is kept for later" in shown(app)
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
    async with app.run_test(size=(24, 10)) as pilot:
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
        await settled(pilot)
        await pilot.click(QuestionView, offset=place_of(paper, 1))
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


async def test_how_sure_one_is_is_asked_before_the_grade_and_kept(services, settled, shown) -> None:
    screen = PaperScreen(services, draw(services, [], 3, 0), confidence=True)
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        for key in ("plus", "minus", "enter"):
            if screen._question.card.kind == "choice":
                await pilot.press("1")
            else:
                await pilot.press("escape", "a", *"2x", "enter")
            await settled(pilot)
            assert "How sure are you?" in shown(app)
            await pilot.press(key)
        assert screen.sure_of == {0: True, 1: False}
        await pilot.press("f")
        await settled(pilot)
    kept = services.store().quizzes()[-1]["questions"]
    assert [question["sure"] for question in kept] == [True, False, None]


async def test_a_paper_survives_a_kill_and_a_pause_stops_its_clock(
    services, settled, shown
) -> None:
    first = PaperScreen(services, draw(services, [], 3, 0), minutes=5)
    async with StudyApp(services, opening=first).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("escape", "1", "a", *"2x", "escape", "n")
        await settled(pilot)
    app = StudyApp(services)
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("z")
        await settled(pilot)
        assert "was left with 1 of 3 answered: R goes on with it" in shown(app)
        await pilot.press("R")
        await settled(pilot)
        again = app.screen
        assert isinstance(again, PaperScreen)
        assert (again.typed, again.place, again.paper) == (first.typed, 1, first.paper)
        left = again._deadline
        assert 0 < left - time.monotonic() < 300
        await pilot.press("escape", "space")
        assert "Paused" in shown(app)
        assert not again.query_one("#paper-question").display
        again.paused_at -= 1000
        await pilot.press("n", "f", "1")
        assert again.place == 1
        await pilot.press("space")
        assert again._deadline >= left + 1000
        await pilot.press("f", "f")
        await settled(pilot)
        assert isinstance(app.screen, ResultScreen)
        assert remembered() is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"paper": 3}', '{"paper": {"questions": []}}'])
def test_what_is_no_paper_is_not_gone_on_with(home: Path, text: str) -> None:
    place().parent.mkdir(parents=True)
    place().write_text(text)
    assert remembered() is None


async def test_a_prediction_is_committed_to_and_a_run_decides(services, settled, shown) -> None:
    (card,) = drawn(["mac-signatures"], 1, Generator(3))
    question = Question(card, draw_variant(card, 1))
    screen = PaperScreen(services, Paper((question,), (), 1))
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(100, 50)) as pilot:
        await settled(pilot)
        await pilot.press(*"0.5", "enter")
        for _ in range(400):
            await settled(pilot)
            if screen.watched:
                break
            await pilot.pause(0.05)
        assert "you said 0.5, the run gave" in shown(app)
        await pilot.press("a", *"9")
        assert screen.typed == ["0.5"]
        output, grade = screen.watched[0]
        assert output.standard_error > 0
        await pilot.press("f", "f")
        await settled(pilot)
    marked = services.store().quizzes()[-1]["questions"][0]
    assert marked["grade"]["verdict"] == grade.verdict != "undecided"
    assert f"Computed: {output.value:.6g}" in marked["answer"]


PROOF = """# Squares

Q: Why is $(a+b)^2 - (a-b)^2 = 4ab$?
```check
kind: order
choices: [$= 2 a b$, $= 4 a$]
```
```derive
(a + b)^2 - (a - b)^2
= a^2 + 2*a*b + b^2 - (a - b)^2
= 4*a*b
```
"""


async def test_the_lines_of_a_proof_are_clicked_into_order(
    empty: Services, tmp_path: Path, settled, shown
) -> None:
    note = tmp_path / "proof.md"
    note.write_text(PROOF)
    empty.store().import_notes([read(note)])
    screen = DerivationScreen(empty, card=next(iter(empty.store().cards())).card)
    app = StudyApp(empty, opening=screen)
    async with app.run_test(size=(100, 40)) as pilot:
        for _ in range(400):
            await settled(pilot)
            if screen.ended:
                break
            await pilot.pause(0.05)
        await pilot.press("g")
        for _ in range(400):
            await settled(pilot)
            if isinstance(app.screen, PaperScreen):
                break
            await pilot.pause(0.05)
        paper = app.screen
        card, variant = paper._question.card, paper._question.variant
        await settled(pilot)
        for line in card.check.order:
            number = variant.choices.index(line) + 1
            await pilot.click(QuestionView, offset=place_of(paper, number))
        numbers = [str(variant.choices.index(line) + 1) for line in card.check.order]
        assert line_of(app) == "; ".join(numbers)
        await pilot.press("escape", "f", "f")
        await settled(pilot)
    assert empty.store().quizzes()[0]["score"]["right"] == 1


async def test_an_option_looked_for_on_a_question_that_has_gone(services, paper, settled) -> None:
    app = StudyApp(services, opening=paper)
    async with app.run_test() as pilot:
        await settled(pilot)
        view = paper.query_one(QuestionView)
        longest = max(paper.paper.questions, key=lambda question: len(question.variant.choices))
        shortest = min(paper.paper.questions, key=lambda question: len(question.variant.choices))
        view.ask(Shown(longest.card, longest.variant))
        view.move(-1)
        view.ask(Shown(shortest.card, shortest.variant))
        await settled(pilot)
        assert view.chosen == 0
        view.ask(Shown(longest.card, longest.variant))
        view.move(-1)
        view.toggle_source()
        await settled(pilot)
        assert not view.option_rows(view.chosen + 1)
        view.reveal()
        view.look_at_news()
        view.ask(Shown(shortest.card, shortest.variant))
        await settled(pilot)
        assert app.is_running
