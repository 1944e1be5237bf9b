"""The learning cards kept in memory are those that the database would give."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.records import Coming, Counts
from db.store import Store
from db.study.learning_steps import Steps


@pytest.mark.parametrize("topic", [None, "softmax"])
def test_learning_cards_are_kept_in_step(
    open_store: Any, note: Callable[..., Note], clock: Any, topic: str | None
) -> None:
    steps = (1.0, 10.0, 2_000.0)  # the last leads into another day
    store = open_store(new_per_day=30, learning_steps=steps)
    store.import_notes([note(30)])
    dice = random.Random(3)
    most = 0
    for _ in range(200):
        queued = store.next_card(topic=topic)
        if queued is None:
            clock.now += timedelta(hours=1)
            continue
        store.answer(queued.card.id, Rating(dice.choice((1, 1, 2, 3, 3, 4))), seconds=1)
        if dice.random() < 0.2:
            store.undo()
        clock.now += timedelta(minutes=dice.choice((0, 1, 4)))
        store.next_card(topic=topic)
        queue = store._context.cache._queue
        here = None if topic is None else queue.sections
        with store._context.database.read() as connection:
            ahead, latest = 20, queue.settings.last_step_day(queue.today)
            fresh = Steps(connection, here, queue.today, ahead, latest)
        assert queue.learning(clock.now) == fresh.due(clock.now)
        most = max(most, fresh.due(clock.now).waiting)
    assert most > 3


def test_a_learning_card_that_another_program_took_out_is_not_asked(
    open_store: Any, note: Callable[..., Note], clock: Any
) -> None:
    store, other = open_store(), open_store()
    store.import_notes([note(4)])
    first = store.next_card()
    store.answer(first.card.id, Rating.AGAIN, seconds=1)
    clock.now += timedelta(minutes=2)
    asked = store.next_card()
    assert asked.card.id == first.card.id
    assert asked.remaining.learning == 1
    left = [card for card in note(4).cards if card.id != first.card.id]
    other.import_notes([note(left)])
    asked = store.next_card()
    assert asked.card.id != first.card.id
    assert asked.remaining.learning == 0


def seen(store: Store) -> tuple[bool, int, int]:
    """Return whether a card is asked, and how many the session and the home screen count."""
    return (
        store.next_card() is not None,
        store.remaining().total,
        sum(row.new + row.learning + row.due for row in store.overview()),
    )


def test_a_step_later_today_waits_until_learn_ahead_lets_it_come(
    open_store: Any, note: Callable[..., Note], card: Any, clock: Any
) -> None:
    store = open_store(learning_steps=(1.0, 240.0))
    store.import_notes([note([card(n, family=str(n)) for n in range(2)])])
    store.answer("card-0", Rating.GOOD, seconds=1)
    clock.forward(minutes=5)
    store.answer("card-1", Rating.GOOD, seconds=1)
    assert seen(store) == (False, 0, 0)
    assert store.coming() == Coming(days=0, cards=2, wait=timedelta(minutes=235))
    clock.forward(minutes=214)
    assert seen(store) == (False, 0, 0)
    clock.forward(minutes=1)
    assert seen(store) == (True, 1, 1)
    assert store.remaining() == Counts(learning=1)
    assert store.coming() == Coming(days=0, cards=1, wait=timedelta(minutes=25))
    store.suspend("card-1")
    store.answer("card-0", Rating.EASY, seconds=1)
    days = (store.card("card-0").due.date() - clock.now.date()).days
    assert store.coming() == Coming(days, 1, timedelta(days=days))


def test_a_step_into_the_next_day_comes_at_its_time(
    open_store: Any, note: Callable[..., Note], clock: Any
) -> None:
    store = open_store(learning_steps=(1.0, 1200.0, 2880.0))
    store.import_notes([note(1)])
    store.answer("card-0", Rating.GOOD, seconds=1)  # due at six in the morning
    assert store.coming() == Coming(1, 1, timedelta(days=1))
    clock.forward(hours=18)  # four o'clock: the day has begun
    assert seen(store) == (False, 0, 0)
    clock.forward(hours=2)
    assert seen(store) == (True, 1, 1)
    store.answer("card-0", Rating.GOOD, seconds=1)  # a step of two days has no time
    clock.forward(hours=40)
    assert seen(store) == (False, 0, 0)
    clock.forward(hours=6)
    assert seen(store) == (True, 1, 1)


def test_a_step_of_a_wrong_clock_is_due_now(
    open_store: Any, note: Callable[..., Note], clock: Any
) -> None:
    store = open_store(topics="as they come")
    store.import_notes([note(2)])
    clock.forward(days=365)
    store.answer("card-0", Rating.GOOD, seconds=1)
    clock.forward(days=-365)
    assert store.remaining() == Counts(new=1, learning=1)
    assert {row.topic: (row.learning, row.new) for row in store.overview()} == {
        "softmax": (1, 0),
        "gini": (0, 1),
    }
    for rating in (Rating.AGAIN, Rating.GOOD, Rating.GOOD):
        queued = store.next_card()
        assert queued is not None
        assert queued.card.id == "card-0"
        store.answer("card-0", rating, seconds=1)
        clock.forward(minutes=11)
    assert clock.now < store.card("card-0").due < clock.now + timedelta(days=10)
    assert store.rebuild()


def test_a_review_of_a_wrong_clock_holds_no_sibling_back(
    open_store: Any, note: Callable[..., Note], clock: Any
) -> None:
    store = open_store()
    store.import_notes([note(2)])
    clock.forward(days=365)
    store.answer("card-0", Rating.EASY, seconds=1)
    clock.forward(days=-365)
    assert store.next_card().card.id == "card-1"
