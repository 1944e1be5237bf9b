"""`studytui id add`: explicit ids for the cards of notes, on request."""

import sys
from typing import Annotated, Literal

import typer

from studytui.words import counted


def id(
    action: Annotated[Literal["add"], typer.Argument(help="add: write ids where there are none.")],
    paths: Annotated[list[str], typer.Argument(help="Notes, or folders of them.")],
) -> None:
    """Write an id into each card of native notes that has none; its progress stays its own."""
    from cards.formats import identifiers, is_native_file
    from sims.errors import InputError
    from studytui.sessions.note_paths import find

    found = find(paths)
    for problem in found.missing:
        print(problem, file=sys.stderr)
    wrong = bool(found.missing)
    for path in found.files:
        if not is_native_file(path):
            if path in found.named:
                print(f"{path}: only cards with Q: or C: can have ids", file=sys.stderr)
                wrong = True
            continue
        try:
            cards = identifiers.add(path)
        except InputError as error:
            print(error, file=sys.stderr)
            wrong = True
            continue
        print(f"{path}: {counted(len(cards), 'id')} added")
    if wrong:
        raise typer.Exit(1)
