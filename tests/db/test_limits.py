"""Daily limits: one that decks share, those of their own, and more of a deck today only."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.limits import Limit
from db.store import Store

MakeNote = Callable[..., Note]


@pytest.fixture
def filled(open_store: Any, note: MakeNote, card: Any) -> Store:
    """A store of three decks with 40 new cards each, of which 20 may come in a day."""
    store: Store = open_store()
    for deck in "ABC":
        cards = [
            card(n, id=f"{deck}{n}", family=f"{deck}{n}", deck=deck, file=f"{deck}.md")
            for n in range(40)
        ]
        store.import_notes([note(cards, path=f"{deck}.md")])
    return store


def new(store: Store) -> tuple[int, ...]:
    """Return how many new cards the sessions of all decks, A, B and C promise."""
    return tuple(store.remaining(deck=deck).new for deck in (None, "A", "B", "C"))


def met(store: Store) -> Counter[str]:
    """Meet all new cards there are, and return how many of each deck that were."""
    found: Counter[str] = Counter()
    while (queued := store.next_card()) is not None:
        found[queued.card.deck] += 1
        store.answer(queued.card.id, Rating.EASY, seconds=1)
    return found


@pytest.mark.parametrize("own", [5, 40])
def test_a_limit_of_its_own_replaces_the_shared_one(filled: Store, own: int) -> None:
    assert new(filled) == (20, 20, 20, 20)
    filled.set_option("A", "new_per_day", own)
    assert new(filled) == (20 + own, own, 20, 20)
    rows = filled.overview()
    assert {row.deck: row.left.new for row in rows} == {"A": own, "B": 20, "C": 20}
    found = met(filled)
    assert (found["A"], found["B"] + found["C"]) == (own, 20)
    assert new(filled) == (0, 0, 0, 0)
    filled.set_option("A", "new_per_day", None)
    assert new(filled) == (0, 0, 0, 0)


def test_more_of_a_deck_is_not_more_of_another(filled: Store, clock: Any) -> None:
    filled.set_option("A", "new_per_day", 5)
    filled.set_option("B", "new_per_day", 5)
    filled.allow_more(new=10, deck="A")
    assert new(filled) == (40, 15, 5, 20)
    filled.allow_more(new=-3, topic="softmax", deck="B")
    assert new(filled) == (37, 15, 2, 20)
    filled.allow_more(new=1, topic="gini")  # which all of them have
    assert new(filled) == (40, 16, 3, 21)
    clock.forward(days=1)
    assert new(filled) == (30, 5, 5, 20)


def test_more_of_a_deck_that_shares_its_limit(filled: Store) -> None:
    filled.allow_more(new=10, deck="A")
    assert new(filled) == (30, 30, 20, 20)
    found = met(filled)
    assert found.total() == 30
    assert found["B"] + found["C"] <= 20
    filled.allow_more(new=4, deck="C")
    assert new(filled)[0] == new(filled)[3] == 4


def test_more_without_a_deck_raises_every_limit(filled: Store) -> None:
    filled.set_option("A", "new_per_day", 5)
    filled.allow_more(new=2)
    assert new(filled) == (29, 7, 22, 22)


def test_what_a_limit_leaves_is_what_can_be_taken() -> None:
    more = {None: 1, "own": 2, "more": 3, "fewer": -2}
    done = {"own": 4, "more": 1, "plain": 2}
    for deck, left in {"own": 6 + 1 + 2 - 4, "more": 7 - 2 + 2, "fewer": 3, "plain": 5}.items():
        limit = Limit(6, {"own": 6}, more, done)
        assert limit.left(deck) == left
        assert [limit.take(deck) for _ in range(left + 2)] == [True] * left + [False] * 2
    limit = Limit(6, {"own": 6}, more, done)
    taken = [limit.take("plain") for _ in range(9)]
    assert taken.count(True) == 5
    assert (limit.left("more"), limit.left("fewer"), limit.left("own")) == (2, 0, 5)
