"""Bringing an older store up to date with Alembic, one transaction for all its steps."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from db.storage import schema
from db.storage.database import writing
from db.storage.version import set_version, version_of

FOLDER = Path(__file__).parent / "migrations"


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
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    if version:
        command.stamp(config, f"{version:04}", purge=True)
    command.upgrade(config, f"{target:04}")
