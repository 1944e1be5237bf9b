"""The tables. Three hold what cannot be had again, the rest is derived from them.

`events` is append-only and is the truth about everything a person did; `sections` and `cards`
hold what the notes said at the last import. The tables in `DERIVED` follow from these and can be
dropped and rebuilt (`db/rebuild.py`).

Instants are milliseconds since 1970 in UTC; days are study days (`cards/scheduling/day.py`).
"""

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

VERSION = 1
"""Number of the newest migration. SQLite keeps a store's own number in PRAGMA user_version."""

NEW, LEARNING, REVIEW, OUT = 0, 1, 2, -1
"""Values of `schedule.queue`; OUT is suspended or missing from its note."""


def _where(sqlite: str, postgresql: str = "") -> dict[str, Any]:
    """Return the condition of a partial index; SQLite uses it only where a query says the same."""
    return {"sqlite_where": text(sqlite), "info": {"where": postgresql or sqlite}}


_RARE = _where("kind <> 'review'")
_POINTS = _where("target IS NOT NULL")
_BURIED = _where("buried_day > 0")
_GONE = _where("missing = 1", "missing")
_LACKING = _where("indexed = 0", "NOT indexed")
_DIRTY = _where("dirty = 1", "dirty")


class Base(DeclarativeBase):
    """What all tables share: names for constraints, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "uq": "%(table_name)s_%(column_0_name)s_unique",
            "fk": "%(table_name)s_%(column_0_name)s_reference",
            "pk": "%(table_name)s_key",
        }
    )


class Event(Base):
    """One thing that was done. Ids are UUIDv7, so their order is the order of the log."""

    __tablename__ = "events"
    __table_args__ = (
        Index("events_of_card", "card", "id"),
        Index("events_rare", "kind", "id", **_RARE),
        Index("events_target", "target", **_POINTS),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column(SmallInteger)
    """Minutes east of UTC where it happened."""
    kind: Mapped[str]
    card: Mapped[str | None]
    """Id of the card as it was then; `aliases` follows it through re-links."""
    target: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """The event that a withdrawal takes back."""
    payload: Mapped[str]
    """JSON object; its words are those of `db/events.py`."""


class Section(Base):
    """A topic of a deck: what counts, limits and scopes are grouped by."""

    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("deck", "topic"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deck: Mapped[str]
    topic: Mapped[str]
    title: Mapped[str]


class Card(Base):
    """A card as its note had it at the last import."""

    __tablename__ = "cards"
    __table_args__ = (
        Index("cards_of_file", "file"),
        Index("cards_missing", "section", **_GONE),
        Index("cards_unindexed", "indexed", **_LACKING),
    )

    key: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    section: Mapped[int] = mapped_column(ForeignKey(Section.id))
    file: Mapped[str]
    line: Mapped[int]
    kind: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    """BLAKE2b of `body` without its lines: an unchanged card is known without reading it."""
    body: Mapped[str]
    """The card as JSON, `cards.card.Card.to_dict` without file and line."""
    tags: Mapped[str]
    """Tags of the note, each between spaces."""
    added: Mapped[int] = mapped_column(BigInteger)
    missing: Mapped[bool] = mapped_column(default=False)
    stamp: Mapped[bytes] = mapped_column(LargeBinary(16))
    """Id of the import that wrote the row last: of two devices' rows the later one stands."""
    indexed: Mapped[bool] = mapped_column(default=False)
    """Whether the index of words (`db/words.py`) has the card as it is."""


class File(Base):
    """A note whose cards the store has: the same bytes need not be read again."""

    __tablename__ = "files"

    path: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    """Of the bytes and of how they were read; what the importer says."""
    cards: Mapped[int]


class Schedule(Base):
    """Where each card stands: the fold of its events. Narrow, for it is scanned by the queue."""

    __tablename__ = "schedule"
    __table_args__ = (
        Index("schedule_queue", "queue", "due_day", "section"),
        Index("schedule_section", "section", "queue"),
        Index("schedule_family", "family"),
        Index("schedule_day", "day"),
        Index("schedule_dirty", "dirty", **_DIRTY),
        Index("schedule_buried", "buried_day", **_BURIED),
    )

    key: Mapped[int] = mapped_column(ForeignKey(Card.key), primary_key=True)
    section: Mapped[int]
    family: Mapped[int] = mapped_column(BigInteger)
    """Hash of the card's family; siblings share it."""
    queue: Mapped[int] = mapped_column(SmallInteger, default=NEW)
    state: Mapped[int] = mapped_column(SmallInteger, default=0)
    """0 new, else `cards.scheduling.fsrs.State`."""
    step: Mapped[int | None] = mapped_column(SmallInteger)
    stability: Mapped[float | None]
    difficulty: Mapped[float | None]
    day: Mapped[int | None]
    """Day of the last review."""
    due_day: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    """Instant at which a learning step is due."""
    reps: Mapped[int] = mapped_column(default=0)
    lapses: Mapped[int] = mapped_column(default=0)
    buried_day: Mapped[int] = mapped_column(default=0)
    """The card rests on this day."""
    suspended: Mapped[bool] = mapped_column(default=False)
    tags: Mapped[str] = mapped_column(default="")
    """Tags given in the app, between spaces; those of the note are in the card."""
    dirty: Mapped[bool] = mapped_column(default=True)
    """Whether the row is newer than its record in `card_columns`."""


class Day(Base):
    """What was done on a day in a section: daily limits and streaks read it."""

    __tablename__ = "days"

    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    section: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    new: Mapped[int] = mapped_column(default=0)
    """Cards met for the first time."""
    due: Mapped[int] = mapped_column(default=0)
    """Reviews of cards that were due, learning steps left out."""
    answers: Mapped[int] = mapped_column(default=0)
    milliseconds: Mapped[int] = mapped_column(BigInteger, default=0)


class ReviewColumns(Base):
    """Packed records of reviews for statistics (`db/columns.py`), one or many a row."""

    __tablename__ = "review_columns"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    """The event, or the first event, of the row."""
    size: Mapped[int]
    records: Mapped[bytes]


class CardColumns(Base):
    """Packed records of cards for statistics: those with keys from 4096 · page on."""

    __tablename__ = "card_columns"

    page: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    records: Mapped[bytes]


class Misconception(Base):
    """How often a misconception of a card was hit, in reviews that stand."""

    __tablename__ = "misconceptions"

    key: Mapped[int] = mapped_column(ForeignKey(Card.key), primary_key=True)
    says: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]


class Alias(Base):
    """Whose the events of an id are that was given up: from `since` to the next row of the id."""

    __tablename__ = "aliases"
    __table_args__ = (Index("aliases_of_key", "key"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    key: Mapped[int] = mapped_column(ForeignKey(Card.key))


class Meta(Base):
    """Facts about this very store, such as the number of its last rebuild."""

    __tablename__ = "meta"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE words USING fts5"
        "(prompt, answer, tags, tokenize = 'unicode61 remove_diacritics 2')",
    ),
    "postgresql": (
        "CREATE TABLE words (key integer PRIMARY KEY REFERENCES cards (key), vector tsvector)",
        "CREATE INDEX words_vector ON words USING gin (vector)",
    ),
}
"""How the index of words is made; no model can say it."""


@event.listens_for(Base.metadata, "before_create")
def _partial_on_a_server(metadata: MetaData, connection: Connection, **_: object) -> None:
    """Make indexes partial there too; said above, it would import PostgreSQL's part for all."""
    if connection.dialect.name == "postgresql":
        for made in metadata.tables.values():
            for index in made.indexes:
                where = index.info.get("where")
                index.dialect_options["postgresql"]["where"] = text(where) if where else None


for _dialect, _statements in WORDS.items():
    for _statement in _statements:
        event.listen(Base.metadata, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]


def table(model: type[Base]) -> Table:
    """Return the Core table of a model."""
    result = model.__table__
    assert isinstance(result, Table)
    return result


EVENTS, SECTIONS, CARDS, FILES = table(Event), table(Section), table(Card), table(File)
SCHEDULE, DAYS, REVIEW_COLUMNS = table(Schedule), table(Day), table(ReviewColumns)
CARD_COLUMNS, MISCONCEPTIONS = table(CardColumns), table(Misconception)
ALIASES, META = table(Alias), table(Meta)
DERIVED = (SCHEDULE, DAYS, REVIEW_COLUMNS, CARD_COLUMNS, MISCONCEPTIONS, ALIASES)
