"""Who edited which part of a card, and notes that are behind an edit made elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID, _OTHERS = 16, 7


def upgrade() -> None:
    op.add_column("cards", sa.Column("edits", sa.LargeBinary(length=128), nullable=True))
    op.create_table(
        "behind",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["key"], ["cards.key"], name=op.f("behind_key_reference")),
        sa.PrimaryKeyConstraint("key", name=op.f("behind_key")),
    )
    op.create_index("behind_of_id", "behind", ["id"])
    # A row that was written after its id had been given up is that of a card of its own.
    connection = op.get_bind()
    later = connection.execute(
        sa.text(
            "SELECT key, stamp FROM cards WHERE EXISTS (SELECT 1 FROM events WHERE "
            "events.kind = 'relink' AND events.card = cards.id AND events.id < cards.stamp)"
        )
    )
    for key, stamp in later.all():
        connection.execute(
            sa.text("UPDATE cards SET edits = :edits WHERE key = :key"),
            {"key": key, "edits": bytes(stamp) + bytes(_ID * _OTHERS)},
        )
