"""Our cards inside a note of Anki's: a field that templates do not show, with all that they are.

The field also has a digest of the fields that Anki shows; where these were edited in Anki, they are
read instead.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape

from cards.card import Card
from cards.identity import identify
from cards.text.clean import clean_data

KEPT = "StudyTUI"
"""The name of the field."""


@dataclass(frozen=True)
class Source:
    """The cards of a note by the number of their template or cloze, from 0."""

    cards: Mapping[int, Card]


def source_field(cards: Mapping[int, Card], shown: Sequence[str]) -> str:
    """Return the field for some cards, given the fields that are shown."""
    said = {str(at): card.to_dict() | {"file": "", "line": 0} for at, card in cards.items()}
    data = json.dumps({"digest": identify("anki", *shown), "cards": said}, ensure_ascii=False)
    return escape(data, quote=False)


def source_of(fields: Mapping[str, str]) -> Source | None:
    """Return the cards that a note of ours holds, None for one of others or one that was edited."""
    text = fields.get(KEPT)
    if not text:
        return None
    shown = [value for name, value in fields.items() if name != KEPT]
    try:
        data = clean_data(json.loads(unescape(text)))
        if data["digest"] != identify("anki", *shown):
            return None
        cards = {int(at): Card.from_dict(card) for at, card in data["cards"].items()}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return Source(cards) if all(map(is_sound, cards.values())) else None


def is_sound(card: Card) -> bool:
    """Whether a card of strangers has texts where there should be some."""
    texts = (card.id, card.family, card.deck, card.topic, card.prompt, card.answer)
    lists = (*card.headings, *card.derive, *card.tags)
    return all(isinstance(text, str) for text in (*texts, *lists)) and bool(card.deck and card.id)
