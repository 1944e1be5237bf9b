"""The schedule: each card's state, read before an event and written after it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, exists, select, update

from db.log import aliases
from db.projections.card_state import CardState
from db.storage.schema import CARDS, SCHEDULE, SECTIONS
from db.storage.statements import Compiled
from sims.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class CardSchedule:
    """A card with its state, and what else an answer needs of it."""

    id: str
    deck: str
    missing: bool
    state: CardState


STATE_COLUMNS = [SCHEDULE.c[name] for name in CardState.__slots__]
STATES = select(*STATE_COLUMNS)
_CARD = (
    select(CARDS.c.id, SECTIONS.c.deck, CARDS.c.missing, *STATE_COLUMNS)
    .join(SCHEDULE, SCHEDULE.c.key == CARDS.c.key)
    .join(SECTIONS, SECTIONS.c.id == CARDS.c.section)
)
_BY_ID = Compiled(_CARD.where(CARDS.c.id == bindparam("card")))
_BY_KEY = Compiled(_CARD.where(CARDS.c.key == bindparam("card")))
_CHANGED: dict[str, Any] = {
    name: bindparam(name)
    for name in (*CardState.__slots__, "dirty")
    # An event changes neither section nor family: setting them would write an index for nothing.
    if name not in ("key", "section", "family")
}
_WRITTEN = tuple(name for name in _CHANGED if name != "dirty")
_WRITE = Compiled(update(SCHEDULE).where(SCHEDULE.c.key == bindparam("of_key")).values(_CHANGED))
_OTHER_TAGS = Compiled(
    update(CARDS)
    .where(
        CARDS.c.key == bindparam("of_key"),
        exists().where(SCHEDULE.c.key == bindparam("of_key"), SCHEDULE.c.tags != bindparam("own")),
    )
    .values(indexed=False)
)


def of_id(connection: Connection, card_id: str) -> CardSchedule:
    """Read a card; raises LookupError with a sentence when there is none of that id.

    An id that a card has given up, as it was reworded while it was shown, is followed.
    """
    row = _BY_ID.one(connection, card=card_id)
    if row is None:
        key = aliases.present(connection, card_id)
        row = None if key is None else _BY_KEY.one(connection, card=key)
    if row is None:
        raise UnknownNameError(f"there is no card {card_id}")
    return CardSchedule(row[0], row[1], bool(row[2]), CardState(*row[3:]))


def of_key(connection: Connection, key: int) -> CardSchedule:
    """Read the card of a key."""
    row = _BY_KEY.one(connection, card=key)
    return CardSchedule(row[0], row[1], bool(row[2]), CardState(*row[3:]))


def write(connection: Connection, state: CardState, *, retagged: bool = True) -> None:
    """Store the state of a card, in the section and family that it has there.

    Where its tags may have changed (`retagged`), the card is marked for the index of words.
    """
    if retagged:
        _OTHER_TAGS.run(connection, of_key=state.key, own=state.tags)
    values = {name: getattr(state, name) for name in _WRITTEN}
    _WRITE.run(connection, of_key=state.key, dirty=True, **values)
