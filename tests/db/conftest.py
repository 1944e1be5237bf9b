"""A store in a temporary folder or on a server, a clock set by hand, cards made without a parser.

Tests of the store run on SQLite and on PostgreSQL, but for those of `ON_FILES`; on the latter with
the first of their cases, under `make soak` with all.
"""

import math
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import URL, Engine, create_engine

from cards.card import Card, Kind
from cards.note import Note
from cards.scheduling.options import Options
from db.records import FileReport
from db.storage import opening
from db.storage.database import connect
from db.store import Store

BERLIN = ZoneInfo("Europe/Berlin")
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""A folder without a disk behind it, where there is one."""
ON_FILES = (
    "test_opening",
    "test_backup",
    "test_crash",
    "test_failing_writes",
    "test_damage",
    "test_new_device",
)
"""Tests about the file itself."""
_numbers = count()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests that open a store on both databases."""
    if "backend" in metafunc.fixturenames:
        both = metafunc.module.__name__.rpartition(".")[2] not in ON_FILES
        backends = ("sqlite", "postgresql") if both else ("sqlite",)
        metafunc.parametrize("backend", backends)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let a test with many cases meet the server with the first: what differs there is the SQL."""
    if os.environ.get("STUDYTUI_SOAK"):
        return
    met: set[str] = set()
    left: list[pytest.Item] = []
    for item in items:
        call = getattr(item, "callspec", None)
        if call is not None and call.params.get("backend") == "postgresql":
            test = item.nodeid.partition("[")[0]
            if test in met:
                left.append(item)
            met.add(test)
    if left:
        config.hook.pytest_deselected(items=left)
        gone = set(map(id, left))
        items[:] = [item for item in items if id(item) not in gone]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Yield the URL of a PostgreSQL server; the test is skipped where there is none."""
    spec = spec_from_file_location("postgresql", Path(__file__).parent / "postgresql.py")
    assert spec is not None
    assert spec.loader is not None
    postgresql = module_from_spec(spec)
    spec.loader.exec_module(postgresql)
    programs = postgresql.find()
    if programs is None:
        pytest.skip(postgresql.ABSENT)
    with postgresql.server(programs) as url:
        yield url


@pytest.fixture
def schema_url(server: str) -> Callable[[str], str]:
    """Return a function from a name to the URL of an empty database of that name, for this test."""
    number = next(_numbers)

    def make(name: str) -> str:
        schema = f"test_{number}_{name.partition('.')[0]}"
        engine = create_engine(server)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        engine.dispose()
        return f"{server}&options=-csearch_path%3D{schema}"

    return make


@pytest.fixture
def place(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[[str], str | Path]:
    """Return a function from a name to where this test's store of that name is."""
    if backend == "postgresql":
        return request.getfixturevalue("schema_url")  # type: ignore[no-any-return]
    return lambda name: tmp_path / name


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


def make_card(number: int, **fields: Any) -> Card:
    """Return card `number`; two neighbours are siblings, three topics take turns."""
    values: dict[str, Any] = {
        "id": f"card-{number}",
        "family": f"family-{number // 2}",
        "deck": "Deck",
        "topic": ("softmax", "gini", "my-topic")[number % 3],
        "headings": ("Heading", "My topic"),
        "kind": Kind.BASIC,
        "prompt": f"What is the number {number}?",
        "answer": f"It is {number}.",
        "file": "note.md",
        "line": number + 1,
    }
    return Card(**(values | fields))


def alike(one: Any, other: Any) -> bool:
    """Whether two results are equal, floats within 1e-5.

    Stability is computed a card at a time when answering and for all cards at once in a fold.
    """
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-5, abs_tol=1e-9)
    if is_dataclass(one) and type(one) is type(other):
        pairs = [(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)]
        return all(alike(*pair) for pair in pairs)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)


@pytest.fixture(scope="session", name="alike")
def _alike() -> Callable[[Any, Any], bool]:
    return alike


def start_clock() -> Clock:
    return Clock(datetime(2026, 11, 2, 9, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def new_clock() -> Callable[[], Clock]:
    return start_clock


@pytest.fixture
def clock() -> Clock:
    return start_clock()


@pytest.fixture(scope="session")
def card() -> Callable[..., Card]:
    return make_card


@pytest.fixture(scope="session")
def note() -> Callable[..., Note]:
    """Return a function from a number of cards, or the cards themselves, to a note."""

    def make(cards: int | list[Card], path: str = "note.md", **fields: Any) -> Note:
        if isinstance(cards, int):
            cards = [make_card(number, file=path) for number in range(cards)]
        return Note(path, tuple(cards), **fields)

    return make


OpenStore = Callable[..., Store]


@pytest.fixture
def open_store(place: Callable[[str], str | Path], clock: Clock) -> Iterator[OpenStore]:
    """Return a function that opens the store of this test, again or for the first time."""
    opened: list[Store] = []

    def open_(name: str = "store.db", **options: Any) -> Store:
        store = Store.open(place(name), clock=clock, zone=BERLIN, options=Options(**options))
        opened.append(store)
        return store

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    return open_store()


class KeptEngines:
    """Engines kept for all lives of a test, with all that they compiled, and a folder for stores.

    The folder has no disk behind it, where there is such: these stores outlive nothing.
    """

    def __init__(self) -> None:
        self.scratch = TemporaryDirectory(dir=MEMORY)
        self.folder = Path(self.scratch.name, "stores")
        self.kept: dict[URL, Engine] = {}

    def connect(self, url: URL) -> Engine:
        if url not in self.kept:
            self.kept[url] = connect(url)
        return self.kept[url]

    def emptied(self) -> Path:
        """Return the folder, with nothing in it and nothing connected to what was there."""
        self.disconnect()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        return self.folder

    def disconnect(self) -> None:
        for engine in self.kept.values():
            engine.dispose()


@pytest.fixture(scope="module")
def engines() -> Iterator[KeptEngines]:
    engines = KeptEngines()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "connect", engines.connect)
        yield engines
        engines.disconnect()
    engines.scratch.cleanup()


class Home:
    """A store, and the note as this device has it."""

    def __init__(self, store: Store, path: str) -> None:
        self.store, self.path = store, path

    def import_note(self, *cards: Card) -> FileReport:
        """Read the note, which has these cards."""
        placed = tuple(replace(card, file=self.path, line=at) for at, card in enumerate(cards))
        report = self.store.import_notes([Note(self.path, placed)], digests={self.path: "d"})
        return report.files[0]

    def place(self, id: str) -> tuple[str, int]:
        """Return file and line of a card."""
        card = self.store.card(id).card
        return card.file, card.line

    def texts(self) -> list[tuple[str, str, str, int]]:
        """Return id, question, answer and number of reviews of the cards that are there."""
        return sorted(
            (stored.card.id, stored.card.prompt, stored.card.answer, stored.reps)
            for stored in self.store.cards("-is:missing")
        )


@pytest.fixture(scope="session")
def new_home() -> type[Home]:
    return Home


@pytest.fixture
def pc(open_store: OpenStore) -> Home:
    return Home(open_store("pc.db"), "/home/pc/n.md")


@pytest.fixture
def mac(open_store: OpenStore) -> Home:
    return Home(open_store("mac.db"), "/Users/mac/n.md")


@pytest.fixture
def sync_the_log(monkeypatch: pytest.MonkeyPatch) -> Callable[[Store, Any], None]:
    """Return a function that syncs a store with one whose cards cannot be read, all of them."""

    def sync(store: Store, location: Any) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("db.sync.texts.copy", lambda *_: None)
            store.sync(location)

    return sync
