"""`studytui check`: deck CI. Every variant, every wrong answer, every proof of the notes."""

import json as json_text
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studytui import config
from studytui.commands.progress import ProgressLine
from studytui.printing import refuse
from studytui.services import SIMULATION_MEMORY
from studytui.words import counted

if TYPE_CHECKING:
    from cards.card import Card
    from cards.checking.check import Report
    from sims.worker.parent import Worker

CARD_SECONDS = 120.0
"""How long all variants of one card may take before the card counts as wrong."""


def check(
    paths: Annotated[list[str], typer.Argument(help="Notes, or folders of them.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check the cards of notes by computing; exit code 1 if something is wrong."""
    from sims.worker.parent import Worker
    from studytui.sessions.note_paths import find

    notes = find(paths)
    if notes.missing:
        refuse("\n".join(map(str, notes.missing)), json)
    worker = Worker(resident=SIMULATION_MEMORY, log=config.home() / "logs" / "check.log")
    try:
        report = _checked(list(notes.files.values()), worker)
    finally:
        worker.close()
    if json:
        print(json_text.dumps(report.to_dict()))
    else:
        for problem in report.problems:
            print(problem)
        found = counted(len(report.problems), "problem") if report.problems else "no problems"
        print(f"{counted(report.cards, 'card')}, {counted(report.variants, 'variant')}, {found}.")
    if report.problems:
        raise typer.Exit(1)


def _checked(paths: list[Path], worker: "Worker") -> "Report":
    """Return the report on all notes, card by card in a child that can be ended."""
    from cards.checking.check import Report, unreadable
    from cards.formats import read

    report = Report()
    with ProgressLine() as line:
        for number, path in enumerate(paths):
            line.show(str(path), number / len(paths))
            note = read(path)
            report += Report(problems=unreadable(note))
            for card in note.cards:
                report += _card(card, worker)
    return report


def _card(card: "Card", worker: "Worker") -> "Report":
    """Return the report on one card; one that fails or takes too long counts as wrong."""
    from cards.checking.check import Failure, Report
    from sims.worker.parent import WorkerError

    if card.check is None and not card.derive:
        return Report(1, 1)
    try:
        result = worker.call(
            "cards.checking.check:check_task", {"card": card.to_dict()}, seconds=CARD_SECONDS
        )
    except WorkerError as error:
        return Report(1, 0, (Failure(card.file, card.line, card.id, None, str(error)),))
    return Report.from_dict(result)
