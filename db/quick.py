"""The few statements that every answer runs, without the detours that a rare one can afford.

SQLAlchemy compiles such a statement once for each dialect, and the driver runs it from then on:
a tenth of a millisecond less each time. Rows come as plain tuples.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql import ClauseElement


class Quick:
    """A statement with named parameters, to be run as it is compiled."""

    def __init__(self, statement: ClauseElement | Mapping[str, ClauseElement]) -> None:
        """Keep a statement, or one for each dialect."""
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None, dict[str, Any]]] = {}

    def run(self, connection: Connection, **values: Any) -> Any:
        """Run the statement in the connection's transaction; return the driver's cursor."""
        name = connection.dialect.name
        if name not in self._compiled:
            self._compile(connection)
        sql, order, fixed = self._compiled[name]
        driver = connection.connection.driver_connection
        assert driver is not None
        cursor = driver.cursor()
        if fixed:
            values = fixed | values
        cursor.execute(sql, values if order is None else [values[name] for name in order])
        return cursor

    def one(self, connection: Connection, **values: Any) -> Any:
        """Run a query and return its first row, None when there is none."""
        cursor = self.run(connection, **values)
        row = cursor.fetchone()
        cursor.close()
        return row

    def _compile(self, connection: Connection) -> None:
        dialect = connection.dialect
        statement = self._statement
        if isinstance(statement, Mapping):
            statement = statement[dialect.name]
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        names = getattr(compiled, "positiontup", None)
        order = tuple(names or ()) if dialect.positional else None
        self._compiled[dialect.name] = str(compiled), order, fixed
