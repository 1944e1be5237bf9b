"""Statistics against the same figures counted one review at a time."""

import json
import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import insert, text

from cards.scheduling.day import day_date, study_day
from cards.scheduling.fsrs import Rating
from db.projections import card_columns
from db.statistics.calibration import wilson
from db.statistics.reviews import streak
from db.storage.schema import SECTIONS
from db.store import Store


@pytest.fixture(scope="module")
def fifty_days(tmp_path_factory: Any, note: Any, new_clock: Any) -> tuple[Path, datetime]:
    """Return a store with fifty days of study with gaps, by dice that fall alike, and their end."""
    path, clock = tmp_path_factory.mktemp("studied") / "store.db", new_clock()
    store = Store.open(path, clock=clock, zone=ZoneInfo("Europe/Berlin"))
    store.import_notes([note(24)])
    dice = random.Random(5)
    for _ in range(50):
        clock.now = clock.now.replace(hour=dice.randint(4, 20), minute=0)
        for _ in range(dice.choice([0, 4, 12])):
            queued = store.next_card()
            if queued is None:
                break
            grade: dict[str, Any] | None = None
            if dice.random() < 0.6:
                wrong = dice.random() < 0.3
                grade = {
                    "verdict": "different" if wrong else "equal",
                    "suggested": Rating.AGAIN if wrong else Rating.GOOD,
                    "misconception": "Signs are swapped." if wrong else None,
                }
            rating = Rating(dice.choices([1, 2, 3, 4], [2, 1, 6, 1])[0])
            store.answer(queued.card.id, rating, seconds=dice.uniform(1, 30), grade=grade)
            clock.forward(minutes=dice.choice([1, 15]))
        clock.forward(days=1)
    for _ in range(3):
        store.undo()
    store.close()
    return path, clock.now


@pytest.fixture
def studied(
    fifty_days: Any, backend: str, place: Any, open_store: Any, note: Any, clock: Any
) -> Store:
    """Return a store of one's own with those days: a copy, and on a server a sync."""
    path, clock.now = fifty_days
    if backend == "sqlite":
        shutil.copy(path, place("store.db"))
        return open_store()
    store = open_store()
    store.sync(path)
    store.import_notes([note(24)])
    return store


class Naive:
    """Every review that stands, with what was true of its card before it."""

    def __init__(self, store: Store) -> None:
        with store._context.database.read() as connection:
            rows = connection.execute(
                text(
                    "SELECT card, at, \"offset\", payload FROM events WHERE kind = 'review' AND id "
                    "NOT IN (SELECT target FROM events WHERE target IS NOT NULL) ORDER BY id"
                )
            ).all()
        topics = {stored.card.id: stored.card.topic for stored in store.cards()}
        last: dict[str, dict[str, Any]] = {}
        self.reviews: list[dict[str, Any]] = []
        for card, at, offset, payload in rows:
            said = json.loads(payload)
            before = last.get(card)
            state = before["state"] if before else "learning"
            interval = before["due"] - before["day"] if before else 0
            stage = ("mature" if interval >= 21 else "young") if state == "review" else state
            local = datetime.fromtimestamp(at / 1000, UTC) + timedelta(minutes=offset)
            said |= {"card": card, "topic": topics[card], "stage": stage, "hour": local.hour}
            self.reviews.append(said)
            last[card] = said


def recalled(reviews: list[dict[str, Any]]) -> float | None:
    due = [r for r in reviews if r["stage"] in ("young", "mature")]
    return sum(r["rating"] > 1 for r in due) / len(due) if due else None


def test_counts_by_day_stage_hour_and_button(studied: Store) -> None:
    found, reviews = studied.statistics(), Naive(studied).reviews
    assert found["reviews"] == len(reviews) > 100
    by_day: dict[int, Counter[str]] = defaultdict(Counter)
    for review in reviews:
        by_day[review["day"]][review["stage"]] += 1
    assert [(row["date"], row["reviews"], row["young"]) for row in found["reviews_by_day"]] == [
        (day_date(day).isoformat(), counts.total(), counts["young"])
        for day, counts in sorted(by_day.items())
    ]
    hours = Counter(review["hour"] for review in reviews)
    assert [row["reviews"] for row in found["hours"]] == [hours[hour] for hour in range(24)]
    for stage, buttons in found["buttons"].items():
        for name, count in buttons.items():
            wanted = Rating[name.upper()]
            assert count == sum(r["stage"] == stage and r["rating"] == wanted for r in reviews)
    seconds = sum(row["seconds"] for row in found["reviews_by_day"])
    assert seconds == pytest.approx(sum(r["seconds"] for r in reviews), abs=0.06 * len(reviews))


def test_retention(studied: Store, clock: Any) -> None:
    found, reviews = studied.statistics(), Naive(studied).reviews
    today = study_day(clock().astimezone(studied._context.zone))
    assert found["true_retention"] == pytest.approx(recalled(reviews))
    for name, span in (("week", 7), ("month", 30), ("year", 365)):
        inside = [r for r in reviews if r["day"] > today - span]
        assert found["retention"][name]["all"]["retention"] == pytest.approx(recalled(inside))
        mature = [r for r in inside if r["stage"] == "mature"]
        assert found["retention"][name]["mature"]["asked"] == len(mature)


def test_today(studied: Store, clock: Any) -> None:
    naive = Naive(studied).reviews
    clock.now = datetime.fromtimestamp(0, UTC) + timedelta(days=naive[-1]["day"], hours=12)
    found, today = studied.statistics()["today"], [r for r in naive if r["day"] == naive[-1]["day"]]
    old = [r for r in today if r["stage"] == "mature"]
    assert (found["reviews"], found["mature"]) == (len(today), len(old))
    assert found["again"] == sum(r["rating"] == 1 for r in today)
    assert found["mature_recall"]["asked"] == len(old)
    assert found["mature_recall"]["recalled"] == sum(r["rating"] > 1 for r in old)


def test_scopes_and_ranges(studied: Store, clock: Any) -> None:
    reviews = Naive(studied).reviews
    today = study_day(clock().astimezone(studied._context.zone))
    found = studied.statistics("topic:gini", 20)
    inside = [r for r in reviews if r["topic"] == "gini" and r["day"] > today - 20]
    assert found["cards"] == 8
    assert found["reviews"] == len(inside)
    assert found["true_retention"] == pytest.approx(recalled(inside))
    assert [row["topic"] for row in found["by_topic"]] == ["gini"]
    assert studied.statistics("nothing-like-this")["cards"] == 0


def test_by_topic_and_kind_are_parts_of_the_whole(studied: Store) -> None:
    found, reviews = studied.statistics(), Naive(studied).reviews
    for row in found["by_topic"]:
        inside = [r for r in reviews if r["topic"] == row["topic"]]
        assert row["reviews"] == len(inside)
        assert row["true_retention"] == pytest.approx(recalled(inside))
        cards = [c for c in studied.cards() if c.card.topic == row["topic"]]
        known = sum(card.retrievability or 0 for card in cards)
        assert row["mastery"] == pytest.approx(known / len(cards), rel=1e-5)
    (kind,) = found["by_kind"]
    assert (kind["kind"], kind["cards"], kind["reviews"]) == ("basic", 24, len(reviews))


def test_calibration_and_agreement(studied: Store) -> None:
    found, reviews = studied.statistics(), Naive(studied).reviews
    predicted = [r for r in reviews if r["stage"] in ("young", "mature") and "predicted" in r]
    calibration = found["calibration"]
    assert calibration["asked"] == len(predicted) == sum(b["asked"] for b in calibration["bins"])
    loss = -np.mean(
        [np.log(r["predicted"] if r["rating"] > 1 else 1 - r["predicted"]) for r in predicted]
    )
    assert calibration["log_loss"] == pytest.approx(loss, rel=1e-4)
    for row in calibration["bins"]:
        assert row["low"] <= row["recalled"] <= row["high"]
    agreement = found["agreement"]
    suggested = [r for r in reviews if "suggested" in r]
    assert agreement["graded"] == len(suggested)
    same = sum(r["rating"] == r["suggested"] for r in suggested) / len(suggested)
    assert agreement["same"] == pytest.approx(same)
    kind = sum(r["grade"] == "different" and r["rating"] > 1 for r in suggested)
    hard = sum(r["grade"] == "equal" and r["rating"] == 1 for r in suggested)
    assert (agreement["too_kind"], agreement["too_hard"]) == (kind, hard)


def test_misconceptions_are_counted(studied: Store) -> None:
    hits = Counter(r["card"] for r in Naive(studied).reviews if "misconception" in r)
    found = studied.statistics()["misconceptions"]
    assert {row["card"]: row["times"] for row in found} == dict(hits.most_common(20))
    assert [row["times"] for row in found] == sorted(hits.values(), reverse=True)[:20]


def test_cards_as_they_stand(studied: Store, clock: Any) -> None:
    studied.suspend("card-3")
    studied.bury("card-4")
    found, cards = studied.statistics(), studied.cards()
    states = Counter(card.state for card in cards)
    assert found["suspended"] == states["suspended"] == 1
    assert found["buried"] == states["buried"] == 1
    review = [card for card in cards if card.state == "review"]
    assert found["forecast"][0]["due"] >= found["due_today"]
    today = clock().astimezone(studied._context.zone).date()
    ahead = [(card.due.date() - today).days for card in review if card.due]
    for days in (30, 60, None):
        forecast = studied.statistics("", days)["forecast"]
        inside = Counter(n for n in ahead if 0 < n < (days or 1000))
        assert {row["date"]: row["due"] for row in forecast[1:]} == {
            (today + timedelta(n)).isoformat(): cards for n, cards in inside.items()
        }
        assert forecast[0] == found["forecast"][0]
    assert max(ahead) >= 60
    assert found["known"] == pytest.approx(sum(c.retrievability or 0 for c in cards), abs=0.06)
    assert sum(row["cards"] for row in found["added_by_day"]) == len(cards) == found["cards"]
    for panel in ("stability", "difficulty", "intervals"):
        assert found[panel]


def test_cards_gone_from_their_notes_are_missing_and_nothing_else(
    studied: Store, note: Any
) -> None:
    studied.suspend("card-3")
    studied.suspend("card-20")
    studied.bury("card-4")
    studied.bury("card-21")
    studied.import_notes([note(10)])
    found = studied.statistics()
    here = [card for card in studied.cards() if card.state != "missing"]
    met = [card for card in here if card.reps]
    assert (found["cards"], found["missing"]) == (len(here), 14) == (10, 14)
    assert (found["suspended"], found["buried"]) == (1, 1)
    assert sum(found["recall"]) == len(met)
    assert found["known"] == pytest.approx(sum(c.retrievability or 0 for c in met), abs=0.06)
    assert sum(row["cards"] for row in found["added_by_day"]) == 10


@pytest.mark.parametrize(
    ("days", "today", "length"),
    [
        ([], 10, 0),
        ([10], 10, 1),
        ([9], 10, 1),
        ([8], 10, 0),
        ([5, 6, 8, 9, 10], 10, 3),
        ([8, 9, 10, 11], 10, 3),  # a day further east than this one
    ],
)
def test_streaks(days: list[int], today: int, length: int) -> None:
    assert streak(np.array(days, dtype=int), today, np.array([], dtype=int)) == length


def test_a_day_yet_to_come_is_in_no_streak_even_on_the_day_that_travel_left_out() -> None:
    assert streak(np.array([1, 2, 4]), 3, np.array([3])) == 2
    assert streak(np.array([1, 2, 4]), 4, np.array([3])) == 3


def test_a_streak_survives_travel_and_summer_time(store: Store, note: Any, clock: Any) -> None:
    store.import_notes([note(2)])
    clock.now = datetime(2026, 10, 20, 20, tzinfo=UTC)
    zones = ["Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo", "Pacific/Auckland"]
    for day in range(12):  # across the end of summer time on the 25th
        store._context.zone = ZoneInfo(zones[day % 2])
        store.answer("card-0", Rating.GOOD, seconds=1)
        clock.forward(days=1)
    store._context.zone = ZoneInfo("Europe/Berlin")
    assert store.statistics()["longest_streak"] == 12


LOS_ANGELES, AUCKLAND = ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Auckland")


@pytest.fixture
def study_at(store: Store, clock: Any) -> Callable[..., None]:
    """Return a function that answers a card at a time on the wall of a place."""

    def answer(zone: ZoneInfo, day: int, hour: int, card: str = "card-0") -> None:
        store._context.zone = zone
        clock.now = datetime(2027, 3, day, hour, tzinfo=zone)
        store.answer(card, Rating.GOOD, seconds=1)

    return answer


def test_a_card_of_tomorrow_that_is_answered_again_counts_for_tomorrow(
    store: Store, note: Any, study_at: Any
) -> None:
    store.import_notes([note(2)])
    study_at(AUCKLAND, 10, 9)
    study_at(LOS_ANGELES, 9, 15)  # two hours later
    assert store.statistics()["days_studied"] == 1
    study_at(LOS_ANGELES, 9, 16, "card-1")
    assert store.statistics()["days_studied"] == 2


def test_a_day_lost_at_the_date_line_breaks_no_streak(
    store: Store, note: Any, clock: Any, study_at: Any
) -> None:
    store.import_notes([note(2)])
    study_at(LOS_ANGELES, 9, 21)
    study_at(LOS_ANGELES, 10, 21)
    store._context.zone = AUCKLAND
    clock.forward(hours=15)  # the 12th, 08:00
    assert store.statistics()["streak"] == 2, "there was no evening on which to study"
    study_at(AUCKLAND, 12, 8)
    study_at(AUCKLAND, 13, 8, "card-1")
    found = store.statistics()
    assert (found["streak"], found["longest_streak"], found["days_studied"]) == (4, 4, 4)
    assert store.statistics("topic:softmax")["longest_streak"] == 3


def test_a_day_on_which_one_could_have_studied_breaks_a_streak(
    store: Store, note: Any, clock: Any, study_at: Any
) -> None:
    store.import_notes([note(2)])
    study_at(LOS_ANGELES, 10, 21)
    study_at(AUCKLAND, 13, 8)
    found = store.statistics()
    assert (found["streak"], found["longest_streak"]) == (1, 1)
    study_at(AUCKLAND, 15, 5)
    assert store.statistics()["longest_streak"] == 1, "nobody went anywhere"


def test_a_day_lived_twice_is_one_day(store: Store, note: Any, study_at: Any) -> None:
    store.import_notes([note(2)])
    study_at(AUCKLAND, 10, 8)
    study_at(AUCKLAND, 11, 8)
    study_at(LOS_ANGELES, 11, 8, "card-1")
    study_at(LOS_ANGELES, 12, 8)
    found = store.statistics()
    assert (found["streak"], found["longest_streak"], found["days_studied"]) == (3, 3, 3)


def test_the_interval_of_a_share() -> None:
    low, high = wilson(8, 10)  # Wilson's own formula, worked by hand
    assert (low, high) == pytest.approx((0.490, 0.943), abs=5e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_an_empty_store_has_statistics(store: Store) -> None:
    found = store.statistics()
    assert (found["cards"], found["reviews"], found["streak"]) == (0, 0, 0)
    assert found["true_retention"] is None
    json.dumps(found, allow_nan=False)


def test_the_history_of_a_card(store: Store, note: Any, clock: Any) -> None:
    store.import_notes([note(2)])
    for rating in (Rating.GOOD, Rating.EASY, Rating.AGAIN, Rating.GOOD):
        store.answer("card-0", rating, seconds=2, typed="x", grade={"verdict": "equal"})
        clock.forward(days=6)
    found, card = store.history("card-0"), store.card("card-0")
    assert [review["rating"] for review in found["reviews"]] == [3, 4, 1, 3]
    last = found["reviews"][-1]
    assert (last["stability"], last["grade"], last["typed"]) == (card.stability, "equal", "x")
    assert found["recall"] == pytest.approx(card.retrievability, abs=1e-4)
    dates = [point["date"] for point in found["curve"]]
    assert dates == sorted(dates)
    assert {point["recall"] for point in found["curve"]} >= {1.0}  # on days with a review
    future = [point["recall"] for point in found["curve"][-20:]]
    assert future == sorted(future, reverse=True)
    assert store.history("card-1") == {"reviews": [], "curve": [], "recall": None}
    with pytest.raises(LookupError, match="no card nothing"):
        store.history("nothing")


WITHOUT_A_RANGE = ("streak", "longest_streak", "retention", "calendar", "today")


@pytest.mark.parametrize("scope", ["", "topic:gini"])
def test_streaks_calendar_and_retention_do_not_depend_on_the_range(
    studied: Store, clock: Any, scope: str
) -> None:
    reviews = [r for r in Naive(studied).reviews if not scope or r["topic"] == "gini"]
    today = study_day(clock().astimezone(studied._context.zone))
    everything, some = studied.statistics(scope), studied.statistics(scope, 20)
    assert {name: some[name] for name in WITHOUT_A_RANGE} == {
        name: everything[name] for name in WITHOUT_A_RANGE
    }
    by_day = Counter(day_date(review["day"]).isoformat() for review in reviews)
    assert {row["date"]: row["reviews"] for row in some["calendar"]} == by_day
    assert some["retention"]["all"]["all"]["retention"] == pytest.approx(recalled(reviews))
    days = {review["day"] for review in reviews if review["day"] > today - 20}
    assert [row["date"] for row in some["reviews_by_day"]] == [
        day_date(day).isoformat() for day in sorted(days)
    ]
    assert some["days_studied"] == len(days) < everything["days_studied"]


def test_misconceptions_of_a_range(studied: Store, clock: Any) -> None:
    reviews = [r for r in Naive(studied).reviews if "misconception" in r]
    today = study_day(clock().astimezone(studied._context.zone))
    for days in (20, 40):
        hits = Counter(r["card"] for r in reviews if r["day"] > today - days)
        found = studied.statistics("", days)["misconceptions"]
        assert {row["card"]: row["times"] for row in found} == hits
        assert [row["times"] for row in found] == sorted(hits.values(), reverse=True)
        assert len(hits) < len({r["card"] for r in reviews})


def test_misconceptions_of_a_range_follow_a_card_to_its_new_id(
    store: Store, note: Any, card: Any, clock: Any
) -> None:
    old = card(0, prompt="What does the softmax function turn scores into?")
    new = replace(old, id="new", prompt="What does the softmax function turn its scores into?")
    says = 'Into logits, that is "scores".'
    grade = {"verdict": "different", "misconception": says}
    store.import_notes([note([old])])
    store.answer("card-0", Rating.AGAIN, seconds=1, grade=grade)
    clock.forward(days=40)
    store.answer("card-0", Rating.AGAIN, seconds=1, grade=grade)
    store.import_notes([note([new])])
    store.answer("new", Rating.AGAIN, seconds=1, grade=grade)
    store.answer("new", Rating.AGAIN, seconds=1, grade=grade)
    store.undo()
    for days, times in ((None, 3), (30, 2)):
        found = store.statistics("", days)["misconceptions"]
        assert found == [{"card": "new", "says": says, "times": times}]
    assert store.statistics("topic:gini", 30)["misconceptions"] == []


def test_quizzes_of_a_range_and_of_a_scope(store: Store, note: Any, clock: Any) -> None:
    store.import_notes([note(3)])

    def sit(id: str, **rights: bool | None) -> None:
        questions = [
            {"card": name.replace("_", "-"), "right": right} for name, right in rights.items()
        ]
        said = [*rights.values()]
        score = {"right": said.count(True), "wrong": said.count(False), "open": said.count(None)}
        store.record_quiz({"id": id, "seed": 1, "score": score, "questions": questions})

    sit("first", card_0=True, card_1=None)
    sit("first", card_0=True, card_1=True)  # marked again
    clock.forward(days=40)
    sit("second", card_1=False, card_2=True)
    found = store.statistics()["quizzes"]
    first, second = {"right": 2, "wrong": 0, "open": 0}, {"right": 1, "wrong": 1, "open": 0}
    assert [paper["score"] for paper in found] == [first, second]
    assert [paper["score"] for paper in store.statistics("", 30)["quizzes"]] == [second]
    found = store.statistics("topic:gini")["quizzes"]
    assert [paper["score"] for paper in found] == [
        {"right": 1, "wrong": 0, "open": 0},
        {"right": 0, "wrong": 1, "open": 0},
    ]
    found = store.statistics("topic:softmax")["quizzes"]
    assert [paper["score"] for paper in found] == [{"right": 1, "wrong": 0, "open": 0}]
    assert store.statistics("topic:softmax", 30)["quizzes"] == []


def test_cards_added_in_a_range(store: Store, note: Any, clock: Any) -> None:
    store.import_notes([note(3)])
    clock.forward(days=40)
    store.import_notes([note(5)])
    rows = [{"date": "2026-11-02", "cards": 3}, {"date": "2026-12-12", "cards": 2}]
    assert store.statistics()["added_by_day"] == store.statistics("", 41)["added_by_day"] == rows
    assert store.statistics("", 40)["added_by_day"] == rows[1:]


def test_times_are_those_of_the_place(
    open_store: Any, note: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Tokyo it is seven in the morning of the next day, in New York two at night."""
    store = open_store()
    paper = {"seed": 1, "score": {"right": 1, "wrong": 0, "open": 0}}
    clock.now = datetime(2026, 11, 2, 22, tzinfo=UTC)
    store._context.zone = ZoneInfo("Asia/Tokyo")
    store.import_notes([note(1)])
    store.answer("card-0", Rating.EASY, seconds=1)
    store.record_quiz(paper)
    clock.now = datetime(2026, 11, 4, 7, tzinfo=UTC)
    store._context.zone = ZoneInfo("America/New_York")
    store.import_notes([note(2)])
    store.answer("card-0", Rating.EASY, seconds=1)
    store.record_quiz(paper)
    tokyo, new_york = "2026-11-03T07:00:00+09:00", "2026-11-04T02:00:00-05:00"
    found = store.statistics()
    assert [row["date"] for row in found["reviews_by_day"]] == ["2026-11-03"]
    assert found["added_by_day"] == [{"date": "2026-11-03", "cards": 2}]
    assert [sat["at"] for sat in found["quizzes"]] == [tokyo, new_york]
    assert [sat["at"] for sat in store.quizzes()] == [tokyo, new_york]
    assert [review["at"] for review in store.history("card-0")["reviews"]] == [tokyo, new_york]
    assert len(store.statistics("", 1)["quizzes"]) == 2
    monkeypatch.setattr(card_columns, "MANY", 1)
    assert store.statistics() == found
    clock.forward(hours=2)
    assert len(store.statistics("", 1)["quizzes"]) == 0


def test_topics_beyond_sixteen_bits_have_statistics(store: Store, note: Any, card: Any) -> None:
    store.import_notes([note(1)])
    with store._context.database.write() as connection:
        connection.execute(insert(SECTIONS), {"id": 70_000, "deck": "B", "topic": "", "title": ""})
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('sections_id_seq', 70000)"))
    new = card(1, topic="gini", file="b.md")
    store.import_notes([note([new], path="b.md")])
    store.answer("card-1", Rating.EASY, seconds=1)
    (row,) = store.statistics("topic:gini")["by_topic"]
    assert (row["cards"], row["reviews"]) == (1, 1)
    assert store.rebuild()
