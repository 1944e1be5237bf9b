"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "card_columns",
        sa.Column("page", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("records", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("page", name=op.f("card_columns_key")),
    )
    op.create_table(
        "days",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("section", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "section", name=op.f("days_key")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=True),
        sa.Column("target", sa.LargeBinary(length=16), nullable=True),
        sa.Column("payload", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("events_key")),
        sqlite_with_rowid=False,
    )
    op.create_index("events_of_card", "events", ["card", "id"], unique=False)
    op.create_index(
        "events_rare",
        "events",
        ["kind", "id"],
        unique=False,
        sqlite_where=sa.text("kind <> 'review'"),
        postgresql_where=sa.text("kind <> 'review'"),
    )
    op.create_index(
        "events_target",
        "events",
        ["target"],
        unique=False,
        sqlite_where=sa.text("target IS NOT NULL"),
        postgresql_where=sa.text("target IS NOT NULL"),
    )
    op.create_table(
        "files",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("files_key")),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("meta_key")),
    )
    op.create_table(
        "review_columns",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("records", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("review_columns_key")),
    )
    op.create_table(
        "sections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deck", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("sections_key")),
        sa.UniqueConstraint("deck", "topic", name=op.f("sections_deck_unique")),
    )
    op.create_table(
        "cards",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("tags", sa.String(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("missing", sa.Boolean(), nullable=False),
        sa.Column("stamp", sa.LargeBinary(length=16), nullable=False),
        sa.Column("indexed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["section"], ["sections.id"], name=op.f("cards_section_reference")),
        sa.PrimaryKeyConstraint("key", name=op.f("cards_key")),
        sa.UniqueConstraint("id", name=op.f("cards_id_unique")),
    )
    op.create_index(
        "cards_missing",
        "cards",
        ["section"],
        unique=False,
        sqlite_where=sa.text("missing = 1"),
        postgresql_where=sa.text("missing"),
    )
    op.create_index("cards_of_file", "cards", ["file"], unique=False)
    op.create_index(
        "cards_unindexed",
        "cards",
        ["indexed"],
        unique=False,
        sqlite_where=sa.text("indexed = 0"),
        postgresql_where=sa.text("NOT indexed"),
    )
    op.create_table(
        "aliases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("since", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["cards.key"], name=op.f("aliases_key_reference")),
        sa.PrimaryKeyConstraint("id", "since", name=op.f("aliases_key")),
    )
    op.create_index("aliases_of_key", "aliases", ["key"], unique=False)
    op.create_table(
        "misconceptions",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["cards.key"], name=op.f("misconceptions_key_reference")),
        sa.PrimaryKeyConstraint("key", "says", name=op.f("misconceptions_key")),
    )
    op.create_table(
        "schedule",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("family", sa.BigInteger(), nullable=False),
        sa.Column("queue", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=True),
        sa.Column("stability", sa.Double(), nullable=True),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("due_day", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("reps", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.Column("buried_day", sa.Integer(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("tags", sa.String(), nullable=False),
        sa.Column("dirty", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["cards.key"], name=op.f("schedule_key_reference")),
        sa.PrimaryKeyConstraint("key", name=op.f("schedule_key")),
    )
    op.create_index(
        "schedule_buried",
        "schedule",
        ["buried_day"],
        unique=False,
        sqlite_where=sa.text("buried_day > 0"),
        postgresql_where=sa.text("buried_day > 0"),
    )
    op.create_index("schedule_day", "schedule", ["day"], unique=False)
    op.create_index(
        "schedule_dirty",
        "schedule",
        ["dirty"],
        unique=False,
        sqlite_where=sa.text("dirty = 1"),
        postgresql_where=sa.text("dirty"),
    )
    op.create_index("schedule_family", "schedule", ["family"], unique=False)
    op.create_index("schedule_queue", "schedule", ["queue", "due_day", "section"], unique=False)
    op.create_index("schedule_section", "schedule", ["section", "queue"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE words USING fts5"
            "(prompt, answer, tags, tokenize = 'unicode61 remove_diacritics 2')"
        )
    else:
        op.execute(
            "CREATE TABLE words (key integer PRIMARY KEY REFERENCES cards (key), vector tsvector)"
        )
        op.execute("CREATE INDEX words_vector ON words USING gin (vector)")
