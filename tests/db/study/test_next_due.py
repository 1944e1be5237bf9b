"""What is said at the end of a session of when to come back is what happens."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.records import Coming
from db.store import Store

MakeNote = Callable[..., Note]
TOMORROW = timedelta(days=1)


def overdue(store: Store, note: MakeNote, card: Any, clock: Any, count: int) -> None:
    """Let so many cards, each a family of its own, be due today."""
    store.import_notes([note([card(n, family=str(n)) for n in range(count)])])
    for number in range(count):
        store.answer(f"card-{number}", Rating.EASY, seconds=1)
    clock.forward(days=30)


def test_cards_buried_today_come_tomorrow(
    store: Store, note: MakeNote, card: Any, clock: Any
) -> None:
    overdue(store, note, card, clock, 3)
    for number in range(3):
        store.bury(f"card-{number}")
    assert store.next_card() is None
    assert store.coming() == Coming(1, 3, TOMORROW)


def test_cards_beyond_the_limit_come_tomorrow(
    open_store: Any, note: MakeNote, card: Any, clock: Any
) -> None:
    store = open_store(reviews_per_day=2, fuzz=False)
    overdue(store, note, card, clock, 5)
    for _ in range(2):
        store.answer(store.next_card().card.id, Rating.EASY, seconds=1)
    assert store.next_card() is None
    assert store.coming() == Coming(1, 2, TOMORROW)
    store.allow_more(due=1)
    store.answer(store.next_card().card.id, Rating.EASY, seconds=1)
    assert store.coming() == Coming(1, 2, TOMORROW)
    store.allow_more(due=1)
    store.answer(store.next_card().card.id, Rating.EASY, seconds=1)
    assert store.coming() == Coming(1, 1, TOMORROW)


def test_new_cards_beyond_the_limit_come_tomorrow(
    open_store: Any, note: MakeNote, card: Any
) -> None:
    store = open_store(new_per_day=2)
    store.import_notes([note([card(n, family=str(n)) for n in range(5)])])
    for _ in range(2):
        store.answer(store.next_card().card.id, Rating.EASY, seconds=1)
    assert store.next_card() is None
    assert store.coming() == Coming(1, 0, TOMORROW, new=2)
    store.set_option("Deck", "new_per_day", 0)
    days = store.coming().days
    assert days == min(card.interval for card in store.cards() if card.reps) > 1


def test_what_no_limit_lets_through_never_comes(
    open_store: Any, note: MakeNote, card: Any, clock: Any
) -> None:
    store = open_store()
    overdue(store, note, card, clock, 3)
    store.import_notes([note([card(n, family=str(n)) for n in range(6)])])
    store.set_option("Deck", "new_per_day", 0)
    store.set_option("Deck", "reviews_per_day", 0)
    assert store.next_card() is None
    assert store.coming() is None


def test_it_comes_as_was_said(open_store: Any, note: MakeNote, card: Any, clock: Any) -> None:
    dice = random.Random(7)
    store = open_store(new_per_day=3, reviews_per_day=4, learning_steps=(1.0, 240.0, 2880.0))
    store.import_notes([note([card(n, deck="AB"[n // 12]) for n in range(24)])])
    store.set_option("A", "reviews_per_day", 1)
    said = set()
    for _ in range(80):
        while (queued := store.next_card()) is not None:
            if dice.random() < 0.1:
                store.bury(queued.card.id)
            else:
                store.answer(queued.card.id, Rating(dice.choice([1, 3, 4, 4])), seconds=1)
            clock.forward(minutes=3)
        found = store.coming()
        if found is None or found.days == 0:
            clock.forward(days=1)
            continue
        said.add((found.days, found.new > 0))
        for _ in range(found.days - 1):
            clock.forward(days=1)
            assert store.next_card() is None
        clock.forward(days=1)
        end = clock.now.replace(hour=2, minute=59) + timedelta(days=clock.now.hour >= 3)
        clock.now, now = end, clock.now  # the last minute of the day: its steps are all due
        left = store.remaining()
        assert (left.learning + left.due, left.new) == (found.cards, found.new)
        clock.now = now
    assert {(1, True), (1, False), (2, False), (3, False)} <= said
