"""Threads of one program: who may do what while another one reads or writes.

Whether a lock is held is asked of it, so that no test waits for what must not happen.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection

from cards.note import Note
from cards.scheduling.fsrs import DEFAULT_PARAMETERS, Rating
from db import statistics
from db.projections import schedule
from db.store import Store

MakeNote = Callable[..., Note]


def is_held(store: Store) -> bool:
    """Whether another thread would have to wait for the session now."""

    def attempt() -> bool:
        got = store._context.cache.lock.acquire(blocking=False)
        if got:
            store._context.cache.lock.release()
        return not got

    with ThreadPoolExecutor(1) as another:
        return another.submit(attempt).result()


WRITES: dict[str, Callable[[Store, Note], object]] = {
    "answer": lambda store, _: store.answer("card-0", Rating.GOOD, seconds=1),
    "undo": lambda store, _: store.undo(),
    "suspend": lambda store, _: store.suspend("card-0"),
    "allow_more": lambda store, _: store.allow_more(new=1),
    "set_option": lambda store, _: store.set_option("Deck", "new_per_day", 3),
    "set_parameters": lambda store, _: store.set_parameters(DEFAULT_PARAMETERS),
    "rebuild": lambda store, _: store.rebuild(),
    "import_notes": lambda store, note: store.import_notes([note]),
}


@pytest.mark.parametrize("name", WRITES)
def test_the_session_is_held_before_the_gate_and_until_the_commit(
    store: Store, note: MakeNote, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    store.import_notes([note(4)])
    store.answer("card-1", Rating.GOOD, seconds=1)
    store.next_card()
    held = []
    write = store._context.database.write

    @contextmanager
    def watched() -> Iterator[Connection]:
        held.append(is_held(store))
        with write() as connection:
            yield connection
        held.append(is_held(store))

    monkeypatch.setattr(store._context.database, "write", watched)
    WRITES[name](store, note(5))
    writes = 2 if name == "import_notes" else 1  # an import also writes what follows from it
    assert held == [True] * 2 * writes
    assert not is_held(store)


@pytest.mark.parametrize("name", ["answered", "taken_back"])
def test_nobody_comes_between_a_commit_and_what_the_session_notes_of_it(
    store: Store, note: MakeNote, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    store.import_notes([note(4)])
    held = []
    noted = getattr(store._context.cache, name)

    def watched(*said: Any) -> None:
        held.append(is_held(store))
        noted(*said)

    monkeypatch.setattr(store._context.cache, name, watched)
    store.answer("card-0", Rating.GOOD, seconds=1)
    store.undo()
    assert held == [True]


def test_a_long_read_keeps_nobody_from_studying(
    store: Store, note: MakeNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.import_notes([note(4)])
    held = []
    collect = statistics.collect

    def watched(*said: Any) -> dict[str, Any]:
        held.append(is_held(store))
        return collect(*said)

    monkeypatch.setattr(statistics, "collect", watched)
    assert store.statistics()["reviews"] == 0
    assert held == [False]


def test_a_read_that_an_answer_overtakes_leaves_the_session_at_the_answer(
    store: Store, note: MakeNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.import_notes([note(4)])
    of_id = schedule.of_id

    def overtaken(connection: Connection, card_id: str) -> schedule.CardSchedule:
        held = of_id(connection, card_id)
        monkeypatch.setattr(schedule, "of_id", of_id)
        overtaken_by.append(store.answer("card-1", Rating.GOOD, seconds=1).id)
        return held

    overtaken_by: list[str] = []
    monkeypatch.setattr(schedule, "of_id", overtaken)
    store.history("card-0")
    assert store._context.cache.tip is not None
    assert [store._context.cache.tip.hex()] == overtaken_by


def test_what_was_noted_of_an_answer_that_failed_is_dropped(
    store: Store, note: MakeNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.import_notes([note(4)])
    queued = store.next_card()
    assert queued is not None
    noted = store._context.cache.answered

    def failing(*said: Any) -> None:
        noted(*said)
        raise OSError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr(store._context.cache, "answered", failing)
        with pytest.raises(OSError, match="the power went"):
            store.answer(queued.card.id, Rating.AGAIN, seconds=1)
    assert store.next_card() == queued
