"""`studytui restore`: a copy back in the store's place; the store itself is kept beside it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from sims.errors import InputError


def restore(
    path: Annotated[
        Path | None, typer.Argument(help="The copy; without one, those that there are are listed.")
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin an empty store where a damaged one was.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Put a copy back in the place of the store. The store that was there is kept."""
    from datetime import UTC, datetime

    from db.storage import backup, opening
    from db.storage.database import StoreError, file_of, locate
    from studytui import config

    url = locate(config.store_location(config.load()))
    store = file_of(url)
    if store is None:
        raise StoreError("Only a store in a file can be restored; this one is on a server.")
    if anew and path is not None:
        raise InputError("name a copy or begin anew, not both")
    if path is None and not anew:
        _list(store, json)
        return
    aside = None
    if path is None:
        aside = opening.begin_anew(store)
    else:
        aside = backup.restore(path, store, datetime.now(UTC))
    if json:
        _print_json({"path": str(store), "aside": aside and str(aside)})
        return
    if aside is not None:
        what = "store" if path else "log of the store"
        print(f"The {what} that was there is now {aside}", file=sys.stderr)
    print(store)


def _list(store: Path, json: bool) -> None:
    """Print the copies of a store, newest first, with the time and size of each."""
    from db.storage import backup

    copies = backup.copies(store)
    if json:
        rows = [
            {"path": str(copy), "at": made.astimezone().isoformat(), "bytes": copy.stat().st_size}
            for copy, made in copies.items()
        ]
        _print_json({"copies": rows})
        return
    if not copies:
        folder = backup.folder_of(store)
        print(f"There are no copies in {folder} yet. `studytui backup` makes one.")
        return
    print("Put one of these back with `studytui restore PATH`; the newest is first.")
    for copy, made in copies.items():
        size = copy.stat().st_size / 1024
        print(f"{made.astimezone():%Y-%m-%d %H:%M}  {size:9,.0f} KiB  {copy}")


def _print_json(said: dict[str, object]) -> None:
    from json import dumps

    print(dumps(said))
