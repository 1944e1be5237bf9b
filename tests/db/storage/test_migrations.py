"""Older stores come up to date with all their data, or stay as they were."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, select, text, update

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.card_table.checksums import COVERED
from db.projections import card_columns
from db.projections import review_columns as columns
from db.projections import word_index as words
from db.projections.card_columns import FIELDS
from db.storage import backup, schema
from db.storage import migration as migrate
from db.storage.checksums import of_row
from db.storage.migration import set_version, version_of
from db.storage.schema import CARD_COLUMNS, CARDS, EVENTS, REVIEW_COLUMNS, SECTIONS
from db.store import StoreError

NEXT = '''"""A migration that does not exist yet."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("sections", sa.Column("colour", sa.String(), server_default="blue"))
    op.execute("UPDATE sections SET colour = 'red' WHERE topic = 'gini'")
    {then}
'''


@pytest.fixture
def add_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that makes this version of the program one migration younger."""

    def add(then: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(migrate.FOLDER, folder)
        number = schema.VERSION + 1
        source = NEXT.format(revision=f"{number:04}", before=f"{number - 1:04}", then=then)
        (folder / "versions" / f"{number:04}_next.py").write_text(source)
        monkeypatch.setattr(migrate, "FOLDER", folder)
        monkeypatch.setattr(schema, "VERSION", number)

    return add


def filled(open_store: Any, note: Callable[..., Note]) -> Any:
    store = open_store()
    store.import_notes([note(6)])
    for number in range(4):
        grade = {"verdict": "different", "misconception": "Mixed up."}
        store.answer(f"card-{number}", Rating.GOOD, seconds=2, grade=grade)
    before = store.cards(), store.statistics()
    store.close()
    return before


def test_an_older_store_is_copied_and_brought_up_to_date(
    open_store: Any, note: Callable[..., Note], add_migration: Any, tmp_path: Path
) -> None:
    before = filled(open_store, note)
    add_migration("pass")
    store = open_store()
    assert (store.cards(), store.statistics()) == before
    with store._context.database.read() as connection:
        colours = connection.execute(text("SELECT topic, colour FROM sections")).all()
    assert set(colours) == {("softmax", "blue"), ("gini", "red"), ("my-topic", "blue")}
    if store._context.database.engine.dialect.name != "sqlite":
        return  # a server has its own copies
    (copy,) = backup.copies(tmp_path / "store.db")
    assert "before-upgrade" in copy.name
    assert backup.problem_of(copy) == ""
    store.close()
    open_store()  # up to date: nothing is copied again
    assert len(backup.copies(tmp_path / "store.db")) == 1


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(
    open_store: Any, note: Callable[..., Note], add_migration: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = filled(open_store, note)
    with monkeypatch.context() as younger:
        add_migration("raise RuntimeError('the power went')")
        with pytest.raises(StoreError, match=r"the power went\. It is as it was; a copy is in"):
            open_store()
        younger.undo()
    monkeypatch.undo()
    store = open_store()
    assert (store.cards(), store.statistics()) == before
    assert store.diagnose() == []


def make_older(connection: Connection, version: int) -> None:
    """Turn a store into what an earlier version of the program would have left."""
    if version < 2:  # misconceptions had no day; packed cards said the day of `added`, in UTC
        connection.execute(text("CREATE TABLE old AS SELECT key, says, times FROM misconceptions"))
        connection.execute(text("DROP TABLE misconceptions"))
        connection.execute(text("ALTER TABLE old RENAME TO misconceptions"))
    if version == 7:  # checksums of cards were made of all their values at once
        for row in connection.execute(select(*COVERED[CARDS])).all():
            values = [int(value) if isinstance(value, bool) else value for value in row]
            change = update(CARDS).where(CARDS.c.key == row.key)
            connection.execute(change.values(checksum=of_row(values)))
    if version < 7:  # a wrong byte was not noticed
        connection.execute(text("DROP INDEX cards_unsealed"))
        for table in ("events", "cards", "sections", "newer"):
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN checksum"))
    if version < 6:  # logs were compared id by id
        connection.execute(text("DROP TABLE digests"))
    if version < 5:  # devices put the texts of a card together part by part
        connection.execute(text("DROP INDEX cards_of_note_id"))
        connection.execute(text("DROP TABLE newer"))
        binary = "BLOB" if connection.dialect.name == "sqlite" else "BYTEA"
        connection.execute(text(f"ALTER TABLE cards ADD COLUMN edits {binary}"))
        rows = connection.execute(text("SELECT key, named FROM cards WHERE named IS NOT NULL"))
        for key, named in rows.all():
            values = {"key": key, "edits": bytes(named) + bytes(112)}
            connection.execute(text("UPDATE cards SET edits = :edits WHERE key = :key"), values)
        for column in ("note_id", "named"):
            connection.execute(text(f"ALTER TABLE cards DROP COLUMN {column}"))
        connection.execute(
            text(
                "CREATE TABLE behind (key integer PRIMARY KEY REFERENCES cards (key), "
                "id varchar NOT NULL, body varchar)"
            )
        )
    if version < 4:  # a card was of one import
        connection.execute(text("ALTER TABLE cards DROP COLUMN edits"))
        connection.execute(text("DROP TABLE behind"))
    card_columns.compact(connection)
    for page, records in connection.execute(select(CARD_COLUMNS)).all():
        cards = np.frombuffer(records, np.dtype(card_columns.FIELDS)).copy()
        if version < 2:
            cards["added"] //= 1440
        if version < 3:  # the number of a section had 16 bits
            cards = cards.astype([*FIELDS[:1], ("section", "<u2"), *FIELDS[2:]])
        change = update(CARD_COLUMNS).where(CARD_COLUMNS.c.page == page)
        connection.execute(change.values(records=cards.tobytes()))
    set_version(connection, version)


@pytest.mark.parametrize("version", range(1, schema.VERSION))
def test_every_earlier_schema_is_brought_up_to_date(
    open_store: Any, note: Callable[..., Note], alike: Any, version: int
) -> None:
    before = filled(open_store, note)
    store = open_store()
    with store._context.database.write() as connection:
        make_older(connection, version)
    store.close()
    store = open_store()
    with store._context.database.read() as connection:
        assert version_of(connection) == schema.VERSION
    assert alike((store.cards(), store.statistics()), before)
    assert before[1]["misconceptions"]
    assert store.diagnose() == []
    with store._context.database.read() as connection:
        for table in (EVENTS, CARDS, SECTIONS):
            assert connection.execute(select(table.c.checksum)).scalars().all().count(None) == 0
    assert store.rebuild()


def test_a_card_that_was_spoilt_before_an_upgrade_is_noticed_after_it(
    open_store: Any, note: Callable[..., Note]
) -> None:
    filled(open_store, note)
    store = open_store()
    with store._context.database.write() as connection:
        make_older(connection, 7)
        change = update(CARDS).where(CARDS.c.id == "card-1")
        connection.execute(change.values(tags=CARDS.c.tags + "x"))
    store.close()
    assert [damage.id for damage in open_store().diagnose()] == ["card-1"]


def test_a_card_with_a_checksum_of_a_later_version_stays_as_it_was(
    open_store: Any, note: Callable[..., Note]
) -> None:
    """A store that does not say its version is taken for the oldest that is made alike."""
    filled(open_store, note)
    store = open_store()
    with store._context.database.write() as connection:
        set_version(connection, 7)
    store.close()
    assert open_store().diagnose() == []


def test_a_card_with_an_id_that_another_one_gave_up_stays_its_own(
    open_store: Any, card: Any, note: Callable[..., Note]
) -> None:
    store = open_store()
    old = card(0, prompt="What does the softmax function turn scores into?")
    new = card(0, id="new", prompt="What does the softmax function turn its scores into?")
    for cards in ([old], [new], [new, old]):
        store.import_notes([note(cards)])
    with store._context.database.write() as connection:
        make_older(connection, 3)
    store.close()
    store = open_store()
    store.sync(
        open_store("other.db")._context.database.engine.url.render_as_string(hide_password=False)
    )
    assert sorted(store.find("")) == ["card-0", "new"]
    assert store.rebuild()


def test_own_tags_of_an_earlier_version_are_found(
    open_store: Any, note: Callable[..., Note]
) -> None:
    filled(open_store, note)
    store = open_store()
    store.tag("card-2", ["mine"])
    assert list(store.find("tag:mine")) == ["card-2"]
    with store._context.database.write() as connection:
        make_older(connection, 2)
        words.forget(connection, [3])  # as good as without its own tags
        connection.execute(update(CARDS).values(indexed=True))
    store.close()
    assert list(open_store().find("tag:mine")) == ["card-2"]


def test_reviews_that_were_packed_in_the_wrong_order_are_packed_anew(
    open_store: Any, note: Callable[..., Note], alike: Any
) -> None:
    store = open_store()
    store.import_notes([note(4)])
    for rating in (Rating.AGAIN, Rating.EASY):
        for number in range(4):
            store.answer(f"card-{number}", rating, seconds=1)
    before = store.cards()
    with store._context.database.write() as connection:
        columns.compact(connection)
        size, packed = connection.execute(
            select(REVIEW_COLUMNS.c.size, REVIEW_COLUMNS.c.records)
        ).one()
        reviews = np.frombuffer(columns._records(packed, size), np.dtype(columns.FIELDS))
        turned = columns._columns(reviews[::-1].tobytes())
        connection.execute(update(REVIEW_COLUMNS).values(records=turned))
        make_older(connection, 2)
    store.close()
    store = open_store()
    store.set_parameters(store.parameters())
    assert alike(store.cards(), before)
    assert store.rebuild()
