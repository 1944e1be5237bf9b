"""The index of words in prompts, answers and all tags: FTS5 in SQLite, tsvector in PostgreSQL.

Import leaves it alone; cards that it lacks are put in before the next search for a word, so that
importing stays quick and a search always finds what the notes say now. It lacks the cards with
keys above its own, which are new, and those that are marked as changed.
"""

import unicodedata
from collections.abc import Sequence

import orjson
from sqlalchemy import ColumnElement, Connection, bindparam, false, func, select, text, update

from db.storage.errors import CardUnreadable
from db.storage.schema import CARDS, SCHEDULE, make_tables
from db.storage.statements import Compiled

_CHUNK = 5_000
_CARDS = (
    select(CARDS.c.key, CARDS.c.body, CARDS.c.file, CARDS.c.line, SCHEDULE.c.tags)
    .join(SCHEDULE, SCHEDULE.c.key == CARDS.c.key)
    .limit(_CHUNK)
)
_CHANGED = _CARDS.where(CARDS.c.indexed == false())
_NEW = _CARDS.where(CARDS.c.key > bindparam("newest")).order_by(CARDS.c.key)
_LAST_CARD = Compiled(select(func.max(CARDS.c.key)))
_ANY_CHANGED = Compiled(select(CARDS.c.key).where(CARDS.c.indexed == false()).limit(1))
_DONE = update(CARDS).where(CARDS.c.key == bindparam("of_key")).values(indexed=True)

_DELETE = {
    "sqlite": "DELETE FROM words WHERE rowid = :key",
    "postgresql": "DELETE FROM words WHERE key = :key",
}
_NEWEST = Compiled(
    {
        "sqlite": text("SELECT rowid FROM words ORDER BY rowid DESC LIMIT 1"),
        "postgresql": text("SELECT key FROM words ORDER BY key DESC LIMIT 1"),
    }
)
_INSERT_VECTOR = text(
    "INSERT INTO words (key, vector) VALUES (:key, to_tsvector('simple', :words))"
)
_MATCH = {
    "sqlite": "SELECT rowid AS key FROM words WHERE words MATCH :words",
    "postgresql": "SELECT key FROM words WHERE vector @@ to_tsquery('simple', :words)",
}


def has_words(query: str) -> bool:
    """Whether a text has anything that the index could find."""
    return bool(_bare(query).strip())


def lacking(connection: Connection) -> bool:
    """Whether cards wait to be put into the index."""
    if _newest(connection) < (_LAST_CARD.one(connection)[0] or 0):
        return True
    return _ANY_CHANGED.one(connection) is not None


def catch_up(connection: Connection) -> None:
    """Put the cards that the index lacks into it."""
    while rows := connection.execute(_NEW, {"newest": _newest(connection)}).all():
        _insert(connection, [(key, *_words(*card)) for key, *card in rows])
    while rows := connection.execute(_CHANGED).all():
        forget(connection, [key for key, *_ in rows])
        _insert(connection, [(key, *_words(*card)) for key, *card in rows])
        connection.execute(_DONE, [{"of_key": key} for key, *_ in rows])


def renew(connection: Connection) -> None:
    """Make the index anew, whatever is in its place; the next search for a word fills it.

    SQLite does not drop one that it cannot read, so that its name is taken out first.
    """
    run = connection.exec_driver_sql
    if connection.dialect.name == "sqlite":
        run("PRAGMA writable_schema = ON")
        run("DELETE FROM sqlite_schema WHERE name = 'words'")
        run("PRAGMA writable_schema = RESET")
        for part in ("data", "idx", "content", "docsize", "config"):
            run(f"DROP TABLE IF EXISTS words_{part}")
    run("DROP TABLE IF EXISTS words")
    make_tables(connection)


def _newest(connection: Connection) -> int:
    """Return the greatest key in the index, 0 when it is empty."""
    row = _NEWEST.one(connection)
    return int(row[0]) if row is not None else 0


def _insert(connection: Connection, rows: list[tuple[int, str, str, str]]) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO words (rowid, prompt, answer, tags) VALUES (?, ?, ?, ?)", rows
        )
        return
    vectors = [{"key": key, "words": _bare(" ".join(texts))} for key, *texts in rows]
    connection.execute(_INSERT_VECTOR, vectors)


def forget(connection: Connection, keys: Sequence[int]) -> None:
    """Take cards out of the index."""
    statement = text(_DELETE[connection.dialect.name])
    connection.execute(statement, [{"key": key} for key in keys])


def found(phrases: Sequence[str], dialect: str) -> ColumnElement[bool]:
    """Return the condition that a card has every phrase: its words in a row, the last a prefix."""
    if dialect == "sqlite":
        query = " AND ".join('"' + phrase.replace('"', " ") + '"*' for phrase in phrases)
    else:
        query = " & ".join("(" + " <-> ".join(_bare(phrase).split()) + ":*)" for phrase in phrases)
    match = text(_MATCH[dialect]).bindparams(bindparam("words", query, unique=True))
    return SCHEDULE.c.key.in_(match.columns(SCHEDULE.c.key))


def _words(body: str, file: str, line: int, own_tags: str) -> tuple[str, str, str]:
    try:
        card = orjson.loads(body)
        return card["prompt"], card["answer"], " ".join([*card.get("tags", ()), own_tags])
    except (ValueError, LookupError, TypeError) as error:
        raise CardUnreadable(file, line) from error


def _bare(text: str) -> str:
    """Return a text without accents, as SQLite's tokenizer reads it."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c if c.isalnum() else "" if unicodedata.combining(c) else " " for c in parts)
