"""A store in a temporary folder, a clock that is set by hand, and cards made without a parser."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cards.card import Card, Kind
from cards.note import Note
from cards.scheduling.options import Options
from db.store import Store

BERLIN = ZoneInfo("Europe/Berlin")


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


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 2, 9, 0, tzinfo=UTC))


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
def open_store(tmp_path: Path, clock: Clock) -> Iterator[OpenStore]:
    """Return a function that opens the store of this test, again or for the first time."""
    opened: list[Store] = []

    def open_(name: str = "store.db", **options: Any) -> Store:
        store = Store.open(tmp_path / name, clock=clock, zone=BERLIN, options=Options(**options))
        opened.append(store)
        return store

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    return open_store()
