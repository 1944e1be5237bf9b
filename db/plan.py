"""What an import of a note will do: what is new, changed, the same, re-linked or gone.

A card is the same card if its id is; the ids of an unchanged card and of one that moved to
another file do not change. What a note lost and what it gained are matched by wording
(`cards.identity`): a sure match keeps its progress, a doubtful one is put to the person. Only what
a note says otherwise than before is an edit (`db/parts.py`).
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Self

from sqlalchemy import Connection

from cards.card import Card
from cards.identity import match
from cards.note import Note, Problem
from db import behind, files, parts, relinks, shelf, stored
from db.events import FIRST
from db.records import Doubtful, FileReport
from db.schema import CARDS
from db.shelf import Change, Incoming
from db.stored import KNOWN, Known

Decide = Callable[[Doubtful], bool]
_BEHIND = (
    "this card was edited on another device, and is asked as edited there; what you edit here "
    "from now on counts again"
)


@dataclass
class Plan:
    """What an import of one note will do."""

    behind: Mapping[int, str]
    """The ids that cards have in notes of this device, where these do not say what rows say."""
    new: list[Incoming] = field(default_factory=list)
    again: set[str] = field(default_factory=set)
    """Ids of new cards that other cards of this store had given up."""
    updated: list[Change] = field(default_factory=list)
    moved: list[Change] = field(default_factory=list)
    relinked: list[Change] = field(default_factory=list)
    unchanged: int = 0
    doubtful: list[Doubtful] = field(default_factory=list)
    removed: list[Known] = field(default_factory=list)
    before: dict[int, Card | None] = field(default_factory=dict)
    """What the note said until now of cards of which their rows say something else, by key.

    None where an old copy of a note is read for the first time.
    """
    behind_here: list[Problem] = field(default_factory=list)
    """A warning for each card of the note that is not asked as the note has it."""
    said: dict[int, Card] = field(default_factory=dict)
    """What the note says now of the cards in `before`."""

    @classmethod
    def of(
        cls, connection: Connection, note: Note, elsewhere: Set[str], decide: Decide | None
    ) -> Self:
        """Return the plan of an import; `elsewhere` are ids found in any note of the import."""
        plan = cls(behind.ids(connection))
        incoming = {card.id: shelf.incoming(card) for card in note.cards}
        known = plan._known(connection, incoming)
        plan._compare(connection, incoming, known)
        here = connection.execute(
            KNOWN.where(CARDS.c.file == note.path, CARDS.c.missing.is_(False))
        )
        met = {old.key for old in known.values()}
        gone = [old for old in (Known(*row) for row in here) if old.key not in met]
        gone = [old for old in gone if not plan._ids(old) & elsewhere]
        unknown = [new for id, new in incoming.items() if id not in known]
        if gone and unknown:
            gone, unknown = plan._match(connection, gone, unknown, decide)
        plan.new = unknown
        if note.whole:
            plan.removed = gone
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
        met = {old.key for old in known.values()}
        keys = [
            key
            for key, id in self.behind.items()
            if key not in met and id in incoming and id not in known
        ]
        for old in stored.by_key(connection, keys):
            known[self.behind[old.key]] = old
        self.before |= behind.cards(connection, self.behind.keys() & {*met, *keys})
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
        moves = relinks.moves_of(relinks.every(connection))
        now = {id: relinks.path(moves, id, FIRST)[-1][1] for id in unknown if id in moves}
        holders = stored.by_id(connection, sorted(set(now.values())))
        own = files.among(connection, {holder.file for holder in holders.values()})
        met = {old.key for old in known.values()}
        for id, holder in ((id, holders.get(to)) for id, to in now.items()):
            if holder is None:
                continue
            if holder.missing or holder.file in own or holder.key in met:
                self.again.add(id)
                continue
            known[id] = holder
            met.add(holder.key)
            self.before[holder.key] = None

    def _compare(
        self,
        connection: Connection,
        incoming: Mapping[str, Incoming],
        known: Mapping[str, Known],
    ) -> None:
        for id, new in incoming.items():
            old = known.get(id)
            if old is None:
                continue
            if old.key in self.before:
                self._compare_apart(connection, old, new.card)
            elif old.digest != new.digest or old.missing:
                self.updated.append((old, new))
            else:
                self.unchanged += 1
                if (old.file, old.line) != (new.card.file, new.card.line):
                    self.moved.append((old, new))

    def _compare_apart(self, connection: Connection, old: Known, card: Card) -> None:
        """Compare a card with what its note said before, and not with its row."""
        self.said[old.key] = card
        card = replace(card, id=old.id)
        version = stored.versions(connection, [old.key]).get(old.key)
        if version is not None and not old.missing:
            edited = parts.edited(version, self.before[old.key], card, FIRST)
            if parts.changed(edited.card, card):
                self.behind_here.append(Problem(card.file, card.line, "warning", _BEHIND))
            if not parts.changed(version.card, edited.card):
                self.unchanged += 1
                if (old.file, old.line) != (card.file, card.line):
                    moved = replace(version.card, file=card.file, line=card.line)
                    self.moved.append((old, shelf.incoming(moved)))
                return
        self.updated.append((old, shelf.incoming(card)))

    def _ids(self, old: Known) -> set[str]:
        """Return the ids under which a card may stand in a note of this device."""
        return {old.id, self.behind.get(old.key, old.id)}

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

        said = behind.cards(connection, self.behind.keys() & {old.key for old in gone})

        def take(old_id: str, new_id: str) -> None:
            old, new = old_by_id.pop(old_id), new_by_id.pop(new_id)
            self.relinked.append((old, new))
            if old.key in said:
                self.before[old.key], self.said[old.key] = said[old.key], new.card

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
