"""`studytui backup`: a checked copy of the store, made while it is in use."""

from pathlib import Path
from typing import Annotated

import typer


def backup(
    path: Annotated[
        Path | None, typer.Argument(help="File to write; a dated one beside the store if left out.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write a copy of the store and print its path."""
    from json import dumps

    from studytui import config
    from studytui.paths import require_folder
    from studytui.services import Services

    if path is not None:
        require_folder(str(path))
    with Services(config.load()) as services:
        written = str(services.store().backup(path))
    print(dumps({"path": written}) if json else written)
