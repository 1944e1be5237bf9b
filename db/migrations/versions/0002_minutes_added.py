"""Packed cards say the minute in which they came in, where they said the day in UTC."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Pages are written anew from the rows that are dirty.
    op.execute("DELETE FROM card_columns")
    op.execute("UPDATE schedule SET dirty = TRUE")
