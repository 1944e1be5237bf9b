"""Packed reviews stay in the order of the log, whenever they come and whatever is taken out."""

import os
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.log import events
from db.log.events import Event
from db.projections import review_columns as columns
from db.projections.card_state import CardState
from db.projections.review_columns import read_all
from db.storage.schema import REVIEW_COLUMNS
from db.store import Store

LIVES = 1_000 if os.environ.get("STUDYTUI_SOAK") else 60
ACTS = st.tuples(
    st.sampled_from(["answer", "answer", "arrive", "arrive", "undo", "pack", "hand over"]),
    st.integers(0, 3),
    st.integers(0, 5),
)


def review(number: int, rating: int) -> Event:
    return Event(number.to_bytes(16), 0, 0, "review", "", None, {"day": 1, "rating": rating})


@settings(max_examples=LIVES, deadline=None)
@given(acts=st.lists(ACTS, min_size=10, max_size=60), full=st.integers(2, 9))
def test_every_card_has_its_reviews_in_the_order_of_the_log(
    acts: list[tuple[str, int, int]], full: int
) -> None:
    """A card's reviews come one after the other; between those of others they may come late."""
    log: dict[int, tuple[int, Event]] = {}
    engine = create_engine("sqlite://")
    REVIEW_COLUMNS.create(engine)
    with pytest.MonkeyPatch.context() as patch, engine.begin() as connection:
        patch.setattr(columns, "FULL", full)

        def put(number: int, card: int, event: Event) -> None:
            log[number] = card, event
            columns.add(connection, event, columns.pack(CardState(card, 0, 0), event))

        def take(number: int) -> tuple[int, Event]:
            card, event = log.pop(number)
            columns.remove(connection, event, columns.pack(CardState(card, 0, 0), event))
            return card, event

        for what, card, choice in acts:
            newest = max(log, default=0)
            last = max((number for number, (of, _) in log.items() if of == card), default=0)
            free = [number for number in range(last + 1, newest) if number not in log]
            if what == "answer":
                put(newest + 10, card, review(newest + 10, choice % 2 + 1))
            elif what == "arrive" and free:
                number = free[len(free) * choice // 6]
                put(number, card, review(number, choice % 2 + 1))
            elif what == "undo" and log:
                take(newest)
            elif what == "pack":
                columns.compact(connection)
            elif what == "hand over":  # all of two cards' reviews are taken out and put in anew
                here = sorted(number for number, (of, _) in log.items() if of in (card, choice % 4))
                for number, (_, event) in [(number, take(number)) for number in here]:
                    put(number, choice % 4, event)
            found = read_all(connection, "card", "rating")
            assert len(found["card"]) == len(log)
            for one in range(4):
                ratings = [log[n][1].payload["rating"] for n in sorted(log) if log[n][0] == one]
                assert found["rating"][found["card"] == one].tolist() == ratings
    engine.dispose()


@pytest.fixture
def met(
    open_store: Any, place: Any, note: Callable[..., Note], clock: Any, monkeypatch: Any
) -> Store:
    """A store that had packed its reviews when a sync brought one from before and one amid them."""
    monkeypatch.setattr(columns, "MANY", 6)
    mine, other = open_store("mine.db", fuzz=False), open_store("other.db", fuzz=False)
    mine.import_notes([note(6)])
    other.sync(place("mine.db"))
    other.answer("card-5", Rating.AGAIN, seconds=3)
    start = clock.now + timedelta(hours=1)
    clock.now = start + timedelta(days=2, hours=1)
    other.answer("card-4", Rating.AGAIN, seconds=3)
    for day in range(6):
        clock.now = start + timedelta(days=day)
        mine.answer(f"card-{day // 3}", Rating.GOOD, seconds=1)
    mine.statistics()  # packs them
    mine.sync(place("other.db"))
    clock.forward(days=10)
    for number in (0, 1, 2, 3, 5):
        mine.answer(f"card-{number}", Rating.HARD, seconds=2)
        clock.forward(days=1)
    mine.statistics()
    return mine


def order_of_the_log(store: Store) -> dict[int, list[int]]:
    """Return the ratings of each card, by key, as the log has them."""
    ratings = defaultdict(list)
    with store._context.database.read() as connection:
        keys = {stored.card.id: stored.card.line for stored in store.cards()}
        for event in events.every(connection):
            if event.kind == "review":
                ratings[keys[event.card or ""]].append(event.payload["rating"])
    return ratings


def test_memories_are_the_same_when_they_are_folded_anew(met: Store, tmp_path: Any) -> None:
    before = [card.stability for card in met.cards()]
    met.set_parameters(met.parameters())
    after = [card.stability for card in met.cards()]
    assert before == pytest.approx(after, rel=1e-9)
    assert met.rebuild()
    met.write_log(tmp_path / "log.npz")
    with np.load(tmp_path / "log.npz") as log:
        assert (np.diff(log["day"]) >= 0).all()
        cards = {key: log["rating"][log["card"] == key].tolist() for key in set(log["card"])}
    assert cards == order_of_the_log(met)


def test_a_review_that_came_late_is_taken_back_and_no_other(
    open_store: Any, place: Any, note: Callable[..., Note], clock: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(columns, "MANY", 2)
    mine, other = open_store("mine.db"), open_store("other.db")
    mine.import_notes([note(6)])
    other.sync(place("mine.db"))
    mine.answer("card-0", Rating.GOOD, seconds=1)
    clock.forward(minutes=1)
    other.answer("card-1", Rating.EASY, seconds=1)
    clock.forward(minutes=1)
    mine.answer("card-2", Rating.AGAIN, seconds=1)
    mine.statistics()
    mine.sync(place("other.db"))
    assert mine.undo().card_id == "card-2"
    found = mine.statistics()
    assert found["reviews"] == 2
    assert found["buttons"]["learning"] == {"again": 0, "hard": 0, "good": 1, "easy": 1}
    assert mine.rebuild()


def test_a_rebuild_puts_a_card_s_reviews_in_order(store: Store, note: Callable[..., Note]) -> None:
    store.import_notes([note(1)])
    for rating in (Rating.AGAIN, Rating.EASY):
        store.answer("card-0", rating, seconds=1)
    with store._context.database.write() as connection:
        first, last = connection.execute(select(REVIEW_COLUMNS.c.id)).scalars().all()
        for row, then in ((first, b"\xff"), (last, first), (b"\xff", last)):
            change = REVIEW_COLUMNS.update().where(REVIEW_COLUMNS.c.id == row)
            connection.execute(change.values(id=then))
    before = store.card("card-0").stability
    assert not store.rebuild()
    assert store.rebuild()
    store.set_parameters(store.parameters())
    assert store.card("card-0").stability == pytest.approx(before, rel=1e-9)
