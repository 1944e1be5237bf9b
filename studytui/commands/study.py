"""``studytui study``: the study screen for everything or one deck, or line by line."""

import sys
from typing import Annotated

import typer


def study(
    deck: Annotated[
        str | None, typer.Argument(help="A deck or a topic; all of them if left out.")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Ask line by line on standard input and output.")
    ] = False,
) -> None:
    """Study what is due.

    With --plain an empty line reveals, :u undoes, :q quits and anything else is an answer.
    """
    from studytui import config
    from studytui.scope import named
    from studytui.services import Services

    services = Services(config.load())
    try:
        scope = named(services, deck)
        if plain:
            from studytui.plain import Lines
            from studytui.plain import study as study_plainly
            from studytui.sitting import Sitting

            study_plainly(Sitting(services, *scope), Lines(sys.stdin, sys.stdout))
            services.store().tend()
        else:
            from studytui.app import StudyApp
            from studytui.screens.study import StudyScreen

            StudyApp(services, opening=StudyScreen(services, *scope)).run()
    finally:
        services.close()
