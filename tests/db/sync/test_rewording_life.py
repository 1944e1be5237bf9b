"""Two devices reword cards, there and back and beside each other, and what is counted adds up.

After every step the derived tables must be just what the log and the cards amount to.
"""

import os
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from cards.card import Card, Kind
from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.log import events
from db.projections import review_columns as columns
from db.rebuild import agrees
from db.store import Store

LIVES, STEPS = (200, 40) if os.environ.get("STUDYTUI_SOAK") == "1" else (6, 12)
DEVICES, NUMBERS, WORDINGS = st.integers(0, 1), st.integers(0, 1), st.integers(0, 2)
NAMES = st.sampled_from(("a.md", "b.md"))
SAID = ("", " today?", " in one word?")


def card(number: int, wording: int, file: str) -> Card:
    word = ("gradient", "entropy")[number]
    return Card(
        id=f"{number}-{wording}",
        family=f"family-{number}",
        deck="Deck",
        topic=("softmax", "gini")[number % 2],
        headings=(),
        kind=Kind.BASIC,
        prompt=f"What is the {word} of the model, and which of its two parts is larger"
        + SAID[wording],
        answer=f"Answer {word}",
        file=file,
        line=wording,
    )


class Device:
    """A store and what its two notes say: which wordings of which cards stand in which."""

    def __init__(self, path: Path, now: datetime) -> None:
        self.path, self.now = path, now
        self.store = Store.open(path, clock=lambda: self.now, zone=UTC)
        self.notes: dict[str, set[tuple[int, int]]] = defaultdict(set)
        self.notes["a.md"] = {(number, 0) for number in range(2)}

    def import_note(self, *names: str) -> None:
        notes = []
        for name in names:
            path = f"{self.path.stem}/{name}"
            cards = [card(*place, path) for place in sorted(self.notes[name])]
            notes.append(Note(path, tuple(cards)))
        self.store.import_notes(notes, decide=lambda pair: True)

    def adds_up(self) -> bool:
        """Whether the derived tables say what the log does; they stay as they are."""
        with (
            self.store._context.reading() as (connection, _, current),
            closing(events.parts(connection)) as log,
        ):
            return agrees(connection, current, log)


class Life(RuleBasedStateMachine):
    """What a person with two devices may do to a few cards, in any order."""

    engines: ClassVar[Any]

    @initialize()
    def begin(self) -> None:
        start = datetime(2026, 3, 27, 12, tzinfo=UTC)
        folder = self.engines.emptied()
        self.devices = [Device(folder / f"{n}.db", start + timedelta(minutes=n)) for n in range(2)]
        for device in self.devices:
            device.import_note("a.md")

    def teardown(self) -> None:
        for device in self.devices:
            assert device.store.rebuild()
            device.store.close()

    def adds_up(self, *changed: int) -> None:
        for at in changed:
            assert self.devices[at].adds_up()

    @rule(at=DEVICES, number=NUMBERS, rating=st.sampled_from(list(Rating)), wrong=st.booleans())
    def answer(self, at: int, number: int, rating: Rating, wrong: bool) -> None:
        device = self.devices[at]
        cards = device.store.cards("-is:missing")
        if cards:
            grade = {"misconception": "Mixed up."} if wrong else None
            id = cards[number % len(cards)].card.id
            device.store.answer(id, rating, seconds=number, grade=grade)
        self.adds_up(at)

    @rule(at=DEVICES)
    def undo(self, at: int) -> None:
        self.devices[at].store.undo()
        self.adds_up(at)

    @rule(at=DEVICES, number=NUMBERS, wording=WORDINGS, both=st.booleans())
    def reword(self, at: int, number: int, wording: int, both: bool) -> None:
        """Write a card in other words, where it stands."""
        device = self.devices[at]
        for name, places in device.notes.items():
            if any(place[0] == number for place in places):
                kept = {place for place in places if place[0] != number}
                device.notes[name] = kept | {(number, wording)}
        device.import_note(*(("a.md", "b.md") if both else ("a.md",)))
        self.adds_up(at)

    @rule(at=DEVICES, number=NUMBERS, wording=WORDINGS, again=WORDINGS, name=NAMES)
    def reword_what_is_studied_elsewhere(
        self, at: int, number: int, wording: int, again: int, name: str
    ) -> None:
        """And have one of the wordings, perhaps the old one, beside it then."""
        self.sync(at)
        self.reword(at, number, wording, both=True)
        other = self.devices[1 - at]
        for stored in other.store.cards("-is:missing"):
            if stored.card.family == f"family-{number}":
                other.store.answer(stored.card.id, Rating.GOOD, seconds=1)
        self.wait(1)
        self.sync(at)
        self.put_in(at, number, again, name)

    @rule(at=DEVICES, number=NUMBERS, wording=WORDINGS, name=NAMES)
    def put_in(self, at: int, number: int, wording: int, name: str) -> None:
        """Add a wording beside what is there, or move it here from the other note."""
        device = self.devices[at]
        for places in device.notes.values():
            places.discard((number, wording))
        device.notes[name].add((number, wording))
        device.import_note("a.md", "b.md")
        self.adds_up(at)

    @rule(at=DEVICES, number=NUMBERS, wording=WORDINGS)
    def take_out(self, at: int, number: int, wording: int) -> None:
        device = self.devices[at]
        for places in device.notes.values():
            places.discard((number, wording))
        device.import_note("a.md", "b.md")
        self.adds_up(at)

    @rule(hours=st.sampled_from((1, 30, 200)))
    def wait(self, hours: int) -> None:
        for device in self.devices:
            device.now += timedelta(hours=hours)

    @rule(at=DEVICES)
    def sync(self, at: int) -> None:
        one, other = self.devices[at], self.devices[1 - at]
        one.store.sync(other.path)
        self.adds_up(0, 1)
        first, second = (
            sorted((stored.card.id, stored.reps, stored.lapses) for stored in device.store.cards())
            for device in self.devices
        )
        assert first == second

    @rule(at=DEVICES)
    def count(self, at: int) -> None:
        store = self.devices[at].store
        assert store.statistics()["reviews"] == sum(stored.reps for stored in store.cards())


@pytest.mark.usefixtures("made_as_ours")
@pytest.mark.parametrize("many", [columns.MANY, 4], ids=["", "packed"])
def test_any_life_of_rewordings(monkeypatch: pytest.MonkeyPatch, engines: Any, many: int) -> None:
    monkeypatch.setattr(columns, "MANY", many)
    monkeypatch.setattr(Life, "engines", engines, raising=False)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
