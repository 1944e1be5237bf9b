"""A store leaves as a package of Anki's, and another takes it in: cards stand where they stood."""

import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from cards.formats import read
from cards.scheduling.fsrs import Rating
from db.store import Store
from studytui.commands.packages import bring_in
from studytui.exporting import export

NOTE = """Q: Which two numbers?
A: 1 and 2

Q: Which worker is the slowest?
A: {n} of {all}
```check
answer: n/all
given:
  n: 1..3
  all: [4, 8]
simulation: a3c.amdahl(workers = all, efficiency = 100*n/all)
output: serial
```
"""


NOON = int(datetime(2026, 3, 7, 12, tzinfo=UTC).timestamp())


def rows(path, columns):
    """Return columns of the cards of a package, in order."""
    with zipfile.ZipFile(path) as package:
        package.extract("collection.anki2", path.parent)
    with closing(sqlite3.connect(path.parent / "collection.anki2")) as db:
        return db.execute(f"SELECT {columns} FROM cards ORDER BY id").fetchall()


def changed(path, queue, kind, due):
    """Make the first card of a package one that Anki buried."""
    rows(path, "id")
    database = path.parent / "collection.anki2"
    with closing(sqlite3.connect(database)) as db, db:
        change = (
            "UPDATE cards SET queue = ?, type = ?, due = ? WHERE id = (SELECT min(id) FROM cards)"
        )
        db.execute(change, (queue, kind, due))
    with zipfile.ZipFile(path, "w") as package:
        package.write(database, "collection.anki2")


@pytest.fixture
def now():
    return [datetime(2026, 3, 1, 12, tzinfo=UTC)]


@pytest.fixture
def stores(tmp_path, now):
    opened = [Store.open(tmp_path / f"{name}.db", zone=UTC, clock=lambda: now[0]) for name in "abc"]
    (tmp_path / "n.md").write_text(NOTE, encoding="utf-8")
    opened[0].import_notes([read(tmp_path / "n.md")])
    for _ in range(3):
        for stored in list(opened[0].each_card()):
            opened[0].answer(stored.card.id, Rating.GOOD, seconds=2)
        now[0] += timedelta(days=2)
    yield opened
    for store in opened:
        store.close()


def test_a_card_that_was_reset_is_new_again(tmp_path, stores):
    one, other, third = stores
    reset, kept = (stored.card.id for stored in one.each_card())
    one.reset(reset)
    export(one, str(tmp_path / "a.apkg"), "")
    bring_in(other, [tmp_path / "a.apkg"], tmp_path / "in", False)
    assert other.card(reset).state == one.card(reset).state == "new"
    assert other.card(reset).stability is None
    assert other.card(kept).stability == pytest.approx(one.card(kept).stability)
    one.answer(reset, Rating.GOOD, seconds=1)
    export(one, str(tmp_path / "b.apkg"), "")
    bring_in(third, [tmp_path / "b.apkg"], tmp_path / "third", False)
    assert third.card(reset).state == one.card(reset).state == "learning"
    assert third.card(reset).stability == pytest.approx(one.card(reset).stability)


def test_a_buried_card_rests_today_and_comes_back_tomorrow(tmp_path, stores, now):
    one, other, third = stores
    buried, kept = (stored.card.id for stored in one.each_card())
    one.bury(buried)
    one.bury(kept)
    one.unbury(kept)
    export(one, str(tmp_path / "a.apkg"), "")
    assert [row[0] for row in rows(tmp_path / "a.apkg", "queue")] == [-3, 2]
    bring_in(other, [tmp_path / "a.apkg"], tmp_path / "in", False)
    assert [other.card(id).state for id in (buried, kept)] == ["buried", "review"]
    other.unbury(buried)
    assert other.card(buried).due == one.card(buried).due
    now[0] += timedelta(days=1)
    assert one.card(buried).state == "review"
    export(one, str(tmp_path / "b.apkg"), "")
    assert [row[0] for row in rows(tmp_path / "b.apkg", "queue")] == [2, 2]
    bring_in(third, [tmp_path / "a.apkg"], tmp_path / "third", False)
    assert third.card(buried).state == "review"  # what was buried yesterday


@pytest.mark.parametrize("queue", [-2, -3])
@pytest.mark.parametrize(("kind", "due"), [(0, 1), (1, NOON + 600), (1, 3), (2, 3), (3, NOON + 60)])
def test_a_card_that_anki_buried_is_buried(tmp_path, stores, queue, kind, due):
    one, other, _ = stores
    id, _ = (stored.card.id for stored in one.each_card())
    if kind < 2:
        one.reset(id)
    if kind in (1, 3):
        one.answer(id, Rating.AGAIN, seconds=1)
    export(one, str(tmp_path / "a.apkg"), "")
    changed(tmp_path / "a.apkg", queue, kind, due)
    bring_in(other, [tmp_path / "a.apkg"], tmp_path / "in", False)
    assert other.card(id).state == "buried"
    other.unbury(id)
    states = ["new", "learning", "review", "relearning"]
    assert other.card(id).state == states[kind]
    if kind in (1, 3) and due >= NOON:
        assert other.card(id).due == datetime.fromtimestamp(due, UTC)


@pytest.mark.parametrize("suffix", ["json", "apkg"])
def test_a_card_keeps_the_settings_of_its_simulation(tmp_path, stores, suffix):
    one, other, _ = stores
    export(one, str(tmp_path / f"a.{suffix}"), "")
    bring_in(other, [tmp_path / f"a.{suffix}"], tmp_path / "in", False)
    wanted = {stored.card.id: stored.card.check for stored in one.each_card()}
    found = {stored.card.id: stored.card.check for stored in other.each_card()}
    assert found.keys() == wanted.keys()
    settings = {id: check.settings for id, check in wanted.items() if check}
    assert [said for said in settings.values() if said] == [
        {"workers": "all", "efficiency": "100*n/all"}
    ]
    assert settings == {id: found[id].settings for id in settings}
