"""The index of words in prompts, answers and tags: FTS5 in SQLite, tsvector in PostgreSQL.

Import leaves it alone; cards that it lacks are put in before the next search for a word, so that
importing stays quick and a search always finds what the notes say now.
"""

import json
import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, select, text, update

from db.schema import CARDS

_CHUNK = 5_000
_WORD = re.compile(r"\w")
_LACKING = select(CARDS.c.key, CARDS.c.body).where(CARDS.c.indexed.is_(False))
_DONE = update(CARDS).where(CARDS.c.key == bindparam("of_key")).values(indexed=True)

_DELETE = {
    "sqlite": "DELETE FROM words WHERE rowid = :key",
    "postgresql": "DELETE FROM words WHERE key = :key",
}
_INSERT = {
    "sqlite": (
        "INSERT INTO words (rowid, prompt, answer, tags) VALUES (:key, :prompt, :answer, :tags)"
    ),
    "postgresql": (
        "INSERT INTO words (key, vector) VALUES "
        "(:key, to_tsvector('simple', :prompt || ' ' || :answer || ' ' || :tags))"
    ),
}
_MATCH = {
    "sqlite": "SELECT rowid AS key FROM words WHERE words MATCH :words",
    "postgresql": "SELECT key FROM words WHERE vector @@ to_tsquery('simple', :words)",
}


def has_words(query: str) -> bool:
    """Whether a text has anything that the index could find."""
    return _WORD.search(query) is not None


def lacking(connection: Connection) -> bool:
    """Whether cards wait to be put into the index."""
    return connection.execute(_LACKING.limit(1)).first() is not None


def catch_up(connection: Connection) -> None:
    """Put the cards that the index lacks into it."""
    dialect = connection.dialect.name
    while rows := connection.execute(_LACKING.limit(_CHUNK)).all():
        keys = [{"key": key} for key, _ in rows]
        connection.execute(text(_DELETE[dialect]), keys)
        connection.execute(text(_INSERT[dialect]), [_words(key, body) for key, body in rows])
        connection.execute(_DONE, [{"of_key": key} for key, _ in rows])


def found(phrase: str, dialect: str) -> ColumnElement[bool]:
    """Return the condition that a card has the words of `phrase` in a row, the last as a prefix."""
    if dialect == "sqlite":
        query = '"' + phrase.replace('"', " ") + '"*'
    else:
        query = " <-> ".join(re.findall(r"\w+", phrase)) + ":*"
    match = text(_MATCH[dialect]).bindparams(bindparam("words", query, unique=True))
    return CARDS.c.key.in_(match.columns(CARDS.c.key))


def _words(key: int, body: str) -> dict[str, Any]:
    card = json.loads(body)
    tags = " ".join(card["tags"])
    return {"key": key, "prompt": card["prompt"], "answer": card["answer"], "tags": tags}
