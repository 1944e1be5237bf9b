"""The note of a device is the truth on it: texts are not put together part by part any more."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ID = 16


def upgrade() -> None:
    op.add_column("cards", sa.Column("named", sa.LargeBinary(length=16), nullable=True))
    op.add_column("cards", sa.Column("note_id", sa.String(), nullable=True))
    op.create_table(
        "newer",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.LargeBinary(length=16), nullable=False),
        sa.Column("missing", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["cards.key"], name=op.f("newer_key_reference")),
        sa.PrimaryKeyConstraint("key", name=op.f("newer_key")),
    )
    _keep_edits()
    # A card of a note that is behind is as its row has it until the note is read again.
    op.execute(
        "UPDATE files SET digest = '' WHERE path IN "
        "(SELECT file FROM cards WHERE key IN (SELECT key FROM behind))"
    )
    op.execute(
        "UPDATE cards SET note_id = id WHERE NOT missing AND file IN (SELECT path FROM files) "
        "AND key NOT IN (SELECT key FROM behind)"
    )
    op.execute(
        "UPDATE cards SET note_id = (SELECT id FROM behind WHERE behind.key = cards.key) "
        "WHERE NOT missing AND key IN (SELECT key FROM behind WHERE body IS NOT NULL)"
    )
    op.drop_table("behind")
    op.drop_column("cards", "edits")
    op.create_index(
        "cards_of_note_id",
        "cards",
        ["note_id"],
        unique=False,
        sqlite_where=sa.text("note_id <> id"),
        postgresql_where=sa.text("note_id <> id"),
    )


def _keep_edits() -> None:
    """Keep of all edits of a card the last one, and the event that gave it its id."""
    connection = op.get_bind()
    edited = connection.execute(
        sa.text("SELECT key, stamp, edits FROM cards WHERE edits IS NOT NULL")
    )
    change = sa.text("UPDATE cards SET stamp = :stamp, named = :named WHERE key = :key")
    for key, stamp, edits in edited.all():
        named, *others = [bytes(edits[at : at + _ID]) for at in range(0, len(edits), _ID)]
        last = max(bytes(stamp), *others)
        values = {"key": key, "stamp": last, "named": named if any(named) else None}
        connection.execute(change, values)
