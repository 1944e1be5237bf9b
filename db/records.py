"""What the store hands out: plain, frozen records that need no open database."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from cards.card import Card
from cards.note import Problem
from cards.scheduling.fsrs import Rating

if TYPE_CHECKING:
    from cards.identity import Pair


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A card and where it stands.

    `state` is new, learning, review, relearning, suspended, buried or missing. `due` is None for
    a new card. `interval` is in days, `stability` and `difficulty` as FSRS has them.
    """

    card: Card
    state: str
    due: datetime | None = None
    stability: float | None = None
    difficulty: float | None = None
    interval: int = 0
    reps: int = 0
    lapses: int = 0
    suspended: bool = False
    leech: bool = False
    retrievability: float | None = None
    last: int | None = None
    """Study day of the last review."""
    tags: tuple[str, ...] = ()
    added: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cards are left today."""

    new: int = 0
    learning: int = 0
    due: int = 0

    @property
    def total(self) -> int:
        """All of them together."""
        return self.new + self.learning + self.due


@dataclass(frozen=True, slots=True)
class Coming:
    """The next cards to come: `cards` that are due and `new` ones in `days`, 0 for later today.

    They are so many as that day's limits allow. `wait` is how long until the first: whole days, or
    hours and minutes for later today.
    """

    days: int
    cards: int
    wait: timedelta
    new: int = 0


@dataclass(frozen=True, slots=True)
class Queued:
    """The next card to ask, and what each button would do to it.

    `variant_seed` draws the card's parameters; it is the same until the card is answered.
    """

    stored: StoredCard
    variant_seed: int
    previews: dict[Rating, timedelta]
    remaining: Counts

    @property
    def card(self) -> Card:
        """The card itself."""
        return self.stored.card


@dataclass(frozen=True, slots=True)
class DeckRow:
    """One topic of one deck, as the home screen lists it; counts are today's, limits applied.

    `left` is what the limits leave its whole deck: no sum over topics can be more.
    """

    deck: str
    topic: str
    title: str
    new: int
    learning: int
    due: int
    total: int
    left: Counts
    paused: bool = False
    bundled: bool = False
    """Whether all its cards came with the app."""


@dataclass(frozen=True, slots=True)
class Review:
    """One answer as the log holds it."""

    id: str
    card_id: str
    at: datetime
    rating: Rating
    state: str
    interval: timedelta
    due: datetime
    seconds: float
    leech: bool = False
    grade: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class ClockAhead:
    """A review is dated on a day that is yet to come: the clock is wrong, or was."""

    day: date


@dataclass(frozen=True, slots=True)
class FileDamage:
    """What the database itself finds wrong with its file, in its own words."""

    says: str


@dataclass(frozen=True, slots=True)
class CardDamage:
    """A card is not as it was written; its note here, or a sync, brings it anew."""

    id: str
    file: str
    in_note: bool


@dataclass(frozen=True, slots=True)
class EventDamage:
    """An event is not as it was written; one that is `readable` can be kept as it is now."""

    id: bytes
    at: datetime | None
    card: str
    readable: bool


@dataclass(frozen=True, slots=True)
class RowDamage:
    """A row of another table is not as it was written; `mended` says whether it is right again."""

    table: str
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Differs:
    """The derived tables are not what follows from the log."""


Damage = FileDamage | CardDamage | EventDamage | RowDamage | Differs
"""What can be wrong with a store."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What importing one note did."""

    path: str
    new: int = 0
    updated: int = 0
    relinked: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: tuple[Problem, ...] = ()
    relinks: tuple[tuple[str, str], ...] = ()
    doubtful: "tuple[Pair, ...]" = ()
    waiting: "tuple[Pair, ...]" = ()
    """Doubtful pairs that stay as they are until a person has decided."""

    def to_dict(self) -> dict[str, object]:
        """Return the file's part of what `studytui import --json` prints."""
        return {
            "path": self.path,
            "new": self.new,
            "updated": self.updated,
            "relinked": self.relinked,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "problems": [p.to_dict() for p in self.problems],
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, file by file."""

    files: tuple[FileReport, ...] = field(default=())

    def to_dict(self) -> dict[str, object]:
        """Return what `studytui import --json` prints."""
        return {"files": [file.to_dict() for file in self.files]}
