"""`studytui card`: one card's reviews and forgetting curve, and what can be done with it."""

from typing import TYPE_CHECKING, Annotated

import typer

from cards.scheduling.options import LONGEST_INTERVAL
from sims.errors import InputError

if TYPE_CHECKING:
    from db.store import Store

WIDTH, HEIGHT = 78, 16


def card(
    id: Annotated[
        str, typer.Argument(help="The card's id as studytui cards prints it, or its beginning.")
    ],
    suspend: Annotated[
        bool | None, typer.Option("--suspend/--unsuspend", help="Leave it out, or take it in.")
    ] = None,
    bury: Annotated[
        bool | None, typer.Option("--bury/--unbury", help="Leave it out until tomorrow, or not.")
    ] = None,
    due: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS", min=0, max=LONGEST_INTERVAL, help="Ask it so many days from today."
        ),
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Give it a tag of your own.")] = None,
    untag: Annotated[list[str] | None, typer.Option(help="Take a tag of your own away.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Show a card's state, reviews and forgetting curve; with options, change it first."""
    from json import dumps

    from cards.text.clean import clean_line
    from studytui import config
    from studytui.panels.one_card import curve, log, standing
    from studytui.services import Services

    id = clean_line(id)
    with Services(config.load()) as services:
        store = services.store()
        id = whole_id(store, id)  # a wrong id or tag is said before anything is changed
        if tag or untag:
            store.tag(id, tag or (), untag or ())
        if suspend is not None:
            (store.suspend if suspend else store.unsuspend)(id)
        if bury is not None:
            (store.bury if bury else store.unbury)(id)
        if due is not None:
            store.set_due(id, due)
        stored, history = store.card(id), store.history(id)
    if json:
        state = {"id": id, "state": stored.state, "tags": stored.tags, "leech": stored.leech}
        numbers = ("stability", "difficulty", "interval", "reps", "lapses")
        state |= {name: getattr(stored, name) for name in numbers}
        print(dumps(state | {"due": stored.due and stored.due.isoformat()} | history))
        return
    for part in (standing(stored, history), curve(history, WIDTH, HEIGHT), log(history)):
        print(part.plain.rstrip(), end="\n\n")


def whole_id(store: "Store", start: str) -> str:
    """Return the id that begins like this. Raises InputError where none does, or several do."""
    quoted = start.replace('"', "")
    found = [start] if start in (ids := list(store.find(f'id:"{quoted}"'))) else ids
    if not quoted or not found:
        raise InputError(f"there is no card {start}; studytui cards lists them with their ids")
    if len(found) > 1:
        raise InputError(f"{len(found)} cards have an id that begins with {start}; write more")
    return found[0]
