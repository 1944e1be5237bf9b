"""Papers of the past: shown, written to a file, their mistakes practised."""

from pathlib import Path
from typing import Any

from studytui.app import StudyApp
from studytui.screens.papers import PapersScreen
from studytui.screens.study import StudyScreen
from studytui.services import Services
from studytui.sessions.quiz import as_markdown, draw, keep, mark


async def test_a_paper_is_shown_written_and_its_mistakes_practised(
    services: Services, settled: Any, shown: Any, home: Path
) -> None:
    paper = draw(services, [], 3, 5)
    typed = ["" for _ in paper.questions]
    keep(services, mark(services, paper, typed))
    before = len(services.store().quizzes())
    app = StudyApp(services, opening=PapersScreen(services))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert "0 of 3 right" in shown(app)
        assert "Not answered." in shown(app)
        await pilot.press("w")
        await settled(pilot)
        (written,) = (home / "papers").iterdir()
        assert written.read_text(encoding="utf-8").count("## Question") == 3
        await pilot.press("w")
        await settled(pilot)
        assert len(list((home / "papers").iterdir())) == 2
        await pilot.press("g")
        await settled(pilot)
        assert isinstance(app.screen, StudyScreen)
        assert "3 left, not stored" in shown(app)
    assert len(services.store().quizzes()) == before


def test_lines_in_their_order_are_a_list_in_markdown() -> None:
    question = {"prompt": "Order it.", "right": False, "typed": "2 1", "choices": ["$b$", "$a$"]}
    question["answer"] = "1. $a$\n2. $b$"
    score = {"right": 0, "wrong": 1, "open": 0}
    written = as_markdown({"at": "2026-12-01", "score": score, "questions": [question]})
    assert "1. $b$\n2. $a$\n\n**Answered:** 2 1\n\n**Answer:**\n\n1. $a$\n2. $b$\n" in written


async def test_no_paper_yet(services: Services, settled: Any, shown: Any) -> None:
    app = StudyApp(services, opening=PapersScreen(services))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "No paper has been handed in yet." in shown(app)
        await pilot.press("g", "w", "q")
        await settled(pilot)
        assert not isinstance(app.screen, PapersScreen)
