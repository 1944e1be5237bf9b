"""However devices meet, and wherever a meeting is broken off, all end with the same.

That is the log, what it amounts to for each card, and the newest text of each card. A device whose
note has a card has the text of that note.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise, permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, make_url, select

from cards.card import Card, Kind
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.storage import opening
from db.storage.database import Database
from db.storage.migration import set_version
from db.storage.schema import CARDS, EVENTS, METADATA, SCHEDULE, VERSION
from db.store import Store
from db.sync import events as logs
from db.sync import texts

HISTORIES = {"files": 5, "a server among them": 2}
if os.environ.get("STUDYTUI_SOAK"):
    HISTORIES = dict.fromkeys(HISTORIES, 1_000)
WORDS = ("gradient", "entropy", "temperature", "policy")
START = datetime(2026, 3, 27, 12, tzinfo=UTC)


def card(number: int, wording: int, answer: int, tag: int, file: str, line: int) -> Card:
    prompt = f"What is the {WORDS[number]} of the model, and which of its two parts is larger"
    return Card(
        id=f"{number}-{wording}",
        family=f"family-{number // 2}",
        deck="Deck" if number < 3 else "Other",
        topic=("softmax", "own-topic")[number % 2],
        headings=(("Own topic", "Own Topic")[wording % 2],),
        kind=Kind.BASIC,
        prompt=prompt + " today?" * wording,
        answer=f"Answer {WORDS[number]}" + "!" * answer,
        file=file,
        line=line,
        tags=("t",) * (tag % 2),
    )


TABLES = (*(table.name for table in METADATA.sorted_tables), "words")


class Places:
    """Where the stores of a life are: all in files, or the first one on a server."""

    def __init__(self, engines: Any, server: str) -> None:
        self.engines, self.kept = engines, Path(engines.scratch.name, "kept")
        self.server = f"{server}&options=-csearch_path%3Dlaws" if server else ""
        for name in ("laws", "kept") if server else ():
            self._run(f"DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}")
            Store.open(f"{server}&options=-csearch_path%3D{name}").close()

    def empty(self, count: int) -> list[str | Path]:
        """Return where so many empty stores are; the tables on the server stay, with nothing in."""
        folder = self.engines.emptied()
        places: list[str | Path] = [folder / f"{n}.db" for n in range(count)]
        if self.server:
            places[0] = self.server
            self._run(f"TRUNCATE {', '.join(f'laws.{name}' for name in TABLES)}")
            with self.engines.connect(make_url(self.server)).begin() as connection:
                set_version(connection, VERSION)
        return places

    def keep(self) -> None:
        """Keep the stores, which are closed, as they are."""
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(self.engines.folder, self.kept)
        if self.server:
            self._copy("laws", "kept")

    def put_back(self) -> None:
        """Have the stores as they were kept."""
        shutil.copytree(self.kept, self.engines.emptied(), dirs_exist_ok=True)
        if self.server:
            self._copy("kept", "laws")

    def _copy(self, source: str, target: str) -> None:
        truncate = f"TRUNCATE {', '.join(f'{target}.{name}' for name in TABLES)}"
        filled = (f"INSERT INTO {target}.{name} SELECT * FROM {source}.{name}" for name in TABLES)
        self._run("; ".join((truncate, *filled)))

    def _run(self, statements: str) -> None:
        with self.engines.connect(make_url(self.server)).begin() as connection:
            connection.exec_driver_sql(statements)


@pytest.fixture(scope="module", params=list(HISTORIES))
def places(request: pytest.FixtureRequest, engines: Any) -> Iterator[Places]:
    """That all these stores are made as ours need not be seen in a child at each meeting."""
    server = request.getfixturevalue("server") if request.param != "files" else ""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "refuse_strange", lambda _: None)
        yield Places(engines, server)
        engines.disconnect()


@pytest.fixture
def histories(request: pytest.FixtureRequest) -> settings:
    """How many histories are tried."""
    return settings(
        max_examples=HISTORIES[request.node.callspec.params["places"]],
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


class Device:
    """A store with a note of its own, and a clock that need not agree with the others'."""

    def __init__(self, path: str | Path, note: str, ahead: float) -> None:
        self.now = START + timedelta(hours=ahead)
        self.note = note
        self.path = path
        self.open()
        self.wordings: dict[int, int] = {}
        self.answers, self.tags = [0] * 4, [0] * 4
        self.cards: dict[str, Card] = {}

    def open(self) -> None:
        self.store = Store.open(self.path, clock=lambda: self.now, zone=UTC)

    def do(self, what: str, number: int, value: int) -> None:
        """Do one thing; most need the card to be here."""
        if what == "wait":
            self.now += timedelta(hours=(1, 30, 200, -5)[value % 4])
        elif what == "import":
            self.wordings[number] = value % 3
            self.import_note(value)
        elif what == "edit":
            (self.answers, self.tags)[value % 2][number] = value // 2
            self.import_note(value)
        elif what == "remove":
            self.wordings.pop(number, None)
            self.import_note(value)
        elif what == "undo":
            self.store.undo()
        elif what == "option":
            self.store.set_option("Deck", "new_per_day", value)
        else:
            here = sorted(stored.card.id for stored in self.store.cards())
            if here:
                self.change(what, here[number % len(here)], value)

    def change(self, what: str, id: str, value: int) -> None:
        if what == "answer":
            grade = {"verdict": "different", "misconception": "Mixed up."} if value == 3 else None
            self.store.answer(id, Rating(value % 4 + 1), seconds=value + 0.5, grade=grade)
        elif what == "due":
            self.store.set_due(id, value)
        elif what == "tag":
            self.store.tag(id, ["a", "b"][value % 2 :], ["a"][: value % 2])
        else:
            getattr(self.store, what)(id)

    def import_note(self, line: int) -> None:
        cards = [
            card(number, wording, self.answers[number], self.tags[number], self.note, line + number)
            for number, wording in self.wordings.items()
        ]
        self.cards = {one.id: one for one in cards}
        note = Note(self.note, tuple(cards))
        self.store.import_notes([note], decide=lambda pair: True, digests={self.note: "as it was"})

    def has_its_note(self) -> None:
        """Check that the store has the cards of the note as the note has them, and no others."""
        with self.store._context.database.read() as connection:
            query = select(CARDS.c.id, CARDS.c.note_id).where(CARDS.c.note_id.is_not(None))
            names = {note_id: id for id, note_id in connection.execute(query)}
        assert names.keys() <= self.cards.keys()
        # Of two cards that are one by now the note has one again once it is read again.
        if self.cards and self.store.unchanged(self.note, "as it was") is not None:
            assert names.keys() == self.cards.keys()
        for note_id, id in names.items():
            stored = self.store.card(id)
            assert stored.card == replace(self.cards[note_id], id=id)
            assert stored.state != "missing"


ACTS = ("answer", "import", "edit", "wait", "remove", "undo", "option", "due", "tag")
DONE = st.tuples(
    st.sampled_from(
        (*ACTS, "answer", "answer", "import", "import", "edit", "suspend", "unsuspend", "bury")
    ),
    st.integers(0, 3),
    st.integers(0, 5),
)
MET = st.tuples(st.just("meet"), st.integers(0, 4), st.integers(0, 12))
"""With which device, and how many transactions may pass before the meeting is broken off."""
LIVES = st.lists(
    st.tuples(st.integers(0, 4), st.one_of(DONE, DONE, DONE, MET)), min_size=8, max_size=30
)


class BrokenOffError(Exception):
    """The machine was switched off."""


@contextmanager
def broken_off_after(writes: int) -> Iterator[None]:
    """Let only so many transactions write; the next one fails after all it did."""
    write = Database.write
    left = iter(range(writes))

    @contextmanager
    def short(gate: Database) -> Iterator[Connection]:
        with write(gate) as connection:
            yield connection
            if next(left, None) is None:
                raise BrokenOffError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "write", short)
        yield


def meet(one: Device, other: Device, writes: int | None = None) -> None:
    """Sync two devices; one that is broken off is opened anew, as after a crash."""
    if writes is None:
        one.store.sync(other.path)
        return
    try:
        with broken_off_after(writes):
            one.store.sync(other.path)
    except BrokenOffError:
        one.store.close()
        one.open()


def state(store: Store) -> dict[str, Any]:
    """Return what all stores must agree on."""
    of_schedule = [c for c in SCHEDULE.c if c.name not in ("key", "section", "family", "queue")]
    with store._context.database.read() as connection:
        cards = {id: (brief.named, brief.added) for id, brief in texts._briefs(connection)}
        # The row, and the id that its text was read under, are a matter of each store.
        newest = {
            id: (offer.row.stamp, offer.row.missing, offer.row.item.digest)
            for id, offer in texts._offers(store._context.database, list(cards), {}).items()
        }
        standing = select(CARDS.c.id, *[c for c in of_schedule if c.name != "dirty"])
        schedule = standing.join(SCHEDULE, SCHEDULE.c.key == CARDS.c.key).order_by(CARDS.c.id)
        return {
            "events": [
                tuple(row) for row in connection.execute(select(EVENTS).order_by(EVENTS.c.id))
            ],
            "cards": cards,
            "newest": newest,
            "schedule": [tuple(row) for row in connection.execute(schedule)],
            "options": store.options("Deck"),
            "parameters": store.parameters(),
        }


def live(places: Places, count: int, life: list[Any], *, meetings: bool = True) -> list[Device]:
    """Return devices, with much the same cards, after a life; without `meetings` all were alone.

    The third has no note at first.
    """
    devices = [
        Device(place, f"home-{n % 3}/note.md", ahead=7 * n)
        for n, place in enumerate(places.empty(count))
    ]
    for at, device in enumerate(devices):
        if at != 2:
            for number in range(1 + at % 2, 4):
                device.wordings[number] = (at + number) % 2 if number == 3 else 0
            device.import_note(at)
    for at, (what, number, value) in life:
        one, other = devices[at % count], devices[number % count]
        if what != "meet":
            one.do(what, number, value)
        elif meetings and one is not other:
            meet(one, other, value if value < 10 else None)
            one.has_its_note()
            other.has_its_note()
    return devices


def all_meet(devices: list[Device], order: list[int]) -> None:
    """Let everybody's news reach everybody: once along a chain and once back must do."""
    chain = [devices[at] for at in order]
    for one, other in pairwise(chain):
        meet(one, other)
    for one, other in [*pairwise(chain)][::-1]:
        meet(other, one)


ORPHANED = [
    (2, ("unsuspend", 3, 5)),
    (3, ("import", 2, 2)),
    (4, ("import", 0, 3)),
    (3, ("meet", 1, 6)),
    (1, ("meet", 2, 3)),
    (0, ("answer", 2, 0)),
    (1, ("import", 0, 4)),
    (4, ("answer", 0, 1)),
    (3, ("meet", 1, 3)),
    (3, ("import", 0, 4)),
]
"""The log of a card is here without it; then a card that is here gets its id."""
REWORDED = [
    (0, ("meet", 1, 12)),
    (0, ("answer", 2, 1)),
    (0, ("import", 2, 1)),
    (0, ("answer", 2, 2)),
    (1, ("import", 2, 2)),
    (1, ("answer", 2, 2)),
]
"""A card gets other words on two devices that know nothing of each other."""
HALF = [
    (0, ("meet", 4, 2)),
    (1, ("import", 0, 0)),
    (4, ("answer", 1, 0)),
    (4, ("import", 2, 2)),
    (1, ("meet", 0, 4)),
    (0, ("answer", 1, 0)),
    (0, ("import", 1, 1)),
]
"""A store that is open got half of another's log, and reads a note before it gets the rest."""
BOTH = [
    (0, ("answer", 0, 0)),
    (0, ("answer", 0, 0)),
    (0, ("meet", 0, 0)),
    (2, ("meet", 4, 8)),
    (2, ("meet", 1, 8)),
    (1, ("import", 0, 0)),
    (4, ("meet", 0, 0)),
    (2, ("meet", 2, 6)),
    (0, ("meet", 0, 4)),
    (3, ("remove", 2, 3)),
    (4, ("unsuspend", 2, 5)),
    (0, ("import", 0, 0)),
    (4, ("option", 0, 0)),
    (4, ("meet", 0, 0)),
    (2, ("meet", 2, 12)),
]
"""A note has two cards that are one elsewhere, and the text of the one given up is the newer."""


def test_devices_converge(alike: Any, places: Places, histories: settings) -> None:
    @histories
    @given(
        count=st.integers(2, 5),
        life=LIVES,
        order=st.permutations(range(5)),
        seed=st.integers(0, 1 << 32),
    )
    @example(count=3, life=ORPHANED, order=[1, 3, 2, 0, 4], seed=389)
    @example(count=3, life=REWORDED, order=[2, 1, 0, 3, 4], seed=1)
    @example(count=3, life=HALF, order=[0, 1, 2, 3, 4], seed=0)
    @example(count=5, life=BOTH, order=[3, 0, 4, 1, 2], seed=1159445)
    def converge(count: int, life: list[Any], order: list[int], seed: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            # Ids end in chance, which decides between two events of one instant.
            patch.setattr(os, "urandom", Random(seed).randbytes)
            patch.setattr(logs, "BATCH", 3)
            devices = live(places, count, life)
            all_meet(devices, [at for at in order if at < count])
            states = [state(device.store) for device in devices]
            for device, found in zip(devices, states, strict=True):
                device.has_its_note()
                assert device.store.rebuild()
                assert found["events"] == states[0]["events"]
            states = [state(device.store) for device in devices]
            for found in states[1:]:
                assert alike(found, states[0])
            again = devices[0].store.sync(devices[1].path)
            nothing = {"reviews": 0, "changes": 0, "cards": 0}
            assert (again.received.to_dict(), again.sent.to_dict()) == (nothing, nothing)
            for device in devices:
                device.store.close()

    converge()


FREED = [
    (0, ("import", 0, 0)),
    (1, ("import", 0, 0)),
    (1, ("wait", 0, 0)),
    (1, ("import", 0, 1)),
    (2, ("import", 0, 0)),
]
"""A card is reworded, and later another device, which knows of nothing, has it as it was."""
OPEN = [(1, ("option", 0, 4))]
"""A store that is open is synced into by another, with news older than its newest event."""


def test_the_order_of_meetings_does_not_matter(
    alike: Any, places: Places, histories: settings
) -> None:
    """Three histories, met in two different orders, come to the same."""

    @histories
    @given(life=LIVES, choice=st.integers(0, 5))
    @example(life=FREED, choice=1)
    @example(life=OPEN, choice=1)
    @example(life=REWORDED, choice=4)
    def come_to_the_same(life: list[Any], choice: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            # The random part of ids counts on, so that it decides the same in both orders.
            number = count()
            patch.setattr(os, "urandom", lambda size: next(number).to_bytes(size, "little"))
            devices = live(places, 3, life, meetings=False)
            for device in devices:
                device.store.close()
            places.keep()
            found = []
            for order in ((0, 1, 2), tuple(permutations(range(3)))[choice]):
                places.put_back()
                for device in devices:
                    device.open()
                all_meet(devices, list(order))
                found.append(state(devices[0].store))
                for device in devices:
                    device.store.close()
        assert alike(*found)

    come_to_the_same()
