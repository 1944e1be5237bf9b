"""`studytui cards`: the cards that a query finds, one a line or as JSON."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from db.records import StoredCard

SHORT = 8
"""Characters of an id that are printed; `studytui card` takes the beginning of one."""


def cards(
    query: Annotated[
        list[str] | None,
        typer.Argument(
            help="Words, deck:…, topic:…, tag:…, is:due, prop:s>10, rated:7, or, brackets."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List cards."""
    from json import dumps

    from studytui import config
    from studytui.one_line import prompt_on_one_line
    from studytui.services import Services

    with Services(config.load()) as services:
        store = services.store()
        found = store.each_card(" ".join(query or ()))
        if json:
            lasting = store.lasting_ids()
            before = '{"cards": ['
            for stored in found:  # one by one: all at once would not fit into the memory
                print(before, dumps(_fields(stored, lasting)), sep="", end="")
                before = ", "
            print("]}" if before == ", " else before + "]}")
            return
        none = True
        for stored in found:
            none, card = False, stored.card
            prompt, place = prompt_on_one_line(card), f"{card.file}:{card.line}"
            says = f"{stored.state}, {card.kind}, {card.topic}: {prompt}"
            print(f"{card.id[:SHORT]}  {place}: {says}")
    if none:
        print("No card was found.", file=sys.stderr)


def _fields(stored: "StoredCard", lasting: Mapping[str, str]) -> dict[str, Any]:
    """Return what the JSON says of a card; `lasting` has ids that outlast rewordings."""
    from cards.statements.verdicts import backing, evidence_kind, refutation

    card, check = stored.card, stored.card.check
    return {
        "id": card.id,
        "card": lasting.get(card.id, card.id),
        "deck": card.deck,
        "topic": card.topic,
        "kind": card.kind.value,
        "prompt": card.prompt,
        "answer": card.answer,
        "file": card.file,
        "line": card.line,
        "check": card.computed,
        "simulation": check.simulation if check else None,
        "derivation": check.derivation if check else None,
        "claim": check.claim if check else None,
        "backing": backing(card),
        "evidence_kind": evidence_kind(check),
        "refuted": refutation(check),
        "state": stored.state,
        "due": stored.due.isoformat() if stored.due else None,
    }
