"""A learner travels: the days between reviews stay those that they lived, through a package too."""

import json
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest

from cards.formats import read
from cards.formats.anki.zones import Zone, Zones
from cards.scheduling.fsrs import Rating
from cards.scheduling.options import Options
from db.store import Store
from studytui.commands.packages import bring_in
from studytui.exporting import export

WEST, EAST = timezone(timedelta(hours=-11)), timezone(timedelta(hours=13))
NOTE = "Q: Which city?\nA: Apia\n\nQ: Which river?\nA: the Vaisigano\n"


@pytest.fixture
def travelled(tmp_path):
    """Return a store whose cards were answered once a stay: a zone, hours, when a day begins."""
    opened = []
    now = [datetime(2026, 3, 1, 12, tzinfo=UTC)]

    def open_at(name, zone, rollover=4):
        path, options = tmp_path / f"{name}.db", Options(rollover_hour=rollover)
        store = Store.open(path, zone=zone, clock=lambda: now[0], options=options)
        opened.append(store)
        return store

    def after(*stays):
        (tmp_path / "n.md").write_text(NOTE, encoding="utf-8")
        for zone, hours, rollover in stays:
            store = open_at("one", zone, rollover)
            store.import_notes([read(tmp_path / "n.md")])
            now[0] += timedelta(hours=hours)
            for stored in list(store.each_card()):
                store.answer(stored.card.id, Rating.GOOD, seconds=2)
                now[0] += timedelta(seconds=7)
        return store

    yield after, open_at
    for store in opened:
        store.close()


def where(store):
    return {
        card.id: (s.state, s.day, s.due_day, round(s.stability, 6), round(s.difficulty, 6))
        for card, s in store.export_cards()
    }


JOURNEYS = [
    # zone, hours since the stay before, the hour at which a day begins
    [(UTC, 0, 4), (UTC, 30, 4), (WEST, 60, 4), (EAST, 75, 4), (UTC, 300, 4)],
    [(EAST, 0, 4), (WEST, 15, 4), (EAST, 1, 4), (WEST, 26, 4), (EAST, 100, 4)],
    [(UTC, 0, 0), (UTC, 24, 13), (UTC, 30, 23), (EAST, 45, 4), (WEST, 200, 0)],
]


@pytest.mark.parametrize("stays", JOURNEYS)
@pytest.mark.parametrize("home", [UTC, WEST, EAST], ids=["utc", "west", "east"])
def test_a_log_of_several_zones_keeps_its_days(tmp_path, travelled, stays, home):
    after, open_at = travelled
    one = after(*stays)
    export(one, str(tmp_path / "a.apkg"), "")
    other = open_at("two", home)
    bring_in(other, [tmp_path / "a.apkg"], tmp_path / "in", False)
    wanted = where(one)
    assert where(other) == wanted
    assert other.rebuild()
    assert where(other) == wanted
    export(other, str(tmp_path / "b.apkg"), "")
    third = open_at("three", WEST)
    bring_in(third, [tmp_path / "b.apkg"], tmp_path / "third", False)
    assert where(third) == wanted


@pytest.mark.parametrize(
    "said",
    [
        None, 7, "x", [], {}, [1], [[1]], [[1, 2]], [["a", 0, 4]], [[0, 90_000, 4]],
        [[0, 0, 10**9]], [[5, 0, 4], [3, 0, 4]], [[10**30, 0, 4]], [[True, False, True]],
        [[0, 0.5, 4]],
    ],
)  # fmt: skip
def test_zones_that_are_none_are_not_followed(tmp_path, travelled, said):
    after, open_at = travelled
    one = after((UTC, 0, 4), (UTC, 30, 4))
    export(one, str(tmp_path / "a.apkg"), "")
    with zipfile.ZipFile(tmp_path / "a.apkg") as package:
        package.extract("collection.anki2", tmp_path)
    with sqlite3.connect(tmp_path / "collection.anki2") as db:
        (text,) = db.execute("SELECT conf FROM col").fetchone()
        conf = json.dumps({**json.loads(text), "studytuiZones": said})
        db.execute("UPDATE col SET conf = ?", (conf,))
    with zipfile.ZipFile(tmp_path / "b.apkg", "w") as package:
        package.write(tmp_path / "collection.anki2", "collection.anki2")
    other = open_at("two", UTC)
    bring_in(other, [tmp_path / "b.apkg"], tmp_path / "in", False)
    assert where(other) == where(one)


def test_a_clock_that_was_set_back_moves_only_its_own_reviews():
    zones = Zones(4)
    zones.add(1000, 60, -1)
    zones.add(3000, 60, -1)
    zones.add(2000, -120, -1)
    zones.add(500, 30, -1)
    zones.add(4000, 0, -1)
    assert [(one.begin, one.offset) for one in zones.every] == [
        (500, 30), (501, 60), (1000, 60), (2000, -120), (2001, 60), (4000, 0),
    ]  # fmt: skip
    assert Zones.of([list(one) for one in zones.every], 4).every == zones.every
    assert zones.every[0] == Zone(500, 30, 4)
