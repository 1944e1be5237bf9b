"""What was done elsewhere comes into the log the same, whichever process makes the events."""

import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import inspect, select

from cards.formats.anki.collection import AnkiCard
from cards.formats.anki.history import AnkiHistory
from cards.formats.anki.review_log import ReviewLog
from db.importing import log_beside
from db.log import events
from db.log.events import Kind
from db.store import StoreError
from sims.errors import InputError

CARDS, REVIEWS = 40, 5_000
BEGUN = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def started(monkeypatch):
    """Return the processes that are started, as each log is now large enough."""
    found = []

    class Popen(subprocess.Popen):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            found.append(self)

    monkeypatch.setattr(log_beside, "MANY", 1)
    monkeypatch.setattr(log_beside.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(subprocess, "Popen", Popen)
    return found


def learnt(begun=BEGUN):
    """Return what was learnt in Anki: reviews, a due date set, one suspended, one without a log."""
    place = np.arange(REVIEWS) * 7 % (CARDS - 1)
    at = begun + np.arange(REVIEWS) * 3_600_001
    log = ReviewLog(
        cards=np.arange(CARDS),
        at=at,
        card=place.astype(np.int32),
        ease=(1 + np.arange(REVIEWS) % 4).astype(np.uint8),
        interval=np.where(np.arange(REVIEWS) % 4 == 0, -600, np.arange(REVIEWS) % 300 + 1),
        spent=np.arange(REVIEWS) % 60_000,
        learning=np.arange(REVIEWS) % 9 == 0,
        reason=np.zeros(REVIEWS, np.uint8),
        final=np.full(CARDS, at[-1]),
        reset=np.zeros(CARDS, np.int64),
    )
    known = {
        f"card-{at}": AnkiCard(
            at, at, 1, 0, 1_700_000_000, 2, -1 if at == 3 else 2, 400 + at, 20, 2500, 9, 1, 0, 0, 0,
            "",
        )
        for at in range(CARDS)
    }  # fmt: skip
    return AnkiHistory(known, log, BEGUN // 1000, None)


def bring_in(store, note, folder, past=None, notes=None):
    """Bring notes and a past in as a package is, and return the report."""
    past = past or learnt()
    with store.log_beside(folder, past.events, REVIEWS) as beside:
        return store.bring_in(notes or [note(CARDS)], beside, {"Deck": {"new_per_day": 7}})


def held(store):
    """Return the log, but for what depends on when it was brought in, and what follows from it."""
    assert store.rebuild()
    assert store.diagnose() == []
    with store._context.database.read() as connection:
        log = [row for row in events.raw(connection) if row.kind not in ("import", "settings")]
        tables = [
            connection.execute(select(table).order_by(*table.primary_key)).fetchall()
            for table in (log_beside.EVENTS.metadata.tables[n] for n in ("schedule", "days"))
        ]
    return log, tables


@pytest.fixture
def expected(open_store, note, tmp_path):
    """Return what a store holds for which one process did it all."""
    store = open_store("alone.db")
    bring_in(store, note, tmp_path)
    return held(store)


@pytest.fixture
def made(tmp_path):
    folder = tmp_path / "made"
    folder.mkdir()
    return folder


def test_a_second_process_makes_the_same_events(store, note, made, expected, started):
    assert bring_in(store, note, made).files[0].new == CARDS
    assert [one.returncode for one in started] == [0] * (store._context.database._path is not None)
    assert held(store) == expected
    assert len(expected[0]) > REVIEWS
    assert {event.kind for event in expected[0]} == {"review", "set_due", "suspend", "memory"}
    assert (
        sorted(path.name for path in made.iterdir())
        == ["arriving", "log.db", "source"][: 3 * len(started)]
    )


def test_the_stores_own_events_stay_beside_those(store, note, made, expected, started):
    store._context.append(Kind.SETTINGS, {"deck": "Deck", "name": "reviews_per_day", "value": 5})
    bring_in(store, note, made)
    assert held(store) == expected
    with store._context.database.read() as connection:
        own = [event for event in events.raw(connection) if event.kind in ("import", "settings")]
    assert [event.kind for event in own] == ["settings", "import"]


@pytest.mark.parametrize("fault", ["killed", "fails", "not started"])
def test_what_a_second_process_does_not_give_is_made_here(
    store, note, made, expected, started, monkeypatch, fault
):
    start = log_beside.started

    def other(module, folder, **named):
        if fault == "not started":
            raise OSError
        return start(module, folder if fault == "killed" else f"{folder}/none", **named)

    monkeypatch.setattr(log_beside, "started", other)
    with store.log_beside(made, learnt().events, REVIEWS) as beside:
        if started and fault == "killed":
            started[0].kill()
        store.bring_in([note(CARDS)], beside, {})
    assert [one.returncode for one in started] in ([], [-9], [1])
    assert held(store) == expected


def test_a_review_out_of_range_changes_nothing(store, note, made, started):
    with pytest.raises(InputError, match="out of range"):
        bring_in(store, note, made, learnt(-(10**12)))
    assert not store.has_cards()
    assert store.rebuild()


def test_a_fault_after_the_log_was_taken_over_changes_nothing(
    store, note, made, expected, started, monkeypatch
):
    def broken(*_):
        raise StoreError("no")

    with monkeypatch.context() as patch:
        patch.setattr("db.rebuild.fold_log", broken)
        with pytest.raises(StoreError, match="no"):
            bring_in(store, note, made)
    assert not store.has_cards()
    with store._context.database.read() as connection:
        assert events.count(connection) == 0
    bring_in(store, note, made)
    assert held(store)[0] == expected[0]


def test_a_log_that_knows_cards_gets_what_it_lacks(store, open_store, note, made, started):
    bring_in(store, note, made)
    before = held(store)
    bring_in(store, note, made)
    assert held(store) == before
    assert len(started) <= 1
    later = open_store("later.db")
    with later.log_beside(made, learnt().events, REVIEWS) as beside:
        later.import_notes([note(CARDS)])
        later.suspend("card-5")  # another program, meanwhile
        later.bring_in([note(CARDS)], beside, {})
    log, _ = held(later)
    assert [one for one in log if one.card != "card-5"] == [
        one for one in before[0] if one.card != "card-5"
    ]


def test_few_reviews_and_one_processor_start_no_process(store, note, made, monkeypatch, started):
    monkeypatch.setattr(log_beside.os, "cpu_count", lambda: 1)
    bring_in(store, note, made)
    monkeypatch.undo()
    assert not log_beside.pays(log_beside.MANY - 1)
    assert started == []


def test_a_log_whose_columns_stand_otherwise_is_taken_over_by_their_names(tmp_path):
    names = ["id", "at", "offset", "kind", "card", "target", "payload", "checksum"]
    row = (bytes(range(16)), 7, 60, "review", "a", None, "{}", 5)
    for name, columns in (("one.db", names), ("two.db", names[::-1])):
        with closing(sqlite3.connect(tmp_path / name)) as db:
            listed = ", ".join(f'"{one}"' for one in columns)
            db.execute(f"CREATE TABLE events ({listed}, PRIMARY KEY (id)) WITHOUT ROWID")
            if name == "two.db":
                db.execute(
                    f"INSERT INTO events ({listed}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row[::-1]
                )
            db.commit()
    engine = log_beside.connect(log_beside.locate(tmp_path / "one.db"))
    with engine.connect() as connection, connection.begin():
        events.take_over(connection, tmp_path / "two.db")
        assert connection.exec_driver_sql("SELECT * FROM events").fetchall() == [row]
    engine.dispose()


def test_the_schedule_has_its_indexes_when_very_many_cards_came(store, note, made, monkeypatch):
    def indexes():
        with store._context.database.read() as connection:
            return {one["name"] for one in inspect(connection).get_indexes("schedule")}

    before = indexes()
    assert len(before) == 6
    monkeypatch.setattr("db.rebuild._CHUNK", 1)
    bring_in(store, note, made)
    assert indexes() == before
    assert store.rebuild()
