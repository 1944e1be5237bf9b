"""What Alembic runs: migrations on the connection, and in the transaction, it was handed."""

from alembic import context

from db.storage.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
)
context.run_migrations()
