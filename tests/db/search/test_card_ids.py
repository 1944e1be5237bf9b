"""What a search finds is what a look at every card finds, whatever state the cards are in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from cards.note import Note
from cards.scheduling.day import study_day
from cards.scheduling.fsrs import Rating
from db.projections import word_index as words
from db.records import StoredCard
from db.storage.schema import CARDS, MISCONCEPTIONS, SCHEDULE
from db.store import Store

MakeNote = Callable[..., Note]
CARDS_IN_ALL = 18


@dataclass
class Looked:
    """A card as one may look at it, and whether it is buried today."""

    stored: StoredCard
    resting: bool
    today: int

    @property
    def due(self) -> bool:
        stored = self.stored
        if stored.state in ("missing", "suspended") or stored.last is None or self.resting:
            return False
        assert stored.due is not None
        return study_day(stored.due.astimezone(ZoneInfo("Europe/Berlin")), 4) <= self.today


TERMS: dict[str, Callable[[Looked], bool]] = {
    "is:new": lambda card: card.stored.last is None and card.stored.state != "missing",
    "is:due": lambda card: card.due,
    "is:suspended": lambda card: card.stored.suspended,
    "is:buried": lambda card: card.resting,
    "is:missing": lambda card: card.stored.state == "missing",
    "is:leech": lambda card: card.stored.leech,
    "deck:deck": lambda card: card.stored.card.deck.startswith("Deck"),
    "deck:Deck::Below": lambda card: card.stored.card.deck == "Deck::Below",
    "deck:Nowhere": lambda card: False,
    "topic:gini": lambda card: card.stored.card.topic == "gini",
    "kind:basic": lambda card: True,
    "tag:maths": lambda card: "maths" in card.stored.tags,
    "tag:mine": lambda card: "mine" in card.stored.tags,
    "even": lambda card: "even" in card.stored.card.prompt,
    '"an even numb"': lambda card: "even" in card.stored.card.prompt,
    '"?"': lambda card: True,
}
LINES = st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(TERMS))), max_size=4)


def forget(store: Store, *keys: int) -> None:
    """Take cards out, as a sync does that finds them under another id."""
    with store._context.database.write() as connection:
        words.forget(connection, keys)
        for table in (MISCONCEPTIONS, SCHEDULE, CARDS):
            connection.execute(delete(table).where(table.c.key.in_(keys)))


@pytest.fixture(params=["", "gaps"])
def stocked(request: Any, store: Store, note: MakeNote, card: Any, clock: Any) -> Store:
    """Return a store whose cards are in every state that a search asks about."""
    cards = [
        card(
            number,
            deck=("Deck", "Deck::Below", "Other")[number % 3],
            family=str(number),
            prompt=f"Is {number} an {'odd' if number % 2 else 'even'} number?",
            tags=("maths",) * (number % 4 == 0),
        )
        for number in range(CARDS_IN_ALL)
    ]
    store.import_notes([note(cards)])
    ids = [one.id for one in cards]
    for number in range(6, CARDS_IN_ALL):
        store.answer(ids[number], Rating.EASY if number % 2 else Rating.GOOD, seconds=1)
    store.bury(ids[9])  # until today is over
    clock.forward(days=40)
    store.answer(ids[13], Rating.EASY, seconds=1)
    store.answer(ids[14], Rating.AGAIN, seconds=1)
    store.set_due(ids[15], 1)
    store.set_due(ids[4], 0)
    for number in (1, 10, 3, 16):
        store.suspend(ids[number])
    for number in (2, 10, 11):
        store.bury(ids[number])
    store._context.zone = ZoneInfo("Pacific/Kiritimati")
    clock.forward(hours=5)
    store.bury(ids[12])  # a day ahead of Berlin
    store._context.zone = ZoneInfo("Europe/Berlin")
    for number in (0, 1, 7, 8, 10):
        store.tag(ids[number], ["mine"])
    gone = (3, 5, 16, 17)
    store.import_notes([note([one for one in cards if one.id not in {ids[n] for n in gone}])])
    if request.param == "gaps":
        forget(store, 1, 7, CARDS_IN_ALL)
        store.rebuild()
    return store


def looked(store: Store, today: int) -> dict[str, Looked]:
    with store._context.database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT id, buried_day FROM cards JOIN schedule ON cards.key = schedule.key"
            " ORDER BY cards.key"
        )
        resting = {id: day >= today for id, day in rows}
    cards = {stored.card.id: stored for stored in store.cards()}
    return {id: Looked(cards[id], rests, today) for id, rests in resting.items()}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=LINES, days=st.sampled_from([0, 1, 2, 60]))
def test_a_search_finds_what_a_look_at_every_card_finds(
    stocked: Store, clock: Any, line: list[tuple[bool, str]], days: int
) -> None:
    began: datetime = clock.now
    clock.forward(days=days)
    try:
        expected = [
            id
            for id, card in looked(stocked, stocked._context.moment().today).items()
            if all(TERMS[term](card) != minus for minus, term in line)
        ]
        query = " ".join("-" * minus + term for minus, term in line)
        found = stocked.find(query)
        assert len(found) == len(expected)
        assert list(found) == expected
        assert {one.card.id for one in stocked.cards(query)} == set(expected)
        missing = set(stocked.find("is:missing"))
        assert stocked.statistics(query)["cards"] == len(set(expected) - missing)
    finally:
        clock.now = began


def test_the_cards_of_the_test_above_are_in_every_state(stocked: Store) -> None:
    cards = looked(stocked, stocked._context.moment().today).values()
    for name, term in TERMS.items():
        assert len({term(card) for card in cards}) == 2 or name in (
            "is:leech",
            "deck:Nowhere",
            "kind:basic",
            '"?"',
        )
    assert any(card.resting and card.stored.last for card in cards)
    assert len({(card.due, card.stored.state) for card in cards}) >= 7


def test_what_was_found_stays_so_but_for_cards_that_are_gone(
    open_store: Any, note: MakeNote, card: Any
) -> None:
    store, other = open_store(), open_store()
    store.import_notes([note(4)])
    everything, some = store.find(""), store.find("number")
    forget(other, 2)
    other.import_notes([note([card(9, file="other.md")], path="other.md")])
    for found in (everything, some):
        assert len(found) == 4
        assert list(found) == ["card-0", "card-2", "card-3"]
        assert (found[0], found[-1]) == ("card-0", "card-3")
        assert "card-2" in found
        assert "card-1" not in found


def test_nothing_is_kept_of_an_answer(store: Store, note: MakeNote, card: Any) -> None:
    store.import_notes([note(2)])
    assert [len(store.find(line)) for line in ("", "is:new", "deck:Deck", "number")] == [2] * 4
    store.answer("card-0", Rating.GOOD, seconds=1)
    more = card(2, deck="Other", file="other.md")
    store.import_notes([note([more], path="other.md")])
    found = [list(store.find(line)) for line in ("", "is:new", "deck:Deck", "number")]
    assert found == [
        ["card-0", "card-1", "card-2"],
        ["card-1", "card-2"],
        ["card-0", "card-1"],
        ["card-0", "card-1", "card-2"],
    ]
    store.undo()
    assert list(store.find("is:new")) == ["card-0", "card-1", "card-2"]
