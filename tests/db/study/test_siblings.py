"""Cards of one note block: one of them a day, and everywhere counted as one."""

from collections.abc import Callable
from typing import Any

import pytest

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.records import Counts
from db.store import Store

MakeNote = Callable[..., Note]


def home(store: Store) -> Counts:
    """Return what the home screen lists of the one topic there is."""
    (row,) = store.overview()
    return Counts(row.new, row.learning, row.due)


@pytest.fixture
def families(note: MakeNote, card: Any) -> Callable[..., Note]:
    """Return a function from a number of families and their size to a note of one topic."""

    def make(count: int, size: int) -> Note:
        return note(
            [card(n, family=f"family-{n // size}", topic="one") for n in range(count * size)]
        )

    return make


@pytest.mark.parametrize(("count", "limit"), [(30, 20), (6, 6)])
def test_a_session_promises_one_card_of_each_large_family(
    store: Store, families: Callable[..., Note], count: int, limit: int
) -> None:
    store.import_notes([families(count, 10)])
    for left in range(limit, 0, -1):
        assert store.remaining() == home(store) == Counts(new=left)
        queued = store.next_card()
        assert queued is not None
        store.answer(queued.card.id, Rating.EASY, seconds=1)
    assert store.next_card() is None
    assert store.remaining() == home(store) == Counts()


def test_a_step_goes_before_a_due_card_and_that_before_a_new_one(
    store: Store, families: Callable[..., Note], clock: Any
) -> None:
    store.import_notes([families(2, 3)])
    store.answer("card-0", Rating.EASY, seconds=1)
    clock.forward(days=30)
    store.answer("card-1", Rating.AGAIN, seconds=1)
    store.answer("card-3", Rating.EASY, seconds=1)
    clock.forward(days=1)
    # card-1 is in its steps, card-0 due, card-2 new; of the other family two are new.
    assert store.remaining() == home(store) == Counts(new=1, learning=1)
    store.suspend("card-1")
    assert store.remaining() == home(store) == Counts(new=1, due=1)
    store.bury("card-0")
    assert store.remaining() == home(store) == Counts(new=2)
    store.unbury("card-0")
    asked = set()
    while (queued := store.next_card()) is not None:
        asked.add(queued.card.id)
        store.answer(queued.card.id, Rating.EASY, seconds=1)
    assert asked == {"card-0", "card-4"}


def test_without_burying_each_sibling_counts(
    open_store: Any, families: Callable[..., Note]
) -> None:
    store = open_store(bury_siblings=False)
    store.import_notes([families(1, 5)])
    assert store.remaining() == home(store) == Counts(new=5)
