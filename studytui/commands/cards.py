"""``studytui cards``: the cards that a query finds, one a line or as JSON."""

import sys
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
        found = services.store().cards(" ".join(query or ()))
    if json:
        print(dumps({"cards": [_fields(stored) for stored in found]}))
        return
    if not found:
        print("No card was found.", file=sys.stderr)
    for stored in found:
        card = stored.card
        prompt = prompt_on_one_line(card)
        place = f"{card.file}:{card.line}"
        print(f"{card.id[:SHORT]}  {place}: {stored.state}, {card.kind}, {card.topic}: {prompt}")


def _fields(stored: "StoredCard") -> dict[str, Any]:
    """Return what the JSON says of a card."""
    from cards.statements.verdicts import backing, evidence_kind, refutation

    card, check = stored.card, stored.card.check
    return {
        "id": card.id,
        "card": card.id,
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
