"""``studytui doctor``: is the store sound, and does everything in it follow from its log."""

from typing import Annotated

import typer

from studytui.words import counted


def doctor(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Fold the log again and replace what follows from it.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look for damage, and rebuild what can be rebuilt. Exit code 1 when something is wrong."""
    from json import dumps

    from studytui import config
    from studytui.services import Services

    with Services(config.load()) as services:
        store = services.store()
        problems = store.diagnose()
        equal = store.rebuild() if rebuild and not problems else None
        cards = len(store.find(""))
    if json:
        print(dumps({"sound": not problems, "problems": problems, "cards": cards, "equal": equal}))
    else:
        for line in problems or [f"The store is sound: {counted(cards, 'card')}."]:
            print(line)
        if equal is not None:
            print("Rebuilt from the log: " + ("nothing differed." if equal else "it differed."))
    if problems or equal is False:
        raise typer.Exit(1)
