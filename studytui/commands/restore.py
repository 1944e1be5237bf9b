"""``studytui restore``: a copy back in the store's place; the store itself is kept beside it."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def restore(
    path: Annotated[Path, typer.Argument(help="The copy, as `studytui backup` wrote it.")],
) -> None:
    """Put a copy back in the place of the store. The store that was there is kept."""
    from datetime import UTC, datetime

    from db import backup
    from db.engine import StoreError, file_of, locate
    from studytui import config

    url = locate(config.store_location(config.load()))
    store = file_of(url)
    if store is None:
        raise StoreError("Only a store in a file can be restored; this one is on a server.")
    aside = backup.restore(path, store, datetime.now(UTC))
    if aside is not None:
        print(f"The store that was there is now {aside}", file=sys.stderr)
    print(store)
