"""One wrong byte in a text, which SQLite's own check does not see."""

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.records import CardDamage, EventDamage, FileDamage, RowDamage
from db.storage.schema import EVENTS, SCHEDULE
from db.store import Store, StoreError
from sims.errors import InputError

MakeNote = Callable[..., Note]
NO_TEXT, NO_JSON, OTHER_NAME = (b"number 1", b"number \xff"), (b'"', b"'"), (b'"prompt', b'"prompd')


def put_wrong(path: Path, where: str, old: bytes, new: bytes) -> None:
    """Put bytes into a text, named as in "cards.body", of the last row that has them."""
    table, column = where.split(".")
    with closing(sqlite3.connect(path)) as connection, connection:
        query = f"SELECT CAST({column} AS BLOB) FROM {table} ORDER BY id DESC"
        text = next(text for (text,) in connection.execute(query) if old in text)
        connection.execute(
            f"UPDATE {table} SET {column} = CAST(? AS TEXT) WHERE {column} = CAST(? AS TEXT)",
            (text.replace(old, new, 1), text),
        )


@pytest.mark.parametrize(("old", "new"), [NO_TEXT, NO_JSON, OTHER_NAME])
def test_a_card_that_cannot_be_read_is_named_and_its_note_brings_it_anew(
    open_store: Any, note: MakeNote, tmp_path: Path, old: bytes, new: bytes
) -> None:
    with closing(open_store()) as store:
        store.import_notes([note(2)], digests={"note.md": "as it is"})
    put_wrong(tmp_path / "store.db", "cards.body", old, new)
    store = open_store()
    for ask in (store.cards, lambda: store.cards("number"), lambda: store.card("card-1")):
        with pytest.raises(StoreError, match=r"cannot be read\. `studytui doctor` says"):
            ask()
    assert store.diagnose() == [CardDamage("card-1", "note.md", in_note=True)]
    assert store.unchanged("note.md", "as it is") is None
    assert store.import_notes([note(2)]).files[0].updated == 1
    assert store.diagnose() == []
    assert [stored.card for stored in store.cards("number")] == list(note(2).cards)
    assert store.rebuild()


@pytest.mark.parametrize("spoilt", ["store.db", "other.db"])
def test_a_sync_brings_a_card_anew_that_cannot_be_read(
    open_store: Any, note: MakeNote, tmp_path: Path, spoilt: str
) -> None:
    with closing(open_store()) as store, closing(open_store("other.db")):
        store.import_notes([note(2)])
        store.sync(tmp_path / "other.db")
        store.answer("card-0", Rating.GOOD, seconds=1)
    put_wrong(tmp_path / spoilt, "cards.body", *NO_JSON)
    with closing(open_store(spoilt)) as store:
        assert len(store.diagnose()) == 1
    store = open_store()
    moved = store.sync(tmp_path / "other.db")
    assert moved.received.cards + moved.sent.cards == 1
    for each in (store, open_store("other.db")):
        assert each.diagnose() == []
        assert [stored.card for stored in each.cards("number")] == list(note(2).cards)
        assert each.rebuild()


@pytest.mark.parametrize(
    ("old", "new", "readable"),
    [
        (b'"typed":"x', b'"typed":"\xff', False),
        (b'"', b"'", False),
        (b'"rating"', b'"ratinh"', False),
        (b'"typed":"x', b'"typed":"y', True),
    ],
)
def test_an_event_that_is_not_as_it_was_written_is_told_of(
    open_store: Any, note: MakeNote, tmp_path: Path, old: bytes, new: bytes, readable: bool
) -> None:
    with closing(open_store()) as store:
        store.import_notes([note(2)])
        store.answer("card-0", Rating.GOOD, seconds=1, typed="x")
    put_wrong(tmp_path / "store.db", "events.payload", old, new)
    store = open_store()
    (damage,) = store.diagnose()
    assert isinstance(damage, EventDamage)
    assert (damage.card, damage.readable) == ("card-0", readable)
    assert damage.at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    with pytest.raises(StoreError, match=r"Nothing was taken over|cannot be read"):
        store.sync(tmp_path / "other.db")
    if readable:
        assert store.rebuild(keep=[damage])
        assert store.diagnose() == []
        store.sync(tmp_path / "other.db")


@pytest.mark.parametrize("new", [b"G\xff", b"Giny"])
def test_a_topics_name_that_is_not_as_it_was_written_is_mended(
    open_store: Any, note: MakeNote, tmp_path: Path, new: bytes
) -> None:
    with closing(open_store()) as store:
        store.import_notes([note(2)])
        before = store.overview()
    put_wrong(tmp_path / "store.db", "sections.title", b"Gini", new)
    store = open_store()
    assert store.diagnose() == [RowDamage("sections", mended=True)]
    assert store.diagnose() == []
    assert store.overview() == before


STRANGE = ("soon", 2**62, -(2**62), b"\x00\xff", 1.5, float("inf"), -1, 10**6)
"""Values that a stranger's hand may put into a column of numbers."""
USES: dict[str, Callable[[Store], Any]] = {
    "next": Store.next_card,
    "remaining": Store.remaining,
    "coming": Store.coming,
    "cards": Store.cards,
    "due": lambda store: store.cards("is:due"),
    "overview": Store.overview,
    "statistics": Store.statistics,
    "history": lambda store: store.history("card-1"),
    "weakest": Store.weakest,
    "export": lambda store: list(store.export_store()),
    "answer": lambda store: store.answer("card-1", Rating.GOOD, seconds=1),
    "undo": Store.undo,
}


def sentence(use: Callable[[Store], Any], store: Store) -> str:
    """Return what the person is told where a use of a store fails, empty where it does not."""
    try:
        use(store)
    except StoreError as error:
        return str(error)
    return ""


STRANGE_ROWS = [(name, value) for name in SCHEDULE.columns.keys()[1:] for value in STRANGE]


@pytest.mark.filterwarnings("ignore:.*value encountered in cast:RuntimeWarning")  # of infinity
@pytest.mark.parametrize(
    ("column", "value"),
    STRANGE_ROWS if os.environ.get("STUDYTUI_SOAK") else random.Random(14).sample(STRANGE_ROWS, 6),
)
def test_a_value_that_cannot_be_is_a_sentence_and_not_a_fault(
    open_store: Any, note: MakeNote, tmp_path: Path, column: str, value: object
) -> None:
    with closing(open_store()) as store:
        store.import_notes([note(3)])
        for number in range(2):
            store.answer(f"card-{number}", Rating.EASY, seconds=1)
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection, connection:
        connection.execute(f"UPDATE schedule SET {column} = ?", (value,))
    rebuild = (
        "A value in the table schedule cannot be read. `studytui doctor --rebuild` makes it anew."
    )
    with closing(open_store()) as store:
        assert {sentence(use, store) for use in USES.values()} <= {"", rebuild}
    store = open_store()
    store.rebuild()
    assert store.diagnose() == []
    for use in USES.values():
        use(store)


def test_a_due_day_that_is_none_is_named(open_store: Any, note: MakeNote, tmp_path: Path) -> None:
    with closing(open_store()) as store:
        store.import_notes([note(3)])
        store.answer("card-0", Rating.EASY, seconds=1)
    for value in ("soon", 2**62):
        with closing(sqlite3.connect(tmp_path / "store.db")) as connection, connection:
            connection.execute("UPDATE schedule SET due_day = ?", (value,))
        with closing(open_store()) as store, pytest.raises(StoreError, match="doctor --rebuild"):
            store.cards()


@pytest.mark.parametrize("met_again", [False, True])
def test_a_topic_that_is_gone_comes_back_from_its_cards(
    open_store: Any, note: MakeNote, tmp_path: Path, met_again: bool
) -> None:
    with closing(open_store()) as store:
        store.import_notes([note(3)])
        store.answer("card-1", Rating.EASY, seconds=1)
        before = store.overview()
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection, connection:
        connection.execute(
            "UPDATE sections SET id = id + 90" if met_again else "DELETE FROM sections"
        )
    store = open_store()
    with pytest.raises(StoreError, match="`studytui doctor` says what to do"):
        store.answer("card-1", Rating.GOOD, seconds=1)
    assert store.diagnose() == [RowDamage("sections", mended=True)]
    store.rebuild()
    assert store.diagnose() == []
    assert store.overview() == before
    assert store.answer("card-1", Rating.GOOD, seconds=1)


def test_another_store_with_such_a_card_is_named_in_a_sync(
    note: MakeNote, tmp_path: Path, clock: Any
) -> None:
    with closing(Store.open(tmp_path / "other.db", clock=clock)) as other:
        other.import_notes([note(2)])
    put_wrong(tmp_path / "other.db", "cards.body", *NO_TEXT)
    with (
        closing(Store.open(tmp_path / "mine.db", clock=clock)) as store,
        pytest.raises(
            StoreError, match=r"Something in .*other\.db cannot be read\. `studytui --st"
        ),
    ):
        store.sync(tmp_path / "other.db")


@pytest.mark.parametrize(
    "spoilt",
    ["UPDATE words_config SET v = 0", "UPDATE words_data SET block = x'ffffffffffffffffffff'"],
)
def test_an_index_of_words_that_cannot_be_read_is_made_anew(
    open_store: Any, note: MakeNote, tmp_path: Path, spoilt: str
) -> None:
    with closing(open_store()) as store:
        store.import_notes([note(2)])
        assert len(store.find("number")) == 2
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection, connection:
        connection.execute(spoilt)
    with closing(open_store()) as store:
        with pytest.raises(StoreError, match=r"index of words is damaged\. `studytui doctor --reb"):
            len(store.find("number"))
        store.rebuild()
    with closing(open_store()) as store:
        assert len(store.find("number")) == 2
        assert store.diagnose() == []


@pytest.mark.parametrize("index", sorted(index.name for index in EVENTS.indexes))
def test_an_index_that_is_not_that_of_the_log_is_told_of(
    open_store: Any, note: MakeNote, tmp_path: Path, index: str
) -> None:
    with closing(open_store()) as store:
        store.import_notes([note(2)])
        store.answer("card-0", Rating.GOOD, seconds=1)
        store.undo()
    _change_behind(tmp_path / "store.db", index, "UPDATE events SET payload = payload")
    assert open_store().diagnose() == []
    forged = "INSERT INTO events SELECT x'00', 0, 0, 'x', 'y', x'00', '{}', NULL"
    _change_behind(tmp_path / "store.db", index, forged)
    (damage,) = open_store().diagnose()
    assert isinstance(damage, FileDamage)
    assert index in damage.says


def _change_behind(path: Path, index: str, change: str) -> None:
    """Change the log without one of its indexes, which is there again afterwards."""
    row: Any = None
    for statement in ("DELETE FROM sqlite_schema WHERE name = ?", change, None):
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            query = "SELECT * FROM sqlite_schema WHERE name = ?"
            row = connection.execute(query, (index,)).fetchone() or row  # gone in between
            if statement is None:
                connection.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", row)
            else:
                connection.execute(statement, (index,) if "?" in statement else ())


def test_what_was_asked_for_wrongly_does_not_look_through_the_store(
    open_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked(connection: object) -> str:
        raise AssertionError("the store is looked through")

    monkeypatch.setattr("db.storage.values.impossible", looked)
    store = open_store()
    with pytest.raises(InputError, match="nothing is:what"):
        list(store.cards("is:what"))
