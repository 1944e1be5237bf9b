"""Values that a column cannot have: of another type, which SQLite keeps, or out of its range.

Nothing of ours writes such a value. Where something fails, the store is looked through for one, so
that the person learns what to do about the store, and not of a fault of the program.
"""

from collections.abc import Iterator

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Double,
    Integer,
    LargeBinary,
    Table,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
)

from db.storage.schema import CARDS, DERIVED, LAST_DAY, LAST_STEP, METADATA, SCHEDULE, SECTIONS

_DAYS = 0, LAST_DAY - 1
_INSTANTS = 0, LAST_DAY * 86_400_000 - 1
_RANGES: dict[str, tuple[float, float]] = {
    "schedule.queue": (-1, 2),
    "schedule.state": (0, 3),
    "schedule.step": (0, LAST_STEP),
    "schedule.stability": (1e-9, 1e9),
    "schedule.difficulty": (1, 10),
    "schedule.day": _DAYS,
    "schedule.due_day": _DAYS,
    "schedule.due_at": _INSTANTS,
    "schedule.buried_day": _DAYS,
    "schedule.reps": (0, 1e9),
    "schedule.lapses": (0, 1e9),
    "schedule.suspended": (0, 1),
    "schedule.dirty": (0, 1),
    "cards.added": _INSTANTS,
    "cards.line": (0, 1e9),
    "events.at": _INSTANTS,
    "events.offset": (-1440, 1440),
}
_TYPES = (
    (Double, ("real", "integer")),
    ((Integer, Boolean), ("integer",)),
    (LargeBinary, ("blob",)),
)
"""What SQLite keeps in a column; in others, texts."""


def impossible(connection: Connection) -> str:
    """Return a sentence on a value that cannot be, and what to do about it; empty for none."""
    for table in METADATA.sorted_tables:
        wrong = list(_wrong(connection, table))
        if wrong and connection.execute(select(exists().where(or_(*wrong)))).scalar_one():
            says = f"A value in the table {table.name} cannot be read."
            if table in DERIVED:
                return f"{says} `studytui doctor --rebuild` makes it anew."
            return f"{says} `studytui doctor` says what to do."
    return ""


def _wrong(connection: Connection, table: Table) -> Iterator[ColumnElement[bool]]:
    """Yield conditions that no row of ours fulfils."""
    sqlite = connection.dialect.name == "sqlite"
    for column in table.columns:
        if sqlite:
            kept = next((kept for kind, kept in _TYPES if isinstance(column.type, kind)), ("text",))
            yield and_(column.is_not(None), func.typeof(column).not_in(kept))
        if not column.nullable:
            yield column.is_(None)
        limits = _RANGES.get(str(column))
        if limits and (sqlite or not isinstance(column.type, Boolean)):
            yield not_(column.between(*limits))
    if table is SCHEDULE:
        met = table.c.state != 0
        yield or_(*(met == table.c[name].is_(None) for name in ("day", "stability", "difficulty")))
    if table in (CARDS, SCHEDULE):
        yield table.c.section.not_in(select(SECTIONS.c.id))
