"""Syncs with a file, a folder and a server, and what is said when one cannot be done."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from cards.formats import read
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.log.events import new_id
from db.storage import database as engine
from db.storage import schema
from db.storage.schema import CARDS, EVENTS, SECTIONS
from db.store import Store, StoreError
from db.sync import Moved

MakeNote = Callable[..., Note]
NOTHING = Moved()
OWN = ("key", "section", "indexed", "file", "line", "note_id", "checksum")
"""Columns of cards that are a matter of each store."""


def studied(store: Store, clock: Any, first: int, *, days: int = 3) -> None:
    for day in range(days):
        for number in range(first, first + 3):
            store.answer(f"card-{number}", Rating((number + day) % 4 + 1), seconds=2)
            clock.forward(seconds=30)
        clock.forward(days=1)


def truth(store: Store) -> dict[str, Any]:
    """Return every row that cannot be derived, what is a store's own left out."""
    with store._context.database.read() as connection:
        columns = [c for c in CARDS.c if c.name not in OWN]
        sections = select(SECTIONS.c.deck, SECTIONS.c.topic, SECTIONS.c.title)
        return {
            "events": sorted(tuple(row)[:-1] for row in connection.execute(select(EVENTS))),
            "cards": sorted(tuple(row) for row in connection.execute(select(*columns))),
            "sections": sorted(tuple(row) for row in connection.execute(sections)),
        }


def seen(store: Store) -> Any:
    cards = [
        replace(stored, card=replace(stored.card, file="", line=0)) for stored in store.cards()
    ]
    cards.sort(key=lambda stored: stored.card.id)
    return cards, store.overview(), store.statistics()


def test_both_sides_get_what_they_lack(
    open_store: Any, place: Any, note: MakeNote, clock: Any, alike: Any
) -> None:
    mine, other = open_store("mine.db"), open_store("other.db")
    mine.import_notes([note(6)])
    studied(mine, clock, 0)
    other.import_notes([note(4, path="b.md")])
    report = mine.sync(place("other.db"))
    # both notes have four of the cards, and say the same of them
    assert report.sent == Moved(reviews=9, changes=1, cards=2)
    assert report.received == Moved(changes=1)
    studied(other, clock, 1)
    mine.suspend("card-5")
    report = other.sync(place("mine.db"))
    assert (report.received, report.sent) == (Moved(changes=1), Moved(reviews=9))
    assert truth(mine) == truth(other)
    assert alike(seen(mine), seen(other))
    assert mine.card("card-1").reps == 6
    assert mine.rebuild()
    assert other.rebuild()
    report = mine.sync(place("other.db"))
    assert (report.received, report.sent) == (NOTHING, NOTHING)


def test_a_card_reviewed_on_both_at_once_keeps_both(
    open_store: Any, place: Any, note: MakeNote, clock: Any
) -> None:
    mine, other = open_store("mine.db"), open_store("other.db")
    mine.import_notes([note(3)])
    mine.sync(place("other.db"))
    mine.answer("card-1", Rating.GOOD, seconds=1)
    other.answer("card-1", Rating.AGAIN, seconds=2)
    mine.sync(place("other.db"))
    assert mine.card("card-1").reps == other.card("card-1").reps == 2
    other.undo()
    mine.sync(place("other.db"))
    assert mine.card("card-1").reps == other.card("card-1").reps == 1
    assert mine.rebuild()


def test_each_thing_said_of_a_card_follows_its_latest_writer(
    open_store: Any, place: Any, note: MakeNote, clock: Any
) -> None:
    """A device that says one thing of a card takes back nothing that another said."""
    mine, other = open_store("mine.db"), open_store("other.db")
    mine.import_notes([note(3)])
    mine.answer("card-0", Rating.EASY, seconds=1)
    mine.tag("card-0", ["old"])
    mine.sync(place("other.db"))

    def say(*deeds: Callable[[], None]) -> None:
        for deed in deeds:
            clock.forward(minutes=1)
            deed()

    say(
        lambda: mine.suspend("card-0"),
        lambda: other.set_due("card-0", 3),
        lambda: mine.tag("card-0", ["mine", "both"], ["old"]),
        lambda: other.tag("card-0", ["other"], ["both"]),
        lambda: mine.set_due("card-0", 9),
        lambda: mine.suspend("card-1"),
        lambda: other.suspend("card-1"),
        lambda: other.unsuspend("card-1"),
        lambda: other.set_option("Deck", "new_per_day", 5),
        lambda: mine.set_option("Deck", "new_per_day", 6),
        lambda: other.set_option("Deck", "fuzz", False),
    )
    mine.sync(place("other.db"))
    for store in (mine, other):
        first, second = store.card("card-0"), store.card("card-1")
        assert (first.state, second.state) == ("suspended", "new")
        assert set(first.tags) == {"mine", "other"}
        assert first.due is not None
        assert (first.due.date() - clock().date()).days == 9
        options = store.options("Deck")
        assert (options.new_per_day, options.fuzz) == (6, False)
        assert store.rebuild()


def test_a_review_under_an_id_given_up_elsewhere_is_not_lost(
    open_store: Any, place: Any, note: MakeNote, card: Any, clock: Any
) -> None:
    old = card(0, prompt="What does the softmax function turn scores into?")
    new = replace(old, id="new", prompt="What does the softmax function turn its scores into?")
    mine, other = open_store("mine.db"), open_store("other.db")
    mine.import_notes([note([old])])
    mine.sync(place("other.db"))
    clock.forward(minutes=1)
    mine.import_notes([note([new])])
    clock.forward(minutes=1)
    other.answer(old.id, Rating.EASY, seconds=1)
    mine.sync(place("other.db"))
    for store in (mine, other):
        (stored,) = store.cards()
        assert (stored.card.id, stored.reps) == ("new", 1)
        assert store.rebuild()


@pytest.mark.parametrize("relinked_there", [False, True], ids=["", "relinked there"])
@pytest.mark.parametrize("old_stays", [False, True], ids=["", "old stays"])
@pytest.mark.parametrize("old_is_here", [False, True], ids=["", "old is here"])
def test_a_log_that_came_without_its_cards_is_theirs_once_they_come(
    open_store: Any,
    place: Any,
    note: MakeNote,
    card: Any,
    clock: Any,
    sync_the_log: Callable[[Store, Any], None],
    relinked_there: bool,
    old_stays: bool,
    old_is_here: bool,
) -> None:
    """A sync is broken off between log and cards; then the card comes in by a note."""
    old = card(0, prompt="What does the softmax function turn scores into?")
    new = replace(old, id="new", prompt="What does the softmax function turn its scores into?")
    mine, other = open_store("mine.db"), open_store("other.db")
    if old_is_here:
        mine.import_notes([note([old])])
        mine.answer(old.id, Rating.HARD, seconds=1)
        clock.forward(minutes=1)
    if relinked_there:
        other.import_notes([note([old])])
        other.answer(old.id, Rating.AGAIN, seconds=1)
        clock.forward(minutes=1)
    other.import_notes([note([new])])
    other.answer(new.id, Rating.EASY, seconds=1, grade={"misconception": "Mixed up."})
    clock.forward(minutes=1)
    sync_the_log(mine, place("other.db"))
    if old_stays:
        mine.import_notes([note([old]), note([replace(new, file="new.md")], path="new.md")])
    else:
        mine.import_notes([note([new])], decide=lambda _pair: True)
    taken_over = old_is_here and (relinked_there or not old_stays)
    assert mine.card("new").reps == 1 + relinked_there + taken_over
    assert mine.statistics()["reviews"] == 1 + old_is_here + relinked_there
    assert mine.rebuild()
    mine.sync(place("other.db"))
    assert mine.rebuild()
    assert other.rebuild()


def test_a_review_whose_card_has_not_come_yet_does_not_keep_others_from_being_undone(
    open_store: Any,
    place: Any,
    note: MakeNote,
    card: Any,
    clock: Any,
    sync_the_log: Callable[[Store, Any], None],
) -> None:
    mine, other = open_store("mine.db"), open_store("other.db")
    mine.import_notes([note(1)])
    mine.answer("card-0", Rating.GOOD, seconds=1)
    clock.forward(minutes=1)
    other.import_notes([note([card(5, file="b.md")], path="b.md")])
    other.answer("card-5", Rating.GOOD, seconds=1)
    sync_the_log(mine, place("other.db"))
    undone = mine.undo()
    assert undone is not None
    assert (undone.card_id, mine.card("card-0").reps, mine.undo()) == ("card-0", 0, None)
    mine.sync(place("other.db"))
    undone = mine.undo()
    assert undone is not None
    assert undone.card_id == "card-5"
    assert mine.rebuild()


def test_sqlite_and_postgresql_hold_the_same(
    tmp_path: Path, schema_url: Any, note: MakeNote, card: Any, clock: Any, alike: Any
) -> None:
    """A store sent to a server, and from there to a new file, is the store it was."""
    odd = card(7, prompt="Ünïcode \\ 'quotes' \"and\" 100% ∇·F {x} :name %s", tags=("a::b",))
    open_ = {"clock": clock, "zone": None}
    with (
        closing(Store.open(tmp_path / "first.db", **open_)) as first,
        closing(Store.open(schema_url("server"), **open_)) as server,
        closing(Store.open(tmp_path / "second.db", **open_)) as second,
    ):
        first.import_notes([note([card(n) for n in range(6)] + [odd])])
        studied(first, clock, 1)
        grade = {"verdict": "different", "misconception": "Mixed up.", "suggested": Rating.AGAIN}
        typed = "ü \\frac{1}{2}\n∇"
        first.answer("card-7", Rating.HARD, seconds=1.2, grade=grade, typed=typed, hinted=True)
        first.undo()
        first.tag("card-2", ["mine"])
        first.set_option("Deck", "learning_steps", None)
        first.record_quiz(
            {"seed": 1, "score": {"right": 1, "wrong": 0, "open": 0}, "title": "Prüfung"}
        )
        server.sync(tmp_path / "first.db")
        second.sync(schema_url("server"))
        assert truth(first) == truth(server) == truth(second)
        assert alike(seen(first), seen(server))
        assert alike(seen(first), seen(second))
        assert [list(store.find("ünïcode")) for store in (first, server, second)] == [
            ["card-7"]
        ] * 3


@pytest.mark.parametrize("name", ["my  notes.md", "notes .md", "my\u00a0notes.md", " .md"])
def test_whatever_was_imported_can_be_synced(
    open_store: Any, place: Any, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    check = '```check\nanswer: 1\nhint: "a\\e[31m"\ntags: ["\\u202ea\\tb"]\n```\n'
    file.write_text(f'---\ntags: ["a\\e[31m b"]\n---\nQ: a\nA: b\n{check}')
    mine, other = open_store("mine.db"), open_store("other.db")
    mine.import_notes([read(file)])
    assert mine.sync(place("other.db")).sent.cards == 1
    assert truth(mine) == truth(other)


def test_a_folder_that_devices_share(
    open_store: Any, tmp_path: Path, note: MakeNote, clock: Any, alike: Any
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    mine, other = open_store("mine.db"), open_store("other.db")
    mine.import_notes([note(6)])
    studied(mine, clock, 0)
    report = mine.sync(shared)
    assert (report.sent, report.received) == (Moved(9, 1, 6), NOTHING)
    report = other.sync(shared)
    assert report.received == Moved(9, 1, 6)
    studied(other, clock, 2)
    left = {path: path.read_bytes() for path in shared.iterdir()}
    assert other.sync(shared).received == NOTHING
    assert sum(left[path] != path.read_bytes() for path in left) == 1  # its own copy alone
    assert mine.sync(shared).received == Moved(reviews=9)
    assert truth(mine) == truth(other)
    assert alike(seen(mine), seen(other))
    assert len(list(shared.iterdir())) == 2
    (shared / "holiday.db").write_bytes(b"no store at all" * 100)
    report = mine.sync(shared)
    assert len(report.skipped) == 1
    assert "holiday.db" in report.skipped[0]
    assert "left as it is" in report.skipped[0]


def test_a_failure_of_ones_own_store_is_no_fault_of_a_copy_in_a_folder(
    tmp_path: Path, note: MakeNote, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    shared = tmp_path / "shared"
    shared.mkdir()
    with closing(Store.open(shared / "other.db", clock=clock)) as other:
        other.import_notes([note(3)])
    with (
        closing(Store.open(tmp_path / "mine.db", clock=clock)) as mine,
        closing(sqlite3.connect(tmp_path / "mine.db", isolation_level=None)) as lock,
    ):

        def hold(_share: float, says: str) -> None:
            if says == "Comparing" and not lock.in_transaction:
                lock.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreError, match=r"kept .*mine\.db locked"):
            mine.sync(shared, hold)
        lock.execute("ROLLBACK")
        assert (mine.sync(shared).skipped, len(mine.cards())) == ([], 3)


def test_a_copy_in_a_folder_that_is_damaged_within_is_left_out(
    tmp_path: Path, note: MakeNote, clock: Any
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    with closing(Store.open(shared / "other.db", clock=clock)) as other:
        other.import_notes([note(300)])
    whole = (shared / "other.db").read_bytes()
    with closing(sqlite3.connect(shared / "other.db")) as database:
        (page,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'cards'"
        ).fetchone()
    start = 4096 * (page - 1)
    (shared / "other.db").write_bytes(whole[:start] + b"\xff" * 4096 + whole[start + 4096 :])
    with closing(Store.open(tmp_path / "mine.db", clock=clock)) as mine:
        (sentence,) = mine.sync(shared).skipped
        assert "is damaged" in sentence
        assert mine.rebuild()


def test_what_a_folder_does_not_let_us_do_is_a_sentence(
    open_store: Any, tmp_path: Path, note: MakeNote
) -> None:
    shared = tmp_path / "shared"
    (shared / "phone.db").mkdir(parents=True)
    store = open_store("mine.db")
    store.import_notes([note(3)])
    assert store.sync(shared).skipped == [
        f"{shared / 'phone.db'} cannot be copied: Is a directory."
    ]
    (own,) = [path for path in shared.iterdir() if path.is_file()]
    own.unlink()
    own.mkdir()
    with pytest.raises(StoreError, match=f"^{own} cannot be written: Is a directory"):
        store.sync(shared)


@pytest.mark.parametrize("how", ["rubbish", "header", "empty", "link", "pipe"])
def test_a_copy_of_ones_own_that_cannot_be_used_is_made_anew(
    open_store: Any, tmp_path: Path, note: MakeNote, how: str
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    store = open_store("mine.db")
    store.import_notes([note(3)])
    store.sync(shared)
    (own,) = shared.iterdir()
    victim = tmp_path / "victim"
    victim.write_text("precious")
    before = own.read_bytes()
    own.unlink()
    if how == "link":
        own.symlink_to(victim)
    elif how == "pipe":
        os.mkfifo(own)
    else:
        own.write_bytes({"rubbish": b"no store" * 99, "header": before[:4096], "empty": b""}[how])
    assert store.sync(shared).skipped == []
    assert [path.name for path in shared.iterdir()] == [own.name]
    assert own.is_file()
    assert not own.is_symlink()
    assert own.stat().st_mode & 0o777 == 0o600
    assert victim.read_text() == "precious"
    with closing(Store.open(own)) as copy:
        assert len(copy.cards()) == 3


def test_what_is_planted_in_a_shared_folder_is_neither_followed_nor_waited_for(
    open_store: Any, tmp_path: Path, note: MakeNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    store = open_store("mine.db")
    store.import_notes([note(3)])
    store.sync(shared)
    (own,) = shared.iterdir()
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (shared / f".{own.name}.part").symlink_to(victim)
    (shared / "link.db").symlink_to(tmp_path / "mine.db")
    (shared / "zero.db").symlink_to("/dev/zero")
    (shared / "proc.db").symlink_to("/proc/self/mem")
    os.mkfifo(shared / "pipe.db")
    with (shared / "sparse.db").open("wb") as sparse:
        sparse.truncate(60 << 30)
    with (shared / "hole.db").open("wb") as sparse:
        sparse.truncate(100 << 20)
    report = store.sync(shared)
    said = "\n".join(report.skipped)
    for name in (
        "link.db cannot be copied: it is a link",
        "zero.db cannot be copied: it is a link",
    ):
        assert name in said
    assert "pipe.db is no ordinary file" in said
    assert "sparse.db is larger than 4 GiB" in said
    assert "hole.db is not a store" in said
    assert len(report.skipped) == 6
    assert victim.read_text() == "precious"
    assert not list(shared.glob(".*.part"))


@pytest.mark.parametrize("table", ["events", "cards"])
def test_damage_that_is_met_in_another_store_is_left_where_it_is(
    tmp_path: Path, note: MakeNote, clock: Any, spoil: Any, table: str
) -> None:
    with closing(Store.open(tmp_path / "other.db", clock=clock)) as other:
        other.import_notes([note(300)])
    spoil(tmp_path / "other.db", table)
    before = sorted(path.name for path in tmp_path.iterdir())
    with (
        closing(Store.open(tmp_path / "mine.db", clock=clock)) as store,
        pytest.raises(StoreError, match=r"other\.db is damaged; it was left as it is") as caught,
    ):
        store.sync(tmp_path / "other.db")
    assert f"studytui --store {tmp_path / 'other.db'} doctor" in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.db", *before]


def test_a_folder_settles_after_a_card_is_reworded(
    open_store: Any, tmp_path: Path, note: MakeNote, card: Any, clock: Any
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    old = card(0, prompt="What does the softmax function turn scores into?")
    new = replace(old, id="new", prompt="What does the softmax function turn its scores into?")
    mine, other = open_store("mine.db"), open_store("other.db")
    mine.import_notes([note([old])])
    mine.sync(shared)
    other.sync(shared)
    clock.forward(minutes=1)
    other.import_notes([note([new])])
    for store in (other, mine):
        store.sync(shared)
        assert [stored.card.id for stored in store.cards()] == ["new"]
    for store in (other, mine):
        assert store.sync(shared).received == NOTHING
        assert store.sync(shared).sent == NOTHING


def test_a_later_versions_copy_in_a_folder_is_left_out(
    open_store: Any, tmp_path: Path, note: MakeNote
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    store = open_store("mine.db")
    Store.open(shared / "new.db").close()
    with closing(sqlite3.connect(shared / "new.db")) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    (sentence,) = store.sync(shared).skipped
    assert "later version of StudyTUI" in sentence


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        ("mine.db", "is this store itself"),
        ("linked.db", "is this store itself"),
        ("nowhere", "does not exist"),
        ("damaged.db", "It was not opened"),
        ("mysql://host/name", "SQLite file or a PostgreSQL database"),
        ("://", "not the address of a database"),
        ("postgresql://nobody@127.0.0.1:1/none", "cannot be reached"),
    ],
)
def test_what_cannot_be_synced_is_said_and_changes_nothing(
    tmp_path: Path, note: MakeNote, clock: Any, location: str, sentence: str
) -> None:
    (tmp_path / "damaged.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with closing(Store.open(tmp_path / "mine.db", clock=clock)) as store:
        store.import_notes([note(3)])
        (tmp_path / "linked.db").hardlink_to(tmp_path / "mine.db")
        before = truth(store)
        with pytest.raises(StoreError, match=sentence):
            store.sync(location if "://" in location else tmp_path / location)
        assert truth(store) == before
        assert store.rebuild()
    assert (tmp_path / "damaged.db").exists()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("review", {"day": 1, "rating": 9, "state": "review", "due": 2}),
        ("review", {"day": "x", "rating": 1, "state": "review", "due": 2}),
        ("review", []),
        ("review", {"day": 10**20, "rating": 1, "state": "review", "due": 2}),
        ("review", {"day": 1, "rating": 1, "state": "review", "due": 2, "seconds": "long"}),
        ("review", {"day": 1, "rating": 1, "state": "review", "due": 2, "suggested": 300}),
        ("settings", {"deck": "Deck", "name": "new_per_day", "value": "many"}),
        ("settings", {"deck": "Deck", "name": "easy_days", "value": 7}),
        ("tag", {"add": [1]}),
        ("relink", {"to": 7}),
        ("relink", {"to": "card-2", "after": "no id"}),
        ("parameters", {"values": [1, 2]}),
        ("parameters", {"values": [-1.0] * 21}),
    ],
)
def test_an_event_that_cannot_be_folded_is_refused(
    open_store: Any, place: Any, note: MakeNote, clock: Any, kind: str, payload: Any
) -> None:
    mine, other = open_store("mine.db"), open_store("other.db")
    other.import_notes([note(3)])
    at = int((clock.now + timedelta(days=1)).timestamp() * 1000)
    row = {"id": new_id(at, None), "at": at, "offset": 0, "kind": kind, "card": "card-1"}
    with other._context.database.write() as connection:
        connection.execute(insert(EVENTS), row | {"target": None, "payload": json.dumps(payload)})
    before = truth(mine)
    with pytest.raises(StoreError, match="cannot be read"):
        mine.sync(place("other.db"))
    assert truth(mine) == before
    assert mine.rebuild()


def test_an_event_of_a_kind_not_known_yet_is_passed_on(
    open_store: Any, place: Any, note: MakeNote, clock: Any
) -> None:
    mine, other = open_store("mine.db"), open_store("other.db")
    row = {"id": new_id(1, None), "at": 1, "offset": 0, "kind": "invention", "card": None}
    with other._context.database.write() as connection:
        connection.execute(insert(EVENTS), row | {"target": None, "payload": '{"a":1}'})
    assert mine.sync(place("other.db")).received == Moved(changes=1)
    assert truth(mine) == truth(other)
    assert mine.rebuild()


def test_a_store_that_is_open_notices_what_another_program_synced_into_it(
    open_store: Any, place: Any, note: MakeNote, card: Any, clock: Any
) -> None:
    """Also when it is older than what was here."""
    here, there = open_store("here.db"), open_store("there.db")
    there.import_notes([note([card(8, file="b.md")], path="b.md")])
    there.set_option("Deck", "new_per_day", 4)
    clock.forward(hours=1)
    here.import_notes([note(6)])
    assert here.next_card() is not None
    assert (here.remaining().new, here.options("Deck").new_per_day) == (3, 20)
    other_program = open_store("here.db")
    other_program.sync(place("there.db"))
    assert here.options("Deck").new_per_day == 4
    assert here.remaining().new == 4


def test_progress_runs_from_nothing_to_everything(
    open_store: Any, place: Any, note: MakeNote, clock: Any
) -> None:
    mine, other = open_store("mine.db"), open_store("other.db")
    other.import_notes([note(6)])
    studied(other, clock, 0)
    told: list[tuple[float, str]] = []
    mine.sync(place("other.db"), lambda share, says: told.append((share, says)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert any(says == "Receiving 0 of 10" for _, says in told)


@pytest.mark.parametrize("id", [b"short", b"an id far too long"])
def test_an_event_without_a_proper_id_is_refused(
    open_store: Any, note: MakeNote, tmp_path: Path, id: bytes
) -> None:
    mine, other = open_store("mine.db"), Store.open(tmp_path / "odd.db")
    other.import_notes([note(3)])
    other.close()
    with closing(sqlite3.connect(tmp_path / "odd.db")) as database:
        values = (id, 1, 0, "suspend", "card-1", "{}")
        database.execute(
            'INSERT INTO events (id, at, "offset", kind, card, payload) VALUES (?, ?, ?, ?, ?, ?)',
            values,
        )
        database.commit()
    before = truth(mine)
    with pytest.raises(StoreError, match="no proper id"):
        mine.sync(tmp_path / "odd.db")
    assert truth(mine) == before


def test_text_from_elsewhere_cannot_move_the_cursor(
    open_store: Any, place: Any, note: MakeNote, card: Any, clock: Any
) -> None:
    mine, other = open_store("mine.db"), open_store("other.db")
    heading = ("My\u2028 topic\x1b[2J",)
    bad = card(2, prompt="Safe\u202e\x1b]0;title\x07 text", headings=heading)
    other.import_notes([note([bad])])
    grade = {"verdict": "different", "misconception": "Said\x1b[31m so."}
    other.answer("card-2", Rating.AGAIN, seconds=1, grade=grade)
    mine.sync(place("other.db"))
    assert mine.card("card-2").card.prompt == "Safe]0;title text"
    assert mine.statistics()["misconceptions"][0]["says"] == "Said[31m so."
    assert mine.rebuild()
    assert (mine.sync(place("other.db")).received, mine.cards()[0].reps) == (NOTHING, 1)


@pytest.mark.parametrize("body", ["no JSON", "[]", "{}", '{"id": "card-1"}'])
def test_a_card_that_cannot_be_read_is_refused(
    open_store: Any, place: Any, note: MakeNote, clock: Any, body: str
) -> None:
    mine, other = open_store("mine.db"), open_store("other.db")
    mine.import_notes([note(1)])
    clock.forward(minutes=1)
    other.import_notes([note(3)])
    with other._context.database.write() as connection:
        connection.execute(update(CARDS).where(CARDS.c.id == "card-1").values(body=body))
    with pytest.raises(StoreError, match="'card-1' cannot be read"):
        mine.sync(place("other.db"))
    assert [stored.card.id for stored in mine.cards()] == ["card-0"]
    assert mine.rebuild()


CHILD = """
import sys
from db.store import Store
from db.sync import events as logs
logs.BATCH = 10
store = Store.open(sys.argv[1])
store.sync(sys.argv[2], lambda share, says: print(says, flush=True))
"""


def test_killed_in_the_middle_and_run_again(tmp_path: Path, note: MakeNote, clock: Any) -> None:
    paths = [tmp_path / "mine.db", tmp_path / "other.db"]
    mine, other = (Store.open(path, clock=clock) for path in paths)
    mine.import_notes([note(30)])
    other.import_notes([note(20, path="b.md")])
    for first in range(0, 18, 3):
        studied(mine, clock, first)
        studied(other, clock, first)
    mine.suspend("card-3")
    mine.close()
    other.close()
    ends = []
    for lines in (2, 5, 8, 11):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, *map(str, paths)], stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            list(islice(child.stdout, lines))
            child.kill()
        ends.append(child.returncode)
    assert ends[0] == -signal.SIGKILL  # with most still to do; the last may have been quicker
    mine, other = (Store.open(path, clock=clock) for path in paths)
    mine.sync(paths[1])
    assert truth(mine) == truth(other)
    assert len(truth(mine)["events"]) == 2 * 54 + 3
    for store in (mine, other):
        assert store.diagnose() == []
        assert store.rebuild()
        assert store.statistics()["reviews"] == 108
        store.close()


FIRST = """
import sys
from db.store import Store
store = Store.open(sys.argv[1])
sys.stdin.readline()
store.sync(sys.argv[2])
store.close()
"""


def test_two_first_syncs_at_once_bring_everything_to_both(tmp_path: Path, note: MakeNote) -> None:
    for number in range(30 if os.environ.get("STUDYTUI_SOAK") else 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name in ("one", "two"):
            with closing(Store.open(folder / f"{name}.db")) as store:
                store.import_notes([note(10)])
                store.answer(f"card-{len(name)}", Rating.GOOD, seconds=1)
                store.answer(f"card-{len(name) + 1}", Rating.GOOD, seconds=1)
        running = [
            subprocess.Popen(
                [sys.executable, "-c", FIRST, folder / f"{name}.db", folder / "shared.db"],
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for name in ("one", "two")
        ]
        for process in running:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        for process in running:
            assert (process.communicate()[1], process.returncode) == ("", 0)
        with closing(Store.open(folder / "shared.db")) as shared:
            assert shared.diagnose() == []
            assert shared.statistics()["reviews"] == 4
            assert shared.rebuild()
