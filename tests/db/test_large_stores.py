"""What a store of 100,000 cards needs: cards one by one, only those asked for, and progress."""

from collections.abc import Callable
from typing import Any

import pytest

from cards.note import Note
from db.card_table import rows
from db.search import listing
from db.store import Store

CARDS = 30


@pytest.fixture
def stocked(store: Store, note: Callable[..., Note]) -> Store:
    store.import_notes([note(CARDS)])
    return store


def counted(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> list[None]:
    """Count the calls of a function of a module."""
    calls: list[None] = []
    function = getattr(module, name)

    def call(*arguments: Any) -> Any:
        calls.append(None)
        return function(*arguments)

    monkeypatch.setattr(module, name, call)
    return calls


def test_cards_are_made_one_by_one(stocked: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = counted(monkeypatch, listing, "_stored")
    cards = stocked.each_card()
    next(cards)
    assert len(made) == 1
    assert len(list(cards)) == len(made) - 1 == CARDS - 1


def test_only_chosen_cards_are_read(stocked: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    read = counted(monkeypatch, rows, "read_card")
    drawn = stocked.chosen_cards(lambda briefs: [briefs[number].key for number in (3, 20)])
    assert len(drawn) == len(read) == 2


def test_looking_over_a_store_says_how_far_it_is(stocked: Store) -> None:
    told: list[tuple[float, str]] = []
    assert stocked.diagnose(lambda share, says: told.append((share, says))) == []
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1
    assert len({says for _, says in told if says}) > 1
