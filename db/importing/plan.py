"""What an import of a note will do: what is new, changed, the same, re-linked or gone.

A card is the same card if its id is; the ids of an unchanged card and of one that moved to
another file do not change. What a note lost and what it gained are matched by wording
(`cards.identity`): a sure match keeps its progress, a doubtful one is put to the person. Only what
a note says otherwise than before is an edit (`db/sync/parts.py`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Self

from sqlalchemy import Connection, select

from cards.card import Card
from cards.identity import match
from cards.note import Note, Problem
from db.card_table import note_files as files
from db.card_table import rows as stored
from db.card_table import writer as shelf
from db.card_table.rows import KNOWN, Known
from db.card_table.writer import Change, Incoming
from db.log import relinks
from db.log.events import FIRST, Event
from db.records import Doubtful, FileReport
from db.storage.schema import BEHIND, CARDS
from db.sync import behind, parts
from db.sync.behind import Said
from db.sync.parts import Version

Decide = Callable[[Doubtful], bool]
_EDITED = (
    "this card was edited on another device, and is asked as edited there; what you edit here "
    "from now on counts again"
)
_TAKEN_OUT = (
    "this card was taken out of its note on another device, and is not asked; it is again once "
    "you edit it here"
)


@dataclass
class Plan:
    """What an import of one note will do."""

    new: list[Incoming] = field(default_factory=list)
    again: set[str] = field(default_factory=set)
    """Ids of new cards that other cards of this store had given up."""
    updated: list[Change] = field(default_factory=list)
    moved: list[Change] = field(default_factory=list)
    relinked: list[Change] = field(default_factory=list)
    unchanged: int = 0
    doubtful: list[Doubtful] = field(default_factory=list)
    removed: list[Known] = field(default_factory=list)
    before: dict[int, Said] = field(default_factory=dict)
    """What notes here said until now of cards of which their rows say something else, by key."""
    behind_here: list[Problem] = field(default_factory=list)
    """A warning for each card of the note that is not asked as the note has it."""
    said: dict[int, Said] = field(default_factory=dict)
    """What the note says now of the cards in `before`."""
    past: list[Event] = field(default_factory=list)
    """All re-links until now, where the note has a card under an id that no card has."""

    @classmethod
    def of(
        cls, connection: Connection, note: Note, elsewhere: Set[str], decide: Decide | None
    ) -> Self:
        """Return the plan of an import; `elsewhere` are ids found in any note of the import."""
        plan = cls()
        incoming = {card.id: shelf.incoming(card) for card in note.cards}
        known = plan._known(connection, incoming)
        plan._compare(connection, incoming, known)
        gone = plan._gone(connection, note.path, {old.key for old in known.values()}, elsewhere)
        unknown = [new for id, new in incoming.items() if id not in known]
        if gone and unknown:
            gone, unknown = plan._match(connection, gone, unknown, decide)
        plan.new = unknown
        if note.whole:
            plan.removed = [old for old in gone if old.key not in plan.said]
        for old in plan.removed:
            if old.key in plan.before:
                plan.said[old.key] = plan.before[old.key]._replace(card=None)
        return plan

    def report(self, note: Note) -> FileReport:
        """Return what the import says of the note."""
        return FileReport(
            path=note.path,
            new=len(self.new),
            updated=len(self.updated),
            relinked=len(self.relinked),
            unchanged=self.unchanged,
            removed=len(self.removed),
            problems=(*note.problems, *self.behind_here),
            relinks=tuple((known.id, new.card.id) for known, new in self.relinked),
            doubtful=tuple(self.doubtful),
        )

    def _known(self, connection: Connection, incoming: Mapping[str, Incoming]) -> dict[str, Known]:
        """Return the cards that a note has, by their ids in the note."""
        known = stored.by_id(connection, list(incoming))
        behind_by_id = behind.keys(connection, incoming.keys())
        rows = {old.key: old for old in stored.by_key(connection, sorted(behind_by_id.values()))}
        # A note that is behind in a card has it under an earlier id, which another card may have
        # got by now; but if it has the present id too, it has caught up.
        free = set(incoming)
        while early := {
            id: rows[key]
            for id, key in behind_by_id.items()
            if id in free and rows[key].id not in free - {id}
        }:
            free -= early.keys()
            known |= early
        self.before |= _before(connection, known.values())
        self._find_old_copies(connection, list(incoming), known)
        return known

    def _find_old_copies(
        self, connection: Connection, incoming: Sequence[str], known: dict[str, Known]
    ) -> None:
        """Find the cards that this device knows by a sync only, and under a later id.

        Its note is older than the edit that gave them that.
        """
        unknown = [id for id in incoming if id not in known]
        if not unknown:
            return
        self.past = relinks.every(connection)
        moves = relinks.moves_of(self.past)
        now = {id: relinks.path(moves, id, FIRST)[-1][1] for id in unknown if id in moves}
        holders = stored.by_id(connection, sorted(set(now.values())))
        before = _before(connection, holders.values())
        met = {old.key for old in known.values()}
        for id, holder in ((id, holders.get(to)) for id, to in now.items()):
            if holder is None:
                continue
            had = holder.key not in before or before[holder.key].card is not None
            if holder.missing or had or holder.key in met:
                self.again.add(id)
                continue
            known[id] = holder
            met.add(holder.key)
            self.before[holder.key] = Said(id, None)

    def _compare(
        self,
        connection: Connection,
        incoming: Mapping[str, Incoming],
        known: Mapping[str, Known],
    ) -> None:
        versions = stored.versions(
            connection,
            [
                old.key
                for id, old in known.items()
                if old.key in self.before and (old.missing or old.digest != incoming[id].digest)
            ],
        )
        for id, new in incoming.items():
            old = known.get(id)
            if old is None:
                continue
            if old.key in self.before:
                self.said[old.key] = Said.has(new.card)
            if old.digest == new.digest and not old.missing:
                self._leave(old, new)
            elif old.key in self.before:
                self._compare_apart(old, versions.get(old.key), new.card)
            else:
                self.updated.append((old, new))

    def _compare_apart(self, old: Known, version: Version | None, card: Card) -> None:
        """Compare a card with what its note said before, and not with its row."""
        before, card = self.before[old.key].card, replace(card, id=old.id)
        is_edit = True
        if version is not None and old.missing:
            is_edit = before is None or bool(parts.changed(before, card))
            if not is_edit:
                self._warn(card, _TAKEN_OUT)
        elif version is not None:
            edited = parts.edited(version, before, card, FIRST).card
            is_edit = bool(parts.changed(version.card, edited))
            if parts.changed(edited, card):
                self._warn(card, _EDITED)
        if version is None or is_edit:
            self.updated.append((old, shelf.incoming(card)))
        else:
            here = replace(version.card, file=card.file, line=card.line)
            self._leave(old, shelf.incoming(here))

    def _leave(self, old: Known, new: Incoming) -> None:
        """Leave a card as it is, but for where it lies."""
        self.unchanged += 1
        if (old.file, old.line) != (new.card.file, new.card.line):
            self.moved.append((old, new))

    def _warn(self, card: Card, says: str) -> None:
        self.behind_here.append(Problem(card.file, card.line, "warning", says))

    def _gone(
        self, connection: Connection, path: str, met: Set[int], elsewhere: Set[str]
    ) -> list[Known]:
        """Return the cards that a note has lost.

        One that a sync brought is not among them where the note here did not have it yet. When the
        note itself is read for the first time, it may have it in other words.
        """
        had = select(BEHIND.c.key).where(BEHIND.c.body.is_not(None))
        query = KNOWN.where(CARDS.c.file == path, CARDS.c.missing.is_(False) | CARDS.c.key.in_(had))
        here = [Known(*row) for row in connection.execute(query)]
        here = [old for old in here if old.key not in met]
        before = _before(connection, here)
        is_new = not files.among(connection, {path})
        gone: list[Known] = []
        for old in here:
            said = before.get(old.key)
            if said and said.card is None:
                self.said[old.key] = said
                if not is_new:
                    continue
            if not {old.id, said.id if said else old.id} & elsewhere:
                gone.append(old)
        self.before |= {old.key: before[old.key] for old in gone if old.key in before}
        return gone

    def _match(
        self,
        connection: Connection,
        gone: list[Known],
        unknown: list[Incoming],
        decide: Decide | None,
    ) -> tuple[list[Known], list[Incoming]]:
        """Put re-links into the plan; return what is still gone and still unknown."""
        old_by_id = {known.id: known for known in gone}
        new_by_id = {new.card.id: new for new in unknown}

        said = {
            old.key: card
            for old in gone
            if old.key in self.before and (card := self.before[old.key].card)
        }

        def take(old_id: str, new_id: str) -> None:
            old, new = old_by_id.pop(old_id), new_by_id.pop(new_id)
            self.relinked.append((old, new))
            if old.key in self.before:
                self.said[old.key] = Said.has(new.card)

        # First by what the note said until now, where that is not what the row says.
        if said:
            old_cards = [replace(said[old.key], id=old.id) for old in gone if old.key in said]
            for old_id, card in match(old_cards, [new.card for new in unknown]).relinked:
                take(old_id, card.id)
        old_cards = list(stored.cards(connection, [known.key for known in old_by_id.values()]))
        matching = match(old_cards, [new.card for new in new_by_id.values()])
        for old_id, card in matching.relinked:
            take(old_id, card.id)
        for doubt in matching.doubtful:
            if decide is not None and decide(doubt):
                take(doubt.old.id, doubt.new.id)
            else:
                self.doubtful.append(doubt)
        return list(old_by_id.values()), list(new_by_id.values())


def _before(connection: Connection, found: Collection[Known]) -> dict[int, Said]:
    """Return what notes of this device said of those cards whose rows say something else, by key.

    None of them has a card yet that is known by a sync only.
    """
    own = files.among(connection, {old.file for old in found})
    came = [old for old in found if old.file not in own and not old.missing]
    return {old.key: Said(old.id, None) for old in came} | behind.cards(
        connection, {old.key for old in found}
    )
