"""Daily limits: one that decks share, those of their own, and more of a deck today only.

And which new cards they let through: of each topic one in turn, unless they come as they are.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.store import Store
from db.study.daily_limits import Limit

MakeNote = Callable[..., Note]


@pytest.fixture
def filled(open_store: Any, note: MakeNote, card: Any) -> Store:
    """A store of three decks with 40 new cards each, of which 20 may come in a day."""
    store: Store = open_store()
    for deck in "ABC":
        cards = [
            card(n, id=f"{deck}{n}", family=f"{deck}{n}", deck=deck, file=f"{deck}.md")
            for n in range(40)
        ]
        store.import_notes([note(cards, path=f"{deck}.md")])
    return store


def new(store: Store) -> tuple[int, ...]:
    """Return how many new cards the sessions of all decks, A, B and C promise."""
    queued = [store.next_card(deck=deck) for deck in (None, "A", "B", "C")]
    return tuple(one.remaining.new if one else 0 for one in queued)


def met(store: Store) -> Counter[str]:
    """Meet all new cards there are, and return how many of each deck that were."""
    found: Counter[str] = Counter()
    while (queued := store.next_card()) is not None:
        found[queued.card.deck] += 1
        store.answer(queued.card.id, Rating.EASY, seconds=1)
    return found


@pytest.mark.parametrize("own", [5, 40])
def test_a_limit_of_its_own_replaces_the_shared_one(filled: Store, own: int) -> None:
    assert new(filled) == (20, 20, 20, 20)
    filled.set_option("A", "new_per_day", own)
    assert new(filled) == (20 + own, own, 20, 20)
    rows = filled.overview()
    assert {row.deck: row.left.new for row in rows} == {"A": own, "B": 20, "C": 20}
    found = met(filled)
    assert (found["A"], found["B"] + found["C"]) == (own, 20)
    assert new(filled) == (0, 0, 0, 0)
    filled.set_option("A", "new_per_day", None)
    assert new(filled) == (0, 0, 0, 0)


def test_more_of_a_deck_is_not_more_of_another(filled: Store, clock: Any) -> None:
    filled.set_option("A", "new_per_day", 5)
    filled.set_option("B", "new_per_day", 5)
    filled.allow_more(new=10, deck="A")
    assert new(filled) == (40, 15, 5, 20)
    filled.allow_more(new=-3, topic="softmax", deck="B")
    assert new(filled) == (37, 15, 2, 20)
    filled.allow_more(new=1, topic="gini")  # which all of them have
    assert new(filled) == (40, 16, 3, 21)
    clock.forward(days=1)
    assert new(filled) == (30, 5, 5, 20)


def test_more_of_a_deck_that_shares_its_limit(filled: Store) -> None:
    filled.allow_more(new=10, deck="A")
    assert new(filled) == (30, 30, 20, 20)
    found = met(filled)
    assert found.total() == 30
    assert found["B"] + found["C"] <= 20
    filled.allow_more(new=4, deck="C")
    assert new(filled)[0] == new(filled)[3] == 4


def test_more_without_a_deck_raises_every_limit(filled: Store) -> None:
    filled.set_option("A", "new_per_day", 5)
    filled.allow_more(new=2)
    assert new(filled) == (29, 7, 22, 22)


def test_what_a_limit_leaves_is_what_can_be_taken() -> None:
    more = {None: 1, "own": 2, "more": 3, "fewer": -2}
    done = {"own": 4, "more": 1, "plain": 2}
    for deck, left in {"own": 6 + 1 + 2 - 4, "more": 7 - 2 + 2, "fewer": 3, "plain": 5}.items():
        limit = Limit(6, {"own": 6}, more, done)
        assert limit.left(deck) == left
        assert [limit.take(deck) for _ in range(left + 2)] == [True] * left + [False] * 2
    limit = Limit(6, {"own": 6}, more, done)
    taken = [limit.take("plain") for _ in range(9)]
    assert taken.count(True) == 5
    assert (limit.left("more"), limit.left("fewer"), limit.left("own")) == (2, 0, 5)


def line(store: Store, count: int) -> list[str]:
    """Meet `count` new cards and return their ids."""
    ids = []
    for _ in range(count):
        queued = store.next_card()
        assert queued is not None
        ids.append(queued.card.id)
        store.answer(queued.card.id, Rating.EASY, seconds=1)
    return ids


@pytest.fixture
def topics(note: MakeNote, card: Any) -> Note:
    """A note of five topics, each of twelve cards that follow one another."""
    return note([card(n, family=str(n), topic=f"topic-{n // 12}") for n in range(60)])


def numbered(*numbers: int) -> list[str]:
    return [f"card-{number}" for number in numbers]


def test_topics_take_turns_before_the_limit_cuts(open_store: Any, topics: Note, clock: Any) -> None:
    store = open_store(new_per_day=7, order="random")
    store.import_notes([topics])
    assert line(store, 3) == numbered(0, 12, 24)
    store.tag("card-0", ["seen"])  # the line is made anew, and goes on where it was
    assert line(store, 4) == numbered(36, 48, 1, 13)
    assert store.next_card() is None
    clock.forward(days=1)
    store.suspend("card-0")
    store.suspend("card-12")
    # Those that waited longest come first; all had their last card yesterday.
    assert line(store, 7) == numbered(2, 14, 25, 37, 49, 3, 15)


def test_with_more_topics_than_new_cards_all_topics_come(
    open_store: Any, topics: Note, clock: Any
) -> None:
    store = open_store(new_per_day=2, reviews_per_day=0)
    store.import_notes([topics])
    days = []
    for _ in range(5):
        days.append(line(store, 2))
        assert store.next_card() is None
        clock.forward(days=1)
    pairs = (0, 12), (24, 36), (48, 1), (13, 25), (37, 2)
    assert days == [numbered(*pair) for pair in pairs]


def test_as_they_come_is_the_order_of_the_notes(open_store: Any, topics: Note) -> None:
    store = open_store(new_per_day=15, topics="as they come")
    store.import_notes([topics])
    assert line(store, 15) == numbered(*range(15))


@pytest.mark.parametrize("topics_", ["interleaved", "as they come"])
def test_random_new_cards_are_those_of_the_seed(
    open_store: Any, topics: Note, topics_: str
) -> None:
    lines = []
    for seed in (1, 1, 2):
        options = {"new_order": "random", "topics": topics_, "seed": seed}
        store = open_store(f"{len(lines)}.db", new_per_day=15, **options)
        store.import_notes([topics])
        lines.append(line(store, 15))
    assert lines[0] == lines[1]
    assert len({*lines[0]} & {*lines[2]}) < 10
    assert sorted(lines[0]) != sorted(numbered(*range(15)))


def test_decks_take_turns_within_their_limits(filled: Store) -> None:
    filled.set_option("B", "new_per_day", 2)
    found = met(filled)
    assert found["B"] == 2
    assert abs(found["A"] - found["C"]) <= 2


def test_undoing_a_card_of_another_deck_leaves_its_place_to_this_one(filled: Store) -> None:
    met(filled)
    assert filled.next_card(deck="A") is None
    while (undone := filled.undo()) is not None and undone.card_id.startswith("A"):
        pass
    filled.next_card(deck="A")
    left = filled.remaining(deck="A").new
    assert undone is not None
    assert left == filled.remaining().new > 0


def test_a_deck_is_studied_with_those_below_it_and_limits_stay_their_own(
    open_store: Any, note: Any, card: Any
) -> None:
    store = open_store(new_per_day=4)
    decks = ("A", "A::B", "a::c", "AB", "C::D")
    for start, deck in enumerate(decks):
        numbers = range(10 * start, 10 * start + 10)
        cards = [card(n, family=str(n), deck=deck, file=f"{deck}.md") for n in numbers]
        store.import_notes([note(cards, path=f"{deck}.md")])
    store.set_option("A::B", "new_per_day", 3)
    assert store.remaining(deck="A").new == 7
    assert store.remaining(deck="A::B").new == 3
    assert store.remaining(deck="C").new == 4
    assert store.remaining(deck="A", topic="softmax").new == 4, "a topic is of its deck alone"
    asked = set()
    while (queued := store.next_card(deck="A")) is not None:
        asked.add(queued.card.deck)
        store.answer(queued.card.id, Rating.EASY, seconds=1)
    assert asked == {"A", "A::B"}
    store.allow_more(new=2, deck="A")
    assert (store.remaining(deck="A").new, store.remaining(deck="A::B").new) == (2, 0)
    before = store.remaining(deck="C::D").new
    store.allow_more(new=1, deck="C")  # there is no such deck, but one below it
    assert store.remaining(deck="C::D").new == before + 1
