"""Our cards inside a note of Anki's: a field that templates do not show, with all that they are.

The field also has a digest of the fields that Anki shows; where these were edited in Anki, they are
read instead.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape

from cards.card import Card, Check
from cards.identity import identify
from cards.text.clean import clean_data

KEPT = "StudyTUI"
"""The name of the field."""
_TEXTS = (
    "answer", "require", "tolerance", "unit", "form", "domain", "simulation", "output",
    "derivation", "claim", "hint", "id", "kind", "found", "refuted", "inferred", "evidence",
)  # fmt: skip
"""The fields of a check that hold a text, or nothing."""


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
    texts = (card.id, card.family, card.deck, card.topic, card.prompt, card.answer, card.file)
    lists = (*card.headings, *card.derive, *card.tags)
    if not (_are_texts(*texts, *lists) and card.deck and card.id):
        return False
    return card.check is None or _is_sound(card.check)


def _is_sound(check: Check) -> bool:
    said = [value for name in _TEXTS if (value := getattr(check, name)) is not None]
    tables = (check.variables, check.given, check.settings)
    if not all(isinstance(table, Mapping) for table in tables):
        return False
    said += [text for table in tables for pair in table.items() for text in pair]
    said += [text for wrong in check.misconceptions for text in (wrong.answer, wrong.says)]
    return (
        _are_texts(*said, *check.choices, *check.order, *check.tags)
        and isinstance(check.line, int)
        and isinstance(check.statement, Mapping | None)
    )


def _are_texts(*values: object) -> bool:
    return all(isinstance(value, str) for value in values)
