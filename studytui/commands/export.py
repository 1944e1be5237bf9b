"""`studytui export`: cards and progress leave, as a package of Anki's, CSV, JSON or notes."""

import sys
from typing import Annotated

import typer


def export(
    path: Annotated[
        str, typer.Argument(help="A file .apkg, .csv, .json or .md; a folder for notes.")
    ],
    query: Annotated[
        list[str] | None, typer.Argument(help="Words, deck:…, topic:…, tag:…; all without.")
    ] = None,
    obsidian: Annotated[
        bool, typer.Option("--obsidian", help="Notes for Obsidian's Spaced Repetition.")
    ] = False,
    hashcards: Annotated[bool, typer.Option("--hashcards", help="Decks for hashcards.")] = False,
) -> None:
    """Write cards to a file or folder that is not there yet.

    A .json holds everything, the log included, and comes back by an import; an .apkg holds cards,
    schedules and reviews; notes hold cards, those for Obsidian their schedules too.
    """
    from studytui import config, exporting
    from studytui.services import Services

    if obsidian and hashcards:
        raise typer.BadParameter("name one of --obsidian and --hashcards")
    program = "obsidian" if obsidian else "hashcards" if hashcards else ""
    with Services(config.load()) as services:
        done = exporting.export(services.store(), path, " ".join(query or ()), program)
    print(done.says)
    for item in done.lost:
        print(f"not kept: {item}", file=sys.stderr)
    if done.lost:
        raise typer.Exit(1)
