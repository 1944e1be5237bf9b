"""`studytui sync`: exchange reviews and cards with another store."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sims.errors import InputError
from studytui.commands.progress import ProgressLine

if TYPE_CHECKING:
    from db.sync import Moved


def sync(
    location: Annotated[
        str,
        typer.Argument(
            metavar="URL|FILE|FOLDER",
            help="Another store: a server, a file, or a folder that your devices share.",
        ),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
) -> None:
    """Exchange reviews and cards with another store, so that both hold every review.

    It may be broken off at any time, and run again. Exit code 1 when a file of a folder could not
    be read.
    """
    from json import dumps

    from studytui import config
    from studytui.paths import require_folder
    from studytui.services import Services

    if not location:
        raise InputError("name another store: a server, a file or a folder")
    if "://" not in location:
        require_folder(location)
    with Services(config.load()) as services, ProgressLine() as line:
        report = services.store().sync(location, lambda share, says: line.show(says, share))
    if json:
        print(dumps(report.to_dict()))
    else:
        print(f"Received {_in_words(report.received)}.")
        print(f"Sent {_in_words(report.sent)}.")
    for sentence in report.skipped:
        print(f"Left out: {sentence}", file=sys.stderr)
    if report.skipped:
        raise typer.Exit(1)


def _in_words(moved: "Moved") -> str:
    from studytui.words import counted

    counts = (moved.reviews, "review"), (moved.changes, "other change"), (moved.cards, "card")
    parts = [counted(count, name) for count, name in counts if count]
    return ", ".join(parts) or "nothing"
