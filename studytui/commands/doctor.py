"""`studytui doctor`: is the store sound, and does everything in it follow from its log."""

import sys
from typing import Annotated

import typer

from studytui.commands.progress import ProgressLine
from studytui.words import clock_warning, counted, damage_text


def doctor(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Fold the log again and replace what follows from it.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look for damage, and rebuild what can be rebuilt. Exit code 1 when something is wrong."""
    from json import dumps

    from db.records import EventDamage
    from db.storage.database import StoreCorrupt
    from sims.private import close_to_others
    from studytui import config
    from studytui.services import Services

    problems: list[str] = []
    kept: list[EventDamage] = []
    equal = cards = None
    with Services(config.load()) as services:
        try:
            closed = close_to_others(config.home())
            store = services.store()
            with ProgressLine() as shown:
                damage = store.diagnose(
                    lambda share, says: shown.show(says, share), derived=not rebuild
                )
                for one in damage:
                    if rebuild and isinstance(one, EventDamage) and one.readable:
                        kept.append(one)
                    else:
                        problems.append(damage_text(one))
                shown.show("Folding the log again" if rebuild else "")
                equal = store.rebuild(kept) if rebuild and not problems else None
            cards = len(store.find(""))
            if closed:
                opened = "1 file or folder" if closed == 1 else f"{closed} files or folders"
                print(f"{opened} could be read by others; now only you can.", file=sys.stderr)
            if warning := clock_warning(store.clock_ahead()):
                print(warning, file=sys.stderr)
        except StoreCorrupt as error:
            problems.append(str(error))
    if json:
        print(dumps({"sound": not problems, "problems": problems, "cards": cards, "equal": equal}))
    else:
        for line in problems:
            print(line)
        if problems:
            print("`studytui restore` lists the copies that can be put back.")
        else:
            print(f"The store is sound: {counted(cards or 0, 'card')}.")
        if kept and equal is not None:
            print(f"{counted(len(kept), 'event')} that had changed stand as they are now.")
        if equal is not None:
            print("Rebuilt from the log: " + ("nothing differed." if equal else "it differed."))
    if problems or equal is False:
        raise typer.Exit(1)
