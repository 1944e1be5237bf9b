"""`studytui doubts`: edited cards that may be earlier ones."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sims.errors import InputError
from studytui.words import short

if TYPE_CHECKING:
    from cards.identity import Pair


def doubts(
    old: Annotated[str | None, typer.Argument(help="The card that is gone.")] = None,
    new: Annotated[str | None, typer.Argument(help="The card that came.")] = None,
    same: Annotated[
        bool | None,
        typer.Option("--same/--apart", help="They are one card, with one past; or two."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List edited cards that may be earlier ones; with two ids, say whether they are.

    Until then the old card keeps its schedule and is not asked; the new one is new.
    """
    from json import dumps

    from studytui import config
    from studytui.services import Services
    from studytui.sessions.importing import doubts as waiting
    from studytui.sessions.importing import settle

    if (old is None) != (same is None) or (old is None) != (new is None):
        raise InputError("name both cards and say --same or --apart, or neither")
    with Services(config.load()) as services:
        store = services.store()
        pairs = waiting(store)
        if same is not None:
            asked = [pair for pair in pairs if (pair.old.id, pair.new.id) == (old, new)]
            if not asked:
                raise InputError(f"{old} and {new} are no pair that waits; name both ids in full")
            settle(store, asked[0], same=same)
            pairs = waiting(store)
    if json:
        print(dumps({"doubts": [_fields(pair) for pair in pairs]}))
        return
    for pair in pairs:
        print(in_words(pair))
        print(f"  studytui doubts {pair.old.id} {pair.new.id} --same (or --apart)")
    if not pairs:
        print("No card is in doubt.")


def in_words(pair: "Pair") -> str:
    """Return a pair in doubt as a message."""
    return (
        f"{pair.new.file}:{pair.new.line}: this may be a card that was there before\n"
        f"  before: {short(pair.old.prompt)} / {short(pair.old.answer)}\n"
        f"  now:    {short(pair.new.prompt)} / {short(pair.new.answer)}"
    )


def _fields(pair: "Pair") -> dict[str, Any]:
    sides = {
        name: {"id": card.id, "prompt": card.prompt, "answer": card.answer}
        | {"file": card.file, "line": card.line}
        for name, card in (("old", pair.old), ("new", pair.new))
    }
    return {**sides, "likeness": round(pair.likeness, 3)}
