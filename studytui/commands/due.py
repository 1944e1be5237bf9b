"""``studytui due``: one line for a shell prompt or a status bar."""

from typing import Annotated

import typer


def due(
    json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
) -> None:
    """Print one line on what is left to study today."""
    from json import dumps

    from studytui import config
    from studytui.services import Services

    with Services(config.load()) as services:
        left = services.store().remaining()
    if json:
        print(dumps({"new": left.new, "learning": left.learning, "due": left.due}))
    elif left.total:
        print(f"{left.due} due, {left.learning} learning, {left.new} new")
    else:
        print("nothing due")
