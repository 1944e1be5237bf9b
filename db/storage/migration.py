"""The number of a store's last migration, and bringing an older store up to date with Alembic.

In SQLite the number is PRAGMA user_version, else a row of `meta`. Alembic is imported only where
there is something to do.
"""

from collections.abc import Set
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, inspect

from db.storage import schema
from db.storage.database import StoreError, lost, writing

FOLDER = Path(__file__).parent / "migrations"
APPLICATION_ID = 0x53545549
"""What SQLite files of ours carry in PRAGMA application_id: "STUI"."""


def version_of(connection: Connection) -> int:
    """Return the number of a store's last migration, 0 for an empty database."""
    if connection.dialect.name == "sqlite":
        version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        if application != APPLICATION_ID:
            version = 0
        if version == 0:
            named = "SELECT name FROM sqlite_master WHERE type = 'table'"
            refuse_unmarked(set(connection.exec_driver_sql(named).scalars()), connection.engine.url)
        return version
    tables = inspect(connection)
    if not tables.has_table(schema.META.name):
        if tables.has_table(schema.EVENTS.name):
            raise StoreError(lost(f"no {schema.META.name}"))
        return 0
    query = schema.META.select().where(schema.META.c.name == "schema")
    row = connection.execute(query).first()
    return int(row.value) if row is not None else 0


def refuse_unmarked(tables: Set[str], url: URL) -> None:
    """Raise StoreError for a file that has tables, and no mark of ours."""
    if not tables:
        return
    if not tables >= {schema.CARDS.name, schema.EVENTS.name, schema.META.name}:
        raise StoreError("This SQLite file holds something else than a StudyTUI store.")
    path = url.database
    raise StoreError(
        f"{path} has the tables of a StudyTUI store, but not the marks in its header that say so "
        "and give its version, as one that was rebuilt from a dump. It was left as it is. "
        f"`studytui --store {path} restore {path}` looks it through and marks it; the file that is "
        "there is kept beside it."
    )


def set_version(connection: Connection, version: int) -> None:
    """Write the number of a store's last migration."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {version}")
        return
    connection.execute(schema.META.delete().where(schema.META.c.name == "schema"))
    connection.execute(schema.META.insert(), {"name": "schema", "value": str(version)})


def upgrade(engine: Engine) -> None:
    """Run the migrations that a store still lacks, all of them or none.

    Alembic's own version table is not used: the store's number says where it stands.
    """
    with engine.connect() as connection, writing(connection):
        version, target = version_of(connection), schema.VERSION
        if version >= target:
            return  # another program was quicker
        run(connection, version, target)
        set_version(connection, target)


def run(connection: Connection, version: int, target: int) -> None:
    """Run the migrations from one number to another on an open transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    if version:
        command.stamp(config, f"{version:04}", purge=True)
    command.upgrade(config, f"{target:04}")
