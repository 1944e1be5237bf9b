"""A disk that fills, or a write that fails, at any moment: what was said to be saved is, once."""

import os
import random
import re
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.store import Store, StoreError

ROUNDS = 500 if os.environ.get("STUDYTUI_SOAK") == "1" else 20
SENTENCE = r"disk is full|could not be read or written"

Trouble = Callable[[Store, random.Random], AbstractContextManager[None]]


@contextmanager
def few_pages(store: Store, dice: random.Random) -> Iterator[None]:
    """Let the database file grow by so many pages and no more."""
    with store._context.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + dice.randint(0, 6)}")
    try:
        yield
    finally:
        with store._context.database.read() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {1 << 30}")


@contextmanager
def small_disk(store: Store, dice: random.Random) -> Iterator[None]:
    """Leave a few pages of the file system free."""
    folder = Path(str(store._context.database.engine.url.database)).parent
    filler = folder / "filler"
    free = os.statvfs(folder)
    size = free.f_bavail * free.f_frsize - 4096 * dice.randint(0, 60)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, size))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def failing_writes(store: Store, dice: random.Random) -> Iterator[None]:
    """Let writes beyond some place in a file fail, often in the middle of what is written."""
    folder = Path(str(store._context.database.engine.url.database)).parent
    longest = max(path.stat().st_size for path in folder.glob("store.db*"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest + dice.randint(0, 200_000), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own; mounting one takes root."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        done = False
    if not done:
        pytest.skip("a small file system cannot be mounted here; root can")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_few_pages(open_store: Any, note: Callable[..., Note]) -> None:
    study_in_trouble(few_pages, open_store, "store.db", note)


def test_small_disk(open_store: Any, note: Callable[..., Note], disk: Path) -> None:
    study_in_trouble(small_disk, open_store, str(disk / "store.db"), note)


def test_failing_writes(open_store: Any, note: Callable[..., Note]) -> None:
    study_in_trouble(failing_writes, open_store, "store.db", note)


def test_a_folder_that_is_only_to_be_read(
    open_store: Any, note: Callable[..., Note], disk: Path
) -> None:
    """A sentence, and afterwards everything is there."""
    place = str(disk / "store.db")
    with closing(open_store(place)) as store:
        store.import_notes([note(4)])
        first = store.answer("card-0", Rating.GOOD, seconds=1).id
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        with pytest.raises(StoreError, match=r"cannot be (written|opened)\. Check"):
            open_store(place)
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    store = open_store(place)
    assert store.diagnose() == []
    assert logged(store) == [first]


def study_in_trouble(trouble: Trouble, open_store: Any, place: str, note: Any) -> None:
    """Study in and out of trouble, and look after each time at what is there."""
    dice = random.Random(7)
    store = open_store(place)
    store.import_notes([note(40)])
    saved: list[str] = []
    said: list[str] = []
    for number in range(ROUNDS):
        with trouble(store, dice):
            try:
                study(store, dice, saved)
            except StoreError as error:
                said.append(str(error))
        study(store, dice, saved, count=1)  # the same program goes on
        assert logged(store) == saved
        if number % 10 == 9:
            store.close()
            store = open_store(place)
            assert store.diagnose() == []
            assert store.rebuild()
    assert len(said) > ROUNDS / 4
    assert all(re.search(SENTENCE, sentence) for sentence in said)
    assert logged(store) == saved


def study(store: Store, dice: random.Random, saved: list[str], count: int = 30) -> None:
    for _ in range(count):
        queued = store.next_card()
        id = queued.card.id if queued else f"card-{dice.randrange(40)}"
        said = "x" * dice.randint(0, 3_000)
        rating = Rating(dice.randint(1, 4))
        saved.append(store.answer(id, rating, seconds=1, typed=said).id)
        if dice.random() < 0.1:
            store.undo()


def logged(store: Store) -> list[str]:
    """Return the ids of all reviews, in order, those taken back too."""
    with closing(store._context.database.engine.connect()) as connection:
        rows = connection.execute(text("SELECT id FROM events WHERE kind = 'review' ORDER BY id"))
        return [bytes(id).hex() for id in rows.scalars()]
