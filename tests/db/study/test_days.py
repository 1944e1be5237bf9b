"""Many days of study in a row: limits, siblings, steps, undo, and streaks under way."""

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.records import Counts

DAYS = 2_000 if os.environ.get("STUDYTUI_SOAK") == "1" else 40
ZONES = [
    ZoneInfo(name)
    for name in ("Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Auckland")
]
NEW, DUE = 4, 9
AHEAD = timedelta(minutes=20)


def test_days_of_study(
    open_store: Callable[..., Any], note: Callable[..., Note], clock: Any
) -> None:
    dice = random.Random(11)
    store = open_store(new_per_day=NEW, reviews_per_day=DUE, relearning_steps=(10.0, 90.0))
    cards = 30
    store.import_notes([note(cards)])
    start = datetime(2026, 1, 5, tzinfo=UTC)
    for day in range(DAYS):
        if day % 30 == 29:  # a trip; the person stays at most half a year
            store._context.zone = dice.choice(ZONES)
        if day % 20 == 19:
            cards += 6
            store.import_notes([note(cards)])
        # Some time between 07:00 and 17:00 where the person is: never two days in one.
        local = datetime.combine((start + timedelta(days=day)).date(), datetime.min.time())
        now = local.replace(hour=dice.randint(7, 16), tzinfo=store._context.zone)
        one_day(store, clock, now.astimezone(UTC), dice)
    found = store.statistics()
    assert found["days_studied"] == found["longest_streak"] == DAYS
    assert store.rebuild()


def one_day(store: Any, clock: Any, now: datetime, dice: random.Random) -> None:
    """Study until nothing is left, and check each step of the way."""
    clock.now = now
    for row in store.overview():
        queued = store.next_card(topic=row.topic)
        promised = queued.remaining if queued else Counts()
        assert (row.new, row.learning, row.due) == astuple(promised), "home and session differ"
    expected = None
    states: dict[str, str] = {}  # after each card's last answer today
    families: dict[str, str] = {}
    counts: Counter[str] = Counter()
    while (queued := store.next_card()) is not None:
        stored = queued.stored
        card = stored.card
        left = queued.remaining.new + queued.remaining.due
        assert expected in (None, left), "cards came or went without an answer"
        expected = left
        before = states.get(card.id)
        assert before in (None, "learning", "relearning"), "asked again without reason"
        assert stored.due is None or stored.due <= clock.now + AHEAD, "a step too early"
        assert families.setdefault(card.family, card.id) == card.id, "a sibling on the same day"
        rating = Rating(dice.choices([1, 2, 3, 4], [2, 1, 7, 2])[0])
        review = store.answer(card.id, rating, seconds=5)
        if dice.random() < 0.1:
            undone = store.undo()
            assert undone.id == review.id
            assert store.card(card.id) == stored
            again = store.next_card()
            assert again.card.id == card.id
            assert again.previews == queued.previews
            continue
        counts[stored.state] += before is None
        expected -= stored.state in ("new", "review")
        states[card.id] = review.state
        clock.forward(minutes=dice.choice([1, 3, 12]))
    assert counts["new"] <= NEW
    assert counts["review"] <= DUE
    if not states:  # nothing was due: look at a card anyway, to keep the habit
        store.answer(store.cards()[0].card.id, Rating.GOOD, seconds=1)
