"""Studied cards that a note still gives, although they are not among those it is read to today.

Which lines are worth a card is for the program to say, and it may say otherwise once it is newer,
or once other lines of the note have changed. A card that a person has studied stays all the same.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, or_, select

from cards.card import Card
from cards.identity import match
from cards.note import Note
from db.card_table import rows
from db.storage.schema import CARDS, SCHEDULE
from db.storage.statements import Compiled

_STUDIED = Compiled(
    select(CARDS.c.note_id, CARDS.c.key)
    .join(SCHEDULE, SCHEDULE.c.key == CARDS.c.key)
    .where(
        CARDS.c.file == bindparam("at"),
        CARDS.c.note_id.is_not(None),
        CARDS.c.missing.is_(False),
        or_(
            SCHEDULE.c.reps > 0,
            SCHEDULE.c.state > 0,
            SCHEDULE.c.suspended.is_(True),
            SCHEDULE.c.tags != "",
        ),
    )
)


def with_studied(connection: Connection, notes: Sequence[Note]) -> list[Note]:
    """Return notes with the studied cards that they leave out, but would give when asked."""
    ids = {card.id for note in notes for card in note.cards}
    found = []
    for note in notes:
        if kept := _left_out(connection, note, ids):
            ids |= {card.id for card in kept}
            cards = sorted((*note.cards, *kept), key=lambda card: card.line)
            note = replace(note, cards=tuple(cards))
        found.append(note)
    return found


def _left_out(connection: Connection, note: Note, ids: set[str]) -> list[Card]:
    """Return the studied cards of a note that none has now, as the note gives them when asked."""
    if note.again is None:
        return []
    studied = {id: key for id, key in _STUDIED.run(connection, at=note.path) if id not in ids}
    if not studied:
        return []
    rest = [card for card in note.again().cards if card.id not in ids]
    same = [card for card in rest if card.id in studied]
    gone = [key for id, key in studied.items() if id not in {card.id for card in same}]
    reworded = match(list(rows.cards(connection, gone)), rest).relinked if gone else ()
    return [*same, *(card for _, card in reworded)]
