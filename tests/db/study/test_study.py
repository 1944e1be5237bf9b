from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cards.note import Note
from cards.scheduling.fsrs import Rating
from db.records import Counts
from db.store import Store

MakeNote = Callable[..., Note]


def study(store: Store, clock: Any, days: int, rating: Rating = Rating.GOOD) -> int:
    """Answer everything there is on each of `days` days; return how many answers that took."""
    answers = 0
    for _ in range(days):
        while (queued := store.next_card()) is not None:
            store.answer(queued.card.id, rating, seconds=4.0)
            clock.forward(seconds=30)
            answers += 1
            assert answers < 2_000, "the day does not end"
        clock.forward(days=1)
    return answers


def test_the_same_card_comes_until_it_is_answered(store: Store, note: MakeNote) -> None:
    store.import_notes([note(4)])
    first = store.next_card()
    assert first is not None
    assert store.next_card() == first
    assert first.remaining == Counts(new=2)  # siblings wait for another day


def test_an_answer_is_scheduled_as_the_button_said(
    store: Store, note: MakeNote, clock: Any
) -> None:
    store.import_notes([note(20)])
    for number in range(12):
        queued = store.next_card()
        assert queued is not None
        rating = Rating(number % 4 + 1)
        review = store.answer(queued.card.id, rating, seconds=3)
        assert review.interval == queued.previews[rating]
        clock.forward(minutes=7)


def test_siblings_stay_apart(store: Store, note: MakeNote, clock: Any) -> None:
    store.import_notes([note(10)])
    for _ in range(4):
        seen: dict[str, str] = {}
        while (queued := store.next_card()) is not None:
            assert seen.setdefault(queued.card.family, queued.card.id) == queued.card.id
            store.answer(queued.card.id, Rating.EASY, seconds=1)
        clock.forward(days=1)


def test_without_burying_siblings_follow(open_store: Any, note: MakeNote) -> None:
    store = open_store(bury_siblings=False)
    store.import_notes([note(4)])
    ids = set()
    while (queued := store.next_card()) is not None:
        ids.add(queued.card.id)
        store.answer(queued.card.id, Rating.EASY, seconds=1)
    assert len(ids) == 4


def test_new_cards_stop_at_the_daily_limit(open_store: Any, note: MakeNote, clock: Any) -> None:
    store = open_store(new_per_day=3)
    store.import_notes([note(20)])
    study(store, clock, days=1, rating=Rating.EASY)
    assert sum(row.new for row in store.overview()) == 9  # each of three topics may give 3
    clock.forward(days=-1)
    assert sum(row.new for row in store.overview()) == 0
    assert len(store.cards("is:new")) == 17


def test_a_deck_may_have_its_own_limit(store: Store, note: MakeNote, card: Any) -> None:
    one = [card(n, deck="One", family=f"one-{n}") for n in range(5)]
    two = [card(n, deck="Two", family=f"two-{n}") for n in range(5, 10)]
    store.import_notes([note(one + two)])
    store.set_option("One", "new_per_day", 2)
    assert store.remaining().new == 7
    assert store.next_card(deck="One").remaining.new == 2
    store.set_option("One", "new_per_day", None)
    assert store.remaining().new == 10
    with pytest.raises(ValueError, match="no option"):
        store.set_option("One", "speed", 2)
    with pytest.raises(ValueError, match="desired_retention"):
        store.set_option("One", "desired_retention", 2.0)


def test_learning_steps_come_when_they_are_due(store: Store, note: MakeNote, clock: Any) -> None:
    store.import_notes([note(6)])
    first = store.next_card()
    assert first is not None
    store.answer(first.card.id, Rating.GOOD, seconds=1)
    other = store.next_card()
    assert other is not None
    assert other.card.id != first.card.id
    clock.forward(minutes=10)
    again = store.next_card()
    assert again is not None
    assert again.card.id == first.card.id


def test_a_step_comes_early_when_nothing_else_is_left(store: Store, note: MakeNote) -> None:
    store.import_notes([note(1)])
    queued = store.next_card()
    assert queued is not None
    store.answer(queued.card.id, Rating.GOOD, seconds=1)  # due in 10 minutes, within 20
    assert store.next_card() is not None
    store.answer(queued.card.id, Rating.GOOD, seconds=1)  # leaves learning
    assert store.next_card() is None


def test_what_is_most_forgotten_comes_first(
    open_store: Any, note: MakeNote, card: Any, clock: Any
) -> None:
    store = open_store(new_per_day=100)
    store.import_notes([note([card(n, family=str(n), topic="one") for n in range(30)])])
    for number in range(30):
        store.answer(f"card-{number}", Rating.EASY if number % 2 else Rating.GOOD, seconds=1)
        store.answer(f"card-{number}", Rating.EASY, seconds=1)
    clock.forward(days=40)
    recall = []
    while (queued := store.next_card()) is not None:
        assert queued.stored.retrievability is not None
        recall.append(queued.stored.retrievability)
        store.suspend(queued.card.id)
    assert len(recall) == 30
    assert recall == sorted(recall)


def test_topics_take_turns(store: Store, note: MakeNote) -> None:
    store.import_notes([note(30)])
    topics = []
    for _ in range(9):
        queued = store.next_card()
        assert queued is not None
        topics.append(queued.card.topic)
        store.answer(queued.card.id, Rating.EASY, seconds=1)
    assert all(one != two for one, two in pairwise(topics))


def test_undo_is_exact_and_survives_a_restart(open_store: Any, note: MakeNote, clock: Any) -> None:
    store = open_store()
    store.import_notes([note(8)])
    study(store, clock, days=3)
    before = store.cards(), store.statistics(), store.overview()
    due = store.next_card()
    assert due is not None
    review = store.answer(due.card.id, Rating.AGAIN, seconds=2)
    assert store.cards() != before[0]
    store.close()
    store = open_store()
    undone = store.undo()
    assert undone is not None
    assert (undone.id, undone.card_id) == (review.id, due.card.id)
    assert (store.cards(), store.statistics(), store.overview()) == before
    shown = store.next_card()
    assert shown is not None
    assert (shown.card.id, shown.variant_seed) == (due.card.id, due.variant_seed)


def test_undo_goes_back_to_the_beginning(store: Store, note: MakeNote, clock: Any) -> None:
    store.import_notes([note(5)])
    beginning = store.cards()
    answers = study(store, clock, days=2)
    for _ in range(answers):
        assert store.undo() is not None
    assert store.undo() is None
    assert store.cards() == beginning
    assert store.rebuild()


def test_a_review_is_taken_back_under_a_newer_one(store: Store, note: MakeNote) -> None:
    store.import_notes([note(2)])
    first = store.answer("card-0", Rating.AGAIN, seconds=1)
    store.answer("card-1", Rating.GOOD, seconds=1)
    store.answer("card-0", Rating.EASY, seconds=1)
    taken = store.undo(first.id)
    assert taken is not None
    assert (taken.id, taken.card_id) == (first.id, "card-0")
    assert store.undo(first.id) is None
    assert (store.card("card-0").reps, store.card("card-1").reps) == (1, 1)
    assert store.statistics()["reviews"] == 2
    assert store.rebuild()


def test_the_undone_card_comes_back_first(store: Store, note: MakeNote) -> None:
    store.import_notes([note(12)])
    shown = []
    for _ in range(4):
        queued = store.next_card()
        assert queued is not None
        shown.append(queued.card.id)
        store.answer(queued.card.id, Rating.GOOD, seconds=1)
    for card_id in reversed(shown):
        store.undo()
        queued = store.next_card()
        assert queued is not None
        assert queued.card.id == card_id


def test_aside_and_back(store: Store, note: MakeNote, clock: Any) -> None:
    store.import_notes([note(1)])
    store.suspend("card-0")
    assert store.card("card-0").state == "suspended"
    assert store.next_card() is None
    store.unsuspend("card-0")
    assert store.next_card() is not None
    store.bury("card-0")
    assert store.card("card-0").state == "buried"
    assert store.next_card() is None
    clock.forward(days=1)
    assert store.next_card() is not None
    store.bury("card-0")
    store.unbury("card-0")
    assert store.next_card() is not None


def test_a_due_date_can_be_set(store: Store, note: MakeNote, clock: Any) -> None:
    store.import_notes([note(1)])
    store.answer("card-0", Rating.EASY, seconds=1)
    store.set_due("card-0", 0)
    assert store.next_card() is not None
    store.set_due("card-0", 3)
    assert store.next_card() is None
    due = store.card("card-0").due
    assert due is not None
    assert timedelta(days=2) < due - clock() < timedelta(days=3)
    for days in (-1, 36_501, 10**20):
        with pytest.raises(ValueError, match="in 0 to 36500 days"):
            store.set_due("card-0", days)
    assert store.card("card-0").due == due


@pytest.mark.parametrize("tag", ["", "two words", "colour\x1b[31m", "\ud800"])
def test_a_tag_is_one_word(store: Store, note: MakeNote, tag: str) -> None:
    store.import_notes([note(1)])
    with pytest.raises(ValueError, match="a tag is one word"):
        store.tag("card-0", ["fine", tag])
    store.tag("card-0", remove=[tag])  # which it has not
    assert store.card("card-0").tags == ()


def test_what_could_not_be_folded_is_not_logged(store: Store, note: MakeNote) -> None:
    store.import_notes([note(1)])
    with pytest.raises(ValueError, match="nothing was changed"):
        store.allow_more(new=10**30)
    assert store.next_card() is not None


def test_a_card_left_open_overnight_counts_ten_minutes(store: Store, note: MakeNote) -> None:
    store.import_notes([note(1)])
    store.answer("card-0", Rating.GOOD, seconds=30_000)
    assert store.statistics()["seconds_today"] == 600


def test_eight_lapses_make_a_leech(store: Store, note: MakeNote, clock: Any) -> None:
    store.import_notes([note(1)])
    leeches = []
    store.answer("card-0", Rating.EASY, seconds=1)
    for _ in range(9):
        clock.forward(days=40)
        leeches.append(store.answer("card-0", Rating.AGAIN, seconds=1).leech)
        store.answer("card-0", Rating.EASY, seconds=1)
    assert leeches == [False] * 7 + [True, True]
    assert store.card("card-0").leech
    assert [stored.card.id for stored in store.cards("is:leech")] == ["card-0"]


def test_what_the_machine_said_is_kept(store: Store, note: MakeNote) -> None:
    from sqlalchemy import text

    store.import_notes([note(1)])
    grade = {"verdict": "different", "outcome": "wrong-sign", "suggested": Rating.AGAIN}
    store.answer(
        "card-0", Rating.GOOD, seconds=2.5, grade=grade, typed="−x", variant={"values": {"a": "1"}}
    )
    with store._context.database.read() as connection:
        payload = connection.execute(
            text("SELECT payload FROM events WHERE kind = 'review'")
        ).scalar_one()
    for part in ('"grade":"different"', '"outcome":"wrong-sign"', '"suggested":1', '"typed":"−x"'):
        assert part in payload


def test_an_unknown_card_is_named(store: Store) -> None:
    with pytest.raises(LookupError, match="no card nothing"):
        store.answer("nothing", Rating.GOOD, seconds=1)
    with pytest.raises(LookupError, match="no card nothing"):
        store.card("nothing")


PAPER = {"seed": 3, "score": {"right": 1, "wrong": 0, "open": 1}}


def test_quizzes_are_kept(store: Store) -> None:
    store.record_quiz(PAPER)
    store.record_quiz(PAPER | {"seed": 4})
    assert [paper["seed"] for paper in store.quizzes()] == [3, 4]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": []},
        {"seed": "3"},
        {"score": 0.5},
        {"score": {"right": 1}},
        {"questions": [{}]},
        {"questions": [{"card": "card-1", "right": "yes"}]},
    ],
)
def test_a_paper_that_could_not_be_read_again_is_refused(
    store: Store, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="nothing was changed"):
        store.record_quiz(PAPER | wrong)
    assert store.quizzes() == []


def test_what_could_not_be_counted_is_refused(store: Store, note: MakeNote) -> None:
    store.import_notes([note(1)])
    with pytest.raises(ValueError, match="nothing was changed"):
        store.allow_more(new=0.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="nothing was changed"):
        store.answer("card-0", Rating.GOOD, seconds=1, variant={"seed": 1, "values": {"a": 5}})
    assert store.card("card-0").reps == 0


def test_a_quiz_that_is_marked_again_is_kept_once(store: Store) -> None:
    for id, right in (("a", 1), ("b", 2), ("a", 3)):
        store.record_quiz(PAPER | {"id": id, "score": {"right": right, "wrong": 0, "open": 0}})
    assert [paper["score"]["right"] for paper in store.quizzes()] == [3, 2]


def test_two_stores_on_one_file_share_the_day(open_store: Any, note: MakeNote) -> None:
    one, two = open_store(), open_store()
    one.import_notes([note(6)])
    first = two.next_card()
    assert first is not None
    assert one.next_card() == first
    one.answer(first.card.id, Rating.EASY, seconds=1)
    second = two.next_card()
    assert second is not None
    assert second.card.id != first.card.id
    assert second.remaining == one.remaining()


def test_what_a_button_promised_is_void_once_another_program_has_written(
    open_store: Any, note: MakeNote
) -> None:
    here, there = open_store(), open_store()
    here.import_notes([note(1)])
    queued = here.next_card()
    assert queued is not None
    there.set_option(queued.card.deck, "maximum_interval", 2)
    review = here.answer(queued.card.id, Rating.EASY, seconds=1)
    assert queued.previews[Rating.EASY] > timedelta(days=2) == review.interval


def test_a_promise_of_yesterday_is_void(store: Store, note: MakeNote, clock: Any) -> None:
    store.import_notes([note(1)])
    first = store.next_card()
    assert first is not None
    store.answer(first.card.id, Rating.EASY, seconds=1)
    clock.forward(days=30)
    queued = store.next_card()
    assert queued is not None
    clock.forward(days=100)
    review = store.answer(queued.card.id, Rating.GOOD, seconds=1)
    assert review.interval > queued.previews[Rating.GOOD]


def test_a_step_that_is_taken_back_comes_first_also_after_a_flight_west(
    open_store: Any, note: MakeNote, clock: Any
) -> None:
    store = open_store()
    store.import_notes([note(4)])
    store._context.zone = ZoneInfo("Asia/Kathmandu")
    clock.forward(hours=15)  # early in the morning there, and still the day before in the west
    first = store.next_card()
    assert first is not None
    store.answer(first.card.id, Rating.AGAIN, seconds=1)
    clock.forward(minutes=30)
    store._context.zone = ZoneInfo("America/Los_Angeles")
    again = store.next_card()
    assert again is not None
    assert again.card.id == first.card.id
    store.answer(again.card.id, Rating.HARD, seconds=1)
    store.undo()
    assert store.next_card() == again


def test_the_answer_of_a_suspended_card_can_be_undone(store: Store, note: MakeNote) -> None:
    store.import_notes([note(2)])
    store.next_card()
    store.answer("card-0", Rating.AGAIN, seconds=1)
    store.suspend("card-0")
    store.next_card()
    store.undo()
    assert store.card("card-0").state == "suspended"
    assert store.card("card-0").reps == 0


def test_more_cards_for_today_only(open_store: Any, note: MakeNote, clock: Any) -> None:
    store = open_store(new_per_day=2)
    store.import_notes([note(20)])
    assert store.remaining().new == 2
    store.allow_more(new=3)
    assert store.remaining().new == 5
    store.allow_more(new=-4)
    assert store.remaining().new == 1
    clock.forward(days=1)
    assert store.remaining().new == 2


def test_studying_ahead(store: Store, note: MakeNote, card: Any, clock: Any) -> None:
    store.import_notes([note([card(n, family=str(n)) for n in range(8)])])
    study(store, clock, days=1, rating=Rating.EASY)
    assert store.next_card() is None
    wait = store.coming()
    assert wait is not None
    days, count = wait.days, wait.cards
    soonest = min(stored.due for stored in store.cards() if stored.due)
    assert count == sum(stored.due == soonest for stored in store.cards())
    assert store.next_card(ahead=days - 1) is None
    seen = set()
    while (queued := store.next_card(ahead=days)) is not None:
        assert queued.stored.due == soonest
        seen.add(queued.card.id)
        store.answer(queued.card.id, Rating.GOOD, seconds=1)
    assert len(seen) == count
    assert store.coming(deck="Nothing") is None


@pytest.mark.parametrize("topics", ["interleaved", "as they come"])
def test_studying_ahead_asks_todays_new_cards_too(
    open_store: Any, note: MakeNote, card: Any, topics: str
) -> None:
    store = open_store(new_per_day=3, topics=topics)
    store.import_notes([note([card(n, family=str(n)) for n in range(8)])])
    store.answer("card-7", Rating.EASY, seconds=1)
    assert store.next_card(ahead=30).remaining == store.remaining()
    asked = []
    while (queued := store.next_card(ahead=30)) is not None:
        asked.append(queued.card.id)
        store.answer(queued.card.id, Rating.EASY, seconds=1)
    assert len(asked) == 2


@pytest.mark.parametrize("rating", list(Rating))
def test_studying_ahead_asks_each_card_once(
    open_store: Any, note: MakeNote, card: Any, clock: Any, rating: Rating
) -> None:
    store = open_store(fuzz=False)
    store.import_notes([note([card(n, family=str(n)) for n in range(3)])])
    study(store, clock, days=1, rating=Rating.EASY)
    asked: list[str] = []
    while (queued := store.next_card(ahead=30)) is not None and len(asked) < 20:
        asked.append(queued.card.id)
        again = queued.stored.state == "relearning"
        store.answer(queued.card.id, Rating.GOOD if again else rating, seconds=1)
        if len(asked) == 1:
            store.undo()  # which brings the card back, this once
            assert store.next_card(ahead=30) == queued
            store.answer(queued.card.id, rating, seconds=1)
        if not again:
            store.tag(queued.card.id, ["seen"])  # so that the line is made anew
    steps = 2 if rating is Rating.AGAIN else 1
    assert Counter(asked) == {f"card-{n}": steps for n in range(3)}


def test_a_card_set_to_today_comes_again_on_the_day(store: Store, note: MakeNote) -> None:
    store.import_notes([note(1)])
    store.answer("card-0", Rating.EASY, seconds=1)
    assert store.next_card(ahead=30) is None
    store.set_due("card-0", 0)
    assert store.next_card(ahead=30) is not None


def test_what_to_cram_before_an_exam(store: Store, note: MakeNote) -> None:
    store.import_notes([note(8)])
    for number in range(6):
        store.answer(f"card-{number}", Rating.GOOD if number % 2 else Rating.EASY, seconds=1)
    before = store.cards()
    order = [stored.card.id for stored in store.weakest(days=10)]
    assert set(order) == {f"card-{number}" for number in range(6)}
    assert {int(id[-1]) % 2 for id in order[:3]} == {1}
    assert store.cards() == before


def test_cards_forgotten_lately_are_found(store: Store, note: MakeNote, clock: Any) -> None:
    store.import_notes([note(4)])
    store.answer("card-0", Rating.AGAIN, seconds=1)
    store.answer("card-1", Rating.GOOD, seconds=1)
    clock.forward(days=2)
    store.answer("card-2", Rating.AGAIN, seconds=1)
    assert list(store.find("forgotten:1")) == ["card-2"]
    assert list(store.find("forgotten:3")) == ["card-0", "card-2"]
    store.undo()
    assert list(store.find("forgotten:3")) == ["card-0"]
    with pytest.raises(ValueError, match="number of days"):
        store.find("forgotten:soon")


def test_the_values_of_the_last_review_are_remembered_and_undone(
    store: Store, note: MakeNote
) -> None:
    store.import_notes([note(1)])
    queued = store.next_card()
    assert queued is not None
    assert store.last_variant(queued.card.id) == {}
    for a in ("1", "2"):
        said = {"seed": 3, "values": {"a": a}}
        store.answer(queued.card.id, Rating.GOOD, seconds=1.0, variant=said)
    assert store.last_variant(queued.card.id) == {"a": "2"}
    store.undo()
    assert store.last_variant(queued.card.id) == {"a": "1"}


def test_a_card_buried_before_a_flight_west_is_buried_until_that_day_is_over(
    open_store: Any, note: MakeNote, card: Any, clock: Any
) -> None:
    store = open_store()
    store.import_notes([note([card(n, family=str(n)) for n in range(3)])])
    clock.now = datetime(2026, 11, 2, 22, tzinfo=UTC)
    store._context.zone = ZoneInfo("Pacific/Auckland")
    store.bury("card-0")  # on the 3rd there
    store._context.zone = ZoneInfo("America/Los_Angeles")
    for days in range(3):
        buried = days < 2
        assert (store.card("card-0").state == "buried") == buried
        assert list(store.find("is:buried")) == ["card-0"] * buried
        assert store.statistics()["buried"] == buried
        assert store.remaining().new == sum(row.new for row in store.overview()) == 3 - buried
        clock.forward(days=1)


def test_what_follows_a_card_is_asked_after_it(store: Store, note: MakeNote) -> None:
    store.import_notes([note(20)])
    asked = []
    while (queued := store.next_card()) is not None:
        following = store.following(queued.card.id)
        assert store.next_card() == queued
        store.answer(queued.card.id, Rating.EASY, seconds=1)
        after = store.next_card()
        assert following == (after and (after.card, after.variant_seed))
        asked.append(queued.card.id)
    assert len(asked) > 5


def test_what_follows_a_card_that_was_taken_back_is_its_old_successor(
    store: Store, note: MakeNote
) -> None:
    store.import_notes([note(20)])
    first = store.next_card()
    assert first is not None
    store.answer(first.card.id, Rating.EASY, seconds=1)
    second = store.next_card()
    store.undo()
    assert store.next_card() == first
    assert second is not None
    assert store.following(first.card.id) == (second.card, second.variant_seed)
