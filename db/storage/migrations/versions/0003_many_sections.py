"""Packed cards of any number of sections, packed reviews as in the log, own tags as words."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Pages are written anew from the rows that are dirty.
    op.execute("DELETE FROM card_columns")
    op.execute("UPDATE schedule SET dirty = TRUE")
    # The index of words has tags of one's own now too.
    op.execute(
        "UPDATE cards SET indexed = FALSE WHERE key IN (SELECT key FROM schedule WHERE tags <> '')"
    )
    # Rows that were put together after a sync could stand in the wrong order, or lack a review:
    # what follows from the log is looked through when the store is opened.
    op.execute(
        "INSERT INTO meta (name, value) SELECT 'unfolded', '1' "
        "WHERE EXISTS (SELECT 1 FROM review_columns WHERE size > 1) "
        "AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'unfolded')"
    )
