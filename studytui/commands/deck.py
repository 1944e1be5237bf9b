"""`studytui deck`: list decks, rename or move, pause, resume or remove one."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from sims.errors import InputError, UnknownNameError
from studytui.words import counted

if TYPE_CHECKING:
    from db.store import Store


class Action(StrEnum):
    """What is to be done with decks."""

    LIST = "list"
    RENAME = "rename"
    MOVE = "move"
    PAUSE = "pause"
    RESUME = "resume"
    REMOVE = "remove"


def deck(
    action: Annotated[Action, typer.Argument(help="What to do.")] = Action.LIST,
    name: Annotated[str | None, typer.Argument(help="The deck.")] = None,
    new_name: Annotated[
        str | None, typer.Argument(help="Its new name, or for move the deck to put it below.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List decks, or change one and those below it; reviews are kept whatever is done.

    rename writes `deck:` into the deck's notes, and so does move, which puts it below another deck
    (or at the top, for an empty name). pause asks nothing of it until resume. remove leaves its
    cards out until its notes are imported again.
    """
    from studytui import config
    from studytui.services import Services
    from studytui.sessions.scope import rows

    with Services(config.load()) as services:
        store = services.store()
        if action is Action.LIST:
            _list(store, json)
            return
        if name is None:
            raise InputError(f"name the deck to {action}; studytui deck lists them")
        print(_do(store, action, _known([row.deck for row in rows(services)], name), new_name))


def _known(decks: list[str], name: str) -> str:
    """Return the name of a deck, or of one that others lie below. Raises UnknownNameError."""
    from cards.decks import is_below

    if name in decks or any(is_below(one, name) for one in decks):
        return name
    there = ", ".join(dict.fromkeys(decks))
    raise UnknownNameError(f"no deck is called {name}; the decks are {there}")


def _do(store: "Store", action: Action, name: str, new: str | None) -> str:
    """Change a deck and return what that did."""
    from studytui.sessions import decks

    if action in (Action.RENAME, Action.MOVE) and new is None:
        raise InputError(f"give the new name: studytui deck {action} {name!r} NAME")
    if action is Action.RENAME:
        return decks.rename(store, name, new or "").says
    if action is Action.MOVE:
        leaf = name.rpartition("::")[2]
        return decks.rename(store, name, f"{new}::{leaf}" if new else leaf).says
    if action is Action.REMOVE:
        return f"{decks.remove(store, name).says} Import its notes to have them back."
    return decks.pause(store, name, paused=action is Action.PAUSE).says


def _list(store: "Store", json: bool) -> None:
    """Print the decks."""
    from json import dumps

    from studytui.sessions.decks import listed

    found = listed(store)
    if json:
        counts = ("cards", "new", "learning", "due", "paused", "evidence")
        rows = [{"deck": one.name} | {name: getattr(one, name) for name in counts} for one in found]
        print(dumps({"decks": rows}))
        return
    if not found:
        print("There are no decks yet; import a note.", file=sys.stderr)
    for one in found:
        left = f"{one.new} new, {one.learning} learning, {one.due} due"
        print(f"{one.name}: {counted(one.cards, 'card')}, {left}{', paused' * one.paused}")
