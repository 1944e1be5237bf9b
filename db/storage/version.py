"""The number of a store's last migration: in SQLite PRAGMA user_version, else a row of `meta`."""

from sqlalchemy import Connection, inspect

from db.storage import schema
from db.storage.database import StoreError

APPLICATION_ID = 0x53545549
"""What SQLite files of ours carry in PRAGMA application_id: "STUI"."""


def version_of(connection: Connection) -> int:
    """Return the number of a store's last migration, 0 for an empty database."""
    if connection.dialect.name == "sqlite":
        version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        if application != APPLICATION_ID:
            tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
            if version or tables:
                raise StoreError("This SQLite file holds something else than a StudyTUI store.")
        return version
    if not inspect(connection).has_table(schema.META.name):
        return 0
    query = schema.META.select().where(schema.META.c.name == "schema")
    row = connection.execute(query).first()
    return int(row.value) if row is not None else 0


def set_version(connection: Connection, version: int) -> None:
    """Write the number of a store's last migration."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {version}")
        return
    connection.execute(schema.META.delete().where(schema.META.c.name == "schema"))
    connection.execute(schema.META.insert(), {"name": "schema", "value": str(version)})
