"""``studytui study``: the study screen for everything or one deck, or line by line."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from studytui.services import Services


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
    from studytui.services import Services

    services = Services(config.load())
    try:
        scope = scope_of(services, deck)
        if plain:
            from studytui.plain import Lines
            from studytui.plain import study as study_plainly
            from studytui.sitting import Sitting

            study_plainly(Sitting(services, *scope), Lines(sys.stdin, sys.stdout))
        else:
            from studytui.app import StudyApp
            from studytui.screens.study import StudyScreen

            StudyApp(services, opening=StudyScreen(services, *scope)).run()
    finally:
        services.close()


def scope_of(services: "Services", name: str | None) -> tuple[str | None, str | None]:
    """Return the deck and topic that ``name`` means, bringing the bundled deck in if need be.

    Raises LookupError when there is no deck or topic of that name.
    """
    from studytui.bundled import bring_in

    store = services.store()
    rows = store.overview()
    if not rows:
        bring_in(store)
        rows = store.overview()
    if name is None:
        return None, None
    if any(row.deck == name for row in rows):
        return name, None
    if any(row.topic == name for row in rows):
        return None, name
    known = ", ".join(dict.fromkeys(row.deck for row in rows))
    raise LookupError(f"no deck or topic is called {name}; the decks are {known}")
