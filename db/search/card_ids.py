"""What a search line finds: the keys of its cards at once, their ids when they are asked for.

Either come packed in one text, which takes a fraction of the time of rows; and most who search want
to know how many cards there are.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, lru_cache

import orjson
from sqlalchemy import Connection, FromClause, String, cast, func, not_, select, text

from db.log.settings import Settings
from db.search import query
from db.storage.database import Database
from db.storage.schema import CARDS, SCHEDULE, SECTIONS
from db.storage.statements import Compiled
from db.study_clock import StudyClock

_BOUNDS = Compiled(
    # One by one they need no more than the ends of an index, and how many entries it has.
    select(
        *[
            select(what).select_from(SCHEDULE).scalar_subquery()
            for what in (func.count(), func.min(SCHEDULE.c.key), func.max(SCHEDULE.c.key))
        ]
    )
)
_AMONG = Compiled(
    {
        "sqlite": text(
            "SELECT json_group_array(id) FROM (SELECT id FROM cards "
            "WHERE key IN (SELECT value FROM json_each(:keys)) ORDER BY key)"
        ),
        "postgresql": text(
            "SELECT CAST(json_agg(id ORDER BY key) AS text) FROM cards "
            "WHERE key IN (SELECT CAST(value AS integer) "
            "FROM json_array_elements_text(CAST(:keys AS json)))"
        ),
    }
)
_BETWEEN = Compiled(
    {
        "sqlite": text(
            "SELECT json_group_array(id) FROM "
            "(SELECT id FROM cards WHERE key BETWEEN :first AND :last ORDER BY key)"
        ),
        "postgresql": text(
            "SELECT CAST(json_agg(id ORDER BY key) AS text) FROM cards "
            "WHERE key BETWEEN :first AND :last"
        ),
    }
)


class Found(Collection[str]):
    """The ids of the cards that a search line finds, in the order they were added.

    Which cards they are, and so how many, is settled by the search. Ids are read when one is first
    asked for; cards that are gone by then are left out.
    """

    def __init__(self, keys: Sequence[int], database: Database) -> None:
        """Keep the keys of the cards, in any order, and the way to their ids."""
        self.keys = keys
        self._database = database

    @cached_property
    def _ids(self) -> list[str]:
        with self._database.read() as connection:
            return _read_ids(connection, self.keys)

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __contains__(self, id: object) -> bool:
        return id in self._ids

    def __getitem__(self, at: int) -> str:
        return self._ids[at]


def keys(
    connection: Connection, line: str, moment: StudyClock, settings: Settings
) -> range | list[int]:
    """Return the keys of the cards that a search line finds, in any order.

    Raises SearchError for a line that cannot be understood.
    """
    context = query.Context.of(moment, settings, connection.dialect.name)
    elsewhere, packed = _statements(line, context)
    if elsewhere is not None and elsewhere.one(connection) is None:
        count, first, last = _BOUNDS.one(connection)
        if count and count == last - first + 1:
            return range(first, last + 1)
    found: list[int] = orjson.loads(f"[{packed.one(connection)[0] or ''}]")
    return found


@lru_cache(maxsize=64)
def _statements(line: str, context: query.Context) -> tuple[Compiled | None, Compiled]:
    """Return two statements: one that finds other cards, or None, and one that packs the keys.

    The first is for a line about sections alone. Both are kept: making and compiling them takes
    longer than most of them run.
    """
    elsewhere = None
    if (about := query.of_sections(line)) is not None:
        others = select(SECTIONS.c.id).where(not_(about))
        elsewhere = Compiled(select(SCHEDULE.c.key).where(SCHEDULE.c.section.in_(others)).limit(1))
    wanted = query.condition(line, context)
    # Only what is asked about is read, and texts in the order in which they lie.
    asked = select(wanted).columns_clause_froms
    first = CARDS if CARDS in asked and SCHEDULE not in asked else SCHEDULE
    source: FromClause = first
    if CARDS in asked and first is not CARDS:
        source = source.join(CARDS, CARDS.c.key == first.c.key)
    if SECTIONS in asked:
        source = source.join(SECTIONS, SECTIONS.c.id == first.c.section)
    packed = func.aggregate_strings(cast(first.c.key, String), ",")
    return elsewhere, Compiled(select(packed).select_from(source).where(wanted))


def _read_ids(connection: Connection, keys: Sequence[int]) -> list[str]:
    if isinstance(keys, range):
        row = _BETWEEN.one(connection, first=keys.start, last=keys.stop - 1)
    else:
        row = _AMONG.one(connection, keys=orjson.dumps(keys).decode())
    ids: list[str] = orjson.loads(row[0] or "[]")
    return ids
