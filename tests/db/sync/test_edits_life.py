"""Devices edit, take out, put back and move cards in notes of their own, and meet in any order.

What they end with is compared with a plain list of what was edited last. Reading notes again is
tried after every step, and must do nothing.
"""

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from cards.card import Card, Kind
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.records import FileReport
from db.storage.schema import EVENTS
from db.store import Store

LIVES = 1_000 if os.environ.get("STUDYTUI_SOAK") else 25
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
ABOUT = ("gradient descent on a convex bowl", "entropy of a biased coin flip")
EDITS = ("prompt", "answer", "both", "tags", "deck")
STEPS = st.lists(
    st.tuples(
        st.sampled_from((*EDITS, "out", "out", "in", "in", "move", "review", *["sync"] * 5)),
        st.integers(0, 2),
        st.integers(0, 1),
        st.integers(0, 2),
    ),
    max_size=30,
)


def first(number: int) -> Card:
    """Return a card as all devices have it at first; its family tells it from the other one."""
    return Card(
        id=f"{number}-first",
        family=f"family-{number}",
        deck="Deck",
        topic="softmax",
        headings=("Heading",),
        kind=Kind.BASIC,
        prompt=f"What is {ABOUT[number]} about, and why?",
        answer=f"An answer about {ABOUT[number]}.",
        file="",
        line=1,
    )


def edited(card: Card, what: str, step: int) -> Card:
    """Return a card after an edit, with another id where its wording changed."""
    start = first(int(card.family[-1]))
    if what in ("prompt", "both"):
        card = replace(card, prompt=f"{start.prompt} Say it {step}.", id=f"{start.id}-{step}")
    if what in ("answer", "both"):
        card = replace(card, answer=f"{start.answer} Also {step}.", id=f"{start.id}-{step}")
    if what == "tags":
        card = replace(card, tags=(f"t{step}",))
    return replace(card, deck=f"Deck {step}") if what == "deck" else card


def text(card: Card, out: bool, reviews: int) -> tuple[Any, ...]:
    """Return what the devices must agree on, but for the id."""
    return card.family, card.prompt, card.answer, card.tags, card.deck, out, reviews


@dataclass
class Device:
    """A store, and the cards as its two notes have them, or had them when they were taken out."""

    store: Store
    folder: str
    cards: dict[int, Card]
    places: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})

    def import_note(self) -> tuple[FileReport, ...]:
        notes = []
        for at, name in enumerate("ab"):
            path = f"{self.folder}/{name}.md"
            here = [self.cards[number] for number, place in self.places.items() if place == at]
            notes.append(Note(path, tuple(replace(card, file=path) for card in here)))
        return self.store.import_notes(notes, decide=lambda pair: True).files

    def is_out(self, number: int) -> bool:
        """Whether the store here has the card as one that is in no note."""
        stored = self.store.cards()
        return all(
            one.state == "missing" for one in stored if one.card.family == f"family-{number}"
        )

    def events(self) -> Any:
        with self.store._gate.read() as connection:
            return connection.execute(select(func.count()).select_from(EVENTS)).scalar()

    def texts(self) -> list[tuple[Any, ...]]:
        return sorted(
            text(one.card, one.state == "missing", one.reps) for one in self.store.cards()
        )


@settings(max_examples=LIVES, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, same=st.booleans())
@example(
    same=False, steps=[("out", 0, 0, 0), ("both", 1, 0, 0), ("sync", 0, 0, 1), ("in", 0, 0, 0)]
)
@example(same=True, steps=[("out", 0, 0, 0), ("sync", 1, 0, 0), ("tags", 1, 0, 0)])
def test_any_life_of_edits(steps: list[tuple[str, int, int, int]], same: bool) -> None:
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    start = {number: first(number) for number in range(2)}
    wanted, out, reviews = dict(start), {0: False, 1: False}, {0: 0, 1: 0}
    with TemporaryDirectory(dir=MEMORY) as folder:
        files = [Path(folder, f"{at}.db") for at in range(3)]
        devices = [
            Device(
                Store.open(file, clock=lambda: now, zone=UTC),
                "/same" if same else f"/{file.stem}",
                dict(start),
            )
            for file in files
        ]
        for device in devices:
            now += timedelta(minutes=1)
            device.import_note()
        for step, (act, at, number, other) in enumerate(steps):
            now += timedelta(minutes=1)
            device = devices[at]
            was_out, is_here = device.is_out(number), number in device.places
            if act in EDITS and is_here:
                device.cards[number] = edited(device.cards[number], act, step)
                wanted[number] = edited(wanted[number], act, step)
                out[number] &= not was_out
            elif act == "out" and is_here:
                del device.places[number]
                out[number] = True
            elif act == "in" and not is_here:
                device.places[number] = other % 2
                out[number] &= not was_out
            elif act == "move" and is_here:
                device.places[number] ^= 1
            elif act == "review" and not was_out:
                (id,) = [
                    one.card.id
                    for one in device.store.cards("-is:missing")
                    if one.card.family == f"family-{number}"
                ]
                device.store.answer(id, Rating.GOOD, seconds=1)
                reviews[number] += 1
            elif act == "sync" and at != other:
                device.store.sync(files[other])
            device.import_note()
            before = device.events(), device.texts()
            reports = device.import_note()
            assert (device.events(), device.texts()) == before
            assert not any(one.new + one.updated + one.relinked + one.removed for one in reports)
            assert device.store.rebuild()
        for one, other in ((0, 1), (1, 2), (1, 0), (2, 0)):
            now += timedelta(minutes=1)
            devices[one].store.sync(files[other])
        for device in devices:
            assert device.texts() == [
                text(card, out[number], reviews[number]) for number, card in wanted.items()
            ]
            device.store.close()
