"""A bit that flips in the file of a store is noticed by the doctor, or is harmless."""

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.store import Store, StoreError

FLIPS = 250 if os.environ.get("STUDYTUI_SOAK") else 25
TRUTH = ("events", "cards", "sections")


def truth(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        return [
            sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            for table in TRUTH
        ]


def len_of(value: Any) -> int:
    return len(value) if isinstance(value, bytes) else 0


def place(whole: bytes, values: list[bytes], dice: random.Random) -> int:
    """Return a place anywhere in the file, or in one of the values that cannot be had again."""
    value = dice.choice(values)
    at = whole.find(value)
    if dice.random() < 0.3 or at < 0:
        return dice.randrange(100, len(whole))
    return at + dice.randrange(len(value) + 8)  # the numbers of a row are beside its texts


def noticed(path: Path, clock: Any) -> bool:
    try:
        with closing(Store.open(path, clock=clock)) as store:
            return bool(store.diagnose())
    except StoreError:
        return True


def test_a_flipped_bit_is_noticed_or_harmless(
    tmp_path: Path, note: Callable[..., Note], clock: Any
) -> None:
    path = tmp_path / "store.db"
    with closing(Store.open(path, clock=clock)) as store:
        store.import_notes([note(40)])
        for number in range(30):
            store.answer(f"card-{number}", Rating(1 + number % 4), seconds=number + 1)
        store.tag("card-1", ["mine"])
        assert store.diagnose() == []
    whole, before = path.read_bytes(), truth(path)
    values = [value for table in before for row in table for value in row if len_of(value) > 15]
    dice = random.Random(14)
    seen = harmless = 0
    lost = []
    for _ in range(FLIPS):
        spoilt = bytearray(whole)
        at, bit = place(whole, values, dice), dice.randrange(8)
        spoilt[at] ^= 1 << bit
        for old in tmp_path.iterdir():
            if old.is_file():
                old.unlink()
        path.write_bytes(bytes(spoilt))
        if noticed(path, clock):
            seen += 1
        elif truth(path) == before:
            harmless += 1
        else:
            lost.append((at, bit))
    print(f"{seen} noticed, {harmless} harmless, {len(lost)} neither: {lost}")
    assert not lost
