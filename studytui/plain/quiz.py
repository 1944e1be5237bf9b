"""Sitting a quiz paper line by line."""

import time
from typing import TYPE_CHECKING

from studytui.plain.study import Lines, answer_text, asked, said
from studytui.services import Services
from studytui.sessions.grading import unreadable
from studytui.sessions.quiz import keep, mark
from studytui.words import ASKED_AGAIN, counted

if TYPE_CHECKING:
    from cards.quiz import Marked, Paper, Question, Result


def sit(services: Services, paper: "Paper", minutes: float, lines: Lines) -> "Result":
    """Ask every question, mark the paper, keep it and tell the result.

    ``:q``, the end of the input or the end of the time leaves the rest unanswered.
    """
    deadline = time.monotonic() + 60 * minutes if minutes else float("inf")
    typed = [""] * len(paper.questions)
    lines.tell(
        f"{counted(len(typed), 'question')}, seed {paper.seed}. An empty line skips, :q hands in."
    )
    for place, question in enumerate(paper.questions):
        lines.tell(f"\nQuestion {place + 1} of {len(typed)}")
        lines.tell(asked(question.card, question.variant))
        line = _answer(services, question, lines)
        if line is None:
            break
        if time.monotonic() > deadline:
            lines.tell("The time is over; the last answer does not count.")
            break
        typed[place] = line
    result = mark(services, paper, typed)
    keep(services, result)
    _tell(result, lines)
    return result


def _answer(services: Services, question: "Question", lines: Lines) -> str | None:
    """Return the first line that can be read, or is empty; None to hand the paper in."""
    while (line := lines.ask("answer>")) is not None and line.strip() != ":q":
        typed = line.strip()
        says = unreadable(services, question.card, question.variant, typed) if typed else ""
        if not says:
            return typed
        lines.tell(f"{says} {ASKED_AGAIN}")
    return None


def _tell(result: "Result", lines: Lines) -> None:
    """Tell the right answers, then the score by topic."""
    for place, marked in enumerate(result.marked, 1):
        lines.tell(f"\n{place}. {_outcome(marked)}")
        lines.tell(f"Answer: {answer_text(marked.question.card, marked.question.variant)}")
    lines.tell()
    for topic, score in [*result.by_topic().items(), ("in all", result.score())]:
        total = score.right + score.wrong + score.open
        open_ones = f", {score.open} for you to judge" if score.open else ""
        lines.tell(f"{topic}: {score.right} of {total} right{open_ones}")


def _outcome(marked: "Marked") -> str:
    return said(marked.grade) if marked.typed else "Not answered."
