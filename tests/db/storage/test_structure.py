"""A file that is strange is refused for what it is made of, before anything in it is run."""

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from cards.note import Note
from db.storage import backup, migration, schema, structure
from db.store import Store, StoreError

STORES = 1_000 if os.environ.get("STUDYTUI_SOAK") else 12

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"
HOSTILE = {
    "view": [f"CREATE VIEW more AS {ENDLESS} max(i) FROM n"],
    "view for a table": ["ALTER TABLE cards RENAME TO c2", "CREATE VIEW cards AS SELECT * FROM c2"],
    "endless view for a table": [
        "DROP TABLE misconceptions",
        f"CREATE VIEW misconceptions AS {ENDLESS} i AS key, 'x' AS says, i AS day, 1 AS times "
        "FROM n",
    ],
    "trigger": ["CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM events; END"],
    "trigger on cards": ["CREATE TRIGGER t BEFORE UPDATE ON cards BEGIN SELECT abs('x'); END"],
    "virtual table": ["CREATE VIRTUAL TABLE v USING fts5(x)"],
    "another index of words": [
        "DROP TABLE words",
        "CREATE VIRTUAL TABLE words USING fts5(prompt, answer, tags, content='cards')",
    ],
    "generated column": ["ALTER TABLE meta ADD COLUMN g AS (zeroblob(length(value) * 1000000))"],
    "default": ["ALTER TABLE meta ADD COLUMN d TEXT DEFAULT 'x'"],
    "check": [
        "DROP TABLE meta",
        "CREATE TABLE meta (name VARCHAR NOT NULL, value VARCHAR NOT NULL CHECK (length(value)), "
        "CONSTRAINT meta_key PRIMARY KEY (name))",
    ],
    "index that computes": ["CREATE INDEX i ON cards (upper(body))"],
    "partial index": [
        "DROP INDEX cards_missing",
        "CREATE INDEX cards_missing ON cards (section) WHERE length(body) > 1",
    ],
    "collation": [
        "DROP TABLE files",
        "CREATE TABLE files (path VARCHAR COLLATE NOCASE NOT NULL, digest VARCHAR NOT NULL, "
        "cards INTEGER NOT NULL, CONSTRAINT files_key PRIMARY KEY (path))",
    ],
    "table": ["CREATE TABLE extra (x)"],
    "many tables": [f"CREATE TABLE t{number} (x)" for number in range(600)],
}


@pytest.fixture
def other(tmp_path: Path, note: Callable[..., Note], clock: Any) -> Path:
    path = tmp_path / "other.db"
    with closing(Store.open(path, clock=clock)) as store:
        store.import_notes([note(3)])
    return path


def made_strange(path: Path, statements: list[str]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_no_store_of_ours_has_is_strange(other: Path, name: str) -> None:
    made_strange(other, HOSTILE[name])
    found = structure.structure_task({"path": str(other)}, None)
    ours = structure._ours(schema.VERSION)
    assert found.get("says") or structure.difference(found["objects"], ours)


@pytest.mark.parametrize("name", ["endless view for a table", "trigger"])
def test_a_strange_file_is_neither_opened_nor_synced_nor_put_back(
    other: Path, tmp_path: Path, clock: Any, note: Callable[..., Note], name: str
) -> None:
    made_strange(other, HOSTILE[name])
    before = other.read_bytes()
    with pytest.raises(StoreError, match="is no store that StudyTUI made"):
        Store.open(other, clock=clock, begin=False)
    with closing(Store.open(tmp_path / "mine.db", clock=clock)) as mine:
        mine.import_notes([note(2)])
        with pytest.raises(StoreError, match="is no store that StudyTUI made"):
            mine.sync(other)
        assert len(mine.cards()) == 2
    with pytest.raises(StoreError, match="Nothing was changed"):
        backup.restore(other, tmp_path / "mine.db", clock())
    assert other.read_bytes() == before


def test_a_store_of_ours_is_not_strange_whatever_its_age(other: Path, tmp_path: Path) -> None:
    assert structure.strange(other) == ""
    for version in range(1, schema.VERSION + 1):
        path = tmp_path / f"v{version}.db"
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            migration.run(connection, 0, version)
            connection.exec_driver_sql(f"PRAGMA user_version = {version}")
        engine.dispose()
        assert structure.strange(path) == ""


def test_hostile_stores_drawn_at_random_are_refused_or_harmless(
    other: Path, tmp_path: Path, clock: Any, note: Callable[..., Note]
) -> None:
    """Combine statements, and flip bytes of the schema itself: no hang, no change, no loss."""
    dice = random.Random(14)
    whole = other.read_bytes()
    statements = [part for parts in HOSTILE.values() for part in parts if len(parts) < 10]
    with closing(Store.open(tmp_path / "mine.db", clock=clock)) as mine:
        mine.import_notes([note(3)])
        mine.answer("card-0", 3, seconds=1)
        for _ in range(STORES):
            other.write_bytes(whole)
            with closing(sqlite3.connect(other)) as connection, connection:
                for statement in dice.sample(statements, dice.randint(0, 3)):
                    try:
                        connection.execute(statement)
                    except sqlite3.Error:
                        continue
            spoilt = bytearray(other.read_bytes())
            for _ in range(dice.randint(0, 3)):
                spoilt[dice.randrange(16, min(len(spoilt), 40_000))] ^= 1 << dice.randrange(8)
            other.write_bytes(bytes(spoilt))
            with suppress(StoreError):
                mine.sync(other)
            assert mine.diagnose() == []
            assert mine.card("card-0").reps == 1
            assert {card.card.id for card in mine.cards()} >= {"card-0", "card-1", "card-2"}
