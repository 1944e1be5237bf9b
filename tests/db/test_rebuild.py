"""Everything but the log and the cards can be derived again, whatever was done."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text

from cards.card import Card, Kind
from cards.note import Note
from cards.scheduling.fsrs import Rating
from cards.scheduling.options import Options
from db.projections import card_columns
from db.projections import review_columns as columns
from db.records import Differs
from db.storage import schema
from db.storage.database import StoreError
from db.store import Store

LIVES, STEPS = (100, 40) if os.environ.get("STUDYTUI_SOAK") else (8, 20)
NUMBERS = st.integers(0, 7)


def card(number: int, wording: int = 0) -> Card:
    words = ("gradient", "entropy", "temperature", "policy", "advantage", "replay", "bias", "tail")
    text = f"What is the {words[number]} of the model, and which of the two parts is larger"
    return Card(
        id=f"{number}-{wording}",
        family=f"family-{number // 2}",
        deck="Deck" if number < 5 else "Other",
        topic=("softmax", "gini")[number % 2],
        headings=(),
        kind=Kind.BASIC,
        prompt=text + " today?" * wording,
        answer=f"Answer {words[number]}",
        file="note.md",
        line=number,
    )


class Life(RuleBasedStateMachine):
    """A person does things in any order, over days, with rewording and removal in between."""

    @initialize()
    def start(self) -> None:
        self.folder = TemporaryDirectory()
        self.now = datetime(2026, 3, 27, 12, tzinfo=UTC)
        self.wordings = dict.fromkeys(range(8), 0)
        self.missing: set[int] = set()
        self.reviews: list[str] = []
        self.open()
        self.import_note()

    def open(self) -> None:
        self.store = Store.open(
            f"{self.folder.name}/store.db", clock=lambda: self.now, options=Options(new_per_day=4)
        )

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def import_note(self) -> None:
        cards = [card(n, w) for n, w in self.wordings.items() if n not in self.missing]
        self.store.import_notes([Note("note.md", tuple(cards))], decide=lambda pair: True)

    def id(self, number: int) -> str:
        return card(number, self.wordings[number]).id

    @rule(rating=st.sampled_from(list(Rating)), seconds=st.floats(0, 100))
    def answer_next(self, rating: Rating, seconds: float) -> None:
        queued = self.store.next_card()
        if queued is not None:
            review = self.store.answer(queued.card.id, rating, seconds=seconds)
            self.reviews.append(review.id)
            assert review.interval == queued.previews[rating]

    @rule(number=NUMBERS, rating=st.sampled_from(list(Rating)))
    def answer_any(self, number: int, rating: Rating) -> None:
        self.reviews.append(self.store.answer(self.id(number), rating, seconds=1).id)

    @rule()
    def undo(self) -> None:
        self.store.undo()

    @rule(back=st.integers(0, 5))
    def undo_one(self, back: int) -> None:
        if back < len(self.reviews):
            self.store.undo(self.reviews[-1 - back])

    @rule(number=NUMBERS, rating=st.sampled_from(list(Rating)))
    def undo_restores(self, number: int, rating: Rating) -> None:
        before = self.store.cards(), self.store.overview(), self.store.statistics()
        self.store.answer(self.id(number), rating, seconds=7)
        self.store.undo()
        assert (self.store.cards(), self.store.overview(), self.store.statistics()) == before

    @rule(number=NUMBERS, what=st.sampled_from(["suspend", "unsuspend", "bury", "unbury"]))
    def set_aside(self, number: int, what: str) -> None:
        getattr(self.store, what)(self.id(number))

    @rule(number=NUMBERS, days=st.integers(0, 9))
    def set_due(self, number: int, days: int) -> None:
        self.store.set_due(self.id(number), days)

    @rule(number=NUMBERS, tag=st.sampled_from(["a", "b"]), gone=st.booleans())
    def tag(self, number: int, tag: str, gone: bool) -> None:
        self.store.tag(self.id(number), [] if gone else [tag], [tag] if gone else [])

    @rule(number=NUMBERS, wording=st.integers(0, 1))
    def reword(self, number: int, wording: int) -> None:
        if number not in self.missing:
            self.wordings[number] = wording
            self.import_note()

    @rule(number=NUMBERS)
    def remove_or_return(self, number: int) -> None:
        self.missing ^= {number}
        self.import_note()

    @rule(hours=st.sampled_from([1, 20, 50, 400, -30]))
    def wait(self, hours: int) -> None:
        from datetime import timedelta

        self.now += timedelta(hours=hours)

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.open()

    @invariant()
    def the_line_is_within_its_limits(self) -> None:
        if hasattr(self, "store"):
            assert self.store.remaining().new <= 4

    @rule()
    def rebuilt_equal(self) -> None:
        before = self.store.cards(), self.store.overview(), self.store.statistics()
        assert self.store.rebuild()
        assert (self.store.cards(), self.store.overview(), self.store.statistics()) == before


Life.TestCase.settings = settings(
    max_examples=LIVES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestLife = Life.TestCase


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE schedule SET due_day = due_day + 1 WHERE key = 1",
        "UPDATE schedule SET stability = stability * 1.0000001 WHERE key = 1",
        "UPDATE days SET answers = answers + 1",
        "DELETE FROM review_columns",
        "DELETE FROM schedule",
    ],
)
def test_a_rebuild_tells_and_mends_a_difference(store: Store, note: Any, damage: str) -> None:
    store.import_notes([note(4)])
    for number in range(4):
        store.answer(f"card-{number}", Rating.EASY, seconds=1)
    before = store.cards(), store.statistics()
    assert store.rebuild()
    with store._context.database.write() as connection:
        connection.execute(text(damage))
    assert not store.rebuild()
    assert store.rebuild()
    assert store.statistics() == before[1]
    for mended, old in zip(store.cards(), before[0], strict=True):
        assert mended.stability == pytest.approx(old.stability, rel=1e-9)
        assert mended.retrievability == pytest.approx(old.retrievability, rel=1e-9)
        floats = dict.fromkeys(("stability", "difficulty", "retrievability"))
        assert replace(mended, **floats) == replace(old, **floats)


@pytest.mark.parametrize("table", [*(table.name for table in schema.DERIVED), "words"])
def test_a_derived_table_that_was_dropped_is_made_again(
    open_store: Any, note: Any, table: str
) -> None:
    store = open_store()
    store.import_notes([note(4)])
    store.answer("card-1", Rating.EASY, seconds=1, grade={"misconception": "Mixed up."})
    before = store.cards("number"), store.statistics(), store.next_card()
    with store._context.database.write() as connection:
        connection.execute(text(f"DROP TABLE {table}"))
    store.close()
    store = open_store()
    with pytest.raises(StoreError, match=r"lacks a table .*doctor --rebuild"):
        _ = store.statistics(), store.next_card(), store.cards("number"), store.find("forgotten:1")
    assert store.diagnose(derived=False) == []  # as `doctor --rebuild` asks before it rebuilds
    assert store.diagnose() == [Differs()]
    assert not store.rebuild()
    assert store.rebuild()
    assert (store.cards("number"), store.statistics(), store.next_card()) == before


@pytest.mark.parametrize("table", ["events", "newer", "meta"])
def test_no_rebuild_is_promised_of_what_none_makes(open_store: Any, note: Any, table: str) -> None:
    store = open_store()
    store.import_notes([note(4)])
    with store._context.database.write() as connection:
        ends = "" if connection.dialect.name == "sqlite" else " CASCADE"
        connection.execute(text(f"DROP TABLE {table}{ends}"))
    store.close()
    with pytest.raises(StoreError, match=r"lacks a table .*studytui restore"):
        open_store().diagnose()


def test_new_parameters_change_memories_and_no_due_date(
    store: Store, note: Any, clock: Any
) -> None:
    store.import_notes([note(6)])
    for day in range(4):
        for number in range(6):
            store.answer(f"card-{number}", Rating((number + day) % 4 + 1), seconds=1)
        clock.forward(days=5)
    before = store.cards()
    parameters = list(store.parameters())
    parameters[0:4] = [0.5, 1.5, 3.0, 9.0]
    store.set_parameters(parameters)
    after = store.cards()
    assert [card.due for card in after] == [card.due for card in before]
    assert all(one.stability != other.stability for one, other in zip(after, before, strict=True))
    assert store.rebuild()
    store.answer("card-0", Rating.GOOD, seconds=1)
    assert store.rebuild()
    with pytest.raises(ValueError, match="bounds"):
        store.set_parameters([0.0] * 21)
    assert store.parameters() == tuple(parameters)


def test_packed_tables_say_the_same(
    store: Store, note: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.import_notes([note(20)])

    def study() -> None:
        for number in range(20):
            store.answer(f"card-{number}", Rating(number % 4 + 1), seconds=1)
        clock.forward(days=3)

    study()
    loose = store.statistics()
    monkeypatch.setattr(columns, "FULL", 7)
    monkeypatch.setattr(columns, "MANY", 1)
    monkeypatch.setattr(card_columns, "MANY", 1)
    assert store.statistics() == loose
    with store._context.database.read() as connection:
        sizes = connection.execute(text("SELECT size FROM review_columns ORDER BY id"))
        assert list(sizes.scalars()) == [7, 7, 6]
        assert connection.execute(text("SELECT count(*) FROM card_columns")).scalar_one() == 1
    study()
    for _ in range(25):
        store.undo()
    assert store.rebuild()
    assert store.statistics()["reviews"] == 15
