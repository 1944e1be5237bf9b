"""The tables. Three hold what cannot be had again, the rest is derived from them.

`events` is append-only and is the truth about everything a person did; `sections` and `cards`
hold what the notes said at the last import. The tables in `DERIVED` follow from these and can be
dropped and rebuilt (`db/rebuild.py`).

Instants are milliseconds since 1970 in UTC; days are study days (`cards/scheduling/day.py`).
The tables are SQLAlchemy's Core: its ORM would take a third of the time that a start has.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    inspect,
    text,
)
from sqlalchemy.schema import CreateIndex, CreateTable

VERSION = 8
"""Number of the newest migration. SQLite keeps a store's own number in PRAGMA user_version."""

LAST_DAY = 2_900_000
"""A study day from which dates can no longer be written: in the year 9909."""

LAST_STEP = 999
"""The last place among the (re)learning steps that a card can have."""

NEW, LEARNING, REVIEW, OUT = 0, 1, 2, -1
"""Values of `schedule.queue`; OUT is suspended or missing from its note."""

METADATA = MetaData(
    naming_convention={
        "uq": "%(table_name)s_%(column_0_name)s_unique",
        "fk": "%(table_name)s_%(column_0_name)s_reference",
        "pk": "%(table_name)s_key",
    }
)
"""All tables, with names for their constraints, so that migrations can name them."""


def _column(name: str, kind: Any, *more: Any, **options: Any) -> Column[Any]:
    """Return a column that must have a value."""
    return Column(name, kind, *more, nullable=False, **options)


def _checksum() -> Column[Any]:
    """Return the column of a row's checksum (`db/storage/checksums.py`), NULL until sealed."""
    return Column("checksum", BigInteger)


def _where(sqlite: str, postgresql: str = "") -> dict[str, Any]:
    """Return the condition of a partial index; SQLite uses it only where a query says the same."""
    return {"sqlite_where": text(sqlite), "info": {"where": postgresql or sqlite}}


EVENTS = Table(
    "events",
    METADATA,
    Column("id", LargeBinary(16), primary_key=True),
    _column("at", BigInteger),
    _column("offset", SmallInteger),  # minutes east of UTC where it happened
    _column("kind", String),
    # Id of the card as it was then; `aliases` follows it through re-links.
    Column("card", String),
    Column("target", LargeBinary(16)),  # the event that a withdrawal takes back
    _column("payload", String),  # JSON object; its words are those of `db/log/events.py`
    _checksum(),
    Index("events_of_card", "card", "id"),
    Index("events_rare", "kind", "id", **_where("kind <> 'review'")),
    Index("events_target", "target", **_where("target IS NOT NULL")),
    sqlite_with_rowid=False,
)
"""What was done, one thing a row. Ids are UUIDv7, so their order is the order of the log."""

DIGESTS = Table(
    "digests",
    METADATA,
    Column("hours", Integer, primary_key=True, autoincrement=False),
    _column("digest", LargeBinary(16)),
)
"""Digests of the log by hours (`db/log/digests.py`): empty where one is to be worked out anew."""

SECTIONS = Table(
    "sections",
    METADATA,
    Column("id", Integer, primary_key=True),
    _column("deck", String),
    _column("topic", String),
    _column("title", String),
    _checksum(),
    UniqueConstraint("deck", "topic"),
)
"""Topics of decks: what counts, limits and scopes are grouped by."""

CARDS = Table(
    "cards",
    METADATA,
    Column("key", Integer, primary_key=True),
    _column("id", String, unique=True),
    _column("section", Integer, ForeignKey(SECTIONS.c.id)),
    # Where the card lies on this device; elsewhere, if it is known only by a sync.
    _column("file", String),
    _column("line", Integer),
    _column("kind", String),
    # BLAKE2b of `body` without its lines: an unchanged card is known without reading it.
    _column("digest", LargeBinary(16)),
    # The card as JSON, `cards.card.Card.to_dict` without file and line.
    _column("body", String),
    _column("tags", String),  # tags of the note, each between spaces
    _column("added", BigInteger),
    _column("missing", Boolean, default=False),
    # Id of the import that read this text, in whichever store.
    _column("stamp", LargeBinary(16)),
    # Event that gave the card its id: what the log said of that id before may be about another
    # card, which had given it up. NULL for one that never had another id.
    Column("named", LargeBinary(16)),
    # Id of the card in its note here, which may not know yet of a re-link made elsewhere; NULL
    # where no note of this device has the card, so that its text is another device's.
    Column("note_id", String),
    # False where the index of words (`db/projections/word_index.py`) has the card as it was before.
    _column("indexed", Boolean, default=False),
    _checksum(),
    Index("cards_of_file", "file"),
    Index("cards_missing", "section", **_where("missing = 1", "missing")),
    Index("cards_unindexed", "indexed", **_where("indexed = 0", "NOT indexed")),
    Index("cards_of_note_id", "note_id", **_where("note_id <> id")),
    Index("cards_unsealed", "checksum", **_where("checksum IS NULL")),
)
"""Cards as their notes had them at the last import."""

FILES = Table(
    "files",
    METADATA,
    Column("path", String, primary_key=True),
    # Of the bytes and of how they were read, as the importer says: the same need not be read again.
    # Empty when it is to be read again in any case.
    _column("digest", String),
    _column("cards", Integer),
)
"""Notes that were imported into this very store, and are there still."""

NEWER = Table(
    "newer",
    METADATA,
    Column("key", Integer, ForeignKey(CARDS.c.key), primary_key=True),
    # As in `cards`.
    _column("stamp", LargeBinary(16)),
    _column("missing", Boolean),
    _column("digest", LargeBinary(16)),
    _column("body", String),
    _column("file", String),
    _column("line", Integer),
    _checksum(),
)
"""Texts of other devices that are newer than those of notes here: passed on, but not asked."""

SCHEDULE = Table(
    "schedule",
    METADATA,
    Column("key", Integer, ForeignKey(CARDS.c.key), primary_key=True),
    _column("section", Integer),
    _column("family", BigInteger),  # hash of the card's family; siblings share it
    _column("queue", SmallInteger),
    _column("state", SmallInteger),  # 0 new, else `cards.scheduling.fsrs.State`
    Column("step", SmallInteger),
    Column("stability", Double),
    Column("difficulty", Double),
    Column("day", Integer),  # of the last review
    _column("due_day", Integer),
    Column("due_at", BigInteger),  # instant at which a learning step is due
    _column("reps", Integer),
    _column("lapses", Integer),
    _column("buried_day", Integer),  # the last day on which the card rests
    _column("suspended", Boolean),
    # Tags given in the app, between spaces; those of the note are in the card.
    _column("tags", String),
    # Whether the row is newer than its record in `card_columns`.
    _column("dirty", Boolean),
    Index("schedule_queue", "queue", "due_day", "section"),
    Index("schedule_section", "section", "queue"),
    Index("schedule_family", "family"),
    Index("schedule_day", "day"),
    Index("schedule_dirty", "dirty", **_where("dirty = 1", "dirty")),
    Index("schedule_buried", "buried_day", **_where("buried_day > 0")),
)
"""Where each card stands: the fold of its events (`db.projections.card_state.CardState`).

Narrow, for it is scanned by the queue.
"""

DAYS = Table(
    "days",
    METADATA,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("section", Integer, primary_key=True, autoincrement=False),
    _column("new", Integer, default=0),  # cards met for the first time
    _column("due", Integer, default=0),  # reviews of cards that were due, no learning steps
    _column("answers", Integer, default=0),
    _column("milliseconds", BigInteger, default=0),
)
"""What was done on a day in a section: daily limits and streaks read it."""

REVIEW_COLUMNS = Table(
    "review_columns",
    METADATA,
    # The first event of the row, or what comes right after one that was taken out.
    Column("id", LargeBinary(16), primary_key=True),
    _column("size", Integer),
    _column("records", LargeBinary),
)
"""Packed records of reviews for statistics (`projections/review_columns`), one or many a row."""

CARD_COLUMNS = Table(
    "card_columns",
    METADATA,
    Column("page", Integer, primary_key=True, autoincrement=False),
    _column("records", LargeBinary),
)
"""Packed records of cards for statistics: those with keys from 4096 · page on."""

MISCONCEPTIONS = Table(
    "misconceptions",
    METADATA,
    Column("key", Integer, ForeignKey(CARDS.c.key), primary_key=True),
    Column("says", String, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    _column("times", Integer),
)
"""How often a misconception of a card was hit on a day, in reviews that stand."""

ALIASES = Table(
    "aliases",
    METADATA,
    Column("id", String, primary_key=True),
    Column("since", LargeBinary(16), primary_key=True),
    _column("key", Integer, ForeignKey(CARDS.c.key)),
    Index("aliases_of_key", "key"),
)
"""Whose the events of an id are that was given up: from `since` to the next row of the id."""

META = Table("meta", METADATA, Column("name", String, primary_key=True), _column("value", String))
"""Facts about this very store, such as the number of its last rebuild."""

DERIVED = (SCHEDULE, DAYS, REVIEW_COLUMNS, CARD_COLUMNS, MISCONCEPTIONS, ALIASES)

REBUILT = ("words", DIGESTS.name, *(table.name for table in DERIVED))
"""Tables that a rebuild makes where they are not there."""

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
"""How the index of words is made; no table of SQLAlchemy's can say it."""


def make_tables(connection: Connection) -> None:
    """Make the tables that are not there, the index of words with them.

    `METADATA.create_all` knows nothing of that index, and compiles each statement anew.
    """
    there = set(inspect(connection).get_table_names())
    for name, statements in _how_made(connection.dialect).items():
        if name not in there:
            for statement in statements:
                connection.exec_driver_sql(statement)


_MADE: dict[str, dict[str, list[str]]] = {}


def _how_made(dialect: Dialect) -> dict[str, list[str]]:
    """Return the statements that make each table with its indexes, in an order that works."""
    if dialect.name not in _MADE:
        _partial_on_a_server(dialect)
        made = {
            table.name: [
                str(CreateTable(table).compile(dialect=dialect)),
                *(str(CreateIndex(index).compile(dialect=dialect)) for index in _indexes(table)),
            ]
            for table in METADATA.sorted_tables
        }
        _MADE[dialect.name] = made | {"words": list(WORDS[dialect.name])}
    return _MADE[dialect.name]


def _indexes(table: Table) -> list[Index]:
    return sorted(table.indexes, key=lambda index: str(index.name))


def _partial_on_a_server(dialect: Dialect) -> None:
    """Make indexes partial on PostgreSQL too, and import its dialect for no SQLite store."""
    if dialect.name == "postgresql":
        for made in METADATA.tables.values():
            for index in made.indexes:
                where = index.info.get("where")
                index.dialect_options["postgresql"]["where"] = text(where) if where else None
