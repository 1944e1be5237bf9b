"""Two devices of an earlier version, which put texts together part by part, come up to date."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from cards.card import Card
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.storage import backup, migration
from db.storage.database import connect, locate, writing
from db.storage.migration import set_version
from db.store import Store

OLD = 4
TABLES = ("sections", "cards", "files", "events", "schedule", "days", "misconceptions", "aliases")


def aged(path: Path, old: Path) -> None:
    """Write a store as the schema of an earlier version had it, made by its own migrations."""
    engine = connect(locate(old))
    with engine.connect() as connection, writing(connection):
        migration.run(connection, 0, OLD)
        set_version(connection, OLD)
    engine.dispose()
    with closing(sqlite3.connect(old)) as database:
        database.execute("ATTACH ? AS new", (str(path),))
        for table in (*TABLES, "review_columns"):
            here, there = (
                {row[1] for row in database.execute(f"PRAGMA {schema}.table_info({table})")}
                for schema in ("main", "new")
            )
            names = ", ".join(f'"{name}"' for name in sorted(here & there))
            database.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM new.{table}")
        database.execute("UPDATE schedule SET dirty = 1")
        database.execute("ALTER TABLE alembic_version RENAME TO gone")
        database.execute("DROP TABLE gone")
        database.commit()


def put_together(old: Path, id: str, note_id: str, answer: str) -> None:
    """Let a row be as another device edited it, with what the note here says kept beside it."""
    with closing(sqlite3.connect(old)) as database:
        query = "SELECT key, body, stamp FROM cards WHERE id = ?"
        key, body, stamp = database.execute(query, (id,)).fetchone()
        there = orjson.dumps(orjson.loads(body) | {"answer": answer})
        digest = blake2b(there, digest_size=16).digest()
        edit = (int.from_bytes(stamp) + 1).to_bytes(16)  # the part "answer" is the seventh of eight
        edits = bytes(6 * 16) + edit + bytes(16)
        change = "UPDATE cards SET body = ?, digest = ?, edits = ? WHERE id = ?"
        database.execute(change, (there.decode(), digest, edits, id))
        here = orjson.dumps(orjson.loads(body) | {"id": note_id}).decode()
        database.execute("INSERT INTO behind VALUES (?, ?, ?)", (key, note_id, here))
        database.commit()


def test_two_devices_come_up_to_date(tmp_path: Path, card: Any, clock: Any) -> None:
    first = card(0, prompt="What does the softmax function turn scores into?")
    new = replace(first, id="new", prompt="What does the softmax function turn its scores into?")
    others = [card(number) for number in range(1, 5)]

    def note(device: str, *cards: Card) -> Note:
        path = f"/{device}/n.md"
        return Note(path, tuple(replace(one, file=path, line=at) for at, one in enumerate(cards)))

    def take(store: Store, *notes: Note) -> Any:
        clock.forward(minutes=1)
        return store.import_notes(notes, digests={one.path: "d" for one in notes}).files[0]

    def opened(folder: str) -> tuple[Store, Store]:
        paths = [tmp_path / folder / f"{name}.db" for name in ("pc", "mac")]
        return Store.open(paths[0], clock=clock), Store.open(paths[1], clock=clock)

    pc, mac = opened("made")
    for name, store in (("pc", pc), ("mac", mac)):
        take(store, note(name, first, *others))
    for number, rating in enumerate(Rating):
        clock.forward(minutes=1)
        pc.answer(f"card-{number}", rating, seconds=2, grade={"misconception": "Mixed up."})
    pc.undo()
    pc.suspend("card-2")
    pc.tag("card-3", ["mine"])
    mac.sync(tmp_path / "made" / "pc.db")
    assert take(pc, note("pc", new, *others)).relinked == 1
    pc.answer("new", Rating.GOOD, seconds=1)
    mac.sync(tmp_path / "made" / "pc.db")
    before = [(one.card.id, one.reps, one.suspended, one.due) for one in mac.cards()]
    for store in (pc, mac):
        store.close()
    (tmp_path / "old").mkdir()
    for name in ("pc", "mac"):
        aged(tmp_path / "made" / f"{name}.db", tmp_path / "old" / f"{name}.db")
    put_together(tmp_path / "old" / "mac.db", "new", "card-0", "As edited on the PC.")

    pc, mac = opened("old")
    for name, store in (("pc", pc), ("mac", mac)):
        (copy,) = backup.copies(tmp_path / "old" / f"{name}.db")
        assert "before-upgrade" in copy.name
        assert backup.problem_of(copy) == ""
        assert store.diagnose() == []
        assert store.rebuild()
    # What the row says is asked until the note is read again.
    assert mac.card("new").card.answer == "As edited on the PC."
    assert mac.unchanged("/mac/n.md", "d") is None
    assert pc.unchanged("/pc/n.md", "d") is not None
    assert [(one.card.id, one.reps, one.suspended, one.due) for one in mac.cards()] == before
    report = take(mac, note("mac", first, *others))
    assert (report.updated, report.unchanged, report.new, report.removed) == (1, 4, 0, 0)
    assert mac.card("new").card.answer == first.answer
    mac.sync(tmp_path / "old" / "pc.db")
    assert pc.card("new").card.prompt == new.prompt
    assert pc.card("new").reps == mac.card("new").reps == 2
    for store in (pc, mac):
        assert store.rebuild()
        store.close()
