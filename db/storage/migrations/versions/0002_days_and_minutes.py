"""Misconceptions are counted by day; packed cards say the minute in which they came in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Counted again when the store is opened, from the log.
    op.execute(
        "INSERT INTO meta (name, value) SELECT 'unfolded', '1' "
        "WHERE EXISTS (SELECT 1 FROM misconceptions) "
        "AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'unfolded')"
    )
    op.drop_table("misconceptions")
    op.create_table(
        "misconceptions",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["cards.key"], name="misconceptions_key_reference"),
        sa.PrimaryKeyConstraint("key", "says", "day", name="misconceptions_key"),
    )
    # They said the day, in UTC; pages are written anew from the rows that are dirty.
    op.execute("DELETE FROM card_columns")
    op.execute("UPDATE schedule SET dirty = TRUE")
