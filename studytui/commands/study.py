"""``studytui study``: the study screen for everything or one deck, or line by line."""

import sys
from typing import Annotated, Any

import typer

from sims.errors import InputError
from studytui.limits import LARGEST_COUNT


def _more(kind: str) -> Any:
    """Return the option that changes today's limit of a kind of cards."""
    return typer.Option(
        metavar="COUNT",
        min=-LARGEST_COUNT,
        max=LARGEST_COUNT,
        help=f"More {kind} cards today than the limit of that deck, or fewer.",
    )


def study(
    deck: Annotated[
        str | None, typer.Argument(help="A deck or a topic; all of them if left out.")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Ask line by line on standard input and output.")
    ] = False,
    ahead: Annotated[
        int,
        typer.Option(
            metavar="DAYS",
            min=0,
            max=LARGEST_COUNT,
            help="Also what comes due within so many days.",
        ),
    ] = 0,
    forgotten: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS",
            min=1,
            max=LARGEST_COUNT,
            help="Practise what was forgotten in the last days; not stored.",
        ),
    ] = None,
    exam: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Practise for a day such as 2026-12-31, weakest first; not stored."
        ),
    ] = None,
    more_new: Annotated[int, _more("new")] = 0,
    more_due: Annotated[int, _more("due")] = 0,
) -> None:
    """Study what is due.

    With --plain an empty line reveals, :h gives a hint, :u undoes, :q quits and anything else is an
    answer.
    """
    from studytui import config, terminal
    from studytui.commands.scope import named
    from studytui.services import Services
    from studytui.sessions.practice import Practice, days_until
    from studytui.sessions.study import Sitting
    from studytui.words import clock_warning

    if ahead and (forgotten is not None or exam is not None):
        raise InputError(
            "--ahead studies what comes due, --forgotten and --exam practise: give one"
        )
    if not plain:
        terminal.require("studytui study --plain")
    with Services(config.load()) as services:
        if not plain and deck is None and services.store().untouched():
            from studytui.app import StudyApp

            StudyApp(services).run_to_end()  # home asks what to begin with
            return
        scope = named(services, deck)
        if warning := clock_warning(services.store().clock_ahead()):
            print(warning, file=sys.stderr)
        days = days_until(exam) if exam is not None else 0
        if more_new or more_due:
            deck, topic = scope
            services.store().allow_more(new=more_new, due=more_due, deck=deck, topic=topic)
        if forgotten is not None or exam is not None:
            sitting: Sitting = Practice(services, *scope, forgotten=forgotten, exam=days)
        else:
            sitting = Sitting(services, *scope, ahead=ahead)
        if plain:
            from studytui.plain.lines import Lines
            from studytui.plain.study import study as study_plainly

            study_plainly(sitting, Lines(sys.stdin, sys.stdout))
            if says := services.tend():
                print(says, file=sys.stderr)
        else:
            from studytui.app import StudyApp
            from studytui.screens.study import StudyScreen

            StudyApp(services, opening=StudyScreen(services, sitting)).run_to_end()
