"""Sitting a quiz paper line by line."""

import math
import time
from typing import TYPE_CHECKING, NamedTuple

from cards.answers.result import Output
from studytui.plain.lines import Lines
from studytui.plain.study import answer_text, asked, said
from studytui.services import Services
from studytui.sessions.grading import unreadable
from studytui.sessions.open_paper import OpenPaper, forget, remember
from studytui.sessions.quiz import decided, keep, mark, verdict_on
from studytui.words import ASKED_AGAIN, counted

if TYPE_CHECKING:
    from cards.quiz import Marked, Paper, Question, Result


SURE = {":sure": True, ":unsure": False}
"""Lines that say how sure one is of the answer that comes next."""

HELP = """An empty line skips the question; anything else is its answer. Also, before an answer:
  :sure, :unsure  how sure you are of it
  :p  back to the question before
  :later  leave; studytui quiz --plain --resume goes on
  :q  hand the paper in
  :help  this list"""


def sit(
    services: Services, paper: "Paper", minutes: float, lines: Lines, sat: OpenPaper | None = None
) -> "Result | None":
    """Ask every question, mark the paper, keep it and tell the result; None if it was left.

    `:q`, the end of the input or the end of the time leaves the rest unanswered. `sat` is what
    was answered before.
    """
    sat = sat or OpenPaper(paper, [""] * len(paper.questions))
    left = sat.left if sat.left is not None else 60 * minutes if minutes else math.inf
    deadline = time.monotonic() + left
    typed, sure, place = list(sat.typed), dict(sat.sure), sat.place
    watched: dict[int, Output] = {}
    lines.tell(
        f"{counted(len(typed), 'question')}, seed {paper.seed}. An empty line skips, :q hands in, "
        ":help lists the rest."
    )
    while place < len(typed):
        question = paper.questions[place]
        lines.tell(f"\nQuestion {place + 1} of {len(typed)}")
        lines.tell(asked(question.card, question.variant))
        said = _answer(services, question, lines)
        if said.wants == "back":
            place = max(0, place - 1)
            continue
        if said.wants:
            break
        if time.monotonic() > deadline:
            lines.tell("The time is over; the last answer does not count.")
            break
        if place not in watched and said.typed:
            typed[place] = said.typed
            sure.pop(place, None)
            if said.sure is not None:
                sure[place] = said.sure
            if question.predicts and (output := _watched(services, question, said.typed, lines)):
                watched[place] = output
        place += 1
        rest = deadline - time.monotonic() if deadline < math.inf else None
        remember(OpenPaper(paper, typed, sure, min(place, len(typed) - 1), rest))
    if place < len(typed) and said.wants == "later":
        lines.tell("The paper is kept. studytui quiz --plain --resume goes on.")
        return None
    result = mark(services, paper, typed, sure=sure, watched=watched)
    keep(services, result)
    forget()
    _tell(result, lines)
    return result


class Said(NamedTuple):
    """What a line says: an answer and how sure it is, or what is wanted instead."""

    typed: str = ""
    sure: bool | None = None
    wants: str = ""


def _answer(services: Services, question: "Question", lines: Lines) -> Said:
    """Return the first line that can be read, or is empty, or what is wanted instead."""
    wanted = {":q": "end", ":later": "later", ":p": "back"}
    sure: bool | None = None
    while (line := lines.ask("answer>")) is not None:
        typed = line.strip()
        if typed in wanted:
            return Said(wants=wanted[typed])
        if typed in SURE:
            sure = SURE[typed]
        elif typed.startswith(":"):
            lines.tell(HELP if typed == ":help" else f"There is no command {typed}. {HELP}")
        else:
            says = unreadable(services, question.card, question.variant, typed) if typed else ""
            if not says:
                return Said(typed, sure)
            lines.tell(f"{says} {ASKED_AGAIN}")
    return Said(wants="end")


def _watched(services: Services, question: "Question", typed: str, lines: Lines) -> Output | None:
    """Run what was predicted, and tell what it says of the number."""
    output, grade = decided(services, question, typed, None)
    lines.tell(verdict_on(typed, output, grade))
    return output


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
