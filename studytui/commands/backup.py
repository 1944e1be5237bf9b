"""``studytui backup``: a checked copy of the store, made while it is in use."""

from pathlib import Path
from typing import Annotated

import typer


def backup(
    path: Annotated[
        Path | None, typer.Argument(help="File to write; a dated one beside the store if left out.")
    ] = None,
) -> None:
    """Write a copy of the store and print its path."""
    from studytui import config
    from studytui.services import Services

    services = Services(config.load())
    try:
        print(services.store().backup(path))
    finally:
        services.close()
