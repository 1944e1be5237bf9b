"""A program that is killed at any moment has saved every review that it said was saved, once."""

import multiprocessing
import os
import random
import runpy
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from cards.note import Note
from db.store import Store

STUDENT = str(Path(__file__).parents[1] / "student.py")
ROUNDS = 500 if os.environ.get("STUDYTUI_SOAK") == "1" else 20


@pytest.fixture(scope="module")
def processes() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["db.store"])
    return context


def begin(processes: Any, location: Path, start: float) -> tuple[Any, Any]:
    ours, theirs = processes.Pipe(duplex=False)
    values = {"location": str(location), "start": start, "tell": theirs}
    child = processes.Process(target=runpy.run_path, args=(STUDENT, values), daemon=True)
    child.start()
    theirs.close()
    return child, ours


def read_all(told: Any) -> list[bytes]:
    """Return what a dead child had told before its end."""
    messages = []
    try:
        while True:
            messages.append(told.recv_bytes())
    except (EOFError, OSError):
        told.close()
        return messages


def logged(store: Store) -> tuple[list[bytes], set[bytes]]:
    """Return the ids of all reviews, with repetitions if there were any, and those withdrawn."""
    with store._context.database.read() as connection:
        rows = connection.execute(text("SELECT id FROM events WHERE kind = 'review'"))
        reviews = [bytes(id) for id in rows.scalars()]
        rows = connection.execute(text("SELECT target FROM events WHERE kind = 'withdrawal'"))
        return reviews, {bytes(id) for id in rows.scalars()}


def test_killed_at_any_moment(
    processes: Any, open_store: Any, note: Callable[..., Note], tmp_path: Path
) -> None:
    store = open_store()
    store.import_notes([note(60)])
    store.close()
    told: list[bytes] = []
    dice = random.Random(1)
    start = 1_800_000_000.0
    for number in range(ROUNDS):
        child, pipe = begin(processes, tmp_path / "store.db", start + number * 86_400 * 30)
        for _ in range(dice.randint(1, 12)):
            told.append(pipe.recv_bytes())
        time.sleep(dice.uniform(0, 0.004))
        child.kill()
        child.join()
        told += read_all(pipe)

        store = open_store()
        assert store.diagnose() == []
        reviews, withdrawn = logged(store)
        acknowledged = {message for message in told if len(message) == 16}
        assert len(set(reviews)) == len(reviews)
        assert acknowledged <= set(reviews)
        assert {message[6:] for message in told if len(message) > 16} <= withdrawn
        # At most the one review, or undo, that was under way in each round is not told of.
        assert len(reviews) - len(acknowledged) <= number + 1
        if number % 10 == 9 or number == ROUNDS - 1:
            assert store.rebuild()
        store.close()


def test_two_programs_at_once_lose_no_review(
    processes: Any, open_store: Any, note: Callable[..., Note], tmp_path: Path
) -> None:
    store = open_store()
    store.import_notes([note(60)])
    children = [begin(processes, tmp_path / "store.db", 1_800_000_000.0) for _ in range(2)]
    told = [pipe.recv_bytes() for _ in range(60) for _, pipe in children]
    for child, _ in children:
        assert child.is_alive()  # neither met a locked database
        child.kill()
    for child, pipe in children:
        child.join()
        told += read_all(pipe)
    reviews, _ = logged(store)
    assert {message for message in told if len(message) == 16} <= set(reviews)
    assert len(reviews) == len(set(reviews))
    assert store.diagnose() == []
    assert store.rebuild()
