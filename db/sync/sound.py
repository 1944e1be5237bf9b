"""What comes from another store is a stranger's: it is looked at before it is taken over."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Row

from cards.clean import clean, clean_line
from db import payloads
from db.engine import StoreError
from db.events import Kind
from db.shelf import read_card

ID_BYTES = 16


def check_id(id: bytes) -> None:
    """Raise StoreError for what is no id of an event."""
    if len(id) != ID_BYTES:
        raise StoreError(
            f"The event {bytes(id).hex()} has no proper id: one of the stores is damaged, or a "
            "later version of StudyTUI wrote it. Nothing was taken over."
        )


def check_event(row: Row[*tuple[Any, ...]]) -> None:
    """Raise StoreError for an event that could not be folded; unknown kinds are left be."""
    try:
        said = orjson.loads(row.payload)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not _is_possible(row, said):
        raise StoreError(
            f"The event {bytes(row.id).hex()} cannot be read: that store is damaged, or a later "
            "version of StudyTUI wrote it. What came before it was taken over."
        )


def _is_possible(row: Row[*tuple[Any, ...]], said: dict[str, Any]) -> bool:
    return (
        payloads.is_instant(row.at)
        and abs(row.offset) < 1440
        and payloads.fits(row.kind, said)
        and (row.kind != Kind.RELINK or row.card is not None)
    )


def check_card(row: Mapping[str, Any]) -> None:
    """Raise StoreError for a card that could not be shown."""
    try:
        card = read_card(row["body"], row["file"], row["line"])
        names = card.id, card.deck, card.topic
        sound = names == (row["id"], row["deck"], row["topic"])
        sound = sound and all(clean_line(name) == name for name in names)
    except (StoreError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise StoreError(
            f"The card {clean_line(row['id'])!r} cannot be read: that store is damaged, or a later "
            "version of StudyTUI wrote it. What came before it was taken over."
        )


def cleaned(text: str) -> str:
    """Return JSON whose texts cannot move the cursor or hide what they say, as notes are read."""
    if "\\u" not in text and clean(text) == text:
        return text
    return orjson.dumps(_cleaned(orjson.loads(text))).decode()


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    if isinstance(value, dict):
        return {clean(name): _cleaned(part) for name, part in value.items()}
    return value
