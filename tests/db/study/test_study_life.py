"""Any life of study days: limits, siblings, steps and undo, through travel, summer time and gaps.

Hypothesis chooses the life; `test_days` is one long life without gaps, on both databases.
"""

import os
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from cards.note import Note
from cards.scheduling.fsrs import Rating
from cards.scheduling.options import Options
from db.store import Store

SOAK = os.environ.get("STUDYTUI_SOAK") == "1"
LIVES, STEPS = (200, 70) if SOAK else (6, 15)
"""Some 50 of 70 steps are a day of study."""
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
ZONES = ("Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Auckland", "UTC")
NEW, DUE = 4, 3
AHEAD = timedelta(minutes=20)
MOST = 25
"""Answers in one session."""


def study_date(now: datetime, zone: ZoneInfo) -> date:
    """Return the date of the study day: written down here once more, the plain way."""
    local = now.astimezone(zone)
    return local.date() if local.hour >= 4 else local.date() - timedelta(days=1)


class Life(RuleBasedStateMachine):
    """A person, and what a person may expect of the schedule."""

    make_note: Callable[[int], Note]

    @initialize(zone=st.sampled_from(ZONES), start=st.integers(0, 364))
    def begin(self, zone: str, start: int) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        self.now = datetime(2026, 1, 5, 12, tzinfo=UTC) + timedelta(days=start)
        self.zone = ZoneInfo(zone)
        options = Options(new_per_day=NEW, reviews_per_day=DUE, learning_steps=(1.0, 10.0, 90.0))
        path = self.folder / "store.db"
        self.store = Store.open(path, clock=lambda: self.now, zone=self.zone, options=options)
        self.cards, self.limit = 20, NEW
        self.store.import_notes([self.make_note(self.cards)])
        self.studied: set[date] = set()
        self.asked: dict[str, date] = {}
        self.skipped: set[date] = set()
        self.last: tuple[date, ZoneInfo] | None = None
        self.more: Counter[date] = Counter()
        self.counts: dict[date, Counter[str]] = defaultdict(Counter)
        self.states: dict[date, dict[str, str]] = defaultdict(dict)
        self.families: dict[date, dict[str, str]] = defaultdict(dict)

    @property
    def today(self) -> date:
        return study_date(self.now, self.zone)

    @rule(hour=st.integers(4, 27), dice=st.randoms(use_true_random=False))
    def study_on_the_next_day(self, hour: int, dice: Any) -> None:
        midnight = datetime.combine(self.today + timedelta(days=1), datetime.min.time())
        wall = midnight + timedelta(hours=hour)
        self.now = max(self.now, wall.replace(tzinfo=self.zone).astimezone(UTC))
        self.session(dice)

    @rule(dice=st.randoms(use_true_random=False))
    def study_again(self, dice: Any) -> None:
        self.now += timedelta(minutes=30)
        self.session(dice)

    @rule(days=st.integers(1, 60))
    def pause(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(zone=st.sampled_from(ZONES))
    def travel(self, zone: str) -> None:
        self.now += timedelta(hours=10)
        self.zone = ZoneInfo(zone)
        self.store._context.zone = self.zone

    @rule(limit=st.integers(0, NEW + 2))
    def limit_the_deck(self, limit: int) -> None:
        self.store.set_option("Deck", "new_per_day", limit)
        self.limit = limit

    @rule(count=st.integers(1, 5))
    def more_today(self, count: int) -> None:
        self.store.allow_more(new=count, deck="Deck")
        self.more[self.today] += count

    @rule()
    def more_cards(self) -> None:
        self.cards += 4
        self.store.import_notes([self.make_note(self.cards)])

    @rule(number=st.integers(0, 19))
    def suspend_or_not(self, number: int) -> None:
        id = f"card-{number}"
        away = self.store.card(id).state == "suspended"
        (self.store.unsuspend if away else self.store.suspend)(id)

    @rule(number=st.integers(0, 19))
    def bury(self, number: int) -> None:
        self.store.bury(f"card-{number}")

    def session(self, dice: Any) -> None:
        """Study until nothing is left, and check each step of the way."""
        before = Counter(self.counts[self.today])
        for _ in range(MOST):
            queued = self.store.next_card()
            if queued is None:
                break
            self.ask(queued, dice)
        new = self.counts[self.today]["new"] - before["new"]
        allowed = self.limit + self.more[self.today]
        assert new == 0 or self.counts[self.today]["new"] <= allowed
        assert self.counts[self.today]["review"] <= DUE
        if self.today not in self.studied:  # nothing was due: look at a card, to keep the habit
            self.answer(self.store.cards()[0].card.id, Rating.GOOD)

    def ask(self, queued: Any, dice: Any) -> None:
        """Answer a card, and sometimes take that back."""
        stored, card = queued.stored, queued.card
        today, states = self.today, self.states[self.today]
        before = states.get(card.id)
        assert before in (None, "learning", "relearning"), "asked again without reason"
        assert stored.due is None or stored.due <= self.now + AHEAD, "a step too early"
        family = self.families[today].setdefault(card.family, card.id)
        assert family == card.id or stored.state in ("learning", "relearning")
        if dice.random() < 0.15:
            asked = self.store.cards()
            undone = self.store.answer(card.id, Rating(dice.randint(1, 4)), seconds=5)
            taken_back = self.store.undo()
            assert taken_back is not None
            assert taken_back.id == undone.id
            assert self.store.cards() == asked
            again = self.store.next_card()
            assert again is not None
            assert (again.card.id, again.previews) == (card.id, queued.previews)
        self.counts[today][stored.state] += before is None
        self.answer(card.id, Rating(dice.choice((1, 1, 2, 3, 3, 3, 3, 4))))
        self.now += timedelta(minutes=dice.choice((1, 3, 12)))

    def answer(self, id: str, rating: Rating) -> None:
        review = self.store.answer(id, rating, seconds=5)
        self.states[self.today][id] = review.state
        self.note_skipped()
        self.studied.add(self.day_of_review(id))
        self.last = self.today, self.zone

    def day_of_review(self, id: str) -> date:
        """Return the day that a review of a card counts for, and remember it.

        Who flew west may answer a card again before the day of its last review begins: that is
        the same day to the card.
        """
        before = self.asked.get(id)
        tomorrow = self.today + timedelta(days=1)
        day = self.asked[id] = tomorrow if before == tomorrow else self.today
        return day

    def note_skipped(self) -> None:
        """Take note of a day that travel left out since the last answer."""
        if self.last is not None:
            day, zone = self.last
            between = day + timedelta(days=1)
            if self.today - between == timedelta(days=1) and study_date(self.now, zone) <= between:
                self.skipped.add(between)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            found = self.store.statistics()
            assert found["days_studied"] == len(self.studied)
            assert found["longest_streak"] == max(map(self.streak, self.studied), default=0)
            last = max((day for day in self.studied if day <= self.today), default=date.min)
            self.note_skipped()
            recent = last >= self.today or self.today - timedelta(days=1) in (last, *self.skipped)
            assert found["streak"] == (self.streak(last) if recent else 0)
            assert self.store.rebuild()
            self.store.close()
            shutil.rmtree(self.folder)

    def streak(self, day: date) -> int:
        """Return how many days in a row were studied up to a day."""
        count = 0
        while day in self.studied | self.skipped:
            count += day in self.studied
            day -= timedelta(days=1)
        return count


def test_any_life(note: Callable[..., Note]) -> None:
    class Person(Life):
        make_note = staticmethod(note)

    run_state_machine_as_test(
        Person,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_plain_way_to_date_a_study_day() -> None:
    zone = ZoneInfo("Europe/Berlin")
    assert study_date(datetime(2026, 3, 29, 1, 59, tzinfo=UTC), zone) == date(2026, 3, 28)
    assert study_date(datetime(2026, 3, 29, 2, 0, tzinfo=UTC), zone) == date(2026, 3, 29)
