"""`studytui add`: a new card, appended to a note and imported."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def add(
    question: Annotated[
        str, typer.Argument(help="The question; or, without an answer, a sentence with [gaps].")
    ],
    answer: Annotated[str, typer.Argument(help="The answer, in Markdown.")] = "",
    note: Annotated[
        Path | None, typer.Option(help="The note to append to; default: cards.md with your data.")
    ] = None,
    deck: Annotated[str | None, typer.Option(help="The deck of a note that is new.")] = None,
    check: Annotated[
        list[str] | None,
        typer.Option(help="A line of the check fence, such as 'answer: 2*x'; repeatable."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Add a card to a note of your own, and import it."""
    from json import dumps

    from cards.formats.addition import Addition
    from studytui import config
    from studytui.services import Services
    from studytui.sessions.adding import add as append

    addition = Addition(question, answer, "\n".join(check or ()))
    with Services(config.load()) as services:
        path, cards, says = append(services.store(), note, addition, deck)
    if json:
        print(dumps({"file": str(path), "cards": [card.id for card in cards]}))
    else:
        print(f"{path}:{cards[0].line}: {says}", file=sys.stdout)
