"""What a strange file is made of, object by object, before anything in it is read.

A store that another one left, a copy that is put back and a file that is named with `--store` may
hold views that never end, triggers that change things, and tables that compute. Such a file is
looked at in a child with limits, and refused for anything that no store of ours has.
"""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

SECONDS, MEMORY = 20.0, 1 << 30
"""What looking at a file may take."""

MOST_OBJECTS = 500
_COMPUTES = re.compile(r"\b(check|generated|collate|as|strict)\b", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`|\[[^\]]*\]")
_WHERE = re.compile(r"\bwhere\b(.*)", re.IGNORECASE | re.DOTALL)
_ALEMBIC = {"table alembic_version", "index sqlite_autoindex_alembic_version_1"}
"""What only stores have that were upgraded."""

_BY_SQLITE = ("sqlite_stat1", "sqlite_stat4", "sqlite_sequence")

Structure = dict[str, Any]
"""For each object, by its type and name, what it is made of."""


def strange(path: Path) -> str:
    """Return what a file holds that no store of ours does, in words; empty for nothing."""
    return look(path)[0]


def look(path: Path) -> tuple[str, int]:
    """Return what a file holds that no store of ours does, and its version.

    The version of a file that does not say it, as one that was rebuilt from a dump, is the one
    whose tables are the same, 0 for none.
    """
    from db.storage import schema
    from sims.worker.parent import Worker, WorkerError

    with closing(Worker(address_space=MEMORY)) as child:
        try:
            found = child.call(
                "db.storage.structure:structure_task", {"path": str(path)}, seconds=SECONDS
            )
        except WorkerError as error:
            return f"looking at it failed: {error}", 0
    if "says" in found:
        return str(found["says"]), 0
    version, objects = int(found["version"]), found["objects"]
    if version > schema.VERSION:
        return "", version  # its version alone has it refused, and that can be put right
    if not version and objects:
        version = _version_with(objects)
    return difference(objects, _ours(version)), version


def _version_with(objects: Mapping[str, Any]) -> int:
    """Return the oldest version that is made of these objects, all of them, 0 for none.

    Of versions that differ in values alone, migrations know which of them a row already has.
    """
    from db.storage import schema

    def alike(version: int) -> bool:
        ours = _ours(version)
        return not difference(objects, ours) and ours.keys() - objects.keys() <= _ALEMBIC

    newest_first = dropwhile(lambda version: not alike(version), range(schema.VERSION, 0, -1))
    return min(takewhile(alike, newest_first), default=0)


def difference(found: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    """Return the first object that is there and not ours; what is missing can be made anew."""
    for name, made_of in sorted(found.items()):
        if name not in ours:
            return f"it holds the {name}"
        if made_of != ours[name]:
            return f"its {name} is not made as ours"
    return ""


def structure_task(arguments: dict[str, Any], _send: Any) -> dict[str, Any]:
    """Look at the file at `path` in the child; return its `version` and `objects`."""
    place = Path(arguments["path"]).absolute().as_uri()
    try:
        with closing(sqlite3.connect(f"{place}?mode=ro", uri=True)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            return {"version": version, "objects": structure(connection)}
    except sqlite3.Error as error:
        return {"says": str(error)}


def structure(connection: sqlite3.Connection) -> Structure:
    """Return what a database is made of; nothing in it is run. Raises sqlite3.Error."""
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON"):
        connection.execute(f"PRAGMA {pragma}")
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master"
    rows = connection.execute(query).fetchmany(MOST_OBJECTS + 1)
    if len(rows) > MOST_OBJECTS:
        raise sqlite3.DatabaseError(f"it holds more than {MOST_OBJECTS} tables and the like")
    return {
        f"{kind} {name}": _made_of(connection, kind, name, table, sql or "")
        for kind, name, table, sql in rows
        if name not in _BY_SQLITE
    }


def _made_of(connection: sqlite3.Connection, kind: str, name: str, table: str, sql: str) -> Any:
    plain = " ".join(sql.split())
    if kind == "index":
        where = _WHERE.search(_QUOTED.sub(lambda found: found[0].strip('"'), plain))
        columns = _pragma(connection, "index_xinfo", name)
        named = [[*column[2:5], column[5]] for column in columns if column[5]]
        return [table, named, " ".join(where[1].split()) if where else ""]
    if kind != "table" or plain.upper().startswith("CREATE VIRTUAL"):
        return plain
    columns = sorted(column[1:] for column in _pragma(connection, "table_xinfo", name))
    foreign = sorted(key[2:] for key in _pragma(connection, "foreign_key_list", name))
    computes = sorted({word.lower() for word in _COMPUTES.findall(_QUOTED.sub("", plain))})
    return [columns, foreign, computes]


def _pragma(connection: sqlite3.Connection, pragma: str, name: str) -> list[list[Any]]:
    return [list(row) for row in connection.execute(f"SELECT * FROM pragma_{pragma}(?)", (name,))]  # noqa: S608


@cache
def _ours(version: int) -> Structure:
    """Return what a store of a version is made of: its tables as this program makes them."""
    from sqlalchemy import create_engine

    from db.storage import migration, schema

    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        with connection.begin():
            if version == schema.VERSION:
                schema.make_tables(connection)
            elif 0 < version < schema.VERSION:
                migration.run(connection, 0, version)
            connection.exec_driver_sql(
                "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL, "
                "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
            )
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        found = structure(driver)
    engine.dispose()
    return found
