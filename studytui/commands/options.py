"""`studytui options`: scheduling options, and those in which a deck differs."""

from typing import Annotated, Any

import typer

from sims.errors import InputError
from studytui.config import written


def options(
    deck: Annotated[str | None, typer.Argument(help="A deck; all decks if left out.")] = None,
    changes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=VALUE]...",
            help="What is to differ in this deck, such as new_per_day=5; NAME= follows the rest.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the options as JSON.")] = False,
) -> None:
    """Show the scheduling options of a deck, or change some of them for it.

    Options of all decks are set in config.toml, in the table [scheduling].
    """
    from dataclasses import asdict
    from json import dumps

    from cards.scheduling.options import parsed
    from db.log.settings import payload
    from studytui import config
    from studytui.services import Services
    from studytui.sessions.scope import known_deck

    with Services(config.load()) as services:
        deck = known_deck(services, deck) if deck is not None else ""
        store = services.store()
        new: dict[str, Any] = {}
        for change in changes or ():
            name, equals, text = change.partition("=")
            if not equals:
                raise InputError(f"{change} is no change; write NAME=VALUE")
            new[name] = parsed(name, text) if text else None
            payload(deck, name, new[name])  # nothing is changed if one of them is wrong
        for name, value in new.items():
            store.set_option(deck, name, value)
        everywhere, here = (asdict(store.options(name)) for name in ("", deck))
    if json:
        print(dumps(here))
        return
    for name, value in here.items():
        elsewhere = written(everywhere[name], ",")
        differs = "" if value == everywhere[name] else f"   (elsewhere {elsewhere})"
        print(f"{name:<18} {written(value, ',')}{differs}")
