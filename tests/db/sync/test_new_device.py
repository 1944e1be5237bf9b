"""A store begun for a new device is what an exchange with an empty store would have made."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.storage.schema import CARDS, EVENTS, NEWER
from db.store import Store, StoreError
from db.sync import new_device

SHARED = (EVENTS, CARDS, NEWER)
NUMBERED = ("key", "section", "checksum", "indexed")
"""Columns that hold, or stand for, what is a matter of each store."""


@pytest.fixture
def studied(open_store: Any, note: Callable[..., Note], clock: Any, card: Any) -> Store:
    """A store with reviews, an undo, a suspension, tags, a re-link and a card that is gone."""
    store: Store = open_store()
    store.import_notes([note(6)], digests={"note.md": "as it is"})
    for number in range(5):
        store.answer(f"card-{number}", Rating(1 + number % 4), seconds=2)
        clock.forward(hours=30)
    store.undo()
    store.suspend("card-1")
    store.tag("card-2", ["mine"])
    reworded = card(3, id="reworded", prompt="What is the number 3? ")
    store.import_notes([note([*[card(n) for n in (0, 1, 2, 4)], reworded])], decide=lambda _: True)
    store.find("number")  # the index of words is copied as well
    return store


def exchanged(store: Store, path: Path, patch: pytest.MonkeyPatch) -> Any:
    with patch.context() as without:
        without.setattr(new_device, "begin", lambda *_: None)
        without.setattr(new_device, "fill", lambda *_: None)
        return store.sync(path)


def rows(path: Path, clock: Any) -> list[Any]:
    """Return the rows of the tables, and what a person sees."""
    with (
        closing(Store.open(path, clock=clock)) as store,
        store._context.database.read() as connection,
    ):
        found: list[Any] = [
            sorted(store.cards(), key=lambda stored: stored.card.id),
            store.overview(),
        ]
        for table in SHARED:
            columns = [column for column in table.c if column.name not in NUMBERED]
            found.append(sorted(map(repr, connection.execute(select(*columns)))))
    return found


@pytest.mark.parametrize("there", [False, True], ids=["new", "empty"])
def test_it_is_what_an_exchange_makes(
    studied: Store,
    tmp_path: Path,
    clock: Any,
    alike: Any,
    monkeypatch: pytest.MonkeyPatch,
    there: bool,
) -> None:
    if there:
        Store.open(tmp_path / "begun.db", clock=clock).close()
    report = studied.sync(tmp_path / "begun.db")
    assert report == exchanged(studied, tmp_path / "exchanged.db", monkeypatch)
    assert (report.sent.cards, report.sent.reviews) == (6, 5)
    begun, other = (rows(tmp_path / f"{name}.db", clock) for name in ("begun", "exchanged"))
    for one, two in zip(begun, other, strict=True):
        assert alike(one, two)
    again = studied.sync(tmp_path / "begun.db")
    assert again.sent.to_dict() == again.received.to_dict()
    assert sum(again.sent.to_dict().values()) == 0
    with closing(Store.open(tmp_path / "begun.db", clock=clock)) as store:
        assert store.unchanged("note.md", "as it is") is None
        assert store.diagnose() == []
        assert store.rebuild()
        assert len(store.find("number")) == len(studied.find("number"))
    assert (tmp_path / "begun.db").stat().st_mode & 0o077 == 0


def test_an_empty_store_that_is_open_gets_everything(
    studied: Store, tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.sync.events.insert_rows", None)  # there is nothing left to exchange
    with closing(Store.open(tmp_path / "begun.db", clock=clock)) as begun:
        assert begun.next_card() is None
        assert studied.sync(tmp_path / "begun.db").sent.reviews == 5
        assert begun.statistics()["reviews"] == 4
        assert begun.undo() is not None
        assert begun.diagnose() == []


def test_a_store_that_is_empty_no_longer_keeps_what_it_has(
    studied: Store, tmp_path: Path, clock: Any, note: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program imports a note while the copy is made."""
    with closing(Store.open(tmp_path / "begun.db", clock=clock)) as begun:
        leave = new_device._leave_own

        def meanwhile(*said: Any) -> None:
            leave(*said)
            begun.import_notes([note(9)])

        monkeypatch.setattr(new_device, "_leave_own", meanwhile)
        studied.sync(tmp_path / "begun.db")
        assert {"card-7", "card-8"} <= {one.card.id for one in begun.cards()}
        assert begun.statistics()["reviews"] == 4
        assert begun.diagnose() == []


@pytest.mark.parametrize(
    "spoilt",
    [
        "UPDATE events SET payload = replace(payload, 'seconds\":2', 'seconds\":3')",
        "UPDATE cards SET tags = ' x ' WHERE id = 'card-0'",
        "UPDATE cards SET digest = x'' WHERE id = 'card-0'",
    ],
)
@pytest.mark.parametrize("there", [False, True], ids=["new", "empty"])
def test_what_is_damaged_is_left_to_an_exchange(
    studied: Store, tmp_path: Path, spoilt: str, there: bool
) -> None:
    studied.close()
    if there:
        Store.open(tmp_path / "begun.db").close()
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection, connection:
        connection.execute(spoilt)
    with closing(Store.open(tmp_path / "store.db")) as store:
        if "events" in spoilt:
            with pytest.raises(StoreError, match="Nothing was taken over"):
                store.sync(tmp_path / "begun.db")
        else:
            store.sync(tmp_path / "begun.db")
        with closing(Store.open(tmp_path / "begun.db")) as begun:
            assert begun.diagnose() == []
    assert not list(tmp_path.glob("*.part"))


def test_two_devices_may_begin_one_store(
    studied: Store, open_store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave, other = new_device._leave_own, open_store("other.db")
    other.sync(tmp_path / "store.db")

    def meanwhile(*said: Any) -> None:
        monkeypatch.setattr(new_device, "_leave_own", leave)
        other.sync(tmp_path / "begun.db")
        leave(*said)

    monkeypatch.setattr(new_device, "_leave_own", meanwhile)
    studied.sync(tmp_path / "begun.db")
    assert open_store("begun.db").statistics()["reviews"] == 4


def test_a_link_that_leads_nowhere_is_not_followed(studied: Store, tmp_path: Path) -> None:
    (tmp_path / "begun.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(StoreError, match="exists already"):
        studied.sync(tmp_path / "begun.db")
    assert not (tmp_path / "elsewhere.db").exists()
