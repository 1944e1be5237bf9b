"""What a desired retention costs and gains: simulated study, with many learners at once.

Every desired retention is a learner with the same memory, the same cards and the same luck, so
that their difference is the retention's. Learners × cards are one array; a day is one step. Runs
in the worker child.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cards.scheduling.batch import Floats, Ints, first, forgetting, next_difficulty, next_stability
from cards.scheduling.fsrs import DEFAULT_PARAMETERS
from cards.scheduling.options import LONGEST_INTERVAL

RETENTIONS = tuple(round(0.70 + 0.01 * step, 2) for step in range(30))
_GOOD = 3


@dataclass(frozen=True, slots=True)
class Habits:
    """How a person answers: chances of ratings, seconds an answer takes, and the daily limits."""

    first: tuple[float, float, float, float] = (0.24, 0.09, 0.5, 0.17)
    """Chances of Again, Hard, Good, Easy at first sight."""
    recalled: tuple[float, float, float] = (0.07, 0.87, 0.06)
    """Chances of Hard, Good, Easy when a card is recalled."""
    seconds: tuple[float, float, float, float] = (18.0, 13.0, 8.0, 6.0)
    """Seconds a review takes, by rating."""
    first_seconds: tuple[float, float, float, float] = (25.0, 20.0, 15.0, 10.0)
    """Seconds a first meeting takes, by rating."""
    new_per_day: int = 20
    reviews_per_day: int = 200


@dataclass(frozen=True, slots=True)
class Workload:
    """Arrays (retentions, days): reviews and minutes a day, and cards known at its end."""

    retentions: tuple[float, ...]
    reviews: Ints
    minutes: Floats
    known: Floats

    def to_dict(self) -> dict[str, Any]:
        """Return, for each retention, what a day costs on average and what is known at the end."""
        return {
            "retention": list(self.retentions),
            "reviews_per_day": self.reviews.mean(axis=1).round(2).tolist(),
            "minutes_per_day": self.minutes.mean(axis=1).round(3).tolist(),
            "known": self.known[:, -1].round(1).tolist(),
            "known_per_hour": (60 * self.known[:, -1] / np.maximum(1e-9, self.minutes.sum(axis=1)))
            .round(3)
            .tolist(),
        }


def habits_of(
    rating: Ints, state: Ints, seconds: Floats, new_per_day: int, reviews_per_day: int
) -> Habits:
    """Return the habits that a log shows; the defaults stand in for what it does not show.

    `rating` (1–4), `state` before (0 new, 2 review) and `seconds` are (reviews,).
    """
    usual = Habits()
    new, due = state == 0, state == 2
    return Habits(
        _shares(rating[new], (1, 2, 3, 4), usual.first),
        _shares(rating[due], (2, 3, 4), usual.recalled),
        _means(rating[due], seconds[due], usual.seconds),
        _means(rating[new], seconds[new], usual.first_seconds),
        new_per_day,
        reviews_per_day,
    )


def simulate(
    cards: int,
    days: int,
    *,
    habits: Habits = Habits(),
    parameters: Sequence[float] = DEFAULT_PARAMETERS,
    retentions: Sequence[float] = RETENTIONS,
    seed: int = 0,
    progress: Callable[[float], None] = lambda done: None,
) -> Workload:
    """Simulate `days` of studying `cards` new cards at each of the desired retentions."""
    dice = np.random.default_rng(seed)
    learners = _Learners(cards, habits, parameters, np.asarray(retentions))
    shape = len(retentions), days
    reviews = np.zeros(shape, dtype=np.int64)
    seconds, known = np.zeros(shape), np.zeros(shape)
    for day in range(days):
        luck = dice.random((2, cards))
        reviews[:, day], seconds[:, day] = learners.study(day, luck)
        known[:, day] = learners.known(day)
        if day % 8 == 7:
            progress((day + 1) / days)
    return Workload(tuple(retentions), reviews, seconds / 60, known)


def workload_task(
    arguments: dict[str, Any], send: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Simulate from an .npz log, for the worker.

    `arguments` holds `log` (path to rating, state, seconds), `parameters`, `cards`, `days`,
    `new_per_day` and `reviews_per_day`.
    """
    with np.load(arguments["log"]) as log:
        habits = habits_of(
            log["rating"],
            log["state"],
            log["seconds"],
            arguments["new_per_day"],
            arguments["reviews_per_day"],
        )
    found = simulate(
        arguments["cards"],
        arguments["days"],
        habits=habits,
        parameters=arguments["parameters"],
        progress=lambda done: send({"progress": done, "says": "simulating study"}),
    )
    return found.to_dict()


class _Learners:
    """The memories of all learners, each array (retentions, cards)."""

    def __init__(
        self, cards: int, habits: Habits, parameters: Sequence[float], retentions: Floats
    ) -> None:
        shape = len(retentions), cards
        self.habits, self.w = habits, parameters
        self.stability, self.difficulty = np.ones(shape), np.ones(shape)
        self.last = np.zeros(shape, dtype=np.int64)
        self.due = np.full(shape, np.iinfo(np.int64).max)
        self.met = 0
        decay = -parameters[20]
        factor = 0.9 ** (1 / decay) - 1
        self.reach = (retentions ** (1 / decay) - 1) / factor  # interval of stability 1
        self._first = np.cumsum(habits.first)[:3]
        self._recalled = np.cumsum(habits.recalled)[:2]

    def study(self, day: int, luck: Floats) -> tuple[Ints, Floats]:
        """Answer what is due, most overdue first, then new cards; return answers and seconds."""
        learner, card = self._due(day)
        elapsed = day - self.last[learner, card]
        s, d = self.stability[learner, card], self.difficulty[learner, card]
        recall = forgetting(s, elapsed, self.w)
        easier = 2 + np.searchsorted(self._recalled, luck[1, card])
        rating = np.where(luck[0, card] < recall, easier, 1)
        s = next_stability(s, d, recall, elapsed, rating, self.w)
        d = next_difficulty(d, rating, self.w)
        seconds = np.asarray(self.habits.seconds)[rating - 1]
        self._settle(learner, card, s, d, rating, day)
        count = len(self.reach)
        answers = np.bincount(learner, minlength=count)
        spent = np.zeros(count)
        spent += np.bincount(learner, weights=seconds, minlength=count)
        new, took = self._meet(day, luck)
        # A lapse, and a first Again, is followed by one more answer on the same day.
        again = np.bincount(learner[rating == 1], minlength=count)
        spent += again * self.habits.seconds[_GOOD - 1] + took
        return answers + again + new, spent

    def known(self, day: int) -> Floats:
        """Return how many cards each learner would recall at the end of a day."""
        part = slice(0, self.met)
        elapsed = day - self.last[:, part]
        total: Floats = forgetting(self.stability[:, part], elapsed, self.w).sum(axis=1)
        return total

    def _due(self, day: int) -> tuple[Ints, Ints]:
        """Return learner and card of what each learner answers, within the daily limit."""
        learner, card = np.nonzero(self.due[:, : self.met] <= day)
        late = day - self.due[learner, card]
        order = np.lexsort((-late, learner))
        learner, card = learner[order], card[order]
        starts = np.searchsorted(learner, np.arange(len(self.reach)))
        place = np.arange(len(learner)) - starts[learner]
        kept = place < self.habits.reviews_per_day
        return learner[kept], card[kept]

    def _meet(self, day: int, luck: Floats) -> tuple[int, float]:
        """Show every learner the same new cards; return how many answers and seconds that took."""
        last = min(self.met + self.habits.new_per_day, self.stability.shape[1])
        card = np.arange(self.met, last)
        self.met = last
        rating = 1 + np.searchsorted(self._first, luck[1, card])
        s, d = first(rating, self.w)
        all_learners = np.repeat(np.arange(len(self.reach)), len(card))
        count = len(self.reach)
        self._settle(
            all_learners,
            np.tile(card, count),
            np.tile(s, count),
            np.tile(d, count),
            np.tile(rating, count),
            day,
        )
        again = int((rating == 1).sum())
        seconds = float(np.asarray(self.habits.first_seconds)[rating - 1].sum())
        return len(card) + again, seconds + again * self.habits.seconds[_GOOD - 1]

    def _settle(
        self, learner: Ints, card: Ints, s: Floats, d: Floats, rating: Ints, day: int
    ) -> None:
        """Relearn what was forgotten with one Good on the same day, and plan the next review."""
        at = np.flatnonzero(rating == 1)
        if len(at):
            good, none = np.full(len(at), _GOOD), np.zeros(len(at))
            s[at] = next_stability(s[at], d[at], none + 1, none, good, self.w)
            d[at] = next_difficulty(d[at], good, self.w)
        self.stability[learner, card], self.difficulty[learner, card] = s, d
        self.last[learner, card] = day
        wait = np.maximum(1, np.round(s * self.reach[learner]))
        self.due[learner, card] = day + np.minimum(wait, LONGEST_INTERVAL).astype(np.int64)


def _shares(rating: Ints, among: Sequence[int], usual: tuple[float, ...]) -> Any:
    """Return the shares of ratings, smoothed by twenty usual ones."""
    counts = np.array([(rating == value).sum() for value in among]) + 20 * np.asarray(usual)
    shares: npt.NDArray[np.float64] = counts / counts.sum()
    return tuple(shares.tolist())


def _means(rating: Ints, seconds: Floats, usual: tuple[float, ...]) -> Any:
    """Return mean seconds by rating, smoothed by five usual ones."""
    result = []
    for value, typical in zip((1, 2, 3, 4), usual, strict=True):
        spent = seconds[rating == value]
        result.append(float((spent.sum() + 5 * typical) / (len(spent) + 5)))
    return tuple(result)
