"""The plan of a note's import: which cards are new, changed, the same, re-linked or gone.

A card is the same card if its id is; an unchanged card keeps its id, in another file too. The cards
that a note lost and gained are matched by wording (`cards.identity`): a sure match keeps its
progress, a doubtful one is put to the person. Where another device re-linked a card, a note here
may have it under an earlier id.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Self

from sqlalchemy import Connection

from cards.card import Card
from cards.identity import MOST_OF_PATTERN, Deck, Pair, match
from cards.note import Note
from db.card_table import rows, writer
from db.card_table.rows import KNOWN, Known
from db.card_table.writer import Change, Incoming
from db.log import relinks
from db.log.events import FIRST, Event
from db.records import FileReport
from db.storage.schema import CARDS

Decide = Callable[[Pair], bool | None]
"""Decides whether two cards are one; None leaves both as they are until a person decides."""


@dataclass
class Around:
    """The cards around those of a note: in the notes of the same import, and in the store."""

    notes: Sequence[Note]
    ids: set[str]
    """Ids found in any of these notes."""
    _deck: Deck | None = None

    @classmethod
    def of(cls, notes: Sequence[Note]) -> Self:
        """Return the surroundings of the cards of these notes."""
        return cls(notes, {card.id for note in notes for card in note.cards})

    def deck(self, connection: Connection) -> Deck:
        """Return these cards, or a sample of very many, as they were at the first call."""
        if self._deck is None:
            here = [card for note in self.notes for card in note.cards]
            before = rows.some(connection, MOST_OF_PATTERN)
            both = {card.id: card for card in (*before, *here[:: len(here) // MOST_OF_PATTERN + 1])}
            self._deck = Deck(list(both.values()))
        return self._deck


@dataclass
class Plan:
    """The plan of an import of one note."""

    new: list[Incoming] = field(default_factory=list)
    again: set[str] = field(default_factory=set)
    """Ids of new cards that other cards of this store had given up."""
    given: dict[str, str] = field(default_factory=dict)
    """Ids that re-links in the log give new cards, by their ids in the note."""
    named: dict[str, bytes] = field(default_factory=dict)
    """These re-links, by the ids that they give."""
    updated: list[Change] = field(default_factory=list)
    moved: list[Change] = field(default_factory=list)
    relinked: list[Change] = field(default_factory=list)
    unchanged: int = 0
    doubtful: list[Pair] = field(default_factory=list)
    waiting: list[Pair] = field(default_factory=list)
    """The doubtful pairs that nobody has decided yet."""
    removed: list[Known] = field(default_factory=list)
    past: list[Event] = field(default_factory=list)
    """All re-links so far, where the note has a card under an id that no card has."""

    @classmethod
    def of(
        cls,
        connection: Connection,
        note: Note,
        around: Around,
        decide: Decide | None,
        gained: "Gained | None" = None,
        *,
        first: bool = False,
    ) -> Self:
        """Return the plan; `gained` are the reworded cards that the note has from others.

        The `first` notes of a store have lost no card.
        """
        plan = cls()
        cards = {card.id: card for card in note.cards}
        known = plan._known(connection, cards)
        for id, old in known.items():
            card = cards[id] if id == old.id else replace(cards[id], id=old.id)
            plan._compare(old, writer.incoming(card, id))
        met = {old.key for old in known.values()}
        gone = [] if first else _gone(connection, note.path, met, around.ids)
        plan.new = [
            writer.incoming(replace(card, id=given) if (given := plan.given.get(id)) else card, id)
            for id, card in cards.items()
            if id not in known
        ]
        if gained is not None:
            plan._gain(connection, gained, decide)
        if gone and plan.new:
            gone = plan._relink(connection, gone, around, decide)
        if note.whole:
            plan.removed = [old for old in gone if old.note_id is not None]
        return plan

    def report(self, note: Note) -> FileReport:
        """Return the report of the import on the note."""
        return FileReport(
            path=note.path,
            new=len(self.new),
            updated=len(self.updated),
            relinked=len(self.relinked),
            unchanged=self.unchanged,
            removed=len(self.removed),
            problems=note.problems,
            relinks=tuple((known.id, new.card.id) for known, new in self.relinked),
            doubtful=tuple(self.doubtful),
            waiting=tuple(self.waiting),
        )

    def _known(self, connection: Connection, cards: Mapping[str, Card]) -> dict[str, Known]:
        """Return the cards that a note has, by their ids in the note."""
        known = rows.by_id(connection, list(cards))
        earlier = rows.by_earlier_id(connection, list(cards))
        # Another card may have such an id by now. A note that has the present id too knows of the
        # re-link.
        free = set(cards)
        while early := {
            id: old for id, old in earlier.items() if id in free and old.id not in free - {id}
        }:
            free -= early.keys()
            known |= early
        self._follow_relinks(connection, cards, known)
        return known

    def _follow_relinks(
        self, connection: Connection, cards: Mapping[str, Card], known: dict[str, Known]
    ) -> None:
        """Find the cards that a note has under ids that they have given up.

        Where a note here has such a card already, the card under its old id is a new one.
        """
        unknown = [id for id in cards if id not in known]
        if not unknown:
            return
        self.past = relinks.every(connection)
        moves = relinks.moves_of(self.past)
        now = {id: relinks.path(moves, id, FIRST)[-1] for id in unknown if id in moves}
        holders = rows.by_id(connection, sorted({to for _, to in now.values()}))
        met = {old.key for old in known.values()}
        for id, (since, to) in now.items():
            holder = holders.get(to)
            if holder is None and to not in cards and to not in self.given.values():
                self.given[id], self.named[to] = to, since
            elif holder is not None and holder.note_id is None and holder.key not in met:
                known[id] = holder
                met.add(holder.key)
            else:
                self.again.add(id)

    def _compare(self, old: Known, new: Incoming) -> None:
        if old.digest != new.digest or old.missing:
            self.updated.append((old, new))
            return
        self.unchanged += 1
        here = new.card.file, new.card.line, new.note_id
        if (old.file, old.line, old.note_id) != here:
            self.moved.append((old, new))

    def _gain(self, connection: Connection, gained: "Gained", decide: Decide | None) -> None:
        """Match new cards with cards that other notes lost."""
        pairs = dict(gained.sure)
        for doubt in gained.doubtful:
            if decide is not None and decide(doubt):
                pairs[doubt.new.id] = doubt.old.id
            else:
                self.doubtful.append(doubt)
        lost = rows.by_id(connection, sorted(pairs.values()))
        new = {item.card.id: item for item in self.new}
        for now, before in pairs.items():
            if before in lost and now in new:
                self.relinked.append((lost[before], new.pop(now)))
        self.new = list(new.values())

    def _relink(
        self, connection: Connection, gone: Sequence[Known], around: Around, decide: Decide | None
    ) -> list[Known]:
        """Match new cards with cards that are gone and read alike; return those still gone."""
        old_by_id = {known.id: known for known in gone}
        new_by_id = {new.card.id: new for new in self.new}

        def take(old_id: str, new_id: str) -> None:
            self.relinked.append((old_by_id.pop(old_id), new_by_id.pop(new_id)))

        old_cards = list(rows.cards(connection, [known.key for known in gone]))
        matching = match(old_cards, [new.card for new in self.new], around.deck(connection))
        for old_id, card in matching.relinked:
            take(old_id, card.id)
        for doubt in matching.doubtful:
            same = False if decide is None else decide(doubt)
            if same:
                take(doubt.old.id, doubt.new.id)
                continue
            self.doubtful.append(doubt)
            if same is None:
                self.waiting.append(doubt)
        for doubt in self.waiting:
            old_by_id.pop(doubt.old.id, None)
            new_by_id.pop(doubt.new.id, None)
        self.new = list(new_by_id.values())
        return list(old_by_id.values())


@dataclass
class Gained:
    """Cards of a note that came reworded from other notes: `sure` has earlier ids by new ones."""

    sure: dict[str, str] = field(default_factory=dict)
    doubtful: list[Pair] = field(default_factory=list)


def gained(connection: Connection, around: Around) -> dict[str, Gained]:
    """Return, by path, the reworded cards that notes of one import have from other notes.

    A card that keeps its id has merely moved.
    """
    notes = around.notes
    lost = {note.path: _gone(connection, note.path, set(), around.ids) for note in notes}
    if len(notes) < 2 or not any(lost.values()):
        return {}
    known = rows.by_id(connection, sorted(around.ids))
    before: list[Known] = []
    after: dict[str, Card] = {}
    for note in notes:
        if lost[note.path] or any(card.id not in known for card in note.cards):
            plan = Plan.of(connection, note, around, None)
            before += plan.removed
            after |= {item.card.id: item.card for item in plan.new}
    if not before or not after:
        return {}
    old = list(rows.cards(connection, [known.key for known in before]))
    matching = match(old, list(after.values()), around.deck(connection))
    by_path: dict[str, Gained] = defaultdict(Gained)
    files = {card.id: card.file for card in old}
    for id, card in matching.relinked:
        if files[id] != card.file:
            by_path[card.file].sure[card.id] = id
    for doubt in matching.doubtful:
        if doubt.old.file != doubt.new.file:
            by_path[doubt.new.file].doubtful.append(doubt)
    return by_path


def _gone(connection: Connection, path: str, met: Set[int], elsewhere: Set[str]) -> list[Known]:
    """Return the cards of a file that its note does not have.

    Cards that only a sync brought were never in it, but it may have them reworded.
    """
    query = KNOWN.where(CARDS.c.file == path, CARDS.c.missing.is_(False))
    here = [Known(*row) for row in connection.execute(query)]
    return [old for old in here if old.key not in met and not {old.id, old.note_id} & elsewhere]
