"""What a learner does with a refuted statement of a note: takes the correction, or mutes it."""

from pathlib import Path
from typing import TYPE_CHECKING

from studytui import config

if TYPE_CHECKING:
    from cards.card import Card
    from db.store import Store

MUTED = "muted"
"""The tag of a card whose statement is not said to be refuted any more."""


def corrections_of(deck: str) -> Path:
    """Return the note that holds the corrections of a deck's cards."""
    from cards.formats.topics import slugify

    return config.home() / "corrections" / f"{slugify(deck) or 'deck'}.md"


def accept(store: "Store", card: "Card") -> str:
    """Make a card of what would be right, and mute the one that is not; return what that did.

    The new card stands in a note of the person's own, below the home folder. Blocks.
    """
    from cards.formats import read
    from cards.formats.addition import Addition, AdditionError, appended
    from cards.statements.verdicts import refutation, said
    from sims import registry

    right, check = refutation(card.check), card.check
    if right is None or check is None or check.claim is None:
        return "Nothing on this card is refuted."
    claim = registry.claim(check.claim)
    title = registry.load(claim.topic).title
    question = f"{title}: “{said(check)}” is not right as it stands. What is?"
    path = corrections_of(card.deck)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        appended(path, Addition(question, right, f"claim: {claim.id}"), card.deck)
    except AdditionError as error:
        return str(error)
    report = store.import_notes([read(path)])
    store.tag(card.id, [MUTED])
    new = sum(file.new for file in report.files)
    return f"{'A card' if new else 'No new card'} of the correction is in {path}."


def mute(store: "Store", card: "Card") -> str:
    """Say no more that a card's statement is refuted; return what was done. Blocks."""
    store.tag(card.id, [MUTED])
    return "This card does not say it any more; take the tag `muted` away to have it back."
